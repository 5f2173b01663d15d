"""The settings of a contest: texts, and in a draft the rules."""

from datetime import date, datetime
from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from contest.calls.forms.fields import (
    LANGUAGES,
    LINE,
    NEEDED,
    PAGE,
    WHOLE,
    Rows,
    bilingual,
    both,
    clock_field,
    lines,
    number_field,
)
from contest.calls.forms.terms import TermsForm, terms_as_kept
from contest.calls.queries import SettingsFacts
from contest.calls.rules import (
    CATEGORIES_MAX,
    CategoryGiven,
    RulesGiven,
    TextsGiven,
    TierGiven,
    day_and_clock,
    moment_of,
)
from contest.inspection.terms import PhotoTerms
from contest.web.forms import DayField, PartForm

EMPTY_ROWS: Final = 2
VERSION_DIGITS_MAX: Final = 9


class TextsForm(FlaskForm):
    """What may be edited until the contest is archived."""

    version = HiddenField()
    name_zh, name_en = both(StringField, LINE)
    edition = StringField(lazy_gettext("Edition or year"), [LINE])
    cup_zh, cup_en = both(StringField, LINE)
    notice_zh, notice_en = both(TextAreaField, PAGE, rows=14)
    hosts_zh, hosts_en = both(TextAreaField, PAGE, rows=3)
    organizers_zh, organizers_en = both(TextAreaField, PAGE, rows=3)
    sponsors_zh, sponsors_en = both(TextAreaField, PAGE, rows=3)
    language = SelectField(lazy_gettext("Language shown first"), choices=LANGUAGES)
    accent = StringField(lazy_gettext("Colour"), [NEEDED], render_kw={"type": "color"})
    judging_until = DayField(lazy_gettext("Judging until the end of"), [Optional()])
    announces_on = DayField(lazy_gettext("Result announced on"), [Optional()])

    def seen_version(self) -> int:
        """Give the version that the page showed; 0, which none has, where it was meddled with."""
        given = self.version.data or ""
        return int(given) if given.isdecimal() and len(given) <= VERSION_DIGITS_MAX else 0

    def taken(self, *, zone: str) -> TextsGiven:
        """Give what was typed; days are those of ``zone``."""
        return TextsGiven(
            language=self.language.data or "",
            name=bilingual(self, "name"),
            edition=(self.edition.data or "").strip(),
            cup=bilingual(self, "cup"),
            notice=bilingual(self, "notice"),
            hosts=lines(self, "hosts"),
            organizers=lines(self, "organizers"),
            sponsors=lines(self, "sponsors"),
            accent=(self.accent.data or "").lower(),
            judging_until=_moment(self.judging_until.data, "24:00", zone),
            announces_at=_moment(self.announces_on.data, "12:00", zone),
        )


class CategoryRow(PartForm):
    """A category; its letter is its place."""

    name_zh, name_en = both(StringField, LINE)


class TierRow(PartForm):
    """A prize tier."""

    key = HiddenField()
    name_zh, name_en = both(StringField, LINE)
    count = IntegerField(lazy_gettext("Works"), [Optional(), WHOLE], render_kw={"inputmode": "numeric", "min": 1})


