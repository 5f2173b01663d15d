"""The process in which type is set and pictures are decoded: few rights, little memory, no network.

It is run as ``python -m contest.publishing.album.child TASK``, reads one JSON object from standard input and
writes one to standard output. Limits are laid on before anything else is imported.
"""

import ctypes
import json
import resource
import sys
from pathlib import Path
from typing import Any, Final

from contest.inspection.confine import confine

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
MIB: Final = 1 << 20
LIMIT_PIXELS: Final = 400_000_000


def limit(*, seconds: int, memory_mib: int, file_mib: int) -> None:
    """Lay on what this process may use: CPU seconds, address space, size of a file it writes, no core file."""
    for what, most in (
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_AS, memory_mib * MIB),
        (resource.RLIMIT_FSIZE, file_mib * MIB),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def leave_network() -> bool:
    """Move into a network of its own, with nothing in it; False where the system does not allow that."""
    if not sys.platform.startswith("linux"):
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0)


def typeset(task: dict[str, Any]) -> dict[str, Any]:
    """Set a book.

    Args:
        task: ``folder`` with template.typ, book.json and the stand-ins; ``fonts``, the folders of fonts;
            ``moment``, seconds since 1970 for the file's dates. The book goes to text.pdf in the folder.
            The typesetter works in threads, which the stricter lock of ``derive`` does not admit; it sees
            texts and stand-ins only, and nothing that an entrant's camera wrote.

    Returns:
        ``overflows``: for each text that does not fit its box, page index and excess in mm.
    """
    leave_network()
    import typst  # noqa: PLC0415 - loaded after the limits are on

    folder = Path(task["folder"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=task["fonts"])
    nowhere = str(folder / "no-packages")
    compiler = typst.Compiler(
        str(folder / "template.typ"),
        root=str(folder),
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )
    compiler.compile(output=str(folder / "text.pdf"), format="pdf", pdf_standards=["1.6"], timestamp=task["moment"])
    return {"overflows": json.loads(compiler.query("<overflow>", field="value"))}


def derive(task: dict[str, Any]) -> dict[str, Any]:
    """Make a JPEG that a book can carry from a picture that it cannot.

    Upright, at most ``longest_px`` on its long side, quality 95 without colour subsampling, its profile kept;
    what is transparent becomes white. Files are opened, then the process locks itself in, then it decodes.

    Args:
        task: ``source``, ``target``, ``longest_px``, ``limits``.

    Returns:
        ``width_px`` and ``height_px`` of the source as seen.
    """
    from PIL import AvifImagePlugin, Image, ImageOps  # noqa: PLC0415 - decoders are loaded here and nowhere else

    Image.init()
    Image.MAX_IMAGE_PIXELS = LIMIT_PIXELS
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    limits = task["limits"]
    with Path(task["source"]).open("rb") as source, Path(task["target"]).open("wb") as target:
        confine(
            memory_bytes=limits["memory_mib"] * MIB,
            file_bytes=limits["file_mib"] * MIB,
            readable=[sys.prefix, sys.base_prefix],
        )
        opened = Image.open(source)
        profile = opened.info.get("icc_profile")
        image = ImageOps.exif_transpose(opened)
        is_own_space = image.mode in {"L", "RGB", "CMYK"}
        if image.has_transparency_data:
            white = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
            is_own_space = opened.mode == "RGBA"
        elif image.mode.startswith("I;16"):
            # Pillow would cut 16 bits off at 255; the picture keeps its range instead.
            image = image.convert("I").point(lambda value: value / 257).convert("L")
        elif not is_own_space:
            image = image.convert("L" if image.mode in {"1", "I", "F"} else "RGB")
        seen = image.size
        image = image.resize(fitting(seen, longest_px=task["longest_px"]), Image.Resampling.LANCZOS)
        kept = profile if is_own_space else None
        image.save(target, "JPEG", quality=95, subsampling=0, icc_profile=kept)
    return {"width_px": seen[0], "height_px": seen[1]}


def fitting(size: tuple[int, int], *, longest_px: int) -> tuple[int, int]:
    """Give a size in whole pixels at most ``longest_px`` long, never larger, that keeps the proportions best."""
    longest, shortest = max(size), min(size)
    if longest <= longest_px:
        return size
    long = min(
        range(max(1, longest_px - 64), longest_px + 1),
        key=lambda each: (abs(round(each * shortest / longest) / each * longest / shortest - 1), -each),
    )
    short = max(1, round(long * shortest / longest))
    return (long, short) if size[0] >= size[1] else (short, long)


def main() -> None:
    """Do the one task named on the command line."""
    task: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    limit(**task["limits"])
    json.dump({"typeset": typeset, "derive": derive}[sys.argv[1]](task), sys.stdout)


if __name__ == "__main__":
    main()
