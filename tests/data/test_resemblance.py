"""From a received file to the pictures that it resembles, through the real sandbox."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import ImageFilter, ImageOps
from sqlalchemy import select, update

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.calls.queries import contest_by_id
from contest.entries import actions, queries
from contest.entries.jobs import handlers
from contest.entries.models import Author, Entry, EntryState, Finding, Likeness, Pair, PairVerdict
from contest.entries.queries import Likeliness, PairFacts, PairFilters, Relation
from contest.entries.twins import mark_pairs
from contest.entries.twins.archive import index_folder
from contest.entries.twins.comparing import compare_widely
from contest.entries.twins.orders import order_where_closed
from contest.inspection.sandbox import Sandbox
from contest.inspection.terms import PhotoTerms
from contest.kernel import audit
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.kernel.permissions import State
from contest.platform.worker import drain
from tests.data.test_inspect_job import another_author, findings_of, services_of
from tests.lookalikes import bordered, brightened, cropped, jpeg, reencoded, resized, scene
from tests.photos import insert_segments, make_pixels, segment
from tests.uploading import NOW, Desk, make_desk, make_draft

LATER = NOW + timedelta(days=30)


# What these tests find stands in the pixels; what becomes of it, the others ask on both databases.
in_pixels = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with Sandbox(work_dir=tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Desk:
    desk = make_desk(database, tmp_path / "uploads")
    hand_in(desk, "A-0001")
    return desk


@pytest.fixture
def other(desk: Desk) -> Desk:
    """A second author's entry in the same contest."""
    other = another_author(desk)
    hand_in(other, "A-0002")
    return other


def work_off(desk: Desk, sandbox: Sandbox) -> None:
    drain(desk.queue, handlers(services_of(desk), sandbox=sandbox), clock=lambda: NOW)


def hand_in(desk: Desk, number: str) -> None:
    with desk.database.changing() as work:
        entry = work.session.get_one(Entry, desk.entry_id)
        entry.state, entry.number, entry.submitted_at = EntryState.SUBMITTED, number, NOW


def contest_id(desk: Desk) -> UUID:
    with desk.database.reading() as session:
        return session.get_one(Entry, desk.entry_id).contest_id


def own_second(desk: Desk) -> Desk:
    """Another entry of the same author."""
    with desk.database.changing() as work:
        mine = work.session.get_one(Entry, desk.entry_id)
        draft = make_draft(
            work,
            work.session.get_one(Contest, mine.contest_id),
            work.session.get_one(Person, desk.person_id),
            work.session.get_one(Author, mine.author_id),
            category_id=mine.category_id,
        )
        second = Desk(desk.database, desk.folder, desk.person_id, draft.id)
    hand_in(second, "A-0003")
    return second


def queue_of(desk: Desk, **filters: Any) -> tuple[PairFacts, ...]:
    with desk.database.reading() as session:
        return queries.pairs(session, contest_id(desk), PairFilters(**filters)).pairs


def said_of(desk: Desk, picture_id: UUID) -> dict[str, dict[str, Any]]:
    return {code: params for code, (_, params) in findings_of(desk, picture_id).items() if code.startswith("D")}


def laid(pair: PairFacts, x: float, y: float) -> tuple[float, float]:
    """Where a point of the second picture, in shares of its sides, lies in the first, in shares as well."""
    a, b, c, d, e, f = pair.matrix
    x, y = x * pair.second.width_px, y * pair.second.height_px
    return (a * x + c * y + e) / pair.first.width_px, (b * x + d * y + f) / pair.first.height_px


@in_pixels
def test_a_mirrored_brighter_copy_of_anothers_picture_is_found_and_laid_on_it(
    desk: Desk, other: Desk, sandbox: Sandbox
) -> None:
    first = desk.send(jpeg(scene(1)))
    copy = other.send(jpeg(reencoded(ImageOps.mirror(brightened(scene(1))), quality=60)))
    unlike = other.send(jpeg(scene(2)))

    work_off(desk, sandbox)

    (pair,) = queue_of(desk)
    assert (pair.relation, pair.likeliness) == (Relation.OTHER_AUTHOR, Likeliness.NEARLY_IDENTICAL)
    assert {pair.first.number, pair.second.number} == {"A-0001", "A-0002"}
    assert pair.is_mirrored
    assert laid(pair, 0, 0) == pytest.approx((1, 0), abs=0.01)
    assert laid(pair, 0.25, 1) == pytest.approx((0.75, 1), abs=0.01)
    assert said_of(desk, first.picture_id) == {"D04.alike_other_author": {"entry": "A-0002"}}
    assert said_of(desk, copy.picture_id) == {"D04.alike_other_author": {"entry": "A-0001"}}
    assert said_of(desk, unlike.picture_id) == {}


