"""The same file handed in twice: findings D01 and D02 on every picture concerned."""

from sqlalchemy import select

from contest.calls.queries import ContestFacts
from contest.entries.findings import keep_findings
from contest.entries.models import BY_NUMBER, Entry, EntryState, Picture
from contest.inspection.checks import Earlier, find_duplicates
from contest.kernel.db import Work

CODES = ("D01.", "D02.same_file")


def mark_twins(work: Work, *, contest: ContestFacts, sha256: str) -> None:
    """Find a contest's pictures of the very same bytes and say so on each of them, in place of what was said.

    Withdrawn entries do not count. To be called again when an entry gets its number, which is what is shown of it.

    Args:
        sha256: Of the original, in hexadecimal.
    """
    rows = work.session.execute(
        select(Picture, Entry)
        .join(Entry, Entry.id == Picture.entry_id)
        .where(Picture.sha256 == sha256, Entry.contest_id == contest.id, Entry.state != EntryState.WITHDRAWN)
        .order_by(*BY_NUMBER, Picture.id)
    ).all()
    for picture, entry in rows:
        earlier = [
            Earlier(sha256, str(other.author_id), other.number or twin.file_name)
            for twin, other in rows
            if twin is not picture
        ]
        found = find_duplicates(
            sha256, author=str(entry.author_id), earlier=earlier, severities=contest.terms.severities
        )
        keep_findings(work, picture, found, among=CODES)
