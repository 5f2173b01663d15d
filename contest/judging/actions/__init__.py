"""What changes in judging: rounds open and close, jurors act on their ballots."""

from contest.judging.actions.panel import (
    add_juror,
    drop_juror,
    hold,
    late_entries,
    limit_juror,
    release,
    resolve_flags,
    return_juror,
    set_quorum,
    swap_juror,
)
from contest.judging.actions.reminders import REMINDER_JOB, remind
from contest.judging.actions.rounds import close, draft, open_round, pause, reopen, reschedule, resume, seal
from contest.judging.actions.votes import cast, favourite, flag, recuse, skip, undo

__all__ = [
    "REMINDER_JOB",
    "add_juror",
    "cast",
    "close",
    "draft",
    "drop_juror",
    "favourite",
    "flag",
    "hold",
    "late_entries",
    "limit_juror",
    "open_round",
    "pause",
    "recuse",
    "release",
    "remind",
    "reopen",
    "reschedule",
    "resolve_flags",
    "resume",
    "return_juror",
    "seal",
    "set_quorum",
    "skip",
    "swap_juror",
    "undo",
]
