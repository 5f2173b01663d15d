"""Who judges what: one pure function plans every change of a round's ballots.

A round that starts, a quorum that rises or falls, a juror who comes, leaves, is swapped or returns, entries that come
late, are disqualified or admitted again, a conflict declared late: each is the same question. Given what is, which
ballots make every entry judged by as many as it should be, evenly, and nobody judge what is too near to her?
"""

from contest.judging.rules.planning.state import Cancel, Insert, JurorSeat, Move, Plan, PlanState, Revive, Seated
from contest.judging.rules.planning.table import plan

__all__ = ["Cancel", "Insert", "JurorSeat", "Move", "Plan", "PlanState", "Revive", "Seated", "plan"]
