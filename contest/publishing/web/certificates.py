"""What a certificate is worth: a public page for each serial number, and a place to type one."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from contest.calls.web import this_contest
from contest.publishing import queries
from contest.publishing.prints.serials import certified, named
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.services import reading


@pages.get("/contests/<short_name>/certificates/")
@access("gallery.read")
def certificates(short_name: str) -> ResponseReturnValue:
    """Ask for a certificate's number, and lead to its page."""
    number = request.args.get("number", "").strip()
    if number:
        return redirect(url_for("publishing.certificate", short_name=short_name, serial=number), 303)
    return render_template("publishing/certificate.html", short_name=short_name, found=None)


@pages.get("/contests/<short_name>/certificates/<serial>")
@access("gallery.read")
def certificate(short_name: str, serial: str) -> ResponseReturnValue:
    """Say who won what by a certificate's serial number, and whether that still holds."""
    what = named(serial)
    with reading() as session:
        current = queries.announced_result(session, this_contest().id)
        issued = queries.announced_version(session, this_contest().id, what.version) if what else None
    found = certified(issued.record, serial) if issued else None
    if found is None or issued is None or current is None:
        page = render_template(
            "publishing/certificate.html", short_name=short_name, found=None, typed=serial, is_unknown=True
        )
        return page, 404
    holds = any((work.id, work.tier) == (found.work.id, found.tier.key) for work in current.record.works)
    return render_template(
        "publishing/certificate.html", short_name=short_name, found=found, record=issued.record, holds=holds
    )
