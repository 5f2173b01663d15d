"""The gallery as a folder: opens without a server, fetches nothing, plays on a screen's computer offline."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from flask import Flask
from flask_babel import force_locale

from contest.awards.record import PictureRecord, Record, WorkRecord
from contest.kernel.errors import Invalid
from contest.platform.store import FileStore, derivative_key
from contest.publishing.gallery import view

LANGUAGES: Final = {"zh_Hans": "zh-CN", "en": "en"}
NAMES: Final = {"zh_Hans": "中文", "en": "English"}
ASSETS: Final = ("css/tokens.css", "css/paper.css", "css/gallery.css", "js/gallery-slideshow.js", "icon.svg")
SECONDS: Final = 8


@dataclass(frozen=True, kw_only=True)
class FolderReport:
    """What was written: the number of works, pictures and files, and their size."""

    folder: str
    works: int
    pictures: int
    files: int
    bytes: int
    result_version: int
    record_digest: str


@dataclass(frozen=True)
class FolderAddresses:
    """Where things are in the folder, as relative addresses; ``ending`` tells the pages of a language apart."""

    ending: str
    names: Mapping[str, str]
    light: frozenset[str]

    @property
    def root(self) -> str:
        """Give the first page."""
        return f"index{self.ending}.html"

    @property
    def slideshow(self) -> str:
        """Give the slideshow."""
        return f"slideshow{self.ending}.html"

    def work(self, work: WorkRecord) -> str:
        """Give the page of a work."""
        return f"{quote(work.number)}{self.ending}.html"

    def picture(self, picture: PictureRecord, long_side: int, ending: str = "jpg") -> str:
        """Give one size of a picture."""
        return f"pictures/{quote(self.names[picture.id])}-{long_side}.{ending}"


def export_gallery(
    record: Record,
    *,
    colours: Mapping[str, str],
    app: Flask,
    store: FileStore,
    target: Path,
    light: frozenset[str] = frozenset(),
    progress: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody listens
) -> FolderReport:
    """Write the gallery of a record into a new folder: index.html in the contest's language, both languages linked.

    Args:
        colours: What is shown until a picture arrives, by the pictures' ids.
        app: Renders the pages; nothing is asked of it but its templates and texts.
        target: The folder; appears whole when all is done.
        light: The ids of pictures that the store has in the lighter format, too.
        progress: Is told how many pictures of how many are copied.

    Raises:
        Invalid: ``export.folder_taken``, something is there already.
        Missing: ``file``, a preview is not in the store.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise Invalid("export.folder_taken", folder=str(target))
    works = view.awarded(record)
    names = {
        picture.id: f"{work.number}-{place}" for work in works for place, picture in enumerate(work.pictures, start=1)
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".gallery-", dir=target.parent) as scratch:
        folder = Path(scratch) / "gallery"
        _copy_pictures(record, names, light, store=store, folder=folder / "pictures", progress=progress)
        _copy_assets(Path(app.root_path) / "static", folder / "assets")
        for language in LANGUAGES:
            _write_pages(record, names, colours, light, language=language, app=app, folder=folder)
        files = [path for path in folder.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        if target.exists():
            target.rmdir()
        folder.rename(target)
    return FolderReport(
        folder=str(target),
        works=len(works),
        pictures=len(names),
        files=len(files),
        bytes=size,
        result_version=record.version,
        record_digest=record.digest(),
    )


def _copy_pictures(
    record: Record,
    names: Mapping[str, str],
    light: frozenset[str],
    *,
    store: FileStore,
    folder: Path,
    progress: Callable[[int, int], None],
) -> None:
    folder.mkdir(parents=True)
    pictures = view.pictures(view.awarded(record))
    for done, picture in enumerate(pictures, start=1):
        for step in view.steps(picture):
            for ending in ("jpg", "avif") if picture.id in light else ("jpg",):
                copy = folder / f"{names[picture.id]}-{step.long_side}.{ending}"
                key = derivative_key(UUID(hex=picture.id), step.long_side, ending=ending)
                with store.open(key) as source, copy.open("wb") as file:
                    shutil.copyfileobj(source, file)
        progress(done, len(pictures))


def _copy_assets(source: Path, folder: Path) -> None:
    folder.mkdir()
    for name in ASSETS:
        shutil.copyfile(source / name, folder / Path(name).name)


def _write_pages(
    record: Record,
    names: Mapping[str, str],
    colours: Mapping[str, str],
    light: frozenset[str],
    *,
    language: str,
    app: Flask,
    folder: Path,
) -> None:
    """Render all pages in one language."""
    endings = {each: "" if each == record.language else f".{LANGUAGES[each]}" for each in LANGUAGES}
    to = FolderAddresses(endings[language], names, light)
    others = {each: FolderAddresses(endings[each], names, light) for each in LANGUAGES if each != language}
    shelves = view.shelves(record)
    common: dict[str, Any] = {
        "record": record,
        "to": to,
        "others": others,
        "languages": LANGUAGES,
        "language_names": NAMES,
        "html_lang": LANGUAGES[language],
        "aspect": view.aspect,
        "steps": view.steps,
        "colours": colours,
        "shelves": shelves,
    }

    def write(name: str, template: str, **given: Any) -> None:
        (folder / name).write_text(app.jinja_env.get_template(template).render(**common, **given), encoding="utf-8")

    with app.app_context(), force_locale(language):
        write(to.root, "publishing/export/index.html")
        write(to.slideshow, "publishing/export/slideshow.html", seconds=SECONDS)
        for work in view.awarded(record):
            name = f"{work.number}{to.ending}.html"
            write(name, "publishing/export/work.html", place=view.place(record, work.number))
