"""What changes in judging: rounds open and close, jurors act on their ballots."""

from contest.judging.actions.advancing import (
    Choices,
    Judged,
    advance,
    advance_preview,
    choices,
    judged,
    pick_mark,
)
from contest.judging.actions.deliberation import answer, ask, decide, note, reveal
from contest.judging.actions.drafts import discard, draft, edit, plan_rounds
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
from contest.judging.actions.paper import take_paper
from contest.judging.actions.reminders import REMINDER_JOB, remind
from contest.judging.actions.rounds import close, open_round, pause, reopen, reschedule, resume, seal
from contest.judging.actions.votes import cast, favourite, flag, recuse, skip, undo

__all__ = [
    "REMINDER_JOB",
    "Choices",
    "Judged",
    "add_juror",
    "advance",
    "advance_preview",
    "answer",
    "ask",
    "cast",
    "choices",
    "close",
    "decide",
    "discard",
    "draft",
    "drop_juror",
    "edit",
    "favourite",
    "flag",
    "hold",
    "judged",
    "late_entries",
    "limit_juror",
    "note",
    "open_round",
    "pause",
    "pick_mark",
    "plan_rounds",
    "recuse",
    "release",
    "remind",
    "reopen",
    "reschedule",
    "resolve_flags",
    "resume",
    "return_juror",
    "reveal",
    "seal",
    "set_quorum",
    "skip",
    "swap_juror",
    "take_paper",
    "undo",
]
