"""Whether a file that was sent later shows the very picture that was judged, only larger: asked of the child process.

The two are laid over each other in a grid of mean colours. Measured on eight photographs of the demonstration: one
scaled to a third and coded at quality 70 differs from its original by at most 0.9 delta E (CIE 1976) in the mean and
4 in the worst field; developed 12 % brighter, by at least 2.3 in the mean; moved by a fiftieth of its width, by at
least 21 in the worst field.
"""

from pathlib import Path
from typing import Final

from contest.kernel.errors import Invalid
from contest.publishing.album.sandbox import run_child
from contest.publishing.album.sources import SAME_SHAPE

COMPARE_LIMITS: Final = {"seconds": 60, "memory_mib": 4096, "file_mib": 1}
MEAN_MOST: Final = 2.0
WORST_MOST: Final = 10.0


def examined(*, judged: Path, sent: Path) -> tuple[int, int]:
    """Compare two files; give width and height of the sent one in pixels, as seen.

    Raises:
        Invalid: ``larger.unreadable``; ``larger.shape``, cut otherwise; ``larger.other_picture``, it differs.
    """
    task = {"judged": str(judged), "sent": str(sent), "limits": COMPARE_LIMITS}
    found = run_child("compare", task, failure="larger.unreadable")
    (width, height), (judged_width, judged_height) = found["sent_px"], found["judged_px"]
    if abs(width / height * judged_height / judged_width - 1) > SAME_SHAPE:
        raise Invalid("larger.shape", width_px=width, height_px=height)
    if found["mean"] > MEAN_MOST or found["worst"] > WORST_MOST:
        raise Invalid("larger.other_picture")
    return width, height