class RulesForm(TermsForm):
    """What people enter under; part of the settings while the contest is a draft."""

    zone = StringField(lazy_gettext("Time zone"), [NEEDED], render_kw={"list": "zones", "spellcheck": "false"})
    opens_on = DayField(lazy_gettext("Entries open on"), [NEEDED])
    opens_clock = clock_field(lazy_gettext("Time"))
    closes_on = DayField(lazy_gettext("Entries close on"), [NEEDED])
    closes_clock = clock_field(lazy_gettext("Time"))
    grace_minutes = IntegerField(
        lazy_gettext("Minutes for uploads that began in time"),
        [
            InputRequired(),
            NumberRange(min=0, max=240, message=lazy_gettext("Give a whole number from %(min)s to %(max)s.")),
        ],
        render_kw={"inputmode": "numeric", "min": 0},
    )
    entries_per_author = number_field(lazy_gettext("Works per author"))
    awards_per_author = number_field(lazy_gettext("Prizes per author"))
    series_min = IntegerField(lazy_gettext("Pictures in a series, at least"), [NEEDED, WHOLE])
    series_max = IntegerField(lazy_gettext("Pictures in a series, at most"), [NEEDED, WHOLE])
    one_person = BooleanField(lazy_gettext("One organizer may settle the result and announce it"))
    licence_zh, licence_en = both(TextAreaField, PAGE, rows=6)
    categories = Rows(FormField(CategoryRow), max_entries=CATEGORIES_MAX)
    tiers = Rows(FormField(TierRow), max_entries=40)

    def taken(self, *, before: PhotoTerms) -> RulesGiven:
        """Give what was typed; rows without a name are left out.

        Args:
            before: The terms as kept, for what this form does not ask.

        Raises:
            Invalid: ``date.unusable``, and as `TermsForm.terms`.
        """
        zone = self.zone.data or ""
        return RulesGiven(
            zone=zone,
            opens_at=moment_of(self.opens_on.data, self.opens_clock.data or "", zone=zone),
            closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone),
            grace_minutes=self.grace_minutes.data or 0,
            terms=self.terms(before=before),
            entries_per_author=self.entries_per_author.data,
            awards_per_author=self.awards_per_author.data,
            series_min=self.series_min.data or 1,
            series_max=self.series_max.data or 1,
            one_person=bool(self.one_person.data),
            licence=bilingual(self, "licence"),
            categories=tuple(
                CategoryGiven(name=bilingual(row.form, "name"))
                for row in self.categories
                if bilingual(row.form, "name")
            ),
            tiers=tuple(
                TierGiven(
                    key=row.form.key.data or "", name=bilingual(row.form, "name"), count=row.form.count.data or 0
                )
                for row in self.tiers
                if bilingual(row.form, "name") or row.form.count.data
            ),
        )


def texts_as_kept(kept: SettingsFacts) -> dict[str, Any]:
    """Give the values with which `TextsForm` opens."""
    texts, zone = kept.texts, kept.rules.zone
    values: dict[str, Any] = {
        "version": str(kept.version),
        "edition": texts.edition,
        "language": texts.language,
        "accent": texts.accent,
        "judging_until": _day(texts.judging_until, zone, is_end=True),
        "announces_on": _day(texts.announces_at, zone, is_end=False),
    }
    for name in ("name", "cup", "notice", "hosts", "organizers", "sponsors"):
        values[f"{name}_zh"], values[f"{name}_en"] = getattr(texts, name)
    return values


def rules_as_kept(rules: RulesGiven) -> dict[str, Any]:
    """Give the values with which `RulesForm` opens, with empty rows for more categories and tiers."""
    opens_on, opens_clock = day_and_clock(rules.opens_at, zone=rules.zone, is_end=False)
    closes_on, closes_clock = day_and_clock(rules.closes_at, zone=rules.zone, is_end=True)
    return {
        "zone": rules.zone,
        "opens_on": opens_on,
        "opens_clock": opens_clock,
        "closes_on": closes_on,
        "closes_clock": closes_clock,
        "grace_minutes": rules.grace_minutes,
        **terms_as_kept(rules.terms),
        "entries_per_author": rules.entries_per_author,
        "awards_per_author": rules.awards_per_author,
        "series_min": rules.series_min,
        "series_max": rules.series_max,
        "one_person": rules.one_person,
        "licence_zh": rules.licence.zh,
        "licence_en": rules.licence.en,
        "categories": [
            *({"name_zh": one.name.zh, "name_en": one.name.en} for one in rules.categories),
            *({} for _ in range(EMPTY_ROWS)),
        ],
        "tiers": [
            *(
                {"key": one.key, "name_zh": one.name.zh, "name_en": one.name.en, "count": one.count}
                for one in rules.tiers
            ),
            *({} for _ in range(EMPTY_ROWS)),
        ],
    }


def _moment(day: date | None, clock: str, zone: str) -> datetime | None:
    return None if day is None else moment_of(day, clock, zone=zone)


def _day(at: datetime | None, zone: str, *, is_end: bool) -> date | None:
    return None if at is None else day_and_clock(at, zone=zone, is_end=is_end)[0]
