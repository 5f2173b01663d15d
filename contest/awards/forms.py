"""Forms of the results page."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from contest.kernel.errors import Invalid

PLACE: Final = "place-"


class RuleForm(FlaskForm):
    """How the jury decided a tie; places come as ``place-0``, ``place-1`` ... in the order of the tie's entries."""

    rank = HiddenField()
    reason = TextAreaField(
        _l("How was it decided?"),
        [
            InputRequired(_l("Say in a few words how the jury decided.")),
            Length(max=1000, message=_l("At most %(max)d characters, please.")),
        ],
        render_kw={"rows": 2},
    )

    def taken(self, entry_ids: Sequence[UUID], places: Mapping[str, str]) -> list[UUID]:
        """Give the entries in the order of the places typed for them.

        Raises:
            Invalid: ``awards.order``, the places are not 1, 2, 3 and so on, each once.
        """
        typed = [places.get(f"{PLACE}{number}", "") for number in range(len(entry_ids))]
        wanted = [str(place) for place in range(1, len(entry_ids) + 1)]
        if sorted(typed) != sorted(wanted):
            raise Invalid("awards.order")
        return [entry_ids[typed.index(place)] for place in wanted]


class ConfirmForm(FlaskForm):
    """An act that cannot be taken back: the contest's short name is typed to confirm it."""

    confirmation = StringField(_l("Confirm"), [Length(max=60)], render_kw={"autocomplete": "off"})

    def check(self, expected: str) -> None:
        """Refuse unless the name was typed; raises ``Invalid("awards.not_typed")``."""
        if (self.confirmation.data or "").strip() != expected:
            raise Invalid("awards.not_typed", expected=expected)
