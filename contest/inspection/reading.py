"""Gather the facts of a file from the blocks the walker found."""

import contextlib
import math
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from contest.inspection.credentials import BrokenCredentialsError, Credentials, read_credentials
from contest.inspection.dates import read_iptc_moment, read_moment, read_offset
from contest.inspection.facts import ABSENT, BROKEN, READ, Facts
from contest.inspection.generators import find_aigc_text, find_generator
from contest.inspection.icc import BrokenIccError, read_icc
from contest.inspection.iptc import BrokenIptcError, Iptc, read_iptc
from contest.inspection.text import decode_text, decode_utf16
from contest.inspection.tiff import Directory, NotTiffError, Number, Tags, Value, read_tags
from contest.inspection.walk import Blocks
from contest.inspection.xmp import BrokenXmpError, Xmp, joined, read_xmp

_ORIENTATIONS = range(1, 9)
_ISO_TOP = 65535  # the short's end stands for "more than this", and another tag then holds the value
_DEGREES = 3
_COMMENT_CODES = {b"ASCII\0\0\0": "utf-8", b"JIS\0\0\0\0\0": "iso2022_jp"}


@dataclass(frozen=True, kw_only=True)
class Read:
    """The facts of a file, and the tags they came from for whoever wants more of them."""

    facts: Facts
    tags: Tags | None = None
    damaged: tuple[str, ...] = ()


def read_facts(blocks: Blocks) -> Read:
    """Read all metadata blocks; a broken one gives its state and whatever could still be read."""
    tags, exif, exif_state = _read_exif(blocks)
    xmp, xmp_state = _read_xmp(blocks)
    iptc, iptc_state = _read_iptc(blocks)
    credentials, credentials_state = _read_credentials(blocks)
    steps = [moment[0] for when, _ in xmp.history if (moment := read_moment(when)) is not None]
    facts = Facts(
        **exif,
        xmp_title=xmp.title,
        xmp_description=xmp.description,
        xmp_creators=xmp.creators,
        xmp_rights=xmp.rights,
        creator_tool=xmp.creator_tool,
        digital_source_type=xmp.digital_source_type or next(iter(credentials.source_types), None),
        history_from=min(steps, default=None),
        history_programs=tuple(dict.fromkeys(program for _, program in xmp.history if program)),
        raw_settings=xmp.raw_settings,
        panorama=xmp.panorama,
        credentials_generator=credentials.generator,
        credentials_actions=credentials.actions,
        credentials_source_types=credentials.source_types,
        iptc_caption=iptc.caption,
        iptc_byline=iptc.byline,
        iptc_copyright=iptc.copyright,
        exif_state=exif_state,
        xmp_state=xmp_state,
        iptc_state=iptc_state,
        credentials_state=credentials_state,
        **_icc_facts(blocks),
    )
    comments = (facts.user_comment, facts.image_description)
    facts = replace(
        facts,
        **_capture(facts, tags, xmp, iptc),
        aigc_label=xmp.aigc_label or find_aigc_text([*blocks.text, *(("comment", one) for one in comments if one)]),
        ai_generator=find_generator(
            text=blocks.text,
            comments=comments,
            programs=(facts.software, facts.make, facts.model, facts.creator_tool),
        ),
    )
    damaged = dict.fromkeys((*blocks.damaged, *(tags.damaged if tags else ())))
    return Read(facts=facts, tags=tags, damaged=tuple(damaged))


def _read_exif(blocks: Blocks) -> tuple[Tags | None, dict[str, Any], str]:
    if blocks.exif is None:
        return None, {}, BROKEN if "exif" in blocks.damaged else ABSENT
    try:
        tags = blocks.tags or read_tags(blocks.exif)
    except NotTiffError:
        return None, {}, BROKEN
    _add_parts(tags, blocks.exif_parts)
    facts = _exif_facts(tags, blocks.exif)
    if tags.damaged and not any(facts.values()):
        return tags, facts, BROKEN
    return tags, facts, READ


def _add_parts(tags: Tags, parts: Mapping[str, bytes]) -> None:
    """Put in directories that stand in blocks of their own."""
    for name, block in parts.items():
        try:
            part = read_tags(block)
        except NotTiffError:
            tags.damage(f"tiff.{name}")
            continue
        if name == "more":
            for own, more in ((tags.image, part.image), (tags.exif, part.exif), (tags.gps, part.gps)):
                own.update({tag: value for tag, value in more.items() if tag not in own})
        else:
            (tags.exif if name == "exif" else tags.gps).update(part.image)
        for damage in part.damaged:
            tags.damage(damage)


