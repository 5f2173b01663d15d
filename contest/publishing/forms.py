"""Forms of publishing: what an organizer decides about an album, and what its own texts are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    FloatField,
    FormField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from contest.awards.record import JurorRecord
from contest.calls.forms.fields import LINE, NEEDED, PAGE, Rows, bilingual, both
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.design import FORMATS, MULTIPLES
from contest.publishing.album.editions import INK_LIMITS, LEAVES_MM
from contest.publishing.album.options import SECTIONS, AlbumOptions, AlbumTexts, Comment
from contest.publishing.drafts import Draft
from contest.publishing.queries import PrinterOrder
from contest.web.forms import DayField, PartForm
from contest.web.services import now

COLOPHON_MAX: Final = 40
COMMENTS_MAX: Final = 8
JURORS_MAX: Final = 200
EMPTY_ROWS: Final = 2
REASON: Final = Length(max=500, message=lazy_gettext("At most %(max)d characters, please."))
PAIRS: Final = ("preface", "preface_by", "afterword", "afterword_by", "epigraph")

THEMES: Final = [
    SelectChoice("gallery", lazy_gettext("Gallery: white paper, wide margins, one work to a page at the top")),
    SelectChoice("black", lazy_gettext("Black card: photographs on a near-black ground")),
    SelectChoice("press", lazy_gettext("Newspaper: several works to a page, the sponsors along the foot")),
]
LANGUAGES: Final = [
    SelectChoice("both", lazy_gettext("Chinese and English, the contest’s own language first")),
    SelectChoice("zh", lazy_gettext("Chinese only")),
    SelectChoice("en", lazy_gettext("English only")),
]
SECTION_NAMES: Final = {
    "half_title": lazy_gettext("Half title"),
    "organizers": lazy_gettext("Hosts, organizers, sponsors"),
    "preface": lazy_gettext("Preface"),
    "notice": lazy_gettext("Call for entries"),
    "jury": lazy_gettext("Jury"),
    "figures": lazy_gettext("The contest in figures"),
    "awards": lazy_gettext("List of awards"),
    "statistics": lazy_gettext("Statistics by section and country"),
    "authors": lazy_gettext("Index of authors"),
    "countries": lazy_gettext("Authors by country"),
    "afterword": lazy_gettext("Afterword"),
}


def _between(least: float, most: float) -> list[Any]:
    message = lazy_gettext("Give a number from %(min)s to %(max)s.")
    return [InputRequired(message=message % {"min": least, "max": most}), NumberRange(least, most, message=message)]


class SeenForm(FlaskForm):
    """A change of an album; ``seen`` is the number of the draft that the page showed."""

    seen = HiddenField()

    def seen_number(self) -> int:
        """Give it; -1, which no draft has, where it was meddled with."""
        given = self.seen.data or ""
        return int(given) if given.isdecimal() and len(given) < 10 else -1  # noqa: PLR2004 - more than anybody changes


class LookForm(SeenForm):
    """How the book looks, what is in it, and what its printer asks for."""

    theme = RadioField(lazy_gettext("Theme"), choices=THEMES)
    size = SelectField(lazy_gettext("Format, trimmed"))
    language = SelectField(lazy_gettext("Language of the book"), choices=LANGUAGES)
    sections = SelectMultipleField(
        lazy_gettext("Sections"),
        choices=[SelectChoice(*each) for each in SECTION_NAMES.items()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    shows_camera = BooleanField(lazy_gettext("Captions name the camera"))
    multiple = SelectField(
        lazy_gettext("Pages are a multiple of"),
        coerce=int,
        choices=[SelectChoice(each, str(each)) for each in MULTIPLES],
    )
    bleed_mm = FloatField(lazy_gettext("Bleed, in mm"), _between(0, 10), render_kw={"inputmode": "decimal"})
    marks = BooleanField(lazy_gettext("Crop marks, outside the bleed"))
    profile = SelectField(lazy_gettext("Colour profile of the press"))
    ink_limit_percent = IntegerField(
        lazy_gettext("Most ink, in percent"), _between(*INK_LIMITS), render_kw={"inputmode": "numeric"}
    )
    leaf_mm = FloatField(
        lazy_gettext("Thickness of a leaf of paper, in mm"), _between(*LEAVES_MM), render_kw={"inputmode": "decimal"}
    )
    only_inks = BooleanField(lazy_gettext("The cover, too, all in printing inks (PDF/X-1a)"))

    def offer(self, draft: Draft, profiles: Iterable[tuple[str, str]]) -> None:
        """Offer the formats, and the profiles that this contest's printers gave, by digest and name."""
        design = draft.options.design
        sizes = dict.fromkeys([*FORMATS, (design.width_mm, design.height_mm)])
        self.size.choices = [SelectChoice(_size(*each), f"{each[0]:g} × {each[1]:g} mm") for each in sizes]
        usual = gettext("FOGRA39, coated paper: right where the printer names none")
        self.profile.choices = [SelectChoice("", usual), *(SelectChoice(*each) for each in profiles)]

    def taken(self, before: Draft) -> tuple[AlbumOptions, PrinterOrder]:
        """Give what was chosen; what this form does not ask stays as it is."""
        options = before.options
        width, height = map(float, self.size.data.split("x"))
        design = replace(
            options.design,
            theme=self.theme.data,
            width_mm=width,
            height_mm=height,
            multiple=self.multiple.data,
            bleed_mm=self.bleed_mm.data,
            marks=self.marks.data,
        )
        without = tuple(each for each in SECTIONS if each not in (self.sections.data or ()))
        texts = replace(options.texts, without=without, shows_camera=self.shows_camera.data)
        printer = PrinterOrder(
            profile=self.profile.data,
            ink_limit_percent=self.ink_limit_percent.data,
            leaf_mm=self.leaf_mm.data,
            only_inks=self.only_inks.data,
        )
        return replace(options, design=design, language=self.language.data, texts=texts), printer


