"""Forms of entries: shape only; rules check meaning."""

from dataclasses import dataclass, replace
from typing import Final
from uuid import UUID

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from contest.calls.queries import CategoryFacts
from contest.entries.actions import AuthorGiven, Text
from contest.entries.models import EntryState, OriginalVerdict, PairVerdict
from contest.entries.queries import OPEN, AuthorFacts, EntryFacts, Filters, PairFilters, Relation, TextFacts
from contest.entries.rules import (
    CAPTION_CHARACTERS_MAX,
    NAME_CHARACTERS_MAX,
    PLACE_CHARACTERS_MAX,
    REASON_CHARACTERS_MAX,
    TITLE_CHARACTERS_MAX,
)
from contest.kernel.bilingual import Bilingual
from contest.kernel.countries import country_code, country_name
from contest.web.forms import DayField

HERSELF: Final = "self"
SOMEBODY_NEW: Final = "new"
_TOO_LONG = _l("At most %(max)d characters, please.")


def _line(label: str, most: int, **attributes: str) -> StringField:
    return StringField(label, [Length(max=most, message=_TOO_LONG)], render_kw={"maxlength": most, **attributes})


class AuthorForm(FlaskForm):
    """Whose pictures they are. ``author`` is shown to delegates only; a photographer enters her own."""

    author = SelectField(_l("Author"), validate_choice=False)
    author_zh = _line(_l("Author’s name in Chinese"), NAME_CHARACTERS_MAX, lang="zh-CN", autocomplete="off")
    author_en = _line(_l("Author’s name in English"), NAME_CHARACTERS_MAX, lang="en", autocomplete="off")

    author_country = _line(_l("Country or region"), NAME_CHARACTERS_MAX, autocomplete="country-name")

    def offer_authors(self, authors: list[AuthorFacts], language: str) -> None:
        """Offer a unit's authors besides the person herself and a new name."""
        self.author.choices = [
            (HERSELF, str(_l("Myself"))),
            *((str(author.id), author.name.in_(language)) for author in authors if author.person_id is None),
            (SOMEBODY_NEW, str(_l("A new author, named below"))),
        ]

    def author_given(self, *, is_delegate: bool) -> AuthorGiven:
        """Give whom it names, see `author_from`; a country that was not asked for stays as it is.

        Raises:
            Invalid: ``country.unknown``.
        """
        name = Bilingual(self.author_zh.data or "", self.author_en.data or "")
        given = author_from(self.author.data or HERSELF, name, is_delegate=is_delegate)
        asked = self.author_country.data
        return given if asked is None else replace(given, country=country_code(asked))


def author_from(chosen: str, name: Bilingual, *, is_delegate: bool) -> AuthorGiven:
    """Understand whom somebody means.

    Args:
        chosen: `HERSELF`, `SOMEBODY_NEW` or the id of one of the unit's authors; what is none of these counts as an
            author that the unit does not have.
        name: What was typed. A delegate who types a name means somebody new, even where the choice was forgotten;
            a photographer says how her own name is printed.
    """
    if chosen not in {HERSELF, SOMEBODY_NEW}:
        return AuthorGiven(author_id=_id(chosen))
    if chosen == SOMEBODY_NEW or (is_delegate and name):
        return AuthorGiven(is_new=True, name=name)
    return AuthorGiven(name=name)


class HandInForm(AuthorForm):
    """New works: their category and author; the files come beside it."""

    category = SelectField(_l("Category"), validate_choice=False)

    def offer(self, categories: list[CategoryFacts], language: str) -> None:
        """Offer the contest's categories."""
        self.category.choices = [(str(one.id), one.name.in_(language)) for one in categories]

    def category_id(self) -> UUID | None:
        """Give the chosen category, None for none."""
        return _id(self.category.data) if self.category.data else None


class EntryForm(HandInForm):
    """What is written about an entry."""

    title_zh = _line(_l("Title in Chinese"), TITLE_CHARACTERS_MAX, lang="zh-CN")
    title_en = _line(_l("Title in English"), TITLE_CHARACTERS_MAX, lang="en")
    caption = TextAreaField(
        _l("Caption"),
        [Length(max=CAPTION_CHARACTERS_MAX, message=_TOO_LONG)],
        render_kw={"rows": 4, "maxlength": CAPTION_CHARACTERS_MAX},
    )
    place = _line(_l("Place"), PLACE_CHARACTERS_MAX)
    declared = BooleanField(
        _l("The author took these pictures and holds the rights; I accept the rules and licence.")
    )

    def fill(self, entry: EntryFacts, *, is_delegate: bool, language: str) -> None:
        """Show what was saved; to a delegate the name's fields are for new authors and stay empty."""
        self.category.data = str(entry.category.id)
        self.author.data = HERSELF if entry.author.person_id is not None else str(entry.author.id)
        if not is_delegate:
            self.author_zh.data, self.author_en.data = entry.author.name
            self.author_country.data = country_name(entry.author.country).in_(language)
        self.title_zh.data, self.title_en.data = entry.title
        self.caption.data, self.place.data = entry.caption, entry.place
        self.declared.data = entry.number is not None

    def text(self) -> Text:
        """Give what was typed."""
        return Text(
            title=Bilingual(self.title_zh.data or "", self.title_en.data or ""),
            caption=self.caption.data or "",
            place=self.place.data or "",
            category_id=self.category_id(),
        )


