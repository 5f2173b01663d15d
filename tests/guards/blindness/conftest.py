"""Worlds for all tests of blindness: what two of them share is laid down once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import count
from pathlib import Path

import pytest
from flask import Flask

from tests.guards.blindness.filling import Foundation, laid_in
from tests.guards.blindness.world import Variant, World, world

NewWorld = Callable[[Variant], World]


@pytest.fixture(scope="session")
def new_world(joined_app: Flask, migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewWorld]:
    """Make worlds, at the end of the screening."""
    folder, numbers, own = tmp_path_factory.mktemp("worlds"), count(), joined_app.extensions["contest"]

    @cache
    def laid(authors: str) -> Foundation:
        return laid_in(folder / authors, migrated_file, authors)

    with ExitStack() as opened:
        yield lambda variant: opened.enter_context(
            world(folder / f"world {next(numbers)}", laid(variant.authors), variant, joined_app)
        )
    joined_app.extensions["contest"] = own
