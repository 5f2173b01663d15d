"""What our readers find in real files, held against ExifTool; both it and the files may be absent."""

import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from tests.oracle import Compared, compared

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real files is not here"),
    pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed"),
]


def test_our_readers_agree_with_exiftool() -> None:
    values: dict[str, list[Compared]] = defaultdict(list)
    for value in compared(CORPUS):
        values[value.format].append(value)

    assert len(values["jpeg"]) > 1200
    for kind, all_of_it in values.items():
        wrong = [value for value in all_of_it if not value.agrees]
        assert len(wrong) <= len(all_of_it) * (0.02 if kind in ("tiff", "dng") else 0.003), wrong
    certain = {"captured_at", "make", "model", "orientation"}
    known = values["jpeg"] + values["heif"]
    assert [value for value in known if value.name in certain and not value.agrees] == []
