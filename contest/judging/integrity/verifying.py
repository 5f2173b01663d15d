"""What of a record holds, and what does not."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from contest.judging.integrity.recounting import ranking_rows, recount
from contest.judging.integrity.shape import (
    FORMAT,
    PROOF_FORMAT,
    PUBLIC_TERMS,
    Form,
    RecordLine,
    RecordSaid,
    RecordVote,
    signed_text,
)
from contest.judging.rules.deliberation import Item, Said, TableAct, after
from contest.judging.rules.ledger import FIRST_SEAL, commitment, first_broken, merkle_root, root_by_path
from contest.judging.rules.settings import POINT
from contest.kernel.errors import ContestError, Invalid

# What reading a file raises that has something else in a place than a record has there.
_DAMAGED: Final = (
    LookupError,
    TypeError,
    ValueError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    ContestError,
)


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that was checked.

    Attributes:
        code: Which; `sentences.CHECKS` says in words what it means when it holds, fails or cannot be known.
        holds: None where this form of the record does not hold what it takes.
        facts: What the words name: the round, the juror's letter, a line's number.
    """

    code: str
    holds: bool | None
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """All checks of a record."""

    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Tell whether nothing that could be checked failed."""
        return all(one.holds is not False for one in self.checks)


def verify(
    raw: Any, *, is_signed: Callable[[str, str, str], bool], key: str | None = None, roots: Collection[str] = ()
) -> Verdict:
    """Check all that a record says against itself.

    Args:
        raw: The parsed JSON.
        is_signed: Tells whether a text, a signature and a public key go together.
        key: The public key that is known from elsewhere; without it nobody knows who signed.
        roots: Roots that are known from elsewhere, each of some round.

    Raises:
        Invalid: ``record.not_one``, this is no record of this format.
    """
    if not isinstance(raw, dict) or raw.get("format") not in (FORMAT, PROOF_FORMAT):
        raise Invalid("record.not_one")
    try:
        proves = raw["format"] == PROOF_FORMAT
        own = {one["root"] for one in ([raw] if proves else raw["rounds"])}
        return Verdict(
            checks=(
                *_signature_checks(raw, is_signed, key),
                *(Check(code="given_root", holds=root in own, facts={"root": root}) for root in roots),
                *(_proof_checks(raw) if proves else _checks(raw)),
            )
        )
    except _DAMAGED as damaged:
        raise Invalid("record.not_one") from damaged


def _signature_checks(
    raw: Mapping[str, Any], is_signed: Callable[[str, str, str], bool], key: str | None
) -> Iterator[Check]:
    text = signed_text(raw)
    text.encode()  # half a character, as JSON's escapes can name, could be neither signed nor told
    yield Check(code="signature", holds=is_signed(text, raw["signature"], raw["public_key"]))
    holds = None if key is None else raw["public_key"] == key
    yield Check(code="key", holds=holds, facts={"public_key": raw["public_key"]})


def _proof_checks(raw: Mapping[str, Any]) -> Iterator[Check]:
    """Check one juror's votes against the root: hers are among those that were counted."""
    facts = {"round": raw["round"], "root": raw["root"], "votes": len(raw["votes"])}
    found = {
        root_by_path(RecordVote._make(one["vote"]).leaf, place=one["place"], size=raw["size"], path=one["path"])
        for one in raw["votes"]
    }
    yield Check(code="proof", holds=found <= {raw["root"]}, facts=facts)


def _checks(raw: Mapping[str, Any]) -> Iterator[Check]:
    is_full = Form(raw["form"]) is Form.FULL
    numbers = [int(one["number"]) for one in raw["rounds"]]
    if not numbers or len(set(numbers)) < len(numbers):
        yield Check(code="rounds", holds=False)
    for one in raw["rounds"]:
        facts = {"round": int(one["number"])}
        shown = {term["kind"] for term in one["terms"] if term["text"] is not None}
        if not shown.issuperset(_KEEPS if is_full else PUBLIC_TERMS):
            yield Check(code="terms", holds=False, facts=facts)
        for term in one["terms"]:
            at = datetime.fromisoformat(term["at"]).isoformat()
            yield Check(code=f"term_{term['kind']}", holds=_term_holds(one, term), facts={**facts, "at": at})
        digests = ", ".join((one["seed_commitment"], *(term["digest"] for term in one["terms"])))
        yield Check(code="page", holds=None, facts={**facts, "root": one["root"], "digests": digests})
        seed = hashlib.sha256(one["seed"].encode()).hexdigest() == one["seed_commitment"]
        yield Check(code="seed", holds=seed, facts=facts)
        if is_full:
            yield from _ledger_checks(one, facts)
            yield _table_check(one, facts)
            root = merkle_root([RecordVote._make(vote).leaf for vote in one["votes"]])
            yield Check(code="root", holds=root == one["root"], facts=facts)
            left_out = sorted(number for _token, number, counts in one["entries"] if not counts)
            if left_out:
                yield Check(code="left_out", holds=None, facts={**facts, "numbers": ", ".join(left_out)})
            again = ranking_rows(recount(raw["rounds"], one["number"]))
            yield Check(code="ranking", holds=again == one["ranking"], facts=facts)
        else:
            yield Check(code="means", holds=_means_hold(one), facts=facts)
            hidden = ("ledger_all", *(["table"] if one["questions"] else []), "root", "ranking")
            for code in hidden:
                yield Check(code=code, holds=None, facts=facts)


