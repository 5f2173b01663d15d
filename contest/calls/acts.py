"""What the lines of the audit record say, in words; a guard test fails when what is recorded has none here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from contest.web.sentences import N_, translate

ACTS: Final[dict[str, str]] = {
    "site.open_contest": N_("Draft begun"),
    "contest.edit_texts": N_("Texts changed"),
    "contest.edit_rules": N_("Rules changed"),
    "contest.advance_state": N_("Contest moved on"),
    "contest.extend_deadline": N_("Deadline moved"),
    "user.manage_roles": N_("Tasks and units changed"),
    "entry.create": N_("Work begun"),
    "entry.edit_meta": N_("Work described"),
    "entry.order_pictures": N_("Pictures put in order"),
    "entry.remove_picture": N_("Picture removed"),
    "entry.replace_file": N_("Picture replaced"),
    "entry.submit": N_("Work handed in"),
    "entry.reopen": N_("Work opened again for changes"),
    "entry.withdraw": N_("Work withdrawn"),
    "entry.restore": N_("Withdrawn work put back"),
    "finding.waive": N_("Finding waived"),
    "entry.accept": N_("Work accepted"),
    "entry.refuse": N_("Work found not eligible"),
    "entry.disqualify": N_("Work disqualified"),
    "entry.requalify": N_("Disqualification taken back"),
    "entry.decide_pair": N_("Look-alikes decided"),
    "entry.request_raw": N_("Original file asked for"),
    "entry.decide_original": N_("Original file judged"),
    "text.release": N_("Text released to the jury"),
    "text.release_unread": N_("Texts released to the jury unread"),
    "text.release_clean": N_("Texts in which nothing was found released to the jury"),
    "round.configure": N_("Round planned"),
    "round.discard": N_("Planned round taken out"),
    "round.open": N_("Round opened"),
    "round.pause": N_("Round paused"),
    "round.resume": N_("Round resumed"),
    "round.reschedule": N_("End of the round moved"),
    "round.remind": N_("Jurors reminded"),
    "round.set_quorum": N_("Jurors for each work changed"),
    "round.add_juror": N_("Juror added to the round"),
    "round.drop_juror": N_("Juror left the round"),
    "round.return_juror": N_("Juror returned to the round"),
    "round.swap_juror": N_("Juror replaced in the round"),
    "round.limit_juror": N_("Number of a juror's works limited"),
    "round.late_entries": N_("Late works taken into the round"),
    "round.hold": N_("Work put on hold"),
    "round.release": N_("Work taken off hold"),
    "round.resolve_flags": N_("Remarks about a work decided"),
    "juror.begin": N_("Briefing read, judging begun"),
    "score.import": N_("Marks taken in from a sheet"),
    "round.close": N_("Round closed"),
    "round.reopen": N_("Round opened again"),
    "round.advance": N_("Works sent on to the next round"),
    "deliberation.ask": N_("Question put to the panel"),
    "deliberation.vote": N_("Question answered by a juror"),
    "deliberation.reveal": N_("Answers shown"),
    "deliberation.decide": N_("Question decided"),
    "minutes.write": N_("Line added to the minutes"),
    "result.draft_edit": N_("Prizes worked out"),
    "result.rule_on_tie": N_("Tie decided"),
    "result.seal": N_("Result sealed"),
    "result.announce": N_("Result announced"),
    "result.unpublish": N_("Result taken back from the public"),
    "export.scores_csv": N_("Table of scores downloaded"),
    "export.audit_csv": N_("Audit record downloaded"),
    "album.build": N_("Album ordered"),
    "album.ready": N_("Album built"),
    "album.stop": N_("Album stopped"),
    "album.accept": N_("Warnings of an album accepted"),
    "album.release": N_("Album released to the printer"),
    "album.profile": N_("Printer's colour profile uploaded"),
    "album.consent": N_("Consent to print recorded"),
    "album.consent_back": N_("Recorded consent struck out"),
    "album.larger": N_("Larger file taken for print"),
    "album.judged": N_("Judged file taken for print again"),
    "certificates.seal": N_("Seal for certificates uploaded"),
    "certificates.build": N_("Certificates ordered"),
    "certificates.ready": N_("Certificates made"),
    "certificates.stop": N_("Certificates stopped"),
    "panels.build": N_("Exhibition panels ordered"),
    "panels.ready": N_("Exhibition panels made"),
    "panels.stop": N_("Exhibition panels stopped"),
    "labels.build": N_("Labels ordered"),
    "labels.ready": N_("Labels made"),
    "labels.stop": N_("Labels stopped"),
    "contact.build": N_("Contact sheets ordered"),
    "contact.ready": N_("Contact sheets made"),
    "contact.stop": N_("Contact sheets stopped"),
}
# What each fact of a line is called.
FACTS: Final[dict[str, str]] = {
    "reason": N_("Reason"),
    "before": N_("before"),
    "after": N_("after"),
    "did": N_("what"),
    "kind": N_("kind"),
    "person": N_("Person"),
    "juror": N_("Juror"),
    "new_juror": N_("in her place"),
    "named": N_("Work"),
    "round": N_("Round"),
    "preset": N_("Preset"),
    "mode": N_("Mode"),
    "closes_at": N_("End"),
    "entries": N_("Works"),
    "works": N_("Works"),
    "left_away": N_("left away"),
    "jurors": N_("Jurors"),
    "limit": N_("at most"),
    "missing_votes": N_("missing marks"),
    "short_works": N_("works with too few jurors"),
    "flags": N_("remarks"),
    "marks": N_("Marks"),
    "letters": N_("letters"),
    "rule": N_("Rule"),
    "advanced": N_("go on"),
    "rescued": N_("rescued"),
    "kept": N_("kept by the panel"),
    "dropped": N_("left behind by the panel"),
    "of": N_("of"),
    "item": N_("Question"),
    "votes": N_("answers"),
    "rank": N_("Rank"),
    "way": N_("way"),
    "order": N_("Order"),
    "one_person": N_("by one person"),
    "announced_at": N_("public since"),
    "approved": N_("approved although it holds"),
    "code": N_("Finding"),
    "verdict": N_("Verdict"),
    "due": N_("until"),
    "declaration": N_("Declaration"),
    "picture": N_("Picture"),
    "pictures": N_("Pictures"),
    "edition": N_("Edition"),
    "result_version": N_("Result"),
    "findings": N_("Warnings"),
    "given_by": N_("given by"),
    "given_on": N_("on"),
    "note": N_("Note"),
    "size": N_("Size"),
    "format": N_("Format"),
    "sha256": N_("SHA-256"),
    "digest": N_("SHA-256"),
    "seed_sha256": N_("SHA-256 of the seed"),
}
# What the codes among the facts mean. Only these facts hold codes: a reason may happen to be one of these words.
CODED: Final = frozenset({"before", "after", "did", "kind", "mode", "rule", "way", "verdict", "approved", "edition"})
VALUES: Final[dict[str, str]] = {
    # states of a contest and of a work
    "draft": N_("Draft"),
    "open": N_("Taking entries"),
    "grace": N_("Last uploads are coming in"),
    "prescreen": N_("Screening"),
    "round": N_("Judging"),
    "delib": N_("Deliberation"),
    "sealed": N_("Result settled"),
    "announced": N_("Result announced"),
    "archived": N_("Archived"),
    "submitted": N_("Handed in"),
    "eligible": N_("Accepted"),
    "ineligible": N_("Not eligible"),
    "withdrawn": N_("Withdrawn"),
    "disqualified": N_("Disqualified"),
    # tasks
    "added": N_("added"),
    "ended": N_("ended"),
    "removed": N_("removed"),
    "organizer": N_("Organizer"),
    "chair": N_("Chair of the jury"),
    "juror": N_("Juror"),
    "secretary": N_("Secretary (no vote)"),
    "delegate": N_("Delegate of a unit"),
    # rounds
    "score": N_("marks on a scale"),
    "yesno": N_("yes or no"),
    "rank": N_("tiers on a light table"),
    "tokens": N_("chips"),
    "pairs": N_("pairs"),
    "all": N_("all"),
    "top": N_("the best, so many"),
    "share": N_("the best, so many percent"),
    "threshold": N_("all from a score on"),
    "picked": N_("all that so many jurors chose"),
    "hand": N_("the works of a list"),
    "tied": N_("only those that tie at a place, for another vote"),
    # deliberation and ties
    "keep": N_("does this work stay in?"),
    "choose": N_("which of these is best?"),
    "order": N_("in which order do these stand?"),
    "discuss": N_("nothing: look at them together"),
    "extra_votes": N_("more votes by jurors who have not judged them"),
    "head_to_head": N_("a vote between them by all jurors"),
    "usual_judgment": N_("the marks around the median (usual judgment)"),
    "lot": N_("the lot drawn from the published seed"),
    # look-alikes and originals
    "same": N_("The same picture"),
    "related": N_("Related"),
    "unrelated": N_("Unrelated"),
    "differs": N_("Another photograph, or edited against the rules"),
    "not_sent": N_("Not sent"),
    # what a text could tell
    "name": N_("a name"),
    "email": N_("an e-mail address"),
    "web": N_("a web address"),
    "account": N_("an account"),
    "phone": N_("a telephone number"),
    "credit": N_("a credit"),
    # editions of the album
    "press": N_("Inside for the printer (PDF/X-4, photographs in their own colours)"),
    "x1a": N_("Inside for the printer (PDF/X-1a, all in printing inks)"),
    "screen": N_("Whole book for screens (small PDF, can be read aloud)"),
    "proof": N_("Spreads to look over (as the press will show them)"),
    "cover": N_("Cover in one piece, with the spine"),
}
_FINGERPRINTS: Final = frozenset({"declaration", "picture", "pictures", "sha256", "digest", "seed_sha256"})
_MOMENTS: Final = frozenset({"closes_at", "announced_at", "due"})
_YES, _NO = N_("yes"), N_("no")
_ROUND, _WORK, _RESULT, _NOTHING = N_("Round %(name)s"), N_("Work %(name)s"), N_("Result no. %(name)s"), N_("none")
_ID_LENGTH: Final = 36
_THINGS: Final = {"round": _ROUND, "entry": _WORK, "result": _RESULT}


def act_word(action: str, language: str) -> str:
    """Say what was done."""
    return translate(ACTS[action], language)


def thing_word(thing: str, language: str) -> str:
    """Say what it was done to, such as "Round 1"; "" for what only an id names, such as a draft or a build."""
    kind, _blank, name = thing.partition(" ")
    return translate(_THINGS[kind], language) % {"name": name} if kind in _THINGS and len(name) < _ID_LENGTH else ""


def facts_told(
    facts: Mapping[str, Any],
    language: str,
    *,
    names: Mapping[str, str],
    moment: Callable[[datetime], str],
    is_whole: bool = True,
) -> str:
    """Say the facts of a line, each with what it is, such as "Reason: two are ill · missing marks: 9".

    Args:
        names: What ids of people stand for.
        moment: Writes a moment in the contest's zone.
        is_whole: Whether to say fingerprints and ids as well, which only programs compare.
    """

    def told(key: str, value: Any) -> str:
        if isinstance(value, bool):
            return translate(_YES if value else _NO, language)
        if value is None or value in ("", []):
            return translate(_NOTHING, language)
        if isinstance(value, list):
            return ", ".join(told(key, one) for one in value)
        text = str(value)
        if key in CODED and text in VALUES:
            return translate(VALUES[text], language)
        if key in _MOMENTS or (key in {"before", "after"} and "T" in text):
            return moment(datetime.fromisoformat(text))
        return names.get(text, text)

    hidden = frozenset() if is_whole else _FINGERPRINTS
    # A reason that was not needed is not worth a word.
    shown = {key: value for key, value in facts.items() if value != "" and key not in hidden}
    return " · ".join(f"{translate(FACTS[key], language)}: {told(key, value)}" for key, value in shown.items())
