"""The organizer's queue of look-alikes, and who else must never see it."""

import re
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from PIL import ImageOps
from sqlalchemy import select

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.entries import jobs
from contest.entries.models import ArchivePicture, Entry, Finding, Pair
from contest.entries.twins.archive import archives, forget_archive, index_folder
from contest.entries.twins.orders import order_anew
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.platform.store import archive_key
from contest.platform.worker import drain
from tests.entering import Place, hand_in, make_place, sandbox
from tests.lookalikes import brightened, cropped, jpeg, scene
from tests.makers import make_person, make_role
from tests.visitor import Visitor

__all__ = ["sandbox"]


@pytest.fixture
def place(app: Flask, sqlite_database: Database, sandbox: Sandbox) -> Place:
    return make_place(app, sqlite_database, sandbox)


@pytest.fixture
def organizer(visitor: Callable[[], Visitor], place: Place) -> Visitor:
    return visitor().sign_in(place.organizer).speak("en")


@pytest.fixture
def pair_id(place: Place, visitor: Callable[[], Visitor]) -> UUID:
    """Two authors hand in the same picture, one of them mirrored and brighter."""
    for number, picture in enumerate((scene(1), ImageOps.mirror(brightened(scene(1)))), start=1):
        hand_in(visitor().sign_in(_person(place)), place, jpeg(picture), author_zh=f"作者{number}")
    _work_off(place)
    with place.database.reading() as session:
        return session.scalars(select(Pair.id)).one()


def _person(place: Place) -> Person:
    with place.database.changing() as work:
        person = make_person(work)
        work.session.flush()
        work.session.expunge_all()
    return person


def _work_off(place: Place) -> None:
    parts = place.services
    drain(parts.queue, jobs.handlers(parts, sandbox=place.sandbox), clock=parts.clock)  # type: ignore[arg-type]


def _queue(place: Place) -> str:
    return f"/contests/{place.contest.short_name}/desk/look-alikes"


def test_the_queue_shows_both_works_with_words_for_how_alike_they_are(
    organizer: Visitor, place: Place, pair_id: UUID
) -> None:
    page = organizer.get(_queue(place)).get_data(as_text=True)

    assert f"{_queue(place)}/{pair_id}" in page
    assert "nearly identical" in page
    assert "mirrored" in page
    assert "Two authors" in page
    assert "1 pair" in page
    desk = organizer.get(f"/contests/{place.contest.short_name}/desk/").get_data(as_text=True)
    assert "look-alikes to decide" in desk


def test_a_pairs_page_lays_one_picture_on_the_other_without_script_or_style(
    organizer: Visitor, place: Place, pair_id: UUID
) -> None:
    answer = organizer.get(f"{_queue(place)}/{pair_id}")
    page = answer.get_data(as_text=True)

    numbers = re.search(r'transform="matrix\(([^)]+)\)"', page)
    assert numbers is not None
    a, b, c, d, e, _f = (float(number) for number in numbers.group(1).split())
    assert (a, d) == (pytest.approx(-1, abs=0.02), pytest.approx(1, abs=0.02))
    assert (b, c) == (pytest.approx(0, abs=0.02), pytest.approx(0, abs=0.02))
    assert e == pytest.approx(640, abs=8)
    assert " style=" not in page
    shown = set(re.findall(r'(?:href|src)="(/contests/[^"]+/pictures/[^"]+/1280\.jpg)"', page))
    assert len(shown) == 2
    for address in shown:
        with organizer.get(address) as preview:
            assert preview.status_code == 200


def test_a_decision_is_kept_with_its_note_and_the_queue_goes_on(
    organizer: Visitor, place: Place, pair_id: UUID
) -> None:
    answer = organizer.post(f"{_queue(place)}/{pair_id}", {"verdict": "related", "note": "连拍的两张"})

    assert (answer.status_code, answer.location) == (303, _queue(place))
    assert "No pictures look alike" in organizer.get(_queue(place)).get_data(as_text=True)
    page = organizer.get(f"{_queue(place)}/{pair_id}?verdict=related").get_data(as_text=True)
    assert "连拍的两张" in page
    assert "Decided: Related." in page
    assert f"{_queue(place)}/{pair_id}" in organizer.get(f"{_queue(place)}?verdict=related").get_data(as_text=True)
    own = organizer.get(f"{_queue(place)}?relation=same_author&verdict=all")
    assert str(pair_id) not in own.get_data(as_text=True)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"verdict": "", "note": "还没想好"}, "Say what the two are to each other"),
        ({"verdict": "same", "note": "长" * 501}, "characters"),
    ],
)
def test_a_decision_that_cannot_be_taken_keeps_what_was_typed(
    organizer: Visitor, place: Place, pair_id: UUID, typed: dict[str, str], said: str
) -> None:
    answer = organizer.post(f"{_queue(place)}/{pair_id}", typed)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert typed["note"] in page
    with place.database.reading() as session:
        assert session.scalars(select(Pair.verdict)).one() is None


