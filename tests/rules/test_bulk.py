"""What is done at once leaves Python as it was."""

import gc

import pytest

from contest.kernel.bulk import uncollected


def test_cycles_are_looked_for_again_afterwards_whatever_happened() -> None:
    seen: list[bool] = []

    @uncollected()
    def inner() -> None:
        seen.append(gc.isenabled())

    with pytest.raises(ValueError, match="in between"), uncollected():
        inner()
        seen.append(gc.isenabled())
        raise ValueError("in between")

    assert seen == [False, False]
    assert gc.isenabled()
