"""The record of a judging: it holds on any machine, and shows every change."""

import json
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from shutil import copyfile
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.cli import main
from contest.entries.models import Entry, EntryState
from contest.judging import actions, queries
from contest.judging.integrity import UNSAID, RecordSaid, public_form, signed_text
from contest.judging.models import Ballot, Round, RoundTerm, Sheet, TermKind
from contest.judging.queries.record import full_record, proof_of
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.deliberation import Question
from contest.judging.rules.ledger import FIRST_SEAL, canonical, commitment, secret, secrets_for
from contest.judging.rules.settings import Mode, RoundSettings, TableTier, usual
from contest.judging.scoring import Evaluation
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work, open_database
from contest.kernel.permissions import State
from contest.platform.signing import Signer
from contest.web.sentences import translate
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
    _cast_all(work, contest, round_id, at)
    actions.close(work, round_id=round_id, actor_id=organizer.id, at=at, reason="Enough for a test")
    return contest, round_id


def _cast_all(work: Work, contest: Contest, round_id: UUID, at: datetime) -> None:
    row, chance = queries.round_by_id(work.session, round_id), Random(4)
    rows = work.session.execute(
        select(Ballot.handle, Sheet.juror_id)
        .join(Sheet, Sheet.id == Ballot.sheet_id)
        .where(Sheet.round_id == round_id, ~Ballot.cancelled)
        .order_by(Ballot.handle)
    ).all()
    for number, (handle, juror_id) in enumerate(rows):
        common: dict[str, Any] = {
            "contest_id": contest.id,
            "number": row.number,
            "juror_id": juror_id,
            "handle": handle,
            "at": at,
        }
        if number == 5 and row.mode is Mode.SCORE:
            actions.recuse(work, **common, reason="Know this place", request_key=f"recuse-{number}")
            continue
        if row.mode is Mode.TOKENS and number % 5:
            continue
        steps = row.steps[1:] if row.mode is Mode.TOKENS else row.steps
        actions.cast(work, **common, score=chance.choice(steps), request_key=f"cast-{number:04}")
        if number % 7 == 0 and row.mode is Mode.SCORE:
            actions.cast(work, **common, score=chance.choice(steps), request_key=f"again-{number:04}")