def test_nobody_but_the_organizer_learns_of_a_pair(
    visitor: Callable[[], Visitor], place: Place, pair_id: UUID
) -> None:
    with place.database.changing() as work:
        contest = work.session.get_one(Contest, place.contest.id)
        juror, chair = make_person(work), make_person(work)
        make_role(work, contest, juror, RoleKind.JUROR)
        make_role(work, contest, chair, RoleKind.CHAIR)
        entrant = work.session.scalars(select(Person).join(Entry, Entry.entrant_id == Person.id)).first()
        assert entrant is not None
        mine = work.session.scalars(select(Entry).where(Entry.entrant_id == entrant.id)).one()
        work.session.expunge_all()

    for person in (juror, chair, entrant):
        seen = visitor().sign_in(person)
        for path in (_queue(place), f"{_queue(place)}/{pair_id}", f"{_queue(place)}/{pair_id}/earlier.jpg"):
            assert seen.get(path).status_code == 404
        assert seen.post(f"{_queue(place)}/{pair_id}", {"verdict": "same"}).status_code == 404
    own = visitor().sign_in(entrant).speak("en").get(f"{place.works}{mine.id}").get_data(as_text=True)
    assert "another author" not in own
    assert "look-alike" not in own.lower()


def test_another_contests_pair_does_not_exist_here(
    visitor: Callable[[], Visitor], app: Flask, place: Place, pair_id: UUID
) -> None:
    other = make_place(app, place.database, place.sandbox)

    answer = visitor().sign_in(other.organizer).get(f"{_queue(other)}/{pair_id}")

    assert answer.status_code == 404


def test_an_author_is_told_of_two_alike_works_of_her_own(visitor: Callable[[], Visitor], place: Place) -> None:
    entrant = visitor().sign_in(_person(place)).speak("en")
    first = hand_in(entrant, place, jpeg(scene(2)))
    second = hand_in(entrant, place, jpeg(cropped(scene(2), kept=0.7)))

    _work_off(place)

    page = entrant.get(f"{place.works}{second.id}").get_data(as_text=True)
    assert f"very similar to one in your entry {first.number}" in page


def test_comparing_everything_can_be_ordered_and_its_way_is_shown(
    organizer: Visitor, place: Place, pair_id: UUID
) -> None:
    assert "0 of 2 pictures" in organizer.get(_queue(place)).get_data(as_text=True)

    answer = organizer.post(f"{_queue(place)}/compare-all")
    _work_off(place)

    assert answer.status_code == 303
    assert "2 of 2 pictures" in organizer.get(_queue(place)).get_data(as_text=True)


def test_a_picture_of_an_earlier_year_is_found_and_shown(
    visitor: Callable[[], Visitor], organizer: Visitor, place: Place, sandbox: Sandbox, tmp_path: Path
) -> None:
    folder = tmp_path / "2025"
    (folder / "一等奖").mkdir(parents=True)
    (folder / "一等奖" / "归港.jpg").write_bytes(jpeg(scene(3)))
    (folder / "unlike.jpg").write_bytes(jpeg(scene(4)))
    (folder / "notes.txt").write_bytes(b"no picture")
    entry = hand_in(visitor().sign_in(_person(place)), place, jpeg(brightened(scene(3))))
    _work_off(place)
    parts = place.services
    given = {"folder": folder, "archive": "2025 获奖作品", "at": parts.clock()}

    first = index_folder(parts.database, parts.store, sandbox, sandbox, **given)  # type: ignore[arg-type]
    again = index_folder(parts.database, parts.store, sandbox, sandbox, **given)  # type: ignore[arg-type]
    with place.database.changing() as work:
        order_anew(work, parts.queue, at=parts.clock())
    _work_off(place)

    assert (first.added, first.kept, first.left) == (["unlike.jpg", "一等奖/归港.jpg"], 0, ["notes.txt"])
    assert (again.added, again.kept, again.left) == ([], 2, ["notes.txt"])
    with place.database.reading() as session:
        pair = session.scalars(select(Pair)).one()
        finding = session.scalars(select(Finding).where(Finding.code == "D05.alike_earlier_year")).one()
    assert (finding.entry_id, finding.params) == (entry.id, {"archived": "2025 获奖作品: 一等奖/归港.jpg"})
    page = organizer.get(f"{_queue(place)}/{pair.id}").get_data(as_text=True)
    assert "2025 获奖作品: 一等奖/归港.jpg" in page
    shown = organizer.get(f"{_queue(place)}/{pair.id}/earlier.jpg")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert shown.headers["Cache-Control"] == "private, no-store"
    shown.close()
    assert str(pair.id) in organizer.get(f"{_queue(place)}?relation=earlier_year").get_data(as_text=True)


def test_an_archive_can_be_forgotten_with_its_previews_and_pairs(
    place: Place, sandbox: Sandbox, tmp_path: Path
) -> None:
    (tmp_path / "one.jpg").write_bytes(jpeg(scene(5)))
    parts = place.services
    index_folder(parts.database, parts.store, sandbox, sandbox, folder=tmp_path, archive="2024", at=parts.clock())
    with place.database.reading() as session:
        kept = session.scalars(select(ArchivePicture.id)).one()
    assert archives(parts.database) == [("2024", 1)]
    assert parts.store.stat(archive_key(kept)) is not None

    assert forget_archive(parts.database, parts.store, archive="2024") == 1

    assert archives(parts.database) == []
    assert parts.store.stat(archive_key(kept)) is None
    with pytest.raises(Missing, match="archive"):
        forget_archive(parts.database, parts.store, archive="2024")


def test_an_archive_needs_a_folder_and_a_name(place: Place, sandbox: Sandbox, tmp_path: Path) -> None:
    parts = place.services

    for folder, archive, error in ((tmp_path / "no", "2024", Missing), (tmp_path, " ", Invalid)):
        with pytest.raises(error):
            index_folder(
                parts.database, parts.store, sandbox, sandbox, folder=folder, archive=archive, at=parts.clock()
            )
