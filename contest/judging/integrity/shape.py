"""What stands in a record, and what of it everybody may see.

A record is one JSON object of one of two forms: "full", for auditors, has every vote under the jurors' letters,
their ledgers, and all that was committed to; "public" has each work's scores in sorted order, so that nobody can
tell whose is whose, and shows of the commitments only the rules and the seed. docs/reference/record.md lists the
fields.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

from contest.judging.rules.deliberation import Item, Question, Said, TableAct, told
from contest.judging.rules.ledger import LedgerLine, canonical, seal, vote_leaf

FORMAT: Final = "contest-judging-record-1"
# One juror's own votes, with what leads from each to the root that is public.
PROOF_FORMAT: Final = "contest-judging-proof-1"
# Kinds of `models.BallotKind`, written out because a record outlives the tables.
PRACTICE: Final = "practice"
REPEAT: Final = "repeat"
# A ballot that says nothing. It has its leaf like any other, or the tree's size would tell a juror how many votes
# there are besides her own, and a leaf's place how many judged the same work.
UNSAID: Final = "unsaid"
# Of the terms only these are shown to everybody.
PUBLIC_TERMS: Final = frozenset({"rules"})


class Form(StrEnum):
    """Who a record is for."""

    FULL = "full"
    PUBLIC = "public"


class RecordVote(NamedTuple):
    """One ballot, as it stands in the full form, in this order.

    Attributes:
        ballot: Its id, hexadecimal; the ledgers speak of it.
        juror: Her letter.
        entry, rival: Tokens of the works.
        kind: "counted", "practice" or "repeat"; "unsaid" without a vote, also where she recused herself.
        score: In hundredths of a point; None for a work without a chip.
        position: Its place in the juror's order, from 0.
        hour: When it was cast, "2026-12-03T04"; "" where it was not.
        nonce: Hides the other leaves when one is shown; the leaves are sorted by it.
    """

    ballot: str
    juror: str
    entry: str
    rival: str | None
    kind: str
    score: int | None
    position: int
    hour: str
    nonce: str

    @property
    def leaf(self) -> str:
        """Give the vote as the tree holds it."""
        return vote_leaf(self.juror, self.entry, self.rival, self.kind, self.score, self.hour, self.nonce)


class RecordLine(NamedTuple):
    """One line of a juror's ledger, as it stands in the full form, in this order; see `models.ScoreLine`."""

    seq: int
    ballot: str
    kind: str
    act: str
    score: int | None
    previous_score: int | None
    marks: Mapping[str, int] | None
    viewed_ms: int | None
    reason: str
    scored: int
    recused: int
    below: int
    at: str
    request_key: str
    seal: str

    def of(self, sheet_id: UUID) -> LedgerLine:
        """Give the line as its seal covers it."""
        return LedgerLine(
            sheet_id=sheet_id,
            seq=self.seq,
            ballot_id=UUID(hex=self.ballot),
            kind=self.kind,
            act=self.act,
            score=self.score,
            previous_score=self.previous_score,
            marks=self.marks,
            viewed_ms=self.viewed_ms,
            reason=self.reason,
            scored=self.scored,
            recused=self.recused,
            below=self.below,
            at=datetime.fromisoformat(self.at),
            request_key=self.request_key,
        )


class RecordSaid(NamedTuple):
    """One line of what was said at a round's table, as it stands in the full form, in this order.

    Attributes:
        by: The juror's letter; "" for whoever had no seat on the panel.
        choice: As in `rules.deliberation.Said`; works as tokens.
        salt: Keeps an answer from being guessed from the seal, which the minutes show before the answers are.
        seal: Over the line before it; the first is sealed over `rules.ledger.FIRST_SEAL`.
    """

    seq: int
    act: str
    item: int
    kind: str | None
    by: str
    choice: Sequence[str]
    words: str
    at: str
    salt: str
    seal: str

    def sealed(self, previous_seal: str, *, round_number: int) -> "RecordSaid":
        """Give the line with the seal that it ought to have."""
        return self._replace(seal=seal(previous_seal, (round_number, *self[:-1])))

    @property
    def said(self) -> Said[str]:
        """Give what the line says."""
        return Said(
            act=TableAct(self.act),
            item=self.item,
            by=self.by,
            kind=None if self.kind is None else Question(self.kind),
            choice=self.choice,
            words=self.words,
            at=datetime.fromisoformat(self.at),
        )


def public_form(record: Mapping[str, Any]) -> dict[str, Any]:
    """Make of a full record what everybody may see; not signed yet."""
    return {**record, "form": str(Form.PUBLIC), "rounds": [_public_round(one) for one in record["rounds"]]}


def _public_round(full: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: value for name, value in full.items() if name not in {"votes", "ledgers", "entries", "table"}}
    scores = defaultdict[str, list[int]](list)
    counting = {token for token, _number, counts in full["entries"] if counts}
    for vote in map(RecordVote._make, full["votes"]):
        if vote.kind not in {PRACTICE, REPEAT} and vote.score is not None and vote.entry in counting:
            scores[vote.entry].append(vote.score)
    winners = {row[0] for row in full["ranking"] if row[1] <= full["top"]}
    shown["scores"] = {token: sorted(given) for token, given in scores.items()}
    shown["numbers"] = {token: number for token, number, _counts in full["entries"] if token in winners}
    shown["questions"] = [_public_item(one) for one in told(RecordSaid._make(line).said for line in full["table"])]
    shown["terms"] = [
        term if term["kind"] in PUBLIC_TERMS else {**term, "text": None, "salt": None} for term in full["terms"]
    ]
    return shown


def _public_item(item: Item[str]) -> dict[str, Any]:
    """Show what was asked and decided, and how many answered what; not who, nor in which words."""
    return {
        "number": item.number,
        "kind": str(item.kind),
        "works": list(item.works),
        "counts": [] if item.outcome is None else [list(count) for count in item.outcome.counts],
        "decision": list(item.decision),
    }


def signed_text(record: Mapping[str, Any]) -> str:
    """Give what a record's signature covers: its canonical JSON without the signature."""
    return canonical({name: value for name, value in record.items() if name != "signature"})
