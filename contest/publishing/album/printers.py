"""A printer's own output profile: examined in the child process before anything is made with it."""

from pathlib import Path
from typing import Final

from contest.kernel.errors import Invalid
from contest.publishing.album.profiles import CUSTOM, OutputProfile
from contest.publishing.album.sandbox import run_child

PROFILE_BYTES_MAX: Final = 8 << 20
EXAMINE_LIMITS: Final = {"seconds": 30, "memory_mib": 2048, "file_mib": 1}


def output_profile(path: Path) -> OutputProfile:
    """Read a printer's ICC profile, once it proves to be one for a press of four inks.

    Raises:
        Invalid: ``profile.too_large``; ``profile.unreadable``; ``profile.not_for_press``, with its class and space.
    """
    if path.stat().st_size > PROFILE_BYTES_MAX:
        raise Invalid("profile.too_large", mib=PROFILE_BYTES_MAX >> 20)
    found = run_child("examine", {"profile": str(path), "limits": EXAMINE_LIMITS}, failure="profile.unreadable")
    if (found["kind"], found["space"]) != ("prtr", "CMYK"):
        raise Invalid("profile.not_for_press", kind=found["kind"], space=found["space"])
    return OutputProfile(data=path.read_bytes(), condition=CUSTOM, name=found["name"] or CUSTOM)
