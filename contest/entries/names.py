"""Names in texts and file names that would tell jurors whose work it is: findings B02."""

from typing import Final
from uuid import UUID

from sqlalchemy import select

from contest.accounts.models import Unit
from contest.calls.queries import ContestFacts
from contest.entries.findings import keep_findings
from contest.entries.models import Author, Entry, Picture
from contest.inspection.checks import find_names
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work

CODES: Final = ("B02.",)
# The job that looks through an entry again.
NAMES: Final = "names"
_DOUBLE_SURNAMES: Final = frozenset(
    {
        "欧阳",
        "司马",
        "上官",
        "诸葛",
        "东方",
        "皇甫",
        "尉迟",
        "公孙",
        "慕容",
        "长孙",
        "宇文",
        "司徒",
        "夏侯",
        "令狐",
        "端木",
    }
)


def identity_words(name: Bilingual, *, phone: str = "", email: str = "", unit: Bilingual | None = None) -> list[str]:
    """Give every form in which an author may be named: both names, both orders, pinyin, phone, mailbox, unit."""
    from pypinyin import lazy_pinyin  # noqa: PLC0415 - its tables take 50 MB, which only a worker has use for

    surname = name.zh[: 2 if name.zh[:2] in _DOUBLE_SURNAMES else 1]
    given = name.zh[len(surname) :]
    parts = [" ".join(lazy_pinyin(part)) for part in (surname, given) if part]
    latin = name.en.split()
    orders = [" ".join(order) for order in (parts, parts[::-1], latin, latin[1:] + latin[:1], latin[::-1]) if order]
    units = [unit.zh, unit.en] if unit else []
    return list(dict.fromkeys(word for word in (name.zh, *orders, phone, email.partition("@")[0], *units) if word))


def mark_names(work: Work, *, entry_id: UUID, contest: ContestFacts) -> None:
    """Look through an entry's title, text and file names, and say what was found in place of what was said.

    To be called when a picture came in or a text was changed. What title and text say stands at the first picture.
    """
    entry, author = work.session.execute(
        select(Entry, Author).join(Author, Author.id == Entry.author_id).where(Entry.id == entry_id)
    ).one()
    unit = work.session.get(Unit, author.unit_id) if author.unit_id else None
    words = identity_words(author.name, phone=author.phone, email=author.email, unit=unit.name if unit else None)
    pictures = work.session.scalars(select(Picture).where(Picture.entry_id == entry.id).order_by(Picture.position))
    for place, picture in enumerate(pictures.all()):
        title = " ".join(entry.title) if place == 0 else ""
        found = find_names(
            words=words,
            title=title,
            caption=entry.caption if place == 0 else "",
            file_name=picture.file_name,
            severities=contest.terms.severities,
        )
        keep_findings(work, picture, found, among=CODES)
