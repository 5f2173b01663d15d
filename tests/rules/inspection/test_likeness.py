"""Hashes of whole pictures, points of their parts, and how both are searched."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from contest.inspection.checks import find_resemblances
from contest.inspection.checks.resemblances import Resembling
from contest.inspection.likeness import comparing, features, hashes, search, shortlist
from contest.inspection.likeness.record import HASH_BYTES, SEEN_PX, Nearest, inverse
from contest.inspection.sandbox import Sandbox, SandboxBroken
from tests.lookalikes import bordered, brightened, cropped, reencoded, scene

# Made with pdqhash 0.2.8, Meta's own code, from the pictures that `blocks` paints.
BY_THE_BINDING = {
    (1, 400, 640): "7f138cf7d06fa4fa38cd9f0882a767b6e297237421ad83733c3898b46555c884",
    (2, 640, 427): "27c56127afee53b7c84c2888b3f5b2a5c76bfec0f5b8114404397e6105c658ed",
    (3, 300, 500): "e1812bb50e5e800e5b66e1f17c44d35edd420bbf2649e1e5b9da419345eedc89",
}
TURNS: list[Callable[[NDArray[np.uint8]], NDArray[np.uint8]]] = [
    lambda grey: grey,
    lambda grey: grey[:, ::-1],
    lambda grey: grey[::-1],
    lambda grey: grey[::-1, ::-1],
    lambda grey: grey.T,
    lambda grey: grey.T[:, ::-1],
    lambda grey: grey.T[::-1],
    lambda grey: grey.T[::-1, ::-1],
]


def blocks(seed: int, height: int, width: int) -> NDArray[np.uint8]:
    coarse = np.random.default_rng(seed).integers(0, 200, (height // 20 + 1, width // 20 + 1))
    fields = np.kron(coarse, np.ones((20, 20), int))[:height, :width]
    return (fields + np.arange(width) * 55 // width).astype(np.uint8)


def seen(picture: Image.Image) -> NDArray[np.uint8]:
    small = picture.copy()
    small.thumbnail((SEEN_PX, SEEN_PX), Image.Resampling.LANCZOS)
    return np.asarray(reencoded(small, quality=82).convert("L"))


def whole(picture: Image.Image) -> search.Whole:
    return search.Whole(*hashes.hashes(seen(picture)))


def bits(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.mark.parametrize("size", BY_THE_BINDING)
def test_pdq_is_the_published_one_to_the_last_bit(size: tuple[int, int, int]) -> None:
    found = hashes.hashes(blocks(*size))

    assert found.pdq[:HASH_BYTES].hex() == BY_THE_BINDING[size]
    assert found.quality == 100


@pytest.mark.parametrize("turn", range(8))
def test_a_turned_picture_has_the_hash_foretold_for_it(turn: int) -> None:
    grey = blocks(1, 400, 640)
    foretold = hashes.hashes(grey).pdq[turn * HASH_BYTES : (turn + 1) * HASH_BYTES]

    found = hashes.hashes(np.ascontiguousarray(TURNS[turn](grey))).pdq[:HASH_BYTES]

    assert bits(found, foretold) <= 12


@pytest.mark.parametrize("turn", range(8))
def test_a_turned_picture_is_found_with_its_turn_and_laid_back(turn: int) -> None:
    one = blocks(2, 400, 640)
    other = np.ascontiguousarray(TURNS[turn](one))

    (nearest,) = search.alike(search.Whole(*hashes.hashes(one)), [search.Whole(*hashes.hashes(other))])

    assert nearest.turn == turn
    height, width = one.shape
    places = np.arange(one.size).reshape(one.shape)
    turned = TURNS[turn](places)  # type: ignore[arg-type]  # turns whatever it is given
    matrix = search.turn_matrix(turn, from_px=(turned.shape[1], turned.shape[0]), to_px=(width, height))
    for y, x in ((0, 0), (7, 100), (turned.shape[0] - 1, 3)):
        a, b, c, d, e, f = matrix
        middle = (x + 0.5, y + 0.5)
        back = (a * middle[0] + c * middle[1] + e, b * middle[0] + d * middle[1] + f)
        assert divmod(int(turned[y, x]), width) == (int(back[1]), int(back[0]))


def test_a_plain_picture_has_no_quality_and_no_points() -> None:
    plain = np.full((400, 640), 137, np.uint8)

    assert hashes.hashes(plain).quality == 0
    assert len(features.find(plain)) == 0
    assert features.match(plain, [features.find(seen(scene(1))).tobytes(), b""]) == [None, None]


def test_the_search_gives_the_near_ones_nearest_first_and_no_others() -> None:
    me = search.Whole(bytes(256), bytes(256), 100)

    def off_by(count: int, quality: int = 100) -> search.Whole:
        raised = ((1 << count) - 1).to_bytes(32, "big")
        return search.Whole(raised, raised, quality)

    others = [off_by(71), off_by(70), off_by(3), off_by(57, quality=49), off_by(56, quality=49), off_by(200)]

    assert search.alike(me, others) == [Nearest(2, 3, 0), Nearest(4, 56, 0), Nearest(1, 70, 0)]
    assert search.alike(me, []) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda picture: cropped(picture, kept=0.5),
        bordered,
        lambda picture: ImageOps.mirror(cropped(picture, kept=0.5)),
        lambda picture: brightened(ImageOps.fit(picture.rotate(7), picture.size, bleed=0.15)),
    ],
    ids=["crop", "border", "mirrored crop", "turned crop"],
)
def test_a_part_is_found_and_laid_where_it_was(change: Callable[[Image.Image], Image.Image]) -> None:
    for seed in range(3):
        one, other = seen(scene(seed)), seen(change(scene(seed)))

        (found,) = features.match(one, [features.find(other).tobytes()])

        assert found is not None
        assert found.inliers >= features.INLIERS_LEAST
        a, b, c, d, e, f = found.matrix
        lain = Image.fromarray(other).transform(
            (one.shape[1], one.shape[0]),
            Image.Transform.AFFINE,
            _for_pillow(inverse((a, b, c, d, e, f))),
            Image.Resampling.BILINEAR,
        )
        covered = np.asarray(
            Image.new("L", other.shape[::-1], 255).transform(
                (one.shape[1], one.shape[0]), Image.Transform.AFFINE, _for_pillow(inverse(found.matrix))
            )
        )
        inside = covered > 0
        agreement = np.corrcoef(np.asarray(lain)[inside], one[inside])[0, 1]
        assert inside.mean() > 0.2
        assert agreement > 0.8, "what lies on one another is the same"


def _for_pillow(matrix: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = matrix
    return a, c, e, b, d, f


def test_unlike_pictures_have_no_part_in_common() -> None:
    points = [features.find(seen(scene(seed))).tobytes() for seed in range(12)]

    for seed in range(12):
        found = features.match(seen(scene(seed)), points)
        assert [at for at, match in enumerate(found) if match is not None] == [seed]


def test_the_shortlist_has_the_pictures_that_share_a_part_and_the_likeliest_first() -> None:
    scenes = [scene(seed) for seed in range(8)]
    index = shortlist.Index([features.find(seen(picture)).tobytes() for picture in scenes])

    for number in (2, 5):
        part = seen(ImageOps.mirror(cropped(scenes[number], kept=0.5, seed=number)))
        positions = [features.find(part).tobytes(), features.find_mirrored(part).tobytes()]
        assert index.ranked(positions)[0] == number


def test_a_shortlist_leaves_pictures_without_points_and_of_other_points_out() -> None:
    points = np.zeros(2, shortlist.FEATURE)
    points["bits"][1] = 255
    near = points[1:].copy()
    near["bits"][0, :5] = 0  # forty bits, and most keys are the same
    far = points[1:].copy()
    far["bits"][0, :6] = 0
    index = shortlist.Index([b"", points[:1].tobytes(), near.tobytes(), far.tobytes()])

    assert index.ranked([points[1:].tobytes(), b""]) == [2]
    assert index.ranked([b"", b""]) == []
    assert shortlist.Index([]).ranked([points.tobytes()]) == []


def test_a_point_that_all_pictures_have_says_nothing() -> None:
    points = np.zeros(1, shortlist.FEATURE).tobytes()

    assert shortlist.Index([points] * 100).ranked([points]) == list(range(100))
    assert shortlist.Index([points] * 101).ranked([points]) == []


@given(
    st.tuples(*[st.floats(-3, 3)] * 4).filter(lambda m: abs(m[0] * m[3] - m[1] * m[2]) > 0.1),
    st.tuples(*[st.floats(-500, 500)] * 2),
    st.tuples(*[st.floats(-640, 640)] * 2),
)
def test_a_map_and_its_inverse_lead_back(
    linear: tuple[float, ...], shift: tuple[float, ...], point: tuple[float, ...]
) -> None:
    def mapped(matrix: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = matrix
        return a * x + c * y + e, b * x + d * y + f

    there = mapped((*linear, *shift), *point)

    assert mapped(inverse((*linear, *shift)), *there) == pytest.approx(point, abs=1e-6)  # type: ignore[arg-type]


GOOD = {
    "pdq": "00" * 256,
    "phash": "00" * 256,
    "quality": 3,
    "features": "",
    "width_px": 640,
    "height_px": 400,
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"pdq": "00"},
        {"pdq": 7},
        {"phash": "zz" * 256},
        {"quality": 101},
        {"quality": True},
        {"features": "0000"},
        {"features": "0" * 100_000},
        {"width_px": 641},
        {"height_px": -1},
    ],
)
def test_of_a_strange_answer_about_a_picture_nothing_is_believed(wrong: dict[str, object]) -> None:
    assert comparing._likeness(GOOD).quality == 3

    with pytest.raises(ValueError):  # noqa: PT011 - one error for all that is wrong
        comparing._likeness({**GOOD, **wrong})


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        [None, None],
        [[12]],
        [[12, [1.0] * 5]],
        [[12, [1.0] * 5 + ["1"]]],
        [["12", [1.0] * 6]],
        [[12, [float("nan")] * 6]],
    ],
)
def test_of_a_strange_answer_about_a_pair_nothing_is_believed(wrong: object) -> None:
    assert comparing._matches({"matches": [[12, [1.0] * 6]]}, count=1)[0] is not None

    with pytest.raises(ValueError):  # noqa: PT011 - as above
        comparing._matches({"matches": wrong}, count=1)


def test_a_preview_that_is_none_is_a_fault_and_the_next_one_is_seen(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("comparing")
    (folder / "no.jpg").write_bytes(b"no picture")
    reencoded(scene(1), quality=82).resize((640, 427)).save(folder / "yes.jpg")

    with Sandbox(work_dir=folder) as sandbox:
        with pytest.raises(SandboxBroken, match=r"sandbox\.faulty"):
            comparing.likeness_of(sandbox, folder / "no.jpg")
        found = comparing.likeness_of(sandbox, folder / "yes.jpg")
        (match,) = comparing.matches(sandbox, folder / "yes.jpg", [found.features])

    assert (found.width_px, found.height_px) == (640, 427)
    assert match is not None
    assert match.matrix == pytest.approx((1, 0, 0, 1, 0, 0), abs=0.01)


def test_each_relation_has_its_finding_and_its_severity_can_be_chosen() -> None:
    others = [
        Resembling("same_author", "A-0002"),
        Resembling("same_author", "A-0002"),
        Resembling("other_author", "A-0003"),
        Resembling("same_pixels", "A-0004"),
        Resembling("archive", "2025: 1.jpg"),
    ]

    found = find_resemblances(others, severities={"D03": "reject", "D05": "off"})

    assert [(one.code, one.severity, one.for_photographer) for one in found] == [
        ("D03.alike_same_author", "reject", True),
        ("D04.alike_other_author", "flag", False),
        ("D02.same_pixels_other_author", "flag", False),
    ]
