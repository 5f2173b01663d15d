"""What Content Credentials claim is read from every container, within limits, and never believed to be proof."""

import io
import struct
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contest.inspection.cbor import BrokenCborError, read_cbor
from contest.inspection.checks import check
from contest.inspection.credentials import BrokenCredentialsError, Credentials, read_credentials
from contest.inspection.facts import Facts
from contest.inspection.reading import read_facts
from contest.inspection.terms import PhotoTerms
from contest.inspection.walk import walk
from contest.inspection.walk.blocks import CREDENTIALS_LIMIT
from tests.hostile import png
from tests.jumbf import TERM, box, cbor, created, jpeg_segments, manifest, store, superbox
from tests.photos import insert_segments, make_jpeg, make_pixels
from tests.reports import report

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus"
GENERATED = store(manifest("urn:c2pa:1", actions=[created("trainedAlgorithmicMedia")], program="Contoso Dream"))


def facts_in(file: bytes) -> Facts:
    blocks = walk(file)
    assert blocks is not None
    return read_facts(blocks).facts


def in_jpeg(jumbf: bytes, *, piece: int = 60_000) -> bytes:
    return insert_segments(make_jpeg(width_px=64, height_px=48), jpeg_segments(jumbf, piece=piece))


def in_webp(jumbf: bytes) -> bytes:
    out = io.BytesIO()
    make_pixels(width_px=64, height_px=48).save(out, "WEBP")
    body = out.getvalue()[12:] + b"C2PA" + struct.pack("<I", len(jumbf)) + jumbf + b"\0" * (len(jumbf) % 2)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WEBP" + body


def in_heif(jumbf: bytes) -> bytes:
    uuid = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    content = uuid + bytes(4) + b"manifest\0" + bytes(8) + jumbf
    return struct.pack(">I4s4sI4s", 20, b"ftyp", b"heic", 0, b"mif1") + box(b"uuid", content)


@pytest.mark.parametrize(
    "file",
    [
        in_jpeg(GENERATED),
        in_jpeg(GENERATED, piece=100),
        png((b"caBX", GENERATED)),
        in_webp(GENERATED),
        in_heif(GENERATED),
    ],
    ids=["jpeg", "jpeg in pieces", "png", "webp", "heif"],
)
def test_a_declared_generation_is_found_in_every_container(file: bytes) -> None:
    facts = facts_in(file)

    assert (facts.credentials_state, facts.credentials_generator) == ("read", "Contoso Dream")
    assert facts.digital_source_type == TERM + "trainedAlgorithmicMedia"


def test_a_converted_copy_inherits_what_its_parent_was_made_by() -> None:
    copy = manifest("urn:c2pa:2", actions=[{"action": "c2pa.opened"}], made_from=[("parentOf", "urn:c2pa:1")])
    chain = store(manifest("urn:c2pa:1", actions=[created("trainedAlgorithmicMedia")]), copy)

    read = read_credentials(chain)

    assert read == Credentials(
        generator="Contoso Paint",
        actions=("c2pa.opened", "c2pa.created"),
        source_types=(TERM + "trainedAlgorithmicMedia",),
    )


def test_a_generated_part_makes_a_composite_and_not_a_generated_picture() -> None:
    whole = manifest("urn:c2pa:2", actions=[created("digitalCapture")], made_from=[("componentOf", "urn:c2pa:1")])
    read = read_credentials(store(manifest("urn:c2pa:1", actions=[created("trainedAlgorithmicMedia")]), whole))

    assert read is not None
    assert read.source_types == (TERM + "digitalCapture", TERM + "compositeWithTrainedAlgorithmicMedia")


@pytest.mark.parametrize(
    ("action", "kind"),
    [
        ({"action": "c2pa.edited", "softwareAgent": "Adobe Firefly"}, "compositeWithTrainedAlgorithmicMedia"),
        ({"action": "c2pa.created", "softwareAgent": {"name": "Adobe Firefly"}}, "trainedAlgorithmicMedia"),
        ({"action": "c2pa.edited", "parameters": {"digitalSourceType": TERM + "humanEdits"}}, "humanEdits"),
        ({"action": "c2pa.edited", "softwareAgent": "Contoso Darkroom"}, None),
    ],
)
def test_an_action_by_a_generator_is_taken_for_what_it_is(action: dict[str, Any], kind: str | None) -> None:
    read = read_credentials(store(manifest("urn:c2pa:1", actions=[action])))

    assert read is not None
    assert read.source_types == ((TERM + kind,) if kind else ())


