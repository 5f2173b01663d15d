"""Prepared statements give what SQLAlchemy's own way gives, and fail as it fails."""

from datetime import datetime

import pytest
from sqlalchemy import bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError, MultipleResultsFound

from contest.accounts.models import Person
from contest.calls.models import Contest
from contest.kernel.db import Database
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


def test_a_list_of_any_length_cannot_be_prepared(database: Database) -> None:
    with database.reading() as session, pytest.raises(ValueError, match="written out once"):
        Prepared(select(Person.id).where(Person.email.in_(["a", "b"]))).rows(session, {})
