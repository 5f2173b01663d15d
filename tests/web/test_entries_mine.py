"""A photographer hands in, without a script: one or several files, texts, submission, receipt."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from contest.accounts.models import OutgoingLetter
from contest.calls.models import Contest
from contest.entries.models import EntryKind, EntryState, PictureState
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database
from contest.web.sentences import SENTENCES
from tests.entering import Place, as_file, fill, hand_in, make_place, sandbox, send_form
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
        person = make_person(work, name_zh="张三", name_en="Zhang San", email="zhang@example.org")
        work.session.expunge_all()
    return visitor().sign_in(person).speak("en")


def test_an_empty_list_says_what_to_do(photographer: Visitor, place: Place) -> None:
    page = photographer.get(place.works).get_data(as_text=True)

    assert "Nothing here yet. Choose photographs above" in page
    assert "Closes in 11 days 12 hours" in page
    assert "2026-12-01 24:00 Beijing time (UTC+8)" in page


def test_every_file_of_a_form_becomes_a_draft_of_its_own(photographer: Visitor, place: Place) -> None:
    first, second = make_jpeg(seed=1), make_jpeg(seed=2)

    answer = send_form(photographer, place, ("晨雾.jpg", first), ("two.jpg", second))

    assert (answer.status_code, answer.headers["Location"]) == (303, place.works)
    drafts = place.entries()
    assert [(entry.state, entry.number, entry.author.name.zh) for entry in drafts] == [
        (EntryState.DRAFT, None, "张三")
    ] * 2
    assert sorted(picture.file_name for entry in drafts for picture in entry.pictures) == ["two.jpg", "晨雾.jpg"]
    assert {place.original(entry.pictures[0].sha256) for entry in drafts} == {first, second}


def test_a_single_file_leads_straight_to_its_page(photographer: Visitor, place: Place) -> None:
    answer = send_form(photographer, place, ("one.jpg", make_jpeg()))

    assert answer.headers["Location"] == f"{place.works}{place.entry().id}"
    page = photographer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Being examined" in page
    place.examine()
    page = photographer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Meets the terms. Taken on 2026-10-17 17:42 with Camera 7." in page


def test_handing_in_gives_a_number_a_receipt_and_a_letter(
    photographer: Visitor, place: Place, sqlite_database: Database
) -> None:
    entry = hand_in(photographer, place, caption="雨后", place="青岛")

    assert (entry.number, entry.state, entry.kind) == ("A-0001", EntryState.SUBMITTED, EntryKind.SINGLE)
    assert (entry.title.zh, entry.caption, entry.place) == ("归港", "雨后", "青岛")
    receipt = photographer.get(f"{place.works}{entry.id}/receipt").get_data(as_text=True)
    assert "A-0001" in receipt
    assert entry.pictures[0].sha256 in receipt
    assert "2026-11-20 12:00 Beijing time (UTC+8)" in receipt
    (letter,) = letters(place)
    assert letter.to == "zhang@example.org"
    assert "A-0001" in letter.text
    assert entry.pictures[0].sha256 in letter.text
    assert f"http://localhost{place.works}{entry.id}/receipt" in letter.text


def test_submitting_twice_has_one_effect(photographer: Visitor, place: Place) -> None:
    entry = hand_in(photographer, place)

    answer = fill(photographer, place, entry.id, "/submission")

    assert answer.status_code == 303
    assert [one.number for one in place.entries()] == ["A-0001"]
    assert len(letters(place)) == 1


def test_numbers_go_up_and_are_never_given_twice(photographer: Visitor, place: Place) -> None:
    first = hand_in(photographer, place, make_jpeg(seed=1))
    photographer.post(f"{place.works}{first.id}/withdrawal")

    second = hand_in(photographer, place, make_jpeg(seed=2))

    assert (first.number, second.number) == ("A-0001", "A-0002")


def test_a_picture_still_being_examined_does_not_hold_the_number_up(photographer: Visitor, place: Place) -> None:
    send_form(photographer, place, ("small.jpg", make_jpeg(width_px=900, height_px=600)))

    answer = fill(photographer, place, place.entry().id, "/submission")

    assert answer.status_code == 303
    assert place.entry().number == "A-0001"
    receipt = photographer.get(answer.headers["Location"]).get_data(as_text=True)
    assert "still being examined" in receipt
    place.examine()
    page = photographer.get(place.works).get_data(as_text=True)
    assert "The long side has 900 px; this contest needs 1000 px." in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title_zh": ""}, "The title is missing."),
        ({"author_zh": "", "author_en": ""}, None),
        ({"declared": ""}, "Tick the declaration"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(
    photographer: Visitor, place: Place, fields: dict[str, str], sentence: str | None
) -> None:
    send_form(photographer, place, ("one.jpg", make_jpeg()))
    place.examine()

    answer = fill(photographer, place, place.entry().id, "/submission", caption="kept", **fields)

    if sentence is None:  # the author's name was known from the account
        assert answer.status_code == 303
        return
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert sentence in page
    assert "autofocus" in page
    assert place.entry().caption == "kept"
    assert place.entry().number is None


def test_a_salon_asks_for_the_country_and_understands_its_name(photographer: Visitor, place: Place) -> None:
    with place.database.changing() as work:
        work.session.get_one(Contest, place.contest.id).preset = "fiap"
    send_form(photographer, place, ("one.jpg", make_jpeg()))
    place.examine()
    entry = place.entry()

    wrong = fill(photographer, place, entry.id, "/submission", author_country="Ruritania")
    handed_in = fill(photographer, place, entry.id, "/submission", author_country="法国")

    page = wrong.get_data(as_text=True)
    assert wrong.status_code == 422
    assert "“Ruritania” is no country or region that we know." in page
    assert 'value="Ruritania"' in page
    assert handed_in.status_code == 303
    assert place.entry().author.country == "FR"
    assert 'value="France"' in photographer.get(f"{place.works}{entry.id}").get_data(as_text=True)


def test_other_contests_do_not_ask_for_it(photographer: Visitor, place: Place) -> None:
    entry = hand_in(photographer, place)

    assert entry.author.country == ""
    assert "author_country" not in photographer.get(f"{place.works}{entry.id}").get_data(as_text=True)


def test_a_rejected_picture_cannot_be_handed_in(photographer: Visitor, place: Place) -> None:
    send_form(photographer, place, ("small.jpg", make_jpeg(width_px=900, height_px=600)))
    place.examine()

    answer = fill(photographer, place, place.entry().id, "/submission")

    assert answer.status_code == 422
    assert "A picture does not meet the terms" in answer.get_data(as_text=True)
    assert place.entry().number is None


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>" * 30, "upload.not_a_photo"),
        ("empty.jpg", b"", "upload.empty"),
        ("drawing.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "upload.format"),
    ],
)
def test_a_file_that_is_no_photograph_is_refused_and_leaves_no_draft(
    photographer: Visitor, place: Place, name: str, content: bytes, sentence: str
) -> None:
    answer = photographer.send(
        "POST", place.works, data=_files((name, content), ("good.jpg", make_jpeg())), follow_redirects=True
    )

    page = answer.get_data(as_text=True)
    assert f"{name}: {SENTENCES[sentence].split('%', 1)[0]}" in page
    assert [entry.pictures[0].file_name for entry in place.entries()] == ["good.jpg"]


def test_a_truncated_file_is_received_and_its_verdict_says_so(photographer: Visitor, place: Place) -> None:
    send_form(photographer, place, ("half.jpg", make_jpeg()[:2000]))
    place.examine()

    assert place.entry().pictures[0].state is PictureState.UNREADABLE
    page = photographer.get(f"{place.works}{place.entry().id}").get_data(as_text=True)
    assert "The file is damaged or incomplete." in page
    assert fill(photographer, place, place.entry().id, "/submission").status_code == 422


def test_the_same_file_twice_is_refused_with_the_name_of_the_first(photographer: Visitor, place: Place) -> None:
    hand_in(photographer, place, make_jpeg(seed=7))

    answer = photographer.send(
        "POST", place.works, data=_files(("again.jpg", make_jpeg(seed=7))), follow_redirects=True
    )

    assert "A-0001" in answer.get_data(as_text=True)
    assert len(place.entries()) == 1


def test_a_form_without_a_file_says_so(photographer: Visitor, place: Place) -> None:
    answer = photographer.post(place.works, data={"files": ""})

    assert answer.status_code == 422
    assert "No file arrived." in answer.get_data(as_text=True)


def test_one_work_more_than_the_cap_is_refused_and_its_draft_kept(
    photographer: Visitor, app: Flask, sqlite_database: Database, sandbox: Sandbox
) -> None:
    place = make_place(app, sqlite_database, sandbox, entries_per_author=1)
    hand_in(photographer, place, make_jpeg(seed=1))
    send_form(photographer, place, ("two.jpg", make_jpeg(seed=2)))
    place.examine()
    draft = next(entry for entry in place.entries() if entry.number is None)

    answer = fill(photographer, place, draft.id, "/submission", title_zh="第二幅")

    assert answer.status_code == 422
    assert "has handed in 1 of 1 possible works" in answer.get_data(as_text=True)
    assert [entry.title.zh for entry in place.entries() if entry.number is None] == ["第二幅"]


def test_nothing_is_taken_from_the_closing_moment_on(photographer: Visitor, place: Place, clock: SetClock) -> None:
    send_form(photographer, place, ("one.jpg", make_jpeg()))
    place.examine()
    entry = place.entry()
    clock.at = CLOSES

    new = send_form(photographer, place, ("late.jpg", make_jpeg(seed=2)))
    submitted = fill(photographer, place, entry.id, "/submission")

    assert new.status_code == 403
    assert submitted.status_code == 422
    assert "Entries are closed; nothing was changed." in submitted.get_data(as_text=True)
    assert place.entry().number is None
    clock.at = CLOSES - timedelta(seconds=1)
    assert fill(photographer, place, entry.id, "/submission").status_code == 303


def test_a_withdrawn_work_can_be_put_back_until_the_deadline(photographer: Visitor, place: Place) -> None:
    entry = hand_in(photographer, place)

    photographer.post(f"{place.works}{entry.id}/withdrawal")
    assert place.entry().state is EntryState.WITHDRAWN
    photographer.post(f"{place.works}{entry.id}/return")

    assert (place.entry().state, place.entry().number) == (EntryState.SUBMITTED, "A-0001")


def test_after_the_deadline_withdrawing_needs_the_number_typed(
    photographer: Visitor, place: Place, clock: SetClock
) -> None:
    entry = hand_in(photographer, place)
    clock.at = CLOSES + timedelta(days=1)

    photographer.post(f"{place.works}{entry.id}/withdrawal", data={"typed": "A-0002"})
    assert place.entry().state is EntryState.SUBMITTED
    photographer.post(f"{place.works}{entry.id}/withdrawal", data={"typed": " a-0001 "})

    assert place.entry().state is EntryState.WITHDRAWN


def test_changes_after_handing_in_keep_it_handed_in(photographer: Visitor, place: Place) -> None:
    entry = hand_in(photographer, place)

    fill(photographer, place, entry.id, title_zh="归港（修订）")
    emptied = fill(photographer, place, entry.id, title_zh="")

    assert emptied.status_code == 422
    assert (place.entry().state, place.entry().title.zh) == (EntryState.SUBMITTED, "归港（修订）")


def test_a_name_typed_after_the_picture_was_examined_is_found_all_the_same(
    photographer: Visitor, place: Place
) -> None:
    entry = hand_in(photographer, place, caption="摄影：张三")
    place.examine()
    named = {finding.code for finding in place.entry().findings}
    fill(photographer, place, entry.id, title_zh="张三的归港", caption="")
    place.examine()
    renamed = {finding.code for finding in place.entry().findings}
    fill(photographer, place, entry.id, "/submission", title_zh="归港", caption="")
    place.examine()

    assert named & {"B02.name_in_title", "B02.name_in_caption"} == {"B02.name_in_caption"}
    assert renamed & {"B02.name_in_title", "B02.name_in_caption"} == {"B02.name_in_title"}
    assert not any(finding.code.startswith("B02") for finding in place.entry().findings)


def test_pages_of_others_works_do_not_exist(
    visitor: Callable[[], Visitor], photographer: Visitor, place: Place
) -> None:
    entry = hand_in(photographer, place)
    with place.database.changing() as work:
        stranger = make_person(work)
        work.session.expunge_all()
    other = visitor().sign_in(stranger)

    picture = entry.pictures[0].id
    contest = place.works.removesuffix("/works/")
    answers = [
        other.get(f"{place.works}{entry.id}").status_code,
        other.get(f"{place.works}{entry.id}/receipt").status_code,
        other.get(f"{contest}/pictures/{picture}/320.jpg").status_code,
        other.get(f"{contest}/pictures/{picture}/original").status_code,
        other.post(f"{place.works}{entry.id}/withdrawal").status_code,
    ]

    assert answers == [404] * 5
    assert place.entry().state is EntryState.SUBMITTED


def letters(place: Place) -> list[OutgoingLetter]:
    with place.database.reading() as session:
        return list(session.scalars(select(OutgoingLetter)).all())


def _files(*files: tuple[str, bytes]) -> dict[str, object]:
    return {"files": [as_file(*file) for file in files]}
