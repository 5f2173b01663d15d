"""Walk a TIFF file: its own directories are the metadata block."""

from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.source import Source
from contest.inspection.tiff import Directory, NotTiffError, Tags, read_tags
from contest.inspection.walk.blocks import BLOCK_LIMIT, Blocks
from contest.inspection.walk.photoshop import iptc_of_resources

_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COLOR = 0x00FE, 0x0100, 0x0101, 0x0102, 0x0106
_SAMPLES, _EXTRA_SAMPLES, _XMP, _IPTC, _RESOURCES, _ICC = 0x0115, 0x0152, 0x02BC, 0x83BB, 0x8649, 0x8773
_COLORS = {0: "grey", 1: "grey", 2: "rgb", 3: "palette", 5: "cmyk", 6: "rgb", 8: "lab"}
_CREDENTIALS = 0xCD41
_DNG_VERSION = 0xC612
_REDUCED = 1


def walk_tiff(source: Source) -> Blocks:
    """Walk a TIFF or BigTIFF; the first full picture gives the size, every further page counts as a frame."""
    blocks = Blocks(format=sniff(source[:SNIFFED_BYTES]) or "tiff", end=len(source), pixel_bytes=len(source))
    try:
        tags = read_tags(source)
    except NotTiffError:
        blocks.damage("tiff.header")
        return blocks
    for name in tags.damaged:
        blocks.damage(name)
    if tags.refused:
        blocks.refuse("F03.too_many_directories")
    blocks.exif, blocks.tags = source[:BLOCK_LIMIT], tags
    pages = [page for page in (tags.image, *tags.others) if _number(page, _WIDTH) and _number(page, _HEIGHT)]
    full = [page for page in pages if not (_number(page, _SUBFILE) or 0) & _REDUCED] or pages[:1]
    blocks.frames = max(1, len(full))
    if full:
        _take_page(full[0], blocks)
    if _DNG_VERSION in tags.image:
        blocks.format = "dng"
    take_blocks(tags, blocks)
    return blocks


def _take_page(page: Directory, blocks: Blocks) -> None:
    blocks.width_px, blocks.height_px = _number(page, _WIDTH), _number(page, _HEIGHT)
    blocks.bits = _number(page, _BITS) or 1
    color = _number(page, _COLOR)
    blocks.color = None if color is None else _COLORS.get(color)
    blocks.alpha = _EXTRA_SAMPLES in page


def take_blocks(tags: Tags, blocks: Blocks) -> None:
    """Take XMP, IPTC, profile and credentials from where TIFF's directory 0 has them."""
    blocks.xmp = _bytes(tags.image, _XMP)
    blocks.icc = _bytes(tags.image, _ICC)
    credentials = _bytes(tags.image, _CREDENTIALS)
    if credentials:
        blocks.add_credentials(credentials)
    resources = _bytes(tags.image, _RESOURCES)
    blocks.iptc = _bytes(tags.image, _IPTC) or (iptc_of_resources(resources, blocks) if resources else None)


def _number(page: Directory, tag: int) -> int | None:
    value = page.get(tag)
    if value and not isinstance(value, bytes) and isinstance(value[0], int):
        return value[0]
    return None


def _bytes(page: Directory, tag: int) -> bytes | None:
    value = page.get(tag)
    return value if isinstance(value, bytes) and value else None
