"""A contest from the call to the album, on real camera files, by people in real browsers."""

import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from contest.inspection.walk import walk
from tests.journeys import steps
from tests.journeys.conftest import Service

NAME = "real-2026"
IMPORTED, AUTHORS = 38, 22
UNITS = ("区摄影家协会", "总工会", "第一中学")
JURORS = [f"juror{number}@example.org" for number in range(1, 6)]
ORGANIZER, CHAIR, SECRETARY = "organizer@example.org", JURORS[0], "secretary@example.org"
PHOTOGRAPHER = "zhao@example.org"


@pytest.fixture
def real_files(corpus: Path) -> list[Path]:
    """Every second of the distinct camera JPEGs with EXIF and at least 320 px, in a fixed order."""
    found: list[Path] = []
    seen: set[str] = set()
    for path in sorted(corpus.rglob("*")):
        if path.suffix.lower() not in {".jpg", ".jpeg"}:
            continue
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        blocks = walk(data)
        if blocks is None or blocks.exif is None or digest in seen:
            continue
        if max(blocks.width_px or 0, blocks.height_px or 0) >= 320:
            seen.add(digest)
            found.append(path)
    chosen = found[::2]
    assert len(chosen) >= IMPORTED + 3
    return chosen


def _roster(folder: Path, files: list[Path]) -> tuple[Path, Path]:
    """Write a spreadsheet of one row a work, as a district office would, and lay the files beside it."""
    pictures = folder / "pictures"
    pictures.mkdir(parents=True)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["作者", "作者英文名", "单位", "类别", "题名", "英文题名", "说明", "地点", "文件名"])
    for number, path in enumerate(files):
        name = f"{number:03d}_{path.stem}.jpg"
        shutil.copyfile(path, pictures / name)
        author = number % AUTHORS
        sheet.append(
            [
                f"作者{chr(0x4E00 + author * 37)}",
                f"Author {author + 1}",
                UNITS[author % 4] if author % 4 < 3 else "",
                "风光" if number % 2 else "人文",
                f"题名第{number + 1}号",
                f"Title no. {number + 1}",
                "一张真实的照片。",
                "岚山",
                name,
            ]
        )
    path = folder / "roster.xlsx"
    book.save(path)
    return path, pictures


@pytest.mark.journey
@pytest.mark.slow
def test_a_contest_from_the_call_to_the_album(
    service: Service, visit: Callable[..., Page], real_files: list[Path], tmp_path: Path
) -> None:
    organizer = visit()
    _call(service, organizer)
    _import(service, tmp_path, real_files[:IMPORTED])
    numbers = _hand_in(service, visit(width=390, height=844), real_files[IMPORTED : IMPORTED + 3])
    assert len(numbers) == 3

    steps.let_the_deadline_pass(service, NAME)
    _screen(organizer)
    _open_round(organizer)
    judged = [_judge(service, visit(width=1200, height=800), email, place) for place, email in enumerate(JURORS)]
    assert min(judged) > IMPORTED * 2 / 3, "every juror has nearly everything to judge"

    organizer.goto(f"/contests/{NAME}/desk/jury/1/")
    organizer.click("form[action$='/close'] button.primary")
    chair = visit()
    steps.sign_in_by_letter(chair, service, CHAIR)
    _seal(chair)
    _not_yet_public(visit())
    organizer.goto(f"/contests/{NAME}/desk/results")
    expect(organizer.locator("code")).to_have_text(re.compile("[0-9a-f]{64}"))
    organizer.fill("[name$=confirmation]", NAME)
    organizer.click("form[action$='/announce'] button.primary")

    winners = _gallery(visit(), visit(width=390, height=844), tmp_path)
    _album(organizer, winners, tmp_path)


