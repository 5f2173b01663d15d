"""The light table in a real browser: tiers and chips, by drag, by keys, by buttons; each move is saved by itself."""

import pytest
from playwright.sync_api import Page, expect

from contest.judging.rules.settings import Mode, RoundSettings, TableTier
from contest.kernel.bilingual import Bilingual
from tests.journeys.judging.conftest import WORKS, Enter, Panel, Serve
from tests.journeys.judging.doing import all_saved
from tests.journeys.rules import broken_rules

pytestmark = pytest.mark.journey

TIERS = RoundSettings(
    tiers=(
        TableTier(name=Bilingual(zh="一档", en="First"), capacity=1),
        TableTier(name=Bilingual(zh="二档", en="Second"), capacity=2),
        TableTier(name=Bilingual(zh="其余", en="The others")),
    )
)
CHIPS = RoundSettings(chips=2, aggregator="sum")


@pytest.fixture
def tiers(serve: Serve) -> Panel:
    return serve(mode=Mode.RANK, settings=TIERS)


@pytest.fixture
def chips(serve: Serve) -> Panel:
    return serve(mode=Mode.TOKENS, settings=CHIPS)


def _focused(page: Page, code: str) -> None:
    """Wait until the work of this code has the focus."""
    page.wait_for_function("code => document.activeElement.closest('.card')?.dataset.code === code", arg=code)


def _codes(page: Page, mark: str) -> list[str]:
    return page.locator(f"[data-mark='{mark}'] .card").evaluate_all("all => all.map(one => one.dataset.code)")


