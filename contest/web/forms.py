"""What all forms share: days, numbers, our own errors beside the field that caused them, the focus on the first."""

from collections.abc import Sequence
from typing import Any, Final

from flask import flash
from flask_wtf import FlaskForm
from flask_wtf.i18n import translations
from wtforms import DateField, DecimalField, Field, Form
from wtforms.form import BaseForm

from contest.kernel.errors import ContestError
from contest.web.language import language
from contest.web.sentences import sentence

# At the ends of the calendar, arithmetic on moments overflows; no contest is held there.
YEARS: Final = range(1800, 2200)


class DayField(DateField):
    """A field for a day of an ordinary year."""

    data: Any

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the day.

        Raises:
            ValueError: there is no such day, or its year is none of `YEARS`.
        """
        super().process_formdata(valuelist)
        if self.data is not None and self.data.year not in YEARS:
            self.data = None
            raise ValueError(self.gettext("Not a valid date value."))


class NumberField(DecimalField):
    """A field for a finite number."""

    data: Any

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the number.

        Raises:
            ValueError: it is none, or not finite: "sNaN" can be compared with no bound.
        """
        super().process_formdata(valuelist)
        if self.data is not None and not self.data.is_finite():
            self.data = None
            raise ValueError(self.gettext("Not a valid decimal value."))

    def post_validate(self, form: BaseForm, validation_stopped: bool) -> None:  # noqa: ARG002 - WTForms' signature
        """Let the sentence of a bound stand alone where there is one: it says which number to give."""
        of_bounds = [one for one in self.errors if one not in self.process_errors]
        self.errors: Sequence[str] = of_bounds or self.errors


class PartForm(Form):
    """A part of a larger form, which alone has the CSRF token; speaks the reader's language as the whole does."""

    class Meta:
        """Where WTForms looks for its own texts."""

        def get_translations(self, _form: Form) -> Any:
            """Give those of Flask-WTF."""
            return translations


def tell(field: Field, error: ContestError) -> None:
    """Show what went wrong, in the reader's language, beside a field."""
    field.errors = [*field.errors, sentence(error.code, error.facts, language())]


def tell_at_top(form: FlaskForm) -> None:
    """Say at the top of the page what is wrong: the form itself may not be on it any more."""
    for said in dict.fromkeys(str(one) for field in form for one in field.errors):
        flash(said, "bad")


def focus_first_wrong(form: FlaskForm) -> None:
    """Let the page open with the focus on the first field that is wrong."""
    wrong = next((field for field in form if field.errors), None)
    if wrong is not None:
        wrong.render_kw = {**(wrong.render_kw or {}), "autofocus": True}
