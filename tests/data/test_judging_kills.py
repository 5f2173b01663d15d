"""Twenty jurors vote at once and are killed at random moments: no vote is lost, and none counts twice."""

from datetime import datetime
from pathlib import Path

from contest.kernel.db import Database
from tests.killed_votes import vote_under_kills


def test_no_vote_is_lost_or_counted_twice_whenever_a_juror_is_cut_off(
    sqlite_database: Database, now: datetime, tmp_path: Path
) -> None:
    (tmp_path / "notes").mkdir()

    found = vote_under_kills(sqlite_database, tmp_path / "notes", jurors=20, entries=20, kills=60, at=now)

    assert found.acknowledged > found.kills
    assert (found.lost, found.double, found.broken, found.troubles) == (0, 0, 0, ())
