"""The tus protocol's headers, in and out."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.entries import tus
from contest.entries.receiving import Progress
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing, Refused

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def test_a_creation_says_name_size_and_hash() -> None:
    read = tus.read_creation(
        {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": "5000",
            "Upload-Metadata": f"filename {encoded('照片一.jpg')}, sha256 {encoded('ab' * 32)},is_private",
        }
    )

    assert read == tus.Creation(
        declared_bytes=5000, file_name="照片一.jpg", declared_sha256="ab" * 32, has_body=False
    )


def test_a_creation_may_bring_its_first_bytes_and_no_metadata() -> None:
    read = tus.read_creation({"Tus-Resumable": "1.0.0", "Upload-Length": "0", "Content-Type": tus.BODY_TYPE})

    assert read == tus.Creation(declared_bytes=0, file_name="", declared_sha256=None, has_body=True)


@given(st.dictionaries(st.text("abcdefgh", min_size=1), st.text()))
def test_any_metadata_can_be_read_back(given_metadata: dict[str, str]) -> None:
    name, digest = given_metadata.get("a", ""), given_metadata.get("b", "")
    header = ",".join(f"{key} {encoded(value)}" for key, value in {"filename": name, "sha256": digest}.items())

    read = tus.read_creation({"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Metadata": header})

    assert (read.file_name, read.declared_sha256) == (name, digest or None)


@pytest.mark.parametrize("length", ["", "-1", "1.5", "1e3", "abc", "٣", " 5", "9" * 19])
def test_a_length_that_is_none_is_refused(length: str) -> None:
    with pytest.raises(Invalid) as refused:
        tus.read_creation({"Tus-Resumable": "1.0.0", "Upload-Length": length})

    assert (refused.value.code, refused.value.facts["name"]) == ("tus.header", "Upload-Length")


@pytest.mark.parametrize("metadata", ["filename !!!", "filename 4", "filename /w=="])
def test_metadata_that_cannot_be_read_are_refused(metadata: str) -> None:
    with pytest.raises(Invalid) as refused:
        tus.read_creation({"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Metadata": metadata})

    assert (refused.value.code, refused.value.facts["name"]) == ("tus.header", "Upload-Metadata")


def test_a_piece_says_where_it_belongs() -> None:
    headers = {"Tus-Resumable": "1.0.0", "Upload-Offset": "262144", "Content-Type": tus.BODY_TYPE}

    assert tus.read_offset(headers) == 262144


@pytest.mark.parametrize(
    ("headers", "code", "status"),
    [
        ({}, "tus.version", 412),
        ({"Tus-Resumable": "0.2.2"}, "tus.version", 412),
        ({"Tus-Resumable": "1.0.0", "Content-Type": "text/plain"}, "tus.body_type", 415),
        ({"Tus-Resumable": "1.0.0", "Content-Type": tus.BODY_TYPE}, "tus.header", 400),
    ],
)
def test_another_protocol_is_refused_as_tus_says(headers: dict[str, str], code: str, status: int) -> None:
    with pytest.raises(ContestError) as refused:
        tus.read_offset(headers)

    assert (refused.value.code, tus.status_of(refused.value)) == (code, status)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Missing("upload"), 404),
        (Refused("x"), 403),
        (Conflict("upload.offset", expected=5), 409),
        (Conflict("upload.expired"), 410),
        (Conflict("upload.no_room"), 507),
        (Invalid("upload.too_large"), 413),
        (Invalid("upload.longer"), 413),
        (Invalid("upload.not_a_photo"), 422),
    ],
)
def test_every_error_has_the_status_that_clients_act_on(error: ContestError, status: int) -> None:
    assert tus.status_of(error) == status


def test_answers_say_how_far_it_is_and_until_when() -> None:
    progress = Progress(
        upload_id=UUID(int=1), offset=5, declared_bytes=9, expires_at=NOW + timedelta(hours=24), picture_id=None
    )

    assert tus.state(progress) == {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "5",
        "Upload-Length": "9",
        "Upload-Expires": "Sat, 21 Nov 2026 04:00:00 GMT",
        "Cache-Control": "no-store",
    }
    assert tus.created("/uploads/1", offset=0, expires_at=NOW)["Location"] == "/uploads/1"
    assert tus.abilities(10)["Tus-Max-Size"] == "10"
