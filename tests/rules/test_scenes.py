"""The demonstration's pictures are real files, alike when made twice and unlike one another; its story adds up."""

import io
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import ExifTags, Image

from contest.demo import story
from contest.demo.scenes import KINDS, Camera, make_scene, scene_jpeg

CAMERA = Camera(
    make="Aster",
    model="Aster M5",
    lens="Aster 24-70mm F2.8",
    focal_mm=Fraction(50),
    aperture=Fraction("5.6"),
    exposure_s=Fraction(1, 250),
    iso=200,
)
WHEN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST_SEED = {kind: next(work.seed for work in story.WORKS if work.kind == kind) for kind in KINDS}


def thumbnail(kind: str, seed: int) -> np.ndarray:
    picture = make_scene(kind, seed=seed, width_px=240, height_px=160)
    return np.asarray(picture.resize((24, 16)), np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_pixels(kind: str) -> None:
    first = make_scene(kind, seed=4, width_px=240, height_px=160)
    second = make_scene(kind, seed=4, width_px=240, height_px=160)

    assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("size", [(301, 200), (200, 300), (240, 240), (360, 100)])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_fits_every_format(kind: str, size: tuple[int, int]) -> None:
    picture = make_scene(kind, seed=2, width_px=size[0], height_px=size[1])

    assert picture.size == size
    assert picture.mode == "RGB"


def test_no_two_kinds_look_alike() -> None:
    pictures = [thumbnail(kind, FIRST_SEED[kind]) for kind in KINDS]

    distances = {
        (KINDS[a], KINDS[b]): float(np.abs(pictures[a] - pictures[b]).mean())
        for a in range(len(KINDS))
        for b in range(a)
    }

    assert min(distances.values()) > 12, min(distances, key=lambda pair: distances[pair])


def test_an_unknown_kind_is_an_error() -> None:
    with pytest.raises(KeyError):
        make_scene("unicorn", seed=1, width_px=60, height_px=40)


def test_the_file_says_what_a_camera_would_say() -> None:
    data = scene_jpeg(
        "lake",
        seed=6,
        width_px=300,
        height_px=200,
        captured_at=WHEN,
        camera=CAMERA,
        place=(30.5, -119.25),
        artist="陈屿",
    )

    picture = Image.open(io.BytesIO(data))
    exif = picture.getexif()
    details, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert (picture.format, picture.size) == ("JPEG", (300, 200))
    assert (exif[ExifTags.Base.Make], exif[ExifTags.Base.Model]) == ("Aster", "Aster M5")
    assert exif[ExifTags.Base.Orientation] == 1
    assert details[ExifTags.Base.LensModel] == "Aster 24-70mm F2.8"
    assert details[ExifTags.Base.DateTimeOriginal] == "2026:03:04 05:06:07"
    assert details[ExifTags.Base.OffsetTimeOriginal] == "+08:00"
    assert float(details[ExifTags.Base.FNumber]) == 5.6
    assert float(details[ExifTags.Base.ExposureTime]) == 0.004
    assert details[ExifTags.Base.ISOSpeedRatings] == 200
    assert float(details[ExifTags.Base.FocalLength]) == 50
    assert (gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLongitudeRef]) == ("N", "W")
    assert [float(part) for part in gps[ExifTags.GPS.GPSLatitude]] == [30, 30, 0]
    assert [float(part) for part in gps[ExifTags.GPS.GPSLongitude]] == [119, 15, 0]


def test_without_a_place_there_is_no_gps_block_and_without_an_artist_no_name() -> None:
    data = scene_jpeg("lake", seed=6, width_px=60, height_px=40, captured_at=WHEN, camera=CAMERA)

    exif = Image.open(io.BytesIO(data)).getexif()
    assert exif.get_ifd(ExifTags.IFD.GPSInfo) == {}
    assert ExifTags.Base.Artist not in exif


def test_a_profile_is_embedded_as_given() -> None:
    data = scene_jpeg("lake", seed=6, width_px=60, height_px=40, captured_at=WHEN, camera=CAMERA, icc=b"profile" * 30)

    assert Image.open(io.BytesIO(data)).info["icc_profile"] == b"profile" * 30


