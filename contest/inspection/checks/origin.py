"""Checks of where a picture comes from: declarations of generated content. Rows E03, E05, E06."""

from collections.abc import Iterator

from contest.inspection.checks.file import Said
from contest.inspection.report import Report

_GENERATED = frozenset({"trainedAlgorithmicMedia", "algorithmicMedia"})
_COMPOSITE = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})
_EDITED = frozenset({"algorithmicallyEnhanced", "humanEdits", "composite", "softwareImage"})
"""IPTC's terms (cv.iptc.org/newscodes/digitalsourcetype); "computationalCapture" is a photograph."""


def declared_source(report: Report) -> Iterator[Said]:
    """E03: what IPTC's digital source type declares."""
    kind = (report.facts.digital_source_type or "").rstrip("/").rpartition("/")[2]
    for kinds, code in (
        (_GENERATED, "E03.declared_generated"),
        (_COMPOSITE, "E03.declared_composite"),
        (_EDITED, "E03.declared_edited"),
    ):
        if kind in kinds:
            yield code, {"kind": kind}


def generator_traces(report: Report) -> Iterator[Said]:
    """E05: traces that only a picture generator leaves."""
    if report.facts.ai_generator is not None:
        yield "E05.generator_traces", {"generator": report.facts.ai_generator}


def aigc_label(report: Report) -> Iterator[Said]:
    """E06: China's mandatory label for generated content (GB 45438-2025)."""
    if report.facts.aigc_label is not None:
        yield "E06.aigc_label", {}
