"""What planning costs, and how well it mixes: the goals of judging.md 10.3, at full size.

python benchmarks/assignment.py
"""

import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations
from uuid import UUID

import numpy as np

from contest.judging.rules.ledger import FIRST_SEAL, LedgerLine, first_broken, merkle_root, sealed, vote_leaf
from contest.judging.rules.planning import JurorSeat, Plan, PlanState, Seated, plan

SIZES = ((33_000, 10, 3), (20_000, 15, 5))
PLAN_SECONDS_MAX = 1.0
CHAIN_SECONDS_MAX = 1.0
LINES = 100_000


def made_state(entries: int, jurors: int, quorum: int, *, conflicted: float = 0.0) -> PlanState:
    chance = random.Random(7)
    entry_ids = [UUID(int=chance.getrandbits(128)) for _ in range(entries)]
    juror_ids = [UUID(int=chance.getrandbits(128)) for _ in range(jurors)]
    return PlanState(
        entries=dict.fromkeys(entry_ids, True),
        jurors=[JurorSeat(id=juror_id) for juror_id in juror_ids],
        conflicts=[pair for pair in ((j, e) for j in juror_ids for e in entry_ids) if chance.random() < conflicted],
        ballots=(),
        quorum=quorum,
        seed="benchmark",
    )


def timed(state: PlanState) -> tuple[Plan, float]:
    began = time.process_time()
    made = plan(state)
    return made, time.process_time() - began


def connectivity(state: PlanState, made: Plan) -> tuple[float, int, int]:
    """Give lambda2 of the jurors' graph, the spread of loads, and how many pairs of jurors share no work."""
    rows = {entry_id: row for row, entry_id in enumerate(state.entries)}
    columns = {juror.id: column for column, juror in enumerate(state.jurors)}
    seats = np.zeros((len(rows), len(columns)))
    for juror, entry in made.inserts:
        seats[rows[entry], columns[juror]] = 1
    shared = seats.T @ seats
    laplacian = np.diag(seats.sum(axis=0)) - (seats / seats.sum(axis=1, keepdims=True)).T @ seats
    apart = sum(shared[one, other] == 0 for one, other in combinations(range(len(columns)), 2))
    loads = seats.sum(axis=0)
    return float(np.sort(np.linalg.eigvalsh(laplacian))[1]), int(loads.max() - loads.min()), apart


def changed(state: PlanState, made: Plan) -> dict[str, PlanState]:
    """Give the same round half judged, and what may happen to it then."""
    ids = iter(range(1, len(made.inserts) + 1))
    ballots = [
        Seated(UUID(int=number), juror, entry, is_cast=number % 2 == 0)
        for (juror, entry), number in zip(made.inserts, ids, strict=True)
    ]
    running = replace(state, ballots=ballots)
    first, *rest = state.jurors
    gone = first._replace(is_active=False)
    return {
        "nothing changed": running,
        "quorum up by one": replace(running, quorum=(state.quorum or 0) + 1),
        "quorum down by one": replace(running, quorum=(state.quorum or 2) - 1),
        "a juror leaves": replace(running, jurors=[gone, *rest]),
        "a juror comes": replace(running, jurors=[*state.jurors, JurorSeat(id=UUID(int=1))]),
        "a juror is swapped": replace(running, jurors=[gone, *rest, JurorSeat(id=UUID(int=1))]),
    }


def chain_seconds() -> tuple[float, float]:
    """Time the check of one chain of 100,000 lines, and the root of as many votes."""
    at = datetime(2026, 12, 3, tzinfo=UTC)
    sheet, told, seal = UUID(int=1), [], FIRST_SEAL
    for seq in range(1, LINES + 1):
        line = LedgerLine(
            sheet_id=sheet,
            seq=seq,
            ballot_id=UUID(int=seq),
            kind="counted",
            act="cast",
            score=850,
            previous_score=None,
            marks=None,
            viewed_ms=5000,
            reason="",
            scored=seq,
            recused=0,
            below=0,
            at=at,
            request_key=f"key-{seq:08}",
        )
        seal = sealed(line, seal)
        told.append((line, seal))
    standing = {UUID(int=seq): 850 for seq in range(1, LINES + 1)}
    began = time.process_time()
    assert first_broken(told, standing) is None
    chain = time.process_time() - began
    began = time.process_time()
    merkle_root(
        [
            vote_leaf(
                juror="A",
                entry=f"{seq:032x}",
                rival=None,
                kind="counted",
                score=850,
                hour="2026-12-03T04",
                nonce="0" * 32,
            )
            for seq in range(LINES)
        ]
    )
    return chain, time.process_time() - began


def main() -> int:
    failed = False
    for entries, jurors, quorum in SIZES:
        for conflicted in (0.0, 0.05):
            state = made_state(entries, jurors, quorum, conflicted=conflicted)
            made, seconds = timed(state)
            lambda2, spread, apart = connectivity(state, made)
            forbidden = set(state.conflicts) & {tuple(one) for one in made.inserts}
            failed |= seconds > PLAN_SECONDS_MAX or spread > 1 or apart > 0 or bool(forbidden) or lambda2 <= 0
            print(
                f"{entries} x {quorum}, {jurors} jurors, {conflicted:.0%} conflicts: {seconds:.2f} s, "
                f"loads differ by {spread}, {len(forbidden)} conflicts assigned, "
                f"{apart} pairs apart, lambda2 {lambda2:.0f}"
            )
        for name, after in changed(state, made).items():
            moved, seconds = timed(after)
            failed |= seconds > PLAN_SECONDS_MAX or (name == "nothing changed" and bool(moved))
            print(
                f"  {name}: {seconds:.2f} s; {len(moved.inserts)} new, {len(moved.moves)} moved, "
                f"{len(moved.cancels)} taken back, {len(moved.revives)} given back"
            )
    chain, tree = chain_seconds()
    failed |= chain > CHAIN_SECONDS_MAX
    print(f"chain of {LINES} lines checked in {chain:.2f} s, root of {LINES} votes in {tree:.2f} s")
    print("goals missed" if failed else "all goals met")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
