"""The reader's language: what was chosen, else the person's, else the contest's, else the browser's."""

from functools import cache

from babel import Locale
from flask import Flask, g, request
from flask_babel import Babel, get_locale

from contest.kernel.bilingual import Bilingual
from contest.web.services import services

COOKIE = "language"


def speak(app: Flask) -> None:
    """Make pages of ``app`` speak the reader's language; `said` gives a bilingual text in it."""
    Babel(app, locale_selector=_select, default_translation_directories=app.config["TRANSLATIONS"])
    app.jinja_env.filters["said"] = said


def said(text: Bilingual) -> str:
    """Give a bilingual text in the reader's language, or in the other one where it exists only there."""
    return text.in_(language())


def language() -> str:
    """Give the language of this answer: "zh_Hans" or "en"."""
    return _written(get_locale())


@cache
def _written(locale: Locale) -> str:
    """Write a locale; Babel puts it together anew each time, and a page asks dozens of times."""
    return str(locale)


def html_language() -> str:
    """Give the language of this answer as HTML and HTTP write it."""
    return "zh-CN" if language().startswith("zh") else "en"


def _select() -> str:
    known = services().settings.languages
    standing = g.get("standing")
    wished = [request.cookies.get(COOKIE)]
    if standing is not None:
        wished += [standing.person and standing.person.language, standing.contest and standing.contest.language]
    for choice in wished:
        if choice in known:
            return str(choice)
    asked = request.accept_languages.best_match(["zh", "zh-CN", "zh-Hans", "en"])
    if asked is None:
        return known[0]
    return "zh_Hans" if asked.startswith("zh") else "en"
