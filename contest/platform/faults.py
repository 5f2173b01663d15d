"""Places where a test may let the process die.

The promise "whatever was acknowledged is there, whole" is only worth what a kill at the worst moment leaves of it.
So the code that makes the promise names its moments with `fault`, and a test starts a real process with
``CONTEST_KILL_AT`` set to one of them: the process then sends itself SIGKILL there, which runs no ``finally`` and
flushes no buffer. Without the variable a call compares two strings.
"""

import os
import signal
from typing import Final

_KILL_AT: Final = os.environ.get("CONTEST_KILL_AT", "")


def fault(point: str) -> None:
    """Die here if a test asked for it."""
    if point == _KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)
