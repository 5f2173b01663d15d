"""Forms of the jury desk."""

from datetime import datetime

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional, Regexp

from contest.calls.rules import moment_of
from contest.web.forms import DayField


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
