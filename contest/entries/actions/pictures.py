"""An entry's pictures change places, give way to another, go."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from contest.calls.queries import contest_by_id
from contest.entries.actions.drafts import editable, loaded, look_for_twins, noted, touched
from contest.entries.models import Entry, Picture, Upload
from contest.entries.rules import moved
from contest.kernel.db import Work
from contest.kernel.errors import Missing


def remove_picture(work: Work, *, entry_id: UUID, picture_id: UUID, actor_id: UUID, at: datetime) -> Entry:
    """Take one picture out of an entry; the others close up.

    An entry that was handed in and now lacks pictures is a draft again, see `drafts.touched`.

    Raises:
        Missing: ``entry``, ``picture``.
        Conflict: ``entry.closed``, ``entry.not_editable``.
    """
    entry = editable(work, entry_id=entry_id, at=at)
    picture = _picture(entry, picture_id)
    _drop(work, entry, picture)
    touched(work, entry, at=at)
    look_for_twins(work, entry, contest_by_id(work.session, entry.contest_id, at), gone=[picture.sha256])
    noted(work, entry, action="entry.remove_picture", at=at, actor_id=actor_id, picture=str(picture_id))
    return entry


def move_picture(work: Work, *, entry_id: UUID, picture_id: UUID, step: int, actor_id: UUID, at: datetime) -> Entry:
    """Move a picture of a series by ``step`` places, towards the front for a negative one.

    Raises:
        Missing: ``entry``, ``picture``.
        Conflict: ``entry.closed``, ``entry.not_editable``.
    """
    entry = editable(work, entry_id=entry_id, at=at)
    place = entry.pictures.index(_picture(entry, picture_id))
    order = moved(range(len(entry.pictures)), place, step)
    _arrange(work, entry, [entry.pictures[index] for index in order])
    touched(work, entry, at=at)
    look_for_twins(work, entry, contest_by_id(work.session, entry.contest_id, at))
    noted(work, entry, action="entry.order_pictures", at=at, actor_id=actor_id)
    return entry


def put_in_place(
    work: Work, *, entry_id: UUID, picture_id: UUID, replaced_id: UUID, actor_id: UUID, at: datetime
) -> Entry:
    """Let a picture that has just arrived take the place of another, which goes.

    Doing it again changes nothing. It may happen after the deadline, when the file was begun in time.

    Raises:
        Missing: ``entry``, ``picture``.
    """
    entry = loaded(work, entry_id)
    picture = _picture(entry, picture_id)
    replaced = next((one for one in entry.pictures if one.id == replaced_id), None)
    if replaced is None or replaced is picture:
        return entry
    place = entry.pictures.index(replaced)
    _drop(work, entry, replaced)
    others = [one for one in entry.pictures if one is not picture]
    _arrange(work, entry, [*others[:place], picture, *others[place:]])
    touched(work, entry, at=at)
    look_for_twins(work, entry, contest_by_id(work.session, entry.contest_id, at), gone=[replaced.sha256])
    noted(work, entry, action="entry.replace_file", at=at, actor_id=actor_id, picture=str(picture_id))
    return entry


def _picture(entry: Entry, picture_id: UUID) -> Picture:
    found = next((picture for picture in entry.pictures if picture.id == picture_id), None)
    if found is None:
        raise Missing("picture")
    return found


def _drop(work: Work, entry: Entry, picture: Picture) -> None:
    """Delete the row with what was found about it. The file stays until nothing names it and the sweeper comes.

    Its upload goes as well: without a picture it would pass for one that never arrived.
    """
    work.session.execute(delete(Upload).where(Upload.picture_id == picture.id))
    entry.findings = [finding for finding in entry.findings if finding.picture_id != picture.id]
    entry.pictures = [one for one in entry.pictures if one is not picture]
    work.session.flush()
    _arrange(work, entry, list(entry.pictures))


def _arrange(work: Work, entry: Entry, order: list[Picture]) -> None:
    """Number the pictures in a new order; by way of negative numbers, since no two may share a place meanwhile."""
    for place, picture in enumerate(order):
        picture.position = -1 - place
    work.session.flush()
    for place, picture in enumerate(order):
        picture.position = place
    work.session.flush()
    entry.pictures = order
