"""Marks wait in the browser while the service is out of reach: none is lost, none counts twice, none is hushed up."""

import pytest
from playwright.sync_api import Page, expect

from contest.judging.models import Act
from tests.journeys.judging.conftest import ROOM, Enter, Panel
from tests.journeys.judging.doing import offline, press, ready, saved

pytestmark = pytest.mark.journey

NOTHING_WAITS = "() => Object.keys(localStorage).every(name => !name.startsWith('contest.judging'))"


def test_marks_given_while_offline_are_sent_once_when_the_connection_is_back(page: Page, panel: Panel) -> None:
    page.context.set_offline(True)
    press(page, "7", "8")
    offline(page, 2)
    assert panel.scores() == []

    page.context.set_offline(False)
    saved(page, panel, 2)

    assert panel.scores() == [700, 800]
    assert len(panel.lines()) == 2


def test_progress_and_bars_show_what_waits(page: Page) -> None:
    page.context.set_offline(True)
    press(page, "7", "8")
    offline(page, 2)

    expect(page.locator("#progress-words")).to_have_text("2 / 6")
    expect(page.locator("#bars-title")).to_have_text("My marks so far: 7: 1; 8: 1; ")


def test_marks_that_wait_survive_closing_the_tab(page: Page, panel: Panel) -> None:
    page.context.set_offline(True)
    press(page, "7")
    offline(page, 1)
    context = page.context
    page.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(ROOM)
    saved(again, panel, 1)

    assert panel.scores() == [700]


def test_two_tabs_keep_both_what_waits(page: Page, panel: Panel) -> None:
    other = page.context.new_page()
    other.goto(ROOM)
    ready(other)
    page.context.set_offline(True)
    page.keyboard.press("7")
    offline(page, 1)
    first = panel.handles()[0]
    other.keyboard.press("b")
    offline(other, 2)  # either tab tells of all that waits
    context = page.context
    page.close()
    other.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(ROOM)
    again.wait_for_function(NOTHING_WAITS)

    assert panel.scores() == [700]
    assert panel.favourites() == [first]


def test_what_a_closed_tab_left_is_sent_by_the_other(page: Page, panel: Panel) -> None:
    other = page.context.new_page()
    other.goto(ROOM)
    ready(other)
    page.context.set_offline(True)
    page.keyboard.press("7")
    offline(page, 1)
    page.close()
    other.context.set_offline(False)
    other.wait_for_function(NOTHING_WAITS)

    assert panel.scores() == [700]
    assert len(panel.lines()) == 1


def test_a_mark_whose_answer_was_lost_before_the_round_closed_is_told_as_saved(page: Page, panel: Panel) -> None:
    page.route("**/judging/1/cast", lambda route: (route.fetch(), route.abort()))
    press(page, "7")
    offline(page, 1)
    page.unroute("**/judging/1/cast")
    page.context.set_offline(True)
    press(page, "8")
    panel.close()
    page.context.set_offline(False)
    page.wait_for_selector("#trouble:visible")

    assert panel.scores() == [700]
    assert page.locator("#trouble p").count() == 1
    told = page.locator("#trouble p").inner_text()
    assert told.startswith("Not saved: Work ")
    assert told.endswith(" The round is closed: no mark is taken any more.")
    assert page.locator("#saved").inner_text() == ""


def test_a_pad_is_locked_when_the_round_is_over_and_what_is_read_leads_on(page: Page, panel: Panel) -> None:
    panel.close()
    page.keyboard.press("7")
    page.wait_for_selector("#mark[inert]")
    page.keyboard.press("8")
    page.keyboard.press("x")

    assert page.locator("#trouble p").count() == 1
    page.click("#trouble .button")
    expect(page.locator(".over h1")).to_have_text("The round is closed")
    assert panel.lines() == []


def test_a_refused_mark_leaves_progress_and_bars_as_they_stand(page: Page, panel: Panel) -> None:
    press(page, "7")
    saved(page, panel, 1)
    page.context.set_offline(True)
    press(page, "8")
    expect(page.locator("#progress-words")).to_have_text("2 / 6")
    panel.close()
    page.context.set_offline(False)
    page.wait_for_selector("#trouble:visible")

    expect(page.locator("#progress-words")).to_have_text("1 / 6")
    expect(page.locator("#bars-title")).to_have_text("My marks so far: 7: 1; ")
    press(page, "ArrowLeft")
    assert page.locator(".scale [aria-pressed=true]").count() == 0
    press(page, "ArrowLeft")
    assert page.locator(".scale [aria-pressed=true]").get_attribute("value") == "700"


@pytest.mark.parametrize("path", ["1/room", "1/marks", "1/", ""])
def test_whichever_page_she_comes_back_to_says_which_marks_came_too_late(page: Page, panel: Panel, path: str) -> None:
    page.context.set_offline(True)
    press(page, "7", "8")
    offline(page, 2)
    context = page.context
    page.close()
    panel.close()
    context.set_offline(False)

    again = context.new_page()
    again.goto(f"/contests/cup/judging/{path}")
    again.wait_for_function("() => document.querySelectorAll('#trouble p').length === 2")
    told = again.locator("#trouble p").all_inner_texts()

    assert all(sentence.startswith("Not saved: Work ") for sentence in told)
    assert panel.scores() == []
    # It is said until it is read, on every visit.
    again.reload()
    again.click("#trouble button")
    again.reload()
    again.wait_for_function(NOTHING_WAITS)
    expect(again.locator("#trouble")).to_be_hidden()


def test_a_lost_sign_in_keeps_the_marks_and_says_where_to_go(page: Page, panel: Panel) -> None:
    page.context.clear_cookies(name="contest")
    page.keyboard.press("7")
    page.wait_for_selector("#trouble:visible")

    assert page.locator("#trouble").inner_text().startswith("You are not signed in any more.")
    page.context.add_cookies([{"name": "contest", "value": panel.cookie, "url": panel.address}])
    page.goto(ROOM)
    saved(page, panel, 1)


def test_a_server_that_fails_for_a_while_is_asked_again(page: Page, panel: Panel) -> None:
    page.route("**/judging/1/cast", lambda route: route.fulfill(status=503, json={"code": "internal"}))
    press(page, "7")
    offline(page, 1)
    page.unroute("**/judging/1/cast")
    saved(page, panel, 1)


def test_a_browser_without_room_for_marks_says_so_and_sends_them(enter: Enter, panel: Panel) -> None:
    page = enter(panel)
    page.context.set_offline(True)
    page.evaluate("""() => {
        Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };
    }""")
    page.keyboard.press("7")
    page.wait_for_selector("#trouble:visible")
    assert "no room" in page.locator("#trouble").inner_text()

    page.context.set_offline(False)
    saved(page, panel, 1)


def test_undo_while_offline_is_done_in_its_turn(page: Page, panel: Panel) -> None:
    page.context.set_offline(True)
    press(page, "7", "8")
    page.keyboard.press("z")
    offline(page, 3)
    page.context.set_offline(False)
    saved(page, panel, 1)

    assert [line.act for line in panel.lines()] == [Act.CAST, Act.CAST, Act.UNDO]
    assert panel.scores() == [700]
