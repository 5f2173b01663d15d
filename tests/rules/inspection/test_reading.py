"""What files say about themselves, Chinese above all: no public corpus has Chinese captions, so these are ours."""

import struct
from typing import Any

import pytest

from contest.inspection.facts import Facts
from contest.inspection.icc import BrokenIccError, read_icc
from contest.inspection.iptc import BrokenIptcError, read_iptc
from contest.inspection.reading import read_facts
from contest.inspection.text import decode_text
from contest.inspection.walk import walk
from contest.inspection.xmp import BrokenXmpError, Xmp, read_xmp
from tests.hostile import deep_xml, entity_bomb, outside_entity, png, with_exif
from tests.photos import exif_block, icc_profile, iptc_block, make_jpeg, srgb_profile, xmp_packet

CAPTION = "黄河日出，船工号子"
RARE = "𠮷野家 㐂 镕"


def facts_of(**fields: Any) -> Facts:
    blocks = walk(make_jpeg(width_px=64, height_px=48, **fields))
    assert blocks is not None
    return read_facts(blocks).facts


def test_an_editors_notice_stands_on_a_line_of_its_own_behind_the_photographers() -> None:
    assert facts_of(copyright_notice="© 张伟\0© 联美杯").copyright == "© 张伟\n© 联美杯"


def test_an_offset_is_told_though_the_date_is_missing() -> None:
    facts = facts_of(captured_at=None, utc_offset="+08:00")

    assert (facts.captured_at, facts.utc_offset) == (None, "+08:00")


def test_every_fact_of_a_camera_file_is_read() -> None:
    facts = facts_of(
        make="Contoso",
        model="Camera 7",
        utc_offset="+08:00",
        artist="张伟",
        copyright_notice="© 张伟",
        orientation=6,
        gps=(-36.5, 103.25),
        thumbnail=True,
        exif={
            "subsec": "042",
            "lens_model": "24-70mm f/2.8",
            "f_number": 2.8,
            "exposure_s": (1, 250),
            "iso": 400,
            "focal_length_mm": 35.0,
            "software": "Ver.1.0",
            "image_description": CAPTION,
            "xp_title": CAPTION,
            "owner_name": "张伟",
            "serial_number": "0042",
            "modified_at": "2026:10:18 08:00:00",
            "color_space": 1,
        },
    )

    assert facts.captured_at == "2026-10-17T17:42:00"
    assert facts.captured_at_source == "exif.original"
    assert (facts.utc_offset, facts.subsec) == ("+08:00", "042")
    assert (facts.make, facts.model, facts.lens_model) == ("Contoso", "Camera 7", "24-70mm f/2.8")
    assert (facts.f_number, facts.exposure_s, facts.iso, facts.focal_length_mm) == (2.8, 0.004, 400, 35.0)
    assert facts.orientation == 6
    assert (facts.latitude, facts.longitude) == (-36.5, 103.25)
    assert (facts.software, facts.artist, facts.copyright) == ("Ver.1.0", "张伟", "© 张伟")
    assert (facts.image_description, facts.xp_title) == (CAPTION, CAPTION)
    assert (facts.owner_name, facts.serial_number) == ("张伟", "0042")
    assert facts.modified_at == "2026-10-18T08:00:00"
    assert (facts.has_thumbnail, facts.color_space, facts.exif_state) == (True, 1, "read")


def test_a_file_without_metadata_has_no_facts() -> None:
    assert facts_of(make=None, model=None, captured_at=None) == Facts()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("text", [CAPTION, "张伟", "朱镕基", "春"])
def test_chinese_in_exif_is_read_in_utf_8_and_gbk(encoding: str, text: str) -> None:
    assert facts_of(artist=text.encode(encoding)).artist == text


def test_rare_characters_are_read_in_utf_8() -> None:
    assert facts_of(artist=RARE).artist == RARE
    assert facts_of(exif={"xp_title": RARE}).xp_title == RARE


@pytest.mark.parametrize("text", ["José Müller", "Orléans", "Ångström", "© 2005 Søren"])
def test_accented_latin_bytes_are_not_taken_for_chinese(text: str) -> None:
    assert decode_text(text.encode("cp1252")) == text


def test_text_ends_at_the_first_nul() -> None:
    assert facts_of(model=b"ION230\0FW 1.0").model == "ION230"  # type: ignore[arg-type]  # bytes as they are
    assert facts_of(artist=b"\0\0\0").artist is None
    assert facts_of(artist=b"   ").artist is None


