"""Who may do what, when: one table and one pure function; whatever is not listed is denied.

Every page, file, job and mail asks `allowed`. Rows of the contest table name an action, then who may do it in which
states of the contest. The service table is for what belongs to no contest, such as signing in.
"""

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class State(StrEnum):
    """Where a contest stands; `calls.rules.state_at` derives grace and prescreen from the clock."""

    DRAFT = "draft"
    OPEN = "open"
    GRACE = "grace"
    PRESCREEN = "prescreen"
    ROUND = "round"
    DELIB = "delib"
    SEALED = "sealed"
    ANNOUNCED = "announced"
    ARCHIVED = "archived"


class Subject(StrEnum):
    """What a person is to the contest and to the thing asked for; one person can be several at once."""

    ANON = "anon"
    PHOTOG_OWN = "photog_own"
    PHOTOG_OTHER = "photog_other"
    DELEG_UNIT = "deleg_unit"
    DELEG_OTHER = "deleg_other"
    JUROR_ASG = "juror_asg"
    JUROR_UNASG = "juror_unasg"
    JUROR_RECUSED = "juror_recused"
    CHAIR = "chair"
    SECRETARY = "secretary"
    ORGANIZER = "organizer"
    ORG_OTHER = "org_other"
    ADMIN = "admin"


class Level(StrEnum):
    """Whom a service action is for."""

    ANYONE = "anyone"
    SIGNED_IN = "signed_in"
    ADMIN = "admin"


_ALL = frozenset(State)
_LIVE = _ALL - {State.DRAFT}
_PUB = frozenset({State.ANNOUNCED, State.ARCHIVED})
_BUT_ARCHIVED = _ALL - {State.ARCHIVED}
_EVERYONE = frozenset(Subject)
_JURORS = frozenset({Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED})
_SIGNED_IN = _EVERYONE - {Subject.ANON}


def _span(first: State, last: State) -> frozenset[State]:
    order = list(State)
    return frozenset(order[order.index(first) : order.index(last) + 1])


_ANON, _OWN, _UNIT = Subject.ANON, Subject.PHOTOG_OWN, Subject.DELEG_UNIT
_ASG, _UNASG = Subject.JUROR_ASG, Subject.JUROR_UNASG
_CHAIR, _ORG, _ADMIN, _SECRETARY = Subject.CHAIR, Subject.ORGANIZER, Subject.ADMIN, Subject.SECRETARY
_DRAFT, _OPEN, _GRACE, _PRESCREEN = State.DRAFT, State.OPEN, State.GRACE, State.PRESCREEN
_ROUND, _DELIB, _SEALED, _ANNOUNCED = State.ROUND, State.DELIB, State.SEALED, State.ANNOUNCED
_JUDGED = frozenset({_ROUND, _DELIB, _SEALED})
_COUNTED = frozenset({_DELIB, _SEALED}) | _PUB


