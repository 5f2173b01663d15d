"""Whatever is changed in a file, reading it ends, soon, and without an exception."""

import functools
import io
import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest.inspection.exif_labels import read_labels
from contest.inspection.plain import to_plain
from contest.inspection.reading import read_facts
from contest.inspection.sniff import sniff
from contest.inspection.walk import walk
from contest.inspection.xmp import BrokenXmpError, read_xmp
from tests.photos import exif_block, icc_profile, iptc_block, make_jpeg, make_pixels, xmp_packet

KINDS = ("JPEG", "PNG", "WEBP", "AVIF", "TIFF", "GIF")


@functools.cache
def whole(kind: str) -> bytes:
    exif = exif_block({"make": "Contoso", "artist": "张伟", "iso": 100, "f_number": 2.0}, gps=(36.5, 103.25))
    xmp, icc = xmp_packet(title="黄河", creators=["张伟"]), icc_profile()
    if kind == "JPEG":
        return make_jpeg(
            width_px=64,
            height_px=48,
            xmp=xmp,
            icc=icc,
            iptc=iptc_block(caption="黄河"),
            progressive=True,
            thumbnail=True,
        )
    out = io.BytesIO()
    options = {} if kind in ("TIFF", "GIF") else {"exif": b"Exif\0\0" + exif, "icc_profile": icc}
    make_pixels(width_px=64, height_px=48).save(out, kind, **options)
    return out.getvalue()


@st.composite
def damaged_files(draw: st.DrawFn) -> bytes:
    file = bytearray(whole(draw(st.sampled_from(KINDS))))
    header = min(len(file), 4096)
    for at, value in draw(st.lists(st.tuples(st.integers(0, header - 1), st.integers(0, 255)), max_size=12)):
        file[at] = value
    start = draw(st.integers(0, len(file)))
    end = draw(st.integers(start, min(len(file), start + 64)))
    extra = draw(st.binary(max_size=16))
    cut = draw(st.one_of(st.none(), st.integers(0, len(file))))
    return bytes(file[:start] + extra + file[end:])[:cut]


def read_all(file: bytes) -> None:
    """Read a file as the sandbox's child does, all but the pixels."""
    sniff(file[:64])
    blocks = walk(file)
    if blocks is None:
        return
    read = read_facts(blocks)
    to_plain(read.facts)
    if read.tags is not None and blocks.exif is not None:
        read_labels(blocks.exif, read.tags)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(damaged_files())
def test_a_damaged_file_is_read_without_an_exception(file: bytes) -> None:
    began = time.process_time()

    read_all(file)

    assert time.process_time() - began < 1


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP", b"\0\0\0\x18ftypheic", b"II*\0", b"MM\0*"]
    ),
    st.binary(max_size=600),
)
def test_noise_behind_a_true_beginning_is_read_without_an_exception(head: bytes, noise: bytes) -> None:
    read_all(head + noise)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1200), st.binary(max_size=20))
def test_a_damaged_packet_is_read_or_refused(at: int, extra: bytes) -> None:
    packet = xmp_packet(title="黄河", creators=["张伟"], digital_source_type="humanEdits")
    try:
        read_xmp(packet[:at] + extra + packet[at + 3 :])
    except BrokenXmpError:
        return
