"""The record of a judging, read from the tables: what `contest verify` checks without them."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any, Final
from uuid import UUID

from sqlalchemy import String, and_, bindparam, case, exists, select, type_coerce
from sqlalchemy.orm import Session

from contest import __version__
from contest.calls import queries as calls
from contest.entries import blind
from contest.judging.integrity import (
    FORMAT,
    PROOF_FORMAT,
    UNSAID,
    Form,
    RecordLine,
    RecordSaid,
    RecordVote,
    ranking_rows,
    recount,
)
from contest.judging.models import Ballot, Round, RoundEntry, RoundTerm, ScoreLine, Sheet, TableLine, TermKind
from contest.judging.queries.deliberation import table_rows
from contest.judging.queries.facts import RoundFacts, rounds
from contest.judging.queries.tally import chain
from contest.judging.rules.deliberation import NO, YES
from contest.judging.rules.ledger import canonical, inclusion_paths, secret, secrets_for, vote_leaf
from contest.judging.rules.order import alias
from contest.judging.rules.settings import Mode
from contest.kernel.db import UtcHour, UuidDigits
from contest.kernel.errors import Missing
from contest.kernel.prepared import Prepared

_IS_TOKENS: Final = exists().where(Round.id == Sheet.round_id, Round.mode == Mode.TOKENS)
# In a token round that a work was given no chip says something too.
_SAYS: Final = ~Ballot.recused & ~Ballot.cancelled & (Ballot.score.is_not(None) | _IS_TOKENS)
_BALLOTS: Final = Prepared(
    select(
        type_coerce(Ballot.id, UuidDigits).label("ballot"),
        Sheet.seat,
        type_coerce(Ballot.entry_id, UuidDigits).label("entry"),
        type_coerce(Ballot.rival_id, UuidDigits).label("rival"),
        case((_SAYS, type_coerce(Ballot.kind, String)), else_=UNSAID).label("kind"),
        Ballot.score,
        Ballot.position,
        type_coerce(Ballot.scored_at, UtcHour).label("hour"),
    )
    .join(Sheet, Sheet.id == Ballot.sheet_id)
    .where(Sheet.round_id == bindparam("round_id"))
)
_ENTRIES: Final = Prepared(
    select(type_coerce(RoundEntry.entry_id, UuidDigits).label("entry")).where(
        RoundEntry.round_id == bindparam("round_id")
    )
)


def rules_term(round_: RoundFacts, *, key: str) -> str:
    """Write down how a round is judged, as it is committed to."""
    return canonical(
        {
            "number": round_.number,
            "mode": str(round_.mode),
            "category": round_.category_id and round_.category_id.hex,
            "settings": round_.settings.to_dict(),
            "source": _source(round_, key=key),
            "seed_commitment": round_.seed_commitment,
        }
    )


def entries_term(session: Session, round_: RoundFacts, *, key: str) -> str:
    """Write down a round's set as it is committed to: each entry's token, its originals' fingerprint, its number."""
    fingerprints = blind.fingerprints(session, round_.contest_id)
    numbers = {entry_id.hex: number for entry_id, number in blind.numbers(session, round_.contest_id).items()}
    tokens = _tokens(session, round_.id, key=key)
    return canonical(sorted([token, fingerprints.get(entry, ""), numbers[entry]] for entry, token in tokens.items()))


def jurors_term(session: Session, round_: RoundFacts) -> str:
    """Write down a round's panel as it is committed to: each juror's letter and name."""
    names = {seat.person_id: seat.name for seat in calls.jury(session, round_.contest_id)}
    sheets = session.execute(
        select(Sheet.seat, Sheet.juror_id).where(Sheet.round_id == round_.id, Sheet.left_at.is_(None))
    )
    return canonical(sorted([alias(seat), *names[juror_id]] for seat, juror_id in sheets if juror_id in names))


def terms(session: Session, round_id: UUID) -> Sequence[RoundTerm]:
    """List what a round was bound to, in the order in which it was."""
    return session.scalars(
        select(RoundTerm).where(RoundTerm.round_id == round_id).order_by(RoundTerm.at, RoundTerm.kind, RoundTerm.seq)
    ).all()


