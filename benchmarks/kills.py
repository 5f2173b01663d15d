"""Jurors who vote at once and are killed at 1,000 random moments: the goal is 0 lost, 0 double, 0 "locked".

python -m benchmarks.kills            1,000 kills of 20 jurors, some minutes
python -m benchmarks.kills --quick    100
"""

import argparse
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))  # the harness is shared with the tests

from contest.kernel.db import open_database
from contest.migrations import upgrade
from tests.killed_votes import vote_under_kills

KILLS, KILLS_QUICK = 1_000, 100


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    kills = KILLS_QUICK if parser.parse_args().quick else KILLS
    with TemporaryDirectory() as place:
        folder = Path(place)
        database = open_database(f"sqlite:///{folder / 'contest.sqlite'}")
        upgrade(database)
        (folder / "notes").mkdir()
        began = time.monotonic()
        found = vote_under_kills(
            database, folder / "notes", jurors=20, entries=60, kills=kills, at=datetime(2026, 12, 3, tzinfo=UTC)
        )
        database.dispose()
    print(
        f"{found.kills} kills of 20 jurors voting at once, {time.monotonic() - began:.0f} s: "
        f"{found.acknowledged} votes acknowledged, {found.lost} lost, {found.double} double, "
        f"{found.broken} ledgers broken, {len(found.troubles)} refused by the database"
    )
    print(*found.troubles, sep="\n")
    return int(bool(found.lost or found.double or found.broken or found.troubles))


if __name__ == "__main__":
    sys.exit(main())
