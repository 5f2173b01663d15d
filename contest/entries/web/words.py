"""What entries' pages say that follows from codes and numbers, in the reader's language."""

from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import format_decimal, format_timedelta

from contest.entries.models import EntryState
from contest.entries.queries import FindingFacts, PictureFacts
from contest.entries.rules import Gap
from contest.entries.web.blueprint import pages
from contest.inspection.checks.sentences import FINDING_SENTENCES
from contest.inspection.facts import Facts
from contest.web.language import language
from contest.web.sentences import N_, sentence, translate

STATES: Final = {
    EntryState.DRAFT: N_("Draft"),
    EntryState.SUBMITTED: N_("Handed in"),
    EntryState.ELIGIBLE: N_("Accepted"),
    EntryState.INELIGIBLE: N_("Not eligible"),
    EntryState.WITHDRAWN: N_("Withdrawn"),
    EntryState.DISQUALIFIED: N_("Disqualified"),
}
SEVERITIES: Final = {
    "open": N_("Waiting for a decision"),
    "reject": N_("Against the terms"),
    "flag": N_("To be looked at"),
    "note": N_("For information"),
    "none": N_("Nothing found"),
}
TONES: Final = {"reject": "bad", "flag": "warn", "note": "calm"}
_MEETS = N_("Meets the terms.")
_TAKEN = N_("Taken on %(taken)s.")
_TAKEN_WITH = N_("Taken on %(taken)s with %(camera)s.")
_UNREADABLE = N_("The file could not be read. Remove it and upload it again from the original.")
_BEING_EXAMINED = N_("Being examined …")
_KB: Final = 1024
_MB: Final = 1024 * _KB  # as file managers count, and as a notice means "50 MB"


def told(finding: FindingFacts) -> str:
    """Say a finding in one sentence."""
    return translate(FINDING_SENTENCES[finding.code], language()) % finding.params


def gap_told(gap: Gap) -> str:
    """Say what an entry lacks."""
    return sentence(gap.code, dict(gap.facts), language())


def state_word(state: EntryState) -> str:
    """Name an entry's state."""
    return translate(STATES[state], language())


def severity_word(severity: str) -> str:
    """Name how serious a finding is."""
    return translate(SEVERITIES[severity], language())


def file_size(size: int) -> str:
    """Give a file's size as people say it, such as "18.2 MB"."""
    if size >= _MB:
        return f"{format_decimal(round(size / _MB, 1))} MB"
    return f"{format_decimal(max(1, round(size / _KB)))} KB"


def time_left(until: datetime, at: datetime) -> str:
    """Give the time that is left, such as "2 days 14 hours"."""
    left = max(until - at, timedelta())
    days, rest = left.days, left - timedelta(days=left.days)
    hours = rest.seconds // 3600
    parts = [(timedelta(days=days), "day")] if days else []
    if hours or days:
        parts.append((timedelta(hours=hours), "hour"))
    if not days:
        parts.append((timedelta(minutes=rest.seconds % 3600 // 60), "minute"))
    spoken = [
        format_timedelta(part, granularity=unit, threshold=1000) for part, unit in parts if part or unit == "minute"
    ]
    return "".join(spoken) if language().startswith("zh") else " ".join(spoken)


def facts_of(picture: PictureFacts) -> Facts:
    """Give what a picture's file says about itself; empty before it is examined."""
    return Facts.from_json(picture.facts)


def taken(picture: PictureFacts) -> str:
    """Say when and with what a picture was taken, as far as the file says so; else nothing."""
    known = facts_of(picture)
    if not known.captured_at:
        return ""
    facts = {"taken": known.captured_at.replace("T", " ")[:16], "camera": known.model or ""}
    return translate(_TAKEN_WITH if facts["camera"] else _TAKEN, language()) % facts


def verdict(picture: PictureFacts, findings: list[FindingFacts]) -> list[tuple[str, str]]:
    """Give what a photographer is told of a picture: pairs of tone and sentence, the gravest first.

    Args:
        findings: All of the entry's; others' pictures and the organizer's own matters are left out.
    """
    if picture.state == "received":
        return [("calm", translate(_BEING_EXAMINED, language()))]
    mine = [one for one in findings if one.picture_id == picture.id and one.for_photographer and one.is_open]
    said = [(TONES[one.severity], told(one)) for one in mine]
    if any(tone != "calm" for tone, _ in said):
        return said
    if picture.state == "unreadable":
        return [("bad", translate(_UNREADABLE, language())), *said]
    space = "" if language().startswith("zh") else " "
    meets = space.join(filter(None, (translate(_MEETS, language()), taken(picture))))
    return [("good", meets), *said]


@pages.context_processor
def words() -> dict[str, Any]:
    """Give entries' templates these words."""
    return {
        "file_size": file_size,
        "gap_told": gap_told,
        "facts_of": facts_of,
        "severity_word": severity_word,
        "state_word": state_word,
        "time_left": time_left,
        "told": told,
        "tones": TONES,
        "verdict": verdict,
    }
