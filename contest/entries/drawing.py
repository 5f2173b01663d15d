"""What is drawn from a picture: previews at once, the rest when nothing more urgent waits.

The rest are the whole picture, for judging it pixel by pixel, and the previews in a lighter format, for the public
gallery. All are made by the sandbox from bare pixels, and no page ever waits for one.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete

from contest.entries.models import Derivative, Picture, PictureState
from contest.inspection.report import Derived
from contest.inspection.sandbox import Examined, Sandbox, SandboxBroken
from contest.inspection.sizes import DRAWINGS, LIGHT, WHOLE, Drawing
from contest.kernel.db import Database, Work
from contest.kernel.errors import Conflict
from contest.platform.queue import Queue
from contest.platform.store import FileStore, derivative_key, original_key

DRAW: Final = "draw"
_URGENCY: Final = {WHOLE.name: -1, LIGHT.name: -2}


class PoisonError(Exception):
    """The decoder broke on this very picture, not merely refused it."""


def order_drawing(work: Work, queue: Queue, *, picture_id: UUID, drawing: Drawing, at: datetime) -> None:
    """Order a drawing of a picture; it goes behind whatever people wait for."""
    queue.enqueue(
        work,
        DRAW,
        {"picture_id": str(picture_id), "drawing": drawing.name},
        key=f"{DRAW}:{drawing.name}:{picture_id}",
        at=at,
        urgency=_URGENCY[drawing.name],
    )


def draw_picture(database: Database, store: FileStore, sandbox: Sandbox, payload: Mapping[str, Any]) -> None:
    """Draw what a job of `order_drawing` says, and keep it.

    Doing it again gives the same files. A picture removed meanwhile, or one that turned out to be unreadable, is
    left; so is one too large to be drawn whole: its largest preview is all there is to look at.

    Raises:
        PoisonError, SandboxBroken, Missing: As `jobs.inspect_picture`.
    """
    picture_id, drawing = UUID(payload["picture_id"]), DRAWINGS[payload["drawing"]]
    with database.reading() as session:
        picture = session.get(Picture, picture_id)
        if picture is None or picture.state is not PictureState.READY:
            return
        digest = picture.sha256
    with TemporaryDirectory(prefix="draw-") as folder:
        with store.local(original_key(digest)) as original:
            derived = examined(sandbox, original, Path(folder), drawing=drawing).derived
        if derived is None:
            return
        keep_files(store, picture_id, derived, Path(folder))
    with database.changing() as work:
        picture = work.session.get(Picture, picture_id)
        if picture is not None and drawing == LIGHT:
            picture.has_light = True
        elif picture is not None:
            keep_rows(work, picture_id, derived, drawing=drawing)


def examined(sandbox: Sandbox, original: Path, folder: Path, *, drawing: Drawing) -> Examined:
    """Examine a file and draw it; raises PoisonError where the file, not the machine, seems to be at fault."""
    try:
        return sandbox.examine(original, folder, drawing=drawing)
    except SandboxBroken as broken:
        if broken.code == "sandbox.unavailable":
            raise
        raise PoisonError(str(broken)) from broken


def keep_files(store: FileStore, picture_id: UUID, derived: Derived, folder: Path) -> None:
    """Put what was drawn into the store."""
    for file in derived.files:
        path = folder / file.file_name
        key = derivative_key(picture_id, file.long_side_px, ending=path.suffix[1:])
        try:
            store.put(key, path)
        except Conflict:  # an earlier inspector drew it otherwise
            store.delete(key)
            store.put(key, path)


def keep_rows(work: Work, picture_id: UUID, derived: Derived | None, *, drawing: Drawing) -> None:
    """Write down what was drawn, in place of what stood there; with None that there is nothing of it."""
    work.session.execute(
        delete(Derivative).where(Derivative.picture_id == picture_id, Derivative.long_side_px.in_(drawing.sizes))
    )
    for file in derived.files if derived else ():
        work.session.add(
            Derivative(
                picture_id=picture_id,
                long_side_px=file.long_side_px,
                width_px=file.width_px,
                height_px=file.height_px,
                bytes=file.bytes,
                sha256=file.sha256,
            )
        )
