"""The settings of a contest: texts, and in a draft the rules."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from contest.calls.forms.fields import (
    LANGUAGES,
    LINE,
    NEEDED,
    PAGE,
    WHOLE,
    Rows,
    bilingual,
    both,
    chosen,
    clock_field,
    lines,
    number_field,
)
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

MIB: Final = 1024 * 1024
FORMATS: Final = [
    SelectChoice("jpeg", "JPEG"),
    SelectChoice("png", "PNG"),
    SelectChoice("tiff", "TIFF"),
    SelectChoice("webp", "WebP"),
]
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


class RulesForm(PartForm):
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
    formats = SelectMultipleField(
        lazy_gettext("File formats"),
        [chosen],
        choices=FORMATS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    mib_min = number_field(lazy_gettext("Smallest file, MB"))
    mib_max = number_field(lazy_gettext("Largest file, MB"))
    long_side_min_px = number_field(lazy_gettext("Long side at least, px"))
    long_side_max_px = number_field(lazy_gettext("Long side at most, px"))
    short_side_min_px = number_field(lazy_gettext("Short side at least, px"))
    captured_from = DayField(lazy_gettext("Taken on or after"), [Optional()])
    captured_last = DayField(lazy_gettext("Taken on or before"), [Optional()])
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
            Invalid: ``date.unusable``.
        """
        zone = self.zone.data or ""
        last = self.captured_last.data
        return RulesGiven(
            zone=zone,
            opens_at=moment_of(self.opens_on.data, self.opens_clock.data or "", zone=zone),
            closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone),
            grace_minutes=self.grace_minutes.data or 0,
            terms=replace(
                before,
                formats=tuple(self.formats.data or ()),
                bytes_min=_bytes(self.mib_min.data),
                bytes_max=_bytes(self.mib_max.data),
                long_side_min_px=self.long_side_min_px.data,
                long_side_max_px=self.long_side_max_px.data,
                short_side_min_px=self.short_side_min_px.data,
                captured_from=self.captured_from.data,
                captured_until=None if last is None else last + timedelta(days=1),
            ),
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
    terms = rules.terms
    opens_on, opens_clock = day_and_clock(rules.opens_at, zone=rules.zone, is_end=False)
    closes_on, closes_clock = day_and_clock(rules.closes_at, zone=rules.zone, is_end=True)
    last = terms.captured_until
    return {
        "zone": rules.zone,
        "opens_on": opens_on,
        "opens_clock": opens_clock,
        "closes_on": closes_on,
        "closes_clock": closes_clock,
        "grace_minutes": rules.grace_minutes,
        "formats": list(terms.formats),
        "mib_min": terms.bytes_min and terms.bytes_min // MIB,
        "mib_max": terms.bytes_max and terms.bytes_max // MIB,
        "long_side_min_px": terms.long_side_min_px,
        "long_side_max_px": terms.long_side_max_px,
        "short_side_min_px": terms.short_side_min_px,
        "captured_from": terms.captured_from,
        "captured_last": None if last is None else last - timedelta(days=1),
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


def _bytes(mib: int | None) -> int | None:
    return None if mib is None else mib * MIB
