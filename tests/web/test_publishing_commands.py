"""The album and the gallery from a terminal: the same functions, exit codes, and a folder that needs no server."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner
from flask import Flask

from contest.awards.record import Record
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.platform.store import FolderStore
from contest.publishing import cli
from contest.publishing.gallery import view
from tests.makers import make_contest
from tests.records import make_record, make_result, put_previews, with_originals
from tests.visitor import SetClock

LINK = re.compile(r'(?:href|src|srcset)="([^"]+)"')


@dataclass
class Parts:
    """An instance as the `contest` command opens it."""

    clock: SetClock
    database: Database
    store: FolderStore
    joined: Flask

    def app(self) -> Flask:
        return self.joined


@pytest.fixture
def parts(app: Flask, sqlite_database: Database, store: FolderStore, clock: SetClock) -> Parts:
    return Parts(clock, sqlite_database, store, app)


def _record(parts: Parts, *, announced: bool) -> Record:
    record = with_originals(make_record(), parts.store)
    put_previews(parts.store, view.pictures(view.awarded(record)))
    with parts.database.changing() as work:
        make_result(work, make_contest(work, short_name="cup"), record, announced=announced)
    return record


def test_the_album_command_writes_the_file_and_reports_it(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)
    target = tmp_path / "out" / "cup.pdf"

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(target), "--json"], obj=parts)

    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["sha256"] == sha256(target.read_bytes()).hexdigest()
    assert told["bytes"] == target.stat().st_size
    assert {finding["severity"] for finding in told["findings"]} == {"warning"}


def test_the_album_command_speaks_the_contests_language(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(tmp_path / "cup.pdf")], obj=parts)

    assert ran.exit_code == 0, ran.output
    assert "SHA-256 " in ran.stdout
    assert "A-0107" in ran.stdout


def test_without_a_result_neither_command_writes_anything(parts: Parts, tmp_path: Path) -> None:
    with parts.database.changing() as work:
        make_contest(work, short_name="cup")

    ran = [
        CliRunner().invoke(command, ["cup", "-o", str(tmp_path / "out")], obj=parts)
        for command in (cli.album, cli.gallery)
    ]

    assert [(type(each.exception), str(each.exception)) for each in ran] == [(Missing, "result()")] * 2
    assert not (tmp_path / "out").exists()


def test_a_sealed_result_is_not_written_as_a_gallery(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)

    ran = CliRunner().invoke(cli.gallery, ["cup", "-o", str(tmp_path / "out")], obj=parts)

    assert isinstance(ran.exception, Missing)
    assert not (tmp_path / "out").exists()


def test_the_folder_is_whole_by_itself_in_both_languages(parts: Parts, tmp_path: Path) -> None:
    record = _record(parts, announced=True)
    folder = tmp_path / "out" / "gallery"

    ran = CliRunner().invoke(cli.gallery, ["cup", "-o", str(folder), "--json"], obj=parts)

    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["pictures"] == 7
    pages = {path.name: path.read_text() for path in folder.glob("*.html")}
    works = [work.number for work in view.awarded(record)]
    assert set(pages) == {f"{name}{ending}.html" for name in ("index", "slideshow", *works) for ending in ("", ".en")}
    assert '<html lang="zh-CN">' in pages["index.html"]
    assert '<html lang="en">' in pages["index.en.html"]
    assert "Clear after rain" in pages["A-0107.en.html"]
    for page in pages.values():
        assert "csrf" not in page
        links = [each.split(" ")[0] for value in LINK.findall(page) for each in value.split(", ")]
        targets = {unquote(link.partition("#")[0]) for link in links}
        assert [name for name in targets if not (folder / name).is_file()] == []
        assert "://" not in page


def test_a_folder_that_holds_something_is_left_alone(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=True)
    (tmp_path / "kept.txt").write_text("mine")

    ran = CliRunner().invoke(cli.gallery, ["cup", "-o", str(tmp_path)], obj=parts)

    assert isinstance(ran.exception, Invalid)
    assert ran.exception.code == "export.folder_taken"
    assert (tmp_path / "kept.txt").read_text() == "mine"


def test_a_lost_preview_leaves_no_half_folder(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=True)
    preview = next(iter(parts.store.list("derivatives")))
    parts.store.delete(preview.key)

    ran = CliRunner().invoke(cli.gallery, ["cup", "-o", str(tmp_path / "out" / "gallery")], obj=parts)

    assert isinstance(ran.exception, Missing)
    assert list((tmp_path / "out").iterdir()) == []
