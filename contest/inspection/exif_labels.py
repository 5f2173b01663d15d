"""EXIF values in words, through ExifRead; imported in the sandbox's child alone."""

import io
import logging

import exifread

from contest.inspection.tiff import EXIF_POINTER, GPS_POINTER, SUB_POINTER, Tags

_LABELS = {
    "EXIF ExposureProgram": "exposure_program",
    "EXIF MeteringMode": "metering",
    "EXIF Flash": "flash",
    "EXIF WhiteBalance": "white_balance",
    "EXIF ExposureMode": "exposure_mode",
    "EXIF SceneCaptureType": "scene",
    "EXIF LightSource": "light",
    "EXIF ExposureBiasValue": "exposure_bias",
    "EXIF FocalLengthIn35mmFilm": "focal_length_35mm",
}
_LABEL_LIMIT = 100
_VALUES_LIMIT = 128 * 1024  # ExifRead seeks and unpacks for every single number: about a microsecond a byte
_POINTERS = frozenset({EXIF_POINTER, GPS_POINTER, SUB_POINTER})

logging.getLogger("exifread").setLevel(logging.CRITICAL)  # its warnings about strangers' files are not ours


def read_labels(block: bytes, tags: Tags) -> dict[str, str]:
    """Give further values of a block in ExifRead's words.

    Only for a block that passed our own reader without a scratch: ExifRead bounds neither entries nor counts nor
    the depth of directories, takes BigTIFF for TIFF, and reads maker notes without end unless ``details`` is off.
    What it raises on a damaged block is of no family of its own.

    Args:
        block: The TIFF block; tags: what our own reader found in it.

    Returns:
        Words by name, such as ``{"flash": "Flash did not fire"}``; empty for a damaged or oversized block.
    """
    nested = any(not _POINTERS.isdisjoint(directory) for directory in (tags.exif, tags.gps, *tags.others))
    if tags.is_big or tags.refused or tags.damaged or nested or tags.value_bytes > _VALUES_LIMIT:
        return {}
    try:
        found = exifread.process_file(io.BytesIO(block), details=False, extract_thumbnail=False)
    except Exception:  # noqa: BLE001 - six unrelated kinds were met; these labels are an extra, never a fact
        return {}
    labels = {}
    for name, ours in _LABELS.items():
        words = str(found.get(name, "")).strip()
        if words:
            labels[ours] = words[:_LABEL_LIMIT]
    return labels
