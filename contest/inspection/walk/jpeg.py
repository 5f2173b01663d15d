"""Walk a JPEG: every segment and scan, with what hides between and behind them.

Segment layout: ITU-T T.81 annex B; MPF: CIPA DC-007; XMP in JPEG: Adobe XMP specification part 3.
"""

import re
import struct

from contest.inspection.source import Source
from contest.inspection.walk.blocks import BLOCK_LIMIT, CREDENTIALS_LIMIT, PIECES_LIMIT, Blocks
from contest.inspection.walk.photoshop import iptc_of_resources
from contest.inspection.walk.trailer import classify_trailer

SCANS_COUNTED = 1000
"""Counting stops here; ten times more than any file that is accepted."""

_SOI, _EOI, _SOS, _COM, _DNL = 0xD8, 0xD9, 0xDA, 0xFE, 0xDC
_TABLES = frozenset({0xDB, 0xC4, 0xDD, 0xCC})
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_MARKER_HERE = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # begins with one plain byte: searched 17 times faster
_BRIGHTNESS_TABLE_SUM = 3688  # of T.81 table K.1, to which encoders' scales of quality refer
_COMPONENTS = {1: "grey", 3: "rgb", 4: "cmyk"}

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"
_PHOTOSHOP = b"Photoshop 3.0\0"


def walk_jpeg(source: Source) -> Blocks:
    """Walk all segments and scans of a JPEG; time and memory grow with the file at most linearly."""
    blocks = Blocks(format="jpeg")
    segments = _Segments(blocks)
    at = 2
    for _ in range(PIECES_LIMIT):
        found = _marker_at(source, at, blocks)
        if found is None:
            blocks.damage("jpeg.no_end")
            at = len(source)
            break
        marker, at = found
        if marker == _EOI:
            break
        if marker == _SOS:
            at = _skip_scan(source, at, blocks)
        elif marker not in _BARE and marker != _SOI:
            at = segments.take(marker, source, at)
        if blocks.scans > SCANS_COUNTED:
            break
    else:
        blocks.refuse("F03.too_many_parts")
    segments.finish()
    _finish(source, blocks, at)
    return blocks


def _segment_end(source: Source, at: int, blocks: Blocks) -> int:
    """Give the end of the segment whose length stands at ``at``, inside the file whatever it says."""
    end = at + max(int.from_bytes(source[at : at + 2], "big"), 2)
    if end == at + 2 or end > len(source):
        blocks.damage("jpeg.segment_length")
    return min(end, len(source))


def _skip_scan(source: Source, at: int, blocks: Blocks) -> int:
    """Count one scan, and give the offset of the marker that ends its coded data."""
    if not blocks.scans:
        blocks.decode_from.append((at - 2, len(source)))
    blocks.scans += 1
    start = _segment_end(source, at, blocks)
    following = _NEXT_MARKER.search(source, start)
    stop = following.start() if following else len(source)
    blocks.pixel_bytes += stop - start
    return stop


def _marker_at(source: Source, at: int, blocks: Blocks) -> tuple[int, int] | None:
    """Find the marker at or behind ``at``: its number and the offset behind it."""
    following = _MARKER_HERE.match(source, at)
    if following is None:
        bare = source[at : at + 2]
        if len(bare) == 2 and bare[0] == 0xFF and bare[1] in _BARE:  # noqa: PLR2004 - marker layout
            return bare[1], at + 2
        following = _NEXT_MARKER.search(source, at)
        if following is None:
            return None
        blocks.damage("jpeg.garbage")
    return source[following.end() - 1], following.end()


