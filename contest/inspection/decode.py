"""Open untrusted pictures with Pillow; imported in the sandbox's child alone."""

import importlib
import importlib.util
import io
import warnings
from typing import BinaryIO, cast

from PIL import Image, ImageFile, JpegImagePlugin

from contest.inspection.walk import Blocks

PIXELS_MAX = 250_000_000
"""Width times height above which nothing is decoded, whatever a contest's terms say."""

SCANS_MAX = 100
"""A progressive JPEG has about ten scans; 20,000 of them cost minutes of CPU for a small file."""

_PLUGINS = {"png": "Png", "webp": "WebP", "tiff": "Tiff", "avif": "Avif", "gif": "Gif"}
_HAS_HEIF = importlib.util.find_spec("pillow_heif") is not None
DECODABLE = frozenset({"jpeg", *_PLUGINS, *(["heif"] if _HAS_HEIF else [])})
"""HEIC is opened where the extra ``heic`` is installed; libheif gives it upright, whatever EXIF says besides."""

_COEFFICIENT_BYTES, _PIXEL_BYTES = 2, 4

Image.MAX_IMAGE_PIXELS = PIXELS_MAX
warnings.simplefilter("error", Image.DecompressionBombWarning)


class UndecodableError(Exception):
    """The picture cannot or must not be decoded; ``code`` is the check code that says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def refusal(blocks: Blocks | None, *, memory_bytes: int) -> str | None:
    """Give the check code that forbids decoding, from what the walker read alone; None to go on.

    Args:
        blocks: The walker's; None for a type no walker knows.
        memory_bytes: What the decoder may use.
    """
    if blocks is None or blocks.format not in DECODABLE:
        return "F01.not_supported_here"
    if blocks.width_px is None or blocks.height_px is None:
        return "F02.unreadable"
    limits = (
        (blocks.width_px * blocks.height_px > PIXELS_MAX, "F03.too_many_pixels"),
        (blocks.scans > SCANS_MAX, "F03.too_many_scans"),
        (bool(blocks.refused), (*blocks.refused, "")[0]),
        (decoder_bytes(blocks) > memory_bytes, "F03.too_much_memory"),
    )
    return next((code for passed, code in limits if passed), None)


def decoder_bytes(blocks: Blocks) -> int:
    """Estimate the memory a full reading takes, in bytes.

    A baseline JPEG is read in strips and scaled down on the way; a progressive one needs all its coefficients
    at once; every other format comes in full.
    """
    pixels = (blocks.width_px or 0) * (blocks.height_px or 0)
    if blocks.format != "jpeg":
        return pixels * _PIXEL_BYTES * (2 if blocks.color == "palette" else 1)
    if not blocks.progressive:
        return 0
    widest = max((h for h, _ in blocks.sampling), default=1) or 1
    highest = max((v for _, v in blocks.sampling), default=1) or 1
    share = sum(h * v for h, v in blocks.sampling) / (widest * highest)
    return int(pixels * share * _COEFFICIENT_BYTES)


def open_picture(file: BinaryIO, blocks: Blocks) -> ImageFile.ImageFile:
    """Open a picture without decoding it.

    Of a JPEG Pillow sees tables, frame and scans alone: no application segment but JFIF and Adobe, no comment,
    nothing behind the end. So its own readers of EXIF, MPF and profiles never meet an upload.

    Raises:
        UndecodableError: What opens is not what the walker saw, or a limit is passed.
    """
    if blocks.format == "jpeg":
        return _open_jpeg(file, blocks)
    file.seek(0)
    _load_plugin(blocks.format)
    try:
        opened = Image.open(file, formats=[blocks.format.upper()])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UndecodableError("F03.too_many_pixels") from bomb
    if sorted(opened.size) != sorted((blocks.width_px or 0, blocks.height_px or 0)):
        # Pillow shows the small preview in many a RAW file that begins like a TIFF.
        raise UndecodableError("F01.not_supported_here")
    return opened


def _load_plugin(kind: str) -> None:
    """Load what opens a format; the rarer ones bring large libraries along.

    Each is to work in one thread: a second one would count as a second process.
    """
    if kind == "heif":
        import pillow_heif  # noqa: PLC0415 - an extra

        pillow_heif.register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
        return
    importlib.import_module(f"PIL.{_PLUGINS[kind]}ImagePlugin")
    if kind == "avif":
        from PIL import AvifImagePlugin  # noqa: PLC0415 - see above

        AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _open_jpeg(file: BinaryIO, blocks: Blocks) -> ImageFile.ImageFile:
    """Open a JPEG; one that lacks nothing but its end marker, as some cameras write it, is taken as whole."""
    lacks_end = "jpeg.no_end" in blocks.damaged and not blocks.progressive

    def opened() -> ImageFile.ImageFile:
        pixels = PixelsOnly(file, blocks.decode_from, behind=b"\xff\xd9" if lacks_end else b"")
        return JpegImagePlugin.JpegImageFile(cast("BinaryIO", pixels))

    if lacks_end:
        small = opened()
        small.draft(None, (max(1, small.width // 8), max(1, small.height // 8)))
        # Where data are missing the decoder leaves blocks at zero, which is middle grey to the last bit.
        if set(small.convert("RGB").crop((small.width - 1, small.height - 1, *small.size)).tobytes()) == {128}:
            raise UndecodableError("F02.unreadable")
    return opened()


class PixelsOnly(io.RawIOBase):
    """A JPEG as a decoder needs it: the kept ranges of a file, one behind the other, and what is to follow them."""

    def __init__(self, file: BinaryIO, ranges: list[tuple[int, int]], *, behind: bytes = b"") -> None:
        self._file = file
        self._before = b"\xff\xd8" + b"".join(self._range(at, end) for at, end in ranges[:-1])
        self._scans_at, end = ranges[-1]
        self._scans_end = len(self._before) + end - self._scans_at
        self._behind = behind
        self._size = self._scans_end + len(behind)
        self._at = 0

    def _range(self, at: int, end: int) -> bytes:
        self._file.seek(at)
        return self._file.read(end - at)

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be positioned."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Read at most ``size`` bytes; none at the end alone."""
        stop = self._size if size < 0 else min(self._size, self._at + size)
        if self._at < len(self._before):
            out = self._before[self._at : stop]
        elif self._at < self._scans_end:
            shift = self._scans_at - len(self._before)
            out = self._range(self._at + shift, min(stop, self._scans_end) + shift)
        else:
            out = self._behind[self._at - self._scans_end : stop - self._scans_end]
        self._at += len(out)
        return out

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to an offset."""
        self._at = max(0, offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence])
        return self._at

    def tell(self) -> int:
        """Give the present offset."""
        return self._at
