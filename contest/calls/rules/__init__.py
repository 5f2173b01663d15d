"""What follows from a contest's dates, terms and decisions; pure."""

from contest.calls.rules.desk import Figures, NextStep, Stage, StageState, next_step, timeline
from contest.calls.rules.moments import Remaining, day_and_clock, is_zone, moment_of, remaining, zones
from contest.calls.rules.settings import (
    CATEGORIES_MAX,
    CategoryGiven,
    RulesGiven,
    TextsGiven,
    TierGiven,
    faults_of_rules,
    faults_of_texts,
    short_name_fault,
)
from contest.calls.rules.states import PREDECESSORS, missing_to_open, state_at

__all__ = [
    "CATEGORIES_MAX",
    "PREDECESSORS",
    "CategoryGiven",
    "Figures",
    "NextStep",
    "Remaining",
    "RulesGiven",
    "Stage",
    "StageState",
    "TextsGiven",
    "TierGiven",
    "day_and_clock",
    "faults_of_rules",
    "faults_of_texts",
    "is_zone",
    "missing_to_open",
    "moment_of",
    "next_step",
    "remaining",
    "short_name_fault",
    "state_at",
    "timeline",
    "zones",
]
