"""One page as the desk shows it: what the book will print, at once, without an original being opened."""

import io
import resource
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.options import AlbumTexts, Comment
from contest.publishing.album.plan import AlbumPlan
from contest.publishing.album.preview import overflows, preview
from tests.albums import make_winners
from tests.photos import encode

RECORD = make_winners()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep one small derivative: blue with a red corner at the top left."""
    picture = Image.new("RGB", (640, 427), (40, 90, 160))
    ImageDraw.Draw(picture).rectangle((0, 0, 200, 140), fill=(230, 20, 20))
    path = tmp_path_factory.mktemp("small") / "small.jpg"
    path.write_bytes(encode(picture))
    return path


def drawn(plan: AlbumPlan, index: int, small: Path, *, width_px: int = 420) -> Image.Image:
    return Image.open(io.BytesIO(preview(plan, index, picture=lambda _: small, width_px=width_px))).convert("RGB")


def index_of(plan: AlbumPlan, kind: str) -> int:
    return next(at for at, page in enumerate(plan.pages) if page.kind == kind)


def test_a_page_shows_its_photographs_in_their_places(small: Path) -> None:
    plan = plan_album(RECORD)
    at = index_of(plan, "plate")

    page = drawn(plan, at, small)

    spot = plan.pages[at].placements[0]
    scale = page.width / plan.design.width_mm
    near = page.getpixel((round((spot.x_mm + 5) * scale), round((spot.y_mm + 5) * scale)))
    far = page.getpixel(
        (round((spot.x_mm + spot.width_mm - 5) * scale), round((spot.y_mm + spot.height_mm - 5) * scale))
    )
    assert page.width == 420
    assert page.height == pytest.approx(420 * 285 / 210, abs=1)
    assert isinstance(near, tuple)
    assert isinstance(far, tuple)
    assert near[0] > 200
    assert near[2] < 100
    assert far[2] > 130
    assert far[0] < 80
    assert page.getpixel((2, 2)) == (255, 255, 255)


def test_the_dark_theme_is_dark_and_its_words_are_light(small: Path) -> None:
    plan = plan_album(RECORD, design=Design(theme="black"))

    page = drawn(plan, index_of(plan, "tier"), small).convert("L")

    lightest, darkest = page.getextrema()[::-1]
    assert page.getpixel((2, 2)) < 70  # type: ignore[operator]  # one channel
    assert isinstance(lightest, (int, float))
    assert lightest > 200 > darkest  # type: ignore[operator]  # one channel


def test_the_thinnest_rule_is_seen_at_any_size(small: Path) -> None:
    plan = plan_album(RECORD)
    at = index_of(plan, "awards")
    rule = plan.pages[at].grounds[0]

    page = drawn(plan, at, small, width_px=300).convert("L")

    y = rule.y_mm * 300 / plan.design.width_mm
    column = [page.getpixel((150, round(y) + step)) for step in (-1, 0, 1)]
    assert min(column) < 225  # type: ignore[type-var]  # one channel


def test_a_text_that_is_too_long_is_told_at_its_page_with_its_excess() -> None:
    long = Comment(text=Bilingual("很长的点评，" * 600, ""))
    plan = plan_album(RECORD, texts=AlbumTexts(comments={"work-0002": (long,)}))
    at = next(n for n, page in enumerate(plan.pages[1:], 1) if any(s.work == "work-0002" for s in page.placements))

    found = overflows(plan)

    assert list(found) == [plan.pages[at].label]
    assert found[plan.pages[at].label] > 20
    started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    assert overflows(plan) == found
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime == started
    assert overflows(plan_album(RECORD)) == {}


def test_a_page_costs_less_than_half_a_second(small: Path) -> None:
    plan = plan_album(make_winners((1, 2, 3, 12)))
    full = max(range(len(plan.pages)), key=lambda at: len(plan.pages[at].placements))
    before = resource.getrusage(resource.RUSAGE_CHILDREN)

    preview(plan, full, picture=lambda _: small)

    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 0.5


def test_a_page_that_is_not_there_is_not_drawn(small: Path) -> None:
    with pytest.raises(IndexError):
        preview(plan_album(RECORD), 999, picture=lambda _: small)
