"""Marks on paper: the codes by which a panel with pencils knows works, and what a sheet of marks means in a round."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.calls.queries import jury
from contest.judging.models import Ballot, BallotKind, Round, RoundEntry, ScoreLine, Sheet
from contest.judging.queries.facts import RoundFacts
from contest.judging.rules.order import CODE_LENGTH, alias, blind_handle, spoken_code
from contest.judging.rules.settings import POINT, checked_score, points, weighted
from contest.judging.rules.sheet import Mark, read_criteria, read_marks
from contest.kernel.errors import Invalid
from contest.kernel.tables import csv_cell


@dataclass(frozen=True, kw_only=True)
class PaperMark:
    """A mark that can be taken: whose, for which ballot, in hundredths of a point; ``line`` of the sheet.

    Where the round has criteria, ``marks`` are the single ones by key and the score is their weighted mean. ``after``
    is the ballot's last line in her ledger, 0 for none: what she takes back later can be taken from the sheet again.
    """

    line: int
    juror_id: UUID
    handle: str
    score: int
    marks: Mapping[str, int] | None = None
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Paper:
    """What a sheet says in a round.

    Attributes:
        marks: Those to be taken.
        known: How many stand in the round already, as on the sheet.
        read: What was understood, both of these: by a work's code and a juror the mark as the sheet has it, of
            criteria each.
        faults: What is wrong, an error a line: those of `rules.sheet`, and ``paper.no_juror``, ``paper.no_work``,
            ``paper.not_assigned``, ``paper.off_scale``, ``paper.other_mark``.
    """

    marks: Sequence[PaperMark]
    known: int
    read: Mapping[str, Mapping[UUID, str]]
    faults: Sequence[Invalid]


def paper_codes(session: Session, round_id: UUID, *, key: str) -> dict[UUID, str]:
    """Give for each work of a round its code on paper: the same for the whole panel, unique, and of no meaning.

    Args:
        key: The contest's blind key.
    """
    seed, panel = session.execute(select(Round.seed, Round.contest_id).where(Round.id == round_id)).one()
    entry_ids = session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id))
    handles = {one: blind_handle(key, seed=seed, juror_id=panel, entry_id=one) for one in entry_ids}
    length = CODE_LENGTH
    while True:
        codes = {entry_id: spoken_code(handle, length=length) for entry_id, handle in handles.items()}
        if len(set(codes.values())) == len(codes):
            return codes
        length += 1


def paper_of(session: Session, round_: RoundFacts, lines: Iterable[Sequence[str]], *, key: str) -> Paper:
    """Say what every line of a sheet means in a round; nothing is changed.

    Jurors go by name in either language, e-mail address or letter; works by their code; criteria by their name in
    either language or their key.

    Raises:
        Invalid: as `rules.sheet.read_marks`.
    """
    reader = _Reader(session, round_, key=key)
    marks: list[PaperMark] = []
    known = 0
    told: Sequence[tuple[Mark, Mapping[str, float] | None]]
    if round_.settings.criteria:
        names = {one.key: [*filter(None, one.name), one.key] for one in round_.settings.criteria}
        told, faults = read_criteria(lines, names)
    else:
        sheet = read_marks(lines)
        told, faults = [(mark, None) for mark in sheet.marks], list(sheet.faults)
    for mark, singles in told:
        try:
            found = reader.read(mark, singles)
        except Invalid as fault:
            faults.append(fault)
        else:
            known += found is None
            marks += [] if found is None else [found]
    faults.sort(key=lambda fault: int(fault.facts["line"]))
    return Paper(marks=marks, known=known, read=reader.understood, faults=faults)


class _Reader:
    """Knows a round's jurors, works and ballots."""

    def __init__(self, session: Session, round_: RoundFacts, *, key: str) -> None:
        self.round = round_
        self.works = {code: entry_id for entry_id, code in paper_codes(session, round_.id, key=key).items()}
        self.jurors = _jurors(session, round_)
        self.understood = defaultdict[str, dict[UUID, str]](dict)
        last = select(func.max(ScoreLine.seq)).where(ScoreLine.ballot_id == Ballot.id).scalar_subquery()
        rows = session.execute(
            select(
                Sheet.juror_id,
                Ballot.entry_id,
                Ballot.handle,
                Ballot.score,
                func.coalesce(last, 0).label("after"),
            )
            .join(Sheet, Sheet.id == Ballot.sheet_id)
            .where(
                Sheet.round_id == round_.id,
                Ballot.kind == BallotKind.COUNTED,
                Ballot.rival_id.is_(None),
                Sheet.left_at.is_(None),
                ~Ballot.recused,
                ~Ballot.cancelled,
            )
        )
        self.ballots: Mapping[tuple[UUID, UUID], Any] = {(row.juror_id, row.entry_id): row for row in rows}

    def read(self, mark: Mark, singles: Mapping[str, float] | None) -> PaperMark | None:
        """Give a mark as the round takes it; None where it stands there already.

        Args:
            singles: By criterion, where the round has any.
        """
        line = mark.line
        jurors = self.jurors.get(_plain(mark.judge), set())
        if len(jurors) != 1:
            raise Invalid("paper.no_juror", line=line, juror=mark.judge)
        (juror_id,) = jurors
        code = _plain(mark.entry).upper()
        entry_id = self.works.get(code)
        if entry_id is None:
            raise Invalid("paper.no_work", line=line, work=mark.entry)
        ballot = self.ballots.get((juror_id, entry_id))
        if ballot is None:
            raise Invalid("paper.not_assigned", line=line, juror=mark.judge, work=mark.entry)
        given = " / ".join(f"{one:g}" for one in ([mark.score] if singles is None else singles.values()))
        marks = None if singles is None else {name: round(one * POINT) for name, one in singles.items()}
        try:
            score = round(mark.score * POINT) if marks is None else weighted(marks, self.round.settings)
            checked_score(score, mode=self.round.mode, settings=self.round.settings)
        except Invalid:
            low, second, *_more = steps = self.round.steps
            raise Invalid(
                "paper.off_scale",
                line=line,
                juror=mark.judge,
                given=given,
                low=points(low),
                high=points(steps[-1]),
                step=points(second - low),
            ) from None
        if ballot.score not in {None, score}:
            raise Invalid("paper.other_mark", line=line, juror=mark.judge, work=mark.entry)
        self.understood[code][juror_id] = given
        if ballot.score is not None:
            return None
        return PaperMark(
            line=line, juror_id=juror_id, handle=ballot.handle, score=score, marks=marks, after=ballot.after
        )


def _jurors(session: Session, round_: RoundFacts) -> Mapping[str, set[UUID]]:
    """Give by each name that a sheet may have for a juror those it could mean."""
    names = defaultdict[str, set[UUID]](set)
    seats = session.execute(select(Sheet.juror_id, Sheet.seat).where(Sheet.round_id == round_.id))
    here = dict(seats.all())
    for seat in jury(session, round_.contest_id):
        if seat.person_id in here:
            for name in (seat.name.zh, seat.name.en, seat.email, alias(here[seat.person_id])):
                for one in (name, csv_cell(name)):  # as typed, and as our own sheet has it
                    names[_plain(one)].add(seat.person_id)
    names.pop("", None)
    return names


def _plain(name: str) -> str:
    return " ".join(normalize("NFKC", name).casefold().split())
