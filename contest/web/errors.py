"""From an error to a status and a sentence: the only place that knows both."""

from http import HTTPStatus
from typing import Final

from flask import Flask, current_app, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from contest.kernel.errors import Conflict, ContestError, Invalid, Missing, Refused
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import this_request

STATUS: Final[dict[type[ContestError], HTTPStatus]] = {
    Missing: HTTPStatus.NOT_FOUND,
    Refused: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.UNPROCESSABLE_ENTITY,
}
HTTP_CODES: Final[dict[int, str]] = {
    HTTPStatus.NOT_FOUND: "page",
    HTTPStatus.METHOD_NOT_ALLOWED: "request.method",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request.too_large",
}


def explain(app: Flask) -> None:
    """Answer every error of ``app`` with a sentence; unexpected ones are logged and told as such."""

    @app.errorhandler(ContestError)
    def told(error: ContestError) -> ResponseReturnValue:
        return answer(error, status_of(error))

    @app.errorhandler(CSRFError)
    def stale(_error: CSRFError) -> ResponseReturnValue:
        return answer(Refused("request.stale"), HTTPStatus.FORBIDDEN)

    @app.errorhandler(HTTPException)
    def standard(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response  # a redirect that the router made
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        otherwise = "request.malformed" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "service.failed"
        return answer(ContestError(HTTP_CODES.get(status, otherwise)), status)

    @app.errorhandler(DataError)
    def unstorable(error: DataError) -> ResponseReturnValue:
        # Such as U+0000, which PostgreSQL keeps in no text: nobody types it, and nothing was changed.
        current_app.logger.warning("the database cannot hold what was sent", exc_info=error)
        return answer(ContestError("request.malformed"), HTTPStatus.BAD_REQUEST)

    @app.errorhandler(OperationalError)
    def busy(error: OperationalError) -> ResponseReturnValue:
        current_app.logger.error("the database refused", exc_info=error)
        return answer(ContestError("service.busy"), HTTPStatus.SERVICE_UNAVAILABLE)

    if not app.testing:
        # Tests see the real fault instead.
        @app.errorhandler(Exception)
        def failed(error: Exception) -> ResponseReturnValue:
            # The page, not its address: some addresses sign in.
            current_app.logger.error("unexpected at %s %s", request.method, request.endpoint, exc_info=error)
            return answer(ContestError("service.failed"), HTTPStatus.INTERNAL_SERVER_ERROR)


def status_of(error: ContestError) -> HTTPStatus:
    """Give the status of an error of our own."""
    return STATUS[type(error)]


def wants_page() -> bool:
    """Tell whether a reader asks, rather than a script or a picture in a page."""
    accepted = this_request().headers.get("Accept", "*/*")
    return accepted == "*/*" or "text/html" in accepted


def answer(error: ContestError, status: HTTPStatus) -> ResponseReturnValue:
    """Answer with the error's sentence: a page, or JSON for whoever would not show one."""
    told = sentence(error.code, error.facts, language())
    if wants_page():
        response = current_app.make_response(render_template("errors/error.html", sentence=told, status=status))
    else:
        response = jsonify(code=error.code, sentence=told)
    response.status_code = status
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response
