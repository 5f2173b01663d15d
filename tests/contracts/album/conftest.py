"""One built book for every test that only looks at it."""

from pathlib import Path

import pytest

from tests.albums import Shelf, build
from tests.contracts.album.books import Book, make_contest


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    shelf = Shelf(folder=tmp_path_factory.mktemp("originals"))
    record = make_contest(shelf)
    path = tmp_path_factory.mktemp("album") / "album.pdf"
    return Book(record=record, shelf=shelf, path=path, report=build(record, shelf, path))


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    folder = tmp_path / "originals"
    folder.mkdir()
    return Shelf(folder=folder)
