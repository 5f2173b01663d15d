"""From votes to scores, places, and how sure both are; numpy alone, pure, the same on every machine.

`evaluate` is the one tally: results, desk, `contest verify` and `contest rank` all call it.
"""

from contest.judging.scoring.chance import lot
from contest.judging.scoring.evaluating import evaluate
from contest.judging.scoring.results import (
    AGGREGATORS,
    GATES,
    TIE_METHODS,
    TRIMS,
    Evaluation,
    Method,
    as_plain,
)
from contest.judging.scoring.ties import usual_judgment
from contest.judging.scoring.votes import Vote, Votes

__all__ = [
    "AGGREGATORS",
    "GATES",
    "TIE_METHODS",
    "TRIMS",
    "Evaluation",
    "Method",
    "Vote",
    "Votes",
    "as_plain",
    "evaluate",
    "lot",
    "usual_judgment",
]
