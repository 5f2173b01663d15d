"""Outputs that were built and what from, who answered for what, what cleared a work for print."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.db import Base


class BuildState(StrEnum):
    """How far a build has come."""

    QUEUED = "queued"
    RUNNING = "running"
    READY = "ready"
    FAILED = "failed"


class Build(Base):
    """One output file made from one result set: ``key`` names it in the store, ``report`` is its preflight.

    Of an album, ``edition`` says which, ``plan`` is the plan it was built from in its canonical JSON, and ``printer``
    what the printer asks for; "" and nothing for the usual ones. Of anything else, ``plan`` is its
    `prints.orders.PrintOrder`; contact sheets show a round, before there is any result.
    """

    __tablename__ = "build"
    __table_args__ = (
        CheckConstraint("state <> 'ready' OR sha256 <> ''", name="ready_has_file"),
        CheckConstraint("kind = 'contact' OR result_set_id IS NOT NULL", name="made_of_result"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    result_set_id: Mapped[UUID | None] = mapped_column(ForeignKey("result_set.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    edition: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(Text, default="", deferred=True)
    plan_digest: Mapped[str] = mapped_column(default="")
    printer: Mapped[dict[str, Any]] = mapped_column(default=dict)
    state: Mapped[BuildState]
    progress: Mapped[int] = mapped_column(default=0)
    ordered_at: Mapped[datetime]
    ordered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    finished_at: Mapped[datetime | None]
    key: Mapped[str] = mapped_column(default="")
    bytes: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(default="")
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    failure: Mapped[str] = mapped_column(default="")


class AlbumDraft(Base):
    """One state of an album on the desk; the one with the highest ``number`` is what is shown and built.

    ``options`` is `album.options.AlbumOptions` in its canonical JSON, ``printer`` a `queries.PrinterOrder`.
    """

    __tablename__ = "album_draft"
    __table_args__ = (UniqueConstraint("contest_id", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"))
    number: Mapped[int]
    options: Mapped[str] = mapped_column(Text)
    printer: Mapped[dict[str, Any]]
    changed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    changed_at: Mapped[datetime]


class Acceptance(Base):
    """Somebody took a warning of a build's preflight upon them, with a reason; ``finding`` is the finding's key."""

    __tablename__ = "acceptance"
    __table_args__ = (
        UniqueConstraint("build_id", "finding"),
        CheckConstraint("reason <> ''", name="has_reason"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    build_id: Mapped[UUID] = mapped_column(ForeignKey("build.id", ondelete="CASCADE"), index=True)
    finding: Mapped[str]
    reason: Mapped[str]
    accepted_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[datetime]


class Release(Base):
    """A build went to the printer: from then on its file is what was ordered."""

    __tablename__ = "release"

    build_id: Mapped[UUID] = mapped_column(ForeignKey("build.id", ondelete="CASCADE"), primary_key=True)
    released_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime]


class PrinterProfile(Base):
    """An output profile that a printer gave, in the store under its SHA-256; ``name`` is what it calls itself."""

    __tablename__ = "printer_profile"
    __table_args__ = (UniqueConstraint("contest_id", "sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str]
    md5: Mapped[str]
    name: Mapped[str]
    bytes: Mapped[int]
    uploaded_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]


class Consent(Base):
    """Somebody consented to a work's being printed, on paper or by letter; ``id`` is the entry's.

    ``given_by`` is who, as on the paper, ``note`` how, and where the paper is kept.
    """

    __tablename__ = "consent"
    __table_args__ = (CheckConstraint("given_by <> ''", name="has_giver"),)

    id: Mapped[UUID] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    given_by: Mapped[str]
    given_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[datetime]


class LargerFile(Base):
    """A larger file of a picture is printed in place of the judged one; ``id`` is the picture's.

    It is the one that was sent on the organizer's request, in the store under its SHA-256; the sizes are as seen.
    """

    __tablename__ = "larger_file"

    id: Mapped[UUID] = mapped_column(ForeignKey("picture.id", ondelete="CASCADE"), primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    bytes: Mapped[int]
    chosen_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    chosen_at: Mapped[datetime]


class Seal(Base):
    """A picture of the organizer's seal for certificates, in the store under its SHA-256; the newest is used."""

    __tablename__ = "seal"
    __table_args__ = (UniqueConstraint("contest_id", "sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    sha256: Mapped[str]
    width_px: Mapped[int]
    height_px: Mapped[int]
    bytes: Mapped[int]
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
