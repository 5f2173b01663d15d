"""The application of a test, served to real browsers."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from werkzeug.serving import make_server

LOOK_S = 0.01


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application; give its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # so that closing waits for answers: the next test has the same application
    # It looks this often whether it should end, and every test waits for that.
    thread = threading.Thread(target=server.serve_forever, args=(LOOK_S,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
