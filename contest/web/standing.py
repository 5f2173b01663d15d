"""What the person who asks is to the contest and to the thing in the address: the input of the permission table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from contest.kernel.bilingual import Bilingual
from contest.kernel.permissions import State, Subject, allowed, ever_allowed


@dataclass(frozen=True, kw_only=True)
class PersonSeen:
    """The signed-in person, as much of her as pages need."""

    id: UUID
    email: str
    name: Bilingual
    is_administrator: bool
    language: str


class ContestSeen(Protocol):
    """What the shared pages need to know of a contest; `calls.queries.ContestFacts` is the real one."""

    @property
    def id(self) -> UUID:
        """The contest's id."""

    @property
    def short_name(self) -> str:
        """The name in its addresses."""

    @property
    def name(self) -> Bilingual:
        """The name in both languages."""

    @property
    def language(self) -> str:
        """The language shown to those who have not chosen one."""

    @property
    def accent(self) -> str:
        """The contest's colour, such as "#8c2f1b"."""

    @property
    def one_person(self) -> bool:
        """Whether one person may both seal and announce."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Who asks, about what.

    Attributes:
        person: The signed-in person, or None.
        contest: The contest in the address, or None on pages of the service itself.
        state: The contest's state at this moment.
        subjects: Everything the person is; at least ``anon`` where there is a contest.
        tied: Whether the person is author of the thing, of its unit, or recused from it.
        about: What relators found on their way, by name, so that pages need not look it up again.
    """

    person: PersonSeen | None = None
    contest: ContestSeen | None = None
    state: State | None = None
    subjects: frozenset[Subject] = frozenset()
    tied: bool = False
    about: Mapping[str, Any] = field(default_factory=dict)

    def may(self, action: str) -> bool:
        """Ask the permission table; False on pages without a contest."""
        return (
            self.state is not None
            and self.contest is not None
            and allowed(action, self.state, self.subjects, tied=self.tied, one_person=self.contest.one_person)
        )

    def may_some_day(self, action: str) -> bool:
        """Tell whether the person may do this in another state of the contest."""
        return self.contest is not None and ever_allowed(
            action, self.subjects, tied=self.tied, one_person=self.contest.one_person
        )


# Completes a standing from the names in the address. Raises Missing where they lead nowhere.
Relator = Callable[[Session, Standing, Mapping[str, Any], datetime], Standing]
