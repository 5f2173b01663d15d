"""A roster and a folder become entries: good rows go in, refused ones say why, and running it again is safe."""

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from openpyxl import Workbook
from sqlalchemy import select

from contest.accounts.models import Unit
from contest.entries import jobs
from contest.entries.cli import examiner, import_works
from contest.entries.importing import ImportReport, import_sheet
from contest.entries.models import Author, EntryKind, EntryState
from contest.inspection.sandbox import Sandbox
from contest.kernel.db import Database
from contest.kernel.errors import Conflict, ContestError, Invalid, Missing
from tests.entering import Place, make_place, sandbox
from tests.makers import CLOSES, make_entry
from tests.photos import make_jpeg
from tests.visitor import SetClock

__all__ = ["sandbox"]

HEADINGS = ("作者", "作者英文名", "单位", "类别", "题名", "英文题名", "说明", "地点", "文件名")


@pytest.fixture
def place(app: Flask, sqlite_database: Database, sandbox: Sandbox) -> Place:
    return make_place(app, sqlite_database, sandbox)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with four photographs."""
    made = tmp_path / "pictures"
    made.mkdir()
    for number in range(1, 5):
        (made / f"DSC_{number}.JPG").write_bytes(make_jpeg(seed=number, width_px=1100, height_px=700))
    return made


def xlsx(path: Path, *rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (headings, *rows):
        sheet.append(row)
    book.save(path)
    book.close()
    return path


def row(author: str = "张三", title: str = "归港", files: str = "DSC_1.JPG", **given: str) -> tuple[str, ...]:
    known = {
        "author": author,
        "author_en": "",
        "unit": "",
        "category": "风光",
        "title": title,
        "title_en": "",
        "caption": "",
        "place": "",
        "files": files,
        **given,
    }
    return tuple(known.values())


def run(place: Place, sheet: Path, folder: Path, **given: Any) -> ImportReport:
    parts = place.services
    handlers = jobs.handlers(parts, sandbox=place.sandbox)
    examine = examiner(parts.queue, handlers, database=parts.database, clock=parts.clock)  # type: ignore[arg-type]
    return import_sheet(parts, contest=place.contest.short_name, sheet=sheet, files=folder, examine=examine, **given)


def codes(report: ImportReport) -> list[tuple[int, list[str]]]:
    return [(refused.row, [reason.code for reason in refused.reasons]) for refused in report.refused]


def test_a_row_becomes_an_entry_with_author_unit_texts_and_original(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    sheet = xlsx(
        tmp_path / "roster.xlsx",
        row(author_en="Zhang San", unit="市文化馆", title_en="Home", caption="雨后", place="青岛"),
    )

    report = run(place, sheet, folder)

    assert (report.added, report.refused) == (("A-0001",), ())
    entry = place.entry()
    assert (entry.author.name, entry.author.unit.zh) == (("张三", "Zhang San"), "市文化馆")
    assert (entry.title, entry.caption, entry.place) == (("归港", "Home"), "雨后", "青岛")
    assert (entry.state, entry.entrant_id) == (EntryState.SUBMITTED, place.organizer.id)
    assert place.original(entry.pictures[0].sha256) == (folder / "DSC_1.JPG").read_bytes()
    assert entry.is_examined


def test_a_country_is_taken_over_by_name_and_an_unknown_one_refused(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    sheet = xlsx(
        tmp_path / "roster.xlsx",
        (*row("张三"), "法国"),
        (*row("李四", "晨雾", "DSC_2.JPG"), "Ruritania"),
        headings=(*HEADINGS, "国家和地区"),
    )

    report = run(place, sheet, folder)

    assert place.entry().author.country == "FR"
    assert codes(report) == [(3, ["country.unknown"])]


@pytest.mark.parametrize(
    "dividers", ["DSC_1.JPG;DSC_2.JPG", "DSC_1.JPG，DSC_2.JPG", "dsc_1.jpg、 DSC_2", "DSC_1.JPG,DSC_2.JPG"]
)
def test_several_files_make_a_series_in_their_order(
    place: Place, folder: Path, tmp_path: Path, dividers: str
) -> None:
    run(place, xlsx(tmp_path / "roster.xlsx", row(files=dividers)), folder)

    entry = place.entry()
    assert entry.kind is EntryKind.SERIES
    assert [picture.file_name for picture in entry.pictures] == ["DSC_1.JPG", "DSC_2.JPG"]


def test_running_it_again_adds_nothing_and_takes_over_a_mended_title(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    first = row("张三", "归港", "DSC_1.JPG")
    second = row("李四", "晨雾", "DSC_2.JPG")
    run(place, xlsx(tmp_path / "roster.xlsx", first, second), folder)

    again = run(place, xlsx(tmp_path / "roster.xlsx", second, first), folder)
    mended = run(place, xlsx(tmp_path / "roster.xlsx", row("张三", "夜归", "DSC_1.JPG"), second), folder)

    assert (again.added, again.unchanged, again.refused) == ((), ("A-0002", "A-0001"), ())
    assert (mended.changed, mended.unchanged) == (("A-0001",), ("A-0002",))
    assert {entry.number: entry.title.zh for entry in place.entries()} == {"A-0001": "夜归", "A-0002": "晨雾"}


def test_an_interrupted_run_goes_on_with_the_draft_that_it_left(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "roster.xlsx", row(files="DSC_1.JPG;DSC_2.JPG"))

    def die(_pictures: Any) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_sheet(place.services, contest=place.contest.short_name, sheet=sheet, files=folder, examine=die)
    left = place.entry()
    report = run(place, sheet, folder)

    assert (left.state, len(left.pictures)) == (EntryState.DRAFT, 2)
    assert report.added == ("A-0001",)
    assert (place.entry().id, len(place.entry().pictures)) == (left.id, 2)


def test_refused_rows_say_why_and_leave_nothing_while_others_go_in(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    (folder / "small.jpg").write_bytes(make_jpeg(seed=9, width_px=500, height_px=400))
    (folder / "half.jpg").write_bytes(make_jpeg(seed=10)[:3000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "page.jpg").write_bytes(b"<html>" + b" " * 500)
    sheet = xlsx(
        tmp_path / "roster.xlsx",
        row("张三", "小图", "small.jpg", unit="甲馆"),
        row("张三", "残图", "half.jpg"),
        row("张三", "空", "empty.jpg"),
        row("张三", "网页", "page.jpg"),
        row("李四", "好", "DSC_1.JPG", unit="乙馆"),
        row("李四", "", "DSC_2.JPG"),
        row("", "无名", "DSC_2.JPG"),
        row("李四", "缺文件", "nothing.jpg"),
        row("李四", "无文件", ""),
        row("李四", "错类", "DSC_2.JPG", category="静物"),
        row("李四", "好", "DSC_1.JPG", unit="乙馆"),
        row("李四", "重复", "DSC_1.JPG;DSC_2.JPG", unit="乙馆"),
    )

    report = run(place, sheet, folder)

    assert report.added == ("A-0001",)
    assert codes(report) == [
        (2, ["F06.long_side_too_small"]),
        (3, ["F02.unreadable"]),
        (4, ["upload.empty"]),
        (5, ["upload.not_a_photo"]),
        (7, ["entry.no_title"]),
        (8, ["entry.no_author"]),
        (9, ["import.file_missing"]),
        (10, ["import.no_files"]),
        (11, ["import.category"]),
        (12, ["import.row_twice"]),
        (13, ["upload.already_yours"]),
    ]
    assert [entry.number for entry in place.entries()] == ["A-0001"]
    with place.database.reading() as session:
        assert {author.name_zh for author in session.scalars(select(Author))} == {"李四"}
        assert {unit.name_zh for unit in session.scalars(select(Unit))} == {"乙馆"}
    reason = report.refused[0].reasons[0]
    assert reason.said("en") == (
        "small.jpg: The long side has 500 px; this contest needs 1000 px. Export the picture again at full size."
    )


def test_the_cap_per_author_holds_for_rosters_too(
    app: Flask, sqlite_database: Database, sandbox: Sandbox, folder: Path, tmp_path: Path
) -> None:
    place = make_place(app, sqlite_database, sandbox, entries_per_author=1)
    rows = [row("张三", f"之{number}", f"DSC_{number}.JPG") for number in (1, 2)]

    report = run(place, xlsx(tmp_path / "roster.xlsx", *rows), folder)

    assert (report.added, codes(report)) == (("A-0001",), [(3, ["entry.cap"])])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_text_sheets_are_read_in_any_encoding_in_use(
    place: Place, folder: Path, tmp_path: Path, encoding: str
) -> None:
    sheet = tmp_path / "roster.csv"
    sheet.write_bytes("作者,题名,文件名\r\n张三,归港,DSC_1.JPG\r\n".encode(encoding))

    run(place, sheet, folder)

    assert (place.entry().author.name.zh, place.entry().title.zh) == ("张三", "归港")


def test_english_headings_and_names_are_understood(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "roster.csv"
    sheet.write_text("Author;Title;Files;Category\nAnna Weber;Harbour;dsc_1.jpg;landscape\n")

    run(place, sheet, folder)

    assert (place.entry().author.name, place.entry().title) == (("", "Anna Weber"), ("", "Harbour"))


def test_a_roster_may_open_with_its_own_title(place: Place, folder: Path, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "roster.xlsx", (), HEADINGS, row(), headings=("联美杯参赛作品清单",))

    report = run(place, path, folder)

    assert (report.added, report.rows) == (("A-0001",), 1)


def test_a_formula_is_refused_with_the_name_of_its_cell(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = xlsx(
        tmp_path / "roster.xlsx", row(title='=HYPERLINK("http://example.org")'), row("李四", "好", "DSC_2.JPG")
    )

    report = run(place, sheet, folder)

    assert report.added == ("A-0001",)
    (refused,) = report.refused
    assert refused.reasons[0].said("en") == (
        "Cell E2 holds a formula. Replace it by its value (copy, paste as values)."
    )


def test_files_are_found_whatever_case_and_form_their_name_has(place: Place, folder: Path, tmp_path: Path) -> None:
    below = folder / "风光"
    below.mkdir()
    (below / unicodedata.normalize("NFD", "Café.JPG")).write_bytes(make_jpeg(seed=20))

    report = run(place, xlsx(tmp_path / "roster.xlsx", row(files="风光/CAFÉ.jpg")), folder)

    assert report.added == ("A-0001",)


@pytest.mark.parametrize("name", ["../secret.jpg", "/etc/passwd", "..\\secret.jpg", "link.jpg", "C:\\a.jpg"])
def test_nothing_outside_the_folder_is_ever_read(place: Place, folder: Path, tmp_path: Path, name: str) -> None:
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(make_jpeg(seed=30))
    (folder / "link.jpg").symlink_to(secret)

    report = run(place, xlsx(tmp_path / "roster.xlsx", row(files=name)), folder)

    assert codes(report) == [(2, ["import.file_outside"])]
    assert place.entries() == []


def test_another_file_under_a_known_name_is_not_taken_silently(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "roster.xlsx", row())
    run(place, sheet, folder)
    (folder / "DSC_1.JPG").write_bytes(make_jpeg(seed=40))

    report = run(place, sheet, folder)

    assert codes(report) == [(2, ["import.file_changed"])]
    assert "A-0001" in report.refused[0].reasons[0].said("zh_Hans")


def broken(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    if name == "columns.xlsx":
        return xlsx(path, ("a", "b"), headings=("姓名2", "题目?"))
    if name == "no-rows.xlsx":
        return xlsx(path)
    contents = {
        "damaged.xlsx": b"PK\x03\x04" + b"\0" * 200,
        "text.xlsx": b"not a workbook",
        "roster.pdf": b"%PDF",
        "bytes.csv": b"\xff\xfe\xff\xff\xd8\xd8\x00",
        "binary.csv": bytes(range(128, 256)) * 3 + b"\xff",
    }
    if name in contents:
        path.write_bytes(contents[name])
    return path


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("absent.xlsx", "import.no_sheet"),
        ("roster.pdf", "import.sheet_kind"),
        ("damaged.xlsx", "import.sheet_unreadable"),
        ("text.xlsx", "import.sheet_unreadable"),
        ("bytes.csv", "import.encoding"),
        ("binary.csv", "import.encoding"),
        ("columns.xlsx", "import.columns"),
        ("no-rows.xlsx", "import.no_rows"),
    ],
)
def test_a_sheet_that_cannot_be_used_is_refused_as_a_whole(
    place: Place, folder: Path, tmp_path: Path, name: str, code: str
) -> None:
    with pytest.raises(ContestError) as refused:
        run(place, broken(tmp_path, name), folder)

    assert refused.value.code == code
    assert place.entries() == []


def test_missing_columns_are_named_together_with_those_found(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "roster.xlsx", ("张三", "x"), headings=("作者", "备注"))

    with pytest.raises(Invalid) as refused:
        run(place, sheet, folder)

    assert refused.value.facts == {"missing": "题名, title / 文件名, files", "found": "作者 / 备注"}


def test_a_closed_contest_takes_no_roster(place: Place, folder: Path, tmp_path: Path, clock: SetClock) -> None:
    clock.at = CLOSES

    with pytest.raises(Conflict) as refused:
        run(place, xlsx(tmp_path / "roster.xlsx", row()), folder)

    assert refused.value.code == "entry.closed"


def test_only_an_organizer_of_the_contest_hands_in(place: Place, folder: Path, tmp_path: Path) -> None:
    sheet = xlsx(tmp_path / "roster.xlsx", row())

    with pytest.raises(Missing) as refused:
        run(place, sheet, folder, organizer="nobody@example.org")
    run(place, sheet, folder, organizer=place.organizer.email.upper())

    assert refused.value.code == "import.no_organizer"
    assert place.entry().entrant_id == place.organizer.id


def test_a_roster_goes_beside_what_came_through_the_portal(place: Place, folder: Path, tmp_path: Path) -> None:
    with place.database.changing() as work:
        make_entry(work, place.contest, number="A-0041")

    report = run(place, xlsx(tmp_path / "roster.xlsx", row()), folder)

    assert report.added == ("A-0042",)


def test_the_command_reports_in_both_languages_and_by_its_exit_code(
    place: Place, folder: Path, tmp_path: Path
) -> None:
    sheet = xlsx(tmp_path / "roster.xlsx", row(), row("李四", "缺", "nothing.jpg"))
    parts = _Parts(place)

    told = CliRunner().invoke(
        import_works, [place.contest.short_name, "--sheet", str(sheet), "--files", str(folder)], obj=parts
    )

    assert told.exit_code == 1
    assert "Row 3 (李四, 缺): The file nothing.jpg is not in the folder." in told.output
    assert "2 rows: 1 added, 0 changed, 0 unchanged, 1 refused." in told.output


class _Parts:
    """What the command line hands to a command."""

    def __init__(self, place: Place) -> None:
        self.services = place.services
        self.clock, self.database, self.queue = place.services.clock, place.database, place.services.queue
        self._sandbox = place.sandbox

    def handlers(self) -> Any:
        return jobs.handlers(self.services, sandbox=self._sandbox)
