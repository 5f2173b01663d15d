"""The permission table, cell by cell against docs/reference/permissions.md, and what must never be true of it."""

import itertools
import re
from pathlib import Path

import pytest

from contest.kernel.permissions import CONTEST_ACTIONS, SERVICE_ACTIONS, State, Subject, allowed, ever_allowed

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"
STATES = list(State)
JURORS = {Subject.JUROR_ASG, Subject.JUROR_UNASG, Subject.JUROR_RECUSED}
PUBLIC = {State.ANNOUNCED, State.ARCHIVED}
IDENTIFYING = [
    "entry.read_author",
    "entry.read_contact",
    "entry.read_id_number",
    "entry.read_original",
    "entry.read_exif_full",
    "entry.list_others",
    "export.entries_csv",
    "export.scores_csv",
    "entry.decide_pair",
    "entry.request_raw",
    "text.release",
    "album.build",
    "album.download_press",
    "audit.read_contest",
]


def _who(words: str) -> set[Subject]:
    if words == "everyone":
        return set(Subject)
    if words == "signed in":
        return set(Subject) - {Subject.ANON}
    return {Subject(word.strip()) for word in words.split(",")}


def _when(words: str) -> set[State]:
    named = {
        "all": set(STATES),
        "live": set(STATES) - {State.DRAFT},
        "public": PUBLIC,
        "all but archived": set(STATES) - {State.ARCHIVED},
    }
    if words in named:
        return named[words]
    if " to " in words:
        first, last = (STATES.index(State(word)) for word in words.split(" to "))
        return set(STATES[first : last + 1])
    return {State(word.strip()) for word in words.split(",")}


def _documented() -> dict[str, list[tuple[set[Subject], set[State]]]]:
    rows: dict[str, list[tuple[set[Subject], set[State]]]] = {}
    for action, told in re.findall(r"^\| `([\w.]+)` \| (.+?) \|$", PAGE.read_text(), flags=re.MULTILINE):
        if action in SERVICE_ACTIONS:
            continue
        parts = [] if told == "nobody" else [part.split(": ") for part in told.split("; ")]
        rows[action] = [(_who(who.strip()), _when(when.strip())) for who, when in parts]
    return rows


def test_every_cell_is_as_documented() -> None:
    documented = _documented()

    assert set(documented) == set(CONTEST_ACTIONS)
    differing = [
        (action, subject, state)
        for action, subject, state in itertools.product(documented, Subject, STATES)
        if allowed(action, state, {subject})
        != any(subject in who and state in when for who, when in documented[action])
    ]
    assert differing == []


def test_the_matrix_of_the_twelve_subjects_has_its_known_size() -> None:
    twelve = [subject for subject in Subject if subject is not Subject.SECRETARY]
    cells = [
        allowed(action, state, {subject})
        for action, subject, state in itertools.product(CONTEST_ACTIONS, twelve, STATES)
    ]

    assert (len(cells), sum(cells)) == (8316, 834)


def test_the_service_table_is_as_documented() -> None:
    found = dict(re.findall(r"^\| `(site\.\w+)` \| (\w+) \|$", PAGE.read_text(), flags=re.MULTILINE))

    assert found == {action: level.value for action, level in SERVICE_ACTIONS.items()}


@pytest.mark.parametrize("action", ["score.readothers", "", "result.Seal", "site.read"])
def test_an_unknown_action_is_denied_to_everyone_always(action: str) -> None:
    assert not any(allowed(action, state, set(Subject)) for state in STATES)


def test_nobody_impersonates() -> None:
    assert not ever_allowed("user.impersonate", set(Subject))


@pytest.mark.parametrize("other", sorted(set(Subject) - {Subject.PHOTOG_OWN}))
@pytest.mark.parametrize("juror", sorted(JURORS | {Subject.CHAIR}))
def test_no_second_role_shows_a_panel_member_an_author_before_the_result_is_public(
    juror: Subject, other: Subject
) -> None:
    shown = [
        (action, state)
        for action, state in itertools.product(IDENTIFYING, STATES)
        if state not in PUBLIC and allowed(action, state, {juror, other})
    ]

    assert shown == []


def test_a_panel_member_still_sees_her_own_entry() -> None:
    both = {Subject.JUROR_ASG, Subject.PHOTOG_OWN}

    assert allowed("entry.read_author", State.ROUND, both, tied=True)
    assert allowed("image.preview_private", State.ROUND, both, tied=True)


@pytest.mark.parametrize("juror", sorted(JURORS | {Subject.CHAIR}))
@pytest.mark.parametrize(
    "action",
    ["score.write_own", "entry.read_juror_view", "score.read_others", "entry.disqualify", "note.private_own"],
)
def test_a_tie_takes_the_panels_rights_away_whatever_else_the_person_is(juror: Subject, action: str) -> None:
    for others in itertools.combinations([Subject.ORGANIZER, Subject.PHOTOG_OTHER, Subject.DELEG_OTHER], 2):
        assert not ever_allowed(action, {juror, *others}, tied=True)


def test_a_tie_never_adds_a_right() -> None:
    pairs = list(itertools.combinations(Subject, 2))

    gained = [
        (action, pair, state)
        for action, pair, state in itertools.product(CONTEST_ACTIONS, pairs, STATES)
        if allowed(action, state, pair, tied=True) and not allowed(action, state, pair)
    ]
    assert gained == []


def test_two_roles_together_may_do_no_more_than_each_alone() -> None:
    gained = [
        (action, pair, state)
        for action, pair, state in itertools.product(CONTEST_ACTIONS, itertools.combinations(Subject, 2), STATES)
        if allowed(action, state, pair) and not any(allowed(action, state, {subject}) for subject in pair)
    ]
    assert gained == []


def test_photographers_delegates_and_strangers_never_see_scores_or_jurors() -> None:
    outside = [
        Subject.ANON,
        Subject.PHOTOG_OWN,
        Subject.PHOTOG_OTHER,
        Subject.DELEG_UNIT,
        Subject.DELEG_OTHER,
        Subject.ORG_OTHER,
    ]
    for subject in outside:
        for action in ("score.read_others", "juror.list_identity", "score.read_progress_count", "result.read_sealed"):
            assert not ever_allowed(action, {subject})


def test_the_administrator_has_no_right_over_content() -> None:
    rights = {action for action in CONTEST_ACTIONS if ever_allowed(action, {Subject.ADMIN})}

    everyones = {"result.read_public"}
    assert not {right for right in rights - everyones if right.split(".")[0] in {"score", "entry", "result"}}


def test_the_organizer_sees_no_score_while_a_round_is_open() -> None:
    for action in ("score.read_others", "score.read_aggregate", "export.scores_csv"):
        assert not allowed(action, State.ROUND, {Subject.ORGANIZER})


def test_sealing_and_announcing_take_two_people_unless_the_contest_says_otherwise() -> None:
    assert not allowed("result.seal", State.DELIB, {Subject.ORGANIZER})
    assert not allowed("result.announce", State.SEALED, {Subject.CHAIR})
    assert allowed("result.seal", State.DELIB, {Subject.ORGANIZER}, one_person=True)
    assert allowed("result.announce", State.SEALED, {Subject.CHAIR}, one_person=True)
    assert not allowed("result.seal", State.DELIB, {Subject.JUROR_ASG}, one_person=True)
