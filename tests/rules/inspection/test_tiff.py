import struct
import time

import pytest

from contest.inspection.exif_labels import read_labels
from contest.inspection.tiff import DIRECTORIES_LIMIT, ENTRIES_LIMIT, NotTiffError, read_tags
from tests.hostile import (
    directory_chain,
    directory_loop,
    entry,
    huge_count,
    maker_note_count,
    many_entries,
    overlapping_texts,
    pointer_ping_pong,
    tiff,
)
from tests.photos import exif_block


@pytest.mark.parametrize("order", ["<", ">"])
def test_all_directories_are_read_in_both_byte_orders(order: str) -> None:
    block = exif_block(
        {"make": "Contoso", "iso": 400, "f_number": 2.8}, gps=(36.5, -103.25), thumbnail=b"\xff\xd8x", order=order
    )

    tags = read_tags(block)

    assert tags.order == order
    assert tags.image[0x010F] == b"Contoso\0"
    assert tags.exif[0x8827] == (400,)
    assert tags.exif[0x829D] == ((2800, 1000),)
    assert tags.gps[2] == ((36, 1), (30, 1), (0, 1000))
    assert tags.thumbnail[0x0103] == (6,)
    assert (tags.damaged, tags.refused) == ([], False)


def test_absent_and_broken_are_different_answers() -> None:
    assert read_tags(tiff(b"", 0)).image == {}
    for broken in (b"", b"II", b"XX*\0\x08\0\0\0", b"II*\0\xff\xff\xff\xff\0\0"):
        with pytest.raises(NotTiffError):
            read_tags(broken)


def test_a_loop_is_walked_once() -> None:
    tags = read_tags(directory_loop())

    assert tags.image[0x010F] == b"AAAA"
    assert tags.damaged == ["tiff.loop"]


def test_pointers_back_and_forth_are_followed_once() -> None:
    assert "tiff.loop" in read_tags(pointer_ping_pong()).damaged


def test_a_chain_of_directories_is_cut() -> None:
    tags = read_tags(directory_chain())

    assert len(tags.others) <= DIRECTORIES_LIMIT
    assert tags.refused


def test_entries_are_read_up_to_a_limit() -> None:
    tags = read_tags(many_entries())

    assert len(tags.image) <= ENTRIES_LIMIT
    assert tags.refused


def test_values_are_read_up_to_a_limit() -> None:
    began = time.process_time()

    tags = read_tags(overlapping_texts())

    assert tags.refused
    assert sum(len(value) for value in tags.image.values()) <= 4 * 1024 * 1024
    assert time.process_time() - began < 0.5


def test_a_text_that_reaches_behind_the_block_is_kept_as_far_as_it_goes() -> None:
    tags = read_tags(huge_count(0x010F))

    assert tags.image[0x010F] == huge_count(0x010F)[8:]
    assert tags.damaged == ["tiff.value_outside"]


def test_a_number_that_lies_behind_the_block_is_left_out() -> None:
    tags = read_tags(tiff(entry(0x829A, 5, 1, 5000) + entry(0x0112, 3, 1, 6), 2))

    assert tags.image == {0x0112: (6,)}
    assert tags.damaged == ["tiff.value_outside"]


def test_maker_notes_are_never_opened() -> None:
    tags = read_tags(maker_note_count())

    assert 0x927C not in tags.exif
    assert tags.value_bytes < 100


def test_labels_come_in_words() -> None:
    block = exif_block({"make": "Contoso", "iso": 100})
    flash = tiff(entry(0x8769, 4, 1, 26), 1, behind=struct.pack("<H", 1) + entry(0x9209, 3, 1, 16) + bytes(4))

    assert read_labels(block, read_tags(block)) == {}
    assert read_labels(flash, read_tags(flash)) == {"flash": "Flash did not fire, compulsory flash mode"}


@pytest.mark.parametrize(
    "make", [many_entries, directory_chain, maker_note_count, pointer_ping_pong, overlapping_texts, directory_loop]
)
def test_no_block_made_to_hang_exifread_reaches_it_or_holds_it_up(make: object) -> None:
    block = make()  # type: ignore[operator]  # each of the makers above
    began = time.process_time()

    read_labels(block, read_tags(block))

    assert time.process_time() - began < 1


@pytest.mark.parametrize("pointer", [0x8769, 0x8825, 0x014A])
def test_a_pointer_before_the_block_is_followed_nowhere(pointer: int) -> None:
    tags = read_tags(tiff(entry(pointer, 9, 1, 0xFFFFFF01), 1, behind=bytes(400)))

    assert (tags.exif, tags.gps, tags.others) == ({}, {}, [])
