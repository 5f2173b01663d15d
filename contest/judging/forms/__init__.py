"""Forms of the jury desk."""

from contest.judging.forms.advancing import AdvanceForm
from contest.judging.forms.changing import (
    AskForm,
    CloseForm,
    JoinForm,
    LeaveForm,
    LimitForm,
    PlanForm,
    QuorumForm,
    ReasonForm,
    RemarkForm,
    SeatForm,
    SheetForm,
    TimeForm,
    WordsForm,
)
from contest.judging.forms.settings import RoundForm

__all__ = [
    "AdvanceForm",
    "AskForm",
    "CloseForm",
    "JoinForm",
    "LeaveForm",
    "LimitForm",
    "PlanForm",
    "QuorumForm",
    "ReasonForm",
    "RemarkForm",
    "RoundForm",
    "SeatForm",
    "SheetForm",
    "TimeForm",
    "WordsForm",
]
