"""Files arrive by tus and by PUT: resumed, refused, finished late, and told about."""

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from contest.entries.models import EntryState
from contest.inspection.sandbox import Sandbox
from contest.inspection.terms import PhotoTerms
from contest.kernel.db import Database
from tests.entering import Place, fill, hand_in, make_place, sandbox, tus_create, tus_patch
from tests.hostile import scan_bomb
from tests.makers import CLOSES, make_person
from tests.photos import make_jpeg
from tests.visitor import SetClock, Visitor

__all__ = ["sandbox"]


@pytest.fixture
def place(app: Flask, sqlite_database: Database, sandbox: Sandbox) -> Place:
    return make_place(app, sqlite_database, sandbox)


@pytest.fixture
def photographer(visitor: Callable[[], Visitor], place: Place) -> Visitor:
    with place.database.changing() as work:
        person = make_person(work, name_zh="张三", name_en="Zhang San")
        work.session.expunge_all()
    return visitor().sign_in(person).speak("en")


def test_an_upload_goes_on_where_the_connection_was_lost(photographer: Visitor, place: Place) -> None:
    content = make_jpeg()
    created = tus_create(photographer, place, len(content), "晨雾.jpg", sha256=hashlib.sha256(content).hexdigest())
    address = created.headers["Location"]
    assert created.status_code == 201

    tus_patch(photographer, address, 0, content[:30_000])
    asked = photographer.client.head(address, headers={"Tus-Resumable": "1.0.0"})
    assert (asked.status_code, asked.headers["Upload-Offset"]) == (200, "30000")
    assert "has not arrived completely" in photographer.get(place.works).get_data(as_text=True)
    done = tus_patch(photographer, address, 30_000, content[30_000:])

    assert (done.status_code, done.headers["Upload-Offset"]) == (204, str(len(content)))
    (picture,) = place.entry().pictures
    assert picture.file_name == "晨雾.jpg"
    assert place.original(picture.sha256) == content


def test_bytes_at_the_wrong_place_change_nothing(photographer: Visitor, place: Place) -> None:
    content = make_jpeg()
    address = tus_create(photographer, place, len(content)).headers["Location"]
    tus_patch(photographer, address, 0, content[:1000])

    answer = tus_patch(photographer, address, 5000, content[5000:])

    assert (answer.status_code, answer.json["code"]) == (409, "upload.offset")
    assert tus_patch(photographer, address, 1000, content[1000:]).status_code == 204


def test_the_verdict_comes_as_sentences_in_the_readers_language(photographer: Visitor, place: Place) -> None:
    content = make_jpeg(width_px=900, height_px=600)
    address = tus_create(photographer, place, len(content)).headers["Location"]
    verdict = address.split("?")[0] + "/verdict"
    assert photographer.get(verdict).json["state"] == "uploading"
    tus_patch(photographer, address, 0, content)
    assert photographer.get(verdict).json["state"] == "received"

    place.examine()
    told = photographer.get(verdict).json

    assert told["state"] == "ready"
    assert told["findings"][0] == {
        "tone": "bad",
        "sentence": "The long side has 900 px; this contest needs 1000 px. Export the picture again at full size.",
    }
    with photographer.get(told["thumbnail"]) as shown:
        assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
        assert shown.headers["Cache-Control"] == "private, no-store"


def test_a_whole_file_can_be_put(photographer: Visitor, place: Place) -> None:
    content = make_jpeg()

    answer = photographer.send(
        "PUT", f"{place.uploads}?name=%E6%99%A8%E9%9B%BE.jpg", data=content, headers={"Accept": "application/json"}
    )

    assert answer.status_code == 201
    assert answer.json["state"] == "received"
    assert place.entry().pictures[0].file_name == "晨雾.jpg"
    assert place.original(place.entry().pictures[0].sha256) == content


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"GIF89a" + b"\0" * 200, "upload.format", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>" * 10, "upload.not_a_photo", 415),
        (b"\xff\xd8\xff" + b"\0" * (2 * 1024 * 1024), "upload.too_large", 413),
    ],
)
def test_what_is_not_taken_is_told_in_a_sentence_and_leaves_nothing(
    photographer: Visitor,
    app: Flask,
    sqlite_database: Database,
    sandbox: Sandbox,
    content: bytes,
    code: str,
    status: int,
) -> None:
    place = make_place(app, sqlite_database, sandbox, terms=PhotoTerms(bytes_max=1024 * 1024).to_json())

    answer = photographer.send(
        "PUT", f"{place.uploads}?name=x.jpg", data=content, headers={"Accept": "application/json"}
    )

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert len(answer.json["sentence"]) > 20
    assert place.entries() == []


@pytest.mark.parametrize(
    ("size", "code", "status"), [(0, "upload.empty", 422), (21 * 2**20, "upload.too_large", 413)]
)
def test_an_empty_or_too_large_file_is_refused_before_its_first_byte(
    photographer: Visitor, place: Place, size: int, code: str, status: int
) -> None:
    answer = tus_create(photographer, place, size)

    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert place.entries() == []


def test_a_tus_file_that_is_no_photograph_leaves_no_draft(photographer: Visitor, place: Place) -> None:
    content = b"PK\x03\x04" + b"\0" * 500
    address = tus_create(photographer, place, len(content)).headers["Location"]

    answer = tus_patch(photographer, address, 0, content)

    assert (answer.status_code, answer.json["code"], answer.json["is_final"]) == (415, "upload.not_a_photo", True)
    assert place.entries() == []


