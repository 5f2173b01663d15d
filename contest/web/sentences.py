"""What people read when something is refused: one sentence a code, saying what happened and what to do.

Codes come from `ContestError`s raised anywhere below. The English sentence is the message id; the Chinese one is in
the catalogue. ``%(name)s`` places hold the error's facts. A guard test fails when a raised code has no sentence.
"""

import gettext
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

LOCALE: Final = Path(__file__).parent.parent / "locale"


def N_(text: str) -> str:  # noqa: N802 - the name that message extraction looks for
    """Mark a message id that is translated later."""
    return text


SENTENCES: Final[dict[str, str]] = {
    # The service itself
    "page": N_("There is no such page. Check the address, or start again from the front page."),
    "contest": N_("There is no such contest. Check the address, or start again from the front page."),
    "contest.not_now": N_("This is not possible at this stage of the contest."),
    "request.foreign": N_(
        "This request came from another website and was not carried out. Open the page here and try again."
    ),
    "request.stale": N_("The form was open too long or in another sign-in. Reload the page and send it again."),
    "request.method": N_("This address does not take that kind of request."),
    "request.malformed": N_("The request was not complete, and nothing was changed. Please try again."),
    "request.too_large": N_("This is larger than the service accepts. Send a smaller file or less text."),
    "request.too_many": N_("That was too often in a short time. Wait %(minutes)s minutes and try again."),
    "service.failed": N_(
        "Something went wrong on our side, and nothing was changed. Please try again; if it stays, tell the organizer the time and this page."
    ),
    "service.busy": N_("The service is busy at this moment and nothing was changed. Please try again in a minute."),
    "settings.unusable": N_(
        "The setting %(name)s cannot be “%(given)s”. See the list of settings in the documentation."
    ),
    "sign_in.first": N_("You are not signed in any more. Sign in, then send it again."),
    # accounts
    # calls
    # entries
    # import
    # judging
    # awards
    # publishing
}


def sentence(code: str, facts: Mapping[str, Any], language: str) -> str:
    """Say what an error means, in ``language`` ("zh_Hans" or "en").

    Raises:
        KeyError: the code has no sentence, or the sentence names a fact that the error does not carry.
    """
    return translate(SENTENCES[code], language) % facts


def translate(message: str, language: str) -> str:
    """Give a message id in ``language``; needs no request, so the command line speaks as pages do."""
    return gettext.translation("messages", LOCALE, [language], fallback=True).gettext(message)