def _deliberated(work: Work, round_id: UUID, at: datetime) -> None:
    """Let the panel choose one of two works: a juror changes her answer, the vote decides, a note is written."""
    off = set(work.session.scalars(select(Ballot.entry_id).where(Ballot.recused)))  # all may answer about the others
    organizer, first, second = make_person(work), *sorted(set(queries.set_of(work.session, round_id)) - off)[:2]
    jurors = sorted(work.session.scalars(select(Sheet.juror_id).where(Sheet.round_id == round_id)))
    question: dict[str, Any] = {"kind": Question.CHOOSE, "entry_ids": [first, second], "question": "Which one?"}
    actions.ask(work, round_id=round_id, actor_id=organizer.id, at=at, **question)
    item: dict[str, Any] = {"round_id": round_id, "number": 1, "at": at}
    for juror_id, choice in ((jurors[0], first), (jurors[0], second), (jurors[1], second)):
        actions.answer(work, **item, juror_id=juror_id, choice=[choice.hex])
    actions.reveal(work, **item, actor_id=organizer.id)
    actions.decide(work, **item, actor_id=organizer.id, decision=[second.hex], reason="By vote")
    actions.note(work, round_id=round_id, text="Met at nine.", actor_id=organizer.id, at=at)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Sign a record, as a fresh copy of plain JSON."""
    signer = Signer(tmp_path_factory.mktemp("instance"))

    def sign(made: dict[str, Any]) -> dict[str, Any]:
        plain: dict[str, Any] = json.loads(json.dumps({**made, "public_key": signer.public_key}))
        return {**plain, "signature": signer.sign(signed_text(plain))}

    return sign


@pytest.fixture(scope="module")
def honest(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory, signed: Callable[..., dict[str, Any]]
) -> dict[str, Any]:
    """The full record of one round, for tests that change copies of it."""
    path = tmp_path_factory.mktemp("honest") / "contest.sqlite"
    copyfile(migrated_file, path)
    database, at = open_database(f"sqlite:///{path}"), datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
    with database.changing() as work:
        contest, round_id = _judged(work, at, settings=replace(usual(Mode.SCORE), winners=3))
        _deliberated(work, round_id, at)
        record = signed(full_record(work.session, contest.id, at=at))
    database.dispose()
    return record


def _verified(record: Any, path: Path, *options: str) -> tuple[int, set[tuple[str, bool | None]]]:
    path.write_text(json.dumps(record), "utf-8")
    done = CliRunner().invoke(main, ["verify", str(path), "--json", *(options or ("--key", record["public_key"]))])
    return done.exit_code, {(one["code"], one["holds"]) for one in json.loads(done.stdout)["checks"]}


def _told(record: Any, path: Path) -> tuple[int, list[str]]:
    path.write_text(json.dumps(record), "utf-8")
    done = CliRunner().invoke(main, ["verify", str(path)])
    return done.exit_code, done.stdout.splitlines()


def _assert_same(ranking: list[list[Any]], standing: Evaluation) -> None:
    """Compare ranks and numbers; equal works stand in the order of their spelling, which tokens do not share."""
    assert sorted(row[1:] for row in ranking) == sorted(
        [one.rank, repr(one.official), repr(one.raw), one.n] for one in standing.entries
    )


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
    assert {code for code, holds in checks if not holds} == {"page", "table_empty"}
    assert {code for code, holds in checks if holds} == {
        "signature",
        "key",
        "term_rules",
        "term_entries",
        "term_jurors",
        "seed",
        "ledger_all",
        "root",
        "ranking",
    }
    _assert_same(record["rounds"][0]["ranking"], standing)


def test_the_record_of_a_pooled_funnel_ranks_the_last_round_by_the_votes_of_all(
    database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with database.changing() as work:
        contest, first = _judged(work, now, settings=replace(usual(Mode.SCORE), quorum=2))
        actor_id = work.session.get_one(Round, first).closed_by
        last = actions.advance(
            work,
            round_id=first,
            rule=Rule(by=By.TOP, count=4),
            actor_id=actor_id,
            at=now,
            seed="t" * 43,
            settings=replace(usual(Mode.SCORE), pooled=True),
        )
        actions.open_round(work, round_id=last, actor_id=actor_id, at=now)
        _cast_all(work, contest, last, now)
        actions.close(work, round_id=last, actor_id=actor_id, at=now, reason="Enough for a test")
        record = signed(full_record(work.session, contest.id, at=now))
        standing = queries.standing(work.session, last)

    code, checks = _verified(record, tmp_path / "record.json")

    assert (code, {one for one, holds in checks if not holds}) == (0, {"page", "table_empty"})
    funnel = record["rounds"][1]
    assert funnel["pooled"] == [1, 2]
    _assert_same(funnel["ranking"], standing)
    # Votes of both rounds make it: each work of the last one was marked by two jurors before, by one now.
    assert sum(row[4] for row in funnel["ranking"]) > len([vote for vote in funnel["votes"] if vote[4] != UNSAID])
    vote = next(one for one in record["rounds"][0]["votes"] if one[2] == funnel["ranking"][0][0] and one[5])
    vote[5] = 100 if vote[5] != 100 else 900
    path = tmp_path / "forged.json"
    path.write_text(json.dumps(signed(record)), "utf-8")
    told = CliRunner().invoke(main, ["verify", str(path)]).stdout
    assert "✗ Round 2: Another ranking than the record's comes out of the votes." in told


def _said_vote(record: dict[str, Any]) -> list[Any]:
    vote: list[Any] = next(vote for vote in record["rounds"][0]["votes"] if vote[5])
    return vote


def _mark_changed(record: dict[str, Any]) -> None:
    _said_vote(record)[5] += 50


def _line_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][1]["lines"][2][4] = 999


def _line_dropped(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][1]["lines"].pop(1)


def _last_line_dropped(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][1]["lines"].pop()


def _lines_reordered(record: dict[str, Any]) -> None:
    record["rounds"][0]["ledgers"][0]["lines"][1:3] = record["rounds"][0]["ledgers"][0]["lines"][2:0:-1]


def _vote_dropped(record: dict[str, Any]) -> None:
    record["rounds"][0]["votes"].remove(_said_vote(record))


def _votes_reordered(record: dict[str, Any]) -> None:
    record["rounds"][0]["votes"].reverse()


def _vote_unsaid(record: dict[str, Any]) -> None:
    _said_vote(record)[4:6] = [UNSAID, None]


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


def _method_changed_and_terms_gone(record: dict[str, Any]) -> None:
    _method_changed(record)
    record["rounds"][0]["terms"] = []


def _method_changed_and_rules_hidden(record: dict[str, Any]) -> None:
    _method_changed(record)
    record["rounds"][0]["terms"][-1]["text"] = None


def _nothing_pooled(record: dict[str, Any]) -> None:
    record["rounds"][0]["pooled"] = []


def _top_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["top"] = 2


def _source_changed(record: dict[str, Any]) -> None:
    record["rounds"][0]["source"] = {"by": "hand"}


def _numbers_swapped(record: dict[str, Any]) -> None:
    one, other, *_rest = record["rounds"][0]["entries"]
    one[1], other[1] = other[1], one[1]


def _answer_changed(record: dict[str, Any]) -> None:
    table = record["rounds"][0]["table"]
    table[3][5] = table[1][5]


def _answer_dropped(record: dict[str, Any]) -> None:
    record["rounds"][0]["table"].pop(1)


def _stranger_answers(record: dict[str, Any]) -> None:
    """Let somebody without a seat answer too."""
    table = record["rounds"][0]["table"]
    _sealed_anew(table, [*table[:3], [*table[3][:4], "Z", *table[3][5:]], *table[3:]])


def _asked_while_another_is_open(record: dict[str, Any]) -> None:
    table = record["rounds"][0]["table"]
    _sealed_anew(table, [table[0], [*table[0][:2], 2, *table[0][3:]], *table[1:]])


def _sealed_anew(table: list[list[Any]], lines: list[list[Any]]) -> None:
    """Put other lines in a table's place and seal them, as whoever holds the database could."""
    table[:] = [[*line] for line in lines]
    previous = FIRST_SEAL
    for seq, line in enumerate(table, start=1):
        line[0] = seq
        line[:] = RecordSaid._make(line).sealed(previous, round_number=1)
        previous = line[-1]