def _read_xmp(blocks: Blocks) -> tuple[Xmp, str]:
    if not blocks.xmp:
        return Xmp(), ABSENT
    try:
        xmp = read_xmp(blocks.xmp)
    except BrokenXmpError:
        return Xmp(), BROKEN
    if blocks.xmp_extended:
        # The extension holds mostly depth maps; a broken one does not spoil the packet itself.
        with contextlib.suppress(BrokenXmpError):
            xmp = joined(xmp, read_xmp(blocks.xmp_extended))
    return xmp, READ


def _read_iptc(blocks: Blocks) -> tuple[Iptc, str]:
    if not blocks.iptc:
        return Iptc(), BROKEN if "iptc" in blocks.damaged else ABSENT
    try:
        return read_iptc(blocks.iptc), READ
    except BrokenIptcError:
        return Iptc(), BROKEN


def _read_credentials(blocks: Blocks) -> tuple[Credentials, str]:
    if blocks.credentials is None:
        return Credentials(), BROKEN if "credentials" in blocks.damaged else ABSENT
    try:
        read = read_credentials(blocks.credentials)
    except BrokenCredentialsError:
        return Credentials(), BROKEN
    return (Credentials(), ABSENT) if read is None else (read, READ)


def _icc_facts(blocks: Blocks) -> dict[str, Any]:
    if not blocks.icc:
        return {"icc_state": BROKEN if "icc" in blocks.damaged else ABSENT}
    try:
        icc = read_icc(blocks.icc)
    except BrokenIccError:
        return {"icc_state": BROKEN}
    return {"icc_profile": icc.name, "icc_space": icc.space, "icc_state": READ}


def _exif_facts(tags: Tags, block: bytes) -> dict[str, Any]:
    """Give the facts that EXIF's directories hold, by the names of ``Facts``."""
    image, exif, order = tags.image, _exif_of(tags), tags.order
    iso = _whole(exif, 0x8827)
    if iso == _ISO_TOP:
        iso = next((value for value in (_whole(exif, 0x8832), _whole(exif, 0x8831)) if value), iso)
    orientation = _whole(image, 0x0112)
    return {
        "make": _text(image, 0x010F),
        "model": _text(image, 0x0110),
        "lens_model": _text(exif, 0xA434),
        "f_number": _decimal(exif, 0x829D),
        "exposure_s": _decimal(exif, 0x829A),
        "iso": iso,
        "focal_length_mm": _decimal(exif, 0x920A),
        "orientation": orientation if orientation in _ORIENTATIONS else None,
        "latitude": _degrees(tags.gps, 2, 1, negative="S", limit=90),
        "longitude": _degrees(tags.gps, 4, 3, negative="W", limit=180),
        "software": _text(image, 0x0131),
        "artist": _text(image, 0x013B),
        "copyright": _copyright(image),
        "image_description": _text(image, 0x010E),
        "xp_title": _utf16(image, 0x9C9B),
        "xp_author": _utf16(image, 0x9C9D),
        "user_comment": _comment(exif, order),
        "owner_name": _text(exif, 0xA430),
        "serial_number": _text(exif, 0xA431),
        "color_space": _whole(exif, 0xA001),
        "custom_rendered": _whole(exif, 0xA401),
        "composite_image": _whole(exif, 0xA460),
        "image_unique_id": _text(exif, 0xA420),
        "subsec": _text(exif, 0x9291),
        "modified_at": _text(image, 0x0132),
        "has_thumbnail": thumbnail_of(tags, block) is not None,
    }


def _exif_of(tags: Tags) -> Mapping[int, Value]:
    """Give Exif's directory; some programs write its tags into directory 0 instead."""
    return ChainMap(tags.exif, tags.image)


def _capture(facts: Facts, tags: Tags | None, xmp: Xmp, iptc: Iptc) -> dict[str, Any]:
    """Choose the date of capture by the order of trust; a date of change is never one."""
    exif = _exif_of(tags) if tags else {}
    original, digitized = _text(exif, 0x9003), _text(exif, 0x9004)
    gps_at = _gps_moment(tags.gps) if tags else None
    candidates = (
        ("exif.original", read_moment(original), read_offset(_text(exif, 0x9011))),
        ("exif.digitized", read_moment(digitized), read_offset(_text(exif, 0x9012))),
        ("xmp", read_moment(xmp.created_at), None),
        ("iptc", read_iptc_moment(iptc.date_created, iptc.time_created), None),
        ("gps", (gps_at, None) if gps_at else None, "+00:00"),
    )
    chosen: dict[str, Any] = {"gps_at": gps_at, "captured_at_raw": original or digitized}
    modified = read_moment(facts.modified_at)
    chosen["modified_at"] = modified[0] if modified else None
    for name, moment in (("digitized_at", read_moment(digitized)), ("xmp_captured_at", read_moment(xmp.created_at))):
        chosen[name] = moment[0] if moment else None
    for source, moment, offset in candidates:
        if moment is not None:
            chosen["captured_at"], chosen["captured_at_source"] = moment[0], source
            chosen["utc_offset"] = offset or moment[1]
            break
    else:
        chosen["utc_offset"] = read_offset(_text(exif, 0x9011))
    if chosen.get("captured_at_source") in ("exif.original", "exif.digitized"):
        chosen["captured_at_raw"] = None
    return chosen


