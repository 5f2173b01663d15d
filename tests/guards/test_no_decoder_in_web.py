"""Untrusted pixels exist only in the sandbox's child: whatever a web process imports loads no decoder."""

import subprocess
import sys

import pytest

SAFE = [
    "contest.app",
    "contest.cli",
    "contest.inspection.bare",
    "contest.inspection.checks",
    "contest.inspection.checks.sentences",
    "contest.inspection.facts",
    "contest.inspection.report",
    "contest.inspection.sandbox",
    "contest.inspection.sizes",
    "contest.inspection.sniff",
    "contest.inspection.terms",
]
DECODERS = ("PIL", "exifread", "pillow_heif", "pyvips", "cv2")


@pytest.mark.parametrize("module", SAFE)
def test_importing_it_loads_no_decoder(module: str) -> None:
    program = f"import sys, {module}; print(*[name for name in sys.modules if name.split('.')[0] in {DECODERS!r}])"

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert loaded.stdout.split() == []
