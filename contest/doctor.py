"""`contest doctor`: what this instance stands on, and what is not as it should be."""

import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import click

from contest import __version__, migrations
from contest.inspection.sandbox import Sandbox
from contest.kernel.audit import verify
from contest.kernel.db import Database, sqlite_driver, wal_is_safe
from contest.kernel.errors import ContestError
from contest.publishing.album.fonts import font_folders
from contest.settings import Settings

PACKAGES: Final = ("flask", "sqlalchemy", "pillow", "exifread", "typst", "pikepdf", "waitress", "argon2-cffi")
FONTS: Final = frozenset({".otf", ".ttc", ".ttf"})
# Below this uploads are refused anyway: SQLite cannot shrink its journal on a full disk.
DISK_FREE_MIN: Final = 2 * 1024**3


@dataclass(frozen=True)
class Told:
    """One line of the report; ``well`` is False where somebody should do something."""

    topic: str
    well: bool
    text: str


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.pass_obj
def command(parts: Any, *, as_json: bool) -> None:
    """Check what the service stands on: versions, database, sandbox, disk, mail, fonts.

    Exit code 1 when something should be mended.
    """
    report = list(examine(parts.settings, parts.database))
    if as_json:
        click.echo(json.dumps([asdict(told) for told in report], ensure_ascii=False))
    else:
        for told in report:
            click.echo(f"{'ok  ' if told.well else 'MEND'}  {told.topic:<9} {told.text}")
    if not all(told.well for told in report):
        sys.exit(1)


def examine(settings: Settings, database: Database) -> Iterator[Told]:
    """Look at everything once; nothing is changed."""
    named = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    yield Told("versions", well=True, text=f"contest {__version__}, Python {platform.python_version()}, {named}")
    yield from _database(database)
    yield _sandbox()
    yield _disk(settings.data)
    yield _mail(settings)
    yield _fonts()


def _database(database: Database) -> Iterator[Told]:
    here, head = migrations.current(database), migrations.head()
    yield Told("database", well=here == head, text=f"{database.engine.dialect.name}, revision {here} of {head}")
    if database.is_sqlite:
        safe = wal_is_safe(sqlite_driver)
        yield Told(
            "sqlite",
            well=safe,
            text=f"{sqlite_driver.sqlite_version} from {sqlite_driver.__name__}, synchronous FULL, "
            + ("WAL" if safe else "no WAL: this release has a data race; install pysqlite3"),
        )
        with database.reading() as session:
            found = session.connection().exec_driver_sql("PRAGMA quick_check").scalar()
        yield Told("integrity", well=found == "ok", text=f"quick_check: {found}")
    with database.reading() as session:
        broken = verify(session)
    text = "the chain holds" if broken is None else f"the chain breaks at line {broken}"
    yield Told("audit", well=broken is None, text=text)


def _sandbox() -> Told:
    with tempfile.TemporaryDirectory() as folder, Sandbox(work_dir=Path(folder)) as sandbox:
        try:
            level = sandbox.level()
        except ContestError as error:
            return Told("sandbox", well=False, text=f"the child does not start: {error}")
    locks = ", ".join(
        [
            f"limits {' '.join(level.limits)}",
            f"seccomp {'on' if level.seccomp else 'off'}",
            f"Landlock {level.landlock or 'off'}",
            f"network {'closed' if level.network_namespace or level.seccomp else 'open'}",
            f"HEIC {'opened by pillow-heif ' + level.heif if level.heif else 'not opened: install the extra heic'}",
        ]
    )
    return Told("sandbox", well=level.name != "limits", text=f"{level.name}: {locks}")


def _disk(data: Path) -> Told:
    free = shutil.disk_usage(data).free
    return Told("disk", well=free >= DISK_FREE_MIN, text=f"{free / 1024**3:.1f} GiB free in the data folder")


def _mail(settings: Settings) -> Told:
    if settings.mail == "folder":
        return Told("mail", well=True, text="letters are written to instance/mail and sent to nobody (CONTEST_MAIL)")
    return Told("mail", well=True, text=f"by {settings.mail.split('@')[-1]}, from {settings.mail_from}")


def _fonts() -> Told:
    empty = [folder for folder in font_folders() if not any(file.suffix in FONTS for file in folder.iterdir())]
    text = "the album's own, no system font is needed" if not empty else "the album's packages hold no font"
    return Told("fonts", well=not empty, text=text)
