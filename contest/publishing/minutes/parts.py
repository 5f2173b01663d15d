"""What the minutes say, part by part, as plain data for the typesetter.

They name nobody's votes. Whose a juror's letter is, who took a work and what it won stand in them only once the
result is public: before that chair and secretary sign without learning it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contest.accounts.models import RoleKind
from contest.awards.models import ResultSet, TieRuling
from contest.awards.queries import announced
from contest.calls import queries as calls
from contest.calls.queries import ContestFacts
from contest.judging import queries as judging
from contest.judging.models import RoundEntry
from contest.judging.queries import RoundFacts
from contest.judging.rules.advance import By
from contest.judging.rules.deliberation import NO, YES, Item, Question
from contest.judging.rules.order import alias, desk_handle, spoken_code
from contest.judging.rules.settings import Mode, points
from contest.judging.sentences import AGGREGATORS, TIE_METHODS
from contest.publishing.album.fonts import clean
from contest.web.sentences import N_, translate
from contest.web.times import moment

Part = dict[str, Any]
Say = Callable[..., str]

TITLE: Final = N_("Minutes of the judging")
TASKS: Final = {
    RoleKind.CHAIR: N_("chair"),
    RoleKind.JUROR: N_("juror"),
    RoleKind.SECRETARY: N_("secretary, no vote"),
}
MODES: Final = {
    "score": N_("marks on a scale"),
    "yesno": N_("yes or no"),
    "rank": N_("tiers on a light table"),
    "tokens": N_("chips"),
    "pairs": N_("pairs"),
}
# By which rule the works of a round were taken from the round before it.
CAME: Final = {
    By.ALL: N_("all of round %(number)s"),
    By.TOP: N_("the best %(count)s of round %(number)s"),
    By.SHARE: N_("the best %(percent)s %% of round %(number)s"),
    By.THRESHOLD: N_("those from a score of %(points)s on in round %(number)s"),
    By.PICKED: N_("those chosen by %(jurors)s or more jurors in round %(number)s"),
    By.HAND: N_("a list of works of round %(number)s"),
    By.TIED: N_("those that tie at place %(count)s of round %(number)s"),
}
ANSWERS: Final = {YES: N_("yes"), NO: N_("no")}


@dataclass(frozen=True, kw_only=True)
class _Writer:
    """Says things of one contest in one language."""

    session: Session
    contest: ContestFacts
    language: str
    names: Mapping[UUID, str]

    def say(self, message: str, **facts: Any) -> str:
        """Give a message with its facts."""
        text = translate(message, self.language)
        return clean(text % facts if facts else text)

    def at(self, moment_: datetime) -> str:
        """Give a moment in the contest's zone."""
        return moment(moment_, self.contest.zone, self.language)

    def code(self, entry_id: UUID) -> str:
        """Give what the panel called a work."""
        return spoken_code(desk_handle(self.contest.blind_key, entry_id))

    def who(self, person_id: UUID | None) -> str:
        """Give a person's name; nothing where it is not known any more."""
        return self.names.get(person_id, "–") if person_id else "–"


def minutes_of(session: Session, contest: ContestFacts, *, language: str, at: datetime, is_public: bool) -> Part:
    """Write the minutes of a contest's closed rounds.

    Args:
        language: "zh_Hans" or "en".
        at: When they are written.
        is_public: Whether the result is, so that letters and prizes may be told.

    Returns:
        ``title``, ``language`` ("zh" or "en"), ``foot`` and ``parts``, as `data/template.typ` reads them.
    """
    short = "zh" if language.startswith("zh") else "en"
    seats = calls.jury(session, contest.id)
    names = {seat.person_id: clean(seat.name.in_(short) or seat.email) for seat in seats}
    writer = _Writer(session=session, contest=contest, language=language, names=names)
    rounds = [one for one in judging.rounds(session, contest.id) if one.is_ranked]
    letters = {
        one.juror_id: alias(one.seat) for row in rounds for one in judging.coverage(session, contest.id, row.number)
    }
    parts: list[Part] = [
        _text(clean(f"{contest.name.in_(short)} {contest.edition}".strip())),
        _heading(writer.say(N_("The panel"))),
        _panel(writer, seats, letters if is_public else {}),
    ]
    for row in rounds:
        parts += _round(writer, row)
    parts += _ties(writer)
    if is_public:
        parts += _prizes(writer, short)
    parts += [
        _heading(writer.say(N_("Signatures"))),
        {
            "kind": "signatures",
            "rows": [[f"{names[one]} · {writer.say(kind)}"] for one, kind in _signers(seats).items()],
            "under": [writer.say(N_("signature")), writer.say(N_("date"))],
        },
    ]
    return {
        "title": writer.say(TITLE),
        "language": short,
        "foot": writer.say(N_("Written on %(at)s"), at=writer.at(at)),
        "parts": parts,
    }


