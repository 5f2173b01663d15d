"""What a closed round's votes say, and how sure it is: for chair and organizer, with the jurors as letters."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from contest.calls import queries as calls
from contest.calls.web import this_contest
from contest.judging import queries
from contest.judging.forms import AskForm
from contest.judging.queries import RoundFacts
from contest.judging.rules.ranking import printed
from contest.judging.scoring import Evaluation
from contest.judging.scoring.results import EntryScore
from contest.judging.sentences import AGGREGATORS, FLAGS, GATE, RELIABILITY, TIE_METHODS, ZONES
from contest.judging.web.relating import pages
from contest.judging.web.works import Shown, shown
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Missing
from contest.web.access import access
from contest.web.forms import focus_first_wrong, tell_at_top
from contest.web.language import language
from contest.web.sentences import translate
from contest.web.services import reading, standing

LADDER_ROWS: Final = 60
PICTURED: Final = 24


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One work of the ladder; ``ends`` names the prize whose line is drawn below it."""

    work: Shown
    score: EntryScore
    ends: Bilingual | None

    @property
    def official(self) -> str:
        """Give the official score as it is printed."""
        return printed(self.score.official)

    @property
    def raw(self) -> str:
        """Give the plain mean as it is printed."""
        return printed(self.score.raw)


@pages.get("/contests/<short_name>/desk/jury/<int:number>/standing")
@access("score.read_others")
def round_standing(short_name: str, number: int) -> ResponseReturnValue:
    """Show the ladder with its uncertainty, what is to be decided, and how the jurors marked."""
    return standing_page(short_name, number)


def standing_page(short_name: str, number: int, *, asking: AskForm | None = None) -> str:
    """Render the page; ``asking`` is a question that could not be asked."""
    contest = this_contest()
    with reading() as session:
        round_ = queries.round_numbered(session, contest.id, number)
        if not round_.is_ranked:
            raise Missing("round")
        tiers = calls.tiers(session, contest.id)
        found = queries.standing(session, round_.id, lines=queries.prize_lines(session, round_), with_seconds=True)
        works = shown(session, round_, [one.entry for one in found.entries])
    ends: dict[int, Bilingual] = {}
    places = 0
    for tier in tiers:
        places += tier.count
        ends[places] = tier.name
    ladder = [
        Rung(work=works[one.entry], score=one, ends=ends.get(place))
        for place, one in enumerate(found.entries, start=1)
    ]
    by_entry = {rung.score.entry: rung for rung in ladder}
    open_zone = [by_entry[entry] for entry in _to_decide(found)]
    if asking is not None:
        focus_first_wrong(asking)
        tell_at_top(asking)
    return render_template(
        "judging/standing.html",
        contest=contest,
        short_name=short_name,
        round=round_,
        found=found,
        ladder=ladder if "all" in request.args else ladder[:LADDER_ROWS],
        hidden=0 if "all" in request.args else max(0, len(ladder) - LADDER_ROWS),
        open_zone=open_zone[:PICTURED],
        unpictured=open_zone[PICTURED:],
        ties=[(tie, [by_entry[entry] for entry in tie.entries]) for tie in found.ties],
        decisive=[
            (vote, by_entry[vote.entry], by_entry[vote.leaves], by_entry[vote.enters])
            for vote in found.audit.decisive or ()
        ],
        robust=[by_entry[entry] for entry in (*found.audit.robust_leaves, *found.audit.robust_enters)],
        asking=asking or AskForm(prefix="ask", formdata=None),
        picked=request.form.getlist("work"),
        may_ask=standing().may("deliberation.lead") and _is_closed(round_),
        sees=standing().may("entry.read_juror_view"),
        **_words(found),
    )


def _to_decide(found: Evaluation) -> list[UUID]:
    """Give the works that the jury should talk about: the open zone, and those tied at a prize line."""
    tied = [entry for tie in found.ties for entry in tie.entries]
    order = {one.entry: place for place, one in enumerate(found.entries)}
    return sorted({*(one.entry for one in found.undecided), *tied}, key=order.__getitem__)


def _is_closed(round_: RoundFacts) -> bool:
    return round_.state == "closed"


def _words(found: Evaluation) -> dict[str, object]:
    """Give what the evaluation's codes mean, in the reader's language."""

    def told(table: dict[str, str]) -> dict[str, str]:
        return {code: translate(words, language()) for code, words in table.items()}

    return {
        "gate": translate(GATE[found.gate.reason], language()),
        "aggregator": translate(AGGREGATORS[found.method.aggregator], language()),
        "agreement": translate(RELIABILITY[found.reliability.word], language()),
        "zones": told(ZONES),
        "methods": told(TIE_METHODS),
        "traits": told(FLAGS),
    }