# An action's rows: (who, when). Source: the permission matrix of the threat model, 62 actions, and
# what came since; the secretary's column is ours: procedure and coverage, never a score, a vote or an author.
CONTEST_ACTIONS: Final[dict[str, tuple[tuple[frozenset[Subject], frozenset[State]], ...]]] = {
    action: tuple((frozenset(who), frozenset(when)) for who, when in rows)
    for action, rows in {
        "contest.read_public": ((_EVERYONE, _LIVE), ({_ORG, _ADMIN}, _ALL)),
        "contest.read_draft": (({_ORG, _ADMIN}, {_DRAFT}),),
        "contest.delete": (({_ADMIN}, {_DRAFT}),),
        "contest.edit_rules": (({_ORG}, {_DRAFT}),),
        "contest.edit_texts": (({_ORG}, _BUT_ARCHIVED),),
        "contest.advance_state": (({_ORG}, _BUT_ARCHIVED),),
        "contest.extend_deadline": (({_ORG}, {_OPEN, _GRACE}),),
        "contest.archive": (({_ORG, _ADMIN}, _PUB),),
        "user.manage_roles": (({_ORG}, _BUT_ARCHIVED),),
        "account.register": (({_ANON}, _LIVE),),
        "account.export_own": ((_SIGNED_IN, _ALL),),
        "account.delete_own": ((_SIGNED_IN, _ALL),),
        "entry.create": (({_OWN, _UNIT}, {_OPEN}),),
        "entry.edit_meta": (({_OWN, _UNIT}, {_OPEN}),),
        "entry.replace_file": (({_OWN, _UNIT}, {_OPEN}),),
        "entry.finish_upload": (({_OWN, _UNIT}, {_OPEN, _GRACE}),),
        "entry.withdraw": (({_OWN}, _span(_OPEN, _DELIB)), ({_UNIT}, {_OPEN, _GRACE})),
        "entry.recommend": (({_UNIT}, {_OPEN, _GRACE}),),
        "entry.read_own_view": (({_OWN, _UNIT}, _LIVE),),
        "entry.read_juror_view": (
            ({_ASG}, {_ROUND, _DELIB}),
            ({_CHAIR}, _JUDGED),
            ({_ORG}, _span(_PRESCREEN, State.ARCHIVED)),
        ),
        "entry.read_author": (({_OWN, _UNIT, _ORG}, _LIVE), ({_CHAIR}, _PUB)),
        "entry.read_contact": (({_OWN, _UNIT, _ORG}, _LIVE),),
        "entry.read_id_number": (({_OWN}, _LIVE), ({_ORG}, {_SEALED, _ANNOUNCED})),
        "entry.read_original": (({_OWN, _ORG}, _LIVE), ({_UNIT}, {_OPEN, _GRACE})),
        "entry.read_exif_full": (({_OWN, _ORG}, _LIVE),),
        "entry.read_exif_filtered": (({_OWN, _ORG}, _LIVE), ({_ASG}, {_ROUND, _DELIB}), ({_CHAIR}, _JUDGED)),
        "entry.list_others": (({_ORG}, _LIVE),),
        "entry.decide_pair": (({_ORG}, _LIVE & _BUT_ARCHIVED),),
        "entry.disqualify": (({_ORG}, {_OPEN, _GRACE, _PRESCREEN, _ROUND, _DELIB}), ({_CHAIR}, {_DELIB})),
        "entry.request_raw": (({_ORG}, {_PRESCREEN, _DELIB, _SEALED, _ANNOUNCED}),),
        "entry.send_original": (({_OWN, _UNIT}, _span(_PRESCREEN, _ANNOUNCED)),),
        "image.preview_private": (
            ({_OWN, _UNIT, _ORG}, _LIVE),
            ({_ASG}, {_ROUND, _DELIB}),
            ({_CHAIR}, _JUDGED),
        ),
        "image.public_winner": ((_EVERYONE, _PUB),),
        "gallery.read": ((_EVERYONE, _PUB),),
        "result.read_public": ((_EVERYONE, _PUB),),
        "album.download_public": ((_EVERYONE, _PUB),),
        "round.configure": (({_ORG}, _span(_DRAFT, _DELIB)),),
        "text.release": (({_ORG}, {_PRESCREEN, _ROUND, _DELIB}),),
        "text.release_unread": (({_ORG}, {_PRESCREEN, _ROUND, _DELIB}),),
        "round.assign_juror": (({_ORG}, {_PRESCREEN, _ROUND}),),
        "round.open": (({_ORG}, {_PRESCREEN, _ROUND, _DELIB}),),
        "round.print": (({_ORG, _SECRETARY}, {_PRESCREEN, _ROUND, _DELIB}),),
        "round.reopen": (({_ORG, _CHAIR}, {_ROUND, _DELIB}),),
        "round.close": (({_ORG, _CHAIR}, {_ROUND}),),
        "juror.list_identity": (
            ({_ORG}, _LIVE),
            ({_CHAIR, _SECRETARY}, _span(_PRESCREEN, State.ARCHIVED)),
        ),
        "juror.declare_conflict": (({_ASG, _UNASG}, {_ROUND}),),
        "score.write_own": (({_ASG}, {_ROUND}),),
        "score.read_own": (({_ASG, _CHAIR}, _span(_ROUND, State.ARCHIVED)),),
        "score.read_others": (({_CHAIR, _ORG}, _COUNTED),),
        "score.read_progress_count": (({_CHAIR, _ORG, _SECRETARY}, _JUDGED),),
        "score.read_aggregate": (({_ASG}, {_DELIB}), ({_CHAIR, _ORG}, _COUNTED)),
        "score.read_own_entry_aggregate": (({_OWN}, _PUB),),
        "score.import": (({_ORG, _SECRETARY}, {_ROUND}),),
        "flag.resolve": (({_CHAIR, _ORG}, {_ROUND, _DELIB}),),
        "deliberation.follow": (({_ASG, _CHAIR, _SECRETARY, _ORG}, {_DELIB}),),
        "deliberation.lead": (({_CHAIR}, {_DELIB}),),
        "deliberation.vote": (({_ASG}, {_DELIB}),),
        "minutes.write": (({_CHAIR, _SECRETARY}, {_ROUND, _DELIB}),),
        "minutes.read": (({_CHAIR, _SECRETARY, _ORG}, _COUNTED),),
        "note.private_own": (({_ASG, _CHAIR}, {_ROUND, _DELIB}),),
        "result.draft_edit": (({_CHAIR, _ORG}, {_DELIB}),),
        "result.read_sealed": (({_CHAIR, _ORG}, {_SEALED}),),
        "result.seal": (({_CHAIR}, {_DELIB}),),
        "result.announce": (({_ORG}, {_SEALED}),),
        "result.unpublish": (({_ORG}, {_ANNOUNCED}),),
        "album.build": (({_ORG}, {_SEALED, _ANNOUNCED}),),
        "album.download_press": (({_ORG}, {_SEALED} | _PUB),),
        "export.scores_csv": (({_ORG}, _COUNTED),),
        "export.entries_csv": (({_ORG}, _LIVE),),
        "export.archive_zip": (({_ORG}, _PUB),),
        "export.record": (({_ORG}, {_SEALED} | _PUB), ({_CHAIR}, _PUB)),
        "mail.send_bulk": (({_ORG}, _LIVE & _BUT_ARCHIVED),),
        "audit.read_contest": (({_ORG}, _LIVE),),
        "audit.read_global": (({_ADMIN}, _ALL),),
        "system.backup": (({_ADMIN}, _ALL),),
        "system.settings": (({_ADMIN}, _ALL),),
        "user.impersonate": (),
    }.items()
}

