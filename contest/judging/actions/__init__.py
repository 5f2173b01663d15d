"""What changes in judging: rounds open and close, jurors act on their ballots."""

from contest.judging.actions.reminders import REMINDER_JOB, remind
from contest.judging.actions.rounds import close, open_round, pause, reschedule, resume, seal
from contest.judging.actions.votes import cast, recuse, skip, undo

__all__ = [
    "REMINDER_JOB",
    "cast",
    "close",
    "open_round",
    "pause",
    "recuse",
    "remind",
    "reschedule",
    "resume",
    "seal",
    "skip",
    "undo",
]