class DueForm(FlaskForm):
    """Until when something is to be sent."""

    due_on = DayField(_l("Until the end of"), [InputRequired(_l("Please fill this in."))])


class VerdictForm(FlaskForm):
    """What an original shows."""

    verdict = RadioField(
        _l("Verdict"),
        [InputRequired(_l("Choose one."))],
        choices=[
            SelectChoice(str(OriginalVerdict.SAME), _l("The same photograph, edited within the rules")),
            SelectChoice(str(OriginalVerdict.DIFFERS), _l("Another photograph, or edited against the rules")),
            SelectChoice(str(OriginalVerdict.NOT_SENT), _l("Not sent")),
        ],
    )
    note = TextAreaField(
        _l("Note"),
        [Length(max=REASON_CHARACTERS_MAX, message=_TOO_LONG)],
        render_kw={"rows": 2, "maxlength": REASON_CHARACTERS_MAX},
    )

    def taken(self) -> OriginalVerdict:
        """Give the verdict."""
        return OriginalVerdict(self.verdict.data)


class ReasonForm(FlaskForm):
    """Why something is decided."""

    reason = TextAreaField(
        _l("Reason"),
        [Length(max=REASON_CHARACTERS_MAX, message=_TOO_LONG)],
        render_kw={"rows": 3, "maxlength": REASON_CHARACTERS_MAX},
    )

    def taken(self) -> str:
        """Give what was typed."""
        return self.reason.data or ""


class NoteForm(FlaskForm):
    """What there is to say about a decision."""

    note = TextAreaField(
        _l("Note"),
        [Length(max=REASON_CHARACTERS_MAX, message=_TOO_LONG)],
        render_kw={"rows": 2, "maxlength": REASON_CHARACTERS_MAX},
    )


class TextForm(FlaskForm):
    """What jurors may read of a work."""

    title_zh = _line(_l("Title in Chinese"), TITLE_CHARACTERS_MAX, lang="zh-CN")
    title_en = _line(_l("Title in English"), TITLE_CHARACTERS_MAX, lang="en")
    caption = TextAreaField(
        _l("Caption"),
        [Length(max=CAPTION_CHARACTERS_MAX, message=_TOO_LONG)],
        render_kw={"rows": 3, "maxlength": CAPTION_CHARACTERS_MAX},
    )

    @classmethod
    def of(cls, text: TextFacts) -> "TextForm":
        """Fill the form with what was handed in, or released."""
        title_zh, title_en = text.title
        return cls(formdata=None, data={"title_zh": title_zh, "title_en": title_en, "caption": text.caption})


class PressForm(FlaskForm):
    """Nothing but the button."""


@dataclass(frozen=True, kw_only=True)
class FilterTyped:
    """What an address asks of the table; what cannot be understood is left out."""

    filters: Filters
    page: int


def filters_from(args: dict[str, str]) -> FilterTyped:
    """Read the table's filters from an address; a mistyped one filters nothing rather than failing."""
    states = {str(state): state for state in EntryState}
    severity = args.get("finding", "")
    return FilterTyped(
        filters=Filters(
            state=states.get(args.get("state", "")),
            category=args.get("category", "")[:8],
            unit_id=_id_or_none(args.get("unit", "")),
            severity=severity if severity in {"open", "reject", "flag", "note", "none"} else "",
            text=args.get("q", "").strip()[:100],
        ),
        page=_page(args),
    )


def pair_filters_from(args: dict[str, str]) -> tuple[PairFilters, int]:
    """Read the queue's filters and page from an address, as `filters_from` does; it shows open pairs unless told."""
    relations = {str(relation): relation for relation in Relation}
    verdict = args.get("verdict", OPEN)
    filters = PairFilters(
        relation=relations.get(args.get("relation", "")),
        verdict="" if verdict == "all" else verdict if verdict in set(PairVerdict) else OPEN,
    )
    return filters, _page(args)


def _page(args: dict[str, str]) -> int:
    page = args.get("page", "1")
    return int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1  # noqa: PLR2004 - no table is that long


def _id(text: str) -> UUID:
    """Read an id; one that is none becomes the id that nothing has."""
    return _id_or_none(text) or UUID(int=0)


def _id_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
