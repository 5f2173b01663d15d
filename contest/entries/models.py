"""Entries, their authors and their pictures."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Base


class EntryKind(StrEnum):
    """A single picture or an ordered series that counts as one (幅/组)."""

    SINGLE = "single"
    SERIES = "series"


class EntryState(StrEnum):
    """How far an entry has come. Rounds and prizes are not in here: ballots and the result set know of them."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    DISQUALIFIED = "disqualified"


class PictureState(StrEnum):
    """Whether a received file has been examined and its derivatives made."""

    RECEIVED = "received"
    READY = "ready"
    UNREADABLE = "unreadable"


class Author(Base):
    """Who took the pictures. Never merged with who handed them in: a unit may enter for its people (代投).

    ``country`` is a code as in `kernel.countries`, or "" where nobody said or asked.
    """

    __tablename__ = "author"
    __table_args__ = (Index("ix_author_contest_person", "contest_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"), index=True)
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    country: Mapped[str] = mapped_column(default="")

    @property
    def name(self) -> Bilingual:
        """Give the name in both languages."""
        return Bilingual(self.name_zh, self.name_en)


class Entry(Base):
    """What is handed in and judged, single or series; it counts as one.

    ``number`` is given at the first submission and never reused. ``source`` names the row of a spreadsheet that the
    entry came from, so that an import can run twice.
    """

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        UniqueConstraint("contest_id", "source"),
        CheckConstraint(
            "state = 'draft' OR state = 'withdrawn' OR number IS NOT NULL", name="numbered_once_submitted"
        ),
        Index("ix_entry_contest_state", "contest_id", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    category_id: Mapped[UUID] = mapped_column(ForeignKey("category.id"), index=True)
    entrant_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    author_id: Mapped[UUID] = mapped_column(ForeignKey("author.id"), index=True)
    kind: Mapped[EntryKind]
    state: Mapped[EntryState]
    number: Mapped[str | None]
    source: Mapped[str | None]
    title_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    caption: Mapped[str] = mapped_column(default="")
    place: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    state_reason: Mapped[str] = mapped_column(default="")

    author: Mapped[Author] = relationship(lazy="raise")
    pictures: Mapped[list["Picture"]] = relationship(
        back_populates="entry", order_by="Picture.position", cascade="all, delete-orphan", lazy="raise"
    )
    findings: Mapped[list["Finding"]] = relationship(cascade="all, delete-orphan", lazy="raise")

    @property
    def title(self) -> Bilingual:
        """Give the title in both languages."""
        return Bilingual(self.title_zh, self.title_en)


# Numbers are text: without their length A-10000 would stand before A-9999.
BY_NUMBER: Final = (func.length(Entry.number), Entry.number)


class ReleasedText(Base):
    """What jurors may read of an entry: a copy as the organizer released it, so that no later change reaches them."""

    __tablename__ = "released_text"

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    title_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    caption: Mapped[str] = mapped_column(default="")
    released_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]

    @property
    def title(self) -> Bilingual:
        """Give the title in both languages."""
        return Bilingual(self.title_zh, self.title_en)


class Picture(Base):
    """One photograph of an entry. The file is the original, byte for byte, named by its SHA-256 in the store.

    ``width_px`` and ``height_px`` are as seen, upright; they, ``facts`` and ``placeholder`` (a colour such as
    "#8a7f6d" shown until the picture arrives) are known once it is ready. ``has_light`` tells whether the store has
    its previews in the lighter format, too.
    """

    __tablename__ = "picture"
    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        CheckConstraint("state <> 'ready' OR (width_px > 0 AND height_px > 0)", name="ready_has_size"),
        Index("ix_picture_sha256", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    sha256: Mapped[str]
    bytes: Mapped[int]
    file_name: Mapped[str]
    received_at: Mapped[datetime]
    receipt: Mapped[str]
    state: Mapped[PictureState]
    format: Mapped[str] = mapped_column(default="")
    width_px: Mapped[int] = mapped_column(default=0)
    height_px: Mapped[int] = mapped_column(default=0)
    placeholder: Mapped[str] = mapped_column(default="")
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    inspector_version: Mapped[int] = mapped_column(default=0)
    has_light: Mapped[bool] = mapped_column(default=False)

    entry: Mapped[Entry] = relationship(back_populates="pictures", lazy="raise")
    derivatives: Mapped[list["Derivative"]] = relationship(
        cascade="all, delete-orphan", order_by="Derivative.long_side_px", lazy="raise"
    )


class Derivative(Base):
    """A JPEG rebuilt from bare pixels; ``long_side_px`` is the step, 320 to 2560, or `sizes.FULL`; never enlarged."""

    __tablename__ = "derivative"

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)
    long_side_px: Mapped[int] = mapped_column(primary_key=True)
    width_px: Mapped[int]
    height_px: Mapped[int]
    bytes: Mapped[int]
    sha256: Mapped[str]


