"""The command `contest rank`: scores, chances, ties and diagnoses for any table of marks, without an instance."""

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final
from unicodedata import east_asian_width

import click

from contest.judging import sentences
from contest.judging.rules.sheet import MarkSheet, read_marks
from contest.judging.scoring import AGGREGATORS, GATES, TRIMS, Evaluation, Method, Votes, as_plain, evaluate
from contest.judging.workbook import TEXT_ENDINGS, text_lines, workbook_lines
from contest.kernel.errors import Invalid, Missing
from contest.settings import Settings
from contest.web.sentences import N_, sentence, translate

CANNOT: Final = 2
FAULTS_SHOWN: Final = 20

_MORE: Final = N_("… and %(count)s more lines like these.")
_COUNTED: Final = N_("Way of counting that was asked for: %(aggregator)s.")
_AGREEMENT: Final = N_("Panel agreement: %(word)s (%(panel)s; one vote alone %(single)s).")
_MORE_JURORS: Final = N_("More votes that every work would need for 0.80: %(count)s.")
_HEADINGS: Final = (N_("Rank"), N_("Work"), N_("Mean"), N_("Official"), N_("Votes"), N_("Rank between"))
_CHANCE: Final = N_("Top %(top)s")
_ZONE: Final = N_("Zone")
_JURORS: Final = (N_("Juror"), N_("Votes"), N_("Severity"), N_("Spread"), N_("Agreement"), N_("Stands out"))
_TIE: Final = N_("Places %(line)s and %(next)s are tied: %(works)s.")
_CLOSE: Final = N_("Places %(line)s and %(next)s are too close to call (%(chance)s): %(works)s.")
_NEXT: Final = N_("To decide, in this order: %(methods)s.")
_BY_LOT: Final = N_("The lot from the seed would say: %(works)s.")