def _call(service: Service, page: Page) -> None:
    """Create the administrator, who organizes; open the contest; invite the jury."""
    steps.create_administrator(page, service.printed(r"(http://\S+/set-up/\S+)"), ORGANIZER)
    steps.open_draft(page, NAME, preset="cn-district")
    page.goto(f"/contests/{NAME}/desk/settings")
    for field in ("mib_min", "long_side_min_px", "captured_from", "captured_last", "awards_per_author"):
        page.fill(f"[name$='{field}']", "1" if field == "awards_per_author" else "")
    page.fill("[name$='series_min']", "1")
    page.fill("[name$='hosts_zh']", "岚山区文化和旅游局\n岚山区文联")
    page.fill("[name$='sponsors_zh']", "联美集团")
    page.click("form.settings button.primary")
    expect(page.locator("form.settings .bad")).to_have_count(0)
    steps.press_next(page, NAME)
    people = [
        ("chair", CHAIR, "顾明", "Gu Ming"),
        *(("juror", email, f"评委{place}", f"Juror {place}") for place, email in enumerate(JURORS[1:], start=2)),
        ("secretary", SECRETARY, "孟秘书", "Meng"),
    ]
    for kind, email, zh, en in people:
        steps.add_person(page, NAME, kind=kind, email=email, zh=zh, en=en)


def _import(service: Service, folder: Path, files: list[Path]) -> None:
    """Import the roster; running it again changes nothing."""
    sheet, pictures = _roster(folder / "roster", files)
    words = ("import", NAME, "--sheet", str(sheet), "--files", str(pictures), "--organizer", ORGANIZER)

    first = service.run(*words)
    again = service.run(*words)

    assert str(IMPORTED) in first
    assert str(IMPORTED) in again


def _hand_in(service: Service, page: Page, files: list[Path]) -> list[str]:
    """Upload on a phone, complete each draft, hand it in; give the entry numbers of the receipts."""
    steps.sign_in_by_letter(page, service, PHOTOGRAPHER)
    page.goto(f"/contests/{NAME}/works/")
    page.set_input_files("input[type=file][multiple]", [str(path) for path in files])
    expect(page.locator("article.work")).to_have_count(len(files), timeout=60_000)
    steps.wait_for(
        lambda: page.locator("article.work img").count() == len(files), what="thumbnails of all uploads", limit_s=90
    )
    numbers = []
    for place in range(len(files)):
        page.goto(f"/contests/{NAME}/works/")
        page.locator("article.work .button.primary").first.click()
        page.fill("[name=title_zh]", f"手机投稿{place + 1}")
        page.fill("[name=title_en]", f"From the phone {place + 1}")
        page.fill("[name=author_zh]", "赵强")
        page.check("[name=declared]")
        page.click(".dock .button.primary")
        expect(page).to_have_url(re.compile("/receipt"))
        found = re.search(r"[A-Z]-\d{4}", page.locator("main").inner_text())
        assert found is not None
        numbers.append(found.group(0))
    return numbers


def _screen(page: Page) -> None:
    """Accept what is clean in one go, then look at the rest one by one."""
    page.goto(f"/contests/{NAME}/desk/works")
    clean = page.locator("form.next button.primary")
    if clean.count():
        clean.click()
    page.goto(f"/contests/{NAME}/desk/works?state=submitted")
    waiting = page.locator("table.works-table tbody tr")
    if waiting.count():
        waiting.first.locator("td a").nth(1).click()
    while page.locator("button[name=decision]").count():  # each decision leads on to the next work
        if page.locator(".verdict.bad").count():
            page.locator("details summary").last.click()
            page.fill("[name=reason]", "不符合征稿要求。Not within the terms.")
            decision = "refuse"
        else:
            decision = "accept"
        with page.expect_navigation():
            page.click(f"button[name=decision][value={decision}]")
    page.goto(f"/contests/{NAME}/desk/works?state=submitted")
    expect(waiting).to_have_count(0)


def _open_round(page: Page) -> None:
    """Plan one round in which everybody judges everything, and open it."""
    page.goto(f"/contests/{NAME}/desk/jury/")
    page.check("[name=preset][value=everybody]")
    page.click("form[action$='/plan'] button.primary")
    page.goto(f"/contests/{NAME}/desk/jury/1/")
    with page.expect_navigation():
        page.click("form[action$='/open'] button.primary")


