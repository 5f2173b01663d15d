"""The record of a judging: it holds on any machine, and shows every change."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.cli import main
from contest.entries.models import Entry, EntryState
from contest.judging import actions, queries
from contest.judging.integrity import public_form, signed_text
from contest.judging.models import Ballot, Round, RoundTerm, Sheet
from contest.judging.queries.record import full_record, proof_of
from contest.judging.rules.settings import Mode, RoundSettings, TableTier, usual
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work
from contest.kernel.permissions import State
from contest.platform.signing import Signer
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role

NAMES = ("Rou Xi", "Ana Fox", "Li Zan")


def _judged(
    work: Work, at: datetime, *, mode: Mode = Mode.SCORE, settings: RoundSettings | None = None, entries: int = 12
) -> tuple[Contest, UUID]:
    """Let three jurors judge a round; one of them recuses herself once, changes a mark, and takes one back."""
    contest = make_contest(work, state=State.PRESCREEN)
    organizer = make_person(work)
    for name in NAMES:
        make_role(work, contest, make_person(work, name_zh=name, name_en=name), RoleKind.JUROR)
    make_role(work, contest, organizer, RoleKind.ORGANIZER)
    for _ in range(entries):
        make_entry(work, contest, author=make_author(work, contest), entrant=make_person(work))
    round_id = open_round(
        work, contest_id=contest.id, actor_id=organizer.id, at=at, seed="s" * 43, mode=mode, settings=settings
    )
    chance = Random(4)
    row = queries.round_by_id(work.session, round_id)
    rows = work.session.execute(
        select(Ballot.handle, Sheet.juror_id).join(Sheet, Sheet.id == Ballot.sheet_id).order_by(Ballot.handle)
    ).all()
    for number, (handle, juror_id) in enumerate(rows):
        common: dict[str, Any] = {
            "contest_id": contest.id,
            "number": 1,
            "juror_id": juror_id,
            "handle": handle,
            "at": at,
        }
        if number == 5 and mode is Mode.SCORE:
            actions.recuse(work, **common, reason="Know this place", request_key=f"recuse-{number}")
            continue
        if mode is Mode.TOKENS and number % 5:
            continue
        steps = row.steps[1:] if mode is Mode.TOKENS else row.steps
        actions.cast(work, **common, score=chance.choice(steps), request_key=f"cast-{number:04}")
        if number % 7 == 0 and mode is Mode.SCORE:
            actions.cast(work, **common, score=chance.choice(steps), request_key=f"again-{number:04}")
    actions.close(work, round_id=round_id, actor_id=organizer.id, at=at, reason="Enough for a test")
    return contest, round_id


@pytest.fixture
def signed(tmp_path: Path) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Sign a record, as a fresh copy of plain JSON."""

    def sign(made: dict[str, Any]) -> dict[str, Any]:
        signer = Signer(tmp_path)
        plain: dict[str, Any] = json.loads(json.dumps({**made, "public_key": signer.public_key}))
        return {**plain, "signature": signer.sign(signed_text(plain))}

    return sign


def _verified(record: Any, path: Path, *options: str) -> tuple[int, set[tuple[str, bool | None]]]:
    path.write_text(json.dumps(record), "utf-8")
    done = CliRunner().invoke(main, ["verify", str(path), "--json", *options])
    return done.exit_code, {(one["code"], one["holds"]) for one in json.loads(done.stdout)["checks"]}


MODES = {
    Mode.SCORE: usual(Mode.SCORE),
    Mode.YESNO: replace(usual(Mode.YESNO), has_maybe=True),
    Mode.RANK: replace(
        usual(Mode.RANK), tiers=(TableTier(name=Bilingual("上", "top")), TableTier(name=Bilingual("下", "rest")))
    ),
    Mode.TOKENS: replace(usual(Mode.TOKENS), chips=4),
    Mode.PAIRS: usual(Mode.PAIRS),
}


