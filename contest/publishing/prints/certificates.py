"""Certificates: one page for each awarded work, with a serial number and a code that leads to its public page."""

import re
from collections.abc import Sequence
from typing import Final

from contest.awards.record import PictureRecord, Record, WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compositor import Compositor, Frame, rule
from contest.publishing.album.design import inks
from contest.publishing.album.labels import tier_name
from contest.publishing.album.plan import Ground, Page, Placement, TextBox
from contest.publishing.album.preflight.report import error
from contest.publishing.prints import words
from contest.publishing.prints.codes import code
from contest.publishing.prints.orders import PrintOrder
from contest.publishing.prints.paper import Line, Prints, column, glyph_findings, leading, writer
from contest.publishing.prints.serials import serial

WIDTH_MM: Final = 297.0  # of the usual size, in which the lengths here are
SEAL_MM: Final = 38.0
CODE_MM: Final = 27.0
_UNNAMEABLE: Final = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


def certificates(
    record: Record, works: Sequence[WorkRecord], order: PrintOrder, *, address: str, seal: PictureRecord | None = None
) -> Prints:
    """Draw the certificates of works, in their order.

    Args:
        address: The service's own, without a slash at the end.
        seal: The organizer's seal, a picture on white; it lies under the words it confirms, as ink lies on paper.
    """
    book = writer(record, order.language)
    pages, findings = [], []
    for place, work in enumerate(works, start=1):
        page, over_mm = _Certificate(book, order, work, label=str(place), address=address, seal=seal).page()
        pages.append(page)
        findings += [error("text_overflow", page.label, over_mm=over_mm)] if over_mm else []
    width, height = order.size_mm
    return Prints(
        title=f"{record.name.in_(leading(book))} · {words.CERTIFICATES.in_(leading(book))}",
        language=leading(book),
        width_mm=width,
        height_mm=height,
        inks=inks(record.accent),
        pages=tuple(pages),
        pictures={seal.id: seal} if seal else {},
        numbers={seal.id: ""} if seal else {},
        names=tuple(file_name(work) for work in works),
        findings=(*findings, *glyph_findings(book)),
    )


def file_name(work: WorkRecord) -> str:
    """Name a certificate's own file so that whoever sends it knows whose it is; safe on every system."""
    return _UNNAMEABLE.sub(" ", f"{work.number} {work.author.zh or work.author.en}").strip(" .")[:80]


def check_address(address: str, record: Record, number: str) -> str:
    """Give the public page that says what a certificate of this serial number is worth."""
    return f"{address}/contests/{record.short_name}/certificates/{number}"


