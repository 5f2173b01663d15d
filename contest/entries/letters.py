"""What entrants are told by mail; the words are translated where they leave, in the entrant's language."""

from datetime import datetime

from contest.calls.queries import ContestFacts
from contest.entries.confirmation import Confirmation
from contest.kernel.bilingual import Bilingual
from contest.web.sentences import N_, translate
from contest.web.times import closing, moment

_RECEIVED_SUBJECT = N_("Received: entry %(number)s, %(contest)s")
_RECEIVED = N_(
    """Your work has been received.

Entry number: %(number)s
Title: %(title)s
Received: %(received)s
Pictures (SHA-256 of each file):
%(digests)s
Signature: %(signature)s

You can change or withdraw it until %(closes)s. Receipt and current state:
%(link)s
"""
)
_NOT_ELIGIBLE_SUBJECT = N_("Entry %(number)s cannot take part as it is, %(contest)s")
_NOT_ELIGIBLE = N_(
    """The organizer has looked at your entry %(number)s, “%(title)s”, and found that it cannot take part as it is.

Reason: %(reason)s

%(next)s
%(link)s
"""
)
_MEND = N_("You can mend it and hand it in again until %(closes)s:")
_LOOK = N_("Entries are closed. The entry and its state:")
_ORIGINALS_SUBJECT = N_("Please send the original file of entry %(number)s, %(contest)s")
_ORIGINALS = N_(
    """Your entry %(number)s, “%(title)s”, is among those looked at closely. The organizer asks for its original file:
the raw file, or the JPEG as it came from the camera or phone, unedited.

Please send it until %(due)s:
%(link)s

Only the organizer sees the file; it is compared with the entry, not published. Without it the prize may be lost.
"""
)
_DISQUALIFIED_SUBJECT = N_("Entry %(number)s has been disqualified, %(contest)s")
_DISQUALIFIED = N_(
    """Your entry %(number)s, “%(title)s”, has been disqualified.

Reason: %(reason)s

If you think that this is wrong, answer the organizer and give the entry number. The entry and its state:
%(link)s
"""
)
_REQUALIFIED_SUBJECT = N_("Entry %(number)s takes part again, %(contest)s")
_REQUALIFIED = N_(
    """The disqualification of your entry %(number)s, “%(title)s”, has been taken back.

Reason: %(reason)s

The entry and its state:
%(link)s
"""
)


def received(
    *,
    language: str,
    contest: ContestFacts,
    title: Bilingual,
    confirmation: Confirmation,
    signature: str,
    link: str,
) -> tuple[str, str]:
    """Give subject and text of the letter that confirms an entry."""
    facts = {
        "number": confirmation.number,
        "contest": contest.name.in_(language),
        "title": title.in_(language),
        "received": moment(confirmation.submitted_at, contest.zone, language),
        "digests": "\n".join(confirmation.digests),
        "signature": signature,
        "closes": closing(contest.closes_at, contest.zone, language),
        "link": link,
    }
    return translate(_RECEIVED_SUBJECT, language) % facts, translate(_RECEIVED, language) % facts


def not_eligible(
    *,
    language: str,
    contest: ContestFacts,
    number: str,
    title: Bilingual,
    reason: str,
    can_mend: bool,
    link: str,
) -> tuple[str, str]:
    """Give subject and text of the letter that says why an entry does not take part."""
    closes = {"closes": closing(contest.closes_at, contest.zone, language)}
    facts = {
        "number": number,
        "contest": contest.name.in_(language),
        "title": title.in_(language),
        "reason": reason,
        "next": translate(_MEND, language) % closes if can_mend else translate(_LOOK, language),
        "link": link,
    }
    return translate(_NOT_ELIGIBLE_SUBJECT, language) % facts, translate(_NOT_ELIGIBLE, language) % facts


def originals_asked(
    *, language: str, contest: ContestFacts, number: str, title: Bilingual, due_at: datetime, link: str
) -> tuple[str, str]:
    """Give subject and text of the letter that asks a finalist for the original files."""
    facts = {
        "number": number,
        "contest": contest.name.in_(language),
        "title": title.in_(language),
        "due": closing(due_at, contest.zone, language),
        "link": link,
    }
    return translate(_ORIGINALS_SUBJECT, language) % facts, translate(_ORIGINALS, language) % facts


def disqualified(
    *,
    language: str,
    contest: ContestFacts,
    number: str,
    title: Bilingual,
    reason: str,
    link: str,
    is_over: bool = False,
) -> tuple[str, str]:
    """Give subject and text of the letter that says why an entry was disqualified, or why that was taken back."""
    facts = {
        "number": number,
        "contest": contest.name.in_(language),
        "title": title.in_(language),
        "reason": reason,
        "link": link,
    }
    subject, text = (_REQUALIFIED_SUBJECT, _REQUALIFIED) if is_over else (_DISQUALIFIED_SUBJECT, _DISQUALIFIED)
    return translate(subject, language) % facts, translate(text, language) % facts
