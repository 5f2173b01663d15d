"""What the organizer has to do today: one next step, and where the contest stands on its way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from contest.kernel.permissions import State


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The counts that the desk shows; 0 where nobody has counted yet.

    Attributes:
        entries: Handed in and not withdrawn.
        authors, units: Who took them; whose they are.
        to_screen: Submitted and not yet looked at by a person.
        with_findings: Of these, how many carry a finding that asks for a look.
        look_alikes: Pairs of pictures that look alike and wait for a decision.
        ballots, scored: Places of the open or last round; how many carry a score, recused ones apart.
        planned: Rounds that wait to be opened.
        albums: Album PDFs that are ready.
    """

    entries: int = 0
    authors: int = 0
    units: int = 0
    to_screen: int = 0
    with_findings: int = 0
    look_alikes: int = 0
    ballots: int = 0
    scored: int = 0
    planned: int = 0
    albums: int = 0


class NextStep(StrEnum):
    """The one thing to do now."""

    COMPLETE = "complete"
    OPEN = "open"
    ANNOUNCE_CALL = "announce_call"
    SHARE = "share"
    WAIT_FOR_UPLOADS = "wait_for_uploads"
    NOTHING_CAME = "nothing_came"
    SCREEN = "screen"
    INVITE_JURORS = "invite_jurors"
    OPEN_ROUND = "open_round"
    WATCH_ROUND = "watch_round"
    CLOSE_ROUND = "close_round"
    NEXT_ROUND = "next_round"
    DECIDE = "decide"
    ANNOUNCE = "announce"
    BUILD_ALBUM = "build_album"
    SHOW = "show"


class StageState(StrEnum):
    """Where a stage lies, seen from today."""

    DONE = "done"
    NOW = "now"
    LATER = "later"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a contest's way; both ends may be unknown."""

    state: State
    when: StageState
    begins_at: datetime | None
    ends_at: datetime | None


STAGES: Final = (
    State.DRAFT,
    State.OPEN,
    State.PRESCREEN,
    State.ROUND,
    State.DELIB,
    State.SEALED,
    State.ANNOUNCED,
)


def next_step(
    *, state: State, is_complete: bool, opens_at: datetime, jurors: int, figures: Figures, at: datetime
) -> NextStep:
    """Choose the one thing that the organizer should do now.

    Args:
        state: The contest's state at this moment; in the archive there is nothing to do, and no desk.
        is_complete: For a draft: whether nothing is missing to open it.
        jurors: How many people vote, the chair among them.
        figures: The counts at this moment.
    """
    match state:
        case State.DRAFT:
            step = NextStep.OPEN if is_complete else NextStep.COMPLETE
        case State.OPEN:
            step = NextStep.ANNOUNCE_CALL if at < opens_at else NextStep.SHARE
        case State.PRESCREEN:
            step = _before_judging(jurors=jurors, figures=figures)
        case State.ROUND:
            is_scored = 0 < figures.ballots <= figures.scored
            step = NextStep.CLOSE_ROUND if is_scored else NextStep.WATCH_ROUND
        case State.DELIB:
            step = NextStep.NEXT_ROUND if figures.planned else NextStep.DECIDE
        case State.ANNOUNCED:
            step = NextStep.SHOW if figures.albums else NextStep.BUILD_ALBUM
        case _:
            step = _ALWAYS[state]
    return step


_ALWAYS: Final = {
    State.GRACE: NextStep.WAIT_FOR_UPLOADS,
    State.SEALED: NextStep.ANNOUNCE,
}


def _before_judging(*, jurors: int, figures: Figures) -> NextStep:
    if figures.entries == 0:
        return NextStep.NOTHING_CAME
    if figures.to_screen:
        return NextStep.SCREEN
    return NextStep.OPEN_ROUND if jurors else NextStep.INVITE_JURORS


def timeline(
    *,
    state: State,
    opens_at: datetime,
    closes_at: datetime,
    judging_until: datetime | None,
    announces_at: datetime | None,
) -> list[Stage]:
    """Lay out a contest's stages, with the planned ends where they are known."""
    seen = State.OPEN if state is State.GRACE else state
    order = list(State)
    ends = {
        State.DRAFT: (None, opens_at),
        State.OPEN: (opens_at, closes_at),
        State.PRESCREEN: (closes_at, None),
        State.ROUND: (None, judging_until),
        State.ANNOUNCED: (announces_at, None),
    }
    stages = []
    for stage in STAGES:
        begins, until = ends.get(stage, (None, None))
        if stage is seen:
            when = StageState.NOW
        else:
            when = StageState.DONE if order.index(stage) < order.index(seen) else StageState.LATER
        stages.append(Stage(state=stage, when=when, begins_at=begins, ends_at=until))
    return stages
