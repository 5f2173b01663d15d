"""A new contest, a later deadline, and acts that need a reason."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField, StringField, TextAreaField

from contest.calls.forms.fields import LANGUAGES, LINE, NEEDED, bilingual, both, clock_field
from contest.calls.rules import moment_of
from contest.kernel.bilingual import Bilingual
from contest.web.forms import DayField


@dataclass(frozen=True, kw_only=True)
class ContestTyped:
    """A new contest."""

    preset: str
    short_name: str
    name: Bilingual
    language: str
    zone: str
    opens_at: datetime
    closes_at: datetime


class OpenForm(FlaskForm):
    """A new contest from a preset."""

    preset = RadioField(lazy_gettext("Start from"), [NEEDED])
    name_zh, name_en = both(StringField, LINE)
    short_name = StringField(
        lazy_gettext("Short name, for addresses"),
        [NEEDED],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    language = SelectField(lazy_gettext("Language shown first"), choices=LANGUAGES)
    zone = StringField(lazy_gettext("Time zone"), [NEEDED], render_kw={"list": "zones", "spellcheck": "false"})
    opens_on = DayField(lazy_gettext("Entries open on"), [NEEDED])
    opens_clock = clock_field(lazy_gettext("Time"))
    closes_on = DayField(lazy_gettext("Entries close on"), [NEEDED])
    closes_clock = clock_field(lazy_gettext("Time"))

    def taken(self) -> ContestTyped:
        """Give what was typed.

        Raises:
            Invalid: ``date.unusable``.
        """
        zone = self.zone.data or ""
        return ContestTyped(
            preset=self.preset.data or "",
            short_name=(self.short_name.data or "").strip(),
            name=bilingual(self, "name"),
            language=self.language.data or "",
            zone=zone,
            opens_at=moment_of(self.opens_on.data, self.opens_clock.data or "", zone=zone),
            closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone),
        )


@dataclass(frozen=True, kw_only=True)
class DeadlineTyped:
    """A later end of the window for entries."""

    closes_at: datetime


class DeadlineForm(FlaskForm):
    """A later deadline."""

    closes_on = DayField(lazy_gettext("Entries close on"), [NEEDED])
    closes_clock = clock_field(lazy_gettext("Time"))

    def taken(self, *, zone: str) -> DeadlineTyped:
        """Give what was typed.

        Raises:
            Invalid: ``date.unusable``.
        """
        return DeadlineTyped(closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone))


class ReasonForm(FlaskForm):
    """Why something is done that others will ask about; the action checks it."""

    reason = TextAreaField(lazy_gettext("Why?"), render_kw={"rows": 2, "required": True})
