"""A round's result worked out again from nothing but a full record, by the same tally as on the page."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from contest.judging.integrity.shape import PRACTICE, REPEAT, UNSAID, RecordVote
from contest.judging.rules.settings import POINT, Mode
from contest.judging.scoring import Evaluation, Method, Vote, Votes, evaluate


def recount(rounds: Iterable[Mapping[str, Any]], number: int) -> Evaluation:
    """Evaluate the round of this number from the full form's rounds, exactly as `queries.standing` does."""
    by_number = {one["number"]: one for one in rounds}
    asked = by_number[number]
    settings, mode = asked["settings"], Mode(asked["mode"])
    return evaluate(
        Votes.of(
            (vote for pooled in asked["pooled"] for vote in _votes(by_number[pooled], mode)),
            is_random=True,
            low_is_best=mode is Mode.RANK,
        ),
        method=Method(aggregator=settings["aggregator"], trim=settings["trim"], gate=settings["gate"]),
        top=asked["top"],
        seed=asked["seed"],
        ties=settings["ties"],
        ranked={token for token, _number, counts in asked["entries"] if counts},
    )


def ranking_rows(evaluation: Evaluation) -> list[list[Any]]:
    """Write a ranking down to the last bit: token, rank, official score, raw mean, votes; the best first."""
    return [[one.entry, one.rank, repr(one.official), repr(one.raw), one.n] for one in evaluation.entries]


def _votes(round_: Mapping[str, Any], mode: Mode) -> Iterator[Vote]:
    """Give what counts of a round: not practice, on works that are judged and not held."""
    counting = {token for token, _number, counts in round_["entries"] if counts}
    votes: Sequence[RecordVote] = [
        vote
        for vote in map(RecordVote._make, round_["votes"])
        if vote.kind not in {PRACTICE, UNSAID}
        and vote.entry in counting
        and (vote.rival is None or vote.rival in counting)
    ]
    giving = {vote.juror for vote in votes if vote.score} if mode is Mode.TOKENS else frozenset[str]()
    for vote in votes:
        if vote.score is not None or vote.juror in giving:
            yield Vote(
                juror=vote.juror,
                entry=vote.entry,
                score=(vote.score or 0) / POINT,
                round=round_["number"],
                position=vote.position + 1,
                is_repeat=vote.kind == REPEAT,
                rival=vote.rival,
            )
