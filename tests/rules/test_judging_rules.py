"""The order of works, the ranking and the chain of a ledger, on any input."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.judging.rules import ledger, order, ranking
from contest.judging.rules.ledger import FIRST_SEAL, LedgerLine
from contest.kernel.errors import Invalid

ids = st.uuids(version=4)
AT = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(("score", "text"), [(8.4, "8.40"), (10.0, "10.00"), (5.005, "5.01"), (-0.125, "-0.13")])
def test_a_score_is_printed_with_two_decimals_halves_up(score: float, text: str) -> None:
    assert ranking.printed(score) == text


@given(st.sets(ids, max_size=30), st.text(min_size=1), st.text(), ids)
def test_an_order_holds_every_work_once_and_is_always_the_same(
    entries: set[UUID], key: str, seed: str, juror: UUID
) -> None:
    found = order.own_order(entries, key=key, seed=seed, juror_id=juror)

    assert set(found) == entries
    assert len(found) == len(entries)
    assert found == order.own_order(sorted(entries), key=key, seed=seed, juror_id=juror)


def test_orders_of_jurors_and_rounds_have_nothing_to_do_with_each_other_nor_with_the_ids() -> None:
    entries = [UUID(int=place) for place in range(200)]
    orders = [
        order.own_order(entries, key="k", seed=f"seed {number}", juror_id=UUID(int=number)) for number in range(200)
    ]

    for one, other in [*pairwise(orders), *((entries, own) for own in orders)]:
        assert abs(_rank_correlation(one, other)) < 0.35
    mean = sum(_rank_correlation(entries, own) for own in orders) / len(orders)
    assert abs(mean) < 0.02


def _rank_correlation(one: list[UUID], other: list[UUID]) -> float:
    places = {entry: place for place, entry in enumerate(other)}
    count = len(one)
    squares = sum((place - places[entry]) ** 2 for place, entry in enumerate(one))
    return 1 - 6 * squares / (count * (count**2 - 1))


def test_a_handle_says_nothing_and_differs_for_every_juror_round_and_work() -> None:
    jurors, entries = [UUID(int=place) for place in range(10)], [UUID(int=place) for place in range(10)]

    handles = {
        order.blind_handle("key", seed=seed, juror_id=juror, entry_id=entry)
        for seed in ("one", "two")
        for juror in jurors
        for entry in entries
    }

    assert len(handles) == 200
    assert {len(handle) for handle in handles} == {22}


@given(ids, st.text())
def test_a_handle_is_read_back_and_nothing_else_is_one(ballot: UUID, other: str) -> None:
    handle = order.handle_of(ballot)

    assert order.named_by(handle) == ballot
    assert order.named_by(f"{handle}=") is None
    found = order.named_by(other)
    assert found is None or order.handle_of(found) == other


@pytest.mark.parametrize("key", ["short", "with a space", "x" * 65, "schlüssel-1"])
def test_a_request_key_is_plain_and_long_enough(key: str) -> None:
    with pytest.raises(Invalid):
        ledger.checked_key(key)


def test_the_time_left_follows_the_pace_but_not_the_pauses() -> None:
    moments = [AT + timedelta(seconds=6 * place) for place in range(10)]
    paused = [*moments[:5], *(moment + timedelta(hours=2) for moment in moments[5:])]

    assert ranking.minutes_left(moments, 100) == 10
    assert ranking.minutes_left(paused, 100) == 20
    assert ranking.minutes_left(moments[:4], 100) is None
    assert ranking.minutes_left(moments, 0) is None


def _ledger(scores: list[int | None]) -> list[tuple[LedgerLine, str]]:
    lines: list[tuple[LedgerLine, str]] = []
    before: dict[int, int | None] = {}
    for seq, score in enumerate(scores, start=1):
        ballot = seq % 3
        line = LedgerLine(
            sheet_id=UUID(int=1),
            seq=seq,
            ballot_id=UUID(int=ballot),
            kind="counted",
            act="cast",
            score=score,
            previous_score=before.get(ballot),
            marks=None,
            viewed_ms=None,
            reason="",
            scored=0,
            recused=0,
            below=0,
            at=AT,
            request_key=f"key-{seq:05d}",
        )
        before[ballot] = score
        lines.append((line, ledger.sealed(line, lines[-1][1] if lines else FIRST_SEAL)))
    return lines


def _standing(lines: list[tuple[LedgerLine, str]]) -> dict[UUID, int]:
    last = {line.ballot_id: line.score for line, _seal in lines}
    return {ballot: score for ballot, score in last.items() if score is not None}


@given(st.lists(st.none() | st.integers(1, 10), min_size=1, max_size=12), st.data())
def test_any_change_of_a_ledger_is_found(scores: list[int | None], data: st.DataObject) -> None:
    lines = _ledger(scores)
    assert ledger.first_broken(lines, _standing(lines)) is None
    place = data.draw(st.integers(0, len(lines) - 1))
    line, seal = lines[place]

    changed = [*lines[:place], (replace(line, score=(line.score or 0) + 1), seal), *lines[place + 1 :]]
    removed = [*lines[:place], *lines[place + 1 :]]

    assert ledger.first_broken(changed, _standing(changed)) == place + 1
    if place < len(lines) - 1:
        assert ledger.first_broken(removed, _standing(lines)) == place + 1
    elif _standing(removed) != _standing(lines):
        assert ledger.first_broken(removed, _standing(lines)) == len(lines)
