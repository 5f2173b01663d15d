"""Prizes are worked out, ties decided, the result sealed, announced, and where need be taken back from the public."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from typing import cast as typed
from uuid import UUID

from sqlalchemy import CursorResult, delete, update

from contest.awards import queries
from contest.awards.models import Award, ResultSet, ResultState, TieRuling
from contest.awards.queries import OpenTie, Outcome, Ruling
from contest.awards.queries.record import build_record
from contest.awards.record import Record
from contest.calls import queries as calls
from contest.calls.actions import advance, checked_reason
from contest.judging import actions as judging_actions
from contest.judging import queries as judging
from contest.judging.models import RoundState
from contest.judging.queries import Final
from contest.judging.rules.order import desk_handle, spoken_code
from contest.judging.rules.ranking import printed
from contest.judging.scoring import lot, usual_judgment
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Conflict, Invalid, Refused
from contest.kernel.ids import new_id
from contest.kernel.permissions import State

REASON_LENGTH_MAX = 1000


def draft(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime) -> UUID:
    """Work out the prizes of the closed finals, anew if they were before; decisions on ties are kept where they fit.

    Returns:
        The draft's id.

    Raises:
        Conflict: ``awards.planned``, rounds wait that were not held; ``awards.no_round``, not every final is closed,
            or the result is sealed.
    """
    planned = [one.number for one in judging.rounds(work.session, contest_id) if one.state is RoundState.DRAFT]
    if planned:
        raise Conflict("awards.planned", rounds=", ".join(map(str, planned)))
    finals = judging.finals(work.session, contest_id)
    if not finals or any(one.round.state is RoundState.SEALED for one in finals):
        raise Conflict("awards.no_round")
    row = queries.latest(work.session, contest_id)
    if row is None or row.state is not ResultState.DRAFT:
        row = ResultSet(
            id=new_id(),
            contest_id=contest_id,
            version=1 if row is None else row.version + 1,
            state=ResultState.DRAFT,
            created_at=at,
            awards=[],
        )
        work.session.add(row)
    _give(work, row, finals, at=at)
    _record(work, row, "result.draft_edit", actor_id=actor_id, at=at, works=len(row.awards))
    return row.id


def rule(
    work: Work,
    *,
    contest_id: UUID,
    rank: int,
    way: str,
    order: Sequence[UUID],
    reason: str,
    actor_id: UUID,
    at: datetime,
) -> None:
    """Write down what the declared way whose turn it is said about a tie, and give the prizes that depended on it.

    Args:
        way: The way that the person was asked about.
        order: The tied entries, best first; none where this way does not decide and the next has its turn.
        reason: How it was decided, in the jury's words.

    Raises:
        Conflict: ``awards.no_draft``; ``awards.no_tie``, it is not about this rank or not this way's turn;
            ``awards.last_way``, no other way follows.
        Invalid: ``awards.order``, not every tied entry has a place of its own; ``awards.reason``.
        Refused: ``awards.ruling_conflict``, the person who decides is tied to one of the entries.
    """
    if not 0 < len(reason.strip()) <= REASON_LENGTH_MAX:
        raise Invalid("awards.reason", limit=REASON_LENGTH_MAX)
    row = _draft(work, contest_id)
    found = queries.open_tie(work.session, row)
    if found is None or (found.tie.rank, found.way) != (rank, way):
        raise Conflict("awards.no_tie")
    tie = found.tie
    if not order and not found.may_pass:
        raise Conflict("awards.last_way")
    if order and sorted(order) != sorted(tie.entry_ids):
        raise Invalid("awards.order")
    if any(entry_id in tie.entry_ids for entry_id in queries.own_conflicts(work.session, contest_id, actor_id)):
        raise Refused("awards.ruling_conflict")
    ruling = Ruling(
        round_id=found.round_id,
        rank=rank,
        method=way,
        groups=[[entry_id] for entry_id in order] or [tie.entry_ids],
        reason=reason.strip(),
        ruled_by=actor_id,
        ruled_at=at,
    )
    finals = judging.finals(work.session, contest_id)
    used = _give(work, row, finals, at=at, added=[ruling])
    if ruling not in used:
        raise Conflict("awards.no_tie")
    key = calls.contest_by_id(work.session, contest_id, at).blind_key
    _record(
        work,
        row,
        "result.rule_on_tie",
        actor_id=actor_id,
        at=at,
        round=next(one.round.number for one in finals if one.round.id == found.round_id),
        rank=rank,
        way=way,
        works=len(tie.entry_ids),
        order=[spoken_code(desk_handle(key, entry_id)) for entry_id in order],
        reason=ruling.reason,
    )


def seal(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime, shown: str | None = None) -> Record:
    """Freeze the result: from now on nothing in it changes, and every output reads the record that is made here.

    Args:
        shown: The `queries.fingerprint` of the ladder that the person has before her; None where none was shown.

    Raises:
        Conflict: ``awards.no_draft``; ``awards.open_tie``; ``awards.stale``, the prizes are no longer what the votes
            give, or not what was shown; ``awards.ledger_broken``; ``contest.not_now``.
    """
    row = _draft(work, contest_id)
    session = work.session
    before = queries.fingerprint(row)
    if shown not in {None, before}:
        raise Conflict("awards.stale")
    finals = judging.finals(session, contest_id)
    if {one.round.id for one in finals} != {award.round_id for award in row.awards}:
        raise Conflict("awards.stale")
    if any(judging.broken_ledgers(session, one.id) for one in judging.rounds(session, contest_id)):
        raise Conflict("awards.ledger_broken")
    found = queries.open_tie(session, row)
    if found is not None:
        raise Conflict("awards.open_tie", rank=found.tie.rank)
    _give(work, row, finals, at=at)
    if queries.fingerprint(row) != before:
        raise Conflict("awards.stale")
    record = build_record(session, row, sealed_at=at)
    row.state, row.record, row.digest = ResultState.SEALED, record.to_json(), record.digest()
    row.sealed_at, row.sealed_by = at, actor_id
    session.flush()
    judging_actions.seal(work, contest_id=contest_id)
    advance(work, contest_id=contest_id, to=State.SEALED, actor_id=actor_id, at=at)
    _record(work, row, "result.seal", actor_id=actor_id, at=at, digest=row.digest)
    return record


def announce(work: Work, *, contest_id: UUID, actor_id: UUID, at: datetime) -> None:
    """Make the sealed result public.

    Raises:
        Conflict: ``awards.not_sealed``, there is nothing to announce, or somebody was quicker.
        Refused: ``awards.two_people``, the same person sealed it and the contest does not allow that.
    """
    row = queries.latest(work.session, contest_id)
    if row is None or row.state is not ResultState.SEALED:
        raise Conflict("awards.not_sealed")
    is_same = row.sealed_by == actor_id
    if is_same and not calls.contest_by_id(work.session, contest_id, at).one_person:
        raise Refused("awards.two_people")
    _move(work, row, ResultState.ANNOUNCED, otherwise="awards.not_sealed", announced_at=at, announced_by=actor_id)
    advance(work, contest_id=contest_id, to=State.ANNOUNCED, actor_id=actor_id, at=at)
    _record(work, row, "result.announce", actor_id=actor_id, at=at, one_person=is_same)


def unpublish(work: Work, *, contest_id: UUID, reason: str, actor_id: UUID, at: datetime) -> None:
    """Take the announced result off all public pages; sealed as it is, it may be announced again.

    Raises:
        Conflict: ``awards.not_announced``, there is no public result, or somebody was quicker; ``contest.not_now``,
            the contest is in the archive.
        Invalid: ``contest.reason``.
    """
    told = checked_reason(reason)
    row = queries.latest(work.session, contest_id, with_awards=False)
    if row is None or row.state is not ResultState.ANNOUNCED or row.announced_at is None:
        raise Conflict("awards.not_announced")
    since = row.announced_at
    _move(work, row, ResultState.SEALED, otherwise="awards.not_announced", announced_at=None, announced_by=None)
    advance(work, contest_id=contest_id, to=State.SEALED, actor_id=actor_id, at=at, reason=told)
    _record(work, row, "result.unpublish", actor_id=actor_id, at=at, announced_at=since.isoformat(), reason=told)


def _move(work: Work, row: ResultSet, to: ResultState, *, otherwise: str, **values: Any) -> None:
    """Change the state by compare-and-set: of two at the same time one has an effect, the other is told."""
    moved = work.session.execute(
        update(ResultSet).where(ResultSet.id == row.id, ResultSet.state == row.state).values(state=to, **values),
    )
    if typed("CursorResult[Any]", moved).rowcount != 1:
        raise Conflict(otherwise)


def _draft(work: Work, contest_id: UUID) -> ResultSet:
    row = queries.latest(work.session, contest_id)
    if row is None or row.state is not ResultState.DRAFT:
        raise Conflict("awards.no_draft")
    return row


def _said(work: Work, found: OpenTie, final: Final, *, at: datetime) -> Ruling | None:
    """Give what the way whose turn it is says about a tie; None where people have to be asked."""
    entries, reason = found.tie.entry_ids, ""
    groups: Sequence[Sequence[UUID]] | None = None
    match found.way:
        case "usual_judgment":
            groups = usual_judgment(final.votes, entries)
        case "lot":
            groups = [[entry_id] for entry_id in lot(final.seed, entries)]
        case "extra_votes":
            groups = None if judging.may_judge_more(work.session, final.round, entries) else [entries]
        case _:
            is_vote = found.way == "head_to_head"
            groups = judging.revoted(work.session, final.round, entries) if is_vote else None
            for one in judging.decided_orders(work.session, final.round.id):
                if one.entry_ids == frozenset(entries) and one.is_by_vote == is_vote:
                    groups, reason = [[entry_id] for entry_id in one.order] or [entries], one.reason
    if groups is None or (len(groups) == 1 and not found.may_pass):
        return None
    return Ruling(
        round_id=found.round_id,
        rank=found.tie.rank,
        method=found.way,
        groups=groups,
        reason=reason,
        ruled_by=None,
        ruled_at=at,
    )


def _settle(
    work: Work,
    row: ResultSet,
    ranked: Sequence[Award],
    finals: Sequence[Final],
    added: Sequence[Ruling],
    *,
    at: datetime,
) -> tuple[Outcome, list[Ruling]]:
    """Give the prizes, asking about each tie one declared way after the other, until people have to decide.

    What people wrote down before counts when its way has its turn and it is about just the tied works.

    Returns:
        What is given, and what was said about ties.
    """
    session = work.session
    by_people = [one for one in (*queries.rulings(session, row.id), *added) if one.ruled_by is not None]
    by_round = {one.round.id: one for one in finals}
    used: list[Ruling] = []
    while True:
        outcome = queries.allocation(session, row.contest_id, ranked, used)
        tie = outcome.tie
        if tie is None:
            return outcome, used
        about = (tie.round_id, tie.way, frozenset(tie.tie.entry_ids))
        ruled = [one for one in by_people if (one.round_id, one.method, one.works) == about]
        said = replace(ruled[-1], rank=tie.tie.rank) if ruled else _said(work, tie, by_round[tie.round_id], at=at)
        if said is None:
            return outcome, used
        used.append(said)


def _write_down(work: Work, row: ResultSet, rulings: Sequence[Ruling]) -> None:
    """Keep what was said about ties, and nothing that no longer fits."""
    work.session.execute(delete(TieRuling).where(TieRuling.result_set_id == row.id))
    work.session.add_all(
        TieRuling(
            id=new_id(),
            result_set_id=row.id,
            round_id=one.round_id,
            rank=one.rank,
            method=one.method,
            order=[[entry_id.hex for entry_id in group] for group in one.groups],
            reason=one.reason,
            ruled_by=one.ruled_by,
            ruled_at=one.ruled_at,
        )
        for one in rulings
    )


def _give(
    work: Work, row: ResultSet, finals: Sequence[Final], *, at: datetime, added: Sequence[Ruling] = ()
) -> list[Ruling]:
    """Write every ranked entry's place, its tier as far as ties are decided, and what was said about ties.

    Args:
        added: What somebody has just written down about a tie.

    Returns:
        What was said about ties.
    """
    session = work.session
    ranked = [
        Award(
            id=new_id(),
            entry_id=one.entry,
            round_id=final.round.id,
            final=final.round.number,
            tier_id=None,
            rank=one.rank,
            position=place,
            score=printed(one.official),
            raw=printed(one.raw),
            votes=one.n,
            skip_reason="",
        )
        for final in finals
        for place, one in enumerate(final.evaluation.entries)
    ]
    outcome, used = _settle(work, row, ranked, finals, added, at=at)
    _write_down(work, row, used)
    tier_ids = {tier.key: tier.id for tier in calls.tiers(session, row.contest_id)}
    for award in ranked:
        got = outcome.given.get(award.entry_id)
        if got is not None:
            award.tier_id = None if got.tier is None else tier_ids[got.tier]
            award.position, award.skip_reason = got.position, queries.skip_text(got.skip)
    row.awards = []
    session.flush()
    row.awards = sorted(ranked, key=lambda award: (award.final, award.rank, award.position))
    session.flush()
    return used


def _record(work: Work, row: ResultSet, action: str, *, actor_id: UUID, at: datetime, **facts: Any) -> None:
    audit.record(
        work,
        action=action,
        at=at,
        actor_id=actor_id,
        thing=f"result {row.version}",
        contest_id=row.contest_id,
        **facts,
    )