class _Seen:
    """What a picture looks like, taken from its preview of 640 pixels; see ``inspection.likeness.record.Likeness``.

    ``features`` are up to 18 KB and read only where pictures are compared part by part.
    """

    version: Mapped[int]
    pdq: Mapped[bytes]
    phash: Mapped[bytes]
    quality: Mapped[int]
    features: Mapped[bytes] = mapped_column(deferred=True)
    width_px: Mapped[int]
    height_px: Mapped[int]


class Likeness(_Seen, Base):
    """What one of a contest's pictures looks like, so that its like can be found.

    ``compared_at`` is when its parts were last looked for in everything that was there then; None before that.
    """

    __tablename__ = "likeness"

    picture_id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)
    made_at: Mapped[datetime]
    compared_at: Mapped[datetime | None]


class ArchivePicture(_Seen, Base):
    """A picture of an earlier year, known from a folder that was indexed; the service keeps a preview, not the file.

    ``archive`` is what the organizer calls the folder, ``name`` the file's path in it.
    """

    __tablename__ = "archive_picture"
    __table_args__ = (UniqueConstraint("archive", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    archive: Mapped[str]
    name: Mapped[str]
    sha256: Mapped[str]
    indexed_at: Mapped[datetime]


class PairVerdict(StrEnum):
    """What the organizer says of two pictures."""

    SAME = "same"
    RELATED = "related"
    UNRELATED = "unrelated"


class Pair(Base):
    """Two pictures that look alike, of which the second may be one of an earlier year.

    Of two of the same contest the one with the smaller id comes first. ``distance`` is how many of 256 bits of the
    whole differ, None where only parts agree; ``inliers`` how many points of the parts agree, 0 for none.
    ``matrix`` lays the second's preview of 640 pixels on the first's, as SVG writes it.
    """

    __tablename__ = "pair"
    __table_args__ = (
        UniqueConstraint("picture_id", "other_id"),
        UniqueConstraint("picture_id", "archived_id"),
        CheckConstraint("(other_id IS NULL) <> (archived_id IS NULL)", name="one_other"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided_with_verdict"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    picture_id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"))
    other_id: Mapped[UUID | None] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), index=True)
    archived_id: Mapped[UUID | None] = mapped_column(ForeignKey("archive_picture.id", ondelete="CASCADE"), index=True)
    distance: Mapped[int | None]
    inliers: Mapped[int]
    matrix: Mapped[list[Any]]
    found_at: Mapped[datetime]
    verdict: Mapped[PairVerdict | None]
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Finding(Base):
    """What a check says about a picture or an entry: code, severity, parameters; the sentence is made when read."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_entry_severity", "entry_id", "severity"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), index=True)
    code: Mapped[str]
    severity: Mapped[str]
    params: Mapped[dict[str, Any]]
    waived_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    waived_at: Mapped[datetime | None]
    waive_reason: Mapped[str] = mapped_column(default="")


class OriginalVerdict(StrEnum):
    """What the organizer says of an original that was asked for."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_SENT = "not_sent"


class OriginalsRequest(Base):
    """A file from the camera that the organizer asks of a finalist for one picture (调取原始文件), and the verdict.

    ``id`` is the picture's: there is one request for each. What was sent lies in the store under its SHA-256, like
    every original, but is no picture of the entry. It may be sent until ``due_at``; ``facts`` and sizes are what it
    says about itself, once read.
    """

    __tablename__ = "originals_request"
    __table_args__ = (
        CheckConstraint("(sha256 IS NULL) = (sent_at IS NULL)", name="sent_with_file"),
        CheckConstraint("(verdict IS NULL) = (decided_at IS NULL)", name="decided_with_verdict"),
    )

    id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(index=True)
    bytes: Mapped[int] = mapped_column(default=0)
    file_name: Mapped[str] = mapped_column(default="")
    format: Mapped[str] = mapped_column(default="")
    width_px: Mapped[int] = mapped_column(default=0)
    height_px: Mapped[int] = mapped_column(default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    read_at: Mapped[datetime | None]
    verdict: Mapped[OriginalVerdict | None]
    note: Mapped[str] = mapped_column(default="")
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None]


class Upload(Base):
    """The intent to send one file. It is given before the first byte, so that a file begun in time may finish late.

    The bytes received so far are the size of the temporary file of the same id: there is no counter to get wrong.
    """

    __tablename__ = "upload"
    __table_args__ = (CheckConstraint("declared_bytes >= 0", name="size_not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    file_name: Mapped[str]
    declared_bytes: Mapped[int]
    declared_sha256: Mapped[str | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("picture.id", ondelete="SET NULL"))
    original_of: Mapped[UUID | None] = mapped_column(ForeignKey("originals_request.id", ondelete="CASCADE"))
