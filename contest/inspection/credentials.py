"""Read what Content Credentials claim (C2PA 2.1: JUMBF boxes of ISO 19566-5 that hold CBOR).

Only the claims are read: nothing is fetched, and no signature or hash is checked. So what is found here can speak
against a picture, but never for it.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contest.inspection.cbor import BrokenCborError, read_cbor
from contest.inspection.generators import find_generator
from contest.inspection.text import tidy

BOXES_LIMIT = 2000
_MANIFESTS_LIMIT = 64
_ACTIONS_LIMIT = 200
_ASSERTION_LIMIT = 1024 * 1024  # of CBOR; real ones have some kilobytes
_HEADER, _LONG_HEADER, _LABEL_AT = 8, 16, 17
_HAS_LABEL = 2
_AI_KINDS = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia")
_GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
_COMPOSITE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"


class BrokenCredentialsError(ValueError):
    """The manifest store holds no manifest that can be read."""


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """What the manifests say of a file.

    Attributes:
        generator: The program that wrote the newest claim, as it names itself.
        actions: Kinds of action, such as "c2pa.created", oldest picture last, each once.
        source_types: Digital source types as written, of this picture and those it was made from, each once. An
            AI-made part makes the whole a composite.
    """

    generator: str | None = None
    actions: tuple[str, ...] = ()
    source_types: tuple[str, ...] = ()


@dataclass(kw_only=True)
class _Manifest:
    """One manifest: one state in a picture's history."""

    generator: str | None = None
    actions: list[Mapping[str, Any]] = field(default_factory=list)
    source_types: list[str] = field(default_factory=list)
    ingredients: list[tuple[str, str]] = field(default_factory=list)


def read_credentials(store: bytes) -> Credentials | None:
    """Read a manifest store, whose last manifest is the file's own; None for boxes of another purpose.

    Raises:
        BrokenCredentialsError: See there. A single assertion that cannot be read is left out.
    """
    manifests = _manifests(store)
    if manifests is None:
        return None
    if not manifests:
        raise BrokenCredentialsError("no manifest")
    active = next(reversed(manifests))
    actions: dict[str, None] = {}
    sources: dict[str, None] = {}
    waiting, seen = [(active, False)], set()
    while waiting:
        label, is_part = waiting.pop(0)
        manifest = manifests.get(label)
        if manifest is None or label in seen:
            continue
        seen.add(label)
        for action in manifest.actions:
            if not is_part:
                actions.setdefault(_text(action.get("action")) or "?")
        for source in (*manifest.source_types, *filter(None, map(_source_type, manifest.actions))):
            if not is_part:
                sources.setdefault(source)
            elif source.endswith(_AI_KINDS):
                sources.setdefault(_COMPOSITE)
        waiting += [(of, is_part or relation != "parentOf") for relation, of in manifest.ingredients]
    return Credentials(generator=manifests[active].generator, actions=tuple(actions), source_types=tuple(sources))


def _manifests(store: bytes) -> dict[str, _Manifest] | None:
    """Give the manifests by label, in the order of the store; None where there is no store."""
    budget = [BOXES_LIMIT]
    found: dict[str, _Manifest] | None = None
    for kind, outer in _boxes(store, budget):
        if kind != b"jumb" or _label(outer) != "c2pa":
            continue
        found = {} if found is None else found
        for inner_kind, inner in _boxes(outer, budget):
            label = _label(inner) if inner_kind == b"jumb" else None
            if label is not None and len(found) < _MANIFESTS_LIMIT:
                found.pop(label, None)
                found[label] = _manifest(inner, budget)
    return found


def _manifest(data: bytes, budget: list[int]) -> _Manifest:
    manifest = _Manifest()
    for kind, part in _boxes(data, budget):
        label = _label(part) if kind == b"jumb" else None
        if label is None:
            continue
        if label.startswith("c2pa.claim"):
            manifest.generator = _generator(_content(part, budget))
        elif label == "c2pa.assertions":
            for assertion_kind, assertion in _boxes(part, budget):
                if assertion_kind == b"jumb":
                    _take_assertion(_label(assertion) or "", assertion, manifest, budget)
    return manifest


