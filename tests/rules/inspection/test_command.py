"""`contest inspect`: one answer a file, whatever the file; told as JSON, and in words."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from contest.cli import main
from contest.inspection.cli import FACTS
from tests.hostile import HOSTILE, png
from tests.photos import icc_profile, iptc_block, make_jpeg, xmp_packet

CORPUS = Path(__file__).parents[3].parent / "shared" / "corpus"
KEYS = ["path", "format", "width_px", "height_px", "frames", "sha256", "facts", "findings", "seconds_cpu"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, language: str = "en_GB.UTF-8") -> Result:
    return CliRunner(env={"LC_ALL": language}).invoke(main, ["inspect", *arguments])


def objects(*arguments: str) -> list[dict[str, Any]]:
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_photograph_is_told_in_one_object_with_all_its_keys(folder: Path) -> None:
    file = make_jpeg(
        width_px=900,
        height_px=600,
        orientation=6,
        artist="张伟",
        utc_offset="+08:00",
        gps=(36.55, 104.17),
        exif={"iso": 100, "f_number": 2.8, "exposure_s": (1, 250), "subsec": "42", "focal_length_mm": 35},
        xmp=xmp_packet(creators=["张伟"], title="黄河"),
        iptc=iptc_block(caption="黄河日出", byline="张伟"),
        icc=icc_profile(),
        thumbnail=True,
    )
    (folder / "黄河.jpg").write_bytes(file)

    (said,) = objects("黄河.jpg")

    assert list(said) == KEYS
    assert (said["path"], said["format"], said["width_px"], said["height_px"]) == ("黄河.jpg", "jpeg", 600, 900)
    assert (said["frames"], said["sha256"]) == (1, hashlib.sha256(file).hexdigest())
    assert 0 < said["seconds_cpu"] < 5
    assert tuple(said["facts"]) == FACTS
    assert said["facts"] == {
        "captured_at": "2026-10-17T17:42:00",
        "captured_at_source": "exif.original",
        "utc_offset": "+08:00",
        "subsec": "42",
        "make": "Contoso",
        "model": "Camera 7",
        "lens_model": None,
        "f_number": 2.8,
        "exposure_s": 0.004,
        "iso": 100,
        "focal_length_mm": 35.0,
        "orientation": 6,
        "latitude": 36.55,
        "longitude": 104.17,
        "software": None,
        "artist": "张伟",
        "copyright": None,
        "image_description": None,
        "xp_title": None,
        "iptc_caption": "黄河日出",
        "iptc_byline": "张伟",
        "xmp_creators": ["张伟"],
        "digital_source_type": None,
        "icc_profile": "Adobe RGB (1998)",
        "has_thumbnail": True,
    }
    assert {one["code"] for one in said["findings"]} == {"F11.turned", "B01.identity_in_metadata"}
    assert all(set(one) == {"code", "severity", "params", "en", "zh"} for one in said["findings"])


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real pictures is not here")
def test_every_file_of_a_folder_gets_one_object_of_the_same_form() -> None:
    files = sorted(path for path in CORPUS.rglob("*") if path.is_file() and not path.name.startswith("."))

    said = objects(str(CORPUS), "--quick")

    assert sorted(one["path"] for one in said) == [str(path) for path in files]
    for one in said:
        assert list(one) == KEYS, one["path"]
        assert tuple(one["facts"]) == FACTS, one["path"]
        assert all(set(found) == {"code", "severity", "params", "en", "zh"} for found in one["findings"])
        assert all(found["en"] and found["zh"] and "%(" not in found["en"] + found["zh"] for found in one["findings"])
        assert (one["width_px"] is None) == (one["height_px"] is None) == (one["frames"] is None), one["path"]
        assert one["facts"]["orientation"] in (None, *range(1, 9)), one["path"]
        # What a file does not say is null, never an empty text, and no text goes on behind a NUL.
        texts = [value for value in one["facts"].values() if isinstance(value, str | list)]
        assert all(value and "\0" not in str(value) for value in texts), one["path"]


def test_terms_are_held_against_a_file_and_told_with_their_numbers(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(make_jpeg(width_px=900, height_px=600))
    (folder / "terms.toml").write_text("[[any_of]]\nmib_min = 5\n[[any_of]]\nlong_side_min_px = 3000\n")

    (said,) = objects("a.jpg", "--terms", "terms.toml", "--quick")

    (reject,) = [one for one in said["findings"] if one["severity"] == "reject"]
    assert reject["code"] == "F05.bytes_or_long_side"
    assert (reject["params"]["given_px"], reject["params"]["limit_px"]) == (900, 3000)
    assert "at least 5 MB or 3000 px" in reject["en"]


def test_without_terms_no_format_of_a_photograph_is_refused(folder: Path) -> None:
    (folder / "a.png").write_bytes(png())

    (said,) = objects("a.png")

    assert [one for one in said["findings"] if one["severity"] == "reject"] == []


def test_a_broken_file_is_an_answer_and_no_failure(folder: Path) -> None:
    (folder / "cut.jpg").write_bytes(make_jpeg(width_px=900, height_px=600)[:9000])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "bomb.jpg").write_bytes(HOSTILE["scan bomb"]())

    said = objects("cut.jpg", "empty.jpg", "bomb.jpg")

    assert [[one["code"] for one in answer["findings"]] for answer in said] == [
        ["F02.unreadable"],
        ["F01.unknown_format"],
        ["F03.too_many_scans"],
    ]
    assert (said[1]["format"], said[1]["width_px"], said[1]["frames"]) == (None, None, None)


def test_quick_leaves_the_pixels_alone(folder: Path) -> None:
    (folder / "cut.jpg").write_bytes(make_jpeg(width_px=900, height_px=600)[:9000])

    (said,) = objects("cut.jpg", "--quick")

    assert "F02.unreadable" not in [one["code"] for one in said["findings"]]
    assert said["facts"]["model"] == "Camera 7"


def test_a_folder_is_walked_in_order_and_hidden_files_are_left(folder: Path) -> None:
    inner = folder / "in" / "b"
    inner.mkdir(parents=True)
    (folder / "in" / ".git").mkdir()
    for place in ("in/c.jpg", "in/b/a.jpg", "in/.hidden.jpg", "in/.git/d.jpg"):
        (folder / place).write_bytes(make_jpeg(width_px=64, height_px=48))
    os.mkfifo(folder / "in" / "pipe")

    said = objects("in", "--quick")

    assert [one["path"] for one in said] == ["in/c.jpg", "in/b/a.jpg"]


def test_a_missing_file_is_told_of_after_the_others_were_answered(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(make_jpeg(width_px=64, height_px=48))

    result = run("--json", "--quick", "none.jpg", "a.jpg")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["path"] == "a.jpg"
    assert "none.jpg" in result.stderr


def test_a_name_that_is_no_text_is_shown_all_the_same(folder: Path) -> None:
    name = b"\xbb\xc6.jpg"  # in GBK, as an old archive unpacks
    (folder / os.fsdecode(name)).write_bytes(make_jpeg(width_px=64, height_px=48))

    (said,) = objects(".", "--quick")

    assert said["path"] == r"\xbb\xc6.jpg"


@pytest.mark.parametrize("terms", ["long_side = 3000", "= 5", "severities = { F99 = 'note' }", None])
def test_terms_that_cannot_be_used_are_told_of(folder: Path, terms: str | None) -> None:
    (folder / "a.jpg").write_bytes(make_jpeg(width_px=64, height_px=48))
    if terms is not None:
        (folder / "terms.toml").write_text(terms)

    result = run("a.jpg", "--terms", "terms.toml")

    assert result.exit_code == 2
    assert "terms.toml" in result.stderr


def test_a_person_is_told_in_words(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(make_jpeg(width_px=900, height_px=600, captured_at=None, icc=icc_profile()))
    (folder / "b.jpg").write_bytes(make_jpeg(width_px=900, height_px=600, icc=icc_profile()))

    result = run("a.jpg", "b.jpg")

    assert result.stdout.splitlines() == [
        "a.jpg: jpeg, 900 × 600 px, Contoso, Camera 7",
        "  To be looked at [C03.no_date] The date of capture is missing. Please enter it.",
        "b.jpg: jpeg, 900 × 600 px, 2026-10-17 17:42:00, Contoso, Camera 7",
        "  Meets the terms.",
    ]


def test_neither_database_nor_instance_is_made(folder: Path) -> None:
    (folder / "a.jpg").write_bytes(make_jpeg(width_px=64, height_px=48))

    objects("a.jpg", "--quick")

    assert sorted(path.name for path in folder.iterdir()) == ["a.jpg"]


def test_it_speaks_the_terminals_language(folder: Path) -> None:
    (folder / "a.txt").write_text("no picture")

    said = run("a.txt", language="zh_CN.UTF-8").stdout

    assert "[F01" in said
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said)
    assert not any("\u4e00" <= letter <= "\u9fff" for letter in run("a.txt").stdout)
