"""Prizes by rank: caps hold, the order is kept, and no tie is ever broken in silence."""

from collections import Counter
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.awards.rules import Allocation, Contender, Skip, Tier, allocate

FIRST, SECOND = Tier(key="first", count=1), Tier(key="second", count=2)


def _contenders(*given_ranks: tuple[int, str]) -> list[Contender]:
    return [
        Contender(entry_id=UUID(int=place), rank=rank, author=author)
        for place, (rank, author) in enumerate(given_ranks, start=1)
    ]


def _prizes(allocation: Allocation) -> list[str | None]:
    return [one.tier for one in sorted(allocation.given, key=lambda one: one.entry_id)]


def _ruled(order: list[UUID]) -> dict[frozenset[UUID], list[list[UUID]]]:
    """Give a ruling that puts every work in a place of its own."""
    return {frozenset(order): [[entry_id] for entry_id in order]}


def test_tiers_are_filled_by_rank() -> None:
    found = allocate(_contenders((1, "a"), (2, "b"), (3, "c"), (4, "d")), [FIRST, SECOND], limit=None, rulings={})

    assert _prizes(found) == ["first", "second", "second", None]
    assert found.tie is None


def test_an_author_at_the_limit_is_skipped_with_the_reason() -> None:
    found = allocate(_contenders((1, "a"), (2, "a"), (3, "b"), (4, "c")), [FIRST, SECOND], limit=1, rulings={})

    assert _prizes(found) == ["first", None, "second", "second"]
    assert found.given[1].skip == Skip(limit=1, tiers=("first",))


def test_nobody_is_skipped_where_nothing_is_left_to_win() -> None:
    found = allocate(_contenders((1, "a"), (2, "a")), [FIRST], limit=1, rulings={})

    assert found.given[1].skip is None


def test_a_tie_inside_one_tier_needs_no_decision() -> None:
    found = allocate(_contenders((1, "a"), (2, "b"), (2, "c")), [FIRST, SECOND], limit=1, rulings={})

    assert _prizes(found) == ["first", "second", "second"]


def test_a_tie_across_a_line_stops_and_asks() -> None:
    found = allocate(_contenders((1, "a"), (1, "b"), (3, "c")), [FIRST, SECOND], limit=1, rulings={})

    assert found.given == ()
    assert found.tie is not None
    assert (found.tie.rank, found.tie.entry_ids) == (1, (UUID(int=1), UUID(int=2)))
    assert found.tie.places == (("first", 1), ("second", 2))


def test_a_tie_across_the_last_line_stops_and_asks() -> None:
    found = allocate(_contenders((1, "a"), (2, "b"), (2, "c"), (2, "d")), [FIRST, SECOND], limit=1, rulings={})

    assert found.tie is not None
    assert found.tie.places == (("second", 2),)


def test_a_tie_of_one_authors_works_at_the_limit_stops_and_asks() -> None:
    found = allocate(_contenders((1, "a"), (2, "b"), (2, "b")), [FIRST, SECOND], limit=1, rulings={})

    assert found.tie is not None
    assert found.tie.entry_ids == (UUID(int=2), UUID(int=3))


def test_who_can_win_nothing_anyhow_is_not_part_of_a_tie() -> None:
    found = allocate(
        _contenders((1, "a"), (2, "a"), (2, "b"), (2, "c"), (2, "d")), [FIRST, SECOND], limit=1, rulings={}
    )

    assert found.tie is not None
    assert found.tie.entry_ids == (UUID(int=3), UUID(int=4), UUID(int=5))


def test_the_jurys_decision_breaks_a_tie() -> None:
    contenders = _contenders((1, "a"), (1, "b"), (3, "c"))

    found = allocate(contenders, [FIRST, SECOND], limit=1, rulings=_ruled([UUID(int=2), UUID(int=1)]))

    assert _prizes(found) == ["second", "first", "second"]
    assert [one.entry_id for one in found.given] == [UUID(int=2), UUID(int=1), UUID(int=3)]