def _judge(service: Service, page: Page, email: str, place: int) -> int:
    """Judge everything by keys; give how many works that were."""
    steps.sign_in_by_letter(page, service, email)
    page.goto(f"/contests/{NAME}/judging/")
    page.click("form[action$='/begin'] button.primary")
    expect(page.locator("[data-do=back]")).to_be_visible()  # the script runs
    scored = 0
    while True:
        told = re.search(r"(\d+) / (\d+)", page.locator("#progress-words").inner_text())
        assert told is not None
        done, total = int(told.group(1)), int(told.group(2))
        assert done == scored
        handle = page.locator("#room").get_attribute("data-handle") or ""
        score = (int(hashlib.sha256(handle.encode()).hexdigest(), 16) + place) % 10
        code = page.locator("#code").inner_text().strip()
        page.keyboard.press(str(score))
        scored += 1
        if scored == total:
            steps.wait_for(lambda: "/marks" in page.url or page.locator(".over, .marks").count(), what="the end")
            return total
        page.wait_for_function(
            "([told, code]) => document.querySelector('#progress-words').textContent.includes(told)"
            " && document.querySelector('#code').textContent.trim() !== code",
            arg=[f"{scored} / {total}", code],
        )


def _seal(page: Page) -> None:
    """Work out the prizes, decide ties where there are any, seal."""
    page.goto(f"/contests/{NAME}/desk/results")
    with page.expect_navigation():
        page.click("form[action$='/draft'] button.primary")
    while page.locator("#decide").count():
        for place, choice in enumerate(page.locator("#decide select").all(), start=1):
            choice.select_option(str(place))
        page.fill("#decide [name$=reason]", "评委会举手表决。Decided by show of hands.")
        with page.expect_navigation():
            page.click("#decide button.primary")
    page.fill("[name$=confirmation]", NAME)
    page.click("form[action$='/seal'] button.primary")
    expect(page.locator("table.ladder")).to_be_visible()
    expect(page.locator("form[action$='/seal']")).to_have_count(0)


def _not_yet_public(page: Page) -> None:
    """Before the announcement nobody sees the gallery."""
    answer = page.request.get(f"/contests/{NAME}/gallery/")

    assert answer.status == 403
    assert "题名第" not in answer.text()


def _gallery(desktop: Page, phone: Page, folder: Path) -> list[str]:
    """Look at the gallery in both languages; give the winners' numbers."""
    titles: list[str] = []
    for page, language, name in ((desktop, "zh_Hans", "zh"), (phone, "en", "en")):
        page.goto(f"/language/{language}?next=/contests/{NAME}/gallery/")
        for picture in page.locator("main figure img").all():
            picture.scroll_into_view_if_needed()
        steps.wait_for(
            lambda page=page: page.evaluate(
                "[...document.querySelectorAll('main figure img')].every(one => one.complete && one.naturalWidth > 0)"
            ),
            what="every picture of the gallery",
        )
        page.screenshot(path=folder / f"gallery-{name}.png", full_page=True)
        titles.append(page.locator("main").inner_text())
    links = desktop.locator("main figure a").evaluate_all("links => links.map(link => link.href)")
    numbers = sorted({href.rsplit("/", 1)[1] for href in links if re.search(r"/gallery/[A-Z]-\d{4}$", href)})
    assert "一等奖" in titles[0]
    assert "First prize" in titles[1]
    assert len(numbers) == AUTHORS + 1, "every author wins once: there are more prizes than authors"
    return numbers


def _album(page: Page, winners: list[str], folder: Path) -> None:
    """Order the album, download it, read it again and look at every page."""
    page.goto(f"/contests/{NAME}/desk/publishing")
    page.click("form[action$='/album'] button")
    link = page.locator("a[href*='/builds/'][href$='.pdf'], a.button.primary[href*='press']").first
    steps.wait_for(lambda: (page.goto(page.url), link.count())[1], what="the album", limit_s=180)
    with page.expect_download() as arriving:
        link.click()
    pdf = folder / "album.pdf"
    arriving.value.save_as(pdf)
    text = subprocess.run(["pdftotext", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    assert "真实影像大赛" in text
    assert text.count("Title no.") + text.count("From the phone") >= len(winners)
    pages = steps.pages_as_pictures(pdf, folder / "pages", dpi=40)
    assert len(pages) % 2 == 0
    assert all(path.stat().st_size > 300 for path in pages)


@pytest.fixture(autouse=True)
def _tools() -> None:
    if shutil.which("pdftoppm") is None:
        pytest.skip("poppler-utils is not installed (scripts/setup.sh test installs it)")
