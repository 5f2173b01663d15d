from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from contest.accounts.models import Person, Role, RoleKind, Unit
from contest.calls import actions, queries
from contest.calls.models import Category, Contest, PrizeTier
from contest.calls.queries import ContestFacts
from contest.calls.rules import CategoryGiven, TierGiven
from contest.kernel import audit
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.ids import new_id
from contest.kernel.permissions import State
from tests.makers import CLOSES, make_author, make_contest, make_person, make_role, make_unit


def make_draft(work: Work, now: datetime, *, preset: str = "cn-district", short_name: str = "lianmei-2026") -> UUID:
    return actions.draft_contest(
        work,
        preset_name=preset,
        short_name=short_name,
        name=Bilingual("联美杯", "Lianmei Cup"),
        language="zh_Hans",
        zone="Asia/Shanghai",
        opens_at=now,
        closes_at=CLOSES,
        organizer_id=make_person(work).id,
        at=now,
    )


def add(work: Work, contest_id: UUID, kind: RoleKind, email: str, now: datetime, **given: object) -> UUID:
    return actions.add_role(
        work,
        **{  # type: ignore[arg-type]  # a bundle of defaults
            "contest_id": contest_id,
            "kind": kind,
            "email": email,
            "name": Bilingual(),
            "title": Bilingual(),
            "unit_id": None,
            "actor_id": new_id(),
            "at": now,
            **given,
        },
    )