def _term_holds(round_: Mapping[str, Any], term: Mapping[str, Any]) -> bool | None:
    """Tell whether a term is what was committed to, and whether the rest of the record keeps to the latest one."""
    keeps = _KEEPS[term["kind"]]
    if term["text"] is None:
        return None
    if commitment(term["text"], term["salt"]) != term["digest"]:
        return False
    is_latest = term["seq"] == max(one["seq"] for one in round_["terms"] if one["kind"] == term["kind"])
    return not is_latest or keeps(round_, json.loads(term["text"]))


def _keeps_rules(round_: Mapping[str, Any], told: Mapping[str, Any]) -> bool:
    """Tell whether the round is as it was promised; which earlier votes come in, and who wins, follows from that."""
    pooled, settings = round_["pooled"], round_["settings"]
    return (
        all(told[name] == round_[name] for name in _PROMISED)
        and pooled == (sorted({*pooled, round_["number"]}) if settings["pooled"] else [round_["number"]])
        and pooled[-1] == round_["number"]
        and settings["winners"] in {None, round_["top"]}
    )


def _keeps_entries(round_: Mapping[str, Any], told: Any) -> bool:
    """Tell whether the works are those of the list; one written down before numbers stood in it has none."""
    numbers = {token: number for token, number, _counts in round_["entries"]}
    return {token for token, *_rest in told} == numbers.keys() and all(
        [numbers[token]] == more for token, _fingerprint, *more in told if more
    )


def _keeps_jurors(round_: Mapping[str, Any], told: Any) -> bool:
    """Tell whether who sits there at the end has a letter of her own; who left before may have voted too."""
    letters = [letter for letter, _zh, _en in told]
    return len(letters) == len(set(letters)) and set(letters) <= {ledger["juror"] for ledger in round_["ledgers"]}


_PROMISED: Final = ("number", "mode", "category", "settings", "source", "seed_commitment")
_KEEPS: Final[Mapping[str, Callable[[Mapping[str, Any], Any], bool]]] = {
    "rules": _keeps_rules,
    "entries": _keeps_entries,
    "jurors": _keeps_jurors,
}


def _ledger_checks(round_: Mapping[str, Any], facts: Mapping[str, Any]) -> Iterator[Check]:
    """Check each juror's chain, and that its last word on every ballot is the vote that was counted."""
    standing = defaultdict[str, dict[UUID, int]](dict)
    for vote in map(RecordVote._make, round_["votes"]):
        if vote.score is not None:
            standing[vote.juror][UUID(hex=vote.ballot)] = vote.score
    told = {ledger["juror"] for ledger in round_["ledgers"]}
    broken = [(letter, 1) for letter in sorted(standing.keys() - told)]
    for ledger in round_["ledgers"]:
        lines = [RecordLine._make(line) for line in ledger["lines"]]
        sheet_id = UUID(hex=ledger["sheet"])
        line = first_broken([(one.of(sheet_id), one.seal) for one in lines], standing[ledger["juror"]])
        if line is not None:
            broken.append((ledger["juror"], line))
    for letter, line in broken:
        yield Check(code="ledger", holds=False, facts={**facts, "juror": letter, "line": line})
    lines_count = sum(len(ledger["lines"]) for ledger in round_["ledgers"])
    yield Check(code="ledger_all", holds=not broken, facts={**facts, "lines": lines_count})


def _table_check(round_: Mapping[str, Any], facts: Mapping[str, Any]) -> Check:
    """Check the chain of what was said at the table, and that each line could be said where it stands."""
    lines = [RecordSaid._make(line) for line in round_["table"]]
    tokens = {token for token, _number, _counts in round_["entries"]}
    letters = {ledger["juror"] for ledger in round_["ledgers"]}
    items, previous = dict[int, Item[str]](), FIRST_SEAL
    for expected, line in enumerate(lines, start=1):
        is_sealed = line.seq == expected and line.sealed(previous, round_number=round_["number"]) == line
        if not (is_sealed and _fits(line.said, items, tokens=tokens, letters=letters)):
            return Check(code="table", holds=False, facts={**facts, "line": expected})
        previous = line.seal
    if not lines:
        return Check(code="table_empty", holds=None, facts=facts)
    return Check(code="table", holds=True, facts={**facts, "lines": len(lines), "seal": previous})


def _fits(said: Said[str], items: dict[int, Item[str]], *, tokens: Collection[str], letters: Collection[str]) -> bool:
    """Take one more line of a table; False where it could not be said then, by her, of these works."""
    if said.act is TableAct.NOTE:
        return True
    if said.act is TableAct.ASK:
        is_open = any(one.decided_at is None for one in items.values())
        if is_open or said.item != len(items) + 1 or not set(said.choice) <= set(tokens):
            return False
    if said.act is TableAct.ANSWER and said.by not in letters:
        return False
    try:
        items[said.item] = after(items.get(said.item), said)
    except ContestError:
        return False
    return True


def _means_hold(round_: Mapping[str, Any]) -> bool | None:
    """Check the raw means against the sorted scores; None where they are of more than this round's marks."""
    if round_["mode"] in {"pairs", "tokens"} or round_["pooled"] != [round_["number"]]:
        return None
    rounding = Fraction(1, 10**6)
    for token, _rank, _official, raw, count in round_["ranking"]:
        scores = round_["scores"].get(token, [])
        if len(scores) != count or (scores and abs(Fraction(sum(scores), POINT * count) - Fraction(raw)) > rounding):
            return False
    return True
