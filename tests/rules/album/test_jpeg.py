"""A JPEG goes into the book as it came: coded picture untouched, everything personal left behind."""

import hashlib
import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from contest.publishing.album import jpeg, profiles
from tests.photos import icc_profile, insert_segments, iptc_block, make_jpeg, segment, srgb_profile, xmp_packet


def read(folder: Path, data: bytes) -> jpeg.JpegFacts:
    path = folder / "picture"
    path.write_bytes(data)
    return jpeg.read(path)


def kept(folder: Path, data: bytes) -> bytes:
    facts = read(folder, data)
    digest = hashlib.sha256()
    out = b"".join(jpeg.passed(folder / "picture", facts.pieces, original=digest))
    assert digest.hexdigest() == hashlib.sha256(data).hexdigest()
    assert len(out) == facts.kept_bytes
    return out


def test_nothing_personal_is_passed_on_and_the_coded_picture_is(tmp_path: Path) -> None:
    data = make_jpeg(
        orientation=6,
        gps=(31.2, 121.5),
        artist="A Secret Name",
        exif={"serial_number": "SERIAL-1234"},
        xmp=xmp_packet(creators=["A Secret Name"]),
        iptc=iptc_block(byline="A Secret Name"),
        icc=icc_profile(),
        comment=b"A Secret Name",
        trailer=b"motion video A Secret Name",
        thumbnail=True,
    )

    out = kept(tmp_path, data)

    assert b"A Secret Name" not in out
    assert b"SERIAL-1234" not in out
    assert b"Exif" not in out
    scan = data[data.rindex(b"\xff\xda") : data.rindex(b"\xff\xd9") + 2]
    assert out.endswith(scan)
    with Image.open(io.BytesIO(out)) as mine, Image.open(io.BytesIO(data)) as theirs:
        assert mine.tobytes() == theirs.tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_every_kind_of_picture_decodes_alike_before_and_after(tmp_path: Path, mode: str, progressive: bool) -> None:
    data = make_jpeg(width_px=333, height_px=217, mode=mode, progressive=progressive)

    facts = read(tmp_path, data)

    assert facts.unfit is None
    assert (facts.width_px, facts.height_px) == (333, 217)
    assert facts.components == {"L": 1, "RGB": 3, "CMYK": 4}[mode]
    assert facts.is_adobe == (mode == "CMYK")
    with Image.open(io.BytesIO(kept(tmp_path, data))) as mine, Image.open(io.BytesIO(data)) as theirs:
        assert mine.tobytes() == theirs.tobytes()


@pytest.mark.parametrize(("orientation", "seen"), [(None, (90, 60)), (3, (90, 60)), (6, (60, 90)), (8, (60, 90))])
def test_the_size_as_seen_follows_the_orientation(
    tmp_path: Path, orientation: int | None, seen: tuple[int, int]
) -> None:
    facts = read(tmp_path, make_jpeg(width_px=90, height_px=60, orientation=orientation))

    assert facts.seen_px == seen
    assert facts.orientation == (orientation or 1)


def test_a_profile_in_several_parts_is_put_together(tmp_path: Path) -> None:
    profile = srgb_profile()
    parts = (profile[:200], profile[200:])
    segments = [segment(0xE2, b"ICC_PROFILE\0" + bytes((n, 2)) + part) for n, part in enumerate(parts, start=1)]

    whole = read(tmp_path, insert_segments(make_jpeg(), segments[::-1]))
    half = read(tmp_path, insert_segments(make_jpeg(), segments[:1]))

    assert whole.profile == profile
    assert half.profile is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param(lambda data: b"\x89PNG" + data, "not_jpeg", id="another format"),
        pytest.param(lambda data: b"", "not_jpeg", id="empty"),
        pytest.param(lambda data: data[:-200], "broken", id="cut off in the picture"),
        pytest.param(lambda data: data[:30], "broken", id="cut off in the markers"),
        pytest.param(lambda data: data.replace(b"\xff\xc0", b"\xff\xc9", 1), "coding", id="arithmetic coding"),
        pytest.param(
            lambda data: data.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc1\x00\x11\x0c", 1), "precision", id="12 bits"
        ),
    ],
)
def test_what_a_press_could_not_decode_is_unfit(tmp_path: Path, change: object, reason: str) -> None:
    data = make_jpeg(captured_at=None, make=None, model=None)

    assert read(tmp_path, change(data)).unfit == reason  # type: ignore[operator]


def test_a_preview_in_the_first_segment_is_dropped(tmp_path: Path) -> None:
    bare = make_jpeg(captured_at=None, make=None, model=None)
    preview = segment(0xE0, b"JFIF\0\x01\x02\x00\x00\x01\x00\x01\x02\x02" + b"PREVIEWBYTES")
    data = b"\xff\xd8" + preview + bare[20:]

    assert b"PREVIEW" in data
    assert b"PREVIEW" not in kept(tmp_path, data)


def test_a_file_that_shrank_since_it_was_read_is_noticed(tmp_path: Path) -> None:
    data = make_jpeg()
    facts = read(tmp_path, data)
    (tmp_path / "picture").write_bytes(data[:1000])

    with pytest.raises(EOFError):
        list(jpeg.passed(tmp_path / "picture", facts.pieces, original=hashlib.sha256()))


@pytest.mark.filterwarnings("ignore:Image appears to be a malformed MPO")
def test_the_corpus_of_real_cameras_is_read_as_pillow_reads_it(corpus: Path) -> None:
    for path in sorted(corpus.rglob("*.jp*g")):
        facts = jpeg.read(path)
        if facts.unfit is None:
            with Image.open(path) as image:
                assert (facts.width_px, facts.height_px) == image.size, path.name


def test_the_assumed_profiles_are_srgb() -> None:
    ours = ImageCms.ImageCmsProfile(io.BytesIO(profiles.srgb(components=3)))
    theirs = ImageCms.createProfile("sRGB")
    ramp = Image.new("RGB", (256, 3))
    ramp.putdata(
        [(x if y == 0 else 40, x if y == 1 else 90, x if y == 2 else 200) for y in range(3) for x in range(256)]
    )

    through = ImageCms.profileToProfile(ramp, ours, theirs)

    assert through is not None
    assert max(abs(one - two) for one, two in zip(through.tobytes(), ramp.tobytes(), strict=True)) <= 1
    grey = ImageCms.ImageCmsProfile(io.BytesIO(profiles.srgb(components=1)))
    assert grey.profile.xcolor_space.strip() == "GRAY"


def test_a_profile_is_used_only_for_the_colours_it_describes() -> None:
    assert profiles.is_usable(icc_profile(), components=3)
    assert not profiles.is_usable(icc_profile(), components=1)
    assert not profiles.is_usable(b"no profile at all" * 20, components=3)
    assert profiles.is_usable(profiles.FOGRA39.data, components=4)