def _heading(text: str) -> Part:
    return {"kind": "heading", "text": text}


def _text(text: str) -> Part:
    return {"kind": "text", "text": text}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Part:
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}


def _signers(seats: Sequence[Any]) -> dict[UUID, str]:
    """Give everybody at the table once, a chair as chair."""
    signers: dict[UUID, str] = {}
    for seat in seats:
        signers.setdefault(seat.person_id, TASKS[seat.kind])
    return signers


def _panel(writer: _Writer, seats: Sequence[Any], letters: Mapping[UUID, str]) -> Part:
    short = "zh" if writer.language.startswith("zh") else "en"
    head = [writer.say(N_("Name")), writer.say(N_("Task"))]
    rows = [
        [f"{writer.who(seat.person_id)} {clean(seat.title.in_(short))}".strip(), writer.say(TASKS[seat.kind])]
        for seat in seats
    ]
    if not letters:
        return _table(head, rows, [3, 2])
    told = [[*row, letters.get(seat.person_id, "–")] for row, seat in zip(rows, seats, strict=True)]
    return _table([*head, writer.say(N_("Letter in the record"))], told, [3, 2, 1])


def _came(writer: _Writer, row: RoundFacts) -> str:
    """Say by which rule a round got its works."""
    if row.source_id is None:
        return writer.say(N_("all admitted to judging"))
    facts = {name: f"{value:g}" for name, value in row.source.items() if isinstance(value, int | float)}
    facts["number"] = f"{judging.round_by_id(writer.session, row.source_id).number}"
    told = [writer.say(CAME[By(row.source["by"])], **facts)]
    if "rescue_percent" in facts:
        told.append(writer.say(N_("each juror's own best %(rescue_percent)s %%"), **facts))
    return translate(N_("; "), writer.language).join(told)


def _marks(writer: _Writer, row: RoundFacts, short: str) -> list[tuple[str, str]]:
    """Say what a juror could give: the scale, the criteria with their weights, chips, tiers."""
    say, settings = writer.say, row.settings
    between = translate(N_("; "), writer.language)
    match row.mode:
        case Mode.SCORE:
            scale = {"low": settings.scale_low, "high": settings.scale_high, "step": settings.scale_step}
            told = {name: points(value) for name, value in scale.items()}
            found = [(say(N_("Scale")), say(N_("%(low)s to %(high)s in steps of %(step)s"), **told))]
            weights = [f"{clean(one.name.in_(short))} × {one.weight}" for one in settings.criteria]
            return found + ([(say(N_("Criteria")), between.join(weights))] if weights else [])
        case Mode.TOKENS:
            return [(say(N_("Chips a juror")), str(settings.chips))]
        case Mode.RANK:
            return [(say(N_("Tiers")), between.join(clean(one.name.in_(short)) for one in settings.tiers))]
    return []


