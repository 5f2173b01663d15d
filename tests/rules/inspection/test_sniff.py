import pytest

from contest.inspection.sniff import sniff
from tests.photos import make_jpeg

HEADS = [
    (b"\xff\xd8\xff\xe1", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
    (b"RIFF\0\0\0\0WAVEfmt ", None),
    (b"GIF89a", "gif"),
    (b"II*\0\x08\0\0\0", "tiff"),
    (b"MM\0*\0\0\0\x08", "tiff"),
    (b"II*\0\x10\0\0\0CR\x02\0", "cr2"),
    (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "heif"),
    (b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf", "avif"),
    (b"\0\0\0\x18ftypcrx \0\0\0\x01crx isom", "cr3"),
    (b"\0\0\0\x18ftypisom\0\0\0\0isommp41", "mp4"),
    (b"FUJIFILMCCD-RAW 0201", "raf"),
    (b"%PDF-1.7", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"\xef\xbb\xbf <?xml version='1.0'?><svg>", "markup"),
    (b"<!DOCTYPE html>", "markup"),
    (b"MZ\x90\0", None),
    (b"", None),
]


@pytest.mark.parametrize(("head", "name"), HEADS)
def test_a_type_is_told_by_content(head: bytes, name: str | None) -> None:
    assert sniff(head) == name


def test_nothing_behind_the_first_64_bytes_is_looked_at() -> None:
    jpeg = make_jpeg(width_px=64, height_px=48)

    assert sniff(jpeg) == sniff(jpeg[:64]) == "jpeg"
    assert sniff(b"\n" * 64 + b"<svg") is None
