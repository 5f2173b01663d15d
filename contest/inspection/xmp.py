"""Read the few XMP properties a contest asks about (ISO 16684-1), with no entity and no document type."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from contest.inspection.text import tidy

PACKET_LIMIT = 4 * 1024 * 1024
ELEMENTS_LIMIT = 50_000

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_IPTC_EXTENSION = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_AIGC = "{http://www.tc260.org.cn/ns/AIGC/1.0/}"
_EVENT = "{http://ns.adobe.com/xap/1.0/sType/ResourceEvent#}"
_RAW_SETTINGS = "{http://ns.adobe.com/camera-raw-settings/1.0/}"
_PANORAMA = "{http://ns.google.com/photos/1.0/panorama/}"
_HISTORY_LIMIT = 200
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_WHOLE = re.compile(rb"<(x:xmpmeta|x:xapmeta|rdf:RDF)\b.*</\1\s*>", re.DOTALL)


class BrokenXmpError(ValueError):
    """The packet is not well formed, declares a document type, or passes a limit."""


@dataclass(frozen=True, kw_only=True)
class Xmp:
    """What an XMP packet says; None or empty where it is silent.

    Attributes:
        history: (moment, program) of each step an editor wrote down, either of them None where it is missing.
        raw_settings: Whether a raw converter left its settings; panorama: whether a panorama's geometry is there.
    """

    creators: tuple[str, ...] = ()
    title: str | None = None
    description: str | None = None
    rights: str | None = None
    created_at: str | None = None
    creator_tool: str | None = None
    digital_source_type: str | None = None
    aigc_label: str | None = None
    history: tuple[tuple[str | None, str | None], ...] = ()
    raw_settings: bool = False
    panorama: bool = False


def read_xmp(packet: bytes) -> Xmp:
    """Read a packet.

    Raises:
        BrokenXmpError: See there; nothing is expanded or fetched before it is raised.
    """
    top = _parsed(packet)
    properties: dict[str, list[Element | str]] = {}
    for description in top.iter(_RDF + "Description"):
        for name, value in description.attrib.items():
            properties.setdefault(name, []).append(value)
        for child in description:
            properties.setdefault(child.tag, []).append(child)

    def texts(name: str) -> tuple[str, ...]:
        return tuple(text for value in properties.get(name, ()) for text in _texts(value))

    def first(*names: str) -> str | None:
        return next((text for name in names for text in texts(name)), None)

    labels = [text for name in properties if name.startswith(_AIGC) for text in texts(name)]
    return Xmp(
        creators=texts(_DC + "creator") or texts(_DC + "Creator"),
        title=first(_DC + "title"),
        description=first(_DC + "description"),
        rights=first(_DC + "rights"),
        created_at=first(_EXIF + "DateTimeOriginal", _PHOTOSHOP + "DateCreated"),
        creator_tool=first(_XMP + "CreatorTool"),
        digital_source_type=first(_IPTC_EXTENSION + "DigitalSourceType"),
        aigc_label=labels[0] if labels else None,
        history=tuple(_history(top)),
        raw_settings=any(name.startswith(_RAW_SETTINGS) for name in properties),
        panorama=any(name.startswith(_PANORAMA) for name in properties),
    )


def joined(first: Xmp, further: Xmp) -> Xmp:
    """Fill what a packet leaves open from its extension."""
    own = {field.name: getattr(first, field.name) for field in fields(first)}
    return replace(further, **{name: value for name, value in own.items() if value})


def _parsed(packet: bytes) -> Element:
    """Parse a packet, or what is whole of it where junk stands around."""
    packet = _as_utf8(packet[:PACKET_LIMIT])
    if packet.count(b"<") > ELEMENTS_LIMIT:
        raise BrokenXmpError("too many elements")
    whole = _WHOLE.search(packet)
    for candidate in (packet.strip(b"\0 \r\n\t"), whole[0] if whole else None):
        if candidate is None:
            continue
        try:
            parsed: Element = fromstring(candidate, forbid_dtd=True)
        except DefusedXmlException as refused:
            raise BrokenXmpError(type(refused).__name__) from refused
        except (ParseError, ValueError, LookupError):
            continue  # an unknown encoding raises LookupError; the next candidate may do
        return parsed
    raise BrokenXmpError("not well formed")


def _as_utf8(packet: bytes) -> bytes:
    """Turn a packet in UTF-16 or UTF-32, marked or not, into UTF-8; by how its first bracket is written."""
    bare = packet.lstrip(b"\xff\xfe\0")
    lead = packet[: len(packet) - len(bare)]
    for encoding, zeros_before, zeros_behind in (
        ("utf-32-be", 3, 0),
        ("utf-32-le", 0, 3),
        ("utf-16-be", 1, 0),
        ("utf-16-le", 0, 1),
    ):
        if (
            lead.endswith(bytes(zeros_before))
            and bare[:1] == b"<"
            and bare[1 : 1 + zeros_behind] == bytes(zeros_behind)
        ):
            start = len(lead) - zeros_before
            return packet[start:].decode(encoding, "replace").encode("utf-8", "replace")
    return packet


def _history(top: Element) -> Iterator[tuple[str | None, str | None]]:
    """Give the steps of the editing history; each is an element with attributes or with children."""
    found = 0
    for step in top.iter():
        said = {**{child.tag: child.text or "" for child in step}, **step.attrib}
        if _EVENT + "softwareAgent" not in said and _EVENT + "when" not in said:
            continue
        found += 1
        if found > _HISTORY_LIMIT:
            return
        yield tidy(said.get(_EVENT + "when", "")), tidy(said.get(_EVENT + "softwareAgent", ""))


def _texts(value: Element | str) -> Iterator[str]:
    """Give the texts of a property in any of its forms: attribute, plain, resource, list, language choice."""
    if isinstance(value, str):
        found = [value]
    else:
        items = list(value.iter(_RDF + "li"))
        if items and value.find(_RDF + "Alt") is not None:
            items.sort(key=lambda item: item.get(_LANGUAGE) != "x-default")
            items = items[:1]
        holders = items or [value]
        found = [holder.get(_RDF + "resource") or holder.text or "" for holder in holders]
    for text in found:
        kept = tidy(text)
        if kept:
            yield kept
