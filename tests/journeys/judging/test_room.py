"""The judging room in a real browser: one key a mark, back and undo, zoom, conflicts, flags, a phone, no script."""

import pytest
from playwright.sync_api import Page, Route, expect

from contest.judging.models import Act
from contest.judging.rules.settings import RoundSettings
from tests.journeys.judging.conftest import ROOM, WHOLE_PX, WORKS, Enter, Panel, Serve
from tests.journeys.judging.doing import SHOWN, all_saved, press, ready, saved
from tests.journeys.rules import broken_rules

pytestmark = pytest.mark.journey

NEXT_LIMIT_MS = 100
# Where the chosen picture's own pixels lie on the screen, as [width, height, left, top].
PICTURE = """() => [...document.querySelectorAll('#stage .chosen img')].map(image => {
    const box = image.getBoundingClientRect(), [width, height] = [image.dataset.width, image.dataset.height];
    const shown = Math.min(image.offsetWidth / width, image.offsetHeight / height) * box.width / image.offsetWidth;
    const [wide, tall] = [width * shown, height * shown];
    return [wide, tall, box.x + (box.width - wide) / 2, box.y + (box.height - tall) / 2];
})[0]"""
PICTURE_WIDE = f"({PICTURE})()[0]"


def test_a_key_is_a_mark_and_brings_the_next_work_at_once(page: Page, panel: Panel) -> None:
    press(page, *"7805")
    saved(page, panel, 4)

    assert panel.scores() == [700, 800, 1000, 500]
    assert "5: 1; 7: 1; 8: 1; 10: 1;" in (page.text_content("#bars-title") or "")


def test_a_key_pressed_before_the_next_picture_is_seen_marks_nothing(enter: Enter, panel: Panel) -> None:
    page = enter(panel)
    held: list[Route] = []
    last = panel.handles()[-1]
    # A method of a list takes no attribute, and Playwright sets one.
    page.route(f"**/pictures/{last}/**", lambda route: held.append(route))  # noqa: PLW0108
    press(page, *"66666"[: WORKS - 2])
    before = page.evaluate(SHOWN)
    page.keyboard.press("6")
    expect(page.locator("#progress-words")).to_contain_text(f"{WORKS - 1} / {WORKS}")
    page.keyboard.press("1")

    assert page.evaluate(SHOWN) == before
    for one in held:
        one.continue_()
    page.wait_for_function(f"last => {SHOWN}.includes(last)", arg=last)
    page.keyboard.press("9")
    page.wait_for_url("**/judging/1/marks")
    assert panel.scores() == [*[600] * (WORKS - 1), 900]


def test_shift_adds_half_a_point_and_so_does_the_box(page: Page, panel: Panel) -> None:
    press(page, "Shift+Digit7")
    page.check("[name=half]")
    press(page, "3")
    page.check("[name=half]")
    before = page.evaluate(SHOWN)
    page.click(".scale button[value='800']")
    page.wait_for_function(f"before => {SHOWN} !== before", arg=before)
    page.keyboard.press("Shift+Digit0")
    saved(page, panel, 3)

    assert panel.scores() == [750, 300, 850]
    assert page.is_checked("[name=half]") is False