def _take_assertion(label: str, box: bytes, manifest: _Manifest, budget: list[int]) -> None:
    if label.startswith("c2pa.actions"):
        actions = _content(box, budget).get("actions")
        if isinstance(actions, list):
            manifest.actions += [one for one in actions[:_ACTIONS_LIMIT] if isinstance(one, Mapping)]
    elif label.startswith("c2pa.ingredient"):
        said = _content(box, budget)
        link = said.get("activeManifest") or said.get("c2pa_manifest")
        address = _text(link.get("url")) if isinstance(link, Mapping) else None
        if address is not None:
            manifest.ingredients.append((_text(said.get("relationship")) or "", address.rpartition("/")[2]))
    elif "metadata" in label:
        source = _text(_content(box, budget).get("Iptc4xmpExt:DigitalSourceType"))
        if source is not None:
            manifest.source_types.append(source)


def _source_type(action: Mapping[str, Any]) -> str | None:
    """Give an action's digital source type; one by a generator that does not say so is taken for what it is."""
    parameters, agent = action.get("parameters"), action.get("softwareAgent")
    inner = parameters.get("digitalSourceType") if isinstance(parameters, Mapping) else None
    declared = _text(action.get("digitalSourceType")) or _text(inner)
    if declared is not None:
        return declared
    name = _text(agent.get("name") if isinstance(agent, Mapping) else agent)
    if find_generator(text=(), comments=(), programs=(name,)) is None:
        return None
    return _GENERATED if action.get("action") == "c2pa.created" else _COMPOSITE


def _content(box: bytes, budget: list[int]) -> Mapping[str, Any]:
    """Give the map a box's CBOR or JSON holds; empty for anything else."""
    for kind, data in _boxes(box, budget):
        if kind in (b"cbor", b"json") and len(data) <= _ASSERTION_LIMIT:
            try:
                said = read_cbor(data) if kind == b"cbor" else json.loads(data)
            except (BrokenCborError, ValueError, RecursionError):
                return {}
            return said if isinstance(said, Mapping) else {}
    return {}


def _generator(claim: Mapping[str, Any]) -> str | None:
    """Give the writing program's name: a text, or since version 2 a map or a list of maps."""
    info = claim.get("claim_generator_info")
    if isinstance(info, list):
        info = info[0] if info else None
    name = info.get("name") if isinstance(info, Mapping) else None
    return _text(name) or _text(claim.get("claim_generator"))


def _text(value: Any) -> str | None:
    return tidy(value) if isinstance(value, str) else None


def _label(box: bytes) -> str | None:
    """Give a superbox's label, from the description box at its beginning."""
    head = box[_HEADER : int.from_bytes(box[:4], "big")]
    if box[4:8] != b"jumd" or len(head) < _LABEL_AT or not head[_LABEL_AT - 1] & _HAS_LABEL:
        return None
    return head[_LABEL_AT:].split(b"\0", 1)[0][:256].decode("utf-8", "replace")


def _boxes(data: bytes, budget: list[int]) -> Iterator[tuple[bytes, bytes]]:
    """Give (type, content) of each box, the last one as far as it goes, as long as the budget of boxes lasts."""
    at = 0
    while at + _HEADER <= len(data):
        budget[0] -= 1
        if budget[0] < 0:
            return
        size, kind = struct.unpack(">I4s", data[at : at + _HEADER])
        start = at + _HEADER
        if size == 1:
            size, start = int.from_bytes(data[start : start + 8], "big"), at + _LONG_HEADER
        elif size == 0:
            size = len(data) - at
        if size < start - at:
            return
        yield kind, data[start : at + size]
        at += size