def test_a_bomb_is_set_aside_with_a_sentence(photographer: Visitor, place: Place) -> None:
    content = scan_bomb(scans=2000)
    tus_patch(photographer, tus_create(photographer, place, len(content)).headers["Location"], 0, content)

    place.examine()

    page = photographer.get(f"{place.works}{place.entry().id}").get_data(as_text=True)
    assert "built in a way that would take too long to open" in page


def test_without_the_token_nothing_is_taken(photographer: Visitor, place: Place) -> None:
    answer = photographer.client.put(
        f"{place.uploads}?name=a.jpg", data=make_jpeg(), headers={"Accept": "application/json"}
    )

    assert (answer.status_code, answer.json["code"]) == (403, "request.stale")
    assert place.entries() == []


def test_a_file_begun_in_time_arrives_in_the_grace_period_and_is_handed_in(
    photographer: Visitor, place: Place, clock: SetClock
) -> None:
    content = make_jpeg()
    clock.at = CLOSES - timedelta(minutes=1)
    address = tus_create(photographer, place, len(content)).headers["Location"]
    tus_patch(photographer, address, 0, content[:1000])
    clock.at = CLOSES + timedelta(minutes=5)

    finished = tus_patch(photographer, address, 1000, content[1000:])
    begun = tus_create(photographer, place, len(content))
    handed_in = fill(photographer, place, place.entry().id, "/submission")

    assert finished.status_code == 204
    assert (begun.status_code, begun.json["code"]) == (403, "contest.not_now")
    assert handed_in.status_code == 303
    assert place.entry().number == "A-0001"


def test_after_the_grace_period_nothing_arrives(photographer: Visitor, place: Place, clock: SetClock) -> None:
    content = make_jpeg()
    address = tus_create(photographer, place, len(content)).headers["Location"]
    clock.at = CLOSES + timedelta(minutes=30)

    answer = tus_patch(photographer, address, 0, content)

    assert (answer.status_code, answer.json["code"]) == (403, "contest.not_now")


def test_several_files_of_one_entry_make_a_series_in_order(photographer: Visitor, place: Place) -> None:
    made = photographer.post(place.works, data={"series": "1"})
    entry_id = place.entry().id
    assert made.headers["Location"] == f"{place.works}{entry_id}"
    for number in range(3):
        content = make_jpeg(seed=number)
        address = tus_create(photographer, place, len(content), f"{number}.jpg", f"?entry={entry_id}").headers[
            "Location"
        ]
        tus_patch(photographer, address, 0, content)
    place.examine()

    last = place.entry().pictures[2].id
    fill(photographer, place, entry_id, do=f"earlier:{last}")

    assert [picture.file_name for picture in place.entry().pictures] == ["0.jpg", "2.jpg", "1.jpg"]
    assert [picture.position for picture in place.entry().pictures] == [0, 1, 2]
    assert fill(photographer, place, entry_id, "/submission").status_code == 303
    assert (place.entry().kind, place.entry().number) == ("series", "A-0001")


def test_a_replacement_takes_the_place_of_the_picture(photographer: Visitor, place: Place) -> None:
    entry = hand_in(photographer, place, make_jpeg(seed=1))
    content = make_jpeg(seed=2)

    query = f"?entry={entry.id}&replaces={entry.pictures[0].id}"
    address = tus_create(photographer, place, len(content), "better.jpg", query).headers["Location"]
    tus_patch(photographer, address, 0, content)

    changed = place.entry()
    assert [picture.file_name for picture in changed.pictures] == ["better.jpg"]
    assert (changed.kind, changed.state, changed.number) == ("single", EntryState.SUBMITTED, "A-0001")


def test_removing_the_only_picture_makes_it_a_draft_that_keeps_its_number(
    photographer: Visitor, place: Place
) -> None:
    entry = hand_in(photographer, place, make_jpeg(seed=1))

    fill(photographer, place, entry.id, do=f"remove:{entry.pictures[0].id}")

    assert (place.entry().state, place.entry().number, place.entry().pictures) == (EntryState.DRAFT, "A-0001", ())
    page = photographer.get(f"{place.works}{entry.id}").get_data(as_text=True)
    assert "This work is not handed in at the moment" in page
    photographer.post(
        f"{place.works}{entry.id}", data={"title_zh": "归港", "files": [_file("new.jpg", make_jpeg(seed=3))]}
    )
    place.examine()
    assert fill(photographer, place, entry.id, "/submission").status_code == 303
    assert (place.entry().state, place.entry().number) == (EntryState.SUBMITTED, "A-0001")


def test_a_file_for_somebody_elses_entry_is_refused(
    photographer: Visitor, place: Place, visitor: Callable[[], Visitor]
) -> None:
    entry = hand_in(photographer, place)
    with place.database.changing() as work:
        stranger = make_person(work)
        work.session.expunge_all()

    answer = tus_create(visitor().sign_in(stranger), place, 1000, query=f"?entry={entry.id}")

    assert (answer.status_code, answer.json["code"]) == (404, "entry")


def test_an_original_is_handed_out_under_a_neutral_name(photographer: Visitor, place: Place) -> None:
    content = make_jpeg(seed=4)
    entry = hand_in(photographer, place, content)

    with photographer.get(f"{place.works.removesuffix('works/')}pictures/{entry.pictures[0].id}/original") as answer:
        assert answer.data == content
    assert answer.headers["Content-Disposition"] == "attachment; filename=A-0001-1.jpg"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Cache-Control"] == "private, no-store"


def _file(name: str, content: bytes) -> tuple[object, str]:
    return io.BytesIO(content), name