def test_the_next_work_is_on_the_screen_within_a_tenth_of_a_second(page: Page, panel: Panel) -> None:
    measured = []
    for handle in panel.handles()[1:-1]:
        page.wait_for_function(
            """handle => performance.getEntriesByType('resource')
                .some(one => one.name.includes(handle) && one.responseEnd)""",
            arg=handle,
        )
        measured.append(
            page.evaluate(
                """() => new Promise(resolve => {
                    const before = document.querySelector('#stage img').src, began = performance.now();
                    const look = () => {
                        const image = document.querySelector('#stage img');
                        if (image.src !== before && image.complete) resolve(performance.now() - began);
                        else requestAnimationFrame(look);
                    };
                    const key = new KeyboardEvent('keydown', {key: '6', code: 'Digit6', bubbles: true});
                    document.body.dispatchEvent(key);
                    requestAnimationFrame(look);
                })"""
            )
        )

    assert sorted(measured)[len(measured) // 2] < NEXT_LIMIT_MS, measured


def test_stepping_back_shows_the_mark_and_lets_it_be_changed(page: Page, panel: Panel) -> None:
    press(page, "7", "ArrowLeft")

    expect(page.locator(".scale button[value='700']")).to_have_attribute("aria-pressed", "true")
    press(page, "3")
    saved(page, panel, 1)
    expect(page.locator("#bars-title")).to_have_text("My marks so far: 3: 1; ")

    assert panel.scores() == [300]


def test_undo_goes_back_to_the_work_and_takes_its_mark_away(page: Page, panel: Panel) -> None:
    press(page, "7")
    saved(page, panel, 1)
    press(page, "z")
    page.wait_for_function("() => document.getElementById('progress-words').textContent.startsWith('0 /')")

    assert panel.scores() == []
    expect(page.locator(".scale button[value='700']")).to_have_attribute("aria-pressed", "false")


def test_a_conflict_takes_one_key_and_is_taken_back_by_another(page: Page, panel: Panel) -> None:
    first = panel.handles()[0]
    press(page, "x")
    all_saved(page)

    assert first not in panel.handles()
    expect(page.locator("#progress-words")).to_have_text(f"0 / {WORKS - 1}")
    assert [line.reason for line in panel.lines()] == ["recognized"]
    press(page, "z")
    page.wait_for_function(f"() => document.getElementById('progress-words').textContent === '0 / {WORKS}'")

    assert panel.handles()[0] == first


def test_another_reason_for_a_conflict_is_chosen_in_the_dialog(page: Page, panel: Panel) -> None:
    page.click("[data-do=conflict]")
    page.check("#conflict [value=close]")
    before = page.evaluate(SHOWN)
    page.click("[data-do=recuse]")
    page.wait_for_function(f"before => {SHOWN} !== before", arg=before)
    all_saved(page)

    assert [line.reason for line in panel.lines()] == ["close"]


def test_a_flag_goes_to_the_chair_and_the_work_stays(page: Page, panel: Panel) -> None:
    before = page.evaluate(SHOWN)
    page.keyboard.press("f")
    page.check("#flag [value=ai]")
    page.fill("#flag [name=note]", "six fingers")
    page.click("[data-do=report]")
    all_saved(page)

    assert panel.flags() == [("ai", "six fingers")]
    assert page.evaluate(SHOWN) == before
    press(page, "7")
    saved(page, panel, 1)


def test_a_favourite_is_hers_and_can_be_taken_away(page: Page, panel: Panel) -> None:
    first = panel.handles()[0]
    page.keyboard.press("b")
    all_saved(page)

    assert panel.favourites() == [first]
    expect(page.locator("[data-do=favourite]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("b")
    expect(page.locator("[data-do=favourite]")).to_have_attribute("aria-pressed", "false")
    page.wait_for_function("() => Object.keys(localStorage).every(name => !name.startsWith('contest.judging'))")

    assert panel.favourites() == []


def test_a_work_put_off_comes_back_after_all_others(page: Page, panel: Panel) -> None:
    first = panel.handles()[0]
    press(page, "s", *"66666")
    page.wait_for_function(f"first => {SHOWN}.includes(first)", arg=first)
    page.keyboard.press("4")
    page.wait_for_url("**/judging/1/marks")

    assert panel.scores() == [400, *[600] * (WORKS - 1)]


def test_an_answer_from_before_a_work_was_put_off_does_not_bring_it_back_early(enter: Enter, panel: Panel) -> None:
    page = enter(panel)
    first, *_, last = panel.handles()
    held: list[Route] = []
    page.route("**/next.json?*", lambda route: held.append(route) if not held else route.continue_())
    with page.expect_response("**/skip"):
        page.keyboard.press("s")
    stale = page.request.get(f"/contests/cup/judging/1/next.json?count={WORKS}").json()
    stale["works"].sort(key=lambda work: work["handle"] != first)
    held[0].fulfill(json=stale)
    press(page, *"6666")

    page.wait_for_function(f"last => {SHOWN}.includes(last)", arg=last)


def test_the_time_on_the_screen_is_measured_while_the_page_is_seen(page: Page, panel: Panel) -> None:
    page.wait_for_timeout(400)
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: true, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    page.wait_for_timeout(1500)
    page.evaluate("""() => {
        Object.defineProperty(document, 'hidden', {value: false, configurable: true});
        document.dispatchEvent(new Event('visibilitychange'));
    }""")
    press(page, "7")
    saved(page, panel, 1)

    viewed = panel.lines()[0].viewed_ms
    assert viewed is not None
    assert 300 < viewed < 1500 + 300


def test_space_shows_every_pixel_in_place_and_nothing_else_moves(page: Page) -> None:
    press(page, "6")
    dock = page.evaluate("document.querySelector('.dock').getBoundingClientRect().toJSON()")
    page.keyboard.press(" ")
    width, height, left, _top = page.evaluate(PICTURE)

    assert (round(width), round(height)) == (1500, 1000)
    assert page.evaluate("document.querySelector('.dock').getBoundingClientRect().toJSON()") == dock
    page.keyboard.press("ArrowRight")
    assert page.evaluate(PICTURE)[2] < left
    page.keyboard.press(" ")
    assert page.evaluate(PICTURE)[0] < 1440


def test_at_100_percent_the_whole_picture_is_shown_where_it_is_drawn(serve: Serve, enter: Enter) -> None:
    page = enter(serve(has_whole=True))
    press(page, "6")
    assert "-65535.jpg" not in page.evaluate(SHOWN)
    page.keyboard.press(" ")
    page.wait_for_function("() => document.querySelector('#stage .chosen img').naturalWidth === 2400")
    width, height, _left, _top = page.evaluate(PICTURE)

    assert (round(width), round(height)) == WHOLE_PX


def test_the_wheel_zooms_around_the_pointer_and_the_hand_moves_the_picture(page: Page) -> None:
    while page.locator("#stage .frame").count() > 1:
        press(page, "6")
    page.mouse.move(500, 300)
    for _ in range(4):
        page.mouse.wheel(0, -100)
    page.wait_for_selector(".stage.zoomed")
    before = page.evaluate(PICTURE)
    page.mouse.down()
    page.mouse.move(460, 280, steps=3)
    page.mouse.up()
    after = page.evaluate(PICTURE)

    assert before[0] > 1500
    assert (round(after[2] - before[2]), round(after[3] - before[3])) == (-40, -20)


@pytest.mark.parametrize("way", ["wheel", "twice", "space"])
def test_of_a_series_the_picture_under_the_pointer_is_zoomed(page: Page, way: str) -> None:
    while page.locator("#stage .frame").count() == 1:
        press(page, "6")
    box = page.locator("#stage .frame").last.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    if way == "wheel":
        scales = []
        for _ in range(4):
            page.mouse.wheel(0, -100)
            page.wait_for_function("before => " + PICTURE_WIDE + " > before", arg=max(scales, default=0))
            scales.append(page.evaluate(PICTURE_WIDE))
    elif way == "twice":
        page.mouse.dblclick(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    else:
        page.keyboard.press(" ")
    page.wait_for_selector(".stage.zoomed")

    shown = page.locator("#stage .chosen img")
    expect(shown).to_have_attribute("alt", "Picture 1 of 3" if way == "space" else "Picture 3 of 3")
    page.keyboard.press("Escape")
    expect(page.locator("#stage .pictures.alone")).to_have_count(1 if way == "twice" else 0)
    expect(page.locator("#stage.zoomed")).to_have_count(0)


def test_works_are_compared_under_one_lens(page: Page) -> None:
    press(page, *"66")
    page.keyboard.press("c")
    page.wait_for_function("() => document.querySelectorAll('#compare figure').length === 2")
    page.click("#compare .strip button[aria-pressed=false]")
    page.wait_for_function("() => document.querySelectorAll('#compare figure').length === 3")
    page.keyboard.press(" ")
    moved = page.evaluate(
        "[...document.querySelectorAll('#compare .chosen img')].map(image => image.style.transform)"
    )

    assert len(moved) == 3
    assert len({transform.partition("scale")[2] for transform in moved}) == 1
    assert all("scale" in transform for transform in moved)
    page.keyboard.press("c")
    expect(page.locator("#compare")).to_be_hidden()


def test_a_series_is_one_work_whose_pictures_are_looked_at_one_by_one(page: Page) -> None:
    while page.locator("#stage .frame").count() == 1:
        press(page, "6")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")

    expect(page.locator("#stage .pictures.alone .chosen img")).to_have_attribute("alt", "Picture 2 of 3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#stage .pictures.alone")).to_have_count(0)


def test_no_picture_is_cropped_or_covered(page: Page) -> None:
    for _ in range(WORKS - 1):
        shown = page.evaluate(
            """[...document.querySelectorAll('#stage img')].map(image => {
                const box = image.getBoundingClientRect();
                const stage = document.getElementById('stage').getBoundingClientRect();
                return box.left >= stage.left - 1 && box.right <= stage.right + 1 && box.top >= stage.top - 1
                    && box.bottom <= stage.bottom + 1 && getComputedStyle(image).objectFit === 'contain';
            })"""
        )
        assert shown
        assert all(shown)
        press(page, "6")


def test_a_break_is_proposed_and_nothing_is_lost_by_it(serve: Serve, enter: Enter) -> None:
    panel = serve(settings=RoundSettings(session_minutes=30))
    page = enter(panel)
    page.evaluate("""() => {
        const [name] = [`contest.session.${document.getElementById('room').dataset.outbox}`];
        const now = Date.now();
        localStorage.setItem(name, JSON.stringify({began: now - 31 * 60000, last: now, works: 3}));
    }""")
    page.reload()
    ready(page)
    page.keyboard.press("7")
    page.wait_for_selector("#rest[open]")
    page.keyboard.press("8")
    page.click("#rest [data-do=dismiss]")
    press(page, "5")
    saved(page, panel, 2)

    assert panel.scores() == [700, 500]


def test_after_the_last_work_the_own_marks_are_shown_together_by_mark(page: Page, panel: Panel) -> None:
    press(page, *"68686")
    page.keyboard.press("7")
    page.wait_for_url("**/judging/1/marks")

    assert len(panel.scores()) == WORKS
    assert page.locator(".sheet h2").all_inner_texts() == ["8", "7", "6"]
    assert page.locator(".contacts li").count() == WORKS


def test_a_mark_is_changed_from_the_contact_sheet_which_comes_back(page: Page, panel: Panel) -> None:
    press(page, *"68686")
    page.keyboard.press("2")
    page.wait_for_url("**/judging/1/marks")
    page.locator(".contacts a", has_text="change").last.click()
    ready(page)
    page.keyboard.press("5")
    page.wait_for_url("**/judging/1/marks#*")

    assert panel.scores() == [600, 800, 600, 800, 600, 500]


def test_works_of_the_contact_sheet_are_compared(page: Page) -> None:
    press(page, *"68686")
    page.keyboard.press("2")
    page.wait_for_url("**/judging/1/marks")
    for box in page.locator("[name=pick]").all()[:2]:
        box.check()
    page.click("#compare-picked")

    expect(page.locator("#compare figcaption")).to_have_count(2)
    expect(page.locator("#compare figcaption").first).to_contain_text("· 8")


def test_on_a_phone_everything_is_within_reach_of_a_finger(enter: Enter, panel: Panel) -> None:
    page = enter(panel, width=390, height=844, has_touch=True, is_mobile=True)
    small = page.evaluate(
        """[...document.querySelectorAll('button, label.half-step')].filter(one => one.offsetParent)
            .filter(one => { const box = one.getBoundingClientRect(); return box.width < 44 || box.height < 44; })
            .map(one => one.textContent)"""
    )

    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.getElementById('stage').clientHeight") > 844 / 2


def test_fingers_pinch_and_swipe(enter: Enter, panel: Panel) -> None:
    page = enter(panel, width=390, height=844, has_touch=True, is_mobile=True)
    page.tap(".scale button[value='600']")
    page.wait_for_function("() => document.getElementById('progress-words').textContent.startsWith('1 /')")
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *places: tuple[int, int]) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    before = page.evaluate(SHOWN)
    fingers("touchStart", (80, 300))
    fingers("touchMove", (200, 305))
    fingers("touchEnd")
    page.wait_for_function(f"before => {SHOWN} !== before", arg=before)
    expect(page.locator(".scale button[value='600']")).to_have_attribute("aria-pressed", "true")
    fingers("touchStart", (180, 300), (210, 300))
    for spread in (40, 80, 120):
        fingers("touchMove", (180 - spread, 300), (210 + spread, 300))
    fingers("touchEnd")

    page.wait_for_selector(".stage.zoomed")


def test_without_script_plain_forms_do_the_same(enter: Enter, panel: Panel) -> None:
    first = panel.handles()[0]
    page = enter(panel, java_script_enabled=False)
    page.click("[data-do=favourite]")
    page.click("[data-do=flag]")
    page.click("[data-do=report]")
    page.check("[name=half]")
    page.click(".scale button[value='900']")
    page.click("[data-do=undo]")
    page.click(".scale button[value='400']")
    page.click("[data-do=skip]")
    page.click("[data-do=conflict]")
    page.click("[data-do=recuse]")

    assert panel.favourites() == [first]
    assert [line.act for line in panel.lines()] == [Act.FLAG, Act.CAST, Act.UNDO, Act.CAST, Act.SKIP, Act.RECUSE]
    assert [line.score for line in panel.lines()[:2]] == [None, 950]
    assert panel.scores() == [400]


def test_pages_and_dialogs_break_no_rule_of_accessibility(page: Page) -> None:
    press(page, "7")
    all_saved(page)
    found: dict[str, list[str]] = {}
    for key in ("c", "f"):
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        found[key] = [one["id"] for one in broken_rules(page)]
        page.keyboard.press("Escape")
        page.wait_for_selector("dialog[open]", state="hidden")
    for path in ("", "1/", "1/room", "1/marks"):
        page.goto(f"/contests/cup/judging/{path}")
        found[path] = [one["id"] for one in broken_rules(page)]

    assert {place: broken for place, broken in found.items() if broken} == {}
    assert len(found) == 6


def test_another_juror_is_shown_no_work_of_hers(page: Page, panel: Panel) -> None:
    assert page.request.get(f"{ROOM}?work={'x' * 22}").status == 404
    assert page.request.get(f"{ROOM}?work={panel.handles()[0]}").status == 200
