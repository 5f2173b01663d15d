"""Jurors read only what the organizer released: no author's name reaches them in a title or a caption."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from contest.accounts.models import RoleKind
from contest.calls.models import Contest
from contest.entries import actions as entries
from contest.entries import blind
from contest.entries import queries as entry_queries
from contest.entries.models import Entry
from contest.judging import actions, queries
from contest.judging.rules.settings import RoundSettings
from contest.kernel.audit import AuditLine
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, Invalid, Missing
from contest.kernel.permissions import State
from tests.makers import make_author, make_contest, make_entry, make_person, make_role

READS = RoundSettings(shows_title=True, shows_caption=True)


@dataclass
class Desk:
    """A contest with a drafted round whose jurors read texts: one work names its author, one has clean words."""

    database: Database
    contest_id: UUID
    round_id: UUID
    organizer_id: UUID
    juror_id: UUID
    named: UUID
    clean: UUID
    at: datetime

    def read(self) -> blind.Read:
        with self.database.reading() as session:
            return queries.read_by_jurors(session, self.contest_id, 1)

    def release(self, entry_id: UUID, title: str, caption: str = "", *, is_approved: bool = False) -> None:
        with self.database.changing() as work:
            entries.release_text(
                work,
                contest_id=self.contest_id,
                entry_id=entry_id,
                title=Bilingual(title, ""),
                caption=caption,
                is_approved=is_approved,
                round_number=1,
                actor_id=self.organizer_id,
                at=self.at,
            )

    def release_clean(self) -> int:
        with self.database.changing() as work:
            return entries.release_clean(
                work, contest_id=self.contest_id, read=self.read(), actor_id=self.organizer_id, at=self.at
            )

    def open(self) -> None:
        with self.database.changing() as work:
            actions.open_round(work, round_id=self.round_id, actor_id=self.organizer_id, at=self.at)

    def words(self) -> set[tuple[str, str]]:
        """Give what the juror reads: title and caption of each work."""
        with self.database.reading() as session:
            _seat, works = queries.queue(session, self.contest_id, 1, self.juror_id, count=9)
            return {(one.entry.title.zh, one.entry.caption) for one in works}


@pytest.fixture
def desk(database: Database, now: datetime) -> Desk:
    with database.changing() as work:
        contest = make_contest(work, state=State.PRESCREEN)
        organizer, juror = make_person(work), make_person(work)
        make_role(work, contest, juror, RoleKind.JUROR)
        author = make_author(work, contest, name_zh="欧阳明月", name_en="Ouyang Mingyue")
        other = make_author(work, contest, name_zh="王小波", name_en="Wang Xiaobo")
        named = make_entry(
            work, contest, author=author, title_zh="黄河", title_en="", caption="摄于壶口，Mingyue OUYANG"
        )
        clean = make_entry(work, contest, author=other, title_zh="雾", title_en="")
        round_id = actions.draft(work, contest_id=contest.id, actor_id=organizer.id, at=now, seed="s", settings=READS)
        return Desk(database, contest.id, round_id, organizer.id, juror.id, named.id, clean.id, now)


def test_a_round_does_not_open_before_all_that_its_jurors_read_is_released(desk: Desk) -> None:
    with pytest.raises(Conflict) as unreleased:
        desk.open()
    released = desk.release_clean()
    with pytest.raises(Conflict) as held_back:
        desk.open()

    assert (unreleased.value.code, unreleased.value.facts) == ("judging.texts_unreleased", {"count": 2})
    assert (released, held_back.value.facts) == (1, {"count": 1})


def test_a_text_that_names_somebody_is_held_back_until_it_is_changed(desk: Desk) -> None:
    desk.release_clean()
    with pytest.raises(Invalid) as told:
        desk.release(desk.named, "黄河", "摄于壶口，Mingyue OUYANG")
    with pytest.raises(Invalid) as another:
        desk.release(desk.named, "王小波的黄河")
    desk.release(desk.named, "黄河", "摄于壶口")
    desk.open()

    assert (told.value.code, told.value.facts) == ("text.tells", {"words": "mingyue ouyang"})
    assert another.value.facts == {"words": "王小波"}
    assert desk.words() == {("黄河", "摄于壶口"), ("雾", "")}
    with desk.database.reading() as session:
        # What the entrant wrote stays as it is: gallery and album have her words.
        assert session.get_one(Entry, desk.named).caption == "摄于壶口，Mingyue OUYANG"


def test_what_the_organizer_approves_is_released_as_it_is_and_recorded(desk: Desk) -> None:
    desk.release(desk.named, "黄河", "摄于壶口，Mingyue OUYANG", is_approved=True)

    with desk.database.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.action == "text.release")).one()
        text = entry_queries.text_of(session, desk.contest_id, desk.named)
    assert line.facts["approved"] == ["name"]
    assert (text.is_released, text.caption) == (True, "摄于壶口，Mingyue OUYANG")


def test_nothing_may_be_released_and_a_later_change_reaches_no_juror(desk: Desk) -> None:
    desk.release(desk.named, "")
    desk.release_clean()
    desk.open()
    with desk.database.changing() as work:
        work.session.get_one(Entry, desk.clean).title_zh = "王小波"

    assert desk.words() == {("", ""), ("雾", "")}


def test_a_round_without_words_opens_at_once_and_shows_none(desk: Desk) -> None:
    with desk.database.changing() as work:
        actions.edit(
            work,
            round_id=desk.round_id,
            mode=queries.round_by_id(work.session, desk.round_id).mode,
            settings=RoundSettings(),
            name=Bilingual("", ""),
            actor_id=desk.organizer_id,
            at=desk.at,
        )
    desk.open()

    assert desk.words() == {("", "")}


def test_what_comes_late_is_released_before_it_is_taken_in(desk: Desk) -> None:
    desk.release_clean()
    desk.release(desk.named, "黄河")
    desk.open()
    with desk.database.changing() as work:
        contest = work.session.get_one(Contest, desk.contest_id, options=[selectinload(Contest.categories)])
        late = make_entry(work, contest, title_zh="归港", title_en="").id
    with desk.database.changing() as work, pytest.raises(Conflict) as refused:
        actions.late_entries(work, round_id=desk.round_id, actor_id=desk.organizer_id, at=desk.at, reason="late post")
    desk.release(late, "归港")
    with desk.database.changing() as work:
        actions.late_entries(work, round_id=desk.round_id, actor_id=desk.organizer_id, at=desk.at, reason="late post")

    assert refused.value.code == "judging.texts_unreleased"
    assert ("归港", "") in desk.words()


def test_a_work_of_another_contest_is_none_of_this_desk(desk: Desk) -> None:
    with desk.database.changing() as work:
        other = make_entry(work, make_contest(work)).id

    with pytest.raises(Missing):
        desk.release(other, "x")
