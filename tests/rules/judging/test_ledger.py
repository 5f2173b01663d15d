"""The tree of votes against the RFC's own vectors, and what a record's checks find."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.judging.rules.ledger import (
    canonical,
    commitment,
    inclusion_paths,
    merkle_root,
    root_by_path,
    secret,
    secrets_for,
    vote_leaf,
)

# The reference tree of RFC 6962's implementation: its eight leaves, all ASCII, and the roots of 0 to 8 of them.
LEAVES = [
    bytes.fromhex(leaf).decode()
    for leaf in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_roots_are_those_of_the_rfcs_reference_tree(size: int) -> None:
    assert merkle_root(LEAVES[:size]) == ROOTS[size]


@given(leaves=st.lists(st.text(max_size=8), min_size=1, max_size=40), data=st.data())
def test_every_leaf_leads_to_the_root_and_nothing_else_does(leaves: list[str], data: st.DataObject) -> None:
    root = merkle_root(leaves)
    place = data.draw(st.integers(0, len(leaves) - 1))
    (path,) = inclusion_paths(leaves, [place])

    assert root_by_path(leaves[place], place=place, size=len(leaves), path=path) == root
    assert root_by_path(leaves[place] + "x", place=place, size=len(leaves), path=path) != root
    assert root_by_path(leaves[place], place=place, size=len(leaves), path=[*path, ROOTS[0]]) is None
    if path:
        assert root_by_path(leaves[place], place=place, size=len(leaves), path=path[:-1]) != root


def test_a_leaf_cannot_pass_for_an_inner_node() -> None:
    inner = "".join(chr(one) for one in (0x20, 0x21))

    assert merkle_root([inner]) != merkle_root([" ", "!"])


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical({"b": [1, None, "岚"], "a": True}) == '{"a":true,"b":[1,null,"岚"]}'


def test_a_commitment_binds_and_hides() -> None:
    salt, other = secret("key", "term", "1"), secret("key", "term", "2")

    assert len(salt) == 32
    assert commitment("Li Ming", salt) != commitment("Li Ming", other)
    assert commitment("Li Ming", salt) != commitment("Wang Fang", salt)


def test_secrets_of_many_ids_differ_by_id_label_and_key() -> None:
    ids = [f"{number:032x}" for number in range(50)]

    drawn = secrets_for("key", "leaf", ids)

    assert drawn == secrets_for("key", "leaf", ids[:20]) + secrets_for("key", "leaf", ids[20:])
    assert len({*ids, *drawn, *secrets_for("key", "entry", ids), *secrets_for("other", "leaf", ids)}) == 4 * len(ids)
    assert {len(one) for one in drawn} == {32}
    assert secrets_for("key", "leaf", []) == []


def test_a_vote_can_be_shown_without_its_neighbours_being_guessed() -> None:
    given_ = {"juror": "A", "entry": "e", "rival": None, "kind": "counted", "score": 850, "hour": "2026-12-03T04"}

    assert vote_leaf(**given_, nonce="n1") != vote_leaf(**given_, nonce="n2")  # type: ignore[arg-type]


@given(
    texts=st.lists(st.text(max_size=6), min_size=5, max_size=5),
    rival=st.none() | st.text(),
    score=st.none() | st.integers(),
)
def test_a_vote_is_written_in_canonical_json(texts: list[str], rival: str | None, score: int | None) -> None:
    juror, entry, kind, hour, nonce = texts

    leaf = vote_leaf(juror=juror, entry=entry, rival=rival, kind=kind, score=score, hour=hour, nonce=nonce)

    assert leaf == canonical([juror, entry, rival, kind, score, hour, nonce])