def test_utf_16_titles_are_little_endian_in_both_byte_orders() -> None:
    blocks = walk(with_exif(exif_block({"xp_title": CAPTION}, order=">")))

    assert blocks is not None
    assert read_facts(blocks).facts.xp_title == CAPTION


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-8", True), ("utf-8", False), ("gb18030", False), ("gb18030", True)]
)
def test_chinese_in_iptc_is_read_whether_the_encoding_is_declared_or_not(encoding: str, declared: bool) -> None:
    facts = facts_of(iptc=iptc_block(caption=CAPTION, byline="王小明", encoding=encoding, declared=declared))

    assert (facts.iptc_caption, facts.iptc_byline, facts.iptc_state) == (CAPTION, "王小明", "read")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-16"])
def test_chinese_in_xmp_is_read_in_every_encoding_it_may_have(encoding: str) -> None:
    packet = xmp_packet(creators=["张伟", "王小明"], title="黄河", description=CAPTION, creator_tool="修图")
    packet = packet.decode().replace("\ufeff", "").encode(encoding)

    facts = facts_of(xmp=packet)

    assert facts.xmp_creators == ("张伟", "王小明")
    assert (facts.xmp_title, facts.xmp_description, facts.creator_tool) == ("黄河", CAPTION, "修图")


def test_chinese_in_a_png_is_read() -> None:
    xmp = xmp_packet(title=CAPTION)
    blocks = walk(png((b"eXIf", exif_block({"artist": "张伟"})), (b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + xmp)))

    assert blocks is not None
    facts = read_facts(blocks).facts
    assert (facts.artist, facts.xmp_title) == ("张伟", CAPTION)


def test_user_comments_say_their_encoding() -> None:
    for code, raw in (
        (b"UNICODE\0", CAPTION.encode("utf-16-le")),
        (b"ASCII\0\0\0", CAPTION.encode()),
        (bytes(8), CAPTION.encode("gb18030")),
    ):
        assert facts_of(exif={"user_comment": code + raw}).user_comment == CAPTION


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"captured_at": "2026:10:17 17:42:00"}, ("2026-10-17T17:42:00", "exif.original")),
        (
            {"captured_at": None, "exif": {"digitized_at": "2026:01:02 03:04:05"}},
            ("2026-01-02T03:04:05", "exif.digitized"),
        ),
        (
            {"captured_at": None, "xmp": xmp_packet(created_at="2026-05-06T07:08:09+08:00")},
            ("2026-05-06T07:08:09", "xmp"),
        ),
        ({"captured_at": None, "xmp": xmp_packet(created_at="2026-05-06")}, ("2026-05-06", "xmp")),
        ({"captured_at": None, "iptc": iptc_block(date_created="20260908")}, ("2026-09-08", "iptc")),
        ({"captured_at": None, "exif": {"modified_at": "2026:10:18 08:00:00"}}, (None, None)),
        (
            {"captured_at": "0000:00:00 00:00:00", "exif": {"digitized_at": "2026:01:02 03:04:05"}},
            ("2026-01-02T03:04:05", "exif.digitized"),
        ),
    ],
)
def test_the_date_of_capture_is_chosen_by_trust(
    fields: dict[str, Any], expected: tuple[str | None, str | None]
) -> None:
    facts = facts_of(**fields)

    assert (facts.captured_at, facts.captured_at_source) == expected


@pytest.mark.parametrize("text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:40 25:61:00", "9999:99:99"])
def test_a_date_that_is_none_is_kept_as_written(text: str) -> None:
    facts = facts_of(captured_at=text)

    assert (facts.captured_at, facts.captured_at_raw) == (None, text.strip())


def test_no_date_in_a_camera_file_is_simply_none() -> None:
    facts = facts_of(captured_at=None)

    assert (facts.captured_at, facts.captured_at_raw) == (None, None)


@pytest.mark.parametrize("number", [0, 9, 300])
def test_an_orientation_that_is_none_is_none(number: int) -> None:
    assert facts_of(orientation=number).orientation is None


def test_division_by_zero_is_no_number() -> None:
    facts = facts_of(exif={"exposure_s": (1, 0), "f_number": (0, 0)})

    assert (facts.exposure_s, facts.f_number) == (None, None)


def test_degrees_beyond_the_globe_are_no_place() -> None:
    assert facts_of(gps=(91.0, 200.0)).latitude is None
    assert facts_of(gps=(0.0, 0.0)).latitude == 0.0