@pytest.mark.parametrize("mode", MODES)
def test_a_record_of_every_mode_holds_and_ranks_as_the_pages_do(
    database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]], mode: Mode
) -> None:
    with database.changing() as work:
        contest, round_id = _judged(work, now, mode=mode, settings=MODES[mode], entries=6)
        record = signed(full_record(work.session, contest.id, at=now))
        standing = queries.standing(work.session, round_id)

    code, checks = _verified(record, tmp_path / "record.json")

    assert code == 0
    assert {holds for _code, holds in checks} == {True}
    assert {"signature", "term_rules", "term_entries", "term_jurors", "seed", "ledger_all", "root", "ranking"} == {
        code for code, _holds in checks
    }
    ranking = record["rounds"][0]["ranking"]
    assert [(rank, official, raw, n) for _token, rank, official, raw, n in ranking] == [
        (one.rank, repr(one.official), repr(one.raw), one.n) for one in standing.entries
    ]


def _vote_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["votes"][3][5] += 50


def _line_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][1]["lines"][2][4] = 1000


def _line_cut_off(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][1]["lines"].pop()


def _vote_dropped(record: dict[str, Any]) -> None:
    record["rounds"][0]["votes"].pop()


def _rank_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["ranking"][0][1] = 2


def _score_changed(record: dict[str, Any]) -> None:
    official = float(record["rounds"][0]["ranking"][0][2])
    record["rounds"][0]["ranking"][0][2] = repr(official + 1e-6)


def _seed_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["seed"] = "t" * 43


def _method_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["settings"]["aggregator"] = "raw"


def _juror_renamed(record: dict[str, Any]) -> None:
    term = next(one for one in record["rounds"][0]["terms"] if one["kind"] == "jurors")
    term["text"] = term["text"].replace("Ana", "Eva")


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (_vote_changed, {"ledger", "ledger_all", "root", "ranking"}),
        (_line_changed, {"ledger", "ledger_all"}),
        (_line_cut_off, {"ledger", "ledger_all"}),
        (_vote_dropped, {"ledger", "ledger_all", "root", "ranking"}),
        (_rank_changed, {"ranking"}),
        (_score_changed, {"ranking"}),
        (_seed_changed, {"seed"}),
        (_method_changed, {"term_rules"}),
        (_juror_renamed, {"term_jurors"}),
    ],
)
def test_whatever_is_changed_is_found_even_where_the_record_is_signed_anew(
    sqlite_database: Database,
    now: datetime,
    tmp_path: Path,
    signed: Callable[..., dict[str, Any]],
    change: Callable[[dict[str, Any]], None],
    found: set[str],
) -> None:
    with sqlite_database.changing() as work:
        contest, _round_id = _judged(work, now)
        record = signed(full_record(work.session, contest.id, at=now))
    forged = deepcopy(record)
    change(forged)

    code, checks = _verified(signed(forged), tmp_path / "record.json")
    unsigned_code, unsigned = _verified(forged, tmp_path / "record.json")

    assert (code, unsigned_code) == (1, 1)
    assert ("signature", False) in unsigned
    assert found <= {code for code, holds in checks if holds is False}


