"""From a closed round to the next one: a dry run first, then one act."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Final
from typing import cast as typed
from uuid import UUID

from sqlalchemy import Table, insert, update
from sqlalchemy.orm import Session

from contest.judging import queries
from contest.judging.actions.drafts import draft
from contest.judging.actions.noting import noted
from contest.judging.models import Origin, Round, RoundEntry, RoundState
from contest.judging.queries import Kept, RoundFacts
from contest.judging.rules import advance as rules
from contest.judging.rules.advance import By, Mark, Rule, Scored, Selection
from contest.judging.rules.ranking import split
from contest.judging.rules.settings import Mode, RoundSettings
from contest.judging.scoring import Votes
from contest.kernel.bilingual import Bilingual
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid

_entry: Final = typed("Table", RoundEntry.__table__)
NO_NAME: Final = Bilingual()


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A closed round: its works by rank, and the votes on them."""

    row: RoundFacts
    scored: Sequence[Scored]
    votes: Votes


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How many works would go on with each number that may be chosen.

    Attributes:
        thresholds: (official score, works with at least this), the highest score first.
        picked: (jurors, works that so many gave at least `pick_mark`), the most jurors first.
    """

    of: int
    thresholds: tuple[tuple[float, int], ...]
    picked: tuple[tuple[int, int], ...]


def choices(judged: Judged) -> Choices:
    """Count how many works of a closed round each way of cutting would let go on."""
    counted: dict[float, int] = {}
    for place, one in enumerate(judged.scored, start=1):
        counted[one.official] = place
    mark, marks = pick_mark(judged.row), _marks(judged.votes)
    picked = tuple(
        (number, rules.select(judged.scored, marks, Rule(by=By.PICKED, jurors=number, mark=mark)).count)
        for number in range(len(judged.votes.jurors), 0, -1)
    )
    return Choices(of=len(judged.scored), thresholds=tuple(counted.items()), picked=picked)


def advance_preview(session: Session, judged: Judged, rule: Rule) -> Selection:
    """Show who would go on; nothing is written.

    Raises:
        Invalid: as `rules.advance.select`.
    """
    decided = {entry_id: one.stays for entry_id, one in queries.kept_works(session, judged.row.id).items()}
    return rules.select(judged.scored, _marks(judged.votes), rule, decided=decided)


def advance(
    work: Work,
    *,
    round_id: UUID,
    rule: Rule,
    actor_id: UUID,
    at: datetime,
    seed: str,
    mode: Mode | None = None,
    settings: RoundSettings | None = None,
    name: Bilingual = NO_NAME,
) -> UUID:
    """Make the next draft round of the works that go on, or fill the one that was planned.

    What the panel decided to keep in goes on with the decision as its provenance, what it left behind does not.
    Another vote on works that tie is a round beside the planned ones: its order counts where they tied.

    Args:
        mode, settings, name: For a round that was not planned; None for those of this one.

    Returns:
        The draft's id.

    Raises:
        Missing: ``round``; Conflict: ``judging.not_closed``, somebody may have been quicker; ``judging.advanced``, a
            next round has its works already; ``judging.only_orders``, the round itself was another vote on works that
            tie; ``judging.revote_waits``, one of this round's has not ended; Invalid: ``judging.nobody_advances``,
            and as `rules.advance.select`.
    """
    session = work.session
    found = judged(session, round_id)
    row = found.row
    is_revote = rule.by is By.TIED
    if row.state is RoundState.SEALED:
        raise Conflict("judging.not_closed")
    if row.is_revote and not is_revote:
        raise Conflict("judging.only_orders")
    beside = [one for one in queries.rounds(session, row.contest_id) if one.is_revote and one.source_id == round_id]
    if not all(one.is_ranked for one in beside):
        raise Conflict("judging.revote_waits")
    panel = queries.kept_works(session, round_id)
    decided = {entry_id: one.stays for entry_id, one in panel.items()}
    selection = rules.select(found.scored, _marks(found.votes), rule, decided=decided)
    if not selection.count:
        raise Invalid("judging.nobody_advances")
    followers = queries.followers(session, row)
    if queries.went_to(session, followers) is not None:
        raise Conflict("judging.advanced")
    planned = None if is_revote or not followers else followers[0].id
    if planned is None:
        mode = mode or row.mode
        next_id = draft(
            work,
            contest_id=row.contest_id,
            actor_id=actor_id,
            at=at,
            seed=seed,
            mode=mode,
            settings=settings or _usual(row, mode, found.scored, rule),
            category_id=row.category_id,
            name=name,
            source_id=round_id,
            source=rule.to_dict(),
        )
    else:
        next_id = planned
        session.execute(update(Round).where(Round.id == planned).values(source=rule.to_dict()))
    _fill(work, next_id, selection, panel, is_by_hand=rule.by is By.HAND)
    noted(
        work,
        row,
        "round.advance",
        actor_id=actor_id,
        at=at,
        rule=str(rule.by),
        advanced=len(selection.advanced),
        rescued=len(selection.rescued),
        kept=len(selection.kept),
        dropped=len(selection.dropped),
        of=selection.of,
    )
    return next_id


def _fill(work: Work, round_id: UUID, selection: Selection, panel: Mapping[UUID, Kept], *, is_by_hand: bool) -> None:
    origin = Origin.BY_HAND if is_by_hand else Origin.ADVANCED
    rows = [
        *((entry_id, origin, "") for entry_id in selection.advanced),
        *((entry_id, Origin.RESCUED, ", ".join(letters)) for entry_id, letters in selection.rescued.items()),
        *((entry_id, Origin.RESCUED, provenance(panel[entry_id])) for entry_id in selection.kept),
    ]
    work.session.execute(
        insert(_entry),
        [
            {"round_id": round_id, "entry_id": entry_id, "origin": how, "origin_reason": why, "held": False}
            for entry_id, how, why in rows
        ],
    )


def provenance(decision: Kept) -> str:
    """Say which decision of the panel kept a work in."""
    return f"{decision.number}: {decision.reason}"


def judged(session: Session, round_id: UUID) -> Judged:
    """Read a closed round with its works by rank; those that were voted on again stand as that vote ordered them.

    Raises:
        Missing: ``round``; Conflict: ``judging.not_closed``.
    """
    row = queries.round_by_id(session, round_id)
    if not row.is_ranked:
        raise Conflict("judging.not_closed")
    votes = queries.votes_of(session, row)
    official = {one.entry: one.official for one in queries.standing(session, round_id, votes=votes).entries}
    by_score = [list(equals) for _official, equals in groupby(official, key=official.__getitem__)]
    scored: list[Scored] = []
    for equals in split(by_score, queries.revotes(session, row)):
        rank = len(scored) + 1
        scored += [Scored(entry_id=entry_id, official=official[entry_id], rank=rank) for entry_id in equals]
    return Judged(row=row, scored=scored, votes=votes)


def _usual(row: RoundFacts, mode: Mode, scored: Sequence[Scored], rule: Rule) -> RoundSettings | None:
    """Give the settings of a round that was not planned: those of this one, None where its mode is another.

    Another vote on works that tie is everybody's, stands alone, and chooses as many as there are places left; with a
    chip for every work nobody would have to choose.
    """
    if mode is not row.mode:
        return None
    if rule.by is not By.TIED:
        return row.settings
    tied = [one.rank for one in scored if one.rank == scored[rule.count - 1].rank]
    left = rule.count - tied[0] + 1
    return replace(row.settings, pooled=False, quorum=None, practice=0, repeats_percent=0, winners=left, chips=left)


def _marks(votes: Votes) -> list[Mark]:
    """Give the votes on single works, turned so that larger is better."""
    if votes.rival_index is not None:
        return []
    merit: Sequence[float] = votes.merit.tolist()
    return [
        Mark(juror=votes.jurors[juror], entry_id=votes.entries[entry], score=round(score * 100))
        for juror, entry, score in zip(votes.juror_index.tolist(), votes.entry_index.tolist(), merit, strict=True)
    ]


def pick_mark(row: RoundFacts) -> int:
    """Give what counts as having picked a work, in hundredths: a yes, a chip, or the upper third of the scale."""
    if row.mode is Mode.SCORE:
        low, high = row.settings.scale_low, row.settings.scale_high
        return next(step for step in row.steps if 3 * step >= low + 2 * high)
    return -100 if row.mode is Mode.RANK else 100
