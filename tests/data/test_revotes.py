"""Another vote on works that tie orders them, for prizes and for who goes on, and changes nothing else."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select, update

from contest.judging import actions as judging
from contest.judging.models import Ballot, Round, RoundEntry, Sheet
from contest.judging.queries import finals, round_by_id
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.ranking import split
from contest.judging.rules.settings import Mode, usual
from contest.kernel.db import Database
from contest.kernel.errors import Conflict
from tests.data.test_awards import Jury, judged


def _voted_again(jury: Jury, scores: dict[UUID, int], *, round_id: UUID | None = None, line: int = 1) -> UUID:
    """Hold another vote of the chair on the works that tie across a line; give its round's id."""
    with jury.database.changing() as work:
        given = {"actor_id": jury.organizer_id, "at": jury.at}
        again = judging.advance(
            work, round_id=round_id or jury.round_id, rule=Rule(by=By.TIED, count=line), seed=str(round_id), **given
        )
        judging.open_round(work, round_id=again, **given)
        dealt = select(Ballot.entry_id, Ballot.handle).join(Sheet, Sheet.id == Ballot.sheet_id)
        number = round_by_id(work.session, again).number
        for entry_id, handle in work.session.execute(dealt.where(Sheet.round_id == again)).all():
            judging.cast(
                work,
                contest_id=jury.contest_id,
                number=number,
                juror_id=jury.chair_id,
                handle=handle,
                score=100 * scores[entry_id],
                request_key=f"key-{handle}",
                at=jury.at,
            )
        assert finals(work.session, jury.contest_id) == []  # nothing is final while somebody votes
        judging.close(work, round_id=again, **given)
    return again


def test_another_vote_orders_the_works_that_tie_and_takes_no_place_from_the_others(
    database: Database, now: datetime
) -> None:
    jury = judged(database, now, [9, 7, 7, 7, 4])
    best, *tied, last = jury.entries
    tie = jury.draft().tie
    assert tie is not None
    assert (tie.way, set(tie.tie.entry_ids)) == ("head_to_head", set(tied))

    _voted_again(jury, dict(zip(tied, (3, 9, 6), strict=True)), line=2)
    result = jury.draft()

    assert result.tie is None
    assert [work.entry_id for work in result.works] == [best, tied[1], tied[2], tied[0], last]
    assert jury.tiers() == ["first", None, "second", "second", None]
    assert [work.score for work in result.works] == ["9.00", "7.00", "7.00", "7.00", "4.00"]
    assert jury.trail() == [("extra_votes", False), ("head_to_head", True)]
    jury.seal()


def test_works_that_tie_again_are_voted_on_once_more_or_pass_to_the_next_way(
    database: Database, now: datetime
) -> None:
    jury = judged(database, now, [9, 9, 9, 4])
    first, second, third, _last = jury.entries

    again = _voted_again(jury, {first: 8, second: 8, third: 3})
    tie = jury.draft().tie

    assert tie is not None
    assert (tie.way, set(tie.tie.entry_ids)) == ("chair", {first, second})

    _voted_again(jury, {first: 2, second: 5}, round_id=again)
    jury.draft()

    assert jury.tiers() == ["second", "first", "second", None]


def test_of_works_that_tie_at_the_line_those_go_on_that_another_vote_put_first(
    database: Database, now: datetime
) -> None:
    jury = judged(database, now, [9, 7, 7, 7, 4])
    best, *tied, _last = jury.entries
    top_two = Rule(by=By.TOP, count=2)
    given = {"actor_id": jury.organizer_id, "at": now}
    with database.changing() as work:
        planned = judging.draft(
            work, contest_id=jury.contest_id, seed="later", mode=Mode.SCORE, source_id=jury.round_id, **given
        )
        assert judging.advance_preview(work.session, judging.judged(work.session, jury.round_id), top_two).count == 4

    again = _voted_again(jury, dict(zip(tied, (3, 9, 6), strict=True)), line=2)

    with database.changing() as work:
        # It chooses as many as there are places left, and stands beside the planned round.
        assert round_by_id(work.session, again).settings.winners == 1
        with pytest.raises(Conflict, match=r"judging\.only_orders"):
            judging.advance(work, round_id=again, rule=top_two, seed="no", **given)
        assert judging.advance(work, round_id=jury.round_id, rule=top_two, seed="no", **given) == planned
        went_on = select(RoundEntry.entry_id).where(RoundEntry.round_id == planned)
        assert set(work.session.scalars(went_on)) == {best, tied[1]}


def test_nobody_goes_on_while_another_vote_waits(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 9, 4])
    given = {"actor_id": jury.organizer_id, "at": now, "seed": "s"}
    with database.changing() as work:
        judging.advance(work, round_id=jury.round_id, rule=Rule(by=By.TIED, count=1), **given)
    for rule in (Rule(by=By.TOP, count=1), Rule(by=By.TIED, count=1)):
        with pytest.raises(Conflict, match=r"judging\.revote_waits"), database.changing() as work:
            judging.advance(work, round_id=jury.round_id, rule=rule, **given)


def test_of_chips_there_are_as_many_as_places_left(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 1, 1, 1])
    chips = replace(usual(Mode.TOKENS), chips=3)
    with database.changing() as work:
        ones = update(Round).where(Round.id == jury.round_id)
        work.session.execute(ones.values(mode=Mode.TOKENS, settings=chips))
        work.session.execute(update(Ballot).where(Ballot.score.is_not(None)).values(score=100))
        again = judging.advance(
            work,
            round_id=jury.round_id,
            rule=Rule(by=By.TIED, count=3),
            actor_id=jury.organizer_id,
            at=now,
            seed="again",
        )
        assert round_by_id(work.session, again).settings.chips == 3  # of four works that tie


def test_a_vote_that_was_not_on_all_tied_works_says_nothing() -> None:
    a, b, c, d = (UUID(int=number) for number in range(4))

    assert split([[a], [b, c, d]], [[[c], [b]]]) == [[a], [b, c, d]]
    assert split([[a], [b, c, d]], [[[c], [d, b]]]) == [[a], [c], [b, d]]
    assert split([[a], [b, c]], [[[c], [d], [b]]]) == [[a], [c], [b]]
    assert split([[b, c, d]], [[[c], [d, b]], [[d], [b]]]) == [[c], [d], [b]]
