"""The process in which type is set and pictures are decoded: few rights, little memory, no network.

It is run as ``python -m contest.publishing.album.child TASK``, reads one JSON object from standard input and
writes one per line to standard output. Limits are laid on before anything else is imported.
"""

import ctypes
import json
import resource
import sys
from collections.abc import Callable, Iterator
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


def typeset(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Set a part of a book.

    Args:
        task: ``folder`` with template.typ, the stand-ins and the part's data, named ``data``; ``target``, the name of
            the file to write there; ``fonts``, the folders of fonts; ``standard``, such as "1.6" or "ua-1"; whether
            it is ``tagged``; ``moment``, seconds since 1970 for the file's dates. The typesetter works in threads,
            which the stricter lock of the other tasks does not admit; it sees texts and stand-ins only, and nothing
            that an entrant's camera wrote.

    Yields:
        ``overflows``: for each text that does not fit its box, page index and excess in mm.
    """
    compiler = _compiler(task)
    compiler.compile(
        output=str(Path(task["folder"]) / task["target"]),
        format="pdf",
        pdf_standards=[task["standard"]],
        timestamp=task["moment"],
        pdf_tags=task["tagged"],
    )
    yield {"overflows": json.loads(compiler.query("<overflow>", field="value"))}


def draw(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Draw one page as a PNG of ``ppi`` pixels per inch; otherwise as `typeset`."""
    _compiler(task).compile(output=str(Path(task["folder"]) / task["target"]), format="png", ppi=task["ppi"])
    yield {}


def measure(task: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Set pages and write no file; otherwise as `typeset`."""
    yield {"overflows": json.loads(_compiler(task).query("<overflow>", field="value"))}


def _compiler(task: dict[str, Any]) -> Any:
    leave_network()
    import typst  # noqa: PLC0415 - loaded after the limits are on

    folder = Path(task["folder"])
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=task["fonts"])
    nowhere = str(folder / "no-packages")
    return typst.Compiler(
        str(folder / "template.typ"),
        root=str(folder),
        font_paths=fonts,
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
        sys_inputs={"data": task["data"]},
    )


def with_pictures(name: str) -> Callable[[dict[str, Any]], Iterator[dict[str, Any]]]:
    """Give a task of ``convert``: decoders are loaded there, and nowhere else."""
    from contest.publishing.album import convert  # noqa: PLC0415 - loaded after the limits are on

    return {
        "convert": convert.convert,
        "compare": convert.compare,
        "examine": convert.examine,
        "show": convert.show,
    }[name]


def main() -> None:
    """Do the one task named on the command line."""
    task: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    limit(**task["limits"])
    run = {"typeset": typeset, "draw": draw, "measure": measure}.get(sys.argv[1]) or with_pictures(sys.argv[1])
    for answer in run(task):
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