def test_a_digit_puts_a_work_into_a_tier_and_saves_it(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    code = _codes(page, "")[0]
    page.locator(".tray .look").first.focus()
    page.keyboard.press("2")
    all_saved(page)

    assert _codes(page, "200") == [code]
    assert tiers.scores() == [200]
    assert page.inner_text("#spoken") == f"Work {code}: Second. Works there: 1."
    page.reload()
    assert _codes(page, "200") == [code]


def test_a_full_tier_takes_no_more_and_says_so(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    for _ in range(2):
        page.locator(".tray .look").first.focus()
        page.keyboard.press("1")
    all_saved(page)

    assert len(_codes(page, "100")) == 1
    assert page.inner_text("#spoken") == "“First” is full (1). Move one out first."
    assert tiers.scores() == [100]


def test_the_focus_stays_with_the_work_and_arrows_lead_from_work_to_work(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    placed, first, second = _codes(page, "")[:3]
    page.locator(".tray .look").first.focus()
    page.keyboard.press("3")
    _focused(page, placed)

    # On a wide screen the tiers lie beside the tray, so the first of its last row is nearer than its first row.
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    _focused(page, first)
    page.keyboard.press("ArrowRight")
    _focused(page, second)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    _focused(page, placed)


@pytest.mark.parametrize("width", [390, 700])
def test_arrows_lead_down_from_the_tiers_to_the_tray(enter: Enter, tiers: Panel, width: int) -> None:
    page = enter(tiers, width=width)
    placed, first = _codes(page, "")[:2]
    page.locator(".tray .look").first.focus()
    page.keyboard.press("3")
    page.keyboard.press("ArrowDown")
    _focused(page, first)
    page.keyboard.press("ArrowUp")
    _focused(page, placed)


def test_a_placed_work_goes_back_to_the_tray_and_stays_there(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    code = _codes(page, "")[0]
    page.locator(".tray .look").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("0")
    all_saved(page)

    assert tiers.scores() == []
    assert [line.score for line in tiers.lines()] == [200, None]
    page.reload()
    assert code in _codes(page, "")


def test_favourites_and_flags_by_key(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    code, handle = page.locator(".card").first.evaluate("card => [card.dataset.code, card.dataset.handle]")
    page.locator(".tray .look").first.focus()
    page.keyboard.press("b")
    page.keyboard.press("f")
    page.fill("#flag-note", "1 b 2 f")
    page.check("#flag [value=plagiarism]")
    page.click("#flag [data-do=report]")
    all_saved(page)

    assert tiers.favourites() == [handle]
    assert tiers.flags() == [("plagiarism", "1 b 2 f")]
    assert page.inner_text("#spoken") == f"Work {code} is flagged."
    expect(page.locator("#compare [data-do=favourite]")).to_have_attribute("aria-pressed", "true")
    assert tiers.scores() == []
    page.reload()
    expect(page.locator(".card[data-favourite]")).to_have_count(1)


def test_a_conflict_says_what_happened_and_is_taken_back_from_there(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers, width=390)
    code = _codes(page, "")[0]
    page.locator(".tray [data-do=recuse]", has_text="conflict").first.click()
    expect(page.locator(".card")).to_have_count(WORKS - 1)
    expect(page.locator("#trouble p")).to_have_text(f"You are off work {code} because of a conflict.")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    notice, last = page.locator("#trouble").bounding_box(), page.locator(".card").last.bounding_box()
    assert notice is not None
    assert last is not None
    assert last["y"] + last["height"] <= notice["y"], "the notice lies below all works"
    page.click("#trouble .button")

    expect(page.locator(".card")).to_have_count(WORKS)


def test_a_double_tap_declares_one_conflict(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.evaluate(
        """() => new Promise((done) => {
          const tray = document.querySelector('.tray .cards');
          const tap = () => tray.querySelector('[data-do=recuse]').click();
          new MutationObserver(() => { tap(); done(); }).observe(tray, { childList: true });
          tap();
          tap();
        })"""
    )
    all_saved(page)

    expect(page.locator(".card")).to_have_count(WORKS - 1)
    assert len(tiers.lines()) == 1


def test_works_are_dragged_between_tiers(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    code = _codes(page, "")[0]
    page.locator(".tray .card").first.hover()
    page.mouse.down()
    there = page.locator("[data-mark='200'] .cards").bounding_box()
    assert there is not None
    page.mouse.move(there["x"] + 60, there["y"] + 30, steps=12)
    page.mouse.up()
    all_saved(page)

    assert _codes(page, "200") == [code]
    assert tiers.scores() == [200]


def test_a_work_is_looked_at_large_and_placed_from_there(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.locator(".tray .look").first.click()
    page.wait_for_selector("#compare .frame img")
    page.click("#compare [data-give='300']")
    all_saved(page)
    code = _codes(page, "300")[0]
    expect(page.locator("#compare figcaption")).to_have_text(f"Work {code} · The others")
    expect(page.locator("#compare .told")).to_have_text(f"Work {code}: The others. Works there: 1.")
    assert page.locator("#compare [data-give][aria-pressed=true]").get_attribute("data-give") == "300"
    page.keyboard.press("1")
    page.wait_for_function("() => document.querySelectorAll('[data-mark=\"100\"] .card').length === 1")
    all_saved(page)

    assert tiers.scores() == [100]


def test_a_full_tier_says_so_below_the_work_that_is_looked_at(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.locator(".tray .look").first.focus()
    page.keyboard.press("1")
    page.locator(".tray .look").first.click()
    page.click("#compare [data-give='100']")

    expect(page.locator("#compare .told")).to_have_text("“First” is full (1). Move one out first.")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#compare .told")).to_be_empty()


def test_up_to_four_works_are_compared(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    for number in range(3):
        page.locator(".tray [data-do=pick]").nth(number).click()
    page.click("[data-do=compare]")

    expect(page.locator("#compare figcaption")).to_have_count(3)
    assert page.locator("#compare .give").is_hidden()


def test_a_move_is_taken_back(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.locator(".tray .look").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("3")
    all_saved(page)
    page.keyboard.press("z")
    page.wait_for_function("() => document.querySelectorAll('[data-mark=\"200\"] .card').length === 1")

    assert tiers.scores() == [200]


def test_a_conflict_by_key_takes_the_work_off_the_table_until_it_is_taken_back(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.locator(".tray .look").first.focus()
    page.keyboard.press("x")
    expect(page.locator(".card")).to_have_count(WORKS - 1)
    assert [line.reason for line in tiers.lines()] == ["recognized"]

    page.keyboard.press("z")
    expect(page.locator(".card")).to_have_count(WORKS)


def test_moves_made_while_offline_stand_and_are_sent_later(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    page.context.set_offline(True)
    page.locator(".tray .look").first.focus()
    page.keyboard.press("3")
    page.wait_for_function("() => document.getElementById('saved').textContent.startsWith('offline')")
    page.context.set_offline(False)
    all_saved(page)

    assert tiers.scores() == [300]


def test_chips_are_given_until_none_is_left_and_can_be_taken_back(enter: Enter, chips: Panel) -> None:
    page = enter(chips)
    for number in range(2):
        page.locator("[data-do=chip]").nth(number).click()
    all_saved(page)

    assert page.inner_text("#chips") == "Chips left: 0"
    assert page.locator("[data-do=chip]").nth(2).is_disabled()
    page.locator(".look").nth(0).focus()
    page.keyboard.press("t")
    page.locator(".look").nth(3).focus()
    page.keyboard.press("t")
    all_saved(page)

    assert sorted(chips.scores()) == [0, 100, 100]
    page.reload()
    assert page.inner_text("#chips") == "Chips left: 0"


def test_a_table_whose_round_is_over_moves_no_more(enter: Enter, tiers: Panel) -> None:
    page = enter(tiers)
    tiers.close()
    page.locator(".tray .look").first.focus()
    page.keyboard.press("2")
    page.wait_for_selector("main[inert]")

    assert _codes(page, "200") == []
    page.click("#trouble .button")
    expect(page.locator(".light-top")).to_contain_text("The round is closed")


def test_a_closed_table_can_be_looked_at_and_not_changed(enter: Enter, tiers: Panel) -> None:
    tiers.close()
    page = enter(tiers)

    assert page.locator("[data-do=pick]").count() == 0
    assert "The round is closed" in page.inner_text(".light-top")
    assert set(page.eval_on_selector_all(".tiers .cards", "all => all.map(one => one.dataset.empty)")) == {
        "No work lies here."
    }


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("mode", [Mode.RANK, Mode.TOKENS])
def test_the_table_is_accessible_on_every_screen(serve: Serve, enter: Enter, mode: Mode, width: int) -> None:
    page = enter(serve(mode=mode, settings=TIERS if mode is Mode.RANK else CHIPS), width=width, height=844)

    assert [found["id"] for found in broken_rules(page)] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".look").first.click()
    page.wait_for_selector("#compare .frame img")
    assert [found["id"] for found in broken_rules(page)] == []
