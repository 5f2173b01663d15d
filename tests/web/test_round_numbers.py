"""Numbers typed at the jury desk that are none, or beyond every use: told beside the field, never a fault."""

from datetime import datetime

import pytest

from contest.judging import actions, queries
from contest.judging.rules.settings import Criterion, Mode, RoundSettings, TableTier, faults
from contest.kernel.bilingual import Bilingual
from tests.web.test_judging_pages import _SETTINGS, Room, room, screened

__all__ = ["room", "screened"]

DESK = "/contests/cup/desk/jury"


@pytest.fixture
def draft(screened: Room) -> Room:
    """The contest with one round that has not opened."""
    screened.visit("organizer").post(f"{DESK}/plan", data={"preset": "everybody"})
    return screened


@pytest.mark.parametrize(
    ("number", "language", "told"),
    [("sNaN", "en", "Give a number from 0 to 1000."), ("-Infinity", "zh_Hans", "请填写 0 到 1000 的数。")],
)
def test_a_scale_of_no_number_is_told(draft: Room, number: str, language: str, told: str) -> None:
    browser = draft.visit("organizer").speak(language)

    answer = browser.post(f"{DESK}/1/settings", data={**_SETTINGS, "scale_low": number})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert told in page
    assert f'value="{number}"' in page
    assert "Not a valid decimal value." not in page


def test_works_go_on_by_no_number_is_told(room: Room, now: datetime) -> None:
    with room.database.changing() as work:
        actions.close(
            work, round_id=room.round_id(), actor_id=room.people["organizer"].id, at=now, reason="It is late"
        )
    browser, address = room.visit("organizer"), f"{DESK}/1/next"

    looked = browser.get(address, query_string={"by": "top", "number": "sNaN", "rescue_percent": "sNaN"})
    sent = browser.post(address, data={"by": "top", "number": "1", "rescue_percent": "sNaN"})

    assert looked.get_data(as_text=True).count("Give a number from 0 to 1000.") >= 2
    assert sent.status_code == 422


@pytest.mark.parametrize("number", ["1e5", "-0.5", "2.9", "sNaN", "100000", "9" * 900])
def test_a_weight_that_is_no_small_whole_number_is_told_with_its_line(draft: Room, number: str) -> None:
    typed = f"立意 | Idea | 2\n技术 | Craft | {number}"

    answer = draft.visit("organizer").post(f"{DESK}/1/settings", data={**_SETTINGS, "criteria": typed})
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert (
        "Line 2 of the list cannot be read. Write: Chinese name | English name | whole number, at most 99999." in page
    )
    assert typed in page


def test_a_criterion_of_no_weight_is_told(draft: Room) -> None:
    answer = draft.visit("organizer").post(
        f"{DESK}/1/settings", data={**_SETTINGS, "criteria": "立意 | Idea | 0\n技术 | Craft | 1"}
    )

    assert answer.status_code == 422
    assert "a weight from 1 to 99999" in answer.get_data(as_text=True)


def test_a_weight_left_out_is_one(draft: Room) -> None:
    answer = draft.visit("organizer").post(
        f"{DESK}/1/settings", data={**_SETTINGS, "criteria": "立意 | Idea |\n技术 | Craft | \uff12"}
    )

    assert answer.status_code == 303
    with draft.database.reading() as session:
        criteria = queries.round_numbered(session, draft.contest_id, 1).settings.criteria
    assert [one.weight for one in criteria] == [1, 2]


@pytest.mark.parametrize("number", [0, 100_000])
def test_weights_and_places_are_bounded_wherever_they_come_from(number: int) -> None:
    name = Bilingual("一档", "First")
    weighed = RoundSettings(criteria=(Criterion(key="c1", name=name, weight=number),))
    tiered = RoundSettings(aggregator="borda", tiers=(TableTier(name=name, capacity=number), TableTier(name=name)))

    assert [field for field, _ in faults(Mode.SCORE, weighed)] == ["criteria"]
    assert [field for field, _ in faults(Mode.RANK, tiered)] == ["tiers"]