def test_assertions_in_json_are_read_too() -> None:
    metadata = superbox("c2pa.metadata", box(b"json", b'{"Iptc4xmpExt:DigitalSourceType": "x/humanEdits"}'))
    broken = superbox("c2pa.actions", box(b"json", b"[" * 100_000))
    whole = superbox("urn:c2pa:1", superbox("c2pa.assertions", broken, metadata))

    assert read_credentials(store(whole)) == Credentials(source_types=("x/humanEdits",))


def test_manifests_that_name_each_other_end() -> None:
    ring = [manifest(f"urn:c2pa:{n}", made_from=[("parentOf", f"urn:c2pa:{(n + 1) % 3}")]) for n in range(3)]

    assert read_credentials(store(*ring)) == Credentials(generator="Contoso Paint")


def test_boxes_of_another_purpose_are_no_credentials() -> None:
    assert read_credentials(superbox("jpeg360", box(b"xml ", b"<a/>"))) is None
    assert facts_in(in_jpeg(superbox("jpeg360", box(b"xml ", b"<a/>")))).credentials_state == "absent"


def test_an_empty_store_is_broken_and_a_cut_one_read_as_far_as_it_goes() -> None:
    with pytest.raises(BrokenCredentialsError):
        read_credentials(store())

    assert read_credentials(GENERATED[:-20]) is not None
    assert facts_in(png((b"caBX", store()))).credentials_state == "broken"


def test_more_than_any_real_store_is_cut_without_refusing_the_picture() -> None:
    blocks = walk(in_jpeg(store(b"\0" * (CREDENTIALS_LIMIT + 1))))

    assert blocks is not None
    assert len(blocks.credentials or b"") <= CREDENTIALS_LIMIT
    assert (blocks.damaged, blocks.refused) == (["credentials"], [])


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ({}, []),
        ({"credentials_state": "broken"}, [("E04.credentials_damaged", {})]),
        (
            {
                "credentials_state": "read",
                "credentials_generator": "Contoso Paint",
                "credentials_actions": ("c2pa.opened", "c2pa.cropped"),
            },
            [("E04.content_credentials", {"program": "Contoso Paint", "actions": "opened, cropped"})],
        ),
    ],
)
def test_credentials_are_noted_with_what_they_claim(states: dict[str, Any], expected: list[Any]) -> None:
    found = check(report(facts=states), PhotoTerms())

    assert [(one.code, one.params) for one in found] == expected
    assert all(one.severity == "note" for one in found)


def test_the_gravest_of_several_declarations_counts() -> None:
    both = {
        "digital_source_type": TERM + "humanEdits",
        "credentials_source_types": (TERM + "digitalCapture", TERM + "trainedAlgorithmicMedia"),
    }

    (found,) = check(report(facts=both), PhotoTerms())

    assert (found.code, found.severity) == ("E03.declared_generated", "reject")


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(1 << 63), (1 << 64) - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(values)
def test_cbor_is_read_as_it_was_written(value: Any) -> None:
    assert read_cbor(cbor(value)) == value


def test_cbor_of_indefinite_length_half_floats_and_tags_is_read() -> None:
    assert read_cbor(b"\xbf\x61a\x9f\x01\x02\xff\x61b\x7f\x61x\x61y\xff\xff") == {"a": [1, 2], "b": "xy"}
    assert read_cbor(b"\xf9\x3c\x00") == 1.0
    assert read_cbor(b"\xf9\x7e\x00") is None
    assert read_cbor(b"\xc1\x1a\x51\x4b\x67\xb0") == 1363896240


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x9f" * 200,
        b"\x81" * 200 + b"\x01",
        b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x98\xff" + b"\x98\xff" * 20,
        b"\x1c",
        b"\x5f\x61a\xff",
        b"\x1f",
        b"\x98\xc8" + (b"\x98\xfe" + b"\x80" * 254) * 200,
    ],
)
def test_cbor_that_lies_is_refused_and_soon(raw: bytes) -> None:
    with pytest.raises(BrokenCborError):
        read_cbor(raw)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GENERATED) - 1), st.binary(max_size=8), st.integers(0, 8))
def test_a_damaged_store_is_read_or_refused(at: int, extra: bytes, lost: int) -> None:
    try:
        read_credentials(GENERATED[:at] + extra + GENERATED[at + lost :])
    except BrokenCredentialsError:
        return


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here")
@pytest.mark.parametrize("name", ["ChatGPT_Image.png", "Firefly_tabby_cat.jpg"])
def test_real_generated_pictures_are_found_by_their_credentials(name: str) -> None:
    with (CORPUS / "contentauth+example-assets" / "images" / name).open("rb") as file:
        blocks = walk(file)

    assert blocks is not None
    facts = read_facts(blocks).facts
    assert facts.credentials_source_types == (TERM + "trainedAlgorithmicMedia",)
