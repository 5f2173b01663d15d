"""Whatever is recorded can be read on the audit page in words: its act, its facts, and the codes among them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from contest.accounts.models import RoleKind
from contest.calls.acts import ACTS, CODED, FACTS, VALUES
from contest.entries.identity import Tell
from contest.entries.models import EntryState, OriginalVerdict, PairVerdict
from contest.judging.rules.advance import By
from contest.judging.rules.deliberation import Question
from contest.judging.rules.settings import Mode
from contest.judging.scoring import TIE_METHODS
from contest.kernel.permissions import State
from contest.publishing.album.editions import Edition
from contest.publishing.prints.orders import Kind

CONTEST = Path(__file__).parents[2] / "contest"
RECORDING = {"record", "_record", "noted"}
# What every line has, and what names the line's contest or work.
COMMON = {"at", "actor_id", "thing", "contest_id", "action"}
# Of accounts and of the service itself: in no contest's history.
ELSEWHERE = {"account", "site.offer_set_up", "site.set_up"}
BUILDS = ("album", *Kind)


def _calls() -> Iterator[ast.Call]:
    for path in sorted(CONTEST.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "audit" not in text and "noted" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in RECORDING:
                    yield node


def _actions(call: ast.Call) -> Iterator[str]:
    """Give the actions that a call may record: both of a choice, those of every kind where one is put in."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == "action"] or call.args
    for node in given:
        branches = [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]
        for one in branches:
            if isinstance(one, ast.JoinedStr):
                ending = "".join(str(part.value) for part in one.values if isinstance(part, ast.Constant))
                yield from (f"{kind}{ending}" for kind in BUILDS)
            elif isinstance(one, ast.Constant) and isinstance(one.value, str):
                yield one.value


def _is_elsewhere(action: str) -> bool:
    return action in ELSEWHERE or action.split(".", maxsplit=1)[0] in ELSEWHERE


def test_every_recorded_act_has_words_and_none_are_left_over() -> None:
    assert {action for call in _calls() for action in _actions(call) if not _is_elsewhere(action)} == ACTS.keys()


def test_every_recorded_fact_has_a_name_and_none_are_left_over() -> None:
    calls = [call for call in _calls() if not any(_is_elsewhere(action) for action in _actions(call))]

    assert {keyword.arg for call in calls for keyword in call.keywords if keyword.arg} - COMMON == FACTS.keys()


def test_every_code_among_the_facts_has_words() -> None:
    codes = [*State, *EntryState, *RoleKind, *Mode, *By, *Question, *TIE_METHODS, *PairVerdict, *OriginalVerdict]

    assert {str(code) for code in (*codes, *Tell, *Edition)} - VALUES.keys() == set()
    assert FACTS.keys() >= CODED
