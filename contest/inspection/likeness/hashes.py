"""PDQ, and its slower sister for pictures of little detail, in all eight positions; in the sandbox's child alone.

PDQ is Meta's published hash (github.com/facebook/ThreatExchange, pdq/hashing.pdf): luminance, two tent filters, 64 by
64 samples, the 16 by 16 lowest waves without the constant, each bit one of them above the median. Its Python binding
has no wheel for Linux, and it is these forty lines; a test compares them with hashes that the binding made.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

_SAMPLES, _WAVES = 64, 16
_GRADIENTS_PER_POINT = 90  # of PDQ's quality, as published

Grey = NDArray[Any]
"""Numbers as 32-bit decimals, rows by columns."""


class Hashes(NamedTuple):
    """See `record.Likeness`."""

    pdq: bytes
    phash: bytes
    quality: int


def hashes(grey: NDArray[Any]) -> Hashes:
    """Hash a picture.

    Args:
        grey: Luminance 0 to 255, rows by columns, upright.
    """
    samples = _sampled(grey.astype(np.float32))
    return Hashes(
        pdq=_eight(samples, first_wave=1),
        phash=_eight(samples, first_wave=0),
        quality=_quality(samples),
    )


def _eight(samples: Grey, *, first_wave: int) -> bytes:
    basis = _basis(first_wave)
    return b"".join(_packed(waves) for waves in turned(basis @ samples @ basis.T, first_wave=first_wave))


def turned(waves: Grey, *, first_wave: int) -> Iterator[Grey]:
    """Give a picture's waves in all eight positions: transposed or not, then upside down or not, then mirrored.

    A mirror turns the sign of every odd wave; a transposition swaps rows and columns.
    """
    odd = np.where(np.arange(first_wave, first_wave + _WAVES) % 2, np.float32(-1), np.float32(1))
    for one in (waves, waves.T):
        for down in (False, True):
            for across in (False, True):
                signs = (odd[:, None] if down else 1) * (odd[None, :] if across else 1)
                yield one * np.asarray(signs, dtype=np.float32)


def _packed(waves: Grey) -> bytes:
    """Give 256 bits: which waves are above the median, of two middle ones the lower; the last first, as PDQ does."""
    flat = waves.ravel()
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    return np.packbits((flat > median)[::-1]).tobytes()


@cache
def _basis(first_wave: int) -> Grey:
    wave = np.arange(first_wave, first_wave + _WAVES, dtype=np.float32)[:, None]
    place = 2 * np.arange(_SAMPLES, dtype=np.float32)[None, :] + 1
    basis = np.sqrt(2 / _SAMPLES) * np.cos(np.pi / 2 / _SAMPLES * wave * place)
    narrow: Grey = basis.astype(np.float32)
    return narrow


def _sampled(grey: Grey) -> Grey:
    """Smooth with a tent as wide as the step between samples, then take 64 x 64 of them."""
    rows, columns = grey.shape
    for _ in range(2):
        grey = _smoothed(_smoothed(grey, window=-(-columns // (2 * _SAMPLES))).T, window=-(-rows // (2 * _SAMPLES))).T
    down = ((np.arange(_SAMPLES) + 0.5) * rows / _SAMPLES).astype(int)
    across = ((np.arange(_SAMPLES) + 0.5) * columns / _SAMPLES).astype(int)
    return np.ascontiguousarray(grey[down][:, across])


def _smoothed(grey: Grey, *, window: int) -> Grey:
    """Average along each row over a window, which is narrower at the ends."""
    length = grey.shape[1]
    reach = (window + 2) // 2
    sums = np.concatenate([np.zeros((grey.shape[0], 1)), np.cumsum(grey, axis=1, dtype=np.float64)], axis=1)
    place = np.arange(length)
    after, before = np.minimum(place + reach, length), np.maximum(place + reach - window, 0)
    means: Grey = ((sums[:, after] - sums[:, before]) / (after - before)).astype(np.float32)
    return means


def _quality(samples: Grey) -> int:
    """Give PDQ's quality: how much neighbouring samples differ, in hundredths, each cut to a whole number."""
    differences = (np.abs(np.diff(samples, axis=axis)) * 100 / 255 for axis in (0, 1))
    total = sum(int(np.trunc(steps).sum()) for steps in differences)
    return int(min(100, total // _GRADIENTS_PER_POINT))
