"""Kinds of fields that the forms of a contest share."""

import re
from collections.abc import Iterator
from typing import Any, Final

from flask_babel import lazy_gettext
from wtforms import Field, FieldList, Form, IntegerField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from contest.kernel.bilingual import Bilingual

LANGUAGES: Final = [SelectChoice("zh_Hans", "简体中文"), SelectChoice("en", "English")]

NEEDED = InputRequired(lazy_gettext("Please fill this in."))
LINE = Length(max=200, message=lazy_gettext("At most %(max)d characters, please."))
PAGE = Length(max=20_000, message=lazy_gettext("At most %(max)d characters, please."))
WHOLE = NumberRange(min=1, max=1_000_000, message=lazy_gettext("Give a whole number from %(min)s to %(max)s."))


class Rows(FieldList):
    """Rows of a table; only 0, 1, 2 … count as their numbers.

    WTForms asks `str.isdigit`, which also takes "²", and then fails to read it.
    """

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for name in formdata:
            found = re.match(rf"{re.escape(prefix)}-([0-9]{{1,3}})(?:-|$)", name)
            if found:
                yield int(found[1])


def _zh(**more: Any) -> dict[str, Any]:
    return {"lang": "zh-CN", **more}


def _en(**more: Any) -> dict[str, Any]:
    return {"lang": "en", **more}


def both(kind: type[Any], check: Length, *, rows: int | None = None) -> tuple[Any, Any]:
    """Make the two fields of a text in both languages."""
    size = {} if rows is None else {"rows": rows}
    return (
        kind(lazy_gettext("Chinese"), [check], render_kw=_zh(**size)),
        kind(lazy_gettext("English"), [check], render_kw=_en(**size)),
    )


def clock_field(label: str) -> StringField:
    """Make a field for a time of day; text, since no browser's time field knows 24:00."""
    return StringField(
        label, [NEEDED, Length(max=5)], render_kw={"inputmode": "numeric", "placeholder": "24:00", "maxlength": 5}
    )


def number_field(label: str) -> IntegerField:
    """Make a field for a whole number that may be left empty."""
    return IntegerField(label, [Optional(), WHOLE], render_kw={"inputmode": "numeric", "min": 1})


def chosen(_form: Form, field: Field) -> None:
    """Refuse a list of boxes of which none is ticked; "required" would ask the browser for all of them."""
    if not field.data:
        raise ValidationError(lazy_gettext("Choose at least one."))


def bilingual(form: Any, name: str) -> Bilingual:
    """Read the two fields of a text, without spaces around it."""
    zh, en = form[f"{name}_zh"].data or "", form[f"{name}_en"].data or ""
    return Bilingual(zh.strip().replace("\r\n", "\n"), en.strip().replace("\r\n", "\n"))


def lines(form: Any, name: str) -> Bilingual:
    """Read a list of names, one a line, without empty lines."""
    both = bilingual(form, name)
    return Bilingual(*("\n".join(line.strip() for line in text.split("\n") if line.strip()) for text in both))
