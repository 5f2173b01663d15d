"""Pictures that a check must not wrong; docs/reference/checks.md names them all with the tests that hold them."""

import io
from typing import Any

import pytest
from PIL import Image

from contest.inspection.checks import check
from contest.inspection.generators import find_generator
from contest.inspection.reading import read_facts
from contest.inspection.terms import PhotoTerms
from contest.inspection.walk import walk
from tests.reports import report


def test_a_wrong_ending_is_no_finding() -> None:
    assert check(report(), PhotoTerms(), file_name="DSC_0042.PNG") == []


@pytest.mark.parametrize(("given_px", "codes"), [(5, []), (6, ["B03.border"])])
def test_a_line_of_five_pixels_is_no_border(given_px: int, codes: list[str]) -> None:
    made = report(look={"border_px": given_px})

    assert [one.code for one in check(made, PhotoTerms())] == codes


def test_the_dpi_value_plays_no_part() -> None:
    def facts(dpi: int) -> Any:
        out = io.BytesIO()
        Image.new("RGB", (60, 40)).save(out, "JPEG", dpi=(dpi, dpi))
        blocks = walk(out.getvalue())
        assert blocks is not None
        return read_facts(blocks).facts

    assert facts(72) == facts(300)


def test_a_scan_is_digitized_later_than_it_was_taken() -> None:
    made = report(facts={"captured_at": "2026-05-01T10:00:00", "digitized_at": "2026-10-20T10:00:00"})

    assert [one.code for one in check(made, PhotoTerms()) if one.code.startswith("C06")] == []


@pytest.mark.parametrize(
    "facts",
    [
        {"programs": ("Gemini11", "Ver.1.0")},
        {"programs": ("DSLR ImageNumber 7",)},
        {"comments": ("A flux of birds, after a midjourney stop",)},
        {"comments": ("Steps: a staircase in Lanzhou",)},
        {"text": [("Description", "workflow of a baker at dawn")]},
    ],
)
def test_words_that_only_remind_of_generators_are_none(facts: dict[str, Any]) -> None:
    assert find_generator(**{"text": [], "comments": (), "programs": (), **facts}) is None
