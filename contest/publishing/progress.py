"""How far a build is, as its row says it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from contest.kernel.db import Database
from contest.publishing import actions

PAUSE_S: Final = 0.5


@dataclass
class Progress:
    """Writes down how far a build is, at most twice a second; raises ``Conflict`` once it was stopped."""

    database: Database
    build_id: UUID
    percent: Callable[[str, int, int], int]
    _written_at: float = 0.0

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take a step of a stage, which ``percent`` turns into percent of the whole."""
        moment = time.monotonic()
        if moment - self._written_at < PAUSE_S:
            return
        self._written_at = moment
        with self.database.changing() as work:
            actions.note_progress(work, build_id=self.build_id, percent=self.percent(stage, done, total))
