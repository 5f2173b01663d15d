"""Commands of entries: works from a spreadsheet, pictures of earlier years."""

import json
import sys
import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from uuid import UUID

import click
from sqlalchemy import func, select

from contest.entries.models import Picture, PictureState
from contest.entries.receiving import INSPECT
from contest.inspection.sandbox import Sandbox
from contest.kernel.clock import Clock
from contest.kernel.db import Database
from contest.platform.queue import EmbeddedQueue, Handler
from contest.platform.worker import drain
from contest.web.sentences import N_, translate
from contest.web.services import Services

if TYPE_CHECKING:
    from contest.entries.importing import Examine, ImportReport

SOME_REFUSED: Final = 1
# For how long another worker that holds a picture is waited for; its entry then goes in unexamined.
PATIENCE_S: Final = 120
_PAUSE_S: Final = 0.25
_SUMMARY: Final = N_(
    "%(rows)s rows: %(added)s added, %(changed)s changed, %(unchanged)s unchanged, %(refused)s refused."
)
_INDEXED: Final = N_("%(added)s pictures indexed, %(kept)s known already, %(left)s files left out.")
_NO_PICTURE: Final = N_("%(name)s: no picture that can be opened; left out.")
_FORGOTTEN: Final = N_("%(count)s pictures of the archive removed.")
_ROW: Final = N_("Row %(row)s (%(author)s, %(title)s): %(reason)s")


class Parts(Protocol):
    """What these commands need of an instance."""

    @property
    def clock(self) -> Clock:
        """The clock."""

    @property
    def database(self) -> Database:
        """The database."""

    @property
    def queue(self) -> EmbeddedQueue:
        """The queue."""

    @property
    def services(self) -> Services:
        """All parts as one."""

    def handlers(self) -> dict[str, Handler]:
        """How jobs are done."""


@click.command(name="import")
@click.argument("contest")
@click.option(
    "--sheet",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The roster, .xlsx or .csv: one row per work with 作者/author, 题名/title, 文件名/files, and as wanted "
    "单位/unit, 国家/country, 类别/category, 说明/caption, 地点/place, 作者英文名/author_en, 英文题名/title_en.",
)
@click.option(
    "--files",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder of the pictures that the roster names; several in one cell are divided by ; ， or 、",
)
@click.option("--organizer", help="E-mail address of the organizer who hands in; the contest's first by default.")
@click.option("--json", "as_json", is_flag=True, help="Report as JSON, every reason in both languages.")
@click.pass_obj
def import_works(
    parts: Parts, *, contest: str, sheet: Path, files: Path, organizer: str | None, as_json: bool
) -> None:
    """Take a roster's works into CONTEST, with the same checks as in the portal.

    A refused row is reported and leaves nothing behind; all others go in. Mend the sheet or the files and run it
    again: what is in already stays as it is, a mended title or caption is taken over.

    Exit codes: 0 every row is in, 1 some rows were refused, 2 the import cannot run.
    """
    # Only here: reading workbooks loads an image library, which the service itself must never do.
    from contest.entries.importing import import_sheet  # noqa: PLC0415 - see above

    with click.progressbar(length=1, file=sys.stderr, hidden=as_json) as bar:

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        report = import_sheet(
            parts.services,
            contest=contest,
            sheet=sheet,
            files=files,
            organizer=organizer,
            examine=examiner(parts.queue, parts.handlers(), database=parts.database, clock=parts.clock),
            told=told,
        )
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
    else:
        for language in parts.services.settings.languages:
            _tell(report, language)
    if report.refused:
        raise SystemExit(SOME_REFUSED)


@click.group()
def archive() -> None:
    """Compare what is handed in with pictures of earlier years."""


@archive.command(name="index")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What the organizers see, such as “2025 winners”.")
@click.pass_obj
def index_archive(parts: Parts, *, folder: Path, name: str) -> None:
    """Index FOLDER and the folders in it, so that pictures like those in it are found.

    The service keeps a preview of each picture, not the file. Run it again when something was added. Pictures that
    were already handed in are compared anew by the worker.

    Exit codes: 0 all is indexed, 1 some files are no pictures that can be opened, 2 the folder cannot be indexed.
    """
    # Only here, as above: comparing loads numpy.
    from contest.entries.twins.archive import index_folder  # noqa: PLC0415 - see above
    from contest.entries.twins.orders import order_anew  # noqa: PLC0415 - as above

    place = parts.services.settings.instance
    place.mkdir(parents=True, exist_ok=True)
    with (
        Sandbox(work_dir=place) as examining,
        Sandbox(work_dir=place) as comparing,
        click.progressbar(length=1, file=sys.stderr) as bar,
    ):

        def told(done: int, of: int) -> None:
            bar.length = of
            bar.update(done - bar.pos)

        done = index_folder(
            parts.database,
            parts.services.store,
            examining,
            comparing,
            folder=folder,
            archive=name,
            at=parts.clock(),
            told=told,
        )
    if done.added:
        with parts.database.changing() as work:
            order_anew(work, parts.queue, at=parts.clock())
    counts = {"added": len(done.added), "kept": done.kept, "left": len(done.left)}
    for language in parts.services.settings.languages:
        for left in done.left:
            click.echo(translate(_NO_PICTURE, language) % {"name": left})
        click.echo(translate(_INDEXED, language) % counts)
    if done.left:
        raise SystemExit(SOME_REFUSED)


@archive.command(name="list")
@click.pass_obj
def list_archives(parts: Parts) -> None:
    """List what is indexed, and how many pictures of it."""
    from contest.entries.twins.archive import archives  # noqa: PLC0415 - as above

    for name, count in archives(parts.database):
        click.echo(f"{count}\t{name}")


@archive.command(name="forget")
@click.argument("name")
@click.pass_obj
def forget(parts: Parts, *, name: str) -> None:
    """Remove what is indexed as NAME, its previews and the pairs with it."""
    from contest.entries.twins.archive import forget_archive  # noqa: PLC0415 - as above

    count = forget_archive(parts.database, parts.services.store, archive=name)
    for language in parts.services.settings.languages:
        click.echo(translate(_FORGOTTEN, language) % {"count": count})


commands: list[click.Command] = [import_works, archive]


def examiner(queue: EmbeddedQueue, handlers: Mapping[str, Handler], *, database: Database, clock: Clock) -> "Examine":
    """Give what examines pictures here and now, sharing the work with any worker that runs beside."""
    inspecting = {INSPECT: handlers[INSPECT]}

    def examine(picture_ids: Collection[UUID]) -> None:
        waits_until = time.monotonic() + PATIENCE_S
        while True:
            drain(queue, inspecting, clock=clock)
            with database.reading() as session:
                unexamined = session.scalar(
                    select(func.count()).where(Picture.id.in_(picture_ids), Picture.state == PictureState.RECEIVED)
                )
                is_over = not unexamined or queue.waiting(session, kinds=inspecting) == 0
            if is_over or time.monotonic() > waits_until:
                return
            time.sleep(_PAUSE_S)

    return examine


def _tell(report: "ImportReport", language: str) -> None:
    for refused in report.refused:
        for reason in refused.reasons:
            facts = {
                "row": refused.row,
                "author": refused.author or "–",
                "title": refused.title or "–",
                "reason": reason.said(language),
            }
            click.echo(translate(_ROW, language) % facts)
    counts = {
        "rows": report.rows,
        "added": len(report.added),
        "changed": len(report.changed),
        "unchanged": len(report.unchanged),
        "refused": len(report.refused),
    }
    click.echo(translate(_SUMMARY, language) % counts)
