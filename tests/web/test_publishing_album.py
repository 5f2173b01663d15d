"""The organizer looks through the book, changes it by hand, chooses its look and texts, checks and releases it."""

import io
import re
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from html import unescape
from uuid import UUID

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy.orm import selectinload

from contest.accounts.models import OutgoingLetter, Person, RoleKind
from contest.awards.record import PictureRecord, Record
from contest.calls.models import Contest
from contest.entries.models import OriginalsRequest
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore, original_key
from contest.platform.worker import drain
from contest.publishing import drafts
from contest.publishing.album.profiles import FOGRA39, srgb
from contest.publishing.drafts import Draft
from contest.publishing.gallery import view
from contest.publishing.jobs import handlers
from contest.publishing.models import Acceptance, Build, Release
from tests.makers import make_contest, make_person, make_role
from tests.photos import encode, make_jpeg
from tests.records import make_awarded_entry, make_record, make_result, put_previews, with_originals
from tests.visitor import SetClock, Visitor

ALBUM = "/contests/cup/desk/publishing/album"


@pytest.fixture
def record(store: FolderStore) -> Record:
    found = with_originals(make_record(), store)
    put_previews(store, view.pictures(view.awarded(found)))
    return found


@pytest.fixture
def organizer(sqlite_database: Database, record: Record) -> Person:
    """The organizer of the sealed contest "cup"."""
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        make_result(work, contest, record, announced=False)
        person = make_person(work, name_zh="罗兰", name_en="")
        make_role(work, contest, person, RoleKind.ORGANIZER)
        work.session.expunge(person)
    return person


@pytest.fixture
def desk(visitor: Callable[[], Visitor], organizer: Person) -> Visitor:
    return visitor().sign_in(organizer).speak("en")