LEDGERS = "The jurors' chains do not hold: votes were changed, added or taken away."
ROOT = "The votes are not those whose root was written down when the round closed."
RULES = "The rules are not those committed to on 2026-11-20 04:00 UTC."
BOUND = "It lacks what the round was bound to before its first vote."
TABLE = "What was said at the panel's table was changed, added to or cut from line {} on."
RANKING = "Another ranking than the record's comes out of the votes."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_mark_changed, {LEDGERS, ROOT, RANKING}),
        (_line_changed, {LEDGERS, "Juror B: the chain breaks at line 3."}),
        (_line_dropped, {LEDGERS, "Juror B: the chain breaks at line 2."}),
        (_last_line_dropped, {LEDGERS}),
        (_lines_reordered, {LEDGERS, "Juror A: the chain breaks at line 2."}),
        (_vote_dropped, {LEDGERS, ROOT, RANKING}),
        (_votes_reordered, {ROOT}),
        (_vote_unsaid, {LEDGERS, ROOT, RANKING}),
        (_rank_changed, {RANKING}),
        (_score_changed, {RANKING}),
        (
            _seed_changed,
            {"The seed, which orders works and draws lots, is not the one fixed before the first vote."},
        ),
        (_method_changed, {RULES}),
        (_method_changed_and_terms_gone, {BOUND}),
        (_method_changed_and_rules_hidden, {BOUND}),
        (_nothing_pooled, {RULES}),
        (_top_changed, {RULES}),
        (_source_changed, {RULES}),
        (_numbers_swapped, {"The works are not those committed to on 2026-11-20 04:00 UTC."}),
        (_answer_changed, {TABLE.format(4)}),
        (_answer_dropped, {TABLE.format(2)}),
        (_stranger_answers, {TABLE.format(4)}),
        (_asked_while_another_is_open, {TABLE.format(2)}),
        (_juror_renamed, {"The jurors are not those committed to on 2026-11-20 04:00 UTC."}),
    ],
)
def test_whatever_is_changed_is_said_even_where_the_record_is_signed_anew(
    honest: dict[str, Any],
    tmp_path: Path,
    signed: Callable[..., dict[str, Any]],
    change: Callable[[dict[str, Any]], None],
    said: set[str],
) -> None:
    forged = deepcopy(honest)
    change(forged)

    code, told = _told(signed(forged), tmp_path / "record.json")
    unsigned_code, unsigned = _told(forged, tmp_path / "record.json")

    assert (code, unsigned_code) == (1, 1)
    assert {f"✗ Round 1: {sentence}" for sentence in said} <= set(told)
    assert {line for line in told if line.startswith("✗")} == {line for line in unsigned if line.startswith("✗")} - {
        WRONG_EN,
        WRONG_ZH,
    }
    assert {WRONG_EN, WRONG_ZH} <= set(unsigned)


