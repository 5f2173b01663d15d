"""What all forms share: an error of our own beside the field that caused it, and the focus on the first one."""

from flask_wtf import FlaskForm
from wtforms import Field

from contest.kernel.errors import ContestError
from contest.web.language import language
from contest.web.sentences import sentence


def tell(field: Field, error: ContestError) -> None:
    """Show what went wrong, in the reader's language, beside a field."""
    field.errors = [*field.errors, sentence(error.code, error.facts, language())]


def focus_first_wrong(form: FlaskForm) -> None:
    """Let the page open with the focus on the first field that is wrong."""
    wrong = next((field for field in form if field.errors), None)
    if wrong is not None:
        wrong.render_kw = {**(wrong.render_kw or {}), "autofocus": True}