@click.command(name="rank")
@click.argument("votes", type=click.Path(path_type=Path), metavar="VOTES")
@click.option("--json", "as_json", is_flag=True, help="Print everything as one JSON object.")
@click.option(
    "--aggregator", type=click.Choice(AGGREGATORS), default=AGGREGATORS[0], show_default=True, help="How votes count."
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Work out the chances for this many places.",
)
@click.option("--seed", default="1", show_default=True, help="What chance is drawn from; the same gives the same.")
@click.option(
    "--trim",
    type=click.Choice(TRIMS),
    default=TRIMS[0],
    show_default=True,
    help="Leave out the highest and the lowest mark; auto: of five or more evened-out ones, one far off alone.",
)
@click.option(
    "--gate",
    type=click.Choice(GATES),
    default=GATES[0],
    show_default=True,
    help="Even out the jurors' scales; auto: where the votes show that it helps.",
)
@click.option("--low-is-best", is_flag=True, help="The smallest number is the best, as with places.")
@click.pass_context
def command(
    context: click.Context,
    *,
    votes: Path,
    as_json: bool,
    aggregator: str,
    top: int,
    seed: str,
    trim: str,
    gate: str,
    low_is_best: bool,
) -> None:
    """Rank the works in VOTES, a .csv or .xlsx file of marks, and tell how sure the ranking is.

    One mark a line with the columns judge/评委, entry/作品 and score/分数, and as wanted round/轮次,
    unit_judge/评委单位 and unit_entry/作品单位; or one work a line with a column entry/作品 and a column for each
    juror. No database is needed.

    Exit codes: 0 ranked, 2 not ranked; every line at fault is told.
    """
    sheet = read_marks(_lines(votes))
    if sheet.faults:
        _tell_faults(sheet.faults)
        context.exit(CANNOT)
    found = evaluate(
        _votes(sheet, low_is_best=low_is_best),
        method=Method(aggregator=aggregator, trim=trim, gate=gate),
        top=top,
        seed=seed,
    )
    if as_json:
        click.echo(json.dumps(_plain(found), ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(_as_text(found, _terminal_language())))


def _lines(path: Path) -> Iterator[Sequence[str]]:
    if not path.is_file():
        raise Missing("marks.no_file", file=path.name)
    ending = path.suffix.lower()
    if ending == ".xlsx":
        with path.open("rb") as file:
            yield from workbook_lines(file, path.name)
    elif ending in TEXT_ENDINGS:
        yield from text_lines(path.read_bytes(), path.name)
    else:
        raise Invalid("marks.file_kind", file=path.name)


def _votes(sheet: MarkSheet, *, low_is_best: bool) -> Votes:
    return Votes.of(
        ((mark.judge, mark.entry, mark.score, mark.round) for mark in sheet.marks),
        juror_units={mark.judge: mark.unit_judge for mark in sheet.marks if mark.unit_judge},
        entry_units={mark.entry: mark.unit_entry for mark in sheet.marks if mark.unit_entry},
        low_is_best=low_is_best,
    )


def _tell_faults(faults: Sequence[Invalid]) -> None:
    for language in Settings.languages:
        for fault in faults[:FAULTS_SHOWN]:
            click.echo(sentence(fault.code, fault.facts, language), err=True)
        if len(faults) > FAULTS_SHOWN:
            click.echo(translate(_MORE, language) % {"count": len(faults) - FAULTS_SHOWN}, err=True)


def _plain(found: Evaluation) -> dict[str, Any]:
    """Give an evaluation as plain JSON values, with the word judge for who judges, as in the table's heading."""
    plain: dict[str, Any] = as_plain(found)
    plain["gate"] |= {
        "en": translate(sentences.GATE[found.gate.reason], "en"),
        "zh": translate(sentences.GATE[found.gate.reason], "zh_Hans"),
    }
    plain["judges"] = [{"judge": one.pop("juror"), **one} for one in plain["judges"]]
    for vote in plain["audit"]["decisive"] or ():
        vote["judge"] = vote.pop("juror")
    return plain


def _as_text(found: Evaluation, language: str) -> Iterator[str]:
    """Say an evaluation in lines for a person."""

    def said(message: str, **facts: Any) -> str:
        text = translate(message, language)
        return text % facts if facts else text

    yield said(_COUNTED, aggregator=said(sentences.AGGREGATORS[found.method.aggregator]))
    yield said(sentences.GATE[found.gate.reason])
    agreed = found.reliability
    if agreed.panel is not None:
        word = said(sentences.RELIABILITY[agreed.word])
        yield said(_AGREEMENT, word=word, panel=f"{agreed.panel:.2f}", single=f"{agreed.single:.2f}")
        if agreed.more_jurors:
            yield said(_MORE_JURORS, count=agreed.more_jurors)
    yield ""
    yield from _table(
        [*map(said, _HEADINGS), said(_CHANCE, top=found.top), said(_ZONE)],
        [
            (
                str(one.rank),
                str(one.entry),
                f"{one.raw:.2f}",
                f"{one.official:.3f}",
                str(one.n),
                f"{one.rank_low}–{one.rank_high}",
                f"{one.p_top:.0%}",
                said(sentences.ZONES[one.zone]),
            )
            for one in found.entries
        ],
    )
    for tie in found.ties:
        yield ""
        yield said(
            _TIE if tie.is_equal else _CLOSE,
            line=tie.line,
            next=tie.line + 1,
            chance=f"{tie.p_beats:.0%}",
            works=", ".join(map(str, tie.entries)),
        )
        yield said(_NEXT, methods="; ".join(said(sentences.TIE_METHODS[method]) for method in tie.methods))
        yield said(_BY_LOT, works=", ".join(map(str, tie.by_lot)))
    yield ""
    yield from _table(
        [said(heading) for heading in _JURORS],
        [
            (
                str(one.juror),
                str(one.n),
                "" if one.severity is None else f"{one.severity:+.2f} ± {one.severity_se:.2f}",
                "" if one.spread is None else f"{one.spread:.2f}",
                "" if one.agreement is None else f"{one.agreement:.2f}",
                "; ".join(said(sentences.FLAGS[flag]) for flag in one.flags),
            )
            for one in found.judges
        ],
    )


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lay cells in columns; a Han character is two columns of a terminal wide."""
    widths = [max(map(_width, column)) for column in zip(headings, *rows, strict=True)]
    for row in (headings, *rows):
        yield "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _terminal_language() -> str:
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "zh_Hans" if spoken.startswith("zh") else "en"
