"""What a juror sends: a mark, later, a conflict, a flag, a favourite, undo.

Scripts get JSON, plain forms the next page.
"""

import re
from typing import Any, Final

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.judging import actions, queries
from contest.judging.actions.votes import SIDES
from contest.judging.models import FlagKind
from contest.judging.rules.ledger import Receipt
from contest.judging.web.relating import pages
from contest.judging.web.room import saved_at
from contest.kernel.errors import Invalid, Missing
from contest.web.access import access
from contest.web.errors import wants_page
from contest.web.services import changing, now, person_id, reading, this_request

# No number of ours is longer; int() of thousands of digits is an error of its own.
DIGITS_MAX: Final = 7
_POINTS: Final = re.compile(r"([0-9]{1,4})(?:[.,]([0-9]{1,2}))?")


@pages.post("/contests/<short_name>/judging/<int:number>/cast")
@access("score.write_own")
def cast(short_name: str, number: int) -> ResponseReturnValue:
    """Take one mark: ``score`` in hundredths with ``half`` to be added, ``points`` as typed, or single marks.

    A single mark is named after its criterion, such as ``mark-idea``. An empty score puts a work back into the tray.
    """
    form = this_request().form
    marks = {name.removeprefix("mark-"): _whole(name) for name in form if name.startswith("mark-")}
    if "points" in form:
        score: int | None = _typed()
    else:
        score = _whole("score") + _whole("half", 0) if _given("score") else None
    with changing() as work:
        receipt = actions.cast(
            work,
            **_named(number),
            handle=_given("handle"),
            score=score,
            marks=marks or None,
            viewed_ms=_whole("viewed_ms") if "viewed_ms" in form else None,
            request_key=_given("key"),
        )
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/skip")
@access("score.write_own")
def skip(short_name: str, number: int) -> ResponseReturnValue:
    """Put a work off until the others are judged."""
    with changing() as work:
        receipt = actions.skip(work, **_named(number), handle=_given("handle"), request_key=_given("key"))
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/conflict")
@access("juror.declare_conflict")
def recuse(short_name: str, number: int) -> ResponseReturnValue:
    """Take the juror off a work that she must not judge; in pairs off the one on the ``side``, or off both."""
    with changing() as work:
        receipt = actions.recuse(
            work,
            **_named(number),
            handle=_given("handle"),
            reason=_given("reason"),
            request_key=_given("key"),
            sides=[side for side in SIDES if _given("side") in {side, "both", ""}],
        )
    return _answer(short_name, number, receipt)


@pages.post("/contests/<short_name>/judging/<int:number>/undo")
@access("score.write_own")
def undo(short_name: str, number: int) -> ResponseReturnValue:
    """Take back the juror's last act and show its work again."""
    with changing() as work:
        receipt = actions.undo(work, **_named(number), request_key=_given("key"))
    return _answer(short_name, number, receipt, shows=receipt.handle)


@pages.post("/contests/<short_name>/judging/<int:number>/flag")
@access("score.write_own")
def flag(short_name: str, number: int) -> ResponseReturnValue:
    """Point something out about a work; she goes on judging it."""
    kind = _given("kind")
    if kind not in set(FlagKind):
        raise Invalid("judging.flag_kind")
    with changing() as work:
        receipt = actions.flag(
            work,
            **_named(number),
            handle=_given("handle"),
            kind=FlagKind(kind),
            note=_given("note"),
            request_key=_given("key"),
            is_rival=_given("side") == "right",
        )
    return _answer(short_name, number, receipt, shows=receipt.handle)


@pages.post("/contests/<short_name>/judging/<int:number>/favourite")
@access("score.write_own")
def favourite(short_name: str, number: int) -> ResponseReturnValue:
    """Put a work among the juror's favourites, or take it from there."""
    handle, is_favourite = _given("handle"), _given("is_favourite") == "1"
    with changing() as work:
        actions.favourite(work, **_named(number), handle=handle, is_favourite=is_favourite)
    if not wants_page():
        return jsonify(handle=handle, act="favourite", is_favourite=is_favourite, saved_at=saved_at(now()))
    return redirect(url_for("judging.room", short_name=short_name, number=number, work=handle), 303)


@pages.get("/contests/<short_name>/judging/<int:number>/receipt.json")
@access("score.read_own")
def receipt(short_name: str, number: int) -> ResponseReturnValue:  # noqa: ARG001 - names the contest
    """Say what is written down of an act, by its ``key``: its answer may be lost, and the round closed since."""
    with reading() as session:
        found = queries.kept(session, this_contest().id, number, person_id(), request.args.get("key", ""))
    if found is None:
        raise Missing("ballot")
    return jsonify(_told(found))


def _named(number: int) -> dict[str, Any]:
    """Give what every act names: whose, in which round, when."""
    return {"contest_id": this_contest().id, "number": number, "juror_id": person_id(), "at": now()}


def _given(name: str) -> str:
    return this_request().form.get(name, "")


def _whole(name: str, otherwise: int | None = None) -> int:
    """Read a whole number that is not negative; raises ``Invalid("judging.no_mark")``."""
    text = _given(name)
    if not text and otherwise is not None:
        return otherwise
    if not (text.isascii() and text.isdecimal() and len(text) <= DIGITS_MAX):
        raise Invalid("judging.no_mark")
    return int(text)


def _typed() -> int:
    """Read a mark as people write it, such as "87.5", in hundredths; raises ``Invalid("judging.no_mark")``."""
    found = _POINTS.fullmatch(_given("points").strip())
    if found is None:
        raise Invalid("judging.no_mark")
    whole, part = found.groups()
    return 100 * int(whole) + int((part or "0").ljust(2, "0"))


def _answer(short_name: str, number: int, receipt: Receipt, *, shows: str | None = None) -> ResponseReturnValue:
    if not wants_page():
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