def shown(desk: Visitor, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200
    return unescape(answer.get_data(as_text=True))


def kept(database: Database) -> Draft:
    with database.reading() as session:
        return drafts.draft(session, session.query(Contest).one().id)


def works_by_page(desk: Visitor) -> dict[str, list[str]]:
    lists = re.findall(r'<ol class="works" data-page="(\w+)"(.*?)</ol>', shown(desk, ALBUM), re.DOTALL)
    return {label: re.findall(r'data-work="([\w-]+)"', works) for label, works in lists}


def look(seen: int = 0, **changes: object) -> dict[str, object]:
    """Give the look's form as the browser would send it."""
    return {
        "seen": seen,
        "theme": "gallery",
        "size": "210x285",
        "language": "both",
        "multiple": 2,
        "bleed_mm": 3,
        "profile": "",
        "ink_limit_percent": 300,
        "leaf_mm": 0.13,
        "sections": ["half_title", "jury", "authors"],
        **changes,
    }


def build(desk: Visitor, app: Flask, database: Database, clock: SetClock, edition: str) -> str:
    """Build an edition; give its page's address."""
    desk.post(ALBUM, {"edition": edition})
    drain(EmbeddedQueue(database), handlers(app.extensions["contest"]), clock=clock)
    with database.reading() as session:
        row = session.query(Build).filter_by(edition=edition).order_by(Build.ordered_at.desc()).first()
        assert row is not None
        return f"{ALBUM}/builds/{row.id}"


def test_the_book_lies_open_with_every_work_in_its_place(desk: Visitor, record: Record) -> None:
    page = shown(desk, ALBUM)

    on_pages = [number for numbers in works_by_page(desk).values() for number in numbers]
    assert sorted(on_pages) == sorted(work.number for work in record.works if work.tier)
    assert page.index('id="p-C1"') < page.index('id="p-1"') < page.index('id="p-C4"')
    assert "Work A-0107 prints at" in page


def test_a_page_is_drawn_and_kept_under_what_it_shows(desk: Visitor) -> None:
    label = next(label for label, works in works_by_page(desk).items() if "A-0107" in works)
    found = re.search(rf'src="([^"]+/pages/{label}/480\.png\?of=\w+)"', shown(desk, ALBUM))
    assert found is not None

    answer = desk.get(found.group(1))

    assert answer.mimetype == "image/png"
    assert Image.open(io.BytesIO(answer.data)).width == 480
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-store" in desk.get(f"{ALBUM}/pages/{label}/480.png?of=old").headers["Cache-Control"]
    assert desk.get(f"{ALBUM}/pages/{label}/4000.png").status_code == 404
    assert desk.get(f"{ALBUM}/pages/999/480.png").status_code == 404


def test_two_works_change_places_and_the_change_is_taken_back(sqlite_database: Database, desk: Visitor) -> None:
    before = works_by_page(desk)

    moved = desk.post(f"{ALBUM}/moves", {"seen": 0, "later": "A-0215"})

    assert moved.headers["Location"].endswith("/album#w-A-0215")
    after = works_by_page(desk)
    assert after != before
    order = [number for works in after.values() for number in works]
    assert order.index("B-0008") < order.index("A-0215")
    desk.post(f"{ALBUM}/undo", {"seen": 1})
    assert works_by_page(desk) == before
    assert kept(sqlite_database) == Draft()


def test_a_work_is_placed_sized_and_its_page_locked(sqlite_database: Database, desk: Visitor, record: Record) -> None:
    ident = next(work.id for work in record.works if work.number == "B-0008")
    pages = works_by_page(desk)
    label = next(label for label, works in pages.items() if "A-0215" in works)

    desk.post(f"{ALBUM}/moves", {"seen": 0, "from": label, "place": "B-0008", "to": label, "slot": 1})
    desk.post(f"{ALBUM}/moves", {"seen": 1, "from": label, "size": "B-0008", "share": 70})
    locked = desk.post(f"{ALBUM}/moves", {"seen": 2, "from": label, "lock": label})

    assert locked.headers["Location"].endswith(f"/album/pages/{label}")
    overrides = kept(sqlite_database).options.overrides
    assert [pin.work for pin in overrides.pins] == [ident]
    assert overrides.sizes == {ident: 0.7}
    assert overrides.pages[0].works[0] == ident
    page = shown(desk, f"{ALBUM}/pages/{label}")
    assert "It is locked" in page
    assert "placed by hand" in page


def test_a_move_that_cannot_be_is_explained(sqlite_database: Database, desk: Visitor) -> None:
    moves: list[tuple[dict[str, object], str]] = [
        ({"earlier": "A-0107"}, "cannot go further"),
        ({"place": "A-0215", "to": "C1"}, "A work stays among the works of its prize"),
        ({"place": "X-9999", "to": "C1"}, "The album shows no work of this number"),
        ({"size": "A-0215", "share": "²"}, "A page cannot take the share"),
        ({"size": "A-0215", "share": "5"}, "a picture is shown at 30 to 100 percent"),
        ({"arrange": "C1", "count": 2}, "A work stays among"),
        ({"seen": 7, "later": "A-0215"}, "Somebody else has changed this album"),
        ({}, "The request was not complete"),
    ]
    for move, said in moves:
        answer = desk.post(f"{ALBUM}/moves", {"seen": 0, **move}, follow_redirects=True)

        assert answer.status_code == 200, move
        assert said in unescape(answer.get_data(as_text=True)), move
        assert kept(sqlite_database) == Draft(), move


def test_the_look_is_chosen_and_the_book_laid_out_anew(sqlite_database: Database, desk: Visitor) -> None:
    desk.post(f"{ALBUM}/look", look(theme="black", size="285x285", marks="y", leaf_mm="0.2", only_inks="y"))

    found = kept(sqlite_database)
    assert (found.options.design.theme, found.options.design.width_mm, found.options.design.marks) == (
        "black",
        285,
        True,
    )
    assert "preface" in found.options.texts.without
    assert "jury" not in found.options.texts.without
    assert (found.printer.leaf_mm, found.printer.only_inks) == (0.2, True)
    assert "285 × 285 mm" in shown(desk, ALBUM)


@pytest.mark.parametrize(
    ("field", "given", "said"),
    [
        ("bleed_mm", "30", "Give a number from 0 to 10."),
        ("leaf_mm", "5", "Give a number from 0.03 to 1.0."),
        ("ink_limit_percent", "", "Give a number from 200 to 400."),
        ("theme", "leather", "Not a valid choice"),
    ],
)
def test_a_look_that_cannot_be_keeps_what_was_chosen(
    sqlite_database: Database, desk: Visitor, field: str, given: str, said: str
) -> None:
    answer = desk.post(f"{ALBUM}/look", look(size="210x210", **{field: given}))

    page = unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert said in page
    assert '<option selected value="210x210">' in page
    assert kept(sqlite_database) == Draft()


def test_who_comes_second_keeps_what_was_typed(sqlite_database: Database, desk: Visitor) -> None:
    desk.post(f"{ALBUM}/look", look(theme="black"))

    late = desk.post(f"{ALBUM}/texts", {"seen": 0, "preface_zh": "山在那里。"})

    page = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "Somebody else has changed this album" in page
    assert "山在那里。" in page
    assert 'name="seen" type="hidden" value="1"' in page, "saving again takes it"


def test_texts_in_both_languages_reach_the_book(sqlite_database: Database, desk: Visitor, record: Record) -> None:
    texts = {
        "seen": 0,
        "preface_zh": "山在那里。",
        "preface_en": "The hill is there.",
        "preface_by_zh": "罗兰",
        "colophon-0-name_zh": "主编",
        "colophon-0-text_zh": "罗兰",
        "colophon-1-name_zh": "",
        "statements-0-name": "陈红",
        "statements-0-text_zh": "看得见风。",
    }
    desk.post(f"{ALBUM}/texts", texts)

    said = {"A-0107-seen": 1, "A-0107-comments-0-text_zh": "雾有七层。", "A-0107-comments-0-by_zh": "马林"}
    kept_comment = desk.post(f"{ALBUM}/works/A-0107/comments", said)

    assert kept_comment.status_code == 303
    found = kept(sqlite_database).options.texts
    assert found.preface == Bilingual("山在那里。", "The hill is there.")
    assert found.colophon == ((Bilingual("主编", ""), Bilingual("罗兰", "")),)
    assert found.statements == {"陈红": Bilingual("看得见风。", "")}
    assert found.comments[record.works[0].id][0].text.zh == "雾有七层。"
    label = str(kept_comment.headers["Location"]).partition("/pages/")[2].partition("#")[0]
    assert "雾有七层。" in shown(desk, f"{ALBUM}/pages/{label}")


def test_a_printers_profile_is_taken_in_or_refused_with_a_reason(sqlite_database: Database, desk: Visitor) -> None:
    def send(data: bytes, seen: int = 0) -> tuple[int, str]:
        form = {"seen": seen, "file": (io.BytesIO(data), "press.icc")}
        answer = desk.post(f"{ALBUM}/profile", form, content_type="multipart/form-data")
        return answer.status_code, unescape(answer.get_data(as_text=True))

    status, page = send(srgb(components=3))
    assert (status, "not for a press of four inks" in page) == (422, True)
    status, page = send(b"no profile")
    assert (status, "This file is not a colour profile" in page) == (422, True)

    assert send(FOGRA39.data)[0] == 303

    assert kept(sqlite_database).printer.profile == FOGRA39.sha256
    assert f'<option selected value="{FOGRA39.sha256}">' in shown(desk, f"{ALBUM}/look")


def test_a_build_is_checked_accepted_and_released_by_name(
    app: Flask, sqlite_database: Database, clock: SetClock, desk: Visitor
) -> None:
    desk.post(f"{ALBUM}/look", look(theme="black"))
    address = build(desk, app, sqlite_database, clock, "cover")
    history = shown(desk, f"{ALBUM}/builds")
    assert "罗兰" in history
    assert kept(sqlite_database).options.design.theme in desk.get(f"{address}/plan.json").get_data(as_text=True)
    page = shown(desk, address)
    keys = re.findall(r'name="finding" value="(\w+)"', page)
    assert keys
    assert "once every warning is accepted" in page
    early = desk.post(f"{address}/release", follow_redirects=True)
    assert "have not been accepted by anybody" in early.get_data(as_text=True)

    untold = desk.post(f"{address}/accept", {"reason": "Small prints only."})
    assert "Tick the warnings that you accept" in untold.get_data(as_text=True)
    silent = desk.post(f"{address}/accept", {"finding": keys, "reason": " "})
    assert silent.status_code == 422
    assert "Say why the book may be printed" in silent.get_data(as_text=True)
    assert f'value="{keys[0]}" checked' in silent.get_data(as_text=True)
    desk.post(f"{address}/accept", {"kind": "profile_assumed", "reason": "Small prints only."})
    left = re.findall(r'name="finding" value="(\w+)"', shown(desk, address))
    assert 0 < len(left) < len(keys)
    desk.post(f"{address}/accept", {"all": "1", "reason": "Small prints only."})
    assert "Accepted by 罗兰" in shown(desk, address)
    desk.post(f"{address}/release")

    assert "Released to the printer by 罗兰" in shown(desk, address)
    with sqlite_database.reading() as session:
        assert session.query(Acceptance).count() == len(keys)
        assert session.query(Release).count() == 1


def enter(database: Database, record: Record, *, undeclared: tuple[str, ...] = ()) -> None:
    """Make the entries of all awarded works, submitted with the declaration but for those named."""
    with database.changing() as work:
        contest = work.session.query(Contest).options(selectinload(Contest.categories)).one()
        for each in view.awarded(record):
            make_awarded_entry(work, contest, each, is_declared=each.number not in undeclared)


def test_a_larger_file_is_asked_for_with_one_click_and_printed_once_it_shows_the_same(
    sqlite_database: Database, store: FolderStore, desk: Visitor, record: Record, now: datetime
) -> None:
    enter(sqlite_database, record)
    address, work = f"{ALBUM}/works", record.works[0]
    assert "Ask for a larger file" in shown(desk, address)

    asked = desk.post(f"{address}/A-0107/ask", follow_redirects=True)

    page = unescape(asked.get_data(as_text=True))
    assert "The entrant of work A-0107 is asked by mail." in page
    assert "asked, until" in page
    with sqlite_database.reading() as session:
        assert "A-0107" in session.query(OutgoingLetter).one().text
    assert desk.post(f"{address}/Z-1/ask").status_code == 404
    other = make_jpeg(width_px=4500, height_px=3000, seed=99)
    with store.open(original_key(work.pictures[0].sha256)) as file, Image.open(file) as judged:
        larger = encode(judged.resize((4500, 3000)))
    for sent, said in (
        (other, "does not look like the judged picture"),
        (larger, "Work A-0107 is printed from the larger file from now on."),
    ):
        send(sqlite_database, store, work.pictures[0], sent, now)
        answer = desk.post(f"{address}/A-0107/file", {"larger": "1"}, follow_redirects=True)
        assert said in unescape(answer.get_data(as_text=True))
    assert "4500 × 3000 px" in shown(desk, address)
    desk.post(f"{address}/A-0107/file", {"judged": "1"})
    assert "Print this file instead" in shown(desk, address)


def send(database: Database, store: FolderStore, picture: PictureRecord, data: bytes, at: datetime) -> None:
    digest = sha256(data).hexdigest()
    store.put(original_key(digest), io.BytesIO(data))
    with database.changing() as work:
        request = work.session.get_one(OriginalsRequest, UUID(hex=picture.id))
        request.sha256, request.sent_at, request.file_name = digest, at, "full.jpg"


def test_a_work_without_consent_is_cleared_by_paper_or_left_out(
    sqlite_database: Database, desk: Visitor, record: Record
) -> None:
    enter(sqlite_database, record, undeclared=("A-0107", "A-0032"))
    address = f"{ALBUM}/works"
    label = next(label for label, works in works_by_page(desk).items() if "A-0032" in works)
    assert "Nobody accepted the rules" in shown(desk, f"{ALBUM}/pages/{label}")

    refused = desk.post(f"{address}/A-0107/consent", {"A-0107-given_by": "Li Ming", "A-0107-given_on": "2199-01-01"})
    assert refused.status_code == 422
    assert "This day is still to come" in refused.get_data(as_text=True)
    assert 'value="Li Ming"' in refused.get_data(as_text=True)
    desk.post(
        f"{address}/A-0107/consent",
        {"A-0107-given_by": "Li Ming", "A-0107-given_on": "2026-01-02", "A-0107-note": "Folder 7"},
    )
    desk.post(f"{ALBUM}/moves", {"seen": 0, "leave": "A-0032"})

    page = shown(desk, address)
    assert "Li Ming consented on 2026-01-02. Folder 7" in page
    assert "Recorded by 罗兰" in page
    assert "It is left out of the book" in page
    assert "Nobody accepted the rules" not in shown(desk, ALBUM)
    assert all("A-0032" not in works for works in works_by_page(desk).values())
    desk.post(f"{address}/A-0107/consent/back")
    desk.post(f"{ALBUM}/moves", {"seen": 1, "take": "A-0032"})
    assert shown(desk, address).count("Record the consent in my name") == 2


def test_nobody_else_sees_the_album_desk(
    visitor: Callable[[], Visitor], organizer: Person, sqlite_database: Database
) -> None:
    with sqlite_database.changing() as work:
        other = make_person(work)
        work.session.expunge(other)
    stranger = visitor().sign_in(other)

    for path in ("", "/look", "/texts", "/works", "/builds", "/pages/C1", "/pages/C1/480.png"):
        assert stranger.get(f"{ALBUM}{path}").status_code in {403, 404}
    assert stranger.post(f"{ALBUM}/moves", {"seen": 0, "later": "A-0215"}).status_code in {403, 404}
    assert kept(sqlite_database) == Draft()