def test_every_author_unit_category_and_kind_that_is_named_exists() -> None:
    authors = {author.key for author in story.AUTHORS}
    units = {unit.key for unit in story.UNITS}

    assert {work.author for work in story.WORKS} | {story.COPY.author} == authors
    assert {work.category for work in story.WORKS} == {category.key for category in story.CALL.categories}
    assert {work.kind for work in story.WORKS} <= set(KINDS)
    assert {author.unit for author in story.AUTHORS} - {None} == units
    assert {juror.unit for juror in story.JURY} - {None} <= units
    assert story.COPY.copy_of in {work.key for work in story.WORKS}


def test_keys_titles_addresses_and_pictures_are_unique() -> None:
    titles = [work.title for work in story.WORKS] + [story.COPY.title]
    people = [person.email for person in (*story.AUTHORS, *story.JURY)]

    assert len({work.key for work in story.WORKS}) == len(story.WORKS)
    assert len({title.zh for title in titles}) == len({title.en for title in titles}) == len(titles)
    assert len(set(people)) == len(people)
    own = [(work.kind, work.seed) for work in story.WORKS if work.flaw != "cut"]
    assert len(set(own)) == len(own)


def test_everything_is_said_in_both_languages() -> None:
    call = story.CALL
    texts = [call.name, call.edition, call.cup, call.notice, *call.hosts, *call.organizers, *call.sponsors]
    texts += [text for work in story.WORKS for text in (work.title, work.caption, work.place)]
    texts += [text for juror in story.JURY for text in (juror.name, juror.title)]
    texts += [owner.name for owner in (*story.AUTHORS, *story.UNITS, *call.categories, *call.tiers)]

    assert [text for text in texts if not (text.zh and text.en)] == []
    assert len(call.notice.zh.split("\n\n")) == len(call.notice.en.split("\n\n")) == 8


def test_works_keep_the_terms_unless_they_are_there_to_break_them() -> None:
    call = story.CALL
    painted = [(work.kind, work.seed) for work in story.WORKS]

    broken = {
        work.key: flaw
        for work in story.WORKS
        for flaw, kept in (
            ("size", max(work.size_px) >= call.long_side_min_px),
            ("captured", call.captured_from <= work.captured_at.date() < call.captured_until),
            ("cut", painted.index((work.kind, work.seed)) == story.WORKS.index(work)),
        )
        if not kept
    }

    assert broken == {work.key: work.flaw for work in story.WORKS if work.flaw}
    assert set(broken.values()) == {"size", "captured", "cut"}


def test_nobody_hands_in_more_than_the_call_allows() -> None:
    handed_in = [work.author for work in story.WORKS] + [story.COPY.author]

    assert max(handed_in.count(author.key) for author in story.AUTHORS) <= story.CALL.works_per_author


def test_scores_are_whole_points_from_every_voting_juror_without_a_conflict() -> None:
    given = story.scores()
    units = {author.key: author.unit for author in story.AUTHORS}

    expected = {
        (juror.key, work.key)
        for juror in story.VOTING
        for work in story.JUDGED
        if juror.unit is None or units[work.author] != juror.unit
    }
    assert len(story.VOTING) == 5
    assert set(given) == expected
    assert set(given.values()) <= set(range(1, 11))
    assert len(set(given.values())) >= 6
    assert given == story.scores(story.SEED)
    assert given != story.scores(story.SEED + 1)


def test_the_demonstration_result_needs_no_tie_break_and_no_cap() -> None:
    given = story.scores()
    means = {
        work.key: Fraction(sum(marks), len(marks))
        for work in story.JUDGED
        for marks in [[score for (_, key), score in given.items() if key == work.key]]
    }
    ranked = sorted(story.JUDGED, key=lambda work: means[work.key], reverse=True)

    line = 0
    for tier in story.CALL.tiers:
        line += tier.count
        assert means[ranked[line - 1].key] > means[ranked[line].key], tier.key
    winners = [work.author for work in ranked[:line]]
    assert max(winners.count(author) for author in winners) <= story.CALL.prizes_per_author
    assert ranked[0].key == "homeward"
