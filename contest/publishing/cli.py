"""Commands of publishing: the album and the gallery, made by the same functions as in the browser."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Protocol

import click
from flask import Flask

from contest.awards.record import Record
from contest.calls.queries import contest_named
from contest.kernel.clock import Clock
from contest.kernel.db import Database
from contest.kernel.errors import Missing
from contest.platform.store import FileStore
from contest.publishing import queries
from contest.publishing.album.plan import Language
from contest.publishing.gallery import view
from contest.publishing.gallery.folder import export_gallery
from contest.publishing.jobs import percent, press_album, summary
from contest.publishing.sentences import remarks

FOUND_WANTING = 1


class Parts(Protocol):
    """What these commands need of an instance."""

    @property
    def clock(self) -> Clock:
        """The clock."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def store(self) -> FileStore:
        """The files."""

    def app(self) -> Flask:
        """Give the application."""


@click.command()
@click.argument("contest")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The PDF to write; replaced when it is there.",
)
@click.option(
    "--language",
    type=click.Choice(["both", "zh", "en"]),
    default="both",
    show_default=True,
    help="Language of the album's texts.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
@click.pass_context
def album(
    context: click.Context, parts: Parts, contest: str, output: Path, *, language: Language, as_json: bool
) -> None:
    """Build the printable album of CONTEST's sealed or announced result.

    Exit codes: 0 ready for the printer, 1 built but with faults that a printer would refuse, 2 not built.
    """
    record, _ = _frozen(parts, contest)
    output.parent.mkdir(parents=True, exist_ok=True)
    with _bar(hidden=as_json) as move:
        report = press_album(
            record,
            store=parts.store,
            target=output,
            built_at=parts.clock(),
            progress=lambda stage, done, total: move(percent(stage, done, total)),
            language=language,
        )
        move(100)
    told = summary(report, record)
    if as_json:
        facts = {"file": str(output), "bytes": report.bytes, "pages": report.pages, "sha256": report.sha256}
        click.echo(json.dumps({**facts, **told}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{output}  {report.pages} p  {report.bytes / 1e6:.1f} MB  SHA-256 {report.sha256}")
        for remark in remarks(told["findings"], record.language):
            click.echo(f"{remark.severity}: {remark.page + ': ' if remark.page else ''}{remark.said}")
    if report.preflight.errors:
        context.exit(FOUND_WANTING)


@click.command()
@click.argument("contest")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="A new folder; nothing that is there is overwritten.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
def gallery(parts: Parts, contest: str, output: Path, *, as_json: bool) -> None:
    """Write CONTEST's gallery into a folder that opens and plays without a network.

    Open index.html in any browser, or slideshow.html on the computer of a screen. The result must be announced.

    Exit codes: 0 written, 2 not written.
    """
    record, is_announced = _frozen(parts, contest)
    if not is_announced:
        raise Missing("gallery")
    with parts.database.reading() as session:
        shown = view.pictures(view.awarded(record))
        colours, light = queries.placeholders(session, shown), queries.light(session, shown)
    with _bar(hidden=as_json) as move:
        report = export_gallery(
            record,
            colours=colours,
            app=parts.app(),
            store=parts.store,
            target=output,
            light=light,
            progress=lambda done, total: move(100 * done // total),
        )
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False, indent=1))
    else:
        click.echo(f"{output / 'index.html'}  {report.works} works, {report.pictures} pictures, {report.files} files")


commands: list[click.Command] = [album, gallery]


def _frozen(parts: Parts, short_name: str) -> tuple[Record, bool]:
    """Give a contest's newest frozen result, and whether it is announced."""
    with parts.database.reading() as session:
        found = contest_named(session, short_name, parts.clock())
        result = queries.frozen_result(session, found.id)
    if result is None:
        raise Missing("result")
    return result.record, result.announced_at is not None


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal and give what moves it to a percentage; nothing is shown where none is watching."""
    with click.progressbar(length=100, file=sys.stderr, hidden=hidden or not sys.stderr.isatty()) as bar:
        yield lambda percent: bar.update(max(0, percent - bar.pos))