def test_a_broken_block_is_told_from_an_absent_one() -> None:
    broken = facts_of(xmp=b"<x:xmpmeta", iptc=b"not records", icc=b"no profile" * 20)
    blocks = walk(with_exif(b"II*\0\xff\xff\xff\xff"))

    assert (broken.xmp_state, broken.iptc_state, broken.icc_state) == ("broken", "broken", "broken")
    assert blocks is not None
    assert read_facts(blocks).facts.exif_state == "broken"
    assert facts_of().xmp_state == "absent"


def test_the_digital_source_is_read_in_all_forms() -> None:
    address = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
    attribute = xmp_packet(digital_source_type="trainedAlgorithmicMedia")
    element = xmp_packet(title="x").replace(
        b"<dc:title>", f"<Iptc4xmpExt:DigitalSourceType>{address}</Iptc4xmpExt:DigitalSourceType><dc:title>".encode()
    )
    resource = xmp_packet(title="x").replace(
        b"<dc:title>", f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{address}"/><dc:title>'.encode()
    )

    assert [read_xmp(packet).digital_source_type for packet in (attribute, element, resource)] == [address] * 3


def test_chinas_label_for_generated_content_is_read() -> None:
    label = '{"Label":"1","ContentProducer":"某某平台"}'

    assert facts_of(xmp=xmp_packet(aigc=label)).aigc_label == label
    assert facts_of(exif={"user_comment": b"ASCII\0\0\0" + b'{"AIGC": {"Label":"1"}}'}).aigc_label is not None
    assert facts_of(exif={"user_comment": b"ASCII\0\0\0" + b"AIGC 2026"}).aigc_label is None


@pytest.mark.parametrize("packet", [entity_bomb(), outside_entity(), b"", b"<a", deep_xml(60_000), b"\xff" * 100])
def test_no_entity_is_expanded_and_no_broken_packet_read(packet: bytes) -> None:
    with pytest.raises(BrokenXmpError):
        read_xmp(packet)


def test_a_packet_with_junk_around_it_is_read() -> None:
    assert read_xmp(b"junk" + xmp_packet(title="黄河") + b"\0junk").title == "黄河"
    assert read_xmp(b"<a/>") == Xmp()


@pytest.mark.parametrize(
    ("signs", "generator"),
    [
        ((b"tEXt", b"parameters\0a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1"), "Stable Diffusion"),
        ((b"tEXt", b'prompt\0{"3": {"class_type": "KSampler"}}'), "ComfyUI"),
        ((b"tEXt", b"prompt\0please choose a picture"), None),
        ((b"tEXt", b'parameters\0{"sui_image_params": {"prompt": "a cat"}}'), "SwarmUI"),
        ((b"tEXt", b"fooocus_scheme\0fooocus"), "Fooocus"),
        ((b"tEXt", b"Description\0a cat --v 6 Job ID: 0b5e2c3a-1111-4222-8333-444455556666"), "Midjourney"),
        ((b"tEXt", b"Description\0Job ID: 12, wedding of the Lis"), None),
        ((b"tEXt", b"Software\0Contoso Editor"), None),
    ],
)
def test_a_generators_traces_are_found_where_it_leaves_them(
    signs: tuple[bytes, bytes], generator: str | None
) -> None:
    blocks = walk(png(signs))

    assert blocks is not None
    assert read_facts(blocks).facts.ai_generator == generator


@pytest.mark.parametrize(
    ("software", "generator"),
    [
        ("Midjourney 6", "Midjourney"),
        ("Camera Gemini11", None),
        ("ImageNumber 5", None),
        ("Fluxcam", None),
        ("即梦AI", "即梦"),
    ],
)
def test_a_generators_name_is_found_and_a_cameras_is_not(software: str, generator: str | None) -> None:
    assert facts_of(exif={"software": software}).ai_generator == generator


def test_a_profiles_name_is_read_in_both_versions() -> None:
    named = read_icc(icc_profile(name="Display P3"))
    modern = read_icc(srgb_profile())

    assert (named.name, named.profile_class, named.space) == ("Display P3", "mntr", "RGB")
    assert modern.name == "sRGB built-in"
    with pytest.raises(BrokenIccError):
        read_icc(b"x" * 500)


def test_iptc_is_read_as_far_as_it_is_whole() -> None:
    block = iptc_block(byline="王小明")

    assert read_iptc(block + struct.pack(">BBBH", 0x1C, 2, 120, 500) + b"short").byline == "王小明"
    assert read_iptc(b"").caption is None
    with pytest.raises(BrokenIptcError):
        read_iptc(b"no records at all")