@in_pixels
@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_picture_turned_by_quarters_is_found_and_turned_back(
    desk: Desk, other: Desk, sandbox: Sandbox, degrees: int
) -> None:
    desk.send(jpeg(scene(3)))
    work_off(desk, sandbox)

    other.send(jpeg(scene(3).rotate(degrees, expand=True)))
    work_off(desk, sandbox)

    (pair,) = queue_of(desk)
    assert pair.turned_degrees in ({degrees, 360 - degrees})
    corners = sorted((round(x), round(y)) for x, y in (laid(pair, *at) for at in ((0, 0), (1, 0), (0, 1), (1, 1))))
    assert corners == [(0, 0), (0, 1), (1, 0), (1, 1)]


@in_pixels
def test_a_copy_without_metadata_is_equal_in_every_pixel(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    plain = jpeg(scene(4))
    first = desk.send(plain)
    copy = other.send(insert_segments(plain, [segment(0xFE, b"another comment")]))

    work_off(desk, sandbox)

    assert [pair.likeliness for pair in queue_of(desk)] == [Likeliness.SAME_PIXELS]
    assert set(said_of(desk, first.picture_id)) == {"D02.same_pixels_other_author"}
    assert set(said_of(desk, copy.picture_id)) == {"D02.same_pixels_other_author"}


def test_the_same_file_is_said_once_and_stands_in_the_queue(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    first = desk.send(jpeg(scene(5)))
    other.send(jpeg(scene(5)))

    work_off(desk, sandbox)

    assert set(said_of(desk, first.picture_id)) == {"D02.same_file_other_author"}
    assert [pair.likeliness for pair in queue_of(desk)] == [Likeliness.SAME_FILE]


def test_a_crop_of_ones_own_picture_is_found_at_once_and_told_to_its_author(desk: Desk, sandbox: Sandbox) -> None:
    second = own_second(desk)
    first = desk.send(jpeg(scene(6)))
    crop = second.send(jpeg(cropped(scene(6), kept=0.5)))

    work_off(desk, sandbox)

    (pair,) = queue_of(desk)
    assert (pair.relation, pair.distance) == (Relation.SAME_AUTHOR, None)
    assert pair.likeliness in {Likeliness.PART_SURE, Likeliness.PART_LIKELY}
    assert pair.first.picture_id == first.picture_id, "the one that shows more is the frame"
    assert said_of(desk, crop.picture_id) == {"D03.alike_same_author": {"entry": "A-0001"}}
    with desk.database.reading() as session:
        entry = queries.entry_facts(session, second.entry_id)
    assert [one.code for one in entry.findings if one.for_photographer and one.code[0] == "D"] == [
        "D03.alike_same_author"
    ]


def test_parts_of_anothers_picture_are_found_once_entries_are_closed(
    desk: Desk, other: Desk, sandbox: Sandbox
) -> None:
    desk.send(jpeg(scene(7)))
    other.send(jpeg(bordered(cropped(scene(7), kept=0.6))))
    work_off(desk, sandbox)
    assert queue_of(desk) == ()
    with desk.database.changing() as work:
        order_where_closed(work, desk.queue, at=NOW)
    assert _waiting(desk, "compare_all") == 0, "entries are still taken"

    with desk.database.changing() as work:
        work.session.get_one(Contest, contest_id(desk)).state = State.PRESCREEN
        order_where_closed(work, desk.queue, at=LATER)
    drain(desk.queue, handlers(services_of(desk), sandbox=sandbox), clock=lambda: LATER)

    (pair,) = queue_of(desk)
    assert (pair.distance, pair.relation) == (None, Relation.OTHER_AUTHOR)
    with desk.database.reading() as session:
        assert queries.compared(session, contest_id(desk)) == (2, 2)
    with desk.database.changing() as work:
        order_where_closed(work, desk.queue, at=LATER)
    assert _waiting(desk, "compare_all") == 0, "all is done"


def test_comparing_everything_goes_on_where_it_stopped(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    for number in range(3):
        desk.send(jpeg(scene(20 + number)))
    other.send(jpeg(cropped(scene(22), kept=0.6)))
    work_off(desk, sandbox)
    id_ = contest_id(desk)

    slices = 1
    while not compare_widely(desk.database, desk.store, sandbox, contest_id=id_, at=NOW, slice_s=0.001):
        slices += 1

    assert slices > 1
    assert len(queue_of(desk)) == 1
    with desk.database.reading() as session:
        assert queries.compared(session, id_) == (4, 4)


def test_a_picture_that_came_after_everything_was_compared_meets_all_others(
    desk: Desk, other: Desk, sandbox: Sandbox
) -> None:
    desk.send(jpeg(scene(8)))
    work_off(desk, sandbox)
    assert compare_widely(desk.database, desk.store, sandbox, contest_id=contest_id(desk), at=NOW)

    other.send(jpeg(cropped(scene(8), kept=0.6)))
    drain(desk.queue, handlers(services_of(desk), sandbox=sandbox), clock=lambda: LATER)
    assert compare_widely(desk.database, desk.store, sandbox, contest_id=contest_id(desk), at=LATER)

    assert len(queue_of(desk)) == 1


def test_a_crop_of_an_earlier_years_picture_is_found_and_named(desk: Desk, sandbox: Sandbox, tmp_path: Path) -> None:
    folder = tmp_path / "2025"
    folder.mkdir()
    (folder / "归港.jpg").write_bytes(jpeg(scene(16)))
    index_folder(desk.database, desk.store, sandbox, sandbox, folder=folder, archive="2025", at=NOW)
    (folder / "归港.jpg").unlink()
    crop = desk.send(jpeg(cropped(scene(16), kept=0.5)))
    work_off(desk, sandbox)

    assert compare_widely(desk.database, desk.store, sandbox, contest_id=contest_id(desk), at=NOW)

    assert said_of(desk, crop.picture_id) == {"D05.alike_earlier_year": {"archived": "2025: 归港.jpg"}}


def test_a_pair_called_unrelated_is_no_finding_any_more_and_stays_so(
    desk: Desk, other: Desk, sandbox: Sandbox
) -> None:
    first = desk.send(jpeg(scene(9)))
    other.send(jpeg(brightened(scene(9))))
    work_off(desk, sandbox)
    (pair,) = queue_of(desk)

    with desk.database.changing() as work:
        actions.decide_pair(
            work,
            contest_id=contest_id(desk),
            pair_id=pair.id,
            verdict="unrelated",
            note=" 两次拍摄 ",
            actor_id=desk.person_id,
            at=NOW,
        )
    assert compare_widely(desk.database, desk.store, sandbox, contest_id=contest_id(desk), at=NOW)

    assert said_of(desk, first.picture_id) == {}
    assert queue_of(desk) == ()
    (decided,) = queue_of(desk, verdict="unrelated")
    assert (decided.verdict, decided.note) == (PairVerdict.UNRELATED, "两次拍摄")
    with desk.database.reading() as session:
        line = session.scalars(select(audit.AuditLine).order_by(audit.AuditLine.seq.desc())).first()
    assert line is not None
    assert (line.action, line.facts["verdict"]) == ("entry.decide_pair", "unrelated")


def test_a_decision_needs_a_verdict_and_a_pair_of_this_contest(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    desk.send(jpeg(scene(9)))
    other.send(jpeg(brightened(scene(9))))
    work_off(desk, sandbox)
    (pair,) = queue_of(desk)
    given = {"pair_id": pair.id, "note": "", "actor_id": desk.person_id, "at": NOW}

    with desk.database.changing() as work, pytest.raises(Invalid, match=r"pair\.verdict_missing"):
        actions.decide_pair(work, contest_id=contest_id(desk), verdict="perhaps", **given)
    with desk.database.changing() as work, pytest.raises(Missing, match="pair"):
        actions.decide_pair(work, contest_id=UUID(int=7), verdict="same", **given)

    assert len(queue_of(desk)) == 1


def test_a_withdrawn_entry_resembles_nothing(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    first = desk.send(jpeg(scene(10)))
    other.send(jpeg(brightened(scene(10))))
    work_off(desk, sandbox)
    assert said_of(desk, first.picture_id) != {}

    with desk.database.changing() as work:
        actions.withdraw(work, entry_id=other.entry_id, actor_id=other.person_id, at=NOW)

    assert said_of(desk, first.picture_id) == {}
    assert queue_of(desk) == ()


def test_a_picture_taken_out_leaves_no_finding_on_the_other(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    first = desk.send(jpeg(scene(10)))
    copy = other.send(jpeg(brightened(scene(10))))
    work_off(desk, sandbox)

    with desk.database.changing() as work:
        actions.remove_picture(
            work, entry_id=other.entry_id, picture_id=copy.picture_id, actor_id=other.person_id, at=NOW
        )

    assert said_of(desk, first.picture_id) == {}
    with desk.database.reading() as session:
        assert session.scalars(select(Pair)).all() == []
        assert session.scalars(select(Likeness.picture_id)).all() == [first.picture_id]


def test_a_contest_may_switch_resemblances_off(desk: Desk, other: Desk, sandbox: Sandbox) -> None:
    with desk.database.changing() as work:
        terms = PhotoTerms(severities={"D04": "off"}).to_json()
        work.session.execute(update(Contest).where(Contest.id == contest_id(desk)).values(terms=terms))
    first = desk.send(jpeg(scene(11)))
    other.send(jpeg(brightened(scene(11))))

    work_off(desk, sandbox)

    assert said_of(desk, first.picture_id) == {}
    assert len(queue_of(desk)) == 1, "the queue is for the organizer and shows it all the same"


@in_pixels
def test_nearly_identical_frames_of_a_series_are_named_on_the_entry_and_are_no_pair(
    desk: Desk, sandbox: Sandbox
) -> None:
    desk.send(jpeg(scene(12)))
    desk.send(jpeg(scene(13)))
    last = desk.send(jpeg(brightened(scene(12), by=1.1)))
    work_off(desk, sandbox)
    assert _series(desk) == [("S02.alike", {"first": 1, "second": 3})]

    with desk.database.changing() as work:
        actions.move_picture(
            work, entry_id=desk.entry_id, picture_id=last.picture_id, step=-1, actor_id=desk.person_id, at=NOW
        )

    assert _series(desk) == [("S02.alike", {"first": 1, "second": 2})]
    assert queue_of(desk) == ()


@in_pixels
def test_plain_pictures_resemble_each_other_by_their_slow_changes_alone(
    desk: Desk, other: Desk, sandbox: Sandbox
) -> None:
    fog = make_pixels(seed=3).filter(ImageFilter.GaussianBlur(40)).point(lambda value: 150 + value // 8)
    desk.send(jpeg(fog, quality=95))
    other.send(jpeg(resized(fog, by=0.7), quality=95))
    third = other.send(jpeg(scene(14)))

    work_off(desk, sandbox)

    with desk.database.reading() as session:
        assert session.scalars(select(Likeness.quality).order_by(Likeness.quality)).first() == 0
    (pair,) = queue_of(desk)
    assert pair.likeliness in {Likeliness.NEARLY_IDENTICAL, Likeliness.VERY_ALIKE, Likeliness.SAME_PIXELS}
    assert third.picture_id not in {pair.first.picture_id, pair.second.picture_id}


def test_other_authors_drafts_are_not_spoken_of(desk: Desk, sandbox: Sandbox) -> None:
    other = another_author(desk)
    first = desk.send(jpeg(scene(15)))
    other.send(jpeg(brightened(scene(15))))

    work_off(desk, sandbox)

    assert said_of(desk, first.picture_id) == {}
    assert queue_of(desk) == ()
    hand_in(other, "A-0002")
    with desk.database.changing() as work:
        mark_pairs(work, contest=contest_by_id(work.session, contest_id(desk), NOW))
    assert said_of(desk, first.picture_id) == {"D04.alike_other_author": {"entry": "A-0002"}}


def _series(desk: Desk) -> list[tuple[str, dict[str, Any]]]:
    with desk.database.reading() as session:
        rows = session.scalars(select(Finding).where(Finding.entry_id == desk.entry_id, Finding.picture_id.is_(None)))
        return [(row.code, row.params) for row in rows]


def _waiting(desk: Desk, kind: str) -> int:
    with desk.database.reading() as session:
        return desk.queue.waiting(session, kinds={kind})
