"""Forms of a contest: shape only; rules check meaning."""

from contest.calls.forms.opening import ContestTyped, DeadlineForm, DeadlineTyped, OpenForm, ReasonForm
from contest.calls.forms.people import RoleForm, RoleTyped, UnitForm
from contest.calls.forms.settings import RulesForm, TextsForm, rules_as_kept, texts_as_kept

__all__ = [
    "ContestTyped",
    "DeadlineForm",
    "DeadlineTyped",
    "OpenForm",
    "ReasonForm",
    "RoleForm",
    "RoleTyped",
    "RulesForm",
    "TextsForm",
    "UnitForm",
    "rules_as_kept",
    "texts_as_kept",
]
