"""Forms of the results page."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, SubmitField, TextAreaField
from wtforms.validators import InputRequired, Length

from contest.kernel.errors import Invalid

PLACE: Final = "place-"
RANK_DIGITS_MAX: Final = 9


class RuleForm(FlaskForm):
    """How the jury decided a tie; places come as ``place-`` and a work's handle.

    By handle and not by number, so that a page opened before a work left the contest cannot put others in its place.
    """

    rank = HiddenField()
    way = HiddenField()
    passes = SubmitField(_l("It did not decide: ask the next way"))
    reason = TextAreaField(
        _l("How was it decided?"),
        [
            InputRequired(_l("Say in a few words how the jury decided.")),
            Length(max=1000, message=_l("At most %(max)d characters, please.")),
        ],
        render_kw={"rows": 2},
    )

    def taken_rank(self) -> int:
        """Give the rank that was decided; 0, which none has, where it was meddled with."""
        given = self.rank.data or ""
        return int(given) if given.isdecimal() and len(given) <= RANK_DIGITS_MAX else 0

    def taken(self, handles: Mapping[str, UUID], places: Mapping[str, str]) -> list[UUID]:
        """Give the entries in the order of the places typed for them; none where this way did not decide.

        Args:
            handles: The tied entries by handle.
            places: What was typed, by field.

        Raises:
            Invalid: ``awards.order``, the places are not 1, 2, 3 and so on, each once.
        """
        if self.passes.data:
            return []
        typed = {places.get(f"{PLACE}{handle}", ""): entry_id for handle, entry_id in handles.items()}
        wanted = [str(place) for place in range(1, len(handles) + 1)]
        if typed.keys() != set(wanted):
            raise Invalid("awards.order")
        return [typed[place] for place in wanted]


class ConfirmForm(FlaskForm):
    """An act that cannot be taken back: the contest's short name is typed to confirm it."""

    shown = HiddenField()
    confirmation = StringField(_l("Confirm"), [Length(max=60)], render_kw={"autocomplete": "off"})

    def check(self, expected: str) -> None:
        """Refuse unless the name was typed; raises ``Invalid("awards.not_typed")``."""
        if (self.confirmation.data or "").strip() != expected:
            raise Invalid("awards.not_typed", expected=expected)