def look_as_kept(draft: Draft) -> dict[str, Any]:
    """Give the fields of a `LookForm` as they are kept."""
    options, printer = draft.options, draft.printer
    design = options.design
    return {
        "seen": draft.number,
        "theme": design.theme,
        "size": _size(design.width_mm, design.height_mm),
        "language": options.language,
        "sections": [each for each in SECTIONS if each not in options.texts.without],
        "shows_camera": options.texts.shows_camera,
        "multiple": design.multiple,
        "bleed_mm": design.bleed_mm,
        "marks": design.marks,
        "profile": printer.profile,
        "ink_limit_percent": printer.ink_limit_percent,
        "leaf_mm": printer.leaf_mm,
        "only_inks": printer.only_inks,
    }


def _size(width_mm: float, height_mm: float) -> str:
    return f"{width_mm:g}x{height_mm:g}"


class ProfileForm(SeenForm):
    """A printer's ICC profile."""

    file = FileField(
        lazy_gettext("The printer’s ICC profile (.icc)"),
        [FileRequired(message=lazy_gettext("Choose the file that the printer gave you."))],
        render_kw={"accept": ".icc,.icm"},
    )


class ColophonRow(PartForm):
    """A line of the colophon."""

    name_zh, name_en = both(StringField, LINE)
    text_zh, text_en = both(StringField, LINE)


class StatementRow(PartForm):
    """What one juror says; ``name`` as in the record."""

    name = HiddenField()
    text_zh, text_en = both(TextAreaField, PAGE, rows=4)


