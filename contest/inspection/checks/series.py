"""Checks of a series as a whole. Rows S01 and S02 of the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from typing import NamedTuple

from contest.inspection.checks.finding import Finding, Said
from contest.inspection.checks.severities import weighed
from contest.inspection.facts import Facts

_ALIKE_BITS = 31
"""Of 256, as PDQ's authors advise; frames of one burst that differ in what matters lie further apart."""

_LONG_SPAN = timedelta(days=366)


class Frame(NamedTuple):
    """One picture of a series, in its order: what its file says, and its PDQ in hexadecimal where it is known."""

    facts: Facts
    pdq: str | None = None


def check_series(
    frames: Sequence[Frame], *, least: int, most: int, severities: Mapping[str, str] | None = None
) -> list[Finding]:
    """S01, S02: the number of pictures, frames that are nearly the same, cameras and time.

    A single picture is no series and has no findings.

    Args:
        frames: In the order in which they are shown; findings count from 1.
        least, most: How many pictures a series may have.
        severities: The contest's departures from the defaults, as in ``PhotoTerms``.
    """
    if len(frames) < 2:  # noqa: PLR2004 - that is what makes a series
        return []
    said: list[Said] = []
    if len(frames) < least:
        said.append(("S01.too_few_pictures", {"given": len(frames), "least": least, "most": most}))
    if len(frames) > most:
        said.append(("S01.too_many_pictures", {"given": len(frames), "least": least, "most": most}))
    said += [*_alike(frames), *_cameras(frames), *_span(frames)]
    return weighed(said, chosen=severities or {})


def _alike(frames: Sequence[Frame]) -> Iterator[Said]:
    for (first, one), (second, other) in combinations(enumerate(frames, 1), 2):
        if one.pdq and other.pdq and (int(one.pdq, 16) ^ int(other.pdq, 16)).bit_count() <= _ALIKE_BITS:
            yield "S02.alike", {"first": first, "second": second}


def _cameras(frames: Sequence[Frame]) -> Iterator[Said]:
    """Tell of several cameras: other models are usual, several bodies of one model may be several authors."""
    named = [(one.facts.model, one.facts.serial_number) for one in frames if one.facts.model]
    bodies = sorted({f"{model} ({serial})" if serial else str(model) for model, serial in named})
    if len(bodies) > 1:
        yield "S02.several_cameras", {"cameras": ", ".join(bodies[:6])}


def _span(frames: Sequence[Frame]) -> Iterator[Said]:
    dates = sorted(datetime.fromisoformat(one.facts.captured_at) for one in frames if one.facts.captured_at)
    if dates and dates[-1] - dates[0] > _LONG_SPAN:
        yield "S02.long_span", {"first": dates[0].date().isoformat(), "last": dates[-1].date().isoformat()}
