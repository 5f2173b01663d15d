"""What changes in judging: rounds open and close, jurors act on their ballots."""

from contest.judging.actions.reminders import REMINDER_JOB, remind
from contest.judging.actions.rounds import close, draft, open_round, pause, reopen, reschedule, resume, seal
from contest.judging.actions.votes import cast, favourite, flag, recuse, skip, undo

__all__ = [
    "REMINDER_JOB",
    "cast",
    "close",
    "draft",
    "favourite",
    "flag",
    "open_round",
    "pause",
    "recuse",
    "remind",
    "reopen",
    "reschedule",
    "resume",
    "seal",
    "skip",
    "undo",
]