SERVICE_ACTIONS: Final[dict[str, Level]] = {
    "site.read": Level.ANYONE,
    "site.set_up": Level.ANYONE,
    "site.sign_in": Level.ANYONE,
    "site.sign_out": Level.SIGNED_IN,
    "site.own_account": Level.SIGNED_IN,
    "site.open_contest": Level.ADMIN,
}

# The two acts that end a contest belong to two people, unless the contest says that one may do both.
TWO_PERSON_ACTIONS: Final = frozenset({"result.seal", "result.announce"})

# What would tell who took a picture, or whose votes are whose: closed to anyone on the panel until the result is
# public, whatever else the person is, except for the person's own entry.
_IDENTIFYING: Final = frozenset(
    {
        "entry.read_author",
        "entry.read_contact",
        "entry.read_id_number",
        "entry.read_original",
        "entry.read_exif_full",
        "entry.list_others",
        "entry.decide_pair",
        "entry.request_raw",
        "text.release",
        "album.build",
        "album.download_press",
        "export.entries_csv",
        "export.scores_csv",
        "export.record",
        "audit.read_contest",
    }
)
# What a juror or chair may do to an entry only while nothing ties them to it.
_NEEDS_DISTANCE: Final = frozenset(
    {
        "entry.read_juror_view",
        "entry.read_exif_filtered",
        "entry.disqualify",
        "image.preview_private",
        "score.write_own",
        "score.read_aggregate",
        "score.read_others",
        "note.private_own",
    }
)


def allowed(
    action: str,
    state: State,
    subjects: Collection[Subject],
    *,
    tied: bool = False,
    one_person: bool = False,
) -> bool:
    """Decide whether someone who is all of ``subjects`` may do ``action`` while the contest is in ``state``.

    Args:
        action: A key of `CONTEST_ACTIONS`; anything else is denied.
        state: The contest's state now.
        subjects: Everything the person is to the contest and to the thing; at least one.
        tied: Whether the person is the thing's author, of its unit, or recused from it. It takes the panel's
            rights away and adds none: an effective right is the union of the roles minus what a tie forbids.
        one_person: Whether this contest lets one person both seal and announce.

    Returns:
        True only if a row says so and nothing forbids it.
    """
    who = set(subjects)
    if one_person and action in TWO_PERSON_ACTIONS and who & {Subject.CHAIR, Subject.ORGANIZER}:
        who |= {Subject.CHAIR, Subject.ORGANIZER}
    on_panel = bool(who & (_JURORS | {Subject.CHAIR}))
    if on_panel and tied and action in _NEEDS_DISTANCE:
        who -= _JURORS | {Subject.CHAIR, Subject.ORGANIZER}
    if on_panel and action in _IDENTIFYING and state not in _PUB:
        who &= {Subject.PHOTOG_OWN}
    return any(who & may and state in when for may, when in CONTEST_ACTIONS.get(action, ()))


def ever_allowed(action: str, subjects: Collection[Subject], *, tied: bool = False, one_person: bool = False) -> bool:
    """Tell whether ``allowed`` says yes in any state: then "not now" may be told apart from "no such thing"."""
    return any(allowed(action, state, subjects, tied=tied, one_person=one_person) for state in State)