class TextsForm(SeenForm):
    """The book's own texts."""

    preface_zh, preface_en = both(TextAreaField, PAGE, rows=8)
    preface_by_zh, preface_by_en = both(StringField, LINE)
    afterword_zh, afterword_en = both(TextAreaField, PAGE, rows=8)
    afterword_by_zh, afterword_by_en = both(StringField, LINE)
    epigraph_zh, epigraph_en = both(TextAreaField, LINE, rows=2)
    colophon = Rows(FormField(ColophonRow), max_entries=COLOPHON_MAX)
    statements = Rows(FormField(StatementRow), max_entries=JURORS_MAX)

    def taken(self, before: AlbumTexts) -> AlbumTexts:
        """Give what was typed; empty lines of the colophon and empty statements are left out."""
        rows = [(bilingual(row.form, "name"), bilingual(row.form, "text")) for row in self.colophon]
        said = {row.form["name"].data or "": bilingual(row.form, "text") for row in self.statements}
        return replace(
            before,
            preface=bilingual(self, "preface"),
            preface_by=bilingual(self, "preface_by"),
            afterword=bilingual(self, "afterword"),
            afterword_by=bilingual(self, "afterword_by"),
            epigraph=bilingual(self, "epigraph"),
            colophon=tuple((name, text) for name, text in rows if name or text),
            statements={name: text for name, text in said.items() if text},
        )


def texts_as_kept(draft: Draft, jury: Sequence[JurorRecord]) -> dict[str, Any]:
    """Give the fields of a `TextsForm` as they are kept, with a few empty lines and every juror."""
    texts = draft.options.texts
    pairs = {name: getattr(texts, name) for name in PAIRS}
    blank = (Bilingual(), Bilingual())
    colophon = [*texts.colophon, *(blank,) * EMPTY_ROWS][:COLOPHON_MAX]
    jurors = [juror.name.zh or juror.name.en for juror in jury]
    return {
        "seen": draft.number,
        **{f"{name}_zh": pair.zh for name, pair in pairs.items()},
        **{f"{name}_en": pair.en for name, pair in pairs.items()},
        "colophon": [{**_pair("name", name), **_pair("text", text)} for name, text in colophon],
        "statements": [{"name": name, **_pair("text", texts.statements.get(name, Bilingual()))} for name in jurors],
    }


class CommentRow(PartForm):
    """What one juror says of a work, and who."""

    text_zh, text_en = both(TextAreaField, PAGE, rows=3)
    by_zh, by_en = both(StringField, LINE)


class CommentsForm(SeenForm):
    """Jurors' words on one work."""

    comments = Rows(FormField(CommentRow), max_entries=COMMENTS_MAX)

    def taken(self) -> tuple[Comment, ...]:
        """Give what was typed; a comment without a text is left out."""
        rows = [Comment(text=bilingual(row.form, "text"), by=bilingual(row.form, "by")) for row in self.comments]
        return tuple(comment for comment in rows if comment.text)


def comments_as_kept(draft: Draft, work: str) -> dict[str, Any]:
    """Give the fields of a `CommentsForm` as they are kept, with an empty one."""
    known = draft.options.texts.comments.get(work, ())
    comments = [*known, Comment(text=Bilingual())][:COMMENTS_MAX]
    return {
        "seen": draft.number,
        "comments": [{**_pair("text", each.text), **_pair("by", each.by)} for each in comments],
    }


class ConsentForm(FlaskForm):
    """A consent to print that came on paper; a row of its own for each work."""

    given_by = StringField(lazy_gettext("Who consented, as on the paper"), [NEEDED, LINE])
    given_on = DayField(lazy_gettext("On which day"), [NEEDED])
    note = StringField(lazy_gettext("How, and where the paper is kept"), [LINE])

    def validate_given_on(self, given_on: DayField) -> None:
        """Refuse a day that is still to come anywhere on earth."""
        if given_on.data is not None and given_on.data > (now() + timedelta(hours=14)).date():
            raise ValidationError(lazy_gettext("This day is still to come. Give the day on which it was signed."))


class AcceptForm(FlaskForm):
    """Warnings that somebody takes upon themselves, by the findings' keys."""

    reason = TextAreaField(lazy_gettext("Why it may be printed all the same"), [REASON], render_kw={"rows": 2})


def _pair(name: str, text: Bilingual) -> dict[str, str]:
    return {f"{name}_zh": text.zh, f"{name}_en": text.en}
