"""Checks of where a picture comes from: editing, merging, generated content. Rows E01 to E06."""

import re
from collections.abc import Iterator

from contest.inspection.checks.finding import Said
from contest.inspection.devices import PHONE, device
from contest.inspection.facts import BROKEN, READ
from contest.inspection.report import Report

_EDITORS = re.compile(
    r"photoshop|lightroom|camera raw|capture one|\bgimp\b|affinity|dxo|photolab|\bon1\b|luminar|skylum"
    r"|snapseed|vsco|meitu|美图|醒图|美颜|picsart|polarr|泼辣|picasa|darktable|rawtherapee|acdsee|paint ?shop"
    r"|photoimpact|topaz|\bnik |silver efex|color efex|analog efex|photomatix|aurora hdr|easyhdr"
    r"|pixelmator|silkypix|capture nx|viewnx|nx studio|digital photo professional|imaging edge"
    r"|x raw studio|faststone|xnview|irfanview|photoscape|exposure x|ptgui|hugin|autopano"
    r"|image composite editor|helicon|zerene|dehancer|raw power|retouch4me|portraiture|facetune|remini"
    r"|canva|google photos|windows photo|microsoft photo|^photos \d|aperture"
    r"|olympus (?:workspace|viewer|master)|phocus",
    re.IGNORECASE,
)
"""Anchored to names of programs; a camera's firmware ("Ver.1.0", "HDR+ 1.0") names none of them."""

_MERGERS = (
    (
        "E02.panorama",
        re.compile(r"ptgui|hugin|autopano|image composite editor|panorama ?(?:studio|maker)", re.IGNORECASE),
    ),
    ("E02.focus_stack", re.compile(r"helicon focus|zerene|combinezp", re.IGNORECASE)),
    ("E02.hdr", re.compile(r"photomatix|aurora hdr|easyhdr|hdr efex|luminance hdr|snshdr", re.IGNORECASE)),
)
_RENDERED_PANORAMA = 6
_RENDERED_HDR = frozenset({2, 3, 4})
_CAPTURED_TOGETHER = 3
_PROGRAMS_SHOWN = 3
_AIGC_UNSURE = re.compile(r'"Label"\s*:\s*"?[23]\b')
_GENERATED = frozenset({"trainedAlgorithmicMedia", "algorithmicMedia"})
_COMPOSITE = frozenset({"compositeWithTrainedAlgorithmicMedia", "compositeSynthetic"})
_EDITED = frozenset({"algorithmicallyEnhanced", "humanEdits", "composite", "softwareImage"})
"""IPTC's terms (cv.iptc.org/newscodes/digitalsourcetype); "computationalCapture" is a photograph."""


def edited(report: Report) -> Iterator[Said]:
    """E01: which programs worked on the picture; nearly every serious one went through some."""
    named = [name for name in _programs(report) if _EDITORS.search(name)]
    if not named and report.facts.raw_settings:
        named = ["Camera Raw"]
    if named:
        yield "E01.edited", {"software": ", ".join(named[:_PROGRAMS_SHOWN])}


def merged(report: Report) -> Iterator[Said]:
    """E02: traces of several exposures in one picture. What a phone puts together by itself is a photograph."""
    facts = report.facts
    codes = {code for code, names in _MERGERS if any(names.search(name) for name in _programs(report))}
    if facts.panorama or facts.custom_rendered == _RENDERED_PANORAMA:
        codes.add("E02.panorama")
    if device(facts.make, facts.model) != PHONE:
        if facts.custom_rendered in _RENDERED_HDR:
            codes.add("E02.hdr")
        if facts.composite_image == _CAPTURED_TOGETHER:
            codes.add("E02.composite")
    if "compositeCapture" in _declared(report):
        codes.add("E02.composite")
    for code in sorted(codes):
        yield code, {}


def declared_source(report: Report) -> Iterator[Said]:
    """E03: what IPTC's digital source type declares, in XMP or in Content Credentials; the gravest counts."""
    declared = _declared(report)
    for kinds, code in (
        (_GENERATED, "E03.declared_generated"),
        (_COMPOSITE, "E03.declared_composite"),
        (_EDITED, "E03.declared_edited"),
    ):
        kind = next((one for one in declared if one in kinds), None)
        if kind is not None:
            yield code, {"kind": kind}
            return


def content_credentials(report: Report) -> Iterator[Said]:
    """E04: Content Credentials are there, or were and are damaged. Their absence says nothing."""
    facts = report.facts
    if facts.credentials_state == BROKEN:
        yield "E04.credentials_damaged", {}
    elif facts.credentials_state == READ:
        actions = ", ".join(action.removeprefix("c2pa.") for action in facts.credentials_actions[:12])
        yield "E04.content_credentials", {"program": facts.credentials_generator or "?", "actions": actions or "–"}


def generator_traces(report: Report) -> Iterator[Said]:
    """E05: traces that only a picture generator leaves."""
    if report.facts.ai_generator is not None:
        yield "E05.generator_traces", {"generator": report.facts.ai_generator}


def aigc_label(report: Report) -> Iterator[Said]:
    """E06: China's mandatory label for generated content (GB 45438-2025): 1 is, 2 may be, 3 is suspected to be it."""
    label = report.facts.aigc_label
    if label is not None:
        unsure = _AIGC_UNSURE.search(label) is not None
        yield ("E06.aigc_suspected" if unsure else "E06.aigc_label"), {}


def _declared(report: Report) -> list[str]:
    """Give the terms of all declared source types, without their addresses."""
    facts = report.facts
    addresses = (facts.digital_source_type or "", *facts.credentials_source_types)
    return [address.rstrip("/").rpartition("/")[2] for address in addresses]


def _programs(report: Report) -> list[str]:
    """Give the names of all programs that left theirs, each once."""
    facts = report.facts
    given = (facts.software, facts.creator_tool, *facts.history_programs)
    return list(dict.fromkeys(name[:80] for name in given if name))
