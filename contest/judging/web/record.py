"""How the judging can be checked: what it was bound to, and the signed record of it."""

from dataclasses import dataclass
from typing import Any

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.judging import queries
from contest.judging.integrity import public_form, signed_text
from contest.judging.models import RoundTerm
from contest.judging.queries import RoundFacts
from contest.judging.queries.record import full_record, proof_of, terms
from contest.judging.rules.ledger import canonical
from contest.judging.web.relating import pages
from contest.platform.signing import Signer
from contest.web.access import access
from contest.web.services import now, person_id, reading, services


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A round that has opened, and what it was bound to."""

    round: RoundFacts
    terms: list[RoundTerm]


@pages.get("/contests/<short_name>/record")
@access("contest.read_public")
def record(short_name: str) -> ResponseReturnValue:
    """Show the fingerprints that were fixed before the votes, and how anybody checks them later."""
    with reading() as session:
        bound = [
            Bound(round=one, terms=list(terms(session, one.id)))
            for one in queries.rounds(session, this_contest().id)
            if one.opened_at is not None
        ]
        return render_template(
            "judging/record.html",
            short_name=short_name,
            contest=this_contest(),
            bound=bound,
            public_key=_signer().public_key,
        )


@pages.get("/contests/<short_name>/record.json")
@access("result.read_public")
def public_record(short_name: str) -> ResponseReturnValue:
    """Give the record as everybody may have it: no vote says whose it is."""
    return _signed(short_name, public_form(_full()), form="public")


@pages.get("/contests/<short_name>/desk/jury/record.json")
@access("export.record")
def whole_record(short_name: str) -> ResponseReturnValue:
    """Give the record as auditors need it: every vote and ledger under the jurors' letters."""
    return _signed(short_name, _full(), form="full")


@pages.get("/contests/<short_name>/judging/<int:number>/proof.json")
@access("score.read_own")
def proof(short_name: str, number: int) -> ResponseReturnValue:
    """Give a juror her own votes of a closed round, each with its path to the public root."""
    with reading() as session:
        round_ = queries.round_numbered(session, this_contest().id, number)
        made = proof_of(session, round_, person_id(), at=now())
    return _signed(short_name, made, form=f"proof-{number}")


def _full() -> dict[str, Any]:
    with reading() as session:
        return full_record(session, this_contest().id, at=now())


def _signed(short_name: str, made: dict[str, Any], *, form: str) -> Response:
    signer = _signer()
    made["public_key"] = signer.public_key
    made["signature"] = signer.sign(signed_text(made))
    answer = Response(canonical(made), mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="{short_name}-judging-{form}.json"'
    return answer


def _signer() -> Signer:
    return Signer(services().settings.instance)
