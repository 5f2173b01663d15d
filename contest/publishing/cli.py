"""Commands of publishing: the album and the gallery, made by the same functions as in the browser."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

import click
from flask import Flask

from contest.awards.record import Record
from contest.calls.queries import contest_named
from contest.kernel.clock import Clock
from contest.kernel.db import Database
from contest.kernel.errors import Invalid, Missing
from contest.platform.store import FileStore
from contest.publishing import clearance, drafts, queries
from contest.publishing.album.design import FORMATS
from contest.publishing.album.editions import Edition
from contest.publishing.album.plan import AlbumPlan, Language
from contest.publishing.album.printers import output_profile
from contest.publishing.album.themes import THEMES, ThemeKey
from contest.publishing.gallery import view
from contest.publishing.gallery.folder import export_gallery
from contest.publishing.jobs import asked_of, build_edition, percent
from contest.publishing.prints.orders import Kind, PrintOrder
from contest.publishing.report import write_report
from contest.publishing.sentences import remarks

if TYPE_CHECKING:
    from contest.publishing.prints.make import PrintReport

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
    "--edition",
    type=click.Choice([edition.value for edition in Edition]),
    callback=lambda _context, _option, value: Edition(value),
    default=Edition.PRESS.value,
    show_default=True,
    help="press: inside, PDF/X-4. x1a: inside, PDF/X-1a. screen: whole, small. proof: spreads. cover: one piece.",
)
@click.option(
    "--plan",
    "plan_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Build this plan, as --save-plan wrote it or an editor changed it; look and language are its own.",
)
@click.option("--save-plan", type=click.Path(dir_okay=False, path_type=Path), help="Write the plan that is built.")
@click.option(
    "--language",
    type=click.Choice(["both", "zh", "en"]),
    help="Language of the album's texts; as decided where not given.",
)
@click.option(
    "--format",
    "size",
    type=click.Choice([f"{width:g}x{height:g}" for width, height in FORMATS]),
    help="Trimmed page in millimetres; as decided where not given.",
)
@click.option(
    "--theme",
    type=click.Choice(list(THEMES)),
    help="gallery: white, wide margins. black: a dark ground. press: many to a page. As decided where not given.",
)
@click.option(
    "--multiple",
    type=int,
    help="Pages fill sheets of so many; as decided where not given.",
)
@click.option("--marks/--no-marks", default=None, help="Crop marks outside the bleed; as planned where not given.")
@click.option("--bleed", type=float, help="Bleed in millimetres, 0 for none; as planned where not given.")
@click.option(
    "--profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The printer's ICC profile; as decided where not given.",
)
@click.option("--ink-limit", type=int, help="Most ink on the paper, in percent; as decided where not given.")
@click.option("--leaf", type=float, help="Caliper of a leaf, in millimetres; as decided where not given.")
@click.option(
    "--only-inks/--own-colours",
    default=None,
    help="Make the cover as PDF/X-1a:2003, too, or not; as decided where not given.",
)
@click.option(
    "--report",
    "report_folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the preflight there, as HTML in both languages and as JSON.",
)
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
@click.pass_context
def album(
    context: click.Context,
    parts: Parts,
    contest: str,
    output: Path,
    *,
    edition: Edition,
    plan_file: Path | None,
    save_plan: Path | None,
    language: Language | None,
    size: str | None,
    theme: ThemeKey | None,
    multiple: int | None,
    marks: bool | None,
    bleed: float | None,
    profile: Path | None,
    ink_limit: int | None,
    leaf: float | None,
    only_inks: bool | None,
    report_folder: Path | None,
    as_json: bool,
) -> None:
    """Build an edition of the album of CONTEST's sealed or announced result, as the browser would.

    What is not given is as it was decided at the album's desk: look, texts, changes by hand, printer.
    The moment in SOURCE_DATE_EPOCH, where it is set, is written into the file: the same input gives the same bytes.
    Ctrl+C stops it and leaves nothing behind.

    Exit codes: 0 built without faults, 1 built but with faults that a printer would refuse, 2 not built.
    """
    contest_id, record, _ = _frozen(parts, contest)
    with parts.database.reading() as session:
        decided = drafts.draft(session, contest_id)
    edges = _given({"marks": marks, "bleed_mm": bleed})
    if plan_file:
        plan = _read_plan(plan_file)
        plan = replace(plan, design=replace(plan.design, **edges))
    else:
        width, height = map(float, size.split("x")) if size else (None, None)
        look = _given({"width_mm": width, "height_mm": height, "multiple": multiple, "theme": theme})
        design = replace(decided.options.design, **look, **edges)
        options = replace(decided.options, design=design, **_given({"language": language}))
        with parts.database.reading() as session:
            larger = clearance.larger_files(session, record)
        plan = drafts.laid_out(record, options, larger=larger)
    asks = _given({"ink_limit_percent": ink_limit, "leaf_mm": leaf, "only_inks": only_inks})
    order = replace(decided.printer, **asks)
    with parts.database.reading() as session:
        asked = asked_of(session, parts.store, contest_id=contest_id, record=record, order=order)
    if profile:
        asked = replace(asked, printer=replace(asked.printer, profile=output_profile(profile)), measures={})
    output.parent.mkdir(parents=True, exist_ok=True)
    with _bar(hidden=as_json) as move:
        report = build_edition(
            plan,
            edition=edition,
            record=record,
            asked=asked,
            store=parts.store,
            target=output,
            built_at=_moment(parts.clock),
            progress=lambda stage, done, total: move(percent(edition, stage, done, total)),
        )
        move(100)
    if save_plan:
        save_plan.write_text(plan.to_json(), encoding="utf-8")
    told = report.to_dict()
    if report_folder:
        write_report(told, report_folder, app=parts.app(), zone=record.zone)
    if as_json:
        click.echo(json.dumps({"file": str(output), **told}, ensure_ascii=False, indent=1))
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
    _, record, is_announced = _frozen(parts, contest)
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


@click.command(name="print")
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]))
@click.argument("contest")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The PDF or ZIP to write; replaced when it is there.",
)
@click.option(
    "--size",
    default="",
    help="Certificates and contact sheets: A4, A3. Panels: 800x1200 and others, in mm. Labels: 10 or 21 a sheet.",
)
@click.option("--language", type=click.Choice(["both", "zh", "en"]), default="both", show_default=True)
@click.option("--singles", is_flag=True, help="Certificates: a PDF for each, in one ZIP.")
@click.option(
    "--seal",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificates: the organizer's seal, a PNG or JPEG on white or on nothing.",
)
@click.option("--round", "number", type=int, default=0, help="Contact sheets: the number of the round.")
@click.option("--per-page", type=int, default=12, show_default=True, help="Contact sheets: works on a page, 4 to 30.")
@click.option("--boxes", type=int, default=1, show_default=True, help="Contact sheets: boxes for marks, 0 to 8.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON.")
@click.pass_obj
@click.pass_context
def print_(
    context: click.Context,
    parts: Parts,
    kind: str,
    contest: str,
    output: Path,
    *,
    size: str,
    language: Language,
    singles: bool,
    seal: Path | None,
    number: int,
    per_page: int,
    boxes: int,
    as_json: bool,
) -> None:
    """Make CONTEST's certificates, panels or labels, or a round's contact sheets, which name nobody.

    The same file as in the browser; the moment in SOURCE_DATE_EPOCH, where it is set, is written into it.

    Exit codes: 0 made without faults, 1 made but with faults to put right before printing, 2 not made.
    """
    from contest.publishing.prints import printing, reading, seals  # noqa: PLC0415 - its PDF library slows every start

    order = PrintOrder(
        kind=Kind(kind),
        size=size,
        language=language,
        singles=singles and kind == Kind.CERTIFICATES,
        round=number,
        per_page=per_page,
        boxes=boxes,
    )
    output.parent.mkdir(parents=True, exist_ok=True)
    make: Callable[..., PrintReport]
    if order.kind is Kind.CONTACT:
        with parts.database.reading() as session:
            found = contest_named(session, contest, parts.clock())
            drawn, keys = reading.contact_of(session, parts.store, found, order)
        language_of, make = found.language, partial(printing.make_contact_sheets, drawn, keys)
    else:
        _, record, _ = _frozen(parts, contest)
        with parts.database.reading() as session:
            withheld = clearance.withheld(session, record)
            larger = clearance.larger_files(session, record)
        language_of = record.language
        make = partial(
            printing.make_result_prints,
            record,
            order,
            address=parts.app().extensions["contest"].settings.address,
            withheld=withheld,
            larger=larger,
            seal=(seals.read_seal(seal), seal) if seal else None,
        )
    with _bar(hidden=as_json) as move:
        report = make(
            store=parts.store,
            target=output,
            built_at=_moment(parts.clock),
            progress=lambda stage, done, total: move(printing.percent(stage, done, total)),
        )
        move(100)
    if as_json:
        click.echo(json.dumps({"file": str(output), **report.to_dict()}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{output}  {report.pages} p  {report.bytes / 1e6:.1f} MB  SHA-256 {report.sha256}")
        for remark in remarks(report.findings, language_of):
            click.echo(f"{remark.severity}: {remark.page + ': ' if remark.page else ''}{remark.said}")
    if report.has_errors:
        context.exit(FOUND_WANTING)


commands: list[click.Command] = [album, gallery, print_]


def _frozen(parts: Parts, short_name: str) -> tuple[UUID, Record, bool]:
    """Give a contest's id, its newest frozen result, and whether that is announced."""
    with parts.database.reading() as session:
        found = contest_named(session, short_name, parts.clock())
        result = queries.frozen_result(session, found.id)
    if result is None:
        raise Missing("result")
    return result.contest_id, result.record, result.announced_at is not None


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values that were given; None was not."""
    return {name: value for name, value in values.items() if value is not None}


def _read_plan(path: Path) -> AlbumPlan:
    """Read a plan from a file.

    Raises:
        Invalid: ``album.plan_unreadable``, with what is wrong.
    """
    try:
        return AlbumPlan.from_json(path.read_text(encoding="utf-8"))
    except (KeyError, TypeError, ValueError) as problem:
        raise Invalid("album.plan_unreadable", file=path.name, said=str(problem)) from problem


def _moment(clock: Clock) -> datetime:
    """Give the moment that goes into the file; see reproducible-builds.org/specs/source-date-epoch.

    Raises:
        Invalid: ``album.moment_unreadable``.
    """
    given = os.environ.get("SOURCE_DATE_EPOCH")
    if given is None:
        return clock()
    try:
        return datetime.fromtimestamp(int(given), tz=UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise Invalid("album.moment_unreadable", given=given) from problem


@contextmanager
def _bar(*, hidden: bool) -> Iterator[Callable[[int], None]]:
    """Show a bar on the terminal and give what moves it to a percentage; nothing is shown where none is watching."""
    with click.progressbar(length=100, file=sys.stderr, hidden=hidden or not sys.stderr.isatty()) as bar:
        yield lambda percent: bar.update(max(0, percent - bar.pos))