def _finish(source: Source, blocks: Blocks, end: int) -> None:
    """Note what lies behind the picture, and what the parts make of the whole."""
    blocks.end = end
    if blocks.scans:
        blocks.decode_from[-1] = (blocks.decode_from[-1][0], end)
    if blocks.scans > SCANS_COUNTED:
        return
    blocks.trailing_bytes = len(source) - end
    if blocks.trailing_bytes:
        blocks.trailing_kind = classify_trailer(source, end)
        if blocks.trailing_kind == "mp4":
            blocks.extras.add("motion_photo")
    if blocks.width_px is None:
        blocks.damage("jpeg.no_frame")
    if not blocks.scans:
        blocks.damage("jpeg.no_scan")


class _Segments:
    """Collects the blocks that a JPEG spreads over several segments."""

    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.exif = bytearray()
        self.icc: dict[int, bytes] = {}
        self.icc_count = 0
        self.photoshop = bytearray()
        self.extension: dict[int, bytes] = {}
        self.credentials: dict[bytes, bytearray] = {}
        self.credentials_kept = 0
        self.kept = 0

    def take(self, marker: int, source: Source, at: int) -> int:
        """Look at the segment whose length stands at ``at``; give the offset behind it."""
        end = _segment_end(source, at, self.blocks)
        payload = source[at + 2 : end]
        jfif = marker == 0xE0 and payload.startswith(b"JFIF\0")  # noqa: PLR2004 - APP0
        adobe = marker == 0xEE and payload.startswith(b"Adobe")  # noqa: PLR2004 - APP14
        self.blocks.jfif |= jfif
        # These alone change how pixels are read.
        if not self.blocks.scans and (marker in _FRAMES or marker in _TABLES or jfif or adobe):
            self.blocks.decode_from.append((at - 2, end))
        if marker in _FRAMES:
            self._take_frame(marker, payload)
        elif marker == 0xDB:  # noqa: PLR2004 - DQT
            self._take_tables(payload)
        elif marker == _DNL:
            self.blocks.damage("jpeg.late_height")
        else:
            self._take_metadata(marker, payload)
        return end

    def _take_metadata(self, marker: int, payload: bytes) -> None:
        if marker == 0xE1:  # noqa: PLR2004 - APP1
            self._take_app1(payload)
        elif marker == 0xE2:  # noqa: PLR2004 - APP2
            self._take_app2(payload)
        elif marker == 0xEB and payload[:2] == b"JP":  # noqa: PLR2004 - APP11
            self._take_jumbf(payload)
        elif marker == 0xED and payload.startswith(_PHOTOSHOP):  # noqa: PLR2004 - APP13
            self._keep(self.photoshop, payload[len(_PHOTOSHOP) :])
        elif marker == _COM:
            self.blocks.add_text("comment", payload.decode("utf-8", "replace"))

    def _keep(self, store: bytearray, data: bytes) -> None:
        self.kept += len(data)
        if self.kept > BLOCK_LIMIT:
            self.blocks.refuse("F03.too_much_metadata")
            return
        store += data

    def _take_frame(self, marker: int, payload: bytes) -> None:
        blocks = self.blocks
        if blocks.width_px is not None:
            blocks.damage("jpeg.second_frame")
            return
        if len(payload) < 6 or len(payload) < 6 + 3 * payload[5]:  # noqa: PLR2004 - frame header layout
            blocks.damage("jpeg.frame")
            return
        blocks.bits, height_px, width_px, components = struct.unpack(">BHHB", payload[:6])
        blocks.progressive = marker in _PROGRESSIVE
        blocks.color = _COMPONENTS.get(components)
        blocks.sampling = tuple((payload[7 + 3 * n] >> 4, payload[7 + 3 * n] & 15) for n in range(components))
        if width_px and height_px:
            blocks.width_px, blocks.height_px = width_px, height_px
        else:
            blocks.damage("jpeg.no_size")

    def _take_app1(self, payload: bytes) -> None:
        blocks = self.blocks
        if payload[:5] == b"Exif\0":
            data = payload[6:]
            if data[:2] in (b"II", b"MM") and not self.exif:
                self._keep(self.exif, data)
            elif self.exif and data[:4] not in (b"II*\0", b"MM\0*"):
                # A block longer than a segment goes on in the next one, without a header of its own.
                self._keep(self.exif, data)
            elif not self.exif:
                blocks.damage("exif")
        elif payload.startswith(_XMP):
            if blocks.xmp is None:
                blocks.xmp = payload[len(_XMP) :]
        elif payload.startswith(_XMP_EXTENSION):
            body = payload[len(_XMP_EXTENSION) + 32 :]
            if len(body) >= 8:  # noqa: PLR2004 - total length and offset
                self.kept += len(body)
                if self.kept > BLOCK_LIMIT:
                    blocks.refuse("F03.too_much_metadata")
                else:
                    self.extension[int.from_bytes(body[4:8], "big")] = body[8:]

    def _take_app2(self, payload: bytes) -> None:
        blocks = self.blocks
        if payload.startswith(b"ICC_PROFILE\0") and len(payload) > 14:  # noqa: PLR2004 - header length
            number, self.icc_count = payload[12], payload[13]
            self.kept += len(payload)
            if self.kept > BLOCK_LIMIT:
                blocks.refuse("F03.too_much_metadata")
            elif number in self.icc:
                blocks.damage("icc")
            else:
                self.icc[number] = payload[14:]
        elif payload.startswith(b"MPF\0"):
            blocks.extras.add("mpo")

    def _take_jumbf(self, payload: bytes) -> None:
        """Join the pieces of a box (ISO 19566-5 annex D): each segment repeats the box's own header."""
        self.blocks.jumbf = True
        self.credentials_kept += len(payload)
        if self.credentials_kept > CREDENTIALS_LIMIT:
            self.blocks.damage("credentials")
            return
        instance, piece = payload[2:4], payload[8:]
        if instance in self.credentials:
            piece = piece[16 if piece[:4] == b"\0\0\0\x01" else 8 :]
        self.credentials.setdefault(instance, bytearray()).extend(piece)

    def _take_tables(self, payload: bytes) -> None:
        """Estimate the encoder's quality from table 0, the one for brightness."""
        at = 0
        while at < len(payload):
            wide, number = payload[at] >> 4, payload[at] & 15
            size = 128 if wide else 64
            table = payload[at + 1 : at + 1 + size]
            if number == 0 and len(table) == size and self.blocks.quality is None:
                total = sum(struct.unpack(">64H", table)) if wide else sum(table)
                percent = max(1, 100 * total // _BRIGHTNESS_TABLE_SUM)
                self.blocks.quality = max(1, (200 - percent) // 2 if percent <= 100 else 5000 // percent)  # noqa: PLR2004 - the scale's two halves
            at += 1 + size

    def finish(self) -> None:
        """Put the pieces together once all segments were seen."""
        blocks = self.blocks
        blocks.exif = bytes(self.exif) or None
        if self.icc:
            if sorted(self.icc) != list(range(1, self.icc_count + 1)):
                blocks.damage("icc")
            blocks.icc = b"".join(self.icc[number] for number in sorted(self.icc))
        if self.photoshop:
            blocks.iptc = iptc_of_resources(bytes(self.photoshop), blocks)
        if self.extension:
            blocks.xmp_extended = b"".join(self.extension[at] for at in sorted(self.extension))
        for store in self.credentials.values():
            if b"c2pa\0" in store[:64]:
                blocks.add_credentials(bytes(store))
        packet = (blocks.xmp or b"") + (blocks.xmp_extended or b"")[:65536]
        if b"hdrgm:Version" in packet or b"hdr-gain-map/1.0" in packet:
            blocks.extras.add("gain_map")
        if b"GCamera:MotionPhoto" in packet or b"GCamera:MicroVideo" in packet:
            blocks.extras.add("motion_photo")
        if b"GDepth:" in packet or b'Profile:Type="Depth' in packet:
            blocks.extras.add("depth")
