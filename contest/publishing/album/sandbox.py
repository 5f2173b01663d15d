"""Runs the album's child process: hands it one task, reads its answers as they come, ends it when nobody waits."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator
from typing import Any, Final

from contest.kernel.errors import Invalid

PATIENCE_SECONDS: Final = 1800


def run_child(name: str, task: dict[str, Any], *, failure: str) -> dict[str, Any]:
    """Do one task that has one answer; errors as for ``stream_child``."""
    *_, answer = stream_child(name, task, failure=failure)
    return answer


def stream_child(name: str, task: dict[str, Any], *, failure: str) -> Generator[dict[str, Any]]:
    """Do one task in the child process and give its answers, each when it is there.

    A caller that stops listening, by closing the iterator or by an error of its own, ends the child.

    Raises:
        Invalid: with the code ``failure`` and the last line the child wrote, when it fails or takes too long.
    """
    with tempfile.TemporaryFile() as said:
        child = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
            [sys.executable, "-P", "-m", "contest.publishing.album.child", name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
        )
        with child:
            watch = threading.Timer(PATIENCE_SECONDS, child.kill)
            watch.start()
            try:
                assert child.stdin is not None  # noqa: S101 - both are pipes, which the types cannot say
                assert child.stdout is not None  # noqa: S101 - as above
                with child.stdin as task_in:
                    task_in.write(json.dumps(task).encode())
                for line in child.stdout:
                    yield json.loads(line)
                if child.wait() != 0:
                    said.seek(0)
                    lines = said.read().decode(errors="replace").strip().splitlines()
                    raise Invalid(failure, said=lines[-1] if lines else f"status {child.returncode}")
            finally:
                watch.cancel()
                child.kill()


def _environment() -> dict[str, str]:
    return {
        "PYTHONPATH": os.pathsep.join(entry for entry in sys.path if entry),
        "PATH": os.defpath,
        "LC_ALL": "C.UTF-8",
        "PYTHONWARNINGS": "ignore",
        "PYTHONDONTWRITEBYTECODE": "1",
        # Each thread and each arena reserves address space, which is limited: as many on a large machine as on ours.
        "RAYON_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
