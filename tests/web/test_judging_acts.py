"""What a juror's forms may carry: half points, typed numbers, single marks, flags, favourites; what is refused."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.judging import queries
from contest.judging.models import Ballot
from contest.judging.rules.settings import Criterion, Mode, RoundSettings
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.kernel.permissions import State
from tests.judging import open_round
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.visitor import Visitor

JSON = {"Accept": "application/json"}
HUNDRED = RoundSettings(scale_low=0, scale_high=10000, scale_step=100)
CRITERIA = RoundSettings(
    scale_step=100,
    criteria=(
        Criterion(key="idea", name=Bilingual(zh="立意", en="Idea"), weight=2),
        Criterion(key="craft", name=Bilingual(zh="技术", en="Craft")),
    ),
)
Send = Callable[..., Any]


@pytest.fixture
def send(sqlite_database: Database, visitor: Callable[[], Visitor], now: datetime) -> Send:
    """Open a round and send one act on its first work: `send("cast", settings, score="700")`."""

    def act(name: str, settings: RoundSettings | None = None, mode: Mode = Mode.SCORE, **fields: str) -> Any:
        with sqlite_database.changing() as work:
            contest = make_contest(work, short_name="cup", state=State.PRESCREEN)
            juror = make_person(work)
            make_role(work, contest, juror, RoleKind.JUROR)
            make_entry(work, contest)
            names = {"contest_id": contest.id, "actor_id": juror.id, "at": now}
            open_round(work, mode=mode, settings=settings, **names)
            handle = _first(work.session, contest.id, juror.id)
            work.session.expunge_all()
        sent = {"handle": handle, "key": "a-key-of-the-test", **fields}
        return visitor().sign_in(juror).speak("en").post(f"/contests/cup/judging/1/{name}", data=sent, headers=JSON)

    return act


def _first(session: Any, contest_id: UUID, juror_id: UUID) -> str:
    return queries.queue(session, contest_id, 1, juror_id, count=1)[1][0].handle


def test_half_a_point_is_added_to_the_button(send: Send) -> None:
    assert send("cast", score="800", half="50").get_json()["score"] == 850


@pytest.mark.parametrize(("typed", "score"), [("87", 8700), (" 9 ", 900), ("0", 0), ("100", 10000)])
def test_a_typed_mark_is_read_as_people_write_it(send: Send, typed: str, score: int) -> None:
    assert send("cast", HUNDRED, points=typed).get_json()["score"] == score


def test_a_comma_is_a_point(send: Send) -> None:
    assert send("cast", points="7,5").get_json()["score"] == 750


@pytest.mark.parametrize("typed", ["", "ten", "-3", "1e9", "1e999999999", "NaN", "7.555", "٣", "9" * 400])
def test_what_is_no_mark_is_refused_in_a_sentence(send: Send, typed: str) -> None:
    answer = send("cast", HUNDRED, points=typed)

    assert (answer.status_code, answer.get_json()["code"]) == (422, "judging.no_mark")
    assert answer.get_json()["sentence"] == "Choose a mark."


def test_the_mean_of_the_criteria_is_reckoned_by_the_service(send: Send) -> None:
    told = send("cast", CRITERIA, **{"mark-idea": "900", "mark-craft": "600", "score": "100"}).get_json()

    assert told["score"] == 800


def test_a_criterion_without_a_mark_is_asked_for(send: Send) -> None:
    answer = send("cast", CRITERIA, **{"mark-idea": "900"})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "judging.criterion_missing")


def test_the_time_on_the_screen_must_be_a_number(send: Send) -> None:
    assert send("cast", score="700", viewed_ms="long").status_code == 422


def test_a_flag_of_no_kind_is_refused(send: Send) -> None:
    answer = send("flag", kind="ugly")

    assert answer.get_json()["sentence"] == "Choose what the chair should look at."


def test_a_favourite_is_written_down(send: Send, sqlite_database: Database) -> None:
    told = send("favourite", is_favourite="1").get_json()

    with sqlite_database.reading() as session:
        assert session.scalars(select(Ballot.favourite)).all() == [True]
    assert (told["act"], told["is_favourite"]) == ("favourite", True)
