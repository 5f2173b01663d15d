"""What a juror sends: a mark, later, a conflict, undo. Scripts get JSON, plain forms the next page."""

from typing import Any, Final

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.rules.ledger import Receipt
from contest.judging.web.relating import pages
from contest.judging.web.room import saved_at
from contest.kernel.errors import Invalid, Missing
from contest.web.access import access
from contest.web.services import changing, now, person_id, reading

# No score is longer; int() of thousands of digits is an error of its own.
DIGITS_MAX: Final = 6


@pages.post("/contests/<short_name>/judging/<int:number>/cast")
@access("score.write_own")
def cast(short_name: str, number: int) -> ResponseReturnValue:
    """Take one mark, in hundredths of a point."""
    score = request.form.get("score", "")
    if not (score.isdecimal() and len(score) <= DIGITS_MAX):
        raise Invalid("judging.no_mark")
    with changing() as work:
        receipt = actions.cast(
            work,
            contest_id=this_contest().id,
            number=number,
            juror_id=person_id(),
            handle=_given("handle"),
            score=int(score),
            request_key=_given("key"),
            at=now(),
        )
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/skip")
@access("score.write_own")
def skip(short_name: str, number: int) -> ResponseReturnValue:
    """Put a work off until the others are judged."""
    with changing() as work:
        receipt = actions.skip(
            work,
            contest_id=this_contest().id,
            number=number,
            juror_id=person_id(),
            handle=_given("handle"),
            request_key=_given("key"),
            at=now(),
        )
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/conflict")
@access("juror.declare_conflict")
def recuse(short_name: str, number: int) -> ResponseReturnValue:
    """Take the juror off a work that she must not judge."""
    with changing() as work:
        receipt = actions.recuse(
            work,
            contest_id=this_contest().id,
            number=number,
            juror_id=person_id(),
            handle=_given("handle"),
            reason=_given("reason"),
            request_key=_given("key"),
            at=now(),
        )
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/undo")
@access("score.write_own")
def undo(short_name: str, number: int) -> ResponseReturnValue:
    """Take back the juror's last act and show its work again."""
    with changing() as work:
        receipt = actions.undo(
            work,
            contest_id=this_contest().id,
            number=number,
            juror_id=person_id(),
            request_key=_given("key"),
            at=now(),
        )
    return _answer(short_name, number, receipt, shows=receipt.handle)


@pages.get("/contests/<short_name>/judging/<int:number>/receipt.json")
@access("score.read_own")
def receipt(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say what is written down of an act, by its ``key``: its answer may be lost, and the round closed since."""
    with reading() as session:
        found = queries.kept(session, this_contest().id, number, person_id(), request.args.get("key", ""))
    if found is None:
        raise Missing("ballot")
    return jsonify(_told(found))


def _given(name: str) -> str:
    return request.form.get(name, "")


def _answer(short_name: str, number: int, receipt: Receipt, *, shows: str | None = None) -> ResponseReturnValue:
    if request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json":
        return jsonify(_told(receipt))
    return redirect(url_for("judging.room", short_name=short_name, number=number, work=shows), 303)


def _told(receipt: Receipt) -> dict[str, Any]:
    """Give exactly what a script is told of an act."""
    return {
        "handle": receipt.handle,
        "act": str(receipt.act),
        "score": receipt.score,
        "scored": receipt.scored,
        "saved_at": saved_at(receipt.at),
    }
