"""People, what they are to a contest, and how they prove who they are."""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Base


class RoleKind(StrEnum):
    """What a person is to a contest; an author needs no role."""

    ORGANIZER = "organizer"
    CHAIR = "chair"
    JUROR = "juror"
    SECRETARY = "secretary"
    DELEGATE = "delegate"


# Who gives marks: the chair as well, the secretary never. Who is both chair and juror votes once.
VOTING: Final = frozenset({RoleKind.CHAIR, RoleKind.JUROR})


class LinkPurpose(StrEnum):
    """What a link from a letter or the terminal opens."""

    SIGN_IN = "sign_in"
    SET_UP = "set_up"


class Person(Base):
    """Somebody with an account; the address is kept in lower case."""

    __tablename__ = "person"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")
    password_hash: Mapped[str | None]
    is_administrator: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]

    @property
    def name(self) -> Bilingual:
        """Give the name in both languages."""
        return Bilingual(self.name_zh, self.name_en)


class Unit(Base):
    """A unit that recommends its people's entries to one contest (推荐单位)."""

    __tablename__ = "unit"
    __table_args__ = (UniqueConstraint("contest_id", "name_zh", "name_en"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    name_zh: Mapped[str] = mapped_column(default="")
    name_en: Mapped[str] = mapped_column(default="")

    @property
    def name(self) -> Bilingual:
        """Give the name in both languages."""
        return Bilingual(self.name_zh, self.name_en)


class Role(Base):
    """One thing that a person is to one contest.

    ``unit_id`` is the unit a delegate speaks for; for a juror it is the unit whose entries she must not judge.
    ``title_*`` is what is printed behind the name, such as "主席" or a society's office.
    """

    __tablename__ = "role"
    __table_args__ = (
        UniqueConstraint("contest_id", "person_id", "kind"),
        CheckConstraint("kind <> 'delegate' OR unit_id IS NOT NULL", name="delegate_has_unit"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    contest_id: Mapped[UUID] = mapped_column(ForeignKey("contest.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[RoleKind]
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    title_zh: Mapped[str] = mapped_column(default="")
    title_en: Mapped[str] = mapped_column(default="")
    position: Mapped[int] = mapped_column(default=0)


class MailedLink(Base):
    """A one-time link. Only hashes are kept; a scanner that opens the link consumes nothing, only the POST does.

    ``browser_hash`` ties the link to the browser that asked for it; any other browser needs the typed code.
    """

    __tablename__ = "mailed_link"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries_not_negative"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[LinkPurpose]
    email: Mapped[str] = mapped_column(default="", index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    code_hash: Mapped[str] = mapped_column(default="")
    browser_hash: Mapped[str] = mapped_column(default="")
    next_path: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)


class SignIn(Base):
    """One browser in which a person is signed in; ending the row ends the access at once.

    ``browser`` says in two words which it is, such as "Firefox, Windows", so that its owner knows it again.
    """

    __tablename__ = "sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    browser: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class SignInAttempt(Base):
    """Something that counts against a limit: a wrong password, or a letter asked for.

    ``key`` stands for an address or a network, hashed. In the database, so that a limit outlives a restart.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]


class OutgoingLetter(Base):
    """A letter on its way; the row goes when it has been sent, since it may carry a link that signs in."""

    __tablename__ = "outgoing_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    created_at: Mapped[datetime]
