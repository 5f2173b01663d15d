"""The book on the desk: its spreads, one page at a time, what a hand changes, and each page as a picture."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Final
from uuid import UUID

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from contest.kernel.errors import ContestError, Invalid, Missing
from contest.platform.store import derivative_key
from contest.publishing import drafts
from contest.publishing.album import moves
from contest.publishing.album.options import MOST_ON_PAGE, Overrides, locked
from contest.publishing.album.preview import preview
from contest.publishing.forms import CommentsForm, SeenForm, comments_as_kept
from contest.publishing.web.album.opened import Opened, PageSeen, contest_id, keep, opened, overrides_of
from contest.publishing.web.blueprint import pages
from contest.web.access import access
from contest.web.errors import status_of
from contest.web.language import language
from contest.web.sentences import sentence
from contest.web.services import changing, services

ALBUM: Final = "/contests/<short_name>/desk/publishing/album"
# Width of a page's picture in pixels, and the long side of what stands for its photographs.
WIDTHS: Final = {480: 640, 1200: 1280}
PICTURE_AGE_S: Final = 24 * 3600
DRAWN_KEPT: Final = 64
SHARES: Final = (100, 90, 80, 70, 60, 50, 40, 30)
WHITE_MM: Final = (0, 5, 10, 15, 20, 30, 40, 50, 60)


@pages.get(ALBUM)
@access("album.build")
def album_book(short_name: str) -> ResponseReturnValue:
    """Show the whole book as spreads, with what there is to look at beside each page."""
    album = opened()
    seen: list[PageSeen | None] = [None, *album.pages(), None]
    return render_template(
        "publishing/album.html",
        short_name=short_name,
        album=album,
        # The cover lies alone; then left and right pages lie side by side as in the hand.
        spreads=list(zip(seen[::2], seen[1::2], strict=True)),
        count=len(album.plan.pages),
        form=SeenForm(data={"seen": album.draft.number}),
    )


@pages.get(f"{ALBUM}/pages/<label>")
@access("album.build")
def album_page(short_name: str, label: str) -> ResponseReturnValue:
    """Show one page large, with everything a hand can change on it."""
    return _page(short_name, opened(), label)


def _page(short_name: str, album: Opened, label: str, *, comments: Mapping[str, CommentsForm] | None = None) -> str:
    index = album.index(label)
    [page] = album.pages([index])
    overrides = overrides_of(album)
    plan = album.plan
    return render_template(
        "publishing/album_page.html",
        short_name=short_name,
        album=album,
        seen=page,
        before=plan.pages[index - 1].label if index else None,
        after=plan.pages[index + 1].label if index + 1 < len(plan.pages) else None,
        form=SeenForm(data={"seen": album.draft.number}),
        pins={pin.work: pin for pin in overrides.pins},
        sizes=overrides.sizes,
        across=overrides.across,
        decided=moves.decision(overrides, page.page),
        beside=[each.label for each in plan.pages if each.nth and each.tier == page.page.tier],
        comments={
            work.id: (comments or {}).get(work.id)
            or CommentsForm(None, data=comments_as_kept(album.draft, work.id), prefix=f"{work.number}-")
            for work in page.works
        },
        shares=SHARES,
        white_mm=WHITE_MM,
        most=MOST_ON_PAGE,
    )


@pages.post(f"{ALBUM}/moves")
@access("album.build")
def album_move(short_name: str) -> ResponseReturnValue:
    """Change the book by hand: the form's one field of `_MOVES` says what is done, and to which work or page."""
    album, form = opened(), SeenForm()
    name = next((each for each in _MOVES if each in request.form), None)
    label = request.form.get("from", "")
    try:
        if name is None:
            raise Invalid("request.malformed")
        subject = request.form[name]
        changed = _MOVES[name](album, subject)
        keep(form.seen_number(), lambda draft: (replace(draft.options, overrides=changed), draft.printer))
    except ContestError as refused:
        # The page is made anew as the album stands, so that the next try starts from there.
        flash(sentence(refused.code, refused.facts, language()), "bad")
        return redirect(_back(short_name, label, ""), HTTPStatus.SEE_OTHER)
    if name in {"leave", "take"}:
        return redirect(url_for("publishing.album_works", short_name=short_name, _anchor=f"w-{subject}"), 303)
    number = subject if name in _OF_WORKS else ""
    if label and number:
        label = opened().label_of(album.work(number).id)
    return redirect(_back(short_name, label, number), HTTPStatus.SEE_OTHER)


def _back(short_name: str, label: str, number: str) -> str:
    anchor = f"w-{number}" if number else None
    if label:
        return url_for("publishing.album_page", short_name=short_name, label=label, _anchor=anchor)
    return url_for("publishing.album_book", short_name=short_name, _anchor=anchor)


def _exchange(album: Opened, number: str, *, step: int) -> Overrides:
    work = album.work(number).id
    other = moves.neighbour(album.plan, work, step=step)
    if other is None:
        raise Invalid("album.move_nowhere")
    return moves.exchanged(overrides_of(album), work, other)


