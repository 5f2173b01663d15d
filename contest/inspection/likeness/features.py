"""Points that are found again in a crop, behind a border, turned or scaled; in the sandbox's child alone.

ORB points, compared one with another. Matching alone would find "the same" in any two pictures: of 5,995 pairs of
unrelated photographs 15 passed it. So a match must be clearly the best one, for either point; the matches must agree
on one turn, scale and place; and they must not all lie in one spot. With these checks none of the 5,995 passed.
"""

from collections.abc import Sequence
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from contest.inspection.likeness.record import SEEN_PX, Match, Matrix
from contest.inspection.likeness.shortlist import FEATURE

FEATURES_MOST: Final = 500
INLIERS_LEAST: Final = 10

_PLACE_STEPS = 64
_CORNER_STEPS = 7  # of grey; with the 20 that are usual, fog has no points
_CLEARLY_BEST = 0.75
# A glance first: of every third point at least five must fit. It lets one in 250 unrelated pairs through, at a
# quarter of the cost, and lost no crop down to 30 % of the picture (benchmarks/likeness.py).
_GLANCE_EVERY, _GLANCE_LEAST = 3, 5
_AGREE_WITHIN_PX = 4.0
_SCALE_LEAST, _SCALE_MOST = 0.3, 3.3
_SPREAD_LEAST_PX = 40 * SEEN_PX / 512
_ROUNDS, _CONFIDENCE = 2000, 0.995

cv2.setNumThreads(0)  # the sandbox lets no thread start
cv2.setRNGSeed(1)

Points = NDArray[Any]


def find(grey: NDArray[np.uint8]) -> Points:
    """Find a picture's points, the strongest first; none in a plain one."""
    places, bits = cv2.ORB.create(nfeatures=FEATURES_MOST, fastThreshold=_CORNER_STEPS).detectAndCompute(grey, None)
    points = np.zeros(len(places), FEATURE)
    if places:
        at = np.array([place.pt for place in places]) * _PLACE_STEPS
        points["x"], points["y"], points["bits"] = at[:, 0].round(), at[:, 1].round(), bits
    return points


def find_mirrored(grey: NDArray[np.uint8]) -> Points:
    """Find the points of a picture's mirror image."""
    return find(np.ascontiguousarray(grey[:, ::-1]))


def match(grey: NDArray[np.uint8], others: Sequence[bytes]) -> list[Match | None]:
    """Look for a picture in others, as it is and mirrored.

    Args:
        grey: The picture's preview.
        others: Their points, packed as `FEATURE`.

    Returns:
        For each the surer of the two matches, or None.
    """
    width = grey.shape[1]
    straight, mirrored = find(grey), find_mirrored(grey)
    found = []
    for packed in others:
        other = np.frombuffer(packed, FEATURE)
        one, two = _matched(straight, other), _matched(mirrored, other)
        if two is not None and (one is None or two.inliers > one.inliers):
            a, b, c, d, e, f = two.matrix
            one = Match(two.inliers, (-a, b, -c, d, width - 1 - e, f))
        found.append(one)
    return found


def _matched(mine: Points, others: Points) -> Match | None:
    """Match points and check what they agree on; the matrix leads from the others to mine."""
    if min(len(mine), len(others)) < INLIERS_LEAST:
        return None
    if len(_best(mine[::_GLANCE_EVERY]["bits"], others["bits"])) < _GLANCE_LEAST:
        return None
    pairs = _best(mine["bits"], others["bits"])
    if len(pairs) < INLIERS_LEAST:
        return None
    to, from_ = _places(mine[pairs[:, 0]]), _places(others[pairs[:, 1]])
    map_, agree = cv2.estimateAffinePartial2D(
        from_,
        to,
        method=cv2.RANSAC,
        ransacReprojThreshold=_AGREE_WITHIN_PX,
        maxIters=_ROUNDS,
        confidence=_CONFIDENCE,
    )
    if map_ is None:
        return None
    inside = agree.ravel().astype(bool)
    scale = float(np.hypot(map_[0, 0], map_[1, 0]))
    spread = min(np.ptp(to[inside], axis=0).min(), np.ptp(from_[inside], axis=0).min()) if inside.any() else 0
    if inside.sum() < INLIERS_LEAST or not _SCALE_LEAST <= scale <= _SCALE_MOST or spread < _SPREAD_LEAST_PX:
        return None
    matrix: Matrix = tuple(round(float(value), 5) for value in map_.T.ravel())  # type: ignore[assignment]  # six of them
    return Match(int(inside.sum()), matrix)


def _best(mine: NDArray[np.uint8], others: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Pair points that are clearly each other's best: rows of (mine, other's)."""
    distances, at = cv2.batchDistance(mine, others, cv2.CV_32S, normType=cv2.NORM_HAMMING, K=2)
    clear = np.flatnonzero(distances[:, 0] < _CLEARLY_BEST * distances[:, 1])
    nearest_first = clear[np.argsort(distances[clear, 0], kind="stable")]
    taken, places = np.unique(at[nearest_first, 0], return_index=True)
    return np.stack([nearest_first[places], taken], axis=1)


def _places(points: Points) -> NDArray[np.float32]:
    return np.stack([points["x"], points["y"]], axis=1).astype(np.float32) / np.float32(_PLACE_STEPS)
