"""Numbers typed at the jury desk that are none, or beyond every use: told beside the field, never a fault."""

from datetime import datetime

import pytest

from contest.judging import actions
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