def test_a_draft_has_what_its_preset_says_and_its_maker_organizes_it(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest_id = make_draft(work, now)

    with database.reading() as session:
        contest = queries.contest_by_id(session, contest_id, now)
        assert contest.state is State.DRAFT
        assert (contest.entries_per_author, contest.series_min, contest.series_max) == (10, 4, 8)
        assert contest.terms.long_side_min_px == 3000
        assert [category.key for category in queries.categories(session, contest_id)] == ["A", "B"]
        assert [tier.count for tier in queries.tiers(session, contest_id)] == [2, 5, 10, 30]
        assert [seat.kind for seat in queries.seats(session, contest_id)] == [RoleKind.ORGANIZER]
        assert len(contest.blind_key) >= 43


def test_a_short_name_is_given_once(database: Database, now: datetime) -> None:
    with database.changing() as work:
        make_draft(work, now)
        with pytest.raises(Conflict) as refused:
            make_draft(work, now)

    assert refused.value.code == "contest.name_taken"


def test_settings_survive_writing_and_reading(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest_id = make_draft(work, now)
    with database.reading() as session:
        kept = queries.settings_of(session, contest_id, now)
    texts = replace(kept.texts, hosts=Bilingual("文化馆\n摄影家协会", ""), accent="#2f5d50")
    rules = replace(
        kept.rules,
        categories=(*kept.rules.categories, CategoryGiven(name=Bilingual("生态", "Nature"))),
        tiers=(
            TierGiven(name=Bilingual("特等奖", "Grand prize"), count=1),
            *kept.rules.tiers[:2],
        ),
        one_person=True,
    )
    with database.changing() as work:
        actions.edit(
            work,
            contest_id=contest_id,
            version=kept.version,
            texts=texts,
            rules=rules,
            actor_id=new_id(),
            at=now,
        )

    with database.reading() as session:
        after = queries.settings_of(session, contest_id, now)
        assert after.texts == texts
        assert after.rules.categories == rules.categories
        assert [(tier.key, tier.count) for tier in after.rules.tiers] == [("tier-1", 1), ("first", 2), ("second", 5)]
        assert session.scalars(select(PrizeTier.position).order_by(PrizeTier.position)).all() == [0, 1, 2]
        assert session.scalars(select(Category.key).order_by(Category.position)).all() == ["A", "B", "C"]


def test_the_second_of_two_tabs_is_told_and_changes_nothing(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest_id = make_draft(work, now)
    with database.reading() as session:
        kept = queries.settings_of(session, contest_id, now)

    def save(name: str) -> None:
        with database.changing() as work:
            actions.edit(
                work,
                contest_id=contest_id,
                version=kept.version,
                texts=replace(kept.texts, name=Bilingual(name)),
                rules=kept.rules,
                actor_id=new_id(),
                at=now,
            )

    save("第一个")
    with pytest.raises(Conflict) as refused:
        save("第二个")

    assert refused.value.code == "contest.changed"
    with database.reading() as session:
        assert queries.settings_of(session, contest_id, now).texts.name == Bilingual("第一个")


def test_rules_are_settled_once_the_contest_is_open_and_texts_are_not(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest_id = make_draft(work, now)
        actions.advance(work, contest_id=contest_id, to=State.OPEN, actor_id=new_id(), at=now)
    with database.reading() as session:
        kept = queries.settings_of(session, contest_id, now)
    arguments = {"contest_id": contest_id, "version": kept.version, "actor_id": new_id(), "at": now}

    with database.changing() as work, pytest.raises(Conflict) as refused:
        actions.edit(work, texts=kept.texts, rules=kept.rules, **arguments)
    assert refused.value.code == "contest.rules_settled"
    with database.changing() as work:
        actions.edit(work, texts=replace(kept.texts, cup=Bilingual("联美杯")), rules=None, **arguments)
    with database.reading() as session:
        assert queries.contest_by_id(session, contest_id, now).cup == Bilingual("联美杯")


def test_a_contest_goes_through_its_states_in_order_and_each_step_is_recorded(
    database: Database, now: datetime
) -> None:
    actor = new_id()
    with database.changing() as work:
        contest_id = make_draft(work, now)
    steps = [
        (State.OPEN, now),
        (State.ROUND, CLOSES + timedelta(minutes=30)),
        (State.DELIB, CLOSES + timedelta(days=1)),
        (State.SEALED, CLOSES + timedelta(days=2)),
        (State.ANNOUNCED, CLOSES + timedelta(days=3)),
        (State.ARCHIVED, CLOSES + timedelta(days=4)),
    ]
    for to, at in steps:
        with database.changing() as work:
            actions.advance(work, contest_id=contest_id, to=to, actor_id=actor, at=at, reason="so decided")

    with database.reading() as session:
        lines = session.scalars(select(AuditLine).where(AuditLine.action == "contest.advance_state")).all()
        assert [line.facts["after"] for line in lines] == [str(to) for to, _at in steps]
        assert {line.actor_id for line in lines} == {actor}
        assert audit.verify(session) is None


@pytest.mark.parametrize(
    ("stands", "to"),
    [
        (State.OPEN, State.ROUND),  # entries still come in
        (State.OPEN, State.PRESCREEN),  # the clock alone does this
        (State.ROUND, State.SEALED),
        (State.DELIB, State.ANNOUNCED),
        (State.SEALED, State.DELIB),
        (State.ANNOUNCED, State.OPEN),
        (State.ROUND, State.ROUND),
    ],
)
def test_no_step_is_left_out_or_taken_twice(database: Database, now: datetime, stands: State, to: State) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=stands)
        with pytest.raises(Conflict) as refused:
            actions.advance(work, contest_id=contest.id, to=to, actor_id=None, at=now)

    assert refused.value.code == "contest.not_now"


def test_a_draft_without_a_category_cannot_open(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=State.DRAFT, notice_zh="征稿")
        make_role(work, contest, make_person(work), RoleKind.ORGANIZER)
        contest.categories = []
        work.session.flush()
        with pytest.raises(Conflict) as refused:
            actions.advance(work, contest_id=contest.id, to=State.OPEN, actor_id=None, at=now)

    assert refused.value.code == "contest.needs_category"


def test_a_deadline_moves_to_a_later_moment_only_and_ends_the_grace(database: Database, now: datetime) -> None:
    later = CLOSES + timedelta(days=7)
    with database.changing() as work:
        contest_id = make_contest(work).id

    def extend(to: datetime, at: datetime) -> None:
        with database.changing() as work:
            actions.extend_deadline(work, contest_id=contest_id, closes_at=to, actor_id=new_id(), at=at)

    for wrong in (CLOSES, CLOSES - timedelta(days=1)):
        with pytest.raises(Invalid) as refused:
            extend(wrong, now)
        assert refused.value.code == "deadline.earlier"
    extend(later, CLOSES + timedelta(minutes=5))
    with database.reading() as session:
        assert queries.contest_by_id(session, contest_id, CLOSES + timedelta(minutes=6)).state is State.OPEN
    with pytest.raises(Conflict):
        extend(later + timedelta(days=1), later + timedelta(hours=1))


def test_an_invited_juror_gets_an_account_and_a_seat(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        contest_id, unit_id = contest.id, make_unit(work, contest).id
        add(
            work,
            contest_id,
            RoleKind.JUROR,
            "han@example.org",
            now,
            name=Bilingual("韩青", "Han Qing"),
            title=Bilingual("编辑", "Editor"),
            unit_id=unit_id,
        )
        add(work, contest_id, RoleKind.SECRETARY, "sec@example.org", now)
        add(work, contest_id, RoleKind.CHAIR, "chair@example.org", now)

    with database.reading() as session:
        jury = queries.jury(session, contest_id)
        assert [seat.kind for seat in jury] == [RoleKind.CHAIR, RoleKind.JUROR, RoleKind.SECRETARY]
        assert jury[1].name == Bilingual("韩青", "Han Qing")
        assert jury[1].title == Bilingual("编辑", "Editor")
        assert (jury[1].unit_id, jury[1].email) == (unit_id, "han@example.org")


def test_a_name_that_the_person_chose_is_not_replaced(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        make_person(work, email="han@example.org", name_zh="韩青", name_en="")
        add(work, contest.id, RoleKind.JUROR, "han@example.org", now, name=Bilingual("老韩", "Han Qing"))

        person = work.session.scalar(select(Person).where(Person.email == "han@example.org"))
        assert person is not None
        assert person.name == Bilingual("韩青", "Han Qing")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (RoleKind.ORGANIZER, RoleKind.JUROR),
        (RoleKind.ORGANIZER, RoleKind.CHAIR),
        (RoleKind.JUROR, RoleKind.ORGANIZER),
        (RoleKind.CHAIR, RoleKind.ORGANIZER),
    ],
)
@pytest.mark.parametrize(("state", "one_person"), [(State.OPEN, True), (State.DRAFT, False)])
def test_nobody_sits_on_both_sides_of_the_table(
    database: Database, now: datetime, first: RoleKind, second: RoleKind, state: State, *, one_person: bool
) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=state, one_person=one_person)
        add(work, contest.id, first, "a@example.org", now)
        with pytest.raises(Conflict) as refused:
            add(work, contest.id, second, "a@example.org", now)

    assert refused.value.code == "role.two_sides"


def test_who_runs_a_contest_alone_joins_its_panel_in_the_draft_and_only_where_that_is_allowed(
    database: Database, now: datetime
) -> None:
    with database.changing() as work:
        contest_id = make_draft(work, now, preset="club")
        add(work, contest_id, RoleKind.ORGANIZER, "a@example.org", now)
        add(work, contest_id, RoleKind.CHAIR, "a@example.org", now)
        assert "contest.needs_one_side" not in queries.draft_needs(work.session, contest_id, now)
        work.session.get_one(Contest, contest_id).one_person = False
        work.session.flush()

        assert "contest.needs_one_side" in queries.draft_needs(work.session, contest_id, now)


def test_a_chair_may_score_as_well_and_a_juror_of_one_contest_may_organize_another(
    database: Database, now: datetime
) -> None:
    with database.changing() as work:
        contest, other = make_contest(work), make_contest(work)
        add(work, contest.id, RoleKind.CHAIR, "a@example.org", now)
        add(work, contest.id, RoleKind.JUROR, "a@example.org", now)
        add(work, other.id, RoleKind.ORGANIZER, "a@example.org", now)
        with pytest.raises(Conflict) as refused:
            add(work, contest.id, RoleKind.JUROR, "a@example.org", now)

    assert refused.value.code == "role.taken"


def test_a_delegate_speaks_for_a_unit_of_this_contest(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest, other = make_contest(work), make_contest(work)
        foreign = make_unit(work, other)
        with pytest.raises(Invalid) as refused:
            add(work, contest.id, RoleKind.DELEGATE, "a@example.org", now)
        with pytest.raises(Missing) as missing:
            add(work, contest.id, RoleKind.DELEGATE, "a@example.org", now, unit_id=foreign.id)

    assert (refused.value.code, missing.value.code) == ("role.needs_unit", "unit")


@pytest.mark.parametrize("kind", [RoleKind.DELEGATE, RoleKind.CHAIR])
def test_nobody_to_whom_works_are_dealt_comes_to_belong_to_one_more_unit(
    database: Database, now: datetime, kind: RoleKind
) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=State.ROUND)
        own, other = make_unit(work, contest).id, make_unit(work, contest).id
        juror = make_person(work)
        make_role(work, contest, juror, RoleKind.JUROR, unit_id=own)
        with pytest.raises(Conflict) as refused:
            add(work, contest.id, kind, juror.email, now, unit_id=other)
        add(work, contest.id, kind, juror.email, now, unit_id=own)
        contest.state = State.OPEN
        for role in work.session.scalars(select(Role).where(Role.kind == kind)):
            work.session.delete(role)
        work.session.flush()
        add(work, contest.id, kind, juror.email, now, unit_id=other)

    assert refused.value.code == "role.delegate_judges"


def test_the_last_organizer_stays_and_a_panel_at_work_stays_whole(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        organizer = make_role(work, contest, make_person(work), RoleKind.ORGANIZER)
        juror = make_role(work, contest, make_person(work), RoleKind.JUROR)

        def end(role: Role) -> None:
            actions.end_role(work, contest_id=contest.id, role_id=role.id, actor_id=new_id(), at=now)

        with pytest.raises(Conflict) as last:
            end(organizer)
        contest.state = State.ROUND
        work.session.flush()
        with pytest.raises(Conflict) as at_work:
            end(juror)
        contest.state = State.OPEN
        work.session.flush()
        end(juror)
        with pytest.raises(Missing):
            end(juror)

    assert (last.value.code, at_work.value.code) == ("role.last_organizer", "role.at_work")


def test_a_unit_in_use_stays_on_the_list(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work)
        used, free = make_unit(work, contest), make_unit(work, contest)
        make_author(work, contest, unit_id=used.id)
        contest_id, used_id, free_id = contest.id, used.id, free.id
    with database.changing() as work:
        with pytest.raises(Conflict) as refused:
            actions.remove_unit(work, contest_id=contest_id, unit_id=used_id, actor_id=new_id(), at=now)
        actions.remove_unit(work, contest_id=contest_id, unit_id=free_id, actor_id=new_id(), at=now)

    assert refused.value.code == "unit.in_use"
    with database.reading() as session:
        assert session.scalars(select(Unit.id).where(Unit.contest_id == contest_id)).all() == [used_id]


def test_drafts_are_listed_only_for_those_who_may_see_them(database: Database, now: datetime) -> None:
    with database.changing() as work:
        draft_id = make_contest(work, state=State.DRAFT, short_name="draft").id
        make_contest(work, short_name="public")

    with database.reading() as session:

        def names(drafts_of: set[UUID] | None) -> set[str]:
            return {line.short_name for line in queries.contests(session, at=now, with_drafts_of=drafts_of)}

        assert names(set()) == {"public"}
        assert names({draft_id}) == names(None) == {"draft", "public"}


def test_nothing_changes_in_an_archived_contest(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest = make_contest(work, state=State.ARCHIVED)
        with pytest.raises(Conflict):
            add(work, contest.id, RoleKind.ORGANIZER, "a@example.org", now)
        with pytest.raises(Conflict):
            actions.add_unit(work, contest_id=contest.id, name=Bilingual("馆"), actor_id=new_id(), at=now)
        assert work.session.scalar(select(Contest.state).where(Contest.id == contest.id)) is State.ARCHIVED


def test_out_of_the_archive_a_contest_is_what_it_was(database: Database, now: datetime) -> None:
    with database.changing() as work:
        contest_id = make_contest(work, state=State.ANNOUNCED, short_name="over").id
        make_contest(work, short_name="running")
    organizer = new_id()

    def move(act: Callable[..., None], reason: str = "it is over") -> None:
        with database.changing() as work:
            act(work, contest_id=contest_id, reason=reason, actor_id=organizer, at=now)

    def known() -> tuple[ContestFacts, list[str], list[str]]:
        with database.reading() as session:
            lists = [
                [line.short_name for line in queries.contests(session, at=now, archived=archived)]
                for archived in (False, True)
            ]
            return queries.contest_by_id(session, contest_id, now), lists[0], lists[1]

    before = known()
    with pytest.raises(Conflict, match=r"contest\.not_now"):
        move(actions.restore)
    with pytest.raises(Invalid, match=r"contest\.reason"):
        move(actions.archive, reason=" ")
    move(actions.archive)

    assert known() == (replace(before[0], state=State.ARCHIVED), ["running"], ["over"])
    with pytest.raises(Conflict, match=r"contest\.not_now"):
        move(actions.archive)
    move(actions.restore, reason="one more look")

    assert known() == before
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.seq)).all()
        assert [(line.facts["after"], line.facts["reason"], line.actor_id) for line in lines] == [
            ("archived", "it is over", organizer),
            ("announced", "one more look", organizer),
        ]