def test_a_vote_changed_in_the_database_behind_the_ledgers_back_is_found(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        contest, _round_id = _judged(work, now)
        ballot = work.session.scalars(select(Ballot).where(Ballot.score.is_not(None)).limit(1)).one()
        ballot.score = 100 if ballot.score != 100 else 200
        work.session.flush()
        record = signed(full_record(work.session, contest.id, at=now))

    code, checks = _verified(record, tmp_path / "record.json")

    assert code == 1
    assert {("ledger_all", False), ("root", False)} <= checks


def test_the_public_form_holds_and_tells_neither_votes_nor_jurors_nor_losers(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        contest, _round_id = _judged(work, now)
        full = full_record(work.session, contest.id, at=now)
        numbers = set(work.session.scalars(select(Entry.number)))
    record = signed(public_form(full))
    text = json.dumps(record)

    code, checks = _verified(record, tmp_path / "record.json")

    assert code == 0
    assert {("means", True), ("term_rules", True), ("seed", True), ("ranking", None), ("term_jurors", None)} <= checks
    assert not any(name in text for name in NAMES)
    assert not any(vote[8] in text or vote[0] in text for vote in full["rounds"][0]["votes"])
    assert "Know this place" not in text
    won = {row[0] for row in record["rounds"][0]["ranking"] if row[1] <= record["rounds"][0]["top"]}
    assert set(record["rounds"][0]["numbers"]) == won
    assert len(set(record["rounds"][0]["numbers"].values())) < len(numbers)


def test_a_key_from_elsewhere_unmasks_another_instance(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        contest, _round_id = _judged(work, now, entries=3)
        record = signed(full_record(work.session, contest.id, at=now))
    (tmp_path / "other").mkdir()
    file = tmp_path / "record.json"

    assert _verified(record, file, "--key", record["public_key"])[0] == 0
    code, checks = _verified(record, file, "--key", Signer(tmp_path / "other").public_key)
    assert code == 1
    assert ("key", False) in checks


def test_a_juror_proves_that_her_votes_are_under_the_public_root(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        _contest, round_id = _judged(work, now)
        row = queries.round_by_id(work.session, round_id)
        juror_id = work.session.scalars(select(Sheet.juror_id).where(Sheet.seat == 2)).one()
        proof = signed(proof_of(work.session, row, juror_id, at=now))
    assert proof["root"] == row.root
    assert {one["vote"][1] for one in proof["votes"]} == {"B"}

    assert _verified(proof, tmp_path / "proof.json") == (0, {("signature", True), ("proof", True)})
    proof["votes"][0]["vote"][5] += 50
    assert _verified(signed(proof), tmp_path / "proof.json") == (1, {("signature", True), ("proof", False)})


def test_terms_are_fixed_with_the_first_ballot_and_again_only_where_they_change(
    database: Database, now: datetime
) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=State.PRESCREEN)
        organizer, newcomer = make_person(work), make_person(work)
        make_role(work, contest, make_person(work), RoleKind.JUROR)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        make_entry(work, contest)
        round_id = open_round(work, contest_id=contest.id, actor_id=organizer.id, at=now)
        make_role(work, contest, newcomer, RoleKind.JUROR)
        work.session.flush()
        actions.add_juror(work, round_id=round_id, juror_id=newcomer.id, actor_id=organizer.id, at=now)
        make_entry(work, contest)
        actions.late_entries(work, round_id=round_id, actor_id=organizer.id, at=now)

        kinds = [
            str(one.kind) for one in work.session.scalars(select(RoundTerm).order_by(RoundTerm.kind, RoundTerm.seq))
        ]

    assert kinds == ["entries", "entries", "jurors", "jurors", "rules"]


def test_a_work_that_left_after_its_votes_is_in_the_record_and_not_in_the_ranking(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        contest, _round_id = _judged(work, now)
        work.session.scalars(select(Entry).limit(1)).one().state = EntryState.DISQUALIFIED
        work.session.flush()
        record = signed(full_record(work.session, contest.id, at=now))

    assert _verified(record, tmp_path / "record.json")[0] == 0
    assert [len(record["rounds"][0][name]) for name in ("entries", "ranking")] == [12, 11]


@pytest.mark.parametrize("content", ["", "[]", '{"format": "contest-judging-record-1"}', "岚", "\x00", "[" * 100_000])
def test_what_is_no_record_is_refused_in_both_languages(tmp_path: Path, content: str) -> None:
    path = tmp_path / "record.json"
    path.write_text(content, "utf-8")

    done = CliRunner().invoke(main, ["verify", str(path)])

    assert done.exit_code == 2
    assert "not the record of a judging" in done.stderr
    assert "记录" in done.stderr


def test_the_root_goes_when_a_round_opens_again(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.changing() as work:
        _contest, round_id = _judged(work, now, entries=3)
        before = work.session.get_one(Round, round_id).root
        actor = make_person(work)
        work.session.flush()
        actions.reopen(work, round_id=round_id, actor_id=actor.id, at=now, reason="A mark was misheard")
        work.session.expire_all()

        assert len(before) == 64
        assert work.session.get_one(Round, round_id).root == ""
