"""What docs/reference/acceptance.md promises and no other test shows."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from contest.accounts.models import Role, RoleKind
from contest.awards.scores import score_table
from contest.calls.actions import add_role
from contest.judging import actions, queries
from contest.judging.rules.advance import By, Rule
from contest.judging.rules.settings import Mode, RoundSettings, usual
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from tests.data.test_awards import judged
from tests.data.test_probes import join, make_scene, refusal


def test_a_round_of_yes_and_no_is_planned_twice_and_a_juror_named_twice_sits_once(
    database: Database, now: datetime
) -> None:
    scene = make_scene(database, now, jurors=4, works=10)

    def name_her() -> None:
        with database.changing() as work:
            add_role(
                work,
                contest_id=scene.contest_id,
                kind=RoleKind.JUROR,
                email="fifth@example.org",
                name=Bilingual(),
                title=Bilingual(),
                unit_id=None,
                actor_id=scene.organizer_id,
                at=now,
            )

    name_her()
    assert refusal(name_her) == "role.taken"
    settings = RoundSettings(**{**usual(Mode.YESNO).to_dict(), "quorum": 3})
    with database.changing() as work:
        first = actions.draft(
            work,
            contest_id=scene.contest_id,
            actor_id=scene.organizer_id,
            at=now,
            seed="first",
            mode=Mode.YESNO,
            settings=settings,
        )
    scene.act("discard", round_id=first)
    scene.open(mode=Mode.YESNO, settings=settings)

    assert scene.rows(select(func.count()).where(Role.kind == RoleKind.JUROR)) == [5]
    assert sorted(scene.loads().values()) == [6] * 5
    assert len(set(scene.live())) == 30


def test_a_ranking_without_any_ballot_is_looked_at_and_leads_nowhere(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=2, works=3)
    scene.open(mode=Mode.RANK)

    def preview() -> int:
        with database.reading() as session:
            judged = actions.judged(session, scene.round_id)
            return actions.advance_preview(session, judged, Rule(by=By.TOP, count=2)).count

    assert refusal(preview) == "judging.not_closed"
    with database.reading() as session:
        assert queries.standing(session, scene.round_id).entries == ()
    scene.act("close", reason="nobody came")

    assert preview() == 0
    following = {"rule": Rule(by=By.TOP, count=2), "seed": "next"}
    assert refusal(lambda: scene.act("advance", **following)) == "judging.nobody_advances"


def test_jurors_of_a_ranking_who_go_and_come_have_a_full_ballot_or_none(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=6)
    scene.open(mode=Mode.RANK)
    first, second, third = scene.jurors
    newcomer = join(scene)

    scene.act("drop_juror", juror_id=first, reason="ill")
    assert scene.loads() == {second: 6, third: 6}
    scene.act("return_juror", juror_id=first)
    scene.act("swap_juror", juror_id=second, new_juror_id=newcomer, reason="travels")

    assert scene.loads() == {first: 6, third: 6, newcomer: 6}


def test_the_table_of_scores_is_the_same_before_and_after_the_result(database: Database, now: datetime) -> None:
    jury = judged(database, now, [9, 7, 8])
    jury.draft()

    def table() -> list[list[str]]:
        with database.reading() as session:
            return list(score_table(session, jury.contest_id, language="en"))

    before = table()
    jury.seal()
    jury.announce()

    assert table() == before
    assert len(before) == 1 + len(jury.entries)


def test_the_audit_record_tells_a_rounds_whole_history(database: Database, now: datetime) -> None:
    scene = make_scene(database, now, jurors=3, works=4)
    scene.open()
    for act, given in (
        ("pause", {}),
        ("resume", {}),
        ("reschedule", {"closes_at": now + timedelta(days=1)}),
        ("set_quorum", {"quorum": 2}),
        ("drop_juror", {"juror_id": scene.jurors[0], "reason": "ill"}),
        ("close", {"reason": "two are ill"}),
        ("reopen", {"reason": "they are well"}),
    ):
        scene.act(act, **given)

    told = scene.rows(select(AuditLine.action).where(AuditLine.thing == "round 1").order_by(AuditLine.seq))
    assert told == [
        "round.configure",
        "round.open",
        "round.pause",
        "round.resume",
        "round.reschedule",
        "round.set_quorum",
        "round.drop_juror",
        "round.close",
        "round.reopen",
    ]
    assert scene.rows(select(AuditLine.actor_id).where(AuditLine.action == "round.close")) == [scene.organizer_id]
