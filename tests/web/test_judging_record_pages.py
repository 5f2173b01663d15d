"""The pages by which a judging can be checked: who sees what of it, and when."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, update

from contest.accounts.models import Person, RoleKind
from contest.calls.models import Contest
from contest.cli import main
from contest.judging import actions
from contest.judging.models import Ballot, Round, RoundTerm, Sheet
from contest.kernel.db import Database
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_author, make_contest, make_entry, make_person, make_role
from tests.visitor import Visitor

PAGE = "/contests/cup/record"
FULL = "/contests/cup/desk/jury/record.json"
PROOF = "/contests/cup/judging/1/proof.json"


@dataclass
class Judging:
    """A closed round whose result is at some state of the contest."""

    database: Database
    people: dict[str, Person]
    browser: Callable[[], Visitor]

    def visit(self, name: str) -> Visitor:
        return self.browser().sign_in(self.people[name]).speak("en")

    def move(self, state: State) -> None:
        with self.database.changing() as work:
            work.session.execute(update(Contest).values(state=state))


@pytest.fixture
def judged(sqlite_database: Database, visitor: Callable[[], Visitor], now: datetime) -> Judging:
    people = {}
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
        for name, kind in (
            ("organizer", RoleKind.ORGANIZER),
            ("chair", RoleKind.CHAIR),
            ("juror", RoleKind.JUROR),
        ):
            people[name] = make_person(work, name_en=f"The {name}", name_zh=f"The {name}")
            make_role(work, contest, people[name], kind)
        for _ in range(3):
            make_entry(work, contest, author=make_author(work, contest))
        round_id = open_round(work, contest_id=contest.id, actor_id=people["organizer"].id, at=now)
        for handle, juror_id in work.session.execute(
            select(Ballot.handle, Sheet.juror_id).join(Sheet, Sheet.id == Ballot.sheet_id)
        ).all():
            actions.cast(
                work,
                contest_id=contest.id,
                number=1,
                juror_id=juror_id,
                handle=handle,
                score=800,
                request_key=f"key-{handle}",
                at=now,
            )
        actions.close(work, round_id=round_id, actor_id=people["organizer"].id, at=now)
        work.session.expunge_all()
    return Judging(sqlite_database, people, visitor)


def test_everybody_sees_the_fingerprints_and_root_before_the_result_and_nothing_else(
    judged: Judging, visitor: Callable[[], Visitor]
) -> None:
    page = visitor().get(PAGE).get_data(as_text=True)

    with judged.database.reading() as session:
        round_ = session.scalars(select(Round)).one()
        digests = session.scalars(select(RoundTerm.digest)).all()
        assert len(digests) == 3
        for shown in (round_.seed_commitment, round_.root, *digests):
            assert shown in page
        assert round_.seed not in page.replace(round_.seed_commitment, "")
    assert not any(f"The {name}" in page for name in judged.people)
    assert visitor().get(f"{PAGE}.json").status_code == 403


def test_the_public_record_comes_with_the_result_and_holds(
    judged: Judging, visitor: Callable[[], Visitor], tmp_path: Path
) -> None:
    judged.move(State.ANNOUNCED)

    answer = visitor().get(f"{PAGE}.json")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cup-judging-public.json"'
    record = json.loads(answer.data)
    assert record["form"] == "public"
    page = visitor().get(PAGE).get_data(as_text=True)
    assert f"cup-judging-public.json --key {record['public_key']} --root {record['rounds'][0]['root']}</code>" in page
    (tmp_path / "record.json").write_bytes(answer.data)
    done = CliRunner().invoke(main, ["verify", str(tmp_path / "record.json"), "--key", record["public_key"]])
    assert done.exit_code == 0
    assert "The record holds." in done.stdout
    assert "评审记录属实" in done.stdout


@pytest.mark.parametrize(
    ("state", "organizer", "chair", "juror"),
    [
        (State.DELIB, 403, 403, 404),
        (State.SEALED, 200, 403, 404),
        (State.ANNOUNCED, 200, 200, 404),
    ],
)
def test_auditors_get_the_full_record_from_the_organizer_and_the_chair_only_after_the_result(
    judged: Judging, state: State, organizer: int, chair: int, juror: int
) -> None:
    judged.move(state)

    answers = {name: judged.visit(name).get(FULL).status_code for name in judged.people}

    assert answers == {"organizer": organizer, "chair": chair, "juror": juror}


def test_a_juror_gets_the_proof_of_her_own_votes_and_of_no_others(judged: Judging, tmp_path: Path) -> None:
    answer = judged.visit("juror").get(PROOF)

    with judged.database.reading() as session:
        seat, root = session.execute(
            select(Sheet.seat, Round.root)
            .join(Round, Round.id == Sheet.round_id)
            .where(Sheet.juror_id == judged.people["juror"].id)
        ).one()
    proof = json.loads(answer.data)
    assert {one["vote"][1] for one in proof["votes"]} == {"AB"[seat - 1]}
    assert (len(proof["votes"]), proof["root"]) == (3, root)
    (tmp_path / "proof.json").write_bytes(answer.data)
    assert CliRunner().invoke(main, ["verify", str(tmp_path / "proof.json")]).exit_code == 0
    assert judged.visit("organizer").get(PROOF).status_code == 404
