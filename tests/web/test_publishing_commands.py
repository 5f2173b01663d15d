"""The album and the gallery from a terminal: the same functions, exit codes, and a folder that needs no server."""

import json
import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from click.testing import CliRunner
from flask import Flask

from contest.awards.models import ResultSet
from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.platform.queue import EmbeddedQueue
from contest.platform.store import FolderStore
from contest.platform.worker import drain
from contest.publishing import actions, cli, drafts, queries
from contest.publishing.album.design import Design
from contest.publishing.album.editions import Edition
from contest.publishing.album.options import AlbumOptions, AlbumTexts, Overrides
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.gallery import view
from contest.publishing.jobs import handlers
from contest.publishing.queries import PrinterOrder
from contest.settings import Settings
from contest.web.services import Services
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


def test_the_album_command_lays_out_in_the_look_it_is_told(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)
    target, kept = tmp_path / "cup.pdf", tmp_path / "plan.json"
    told = ["--edition", "screen", "--theme", "black", "--format", "210x210", "--save-plan", str(kept)]

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(target), *told], obj=parts)

    assert ran.exit_code == 0, ran.output
    plan = AlbumPlan.from_json(kept.read_text(encoding="utf-8"))
    assert (plan.design.theme, plan.design.width_mm, plan.design.height_mm) == ("black", 210, 210)
    assert plan.pages[0].is_dark


def test_the_album_command_speaks_the_contests_language(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(tmp_path / "cup.pdf")], obj=parts)

    assert ran.exit_code == 0, ran.output
    assert "SHA-256 " in ran.stdout
    assert "A-0107" in ran.stdout


@pytest.mark.parametrize("edition", ["x1a", "screen", "proof", "cover"])
def test_the_album_command_builds_what_the_browsers_job_builds(
    parts: Parts, tmp_path: Path, edition: str, settings: Settings
) -> None:
    """Both build what was decided at the desk: look, texts, changes by hand, printer."""
    record = _record(parts, announced=False)
    best = record.winners("grand")[0].id
    decided = AlbumOptions(
        design=Design(theme="black", bleed_mm=5.0),
        language="zh",
        texts=AlbumTexts(preface=Bilingual("山与海之间。")),
        overrides=Overrides(sizes={best: 0.5}),
    )
    with parts.database.changing() as work:
        drafts.change(
            work,
            contest_id=work.session.query(ResultSet).one().contest_id,
            seen=0,
            options=decided,
            printer=PrinterOrder(leaf_mm=0.2),
            actor_id=None,
            at=parts.clock(),
        )
    target, queue = tmp_path / "cup.pdf", EmbeddedQueue(parts.database)

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(target), "--edition", edition, "--json"], obj=parts)

    assert ran.exit_code == 0, ran.output
    with parts.database.changing() as work:
        result = work.session.query(ResultSet).one()
        build_id = actions.order_build(
            work,
            queue,
            contest_id=result.contest_id,
            edition=Edition(edition),
            actor_id=None,
            at=parts.clock(),
        )
    made = handlers(
        Services(
            settings=settings,
            clock=parts.clock,
            database=parts.database,
            store=parts.store,
            queue=queue,
            mail=None,  # type: ignore[arg-type]  # albums send no letters
        )
    )
    drain(queue, made, clock=parts.clock)
    with parts.database.reading() as session:
        assert queries.build(session, result.contest_id, build_id).sha256 == json.loads(ran.stdout)["sha256"]
        plan = queries.plan(session, build_id)
    assert plan == drafts.laid_out(record, decided, larger={})
    assert {"preface", "plate"} <= {page.kind for page in plan.pages}
    assert json.loads(ran.stdout)["spine_mm"] == pytest.approx((len(plan.pages) - 4) / 2 * 0.2)
    assert sha256(target.read_bytes()).hexdigest() == json.loads(ran.stdout)["sha256"]


def test_a_plan_is_saved_changed_and_built_again(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)
    plan, first, second = tmp_path / "plan.json", tmp_path / "a.pdf", tmp_path / "b.pdf"
    command = ["cup", "--format", "285x210", "--multiple", "8", "--save-plan", str(plan)]
    ran = CliRunner().invoke(cli.album, [*command, "-o", str(first)], obj=parts)
    assert ran.exit_code == 0, ran.output
    changed = json.loads(plan.read_text())
    changed["title"] = "另一个书名"
    plan.write_text(json.dumps(changed))

    ran = CliRunner().invoke(
        cli.album, ["cup", "-o", str(second), "--plan", str(plan), "--marks", "--bleed", "5"], obj=parts
    )

    assert ran.exit_code == 0, ran.output
    with pikepdf.open(first) as one, pikepdf.open(second) as other:
        assert len(one.pages) % 8 == 0
        assert len(one.pages) == len(other.pages)
        assert str(other.docinfo.Title) == "另一个书名"
        sizes = [[float(value) * 25.4 / 72 for value in pdf.pages[0].obj.MediaBox[2:]] for pdf in (one, other)]
    assert sizes[0] == pytest.approx([291, 216], abs=0.01)
    assert sizes[1] == pytest.approx([285 + 2 * 13, 210 + 2 * 13], abs=0.01)


def test_a_file_that_is_no_plan_is_named(parts: Parts, tmp_path: Path) -> None:
    _record(parts, announced=False)
    plan = tmp_path / "plan.json"
    plan.write_text('{"version": 1}')

    ran = CliRunner().invoke(cli.album, ["cup", "-o", str(tmp_path / "a.pdf"), "--plan", str(plan)], obj=parts)

    assert isinstance(ran.exception, Invalid)
    assert ran.exception.code == "album.plan_unreadable"
    assert not (tmp_path / "a.pdf").exists()


def test_a_given_moment_makes_the_same_bytes_at_any_time(
    parts: Parts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _record(parts, announced=False)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1796083200")
    made = []
    for name in ("a.pdf", "b.pdf"):
        assert CliRunner().invoke(cli.album, ["cup", "-o", str(tmp_path / name)], obj=parts).exit_code == 0
        made.append((tmp_path / name).read_bytes())
        parts.clock.at += timedelta(days=3)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")

    refused = CliRunner().invoke(cli.album, ["cup", "-o", str(tmp_path / "c.pdf")], obj=parts)

    assert made[0] == made[1]
    assert isinstance(refused.exception, Invalid)
    assert refused.exception.code == "album.moment_unreadable"


def test_the_preflight_is_written_in_both_languages_and_as_data(parts: Parts, tmp_path: Path) -> None:
    record = _record(parts, announced=False)
    folder = tmp_path / "report"

    ran = CliRunner().invoke(
        cli.album, ["cup", "-o", str(tmp_path / "a.pdf"), "--edition", "proof", "--report", str(folder)], obj=parts
    )

    assert ran.exit_code == 0, ran.output
    chinese, english = (folder / "preflight.html").read_text(), (folder / "preflight.en.html").read_text()
    told = json.loads((folder / "preflight.json").read_text())
    assert '<html lang="zh-CN">' in chinese
    assert "印前检查报告" in chinese
    assert "Preflight" in english
    assert "<script" not in english
    assert "://" not in english
    for work in view.awarded(record):
        assert english.count(f'<th scope="row">{work.number}</th>') == len(work.pictures)
    assert told["sha256"] == sha256((tmp_path / "a.pdf").read_bytes()).hexdigest()
    assert len(told["lines"]) == len(view.pictures(view.awarded(record)))
    assert told["profile_md5"] in english


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