class _Certificate:
    """One certificate being drawn; all lengths of the usual size, made larger by ``scale``."""

    def __init__(
        self,
        book: Compositor,
        order: PrintOrder,
        work: WorkRecord,
        *,
        label: str,
        address: str,
        seal: PictureRecord | None,
    ) -> None:
        self.book, self.record, self.work, self.label, self.seal = book, book.record, work, label, seal
        self.width, self.height = order.size_mm
        self.scale = self.width / WIDTH_MM
        self.address = address
        self.serial = serial(self.record, work)

    def page(self) -> tuple[Page, float]:
        """Give the page, and by how many mm its words are too high."""
        s = self.scale
        middle = Frame(x=30 * s, y=25 * s, width=self.width - 60 * s, height=self.height - 84 * s)
        texts, over_mm = column(self.book, list(self._words()), middle, align="center", anchor="middle")
        foot, seal_at = self._issuer()
        page = Page(
            kind="certificate",
            label=self.label,
            grounds=(*self._edge(), *self._code()),
            placements=self._seal(seal_at),
            texts=(*texts, *foot, *self._number()),
        )
        return page, over_mm

    def _words(self) -> Sequence[Line]:
        s, book, work, record = self.scale, self.book, self.work, self.record
        tier = tier_name(record, next(tier for tier in record.tiers if tier.key == work.tier))
        heads, said = book.ordered(words.CERTIFICATE), book.ordered(words.for_work(record, work))
        authors, won = book.ordered(work.author), book.ordered(tier)
        lines = [
            Line(text=heads[0], style="print-accent", size_pt=42 * s, lines=1),
            Line(text=heads[1], style="print-grey", size_pt=15 * s, above_mm=1 * s, lines=1),
            Line(text=authors[0], style="print", size_pt=33 * s, above_mm=9 * s, lines=1),
            Line(text=authors[1], style="print-grey", size_pt=15 * s, above_mm=0.8 * s, lines=1),
            Line(text=book.joined(work.unit), style="print-grey", size_pt=12 * s, above_mm=1.2 * s, lines=1),
            Line(text=said[0], style="print", size_pt=16 * s, above_mm=7 * s, lines=2),
            Line(text=said[1], style="print-grey", size_pt=12.5 * s, above_mm=1.4 * s, lines=2),
            Line(text=won[0], style="print-accent", size_pt=30 * s, above_mm=4.5 * s, lines=1),
            Line(text=won[1], style="print-accent", size_pt=16 * s, above_mm=0.8 * s, lines=1),
        ]
        if leading(book) == "zh":
            lines.append(
                Line(text=words.AWARDED.zh, style="print", size_pt=12 * s, above_mm=4 * s, lines=1),
            )
        return lines

    def _edge(self) -> tuple[Ground, ...]:
        """Draw a broad rule and a fine one within it, all around."""
        s = self.scale
        return (*self._frame(9 * s, 1.1 * s, "accent"), *self._frame(11.6 * s, 0.2 * s, "accent"))

    def _frame(self, at: float, thick: float, ink: str) -> tuple[Ground, ...]:
        wide, high = self.width - 2 * at, self.height - 2 * at
        return (
            rule(x=at, y=at, width=wide, thickness=thick, ink=ink),
            rule(x=at, y=at + high - thick, width=wide, thickness=thick, ink=ink),
            Ground(x_mm=at, y_mm=at, width_mm=thick, height_mm=high, ink=ink),
            Ground(x_mm=round(at + wide - thick, 3), y_mm=at, width_mm=thick, height_mm=high, ink=ink),
        )

    def _foot(self) -> float:
        return self.height - 21 * self.scale

    def _code(self) -> tuple[Ground, ...]:
        s = self.scale
        target = check_address(self.address, self.record, self.serial)
        return code(target, x=20 * s, y=self._foot() - CODE_MM * s, side=CODE_MM * s)

    def _number(self) -> tuple[TextBox, ...]:
        s = self.scale
        frame = Frame(x=(20 + CODE_MM + 1) * s, y=self._foot() - 17 * s, width=88 * s, height=14 * s)
        lines = [
            Line(text=self.book.joined(words.CHECK), style="print-mark", size_pt=7.5 * s, lines=1),
            Line(text=self.book.joined(words.NUMBER), style="print-mark", size_pt=7.5 * s, above_mm=1 * s, lines=1),
            Line(text=self.serial, style="print", size_pt=10.5 * s, above_mm=0.2 * s, lines=1),
        ]
        return column(self.book, lines, frame, anchor="bottom")[0]

    def _issuer(self) -> tuple[tuple[TextBox, ...], Frame]:
        """Set who gives it and when, on the right, and say where that is."""
        s, book = self.scale, self.book
        wide = 104 * s
        issuers = self.record.hosts or self.record.organizers
        lines = [
            line
            for issuer in issuers[:3]
            for line in (
                Line(text=book.ordered(issuer)[0], style="print", size_pt=12 * s, above_mm=1.2 * s, lines=1),
                Line(text=book.ordered(issuer)[1], style="print-grey", size_pt=8.5 * s, above_mm=0.2 * s, lines=1),
            )
        ]
        days: Bilingual = words.day(self.record)
        lines.append(Line(text=book.ordered(days)[0], style="print", size_pt=11 * s, above_mm=2 * s, lines=1))
        lines.append(Line(text=book.ordered(days)[1], style="print-grey", size_pt=8.5 * s, above_mm=0.2 * s, lines=1))
        frame = Frame(x=self.width - 22 * s - wide, y=self._foot() - 34 * s, width=wide, height=34 * s)
        return column(book, lines, frame, align="center", anchor="bottom")[0], frame

    def _seal(self, at: Frame) -> tuple[Placement, ...]:
        if self.seal is None:
            return ()
        s, seal = self.scale, self.seal
        longest = max(seal.width_px, seal.height_px)
        width, height = (SEAL_MM * s * side / longest for side in (seal.width_px, seal.height_px))
        return (
            Placement(
                picture=seal.id,
                work="",
                alt="",
                x_mm=round(at.x + (at.width - width) / 2, 3),
                y_mm=round(at.bottom - height + 5 * s, 3),
                width_mm=round(width, 3),
                height_mm=round(height, 3),
            ),
        )
