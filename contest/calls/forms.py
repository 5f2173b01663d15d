"""Forms of a contest: shape only; rules check meaning."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    EmailField,
    FieldList,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from contest.accounts.models import RoleKind
from contest.calls.queries import SettingsFacts
from contest.calls.rules import (
    CategoryGiven,
    RulesGiven,
    TextsGiven,
    TierGiven,
    day_and_clock,
    moment_of,
)
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual

MIB: Final = 1024 * 1024
LANGUAGES: Final = [("zh_Hans", "简体中文"), ("en", "English")]
FORMATS: Final = [("jpeg", "JPEG"), ("png", "PNG"), ("tiff", "TIFF"), ("webp", "WebP")]
EMPTY_ROWS: Final = 2

_needed = InputRequired(_l("Please fill this in."))
_line = Length(max=200, message=_l("At most %(max)d characters, please."))
_page = Length(max=20_000, message=_l("At most %(max)d characters, please."))
_whole = NumberRange(min=1, max=1_000_000, message=_l("Give a whole number from %(min)s to %(max)s."))


def _zh(**more: Any) -> dict[str, Any]:
    return {"lang": "zh-CN", **more}


def _en(**more: Any) -> dict[str, Any]:
    return {"lang": "en", **more}


def _both(kind: type[Any], check: Length, *, rows: int | None = None) -> tuple[Any, Any]:
    """Make the two fields of a text in both languages."""
    size = {} if rows is None else {"rows": rows}
    return (
        kind(_l("Chinese"), [check], render_kw=_zh(**size)),
        kind(_l("English"), [check], render_kw=_en(**size)),
    )


def _clock(label: str) -> StringField:
    return StringField(
        label, [_needed, Length(max=5)], render_kw={"inputmode": "numeric", "placeholder": "24:00", "maxlength": 5}
    )


def _number(label: str) -> IntegerField:
    return IntegerField(label, [Optional(), _whole], render_kw={"inputmode": "numeric", "min": 1})


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

    preset = RadioField(_l("Start from"), [_needed])
    name_zh, name_en = _both(StringField, _line)
    short_name = StringField(
        _l("Short name, for addresses"), [_needed], render_kw={"autocapitalize": "none", "spellcheck": "false"}
    )
    language = SelectField(_l("Language shown first"), choices=LANGUAGES)
    zone = StringField(_l("Time zone"), [_needed], render_kw={"list": "zones", "spellcheck": "false"})
    opens_on = DateField(_l("Entries open on"), [_needed])
    opens_clock = _clock(_l("at"))
    closes_on = DateField(_l("Entries close on"), [_needed])
    closes_clock = _clock(_l("at"))

    def taken(self) -> ContestTyped:
        """Give what was typed.

        Raises:
            Invalid: ``date.unusable``.
        """
        zone = self.zone.data or ""
        return ContestTyped(
            preset=self.preset.data or "",
            short_name=(self.short_name.data or "").strip(),
            name=_bilingual(self, "name"),
            language=self.language.data or "",
            zone=zone,
            opens_at=moment_of(self.opens_on.data, self.opens_clock.data or "", zone=zone),
            closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone),
        )


class TextsForm(FlaskForm):
    """What may be edited until the contest is archived."""

    version = HiddenField()
    name_zh, name_en = _both(StringField, _line)
    edition = StringField(_l("Edition or year"), [_line])
    cup_zh, cup_en = _both(StringField, _line)
    notice_zh, notice_en = _both(TextAreaField, _page, rows=14)
    hosts_zh, hosts_en = _both(TextAreaField, _page, rows=3)
    organizers_zh, organizers_en = _both(TextAreaField, _page, rows=3)
    sponsors_zh, sponsors_en = _both(TextAreaField, _page, rows=3)
    language = SelectField(_l("Language shown first"), choices=LANGUAGES)
    accent = StringField(_l("Colour"), [_needed], render_kw={"type": "color"})
    judging_until = DateField(_l("Judging until the end of"), [Optional()])
    announces_on = DateField(_l("Result announced on"), [Optional()])

    def taken(self, *, zone: str) -> TextsGiven:
        """Give what was typed; days are those of ``zone``."""
        return TextsGiven(
            language=self.language.data or "",
            name=_bilingual(self, "name"),
            edition=(self.edition.data or "").strip(),
            cup=_bilingual(self, "cup"),
            notice=_bilingual(self, "notice"),
            hosts=_lines(self, "hosts"),
            organizers=_lines(self, "organizers"),
            sponsors=_lines(self, "sponsors"),
            accent=(self.accent.data or "").lower(),
            judging_until=_moment(self.judging_until.data, "24:00", zone),
            announces_at=_moment(self.announces_on.data, "12:00", zone),
        )


class CategoryRow(Form):
    """A category; its letter is its place."""

    name_zh, name_en = _both(StringField, _line)


class TierRow(Form):
    """A prize tier."""

    key = HiddenField()
    name_zh, name_en = _both(StringField, _line)
    count = IntegerField(_l("Works"), [Optional(), _whole], render_kw={"inputmode": "numeric", "min": 1})


class RulesForm(Form):
    """What people enter under; part of the settings while the contest is a draft."""

    zone = StringField(_l("Time zone"), [_needed], render_kw={"list": "zones", "spellcheck": "false"})
    opens_on = DateField(_l("Entries open on"), [_needed])
    opens_clock = _clock(_l("at"))
    closes_on = DateField(_l("Entries close on"), [_needed])
    closes_clock = _clock(_l("at"))
    grace_minutes = IntegerField(
        _l("Minutes for uploads that began in time"),
        [InputRequired(), NumberRange(min=0, max=240, message=_l("Give a whole number from %(min)s to %(max)s."))],
        render_kw={"inputmode": "numeric", "min": 0},
    )
    formats = SelectMultipleField(
        _l("File formats"),
        [_needed],
        choices=FORMATS,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    mib_min = _number(_l("Smallest file, MB"))
    mib_max = _number(_l("Largest file, MB"))
    long_side_min_px = _number(_l("Long side at least, px"))
    long_side_max_px = _number(_l("Long side at most, px"))
    short_side_min_px = _number(_l("Short side at least, px"))
    captured_from = DateField(_l("Taken on or after"), [Optional()])
    captured_last = DateField(_l("Taken on or before"), [Optional()])
    entries_per_author = _number(_l("Works per author"))
    awards_per_author = _number(_l("Prizes per author"))
    series_min = IntegerField(_l("Pictures in a series, at least"), [_needed, _whole])
    series_max = IntegerField(_l("at most"), [_needed, _whole])
    one_person = BooleanField(_l("One organizer may settle the result and announce it"))
    licence_zh, licence_en = _both(TextAreaField, _page, rows=6)
    categories = FieldList(FormField(CategoryRow), max_entries=26)
    tiers = FieldList(FormField(TierRow), max_entries=40)

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
            licence=_bilingual(self, "licence"),
            categories=tuple(
                CategoryGiven(name=_bilingual(row.form, "name"))
                for row in self.categories
                if _bilingual(row.form, "name")
            ),
            tiers=tuple(
                TierGiven(
                    key=row.form.key.data or "", name=_bilingual(row.form, "name"), count=row.form.count.data or 0
                )
                for row in self.tiers
                if _bilingual(row.form, "name") or row.form.count.data
            ),
        )


@dataclass(frozen=True, kw_only=True)
class DeadlineTyped:
    """A later end of the window for entries."""

    closes_at: datetime


class DeadlineForm(FlaskForm):
    """A later deadline."""

    closes_on = DateField(_l("Entries close on"), [_needed])
    closes_clock = _clock(_l("at"))

    def taken(self, *, zone: str) -> DeadlineTyped:
        """Give what was typed.

        Raises:
            Invalid: ``date.unusable``.
        """
        return DeadlineTyped(closes_at=moment_of(self.closes_on.data, self.closes_clock.data or "", zone=zone))


@dataclass(frozen=True, kw_only=True)
class RoleTyped:
    """Somebody and a task."""

    kind: RoleKind
    email: str
    name: Bilingual
    title: Bilingual
    unit_id: str


class RoleForm(FlaskForm):
    """Somebody and a task."""

    kind = SelectField(
        _l("Task"),
        choices=[
            (RoleKind.JUROR.value, _l("Juror")),
            (RoleKind.CHAIR.value, _l("Chair of the jury")),
            (RoleKind.SECRETARY.value, _l("Secretary (no vote)")),
            (RoleKind.ORGANIZER.value, _l("Organizer")),
            (RoleKind.DELEGATE.value, _l("Delegate of a unit")),
        ],
    )
    email = EmailField(_l("E-mail address"), [_needed], render_kw={"autocomplete": "off"})
    name_zh, name_en = _both(StringField, _line)
    title_zh, title_en = _both(StringField, _line)
    unit_id = SelectField(_l("Unit"))

    def taken(self) -> RoleTyped:
        """Give what was typed."""
        return RoleTyped(
            kind=RoleKind(self.kind.data),
            email=self.email.data or "",
            name=_bilingual(self, "name"),
            title=_bilingual(self, "title"),
            unit_id=self.unit_id.data or "",
        )


class UnitForm(FlaskForm):
    """A unit's name."""

    unit_zh = StringField(_l("Chinese"), [_line], render_kw=_zh())
    unit_en = StringField(_l("English"), [_line], render_kw=_en())

    def taken(self) -> Bilingual:
        """Give what was typed."""
        return _bilingual(self, "unit")


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


def _bilingual(form: Any, name: str) -> Bilingual:
    zh, en = form[f"{name}_zh"].data or "", form[f"{name}_en"].data or ""
    return Bilingual(zh.strip().replace("\r\n", "\n"), en.strip().replace("\r\n", "\n"))


def _lines(form: Any, name: str) -> Bilingual:
    """Read a list of names, one a line, without empty lines."""
    both = _bilingual(form, name)
    return Bilingual(*("\n".join(line.strip() for line in text.split("\n") if line.strip()) for text in both))


def _moment(day: date | None, clock: str, zone: str) -> datetime | None:
    return None if day is None else moment_of(day, clock, zone=zone)


def _day(at: datetime | None, zone: str, *, is_end: bool) -> date | None:
    return None if at is None else day_and_clock(at, zone=zone, is_end=is_end)[0]


def _bytes(mib: int | None) -> int | None:
    return None if mib is None else mib * MIB
