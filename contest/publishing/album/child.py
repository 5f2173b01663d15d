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

CLONE_NEWUSER: Final = 0x10000000
CLONE_NEWNET: Final = 0x40000000
MIB: Final = 1 << 20


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

    Returns:
        ``overflows``: for each text that does not fit its box, page index and excess in mm.
    """
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
    what is transparent becomes white.

    Args:
        task: ``source``, ``target``, ``longest_px``.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - decoders are loaded here and nowhere else

    Image.MAX_IMAGE_PIXELS = 400_000_000
    with Image.open(task["source"]) as opened:
        profile = opened.info.get("icc_profile")
        image = ImageOps.exif_transpose(opened)
        if image.has_transparency_data:
            white = Image.new("RGBA", image.size, "white")
            image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
        elif image.mode.startswith("I;16"):
            image = image.point(lambda value: value / 257, "L") if image.mode == "I;16" else image.convert("L")
        elif image.mode not in {"L", "RGB", "CMYK"}:
            image = image.convert("L" if image.mode in {"1", "I", "F"} else "RGB")
            profile = profile if opened.mode in {"P", "RGBA", "RGBX"} else None
        seen = image.size
        image.thumbnail((task["longest_px"], task["longest_px"]), Image.Resampling.LANCZOS)
        image.save(task["target"], "JPEG", quality=95, subsampling=0, icc_profile=profile)
    return {"width_px": seen[0], "height_px": seen[1]}


def main() -> None:
    """Do the one task named on the command line."""
    task: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    is_alone = leave_network()
    limit(**task["limits"])
    done = {"typeset": typeset, "derive": derive}[sys.argv[1]](task)
    json.dump({**done, "is_alone": is_alone}, sys.stdout)


if __name__ == "__main__":
    main()
