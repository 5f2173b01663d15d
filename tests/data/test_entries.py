"""Entries in the database: numbers under pressure, caps, positions, whose an entry is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.accounts.queries import RoleFacts, facts_of
from contest.entries import actions, queries
from contest.entries.actions import AuthorGiven
from contest.entries.models import Entry, EntryState, Finding
from contest.entries.web.relating import narrowed
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, Missing
from contest.kernel.permissions import Subject
from contest.platform.queue import EmbeddedQueue
from tests.makers import CLOSES, OPENS, make_author, make_contest, make_entry, make_person, make_picture, make_unit

AT = OPENS + timedelta(days=5)
DRAFT = {"state": EntryState.DRAFT, "number": None, "submitted_at": None}


def submit(database: Database, entry: Entry) -> str:
    with database.changing() as work:
        return actions.submit(
            work,
            EmbeddedQueue(database),
            entry_id=entry.id,
            actor_id=entry.entrant_id,
            declared=True,
            at=AT,
            secret="s" * 40,
            address="http://localhost",
        ).number


def test_many_at_once_get_a_number_each(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        entries = [make_entry(work, contest, **DRAFT) for _ in range(24)]
        work.session.flush()
        work.session.expunge_all()

    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda entry: submit(database, entry), entries))

    assert sorted(numbers) == [f"A-{number:04d}" for number in range(1, 25)]


def test_two_at_once_never_pass_an_authors_cap(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work, entries_per_author=3)
        person = make_person(work)
        author = make_author(work, contest, person_id=person.id)
        entries = [make_entry(work, contest, entrant=person, author=author, **DRAFT) for _ in range(8)]
        work.session.flush()
        work.session.expunge_all()

    def attempt(entry: Entry) -> str | None:
        try:
            return submit(database, entry)
        except Conflict as refused:
            return None if refused.code == "entry.cap" else refused.code

    with ThreadPoolExecutor(8) as pool:
        numbers = [number for number in pool.map(attempt, entries) if number]

    assert len(numbers) == 3


def test_numbers_of_categories_run_on_their_own_and_past_four_digits(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        make_entry(work, contest, number="A-9999")
        make_entry(work, contest, number="AB-0500")
        entry = make_entry(work, contest, **DRAFT)
        work.session.flush()
        work.session.expunge_all()

    assert submit(database, entry) == "A-10000"


def test_works_stand_in_the_order_of_their_numbers_past_four_digits(database: Database) -> None:
    numbers = ["A-9999", "A-10000", "B-10000"]
    with database.changing() as work:
        contest = make_contest(work)
        for number in reversed(numbers):
            make_entry(work, contest, number=number)
        work.session.flush()
        every = select(Entry.id)

        assert [one.number for one in queries.texts(work.session, contest.id, every)] == numbers
        assert [one.number for one in queries.table(work.session, contest.id, queries.Filters()).entries] == numbers


def test_pictures_keep_distinct_places_whatever_is_moved_or_removed(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        entry = make_entry(work, contest, pictures=4, **DRAFT)
        ids = [picture.id for picture in entry.pictures]
        entry_id, person_id = entry.id, entry.entrant_id

    with database.changing() as work:
        actions.move_picture(work, entry_id=entry_id, picture_id=ids[3], step=-10, actor_id=person_id, at=AT)
    with database.changing() as work:
        actions.remove_picture(work, entry_id=entry_id, picture_id=ids[0], actor_id=person_id, at=AT)

    with database.reading() as session:
        pictures = queries.entry_facts(session, entry_id).pictures
    assert [(picture.id, picture.position) for picture in pictures] == [(ids[3], 0), (ids[1], 1), (ids[2], 2)]


def test_putting_in_place_twice_changes_nothing_more(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        entry = make_entry(work, contest, pictures=2, **DRAFT)
        first, second = (picture.id for picture in entry.pictures)
        new = make_picture(2)
        entry.pictures.append(new)
        work.session.flush()
        entry_id, person_id, new_id = entry.id, entry.entrant_id, new.id

    for _ in range(2):
        with database.changing() as work:
            actions.put_in_place(
                work, entry_id=entry_id, picture_id=new_id, replaced_id=first, actor_id=person_id, at=AT
            )

    with database.reading() as session:
        assert [picture.id for picture in queries.entry_facts(session, entry_id).pictures] == [new_id, second]


def test_a_person_has_one_author_and_a_unit_one_of_each_name(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        person, unit = make_person(work, name_zh="张三"), make_unit(work, contest)

        own = [
            actions.author_for(work, contest_id=contest.id, person_id=person.id, unit_id=None, given=AuthorGiven()).id
            for _ in range(2)
        ]
        named = [
            actions.author_named(work, contest_id=contest.id, unit_id=unit.id, name=name).id
            for name in (Bilingual("李四", ""), Bilingual("李四\u200b", "Li Si"), Bilingual("", "\uff2c\uff29 SI"))
        ]
        elsewhere = actions.author_named(work, contest_id=contest.id, unit_id=None, name=Bilingual("李四", "")).id

    assert len(set(own)) == 1
    assert len(set(named)) == 1
    assert elsewhere not in named


def test_a_photographer_cannot_hand_in_for_a_units_author(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        unit, person = make_unit(work, contest), make_person(work)
        author = make_author(work, contest, unit_id=unit.id)

        with pytest.raises(Missing) as refused:
            actions.author_for(
                work,
                contest_id=contest.id,
                person_id=person.id,
                unit_id=None,
                given=AuthorGiven(author_id=author.id),
            )

    assert refused.value.code == "author"


def test_a_category_of_another_contest_does_not_exist(database: Database) -> None:
    with database.changing() as work:
        contest, other = make_contest(work), make_contest(work)
        person = make_person(work)
        author = make_author(work, contest, person_id=person.id)

        with pytest.raises(Missing) as refused:
            actions.create(
                work,
                contest_id=contest.id,
                entrant_id=person.id,
                author=author,
                category_id=other.categories[0].id,
                at=AT,
            )

    assert refused.value.code == "category"


def test_a_restored_entry_does_not_pass_the_cap(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work, entries_per_author=1)
        person = make_person(work)
        author = make_author(work, contest, person_id=person.id)
        gone = make_entry(work, contest, entrant=person, author=author, number="A-0001", state=EntryState.WITHDRAWN)
        make_entry(work, contest, entrant=person, author=author, number="A-0002", state=EntryState.SUBMITTED)

        with pytest.raises(Conflict) as refused:
            actions.restore(work, entry_id=gone.id, actor_id=person.id, at=AT)

    assert refused.value.code == "entry.cap"


def test_everybody_is_narrowed_to_what_she_is_to_the_entry(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        unit, other_unit = make_unit(work, contest), make_unit(work, contest)
        entrant, stranger = make_person(work), make_person(work)
        entry = make_entry(work, contest, entrant=entrant, author=make_author(work, contest, unit_id=unit.id))
        tie = queries.tie(work.session, entry_id=entry.id)
        contest_id, unit_id, other_unit_id = contest.id, unit.id, other_unit.id
        people = facts_of(entrant), facts_of(stranger)
    assert tie is not None

    def seen(person: int, kind: RoleKind | None = None, of_unit: object = None) -> set[Subject]:
        widened = {
            RoleKind.JUROR: Subject.JUROR_ASG,
            RoleKind.DELEGATE: Subject.DELEG_UNIT,
            RoleKind.ORGANIZER: Subject.ORGANIZER,
        }
        subjects = {Subject.PHOTOG_OWN} | ({widened[kind]} if kind else set())
        roles = [RoleFacts(contest_id=contest_id, kind=kind, unit_id=of_unit)] if kind else []  # type: ignore[arg-type]
        return set(narrowed(frozenset(subjects), people[person], tie, roles))

    assert seen(0) == {Subject.PHOTOG_OWN}
    assert seen(1) == {Subject.PHOTOG_OTHER}
    assert seen(1, RoleKind.DELEGATE, unit_id) == {Subject.PHOTOG_OTHER, Subject.DELEG_UNIT}
    assert seen(1, RoleKind.DELEGATE, other_unit_id) == {Subject.PHOTOG_OTHER, Subject.DELEG_OTHER}
    assert seen(1, RoleKind.JUROR) == {Subject.PHOTOG_OTHER, Subject.JUROR_UNASG}
    assert seen(0, RoleKind.ORGANIZER) == {Subject.PHOTOG_OWN, Subject.ORGANIZER}


def test_an_address_that_names_two_things_needs_them_to_belong_together(database: Database) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        one, other = make_entry(work, contest), make_entry(work, contest)

        assert queries.tie(work.session, entry_id=one.id, picture_id=other.pictures[0].id) is None
        assert queries.tie(work.session, entry_id=one.id, picture_id=one.pictures[0].id) is not None


def test_the_same_file_is_told_as_it_stands_when_a_twin_leaves_or_gets_another_author(database: Database) -> None:
    queue = EmbeddedQueue(database)

    def told(work: Work) -> list[tuple[str, str]]:
        rows = work.session.execute(select(Entry.number, Finding.code).join(Finding, Finding.entry_id == Entry.id))
        return sorted((row.number, row.code) for row in rows)

    with database.changing() as work:
        contest, person = make_contest(work), make_person(work)
        authors = [make_author(work, contest, name_zh=name) for name in ("甲", "乙")]
        one, other = (
            make_entry(work, contest, entrant=person, author=author, number=number, state=EntryState.SUBMITTED)
            for author, number in zip(authors, ("A-0001", "A-0002"), strict=True)
        )
        other.pictures[0].sha256 = one.pictures[0].sha256
        work.session.flush()
        given = {"entry_id": other.id, "actor_id": person.id, "at": AT}
        text = actions.Text(title=Bilingual("归港", ""))

        actions.save(work, queue, text=text, author=authors[0], **given)
        assert told(work) == [("A-0001", "D01.same_file_same_author"), ("A-0002", "D01.same_file_same_author")]
        actions.save(work, queue, text=text, author=authors[1], **given)
        assert {code for _number, code in told(work)} == {"D02.same_file_other_author"}
        actions.withdraw(work, **given)
        assert told(work) == [("A-0002", "D02.same_file_other_author")]
        actions.restore(work, **given)
        assert [number for number, _code in told(work)] == ["A-0001", "A-0002"]


def test_nothing_is_saved_from_the_closing_moment_on(database: Database) -> None:
    with database.changing() as work:
        contest, person = make_contest(work), make_person(work)
        author = make_author(work, contest, person_id=person.id)
        entry = make_entry(work, contest, entrant=person, author=author, **DRAFT)

        with pytest.raises(Conflict) as refused:
            actions.save(
                work,
                EmbeddedQueue(database),
                entry_id=entry.id,
                text=actions.Text(title=Bilingual("晚了", "")),
                author=author,
                actor_id=person.id,
                at=CLOSES,
            )

    assert refused.value.code == "entry.closed"
