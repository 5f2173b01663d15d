"""Which works go on."""

from decimal import Decimal
from typing import Any, Final
from unicodedata import normalize
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    SelectField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import Length, Optional, StopValidation

from contest.judging.forms.bounds import MARK
from contest.judging.rules.advance import By, Rule
from contest.web.forms import NumberField

# Some ten thousand codes.
LIST_LENGTH_MAX: Final = 60_000


def _number_unless_listed(form: Any, field: Any) -> None:
    """Ask for the number wherever a number says which works go on."""
    if form.by.data != By.HAND and not any(field.raw_data or ()):
        field.errors = []  # that it is no number either need not be said
        raise StopValidation(_l("Please fill this in."))


class AdvanceForm(FlaskForm):
    """Which works go on; sent by GET for the dry run, by POST for the act."""

    by = SelectField(
        _l("Go on"),
        choices=[
            SelectChoice(str(By.TOP), _l("the best, so many")),
            SelectChoice(str(By.SHARE), _l("the best, so many percent")),
            SelectChoice(str(By.THRESHOLD), _l("all from a score on")),
            SelectChoice(str(By.PICKED), _l("all that so many jurors chose")),
            SelectChoice(str(By.HAND), _l("the works of a list")),
            SelectChoice(str(By.TIED), _l("only those that tie at a place, for another vote")),
        ],
    )
    number = NumberField(
        _l("Number, percent, score, jurors or place"), [_number_unless_listed, Optional(), MARK], places=None
    )
    works = TextAreaField(_l("Codes of the works on the list"), [Length(max=LIST_LENGTH_MAX)], render_kw={"rows": 3})
    rescue_percent = NumberField(_l("And each juror's own best, in percent"), [Optional(), MARK], places=None)

    def codes(self) -> list[str]:
        """Give the codes on the list, as they are compared."""
        return normalize("NFKC", self.works.data or "").upper().replace(",", " ").replace(";", " ").split()

    def taken(self, *, mark: int, entries: tuple[UUID, ...] = ()) -> Rule:
        """Give the rule.

        Args:
            mark: What counts as chosen, in hundredths of a point.
            entries: The works of the list.
        """
        number = self.number.data or Decimal(0)
        by = By(self.by.data)
        return Rule(
            by=by,
            points=float(number) if by is By.THRESHOLD else 0.0,
            count=int(number) if by in {By.TOP, By.TIED} else 0,
            percent=float(number) if by is By.SHARE else 0.0,
            jurors=int(number) if by is By.PICKED else 0,
            mark=mark if by is By.PICKED else 0,
            entries=entries if by is By.HAND else (),
            rescue_percent=float(self.rescue_percent.data or 0),
        )