def test_a_way_that_parts_only_some_leaves_the_rest_to_the_next() -> None:
    contenders = _contenders((1, "a"), (1, "b"), (1, "c"), (4, "d"))
    first, second, third = (UUID(int=number) for number in (1, 2, 3))
    parted = {frozenset({first, second, third}): [[third], [first, second]]}

    found = allocate(contenders, [FIRST, Tier(key="second", count=1)], limit=None, rulings=parted)

    assert found.given == ()
    assert found.tie is not None
    assert (found.tie.entry_ids, found.tie.places) == ((first, second), (("second", 1),))
    settled = allocate(
        contenders, [FIRST, Tier(key="second", count=1)], limit=None, rulings=parted | _ruled([second, first])
    )
    assert _prizes(settled) == [None, "second", "first", None]
    assert [one.position for one in settled.given] == [0, 1, 2, 0]
    # Where both win the same, nobody has to part them.
    assert _prizes(allocate(contenders, [FIRST, SECOND], limit=None, rulings=parted)) == [
        "second",
        "second",
        "first",
        None,
    ]


def test_a_decision_about_other_works_does_not_count() -> None:
    contenders = _contenders((1, "a"), (1, "b"))

    for order in ([UUID(int=1)], [UUID(int=1), UUID(int=9)], [UUID(int=1), UUID(int=1)]):
        assert allocate(contenders, [FIRST], limit=1, rulings=_ruled(order)).tie is not None


def test_contenders_out_of_order_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="order"):
        allocate(_contenders((2, "a"), (1, "b")), [FIRST], limit=None, rulings={})


@st.composite
def _cases(draw: st.DrawFn) -> tuple[list[Contender], list[Tier], int | None]:
    steps = draw(st.lists(st.booleans(), max_size=14))
    contenders, rank = [], 0
    for place, is_tied in enumerate(steps, start=1):
        rank = rank if is_tied and rank else place
        contenders.append(Contender(entry_id=UUID(int=place), rank=rank, author=draw(st.sampled_from("abcde"))))
    tiers = [Tier(key=f"t{place}", count=draw(st.integers(1, 4))) for place in range(draw(st.integers(0, 3)))]
    return contenders, tiers, draw(st.none() | st.integers(1, 3))


@given(_cases(), st.randoms(use_true_random=False))
def test_whatever_the_jury_decides_caps_and_counts_hold_and_the_order_is_kept(
    case: tuple[list[Contender], list[Tier], int | None], chance: object
) -> None:
    contenders, tiers, limit = case
    rulings: dict[frozenset[UUID], list[list[UUID]]] = {}
    while (found := allocate(contenders, tiers, limit=limit, rulings=rulings)).tie:
        order = list(found.tie.entry_ids)
        chance.shuffle(order)  # type: ignore[attr-defined]
        assert frozenset(order) not in rulings
        rulings |= _ruled(order)

    authors = {one.entry_id: one.author for one in contenders}
    won = [one for one in found.given if one.tier is not None]
    assert sorted(one.entry_id for one in found.given) == sorted(authors)
    for tier in tiers:
        assert sum(one.tier == tier.key for one in won) <= tier.count
    if limit is not None:
        assert max(Counter(authors[one.entry_id] for one in won).values(), default=0) <= limit
    # Best first: tiers never go up again down the list, and who got nothing was skipped or came too late.
    levels = [[tier.key for tier in tiers].index(one.tier or "") for one in won]
    assert levels == sorted(levels)
    assert [one.rank for one in found.given] == sorted(one.rank for one in found.given)
    places = sum(tier.count for tier in tiers)
    if len(won) < places:
        assert all(one.tier or one.skip for one in found.given)


@given(_cases())
def test_without_a_decision_nobody_at_a_tie_that_matters_gets_anything(
    case: tuple[list[Contender], list[Tier], int | None],
) -> None:
    contenders, tiers, limit = case

    found = allocate(contenders, tiers, limit=limit, rulings={})

    assert found == allocate(list(contenders), list(tiers), limit=limit, rulings={})
    if found.tie is not None:
        assert all(one.rank < found.tie.rank for one in found.given)
        outcomes = {
            _outcome(allocate(contenders, tiers, limit=limit, rulings=_ruled(order)), found.tie.rank)
            for order in (list(found.tie.entry_ids), list(reversed(found.tie.entry_ids)))
        }
        assert len(outcomes) == 2


def _outcome(allocation: Allocation, rank: int) -> frozenset[tuple[UUID, str | None]]:
    return frozenset((one.entry_id, one.tier) for one in allocation.given if one.rank == rank)
