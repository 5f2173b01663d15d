"""The command `contest verify`: does a judging's record hold? Without the instance, on any machine."""

import json
from pathlib import Path
from typing import Any, Final

import click

from contest.judging import sentences
from contest.judging.integrity import Check, Form, Verdict, verify
from contest.kernel.errors import Invalid, Missing
from contest.platform.signing import is_signed
from contest.settings import Settings
from contest.web.sentences import N_, translate

FOUND_WANTING: Final = 1
_MARKS: Final = {True: "✓", False: "✗", None: "–"}
_HOLDS: Final = N_("The record holds.")
_HOLDS_IN_ITSELF: Final = N_(
    "The record holds in itself. Whether it is the contest's own, only the key and the roots on the contest's page "
    "tell."
)
_FAILS: Final = N_("The record does not hold. Ask the organizer for an explanation, and keep this file.")
_PARTLY: Final = N_("The single votes can be checked with the auditors' full record only.")


@click.command(name="verify")
@click.argument("record", type=click.Path(path_type=Path), metavar="RECORD")
@click.option("--key", help="The public key as the contest's page shows it; tells whether it signed RECORD.")
@click.option("--root", "roots", multiple=True, help="A round's root as the contest's page shows it; may come again.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.pass_context
def command(context: click.Context, *, record: Path, key: str | None, roots: tuple[str, ...], as_json: bool) -> None:
    """Check a judging's RECORD: signature, commitments, every juror's chain, the tree of votes, and the ranking.

    The ranking is worked out again from the votes, by the same tally as on the pages, and has to agree to the last
    bit. No database is needed. Whoever holds the service's key could sign a judging that never was; the contest's
    page tells, where one compares roots and fingerprints.

    Exit codes: 0 all that can be checked holds, 1 something does not, 2 RECORD cannot be read.
    """
    raw = _read(record)
    verdict = verify(
        raw,
        is_signed=lambda text, signature, public_key: is_signed(text, signature=signature, public_key=public_key),
        key=key and key.strip().lower(),
        roots=[root.strip().lower() for root in roots],
    )
    if as_json:
        click.echo(json.dumps(_plain(raw, verdict), ensure_ascii=False, indent=2))
    else:
        for language in Settings.languages:
            for check in verdict.checks:
                click.echo(f"{_MARKS[check.holds]} {_said(check, language)}")
            if raw.get("form") == Form.PUBLIC:
                click.echo(translate(_PARTLY, language))
            holds = _HOLDS if key else _HOLDS_IN_ITSELF
            click.echo(translate(holds if verdict.holds else _FAILS, language))
    context.exit(0 if verdict.holds else FOUND_WANTING)


def _read(path: Path) -> Any:
    if not path.is_file():
        raise Missing("record.no_file", file=path.name)
    try:
        return json.loads(path.read_bytes())
    except (ValueError, RecursionError) as damaged:  # also bytes that are no UTF-8
        raise Invalid("record.not_one") from damaged


def _said(check: Check, language: str) -> str:
    facts = dict(check.facts)
    if "at" in facts:
        facts["at"] = f"{facts['at'][:16].replace('T', ' ')} UTC"
    place = translate(N_("Round %(round)s: "), language) % facts if "round" in facts else ""
    return place + translate(sentences.CHECKS[check.code, check.holds], language) % facts


def _plain(raw: Any, verdict: Verdict) -> dict[str, Any]:
    return {
        "format": raw["format"],
        "form": raw.get("form"),
        "holds": verdict.holds,
        "checks": [
            {
                "code": check.code,
                "holds": check.holds,
                **check.facts,
                "en": _said(check, "en"),
                "zh": _said(check, "zh_Hans"),
            }
            for check in verdict.checks
        ],
    }
