"""What pages and other capabilities read of a contest."""

from contest.calls.queries.facts import (
    CategoryFacts,
    ContestFacts,
    JurorFacts,
    TierFacts,
    categories,
    contest_by_id,
    contest_named,
    facts_of,
    jury,
    tiers,
)
from contest.calls.queries.pages import (
    ContestLine,
    NoticeFacts,
    Seat,
    SettingsFacts,
    contests,
    draft_needs,
    notice,
    seats,
    settings_of,
)

__all__ = [
    "CategoryFacts",
    "ContestFacts",
    "ContestLine",
    "JurorFacts",
    "NoticeFacts",
    "Seat",
    "SettingsFacts",
    "TierFacts",
    "categories",
    "contest_by_id",
    "contest_named",
    "contests",
    "draft_needs",
    "facts_of",
    "jury",
    "notice",
    "seats",
    "settings_of",
    "tiers",
]
