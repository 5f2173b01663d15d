"""A contest and its call for entries."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Base
from contest.kernel.permissions import State


class Contest(Base):
    """One edition of a contest with its notice, dates, terms and tiers.

    ``state`` is what was decided; grace and prescreen follow from the clock, see `calls.rules.state_at`.
    The three lists of bodies (``hosts_*``, ``organizers_*``, ``sponsors_*``) hold one name per line.
    ``blind_key`` derives the names and orders under which jurors see entries; it never leaves the service.
    """

    __tablename__ = "contest"
    __table_args__ = (
        CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        CheckConstraint("grace_minutes >= 0", name="grace_not_negative"),
        CheckConstraint("entries_per_author IS NULL OR entries_per_author > 0", name="cap_is_positive"),
        CheckConstraint("awards_per_author IS NULL OR awards_per_author > 0", name="award_cap_is_positive"),
        CheckConstraint("series_max >= 1 AND series_min >= 1 AND series_min <= series_max", name="series_range"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    short_name: Mapped[str] = mapped_column(unique=True)
    state: Mapped[State]
    preset: Mapped[str]
    language: Mapped[str]
    edition: Mapped[str] = mapped_column(default="")
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    cup_zh: Mapped[str] = mapped_column(default="")
    cup_en: Mapped[str] = mapped_column(default="")
    notice_zh: Mapped[str] = mapped_column(default="")
    notice_en: Mapped[str] = mapped_column(default="")
    licence_zh: Mapped[str] = mapped_column(default="")
    licence_en: Mapped[str] = mapped_column(default="")
    hosts_zh: Mapped[str] = mapped_column(default="")
    hosts_en: Mapped[str] = mapped_column(default="")
    organizers_zh: Mapped[str] = mapped_column(default="")
    organizers_en: Mapped[str] = mapped_column(default="")
    sponsors_zh: Mapped[str] = mapped_column(default="")
    sponsors_en: Mapped[str] = mapped_column(default="")
    accent: Mapped[str]
    zone: Mapped[str]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    grace_minutes: Mapped[int]
    judging_until: Mapped[datetime | None]
    announces_at: Mapped[datetime | None]
    terms: Mapped[dict[str, Any]]
    entries_per_author: Mapped[int | None]
    awards_per_author: Mapped[int | None]
    series_min: Mapped[int]
    series_max: Mapped[int]
    one_person: Mapped[bool]
    blind_key: Mapped[str]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    categories: Mapped[list["Category"]] = relationship(
        back_populates="contest", order_by="Category.position", cascade="all, delete-orphan", lazy="raise"
    )
    tiers: Mapped[list["PrizeTier"]] = relationship(
        back_populates="contest", order_by="PrizeTier.position", cascade="all, delete-orphan", lazy="raise"
    )

    __mapper_args__ = {"version_id_col": version}

    def text(self, field: str) -> Bilingual:
        """Give a text that exists as ``<field>_zh`` and ``<field>_en``."""
        return Bilingual(getattr(self, f"{field}_zh"), getattr(self, f"{field}_en"))


class Category(Base):
    """A category (类别); ``key`` is the capital letter that starts its entry numbers."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("contest_id", "key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int]
    contest: Mapped[Contest] = relationship(back_populates="categories", lazy="raise")

    @property
    def name(self) -> Bilingual:
        """Give the name in both languages."""
        return Bilingual(self.name_zh, self.name_en)


class PrizeTier(Base):
    """A prize tier (奖项), best first by ``position``; ``count`` works at most win it."""

    __tablename__ = "prize_tier"
    __table_args__ = (UniqueConstraint("contest_id", "key"), CheckConstraint("count > 0", name="count_is_positive"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    key: Mapped[str]
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    count: Mapped[int]
    position: Mapped[int]
    contest: Mapped[Contest] = relationship(back_populates="tiers", lazy="raise")

    @property
    def name(self) -> Bilingual:
        """Give the name in both languages."""
        return Bilingual(self.name_zh, self.name_en)
