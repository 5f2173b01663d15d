"""The preflight's report as a page of its own, to keep and to send along: HTML in either language, and JSON."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask_babel import force_locale

from contest.publishing.queries import Signatures
from contest.publishing.sentences import COLOURS, DERIVED, EDITIONS, remarks

LANGUAGES: Final = {"zh_Hans": "zh-CN", "en": "en"}
UNSIGNED: Final = Signatures(accepted={}, released=None)


def report_page(
    report: Mapping[str, Any], *, app: Flask, language: str, zone: str, signed: Signatures = UNSIGNED
) -> str:
    """Render a report as HTML that needs nothing beside it.

    Args:
        report: What ``AlbumReport.to_dict`` gave.
        app: Renders the page; nothing is asked of it but its templates and texts.
        language: "zh_Hans" or "en".
        zone: In which moments are told.
        signed: Who accepted its warnings, and who released it.
    """
    found = remarks(report["findings"], language)
    with app.app_context(), force_locale(language):
        return app.jinja_env.get_template("publishing/report.html").render(
            report=report,
            errors=[each for each in found if each.severity == "error"],
            warnings=[each for each in found if each.severity == "warning"],
            built_at=datetime.fromisoformat(report["built_at"]),
            signed=signed,
            zone=zone,
            html_lang=LANGUAGES[language],
            editions=EDITIONS,
            derived=DERIVED,
            colours=COLOURS,
        )


def write_report(report: Mapping[str, Any], folder: Path, *, app: Flask, zone: str) -> None:
    """Write a report into a folder: preflight.html, preflight.en.html and preflight.json; replaced when there.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for language, name in (("zh_Hans", "preflight.html"), ("en", "preflight.en.html")):
        page = report_page(report, app=app, language=language, zone=zone)
        (folder / name).write_text(page, encoding="utf-8")
    text = json.dumps(report, ensure_ascii=False, sort_keys=True, indent=1)
    (folder / "preflight.json").write_text(text, encoding="utf-8")