def _text(directory: Mapping[int, Value], tag: int) -> str | None:
    value = directory.get(tag)
    if isinstance(value, bytes):
        return decode_text(value)
    whole = _whole(directory, tag)
    return None if whole is None else str(whole)


def _copyright(image: Directory) -> str | None:
    """Give the photographer's notice and the editor's behind it, which a NUL divides (Exif 3.0, 4.6.5.5.7)."""
    value = image.get(0x8298)
    if not isinstance(value, bytes):
        return None
    parts = [text for text in map(decode_text, value.split(b"\0")[:2]) if text]
    return "\n".join(parts) or None


def _utf16(directory: Mapping[int, Value], tag: int) -> str | None:
    """Read an ``XP*`` tag: UTF-16, little endian by its inventor's custom whatever the block's order says."""
    value = directory.get(tag)
    return decode_utf16(value) if isinstance(value, bytes) else None


def _comment(exif: Mapping[int, Value], order: str) -> str | None:
    value = exif.get(0x9286)
    if not isinstance(value, bytes):
        return None
    code, body = value[:8], value[8:]
    if code == b"UNICODE\0":
        little = order == "<" if body[:2] not in (b"\xff\xfe", b"\xfe\xff") else body[:2] == b"\xff\xfe"
        return decode_utf16(body.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff"), order="<" if little else ">")
    if code in _COMMENT_CODES:
        return decode_text(body, encoding=_COMMENT_CODES[code])
    return decode_text(body if code == bytes(8) else value)


def _first(directory: Mapping[int, Value], tag: int) -> Number | None:
    """Give a tag's first number, a rational as a pair; None where it holds none."""
    value = directory.get(tag)
    return value[0] if isinstance(value, tuple) and value else None


def _whole(directory: Mapping[int, Value], tag: int) -> int | None:
    """Give a tag's first whole number, of whatever type it was written: a byte, digits or a ratio, too."""
    match directory.get(tag):
        case bytes() as raw:
            digits = (decode_text(raw) or "")[:9]
            return int(digits) if digits.isdecimal() else raw[0] if len(raw) == 1 else None
        case (int(whole), *_) | ((int(whole), 1), *_):
            return whole
    return None


def _decimal(directory: Mapping[int, Value], tag: int) -> float | None:
    first = _first(directory, tag)
    if isinstance(first, tuple):
        return first[0] / first[1] if first[1] else None
    return float(first) if first is not None and math.isfinite(first) else None


def _decimals(value: Value | None) -> list[float]:
    """Give all numbers of a value but ratios without a denominator."""
    if not isinstance(value, tuple):
        return []
    pairs = [number if isinstance(number, tuple) else (number, 1) for number in value]
    return [top / bottom for top, bottom in pairs if bottom and math.isfinite(top)]


def _degrees(gps: Directory, tag: int, side: int, *, negative: str, limit: int) -> float | None:
    """Give signed degrees from degrees, minutes and seconds, of which the latter may be missing."""
    parts = _decimals(gps.get(tag))[:_DEGREES]
    if not parts:
        return None
    degrees = sum(part / 60.0**power for power, part in enumerate(parts))
    if not 0 <= degrees <= limit:
        return None
    return -degrees if (_text(gps, side) or "").upper().startswith(negative) else degrees


def _gps_moment(gps: Directory) -> str | None:
    day, clock = read_moment(_text(gps, 29)), _decimals(gps.get(7))
    if day is None or len(clock) != _DEGREES:
        return None
    hour, minute, second = (int(part) for part in clock)
    moment = read_moment(f"{day[0][:10]} {hour:02d}:{minute:02d}:{second:02d}")
    return moment[0] if moment else None


def thumbnail_of(tags: Tags, block: bytes) -> bytes | None:
    """Give the JPEG that a block holds as its thumbnail, cut off where the block ends."""
    start, length = _whole(tags.thumbnail, 0x0201), _whole(tags.thumbnail, 0x0202)
    if not start or not length or min(start, length) < 0 or block[start : start + 2] != b"\xff\xd8":
        return None
    return block[start : start + length]