def _place(album: Opened, number: str) -> Overrides:
    return moves.placed(
        overrides_of(album),
        album.plan,
        album.work(number).id,
        page_index=album.index(request.form.get("to", "")),
        slot=_whole("slot", 1),
    )


def _arrange(album: Opened, label: str) -> Overrides:
    page = album.plan.pages[album.index(label)]
    if not page.nth:
        raise Invalid("album.move_elsewhere")
    return moves.arranged(
        overrides_of(album), page, count=_whole("count", 0) or None, white_mm=float(_whole("white_mm", 0))
    )


def _whole(name: str, usual: int) -> int:
    given = request.form.get(name, "")
    if not given:
        return usual
    if not (given.isascii() and given.isdecimal() and len(given) <= 3):  # noqa: PLR2004 - more than any page takes
        raise Invalid("album.override_impossible", field=name)
    return int(given)


_MOVES: Final[Mapping[str, Callable[[Opened, str], Overrides]]] = {
    "earlier": lambda album, number: _exchange(album, number, step=-1),
    "later": lambda album, number: _exchange(album, number, step=1),
    "place": _place,
    "unpin": lambda album, number: moves.unpinned(overrides_of(album), album.work(number).id),
    "across": lambda album, number: moves.run_across(overrides_of(album), album.work(number).id),
    "within": lambda album, number: moves.kept_on_page(overrides_of(album), album.work(number).id),
    "leave": lambda album, number: moves.left_out(overrides_of(album), album.work(number).id),
    "take": lambda album, number: moves.taken_in(overrides_of(album), album.work(number).id),
    "size": lambda album, number: moves.sized(
        overrides_of(album), album.work(number).id, _whole("share", SHARES[0]) / 100
    ),
    "arrange": _arrange,
    "lock": lambda album, label: locked(overrides_of(album), album.plan, album.index(label)),
    "unlock": lambda album, label: moves.unlocked(overrides_of(album), album.plan.pages[album.index(label)]),
}
_OF_WORKS: Final = frozenset({"earlier", "later", "place", "unpin", "size", "across", "within"})


@pages.post(f"{ALBUM}/undo")
@access("album.build")
def album_undo(short_name: str) -> ResponseReturnValue:
    """Take back the last change, whatever it was."""
    form = SeenForm()
    try:
        with changing() as work:
            drafts.undo(work, contest_id=contest_id(), seen=form.seen_number())
    except ContestError as refused:
        flash(sentence(refused.code, refused.facts, language()), "bad")
    else:
        flash(_("The last change is taken back."), "good")
    return redirect(url_for("publishing.album_book", short_name=short_name), HTTPStatus.SEE_OTHER)


@pages.post(f"{ALBUM}/works/<number>/comments")
@access("album.build")
def album_comments(short_name: str, number: str) -> ResponseReturnValue:
    """Keep what jurors say of a work."""
    album = opened()
    work = album.work(number)
    form = CommentsForm(prefix=f"{number}-")
    try:
        if form.validate():
            said = form.taken()
            keep(
                form.seen_number(),
                lambda draft: (
                    replace(
                        draft.options,
                        texts=replace(
                            draft.options.texts,
                            comments={
                                **{key: all_ for key, all_ in draft.options.texts.comments.items() if key != work.id},
                                **({work.id: said} if said else {}),
                            },
                        ),
                    ),
                    draft.printer,
                ),
            )
            flash(_("The comments are kept."), "good")
            label = opened().label_of(work.id)
            return redirect(_back(short_name, label, number), HTTPStatus.SEE_OTHER)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
    except ContestError as refused:
        flash(sentence(refused.code, refused.facts, language()), "bad")
        form.seen.data, status = str(opened().draft.number), status_of(refused)
    return _page(short_name, album, album.label_of(work.id), comments={work.id: form}), status


@pages.get(f"{ALBUM}/pages/<label>/<int:width_px>.png")
@access("album.build")
def album_picture(short_name: str, label: str, width_px: int) -> ResponseReturnValue:  # noqa: ARG001 - in standing
    """Draw a page; under the digest of what it shows the browser may keep it."""
    album = opened()
    index = album.index(label)
    if width_px not in WIDTHS:
        raise Missing("album.page")
    [page] = album.pages([index])
    response = Response(_drawn(album, index, page.digest, width_px), mimetype="image/png")
    if request.args.get("of") == page.digest:
        response.headers["Cache-Control"] = f"private, max-age={PICTURE_AGE_S}, immutable"
    return response


def _drawn(album: Opened, index: int, digest: str, width_px: int) -> bytes:
    """Draw a page, or give it from memory: two people who look at one book wait once."""
    key = digest, width_px
    png = _kept.get(key)
    if png is None:
        with ExitStack() as held:

            def small(picture: str) -> Path:
                name = derivative_key(UUID(hex=picture), WIDTHS[width_px])
                return held.enter_context(services().store.local(name))

            png = preview(album.plan, index, picture=small, width_px=width_px)
        while len(_kept) >= DRAWN_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = png
    return png


_kept: dict[tuple[str, int], bytes] = {}
