"""Every way of giving a mark in a real browser: yes and no, criteria, a typed number, pairs, practice."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from contest.judging.models import Ballot, EntryFlag
from contest.judging.rules.settings import Criterion, Mode, RoundSettings
from contest.kernel.bilingual import Bilingual
from tests.journeys.judging.conftest import ROOM, WORKS, Enter, Panel, Serve
from tests.journeys.judging.doing import SHOWN, all_saved, press, ready, saved
from tests.journeys.rules import broken_rules

pytestmark = pytest.mark.journey

CRITERIA = (
    Criterion(key="idea", name=Bilingual(zh="立意", en="Idea"), weight=2),
    Criterion(key="craft", name=Bilingual(zh="技术", en="Craft"), weight=1),
)
ROUNDS = {
    "yesno": (Mode.YESNO, RoundSettings(has_maybe=True)),
    "five": (Mode.SCORE, RoundSettings(scale_low=100, scale_high=500, scale_step=100)),
    "hundred": (Mode.SCORE, RoundSettings(scale_low=0, scale_high=10000, scale_step=100)),
    "criteria": (Mode.SCORE, RoundSettings(scale_step=100, criteria=CRITERIA)),
}


def test_yes_no_and_maybe_have_a_key_each(serve: Serve, enter: Enter) -> None:
    panel = serve(mode=Mode.YESNO, settings=RoundSettings(has_maybe=True))
    page = enter(panel)
    press(page, "y", "n", "m")
    saved(page, panel, 3)

    assert panel.scores() == [100, 0, 50]
    press(page, "ArrowLeft")
    expect(page.locator(".scale [aria-pressed=true]")).to_have_text("M Maybe")
    assert "Yes: 1" in (page.text_content("#bars-title") or "")


def test_where_there_is_no_maybe_its_key_does_nothing(serve: Serve, enter: Enter) -> None:
    panel = serve(mode=Mode.YESNO)
    page = enter(panel)
    page.keyboard.press("m")
    press(page, "n")
    saved(page, panel, 1)

    assert panel.scores() == [0]


def test_on_a_scale_to_five_other_digits_do_nothing(serve: Serve, enter: Enter) -> None:
    mode, settings = ROUNDS["five"]
    panel = serve(mode=mode, settings=settings)
    page = enter(panel)
    page.keyboard.press("7")
    page.keyboard.press("0")
    press(page, "5")
    saved(page, panel, 1)

    assert panel.scores() == [500]
    assert page.locator(".half-step").count() == 0


def test_on_a_long_scale_the_mark_is_typed(serve: Serve, enter: Enter) -> None:
    mode, settings = ROUNDS["hundred"]
    panel = serve(mode=mode, settings=settings)
    page = enter(panel)
    page.keyboard.press("8")
    page.keyboard.press("7")
    press(page, "Enter")
    saved(page, panel, 1)

    assert panel.scores() == [8700]
    page.keyboard.press("9")
    page.keyboard.type("99")
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelector('[name=points]').validity.rangeOverflow")
    assert panel.scores() == [8700]


def test_each_criterion_takes_a_digit_and_the_last_one_leads_on(serve: Serve, enter: Enter) -> None:
    mode, settings = ROUNDS["criteria"]
    panel = serve(mode=mode, settings=settings)
    page = enter(panel)
    page.keyboard.press("9")
    press(page, "6")
    saved(page, panel, 1)

    assert panel.scores() == [800]
    assert panel.lines()[0].marks == {"idea": 900, "craft": 600}
    press(page, "ArrowLeft")
    assert page.locator("fieldset :checked").evaluate_all("all => all.map(one => one.value)") == ["900", "600"]


def test_criteria_are_chosen_without_script_as_well(serve: Serve, enter: Enter) -> None:
    mode, settings = ROUNDS["criteria"]
    panel = serve(mode=mode, settings=settings)
    page = enter(panel, java_script_enabled=False)
    page.locator("[name=mark-idea][value='900']").check(force=True)
    page.locator("[name=mark-craft][value='600']").check(force=True)
    page.click(".criteria button")

    assert panel.scores() == [800]


def test_of_a_pair_the_better_side_is_pressed(serve: Serve, enter: Enter) -> None:
    panel = serve(mode=Mode.PAIRS)
    page = enter(panel)
    assert page.locator("#stage figure").count() == 2
    assert page.locator(".dock kbd", has_text="←").count() == 1, "an arrow names one thing"
    press(page, "ArrowLeft", "ArrowRight", "ArrowDown")
    saved(page, panel, 3)

    assert panel.scores() == [100, 0, 50]
    page.keyboard.press(" ")
    assert (
        page.evaluate(
            "new Set([...document.querySelectorAll('#stage .chosen img')].map(one => one.style.transform)).size"
        )
        <= 2
    )
    page.keyboard.press(" ")
    press(page, "z")
    page.wait_for_function("() => document.getElementById('progress-words').textContent.startsWith('2 /')")
    assert panel.scores() == [100, 0]


def test_a_series_in_half_the_window_stands_in_two_columns(serve: Serve, enter: Enter) -> None:
    page = enter(serve(mode=Mode.PAIRS))
    works = page.request.get(f"{ROOM[:-4]}next.json?count=12").json()["works"]
    pair = next(one for one in works if len(one["pictures"]) + len(one["rival"]["pictures"]) > 2)
    page.goto(f"{ROOM}?work={pair['handle']}")
    ready(page)

    lefts = page.locator("#stage .of-3 .frame").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().left)"
    )
    assert len(lefts) == 3
    assert len(set(lefts)) == 2


def test_who_recognizes_one_of_a_pair_never_meets_it_again_unless_she_takes_that_back(
    serve: Serve, enter: Enter
) -> None:
    panel = serve(mode=Mode.PAIRS)
    page = enter(panel)
    with panel.database.reading() as session:
        known = session.scalars(select(Ballot.entry_id).where(Ballot.handle == panel.handles()[0])).one()
    recused = select(Ballot.entry_id, Ballot.rival_id).where(Ballot.recused)

    page.keyboard.press("x")
    page.click("#conflict [data-do=recuse]")
    expect(page.locator("#conflict")).to_be_visible()  # she has to say which
    page.check("#conflict [name=side][value=left]")
    page.click("#conflict [data-do=recuse]")
    expect(page.locator("#trouble")).to_contain_text("no pair with it comes again")

    with panel.database.reading() as session:
        pairs = session.execute(recused).all()
    assert len(pairs) == WORKS - 1
    assert all(known in pair for pair in pairs)
    expect(page.locator("#progress-words")).to_contain_text(f"0 / {WORKS * (WORKS - 1) // 2 - len(pairs)}")

    page.click("#trouble button")
    expect(page.locator("#progress-words")).to_contain_text(f"0 / {WORKS * (WORKS - 1) // 2}")
    with panel.database.reading() as session:
        assert session.execute(recused).all() == []


def test_either_work_of_a_pair_is_flagged_and_a_pair_is_a_favourite(serve: Serve, enter: Enter) -> None:
    panel = serve(mode=Mode.PAIRS)
    page = enter(panel)
    first = panel.handles()[0]
    page.keyboard.press("b")
    page.keyboard.press("f")
    page.check("#flag [value=right]")
    page.click("#flag [data-do=report]")
    all_saved(page)

    with panel.database.reading() as session:
        rival_id = session.scalars(select(Ballot.rival_id).where(Ballot.handle == first)).one()
        flagged = session.scalars(select(EntryFlag.entry_id)).one()
    assert flagged == rival_id
    assert panel.favourites() == [first]


def test_practice_is_said_to_be_practice_and_its_end_is_said(serve: Serve, enter: Enter) -> None:
    panel = serve(settings=RoundSettings(practice=2))
    page = enter(panel)
    assert page.locator("#practice").is_visible()
    press(page, "6")
    page.keyboard.press("7")
    page.wait_for_selector("#practised[open]")
    page.click("#practised [data-do=dismiss]")

    expect(page.locator("#practice")).to_be_hidden()


def test_words_are_shown_only_where_the_round_says_so(serve: Serve, enter: Enter) -> None:
    panel = serve(settings=RoundSettings(shows_title=True))
    page = enter(panel)
    first = page.locator("#text p").all_inner_texts()
    press(page, "6")
    second = page.locator("#text p").all_inner_texts()

    assert len(first) == len(second) == 1
    assert page.evaluate(SHOWN)


def test_no_words_are_sent_where_the_round_says_nothing(page: Page, panel: Panel) -> None:
    told = page.request.get("/contests/cup/judging/1/next.json").json()["works"][0]

    assert (told["title"], told["caption"]) == ("", "")
    assert page.locator("#text").count() == 0


@pytest.mark.parametrize("name", ROUNDS)
def test_every_pad_is_accessible_and_leaves_the_picture_its_room(serve: Serve, enter: Enter, name: str) -> None:
    mode, settings = ROUNDS[name]
    page = enter(serve(mode=mode, settings=settings), width=390, height=844)

    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 844})
        assert [found["id"] for found in broken_rules(page)] == [], width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate("document.getElementById('stage').clientHeight") > 844 / 2, width
        expect(page.locator(".dock")).to_be_in_viewport(ratio=1)
