"""What a juror does with a ballot; each act is one line of her ledger."""

from contest.judging.actions.votes.casting import cast, favourite, skip
from contest.judging.actions.votes.flagging import flag
from contest.judging.actions.votes.recusing import SIDES, recuse
from contest.judging.actions.votes.undoing import undo

__all__ = ["SIDES", "cast", "favourite", "flag", "recuse", "skip", "undo"]