WRONG_EN = "✗ The signature is wrong: the file was changed, or another instance made it."
WRONG_ZH = f"✗ {translate(WRONG_EN[2:], 'zh_Hans')}"


def test_a_signature_of_another_file_is_told(
    honest: dict[str, Any], tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    later = signed({**honest, "made_at": "2026-12-24T00:00:00+00:00"})

    code, told = _told({**honest, "signature": later["signature"]}, tmp_path / "record.json")

    assert code == 1
    assert [line for line in told if line.startswith("✗")] == [WRONG_ZH, WRONG_EN]


def test_a_record_without_rounds_does_not_hold(
    honest: dict[str, Any], tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    assert _verified(signed({**honest, "rounds": []}), tmp_path / "record.json") == (1, {*ITS_KEY, ("rounds", False)})


def test_works_that_are_left_out_are_named(
    honest: dict[str, Any], tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    changed = deepcopy(honest)
    changed["rounds"][0]["entries"][0][2] = False

    _code, told = _told(signed(changed), tmp_path / "record.json")

    assert any(f"These works are not ranked: {honest['rounds'][0]['entries'][0][1]}." in line for line in told)


def test_a_record_that_keeps_silent_about_the_table_says_that_it_does(
    honest: dict[str, Any], signed: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    record = deepcopy(honest)
    record["rounds"][0]["table"] = []

    _code, checks = _verified(signed(record), tmp_path / "record.json")

    assert ("table_empty", None) in checks
    assert not {code for code, _holds in checks} & {"table"}


def test_a_record_whose_list_of_works_was_fixed_without_numbers_still_holds(
    honest: dict[str, Any], tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    earlier = deepcopy(honest)
    term = next(one for one in earlier["rounds"][0]["terms"] if one["kind"] == "entries")
    term["text"] = canonical([[token, fingerprint] for token, fingerprint, _number in json.loads(term["text"])])
    term["digest"] = commitment(term["text"], term["salt"])

    assert _verified(signed(earlier), tmp_path / "record.json")[0] == 0


def test_without_a_key_from_elsewhere_the_records_own_is_told_for_comparison(
    honest: dict[str, Any], tmp_path: Path
) -> None:
    code, told = _told(honest, tmp_path / "record.json")

    assert code == 0
    assert any(line.startswith(f"– Its key is {honest['public_key']}. Compare it") for line in told)
    assert any(line.startswith("–") and "公钥" in line and honest["public_key"] in line for line in told)
    assert "The record holds." not in told
    assert any(line.startswith("The record holds in itself.") for line in told)


def test_what_the_page_showed_unmasks_a_judging_that_was_made_up_as_a_whole(
    honest: dict[str, Any], tmp_path: Path
) -> None:
    round_, file = honest["rounds"][0], tmp_path / "record.json"

    _code, told = _told(honest, file)
    known = _verified(honest, file, "--root", round_["root"])
    other = _verified(honest, file, "--root", round_["root"].upper(), "--root", "0" * 64)

    (line,) = (one for one in told if one.startswith("– Round 1: Compare it with the contest's page"))
    assert all(one in line for one in (round_["root"], round_["seed_commitment"], round_["terms"][0]["digest"]))
    assert known[0] == 0
    assert ("given_root", True) in known[1]
    assert other[0] == 1
    assert {("given_root", True), ("given_root", False)} <= other[1]


@pytest.mark.parametrize("kept", [0.5, 0.999])
def test_a_file_that_was_cut_off_is_no_record(honest: dict[str, Any], tmp_path: Path, kept: float) -> None:
    whole = canonical(honest).encode()
    path = tmp_path / "record.json"
    path.write_bytes(whole[: int(len(whole) * kept)])

    done = CliRunner().invoke(main, ["verify", str(path)])

    assert done.exit_code == 2
    assert "not the record of a judging" in done.stderr
    assert "记录" in done.stderr


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
    said = json.dumps(record)

    code, checks = _verified(record, tmp_path / "record.json")

    assert code == 0
    assert {("means", True), ("term_rules", True), ("seed", True), ("ranking", None), ("term_jurors", None)} <= checks
    assert not any(name in said for name in NAMES)
    assert not any(vote[8] in said or vote[0] in said for vote in full["rounds"][0]["votes"])
    assert "Know this place" not in said
    won = {row[0] for row in record["rounds"][0]["ranking"] if row[1] <= record["rounds"][0]["top"]}
    assert set(record["rounds"][0]["numbers"]) == won
    assert len(set(record["rounds"][0]["numbers"].values())) < len(numbers)


def test_a_key_from_elsewhere_unmasks_another_instance(honest: dict[str, Any], tmp_path: Path) -> None:
    file = tmp_path / "record.json"

    assert _verified(honest, file, "--key", honest["public_key"])[0] == 0
    done = CliRunner().invoke(main, ["verify", str(file), "--key", Signer(tmp_path).public_key])
    assert done.exit_code == 1
    assert "✗ It was signed with another key than the one that you gave." in done.stdout


def test_a_proof_tells_nothing_of_how_many_others_voted(sqlite_database: Database, now: datetime) -> None:
    with sqlite_database.changing() as work:
        _contest, round_id = _judged(work, now)
        row = queries.round_by_id(work.session, round_id)
        ballots = work.session.scalars(select(Ballot)).all()
        juror_id = work.session.scalars(select(Sheet.juror_id).where(Sheet.seat == 2)).one()
        proof = proof_of(work.session, row, juror_id, at=now)

    assert any(ballot.score is None for ballot in ballots)
    assert proof["size"] == len(ballots) == 36
    assert [one["vote"][6] for one in proof["votes"]] == sorted(one["vote"][6] for one in proof["votes"])
    # The leaves stand in an order of chance: with one order for a work after another her places would be steps of 3.
    assert len({later - one for one, later in pairwise(sorted(one["place"] for one in proof["votes"]))}) > 2


ITS_KEY = {("signature", True), ("key", True)}


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

    assert _verified(proof, tmp_path / "proof.json") == (0, {*ITS_KEY, ("proof", True)})
    proof["votes"][0]["vote"][5] += 50
    assert _verified(signed(proof), tmp_path / "proof.json") == (1, {*ITS_KEY, ("proof", False)})


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


PLACES: tuple[tuple[str | int, ...], ...] = (
    ("format",),
    ("signature",),
    ("rounds", 0, "number"),
    ("rounds", 0, "settings"),
    ("rounds", 0, "terms", 0, "kind"),
    ("rounds", 0, "terms", 0, "at"),
    ("rounds", 0, "votes", 0, 5),
    ("rounds", 0, "votes", 0, 6),
    ("rounds", 0, "ledgers", 0, "juror"),
    ("rounds", 0, "ledgers", 0, "lines", 0, 12),
    ("rounds", 0, "ranking", 0, 3),
)
ODD: tuple[Any, ...] = (
    None,
    [],
    {},
    "",
    "1/0",
    "\ud800",
    "9999-12-31T23:59:59-23:59",
    10**400,
    10**30,
    1e308,
    float("nan"),
)


@pytest.mark.parametrize("form", [dict, public_form])
def test_a_record_with_anything_odd_in_it_is_told_in_a_sentence(
    honest: dict[str, Any],
    tmp_path: Path,
    signed: Callable[..., dict[str, Any]],
    form: Callable[[dict[str, Any]], dict[str, Any]],
) -> None:
    record, path = signed(form(honest)), tmp_path / "record.json"

    for place in PLACES:
        *above, last = place
        for odd in ODD:
            changed: Any = deepcopy(record)
            holder = changed
            with suppress(KeyError, IndexError):  # the public form holds no votes
                for step in above:
                    holder = holder[step]
                holder[last] = odd
            path.write_text(json.dumps(changed), "utf-8")
            done = CliRunner().invoke(main, ["verify", str(path)])
            assert isinstance(done.exception, SystemExit | None), (place, odd)
            assert "not the record of a judging" in done.stderr if done.exit_code == 2 else len(done.stdout) > 0


def test_works_of_a_list_stand_in_the_record_as_tokens_and_as_ids_where_they_were_bound_to_so(
    sqlite_database: Database, now: datetime, tmp_path: Path, signed: Callable[..., dict[str, Any]]
) -> None:
    with sqlite_database.changing() as work:
        contest, first = _judged(work, now, entries=5)
        key, actor_id = contest.blind_key, work.session.get_one(Round, first).closed_by
        chosen = sorted(work.session.scalars(select(Entry.id)))[:3]
        rule = Rule(by=By.HAND, entries=tuple(chosen))
        last = actions.advance(work, round_id=first, rule=rule, actor_id=actor_id, at=now, seed="t" * 43)
        actions.open_round(work, round_id=last, actor_id=actor_id, at=now)
        _cast_all(work, contest, last, now)
        actions.close(work, round_id=last, actor_id=actor_id, at=now, reason="Enough for a test")
        full = full_record(work.session, contest.id, at=now)
        # As it was done before: the list in the entries' ids.
        text_ = canonical({**json.loads(_rules(full)["text"]), "source": rule.to_dict()})
        digest = commitment(text_, secret(key, "term", last.hex, "rules", "2"))
        work.session.add(RoundTerm(round_id=last, kind=TermKind.RULES, seq=2, at=now, text=text_, digest=digest))
        work.session.flush()
        earlier = full_record(work.session, contest.id, at=now)

    tokens = secrets_for(key, "entry", [one.hex for one in chosen])
    assert full["rounds"][1]["source"] == {"by": "hand", "entries": sorted(tokens)}
    assert {token for token, *_rest in full["rounds"][1]["entries"]} == set(tokens)
    assert not any(one.hex in canonical(public_form(full)) for one in chosen)
    for record in (full, public_form(full), earlier, public_form(earlier)):
        assert _verified(signed(record), tmp_path / "record.json")[0] == 0


def _rules(record: dict[str, Any]) -> dict[str, Any]:
    """Give the rules to which the last round was bound."""
    term: dict[str, Any] = next(one for one in record["rounds"][-1]["terms"] if one["kind"] == "rules")
    return term


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


@pytest.mark.parametrize("statement", ["UPDATE round_term SET text = '[]'", "DELETE FROM round_term"])
def test_the_database_refuses_to_change_what_a_round_was_bound_to(
    database: Database, now: datetime, statement: str
) -> None:
    with database.changing() as work:
        _judged(work, now, entries=1)

    with pytest.raises(Exception, match="append-only"), database.changing() as work:
        work.session.execute(text(statement))

    with database.reading() as session:
        told = [term.text for term in session.scalars(select(RoundTerm))]
    assert len(told) == 3
    assert "[]" not in told