def _round(writer: _Writer, row: RoundFacts) -> list[Part]:
    session, say = writer.session, writer.say
    short = "zh" if writer.language.startswith("zh") else "en"
    covered = judging.coverage(session, row.contest_id, row.number)
    on_panel = [one for one in covered if one.left_at is None]
    missing = sum(one.progress.remaining for one in on_panel)
    remarked = judging.flagged(session, row.id)
    held = session.scalar(
        select(func.count()).select_from(RoundEntry).where(RoundEntry.round_id == row.id, RoundEntry.held)
    )
    facts = [
        (say(N_("Mode")), say(MODES[row.mode])),
        *_marks(writer, row, short),
        (say(N_("Works")), str(judging.set_size(session, row.id))),
        (say(N_("Which works")), _came(writer, row)),
        (say(N_("Jurors for each work")), str(row.settings.quorum or say(N_("all")))),
        (say(N_("Counted by")), say(AGGREGATORS[row.settings.aggregator])),
        (
            say(N_("Ties at a prize line")),
            translate(N_("; "), writer.language).join(say(TIE_METHODS[one]) for one in row.settings.ties),
        ),
        (say(N_("Opened")), writer.at(row.opened_at) if row.opened_at else "–"),
        (say(N_("Closed")), writer.at(row.closed_at) if row.closed_at else "–"),
        (say(N_("Marks given")), f"{sum(one.progress.scored for one in covered)}"),
        (say(N_("Marks missing")), f"{missing}"),
        (say(N_("Conflicts declared")), f"{sum(one.progress.recused for one in covered)}"),
        (say(N_("Works with remarks")), f"{len(remarked)}"),
        (say(N_("Works on hold")), f"{held}"),
    ]
    if row.close_reason:
        facts.append((say(N_("Closed without them because")), clean(row.close_reason)))
    if row.reopenings:
        facts.append((say(N_("Opened again, times")), f"{row.reopenings}"))
        facts.append((say(N_("The last time because")), clean(row.reopen_reason)))
    facts += [
        (say(N_("Left the round")), f"{writer.who(one.juror_id)}: {clean(one.left_reason)}")
        for one in covered
        if one.left_at is not None
    ]
    name = clean(row.name.in_(short))
    parts = [
        _heading(say(N_("Round %(number)s"), number=row.number) + (f" · {name}" if name else "")),
        {"kind": "facts", "rows": [[label, value] for label, value in facts]},
        _text(say(N_("Fingerprint of the seed, fixed before the first vote, and root of all votes:"))),
        {"kind": "hash", "text": row.seed_commitment},
        {"kind": "hash", "text": row.root or "–"},
    ]
    items = [one for one in judging.table_items(session, row.id) if one.decided_at is not None]
    if items:
        parts += [
            _text(say(N_("What the panel deliberated:"))),
            _table(
                [say(N_("No.")), say(N_("Question")), say(N_("Votes cast")), say(N_("Decision, by whom and why"))],
                [_item(writer, one) for one in items],
                [0.5, 2.2, 1.6, 3],
            ),
        ]
    notes = judging.notes(session, row.id)
    if notes:
        written = [[writer.at(one.at), writer.who(one.author_id), clean(one.text)] for one in notes]
        parts.append(_table([say(N_("When")), say(N_("Who")), say(N_("Note"))], written, [1.6, 1, 3.4]))
    seal = judging.table_seal(session, row.id)
    if seal is not None:
        parts += [
            _text(say(N_("Fingerprint of the last line said at the table; it covers all lines before it:"))),
            {"kind": "hash", "text": seal},
        ]
    return parts


def _item(writer: _Writer, item: Item[UUID]) -> list[str]:
    def called(name: str) -> str:
        return writer.say(ANSWERS[name]) if name in ANSWERS else writer.code(UUID(hex=name))

    works = ", ".join(writer.code(entry_id) for entry_id in item.entry_ids)
    votes = item.outcome
    counted = "" if votes is None else ", ".join(f"{called(name)} {count}" for name, count in votes.counts)
    decided = " → ".join(called(name) for name in item.decision)
    if not decided:
        decided = writer.say(N_("looked at")) if item.kind is Question.DISCUSS else writer.say(N_("set aside"))
    return [
        str(item.number),
        clean(f"{item.question} {works}".strip()),
        counted or "–",
        clean(f"{decided}. {writer.who(item.decided_by)}: {item.reason}"),
    ]


def _ties(writer: _Writer) -> list[Part]:
    """Tell what was said about ties while prizes were given; a way that left all equal did not decide."""
    newest = select(func.max(ResultSet.version)).where(ResultSet.contest_id == writer.contest.id).scalar_subquery()
    rows = writer.session.scalars(
        select(TieRuling)
        .join(ResultSet, ResultSet.id == TieRuling.result_set_id)
        .where(ResultSet.contest_id == writer.contest.id, ResultSet.version == newest)
        .order_by(TieRuling.ruled_at)
    ).all()
    if not rows:
        return []
    told = [
        [
            str(row.rank),
            " → ".join(" = ".join(writer.code(UUID(hex=one)) for one in group) for group in row.order),
            clean(f"{writer.say(TIE_METHODS[row.method])} · {writer.who(row.ruled_by)} {row.reason}"),
        ]
        for row in rows
    ]
    head = [writer.say(word) for word in (N_("Rank"), N_("Order decided"), N_("By which way, by whom and why"))]
    return [_heading(writer.say(N_("Ties"))), _table(head, told, [0.6, 2, 3])]


def _prizes(writer: _Writer, short: str) -> list[Part]:
    record = announced(writer.session, writer.contest.id)
    if record is None:
        return []
    tiers = {tier.key: clean(tier.name.in_(short)) for tier in record.tiers}
    rows = [
        [tiers[work.tier], work.number, clean(work.title.in_(short)), clean(work.author.in_(short))]
        for work in record.works
        if work.tier is not None
    ]
    head = [writer.say(word) for word in (N_("Prize"), N_("Number"), N_("Title"), N_("Author"))]
    return [_heading(writer.say(N_("The result"))), _table(head, rows, [1.4, 1, 2.4, 1.6])]
