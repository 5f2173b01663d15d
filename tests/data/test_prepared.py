"""Prepared statements give what SQLAlchemy's own way gives, and fail as it fails."""

from datetime import datetime

import pytest
from sqlalchemy import bindparam, insert, literal, select, type_coerce, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.kernel.db import Database, UtcHour, UuidDigits
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from contest.kernel.prepared import Prepared
from tests.makers import make_contest, make_person

# A key, moments, an enumeration, JSON, a truth, texts and whole numbers, and values that are part of the statement.
_TYPED = (
    select(
        Contest.id,
        Contest.state,
        Contest.opens_at,
        Contest.announces_at,
        Contest.terms,
        Contest.one_person,
        Contest.name_zh,
        Contest.series_max,
        literal("50 %").label("told"),
    )
    .where(Contest.id == bindparam("contest_id"), Contest.opens_at <= bindparam("at"), Contest.state == State.DRAFT)
    .limit(bindparam("count"))
)
_PEOPLE = select(Person.email).order_by(Person.email)
_NAMED = Prepared(
    update(Person.__table__).where(Person.__table__.c.email == bindparam("address")).values(name_en=bindparam("name"))
)
_ADDED = Prepared(insert(Person.__table__))
_MANY = Prepared(
    insert(Person.__table__).values(
        id=bindparam("digits", type_=UuidDigits()),
        email=bindparam("address"),
        created_at=bindparam("made"),
        name_zh="",
        name_en="",
        is_administrator=False,
        language="en",
    )
)
_BY_COLUMN = Prepared(
    select(
        type_coerce(Person.id, UuidDigits).label("digits"),
        type_coerce(Person.created_at, UtcHour).label("hour"),
        Person.email,
    ).order_by(Person.email)
)


def test_values_go_through_their_types_as_in_sqlalchemy(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=State.DRAFT)
    names = {"contest_id": contest.id, "at": now, "count": 3}

    with database.reading() as session:
        usual = session.execute(_TYPED, names).one()
        found = Prepared(_TYPED).row(session, names)

    assert found is not None
    assert tuple(found) == tuple(usual)
    assert [type(one) for one in found] == [type(one) for one in usual]
    assert (found.id, found.state, found.told) == (contest.id, State.DRAFT, "50 %")


def test_none_one_and_several_rows_are_told_apart(database: Database) -> None:
    people = Prepared(_PEOPLE)
    with database.reading() as session:
        assert people.row(session, {}) is None
    with database.changing() as work:
        make_person(work, email="a@example.org")
        make_person(work, email="b@example.org")

    with database.reading() as session:
        assert [row.email for row in people.rows(session, {})] == ["a@example.org", "b@example.org"]
        with pytest.raises(MultipleResultsFound):
            people.row(session, {})


def test_a_write_counts_the_rows_it_changed_and_is_committed(database: Database) -> None:
    with database.changing() as work:
        make_person(work, email="a@example.org")

    with database.changing() as work:
        counts = [_NAMED.write(work.session, {"address": who, "name": "A"}) for who in ("a@example.org", "nobody")]

    assert counts == [1, 0]
    with database.reading() as session:
        assert session.scalar(select(Person.name_en)) == "A"


def test_a_broken_rule_is_sqlalchemys_error_and_writes_nothing(database: Database, now: datetime) -> None:
    names = {column.key: None for column in Person.__table__.columns} | {"id": new_id(), "created_at": now}

    with pytest.raises(IntegrityError), database.changing() as work:
        make_person(work, email="a@example.org")
        work.session.flush()
        _ADDED.write(work.session, names)

    with database.reading() as session:
        assert session.scalars(select(Person.email)).all() == []


def test_many_rows_come_and_go_by_column(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
    hours = [now.replace(hour=hour) for hour in (0, 23)]
    columns = {
        "digits": [new_id().hex for _hour in hours],
        "address": ["b@example.org", "a@example.org"],
        "made": hours,
    }

    with database.changing() as work:
        _MANY.write_all(work.connection, columns)

    with database.reading() as session:
        digits, made, addresses = _BY_COLUMN.columns(session, {})
        found = Prepared(_TYPED).columns(session, {"contest_id": contest.id, "at": now, "count": 3})
    assert sorted(digits) == sorted(columns["digits"])
    assert list(made) == ["2026-11-20T23", "2026-11-20T00"]
    assert list(addresses) == ["a@example.org", "b@example.org"]
    assert [list(column) for column in found] == [[]] * 9


def test_a_work_without_a_session_commits_as_well_and_one_with_it_writes_what_it_holds(database: Database) -> None:
    with database.changing() as work:
        make_person(work, email="a@example.org")
    with database.changing() as work:
        _NAMED.write(work.connection, {"address": "a@example.org", "name": "A"})
        assert "session" not in vars(work)
    with database.changing() as work:
        work.session.scalars(select(Person)).one().name_zh = "甲"

    with database.reading() as session:
        assert session.execute(select(Person.name_zh, Person.name_en)).one() == ("甲", "A")


def test_what_sqlalchemy_would_fill_in_has_to_be_said(database: Database) -> None:
    with database.changing() as work, pytest.raises(ValueError, match="name_zh"):
        Prepared(insert(Person.__table__).values(id=bindparam("digits"))).write(work.connection, {"digits": new_id()})


def test_a_list_of_any_length_cannot_be_prepared(database: Database) -> None:
    with database.reading() as session, pytest.raises(ValueError, match="written out once"):
        Prepared(select(Person.id).where(Person.email.in_(["a", "b"]))).rows(session, {})
