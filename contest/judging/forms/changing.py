"""Forms that change a running round, and those of deliberation, paper and planning."""

from datetime import datetime
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, Regexp

from contest.calls.rules import moment_of
from contest.judging.forms.bounds import WHOLE
from contest.judging.rules.deliberation import Question
from contest.web.forms import DayField

SEAT_DIGITS: Final = 6


class TimeForm(FlaskForm):
    """The moment from which votes are refused; both empty for none."""

    day = DayField(_l("Judging ends on"), [Optional()])
    clock = StringField(
        _l("Time of day"),
        [Optional(), Regexp(r"([01]?\d|2[0-4]):[0-5]\d", message=_l("Give a time between 00:00 and 24:00."))],
        default="24:00",
        render_kw={"inputmode": "numeric", "size": 5},
    )

    def taken(self, zone: str) -> datetime | None:
        """Give the moment in the contest's zone, or None for no end.

        Raises:
            Invalid: ``date.unusable``.
        """
        return None if self.day.data is None else moment_of(self.day.data, self.clock.data or "24:00", zone=zone)


class CloseForm(FlaskForm):
    """Closing the round; the reason is needed while marks are missing."""

    reason = TextAreaField(
        _l("Why do you close without them?"),
        [Length(max=500, message=_l("At most %(max)d characters, please."))],
        render_kw={"rows": 2},
    )

    def taken(self) -> str:
        """Give the reason, empty where none was needed."""
        return (self.reason.data or "").strip()


def _reason(label: Any) -> TextAreaField:
    return TextAreaField(
        label,
        [
            InputRequired(_l("Please fill this in.")),
            Length(max=500, message=_l("At most %(max)d characters, please.")),
        ],
        render_kw={"rows": 2},
    )


class ReasonForm(FlaskForm):
    """An act on a round that needs a reason in words."""

    reason = _reason(_l("Why?"))


class SeatForm(FlaskForm):
    """Which juror of the round a change is about, by her seat's number."""

    seat = HiddenField()

    def taken_seat(self) -> int:
        """Give the seat; 0, which none has, where it was meddled with."""
        given = self.seat.data or ""
        return int(given) if given.isascii() and given.isdecimal() and len(given) < SEAT_DIGITS else 0


class LeaveForm(SeatForm):
    """A juror leaves the round; somebody may take her place."""

    reason = _reason(_l("Why does she leave?"))
    instead = SelectField(_l("In her place"), [Optional()])


class LimitForm(SeatForm):
    """The most works that a juror takes."""

    limit = IntegerField(_l("Works at most; empty for an even share"), [Optional(), WHOLE])


class JoinForm(FlaskForm):
    """Somebody who votes in the contest gets a part in the round."""

    juror = SelectField(_l("Juror"))


class QuorumForm(FlaskForm):
    """How many jurors judge each work."""

    quorum = IntegerField(_l("Jurors for each work; empty for everybody"), [Optional(), WHOLE])


class RemarkForm(FlaskForm):
    """What becomes of a work that jurors pointed out."""

    work = HiddenField()
    resolution = _reason(_l("What was found and decided?"))


class AskForm(FlaskForm):
    """What the chair puts before the panel; the works come as ``work``, one value each."""

    kind = SelectField(
        _l("Ask the panel"),
        choices=[
            SelectChoice(Question.KEEP, _l("does this work stay in?")),
            SelectChoice(Question.CHOOSE, _l("which of these is best?")),
            SelectChoice(Question.ORDER, _l("in which order do these stand?")),
            SelectChoice(Question.DISCUSS, _l("nothing: look at them together")),
        ],
    )
    question = StringField(_l("In your words"), [Length(max=1000, message=_l("At most %(max)d characters, please."))])


class WordsForm(FlaskForm):
    """Words that are written down: a decision's reason, a line of the minutes."""

    words = TextAreaField(
        _l("How, and why?"),
        [
            InputRequired(_l("Please fill this in.")),
            Length(max=1000, message=_l("At most %(max)d characters, please.")),
        ],
        render_kw={"rows": 2},
    )


class SheetForm(FlaskForm):
    """A sheet of marks, as a file."""

    sheet = FileField(_l("Sheet of marks (CSV or XLSX)"), [FileRequired(_l("Choose the file first."))])


class PlanForm(FlaskForm):
    """Which way to judge, and whether each category is judged by itself."""

    preset = SelectField(_l("Way to judge"), [InputRequired(_l("Choose one of the ways to judge in the list."))])
    by_category = BooleanField(_l("Judge every category by itself; each then has all the prizes"))