def leaves_of(session: Session, round_id: UUID, *, key: str) -> list[str]:
    """Give the leaves of a round's tree in their order."""
    _ballots, *told, _positions, hours, nonces = _columns(session, round_id, key=key)
    leaves = dict(zip(nonces, map(vote_leaf, *told, hours, nonces), strict=True))
    return [leaves[nonce] for nonce in sorted(nonces)]


def full_record(session: Session, contest_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Put together all that was committed to, voted and found in a contest's closed rounds; not signed yet."""
    contest = calls.contest_by_id(session, contest_id, at)
    key = contest.blind_key
    numbers = blind.numbers(session, contest_id)
    told = [_round(session, one, key=key, numbers=numbers) for one in rounds(session, contest_id) if one.is_ranked]
    for one in told:
        one["ranking"] = ranking_rows(recount(told, one["number"]))
    return {
        "format": FORMAT,
        "form": str(Form.FULL),
        "software": f"contest {__version__}",
        "contest": {"short_name": contest.short_name, "edition": contest.edition, "name": list(contest.name)},
        "made_at": at.astimezone(UTC).isoformat(),
        "rounds": told,
    }


def proof_of(session: Session, round_: RoundFacts, juror_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Give one juror's votes of a closed round, with what leads from each to the public root; not signed yet.

    Raises:
        Missing: ``round``, it is not closed, or she has no part in it.
    """
    seat = session.scalar(select(Sheet.seat).where(Sheet.round_id == round_.id, Sheet.juror_id == juror_id))
    if seat is None or not round_.is_ranked:
        raise Missing("round")
    votes = _votes(session, round_.id, key=calls.contest_by_id(session, round_.contest_id, at).blind_key)
    hers = [place for place, vote in enumerate(votes) if vote.juror == alias(seat) and vote.kind != UNSAID]
    places = sorted(hers, key=lambda place: votes[place].position)
    paths = inclusion_paths([vote.leaf for vote in votes], places)
    return {
        "format": PROOF_FORMAT,
        "round": round_.number,
        "made_at": at.astimezone(UTC).isoformat(),
        "root": round_.root,
        "size": len(votes),
        "votes": [
            {"vote": list(votes[place]), "place": place, "path": path}
            for place, path in zip(places, paths, strict=True)
        ],
    }


def _source(round_: RoundFacts, *, key: str) -> dict[str, Any]:
    """Write down how a round's set is made, works of a list as tokens: everybody reads it, and addresses hold ids."""
    source = dict(round_.source)
    if "entries" in source:
        source["entries"] = sorted(secrets_for(key, "entry", source["entries"]))
    return source


def _bound_source(round_: RoundFacts, bound: Sequence[RoundTerm], *, key: str) -> Mapping[str, Any]:
    """Give a round's source as its last rules have it: a round bound before tokens stood there keeps to its ids."""
    told = [json.loads(one.text)["source"] for one in bound if one.kind is TermKind.RULES]
    return round_.source if told[-1:] == [round_.source] else _source(round_, key=key)


def _round(session: Session, round_: RoundFacts, *, key: str, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    seed = session.scalars(select(Round.seed).where(Round.id == round_.id)).one()
    places = sum(tier.count for tier in calls.tiers(session, round_.contest_id))
    counts = and_(~RoundEntry.held, blind.is_judged(RoundEntry.entry_id))
    entries = session.execute(select(RoundEntry.entry_id, counts).where(RoundEntry.round_id == round_.id))
    tokens = _tokens(session, round_.id, key=key)
    bound = terms(session, round_.id)
    return {
        "number": round_.number,
        "name": list(round_.name),
        "mode": str(round_.mode),
        "category": round_.category_id and round_.category_id.hex,
        "settings": round_.settings.to_dict(),
        "source": dict(_bound_source(round_, bound, key=key)),
        "pooled": sorted(one.number for one in chain(session, round_)),
        "top": round_.settings.winners or places or 1,
        "opened_at": _moment(round_.opened_at),
        "closed_at": _moment(round_.closed_at),
        "close_reason": round_.close_reason,
        "reopenings": round_.reopenings,
        "reopen_reason": round_.reopen_reason,
        "seed": seed,
        "seed_commitment": round_.seed_commitment,
        "root": round_.root,
        "terms": [
            {
                "kind": str(one.kind),
                "seq": one.seq,
                "at": _moment(one.at),
                "text": one.text,
                "salt": term_salt(key, one),
                "digest": one.digest,
            }
            for one in bound
        ],
        "entries": sorted([tokens[entry_id.hex], numbers[entry_id], bool(counted)] for entry_id, counted in entries),
        "votes": [list(vote) for vote in _votes(session, round_.id, key=key)],
        "ledgers": _ledgers(session, round_.id),
        "table": [list(said_line(row, key=key)) for row in table_rows(session, round_.id)],
    }


def term_salt(key: str, term: RoundTerm) -> str:
    """Give what hides a term's text until it is shown."""
    return secret(key, "term", term.round_id.hex, str(term.kind), str(term.seq))


def _votes(session: Session, round_id: UUID, *, key: str) -> list[RecordVote]:
    """Give every ballot in an order of chance: that of the nonces."""
    return sorted(map(RecordVote, *_columns(session, round_id, key=key)), key=attrgetter("nonce"))


def _columns(session: Session, round_id: UUID, *, key: str) -> list[Sequence[Any]]:
    """Give every ballot, by the columns of `RecordVote`."""
    tokens = _tokens(session, round_id, key=key)
    ballots, seats, entries, rivals, kinds, scores, positions, hours = _BALLOTS.columns(
        session, {"round_id": round_id}
    )
    return [
        ballots,
        list(map(alias, seats)),
        list(map(tokens.__getitem__, entries)),
        list(map(tokens.get, rivals)),
        kinds,
        scores,
        positions,
        [hour or "" for hour in hours],
        secrets_for(key, "leaf", ballots),
    ]


def _ledgers(session: Session, round_id: UUID) -> list[dict[str, Any]]:
    sheets = select(Sheet.id, Sheet.seat).where(Sheet.round_id == round_id).order_by(Sheet.seat)
    found = []
    for sheet_id, seat in session.execute(sheets).all():
        lines = session.scalars(select(ScoreLine).where(ScoreLine.sheet_id == sheet_id).order_by(ScoreLine.seq))
        found.append({"juror": alias(seat), "sheet": sheet_id.hex, "lines": [list(_line(row)) for row in lines]})
    return found


def _line(row: ScoreLine) -> RecordLine:
    return RecordLine(
        seq=row.seq,
        ballot=row.ballot_id.hex,
        kind=str(row.kind),
        act=str(row.act),
        score=row.score,
        previous_score=row.previous_score,
        marks=row.marks,
        viewed_ms=row.viewed_ms,
        reason=row.reason,
        scored=row.scored,
        recused=row.recused,
        below=row.below,
        at=row.at.astimezone(UTC).isoformat(),
        request_key=row.request_key,
        seal=row.seal,
    )


def said_line(row: TableLine, *, key: str) -> RecordSaid:
    """Write a line of a table as the record has it, works as tokens; its seal as it stands, if it has one."""
    return RecordSaid(
        seq=row.seq,
        act=str(row.act),
        item=row.item,
        kind=row.kind and str(row.kind),
        by="" if row.seat is None else alias(row.seat),
        choice=row.choice if set(row.choice) <= {YES, NO} else secrets_for(key, "entry", row.choice),
        words=row.words,
        at=row.at.astimezone(UTC).isoformat(),
        salt=secret(key, "table", row.round_id.hex, str(row.seq)),
        seal=row.seal,
    )


def _tokens(session: Session, round_id: UUID, *, key: str) -> dict[str, str]:
    """Name each entry of a round's set in the record, by its id's digits; without the key the names say nothing."""
    (entries,) = _ENTRIES.columns(session, {"round_id": round_id})
    return dict(zip(entries, secrets_for(key, "entry", entries), strict=True))


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
