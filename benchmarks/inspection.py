"""How well files are read, how soon, and how little they can hurt: printed against the goals.

Usage: .venv/bin/python benchmarks/inspection.py [FOLDER] [--quick] [--show]

- agreement: each value ExifTool finds in a folder's files against ours; needs the program exiftool, which is no
  part of the service. Without one, or without the folder, these rows are left out.
- traces of generators: files made here, and what is called generated in the folder, to be looked at
- CPU: user and system time for a 24 MP JPEG made here, median over rounds
- hostile: files made to hurt, and mutations of small ones, through the sandbox; the child's most memory is taken
  before anything was decoded
"""

import argparse
import hashlib
import random
import shutil
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from derivatives import make_picture, peak_mib  # noqa: E402 - the path above comes first

from contest.inspection.checks import check  # noqa: E402 - as above
from contest.inspection.cli import ANY_FORMAT  # noqa: E402 - as above
from contest.inspection.examination import examine  # noqa: E402 - as above
from contest.inspection.reading import read_facts  # noqa: E402 - as above
from contest.inspection.report import Report  # noqa: E402 - as above
from contest.inspection.sandbox import Sandbox, SandboxBroken  # noqa: E402 - as above
from contest.inspection.sniff import sniff  # noqa: E402 - as above
from contest.inspection.walk import walk  # noqa: E402 - as above
from tests.hostile import HOSTILE, png  # noqa: E402 - as above
from tests.jumbf import created, jpeg_segments, manifest, store  # noqa: E402 - as above
from tests.oracle import NUMBERS, TEXTS, Compared, compared  # noqa: E402 - as above
from tests.photos import insert_segments, make_jpeg, xmp_packet  # noqa: E402 - as above

EXIF_TAGS = frozenset({*TEXTS, *NUMBERS, "captured_at", "utc_offset", "latitude", "longitude"}) - {
    "iptc_caption",
    "iptc_byline",
    "digital_source_type",
    "icc_profile",
}
CERTAIN = ("captured_at", "make", "model", "orientation")
PHOTOGRAPHS = ("jpeg", "heif", "png", "webp", "avif")
GENERATED_CODES = ("E03.declared_generated", "E05", "E06")
HANG_S = 5
TAG_STAGE_MIB = 512


class Rows:
    """Prints one figure a line and remembers whether a goal was missed."""

    def __init__(self) -> None:
        self.met = True

    def show(
        self, figure: str, value: float, unit: str = "", *, least: float | None = None, most: float | None = None
    ) -> None:
        """Print one figure, with the verdict where it has a goal."""
        verdict = ""
        if least is not None or most is not None:
            met = (least is None or value >= least) and (most is None or value <= most)
            self.met &= met
            sign, goal = (">=", least) if least is not None else ("<=", most)
            verdict = f"   goal {sign} {goal:g}: {'met' if met else 'MISSED'}"
        print(f"    {figure:46} {value:9.4g} {unit:4}{verdict}")


def share(values: Iterable[Compared]) -> float:
    """Give the share that agrees, in per cent; 100 for none."""
    agreeing = [value.agrees for value in values]
    return 100 * sum(agreeing) / len(agreeing) if agreeing else 100.0


def agreement(folder: Path, rows: Rows, *, show: bool) -> None:
    values = compared(folder)
    print(f"agreement with ExifTool, {len({value.path for value in values})} files, {len(values)} values")
    exif = [value for value in values if value.name in EXIF_TAGS]
    groups: Sequence[tuple[str, Callable[[Compared], bool], float]] = (
        ("EXIF tags, JPEG HEIF PNG WebP AVIF", lambda value: value.format in PHOTOGRAPHS, 99.5),
        ("EXIF tags, TIFF", lambda value: value.format in ("tiff", "dng"), 98),
        (
            "date, make, model, orientation, JPEG HEIF",
            lambda value: value.format in ("jpeg", "heif") and value.name in CERTAIN,
            100,
        ),
    )
    for name, belongs, goal in groups:
        rows.show(name, share(filter(belongs, exif)), "%", least=goal)
    for name, kinds, goal in (
        ("IPTC caption, by-line", ("iptc_caption", "iptc_byline"), 98),
        ("dc:creator", ("xmp_creators",), 96),
        ("ICC name", ("icc_profile",), 99.5),
    ):
        rows.show(name, share(value for value in values if value.name in kinds), "%", least=goal)
    for kind, count in Counter(value.format for value in exif).most_common():
        rows.show(f"  {kind}, {count} values", share(value for value in exif if value.format == kind), "%")
    for value in values:
        if show and not value.agrees:
            print(f"      {value.path.name}: {value.name} {value.ours!r}, ExifTool {value.theirs!r}")


def generated() -> dict[str, bytes]:
    """Make one file for each way in which a generator tells of itself."""
    firefly = store(manifest("urn:c2pa:1", actions=[created("trainedAlgorithmicMedia")], program="Contoso Dream"))
    plain = make_jpeg(width_px=320, height_px=240)
    return {
        "ComfyUI": png((b"tEXt", b'prompt\0{"3": {"class_type": "KSampler"}}')),
        "Stable Diffusion": png((b"tEXt", b"parameters\0a cat\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1")),
        "Stable Diffusion, JPEG": make_jpeg(
            width_px=320,
            height_px=240,
            exif={"user_comment": b"ASCII\0\0\0a cat\nSteps: 20, Sampler: Euler a, Seed: 1"},
        ),
        "Content Credentials, JPEG": insert_segments(plain, jpeg_segments(firefly)),
        "Content Credentials, PNG": png((b"caBX", firefly)),
        "IPTC source type": make_jpeg(
            width_px=320, height_px=240, xmp=xmp_packet(digital_source_type="trainedAlgorithmicMedia")
        ),
        "TC260 label, XMP": make_jpeg(width_px=320, height_px=240, xmp=xmp_packet(aigc='{"Label":"1"}')),
        "TC260 label, PNG": png((b"tEXt", b'AIGC\0{"Label":"1"}')),
        "Midjourney": make_jpeg(width_px=320, height_px=240, exif={"software": "Midjourney 6"}),
    }


def called_generated(file: Path) -> bool:
    """Tell whether a file would be refused as generated, by its metadata alone."""
    with file.open("rb") as opened:
        blocks = walk(opened)
    if blocks is None:
        return False
    report = Report(format=blocks.format, bytes=file.stat().st_size, facts=read_facts(blocks).facts)
    return any(found.code.startswith(GENERATED_CODES) for found in check(report, ANY_FORMAT))


def traces(folder: Path | None, scratch: Path, rows: Rows) -> None:
    print("traces of generators")
    made = generated()
    found = 0
    for name, data in made.items():
        file = scratch / "generated"
        file.write_bytes(data)
        found += called_generated(file)
        if not called_generated(file):
            print(f"      not found: {name}")
    rows.show(f"found of {len(made)} made here", 100 * found / len(made), "%", least=100)
    if folder is not None:
        names = [path.name for path in files_of(folder) if called_generated(path)]
        print(f"      called generated in the folder: {', '.join(names) or 'none'}")


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def upload_path(file: Path) -> None:
    """Do what a request does with a received file, and the walk on top."""
    with file.open("rb") as opened:
        sniff(opened.read(64))
        opened.seek(0)
        hashlib.file_digest(opened, "sha256")
        blocks = walk(opened)
    if blocks is None:
        raise SystemExit("the picture made here is none")
    read_facts(blocks)


def whole_inspection(file: Path) -> None:
    upload_path(file)
    with file.open("rb") as opened:
        report, _ = examine(opened, memory_bytes=1 << 30)
    if not report.decodes:
        raise SystemExit(f"the picture made here does not decode: {report.refusal}")


def cpu_ms(work: Callable[[Path], None], file: Path, *, rounds: int) -> float:
    taken = []
    for _ in range(rounds + 1):
        began = time.process_time()
        work(file)
        taken.append((time.process_time() - began) * 1000)
    return statistics.median(taken[1:])


def costs(scratch: Path, rows: Rows, *, rounds: int) -> None:
    file = scratch / "24mp.jpg"
    for name, progressive, goal in (("baseline", False, 250), ("progressive", True, 550)):
        make_picture(file, width_px=6000, height_px=4000, profile=True, progressive=progressive)
        print(f"CPU, 24 MP JPEG, {name}, {file.stat().st_size / 1e6:.1f} MB")
        rows.show("sniff, SHA-256, walk, facts", cpu_ms(upload_path, file, rounds=rounds), "ms", most=15)
        rows.show("whole inspection without previews", cpu_ms(whole_inspection, file, rounds=rounds), "ms", most=goal)


def mutations(seeds: Sequence[bytes], count: int) -> Iterable[bytes]:
    """Change some bytes of small files, the first thousand above all, and cut or lengthen them."""
    chance = random.Random(1)
    for number in range(count):
        file = bytearray(seeds[number % len(seeds)])
        for _ in range(chance.randint(1, 12)):
            file[chance.randrange(min(len(file), chance.choice((64, 1024, len(file)))))] = chance.randrange(256)
        at = chance.randrange(len(file))
        if chance.random() < 0.3:
            file[at : at + chance.randint(0, 40)] = chance.randbytes(chance.randint(0, 40))
        yield bytes(file[:at] if chance.random() < 0.1 else file)


def hostile(folder: Path | None, scratch: Path, rows: Rows, *, count: int) -> None:
    files = [make() for make in HOSTILE.values()]
    seeds = [make_jpeg(width_px=64, height_px=48, thumbnail=True, xmp=xmp_packet(title="黄河"), progressive=True)]
    seeds += list(generated().values())
    if folder is not None:
        seeds += [path.read_bytes() for path in files_of(folder) if 0 < path.stat().st_size < 64 * 1024]
    print(f"hostile: {len(files)} files made to hurt, {count} mutations of {len(seeds)} small files")
    file = scratch / "hostile"
    broken, hung, slowest_s, peak = 0, 0, 0.0, 0.0
    # First without decoding, so that the most memory of each child is that of the readers of tags.
    for decode, several in ((False, [*files, *mutations(seeds, count)]), (True, files)):
        with Sandbox(work_dir=scratch) as sandbox:
            for data in several:
                file.write_bytes(data)
                began = time.monotonic()
                try:
                    sandbox.inspect(file, decode=decode)
                except SandboxBroken as error:
                    broken += 1
                    print(f"      {error.code} {error.facts}")
                took_s = time.monotonic() - began
                slowest_s, hung = max(slowest_s, took_s), hung + (took_s > HANG_S)
                child = sandbox._child  # noqa: SLF001 - its memory is nobody else's business
                if child is not None and not decode:
                    peak = max(peak, peak_mib(child.process.pid))
    rows.show("the child broke", broken, most=0)
    rows.show(f"took longer than {HANG_S} s", hung, most=0)
    rows.show("slowest", slowest_s, "s")
    rows.show("child's memory before decoding", peak, "MiB", most=TAG_STAGE_MIB)


def main() -> int:
    """Measure and print; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--quick", action="store_true", help="three rounds, 500 mutations")
    parser.add_argument("--show", action="store_true", help="name every value that differs")
    given = parser.parse_args()
    folder = given.folder if given.folder.is_dir() else None
    rows = Rows()
    if folder is None or shutil.which("exiftool") is None:
        print(f"agreement: left out, {'no folder ' + str(given.folder) if folder is None else 'no exiftool'}")
    else:
        agreement(folder, rows, show=given.show)
    with tempfile.TemporaryDirectory() as made:
        scratch = Path(made)
        traces(folder, scratch, rows)
        costs(scratch, rows, rounds=3 if given.quick else 9)
        hostile(folder, scratch, rows, count=500 if given.quick else 10_000)
    return 0 if rows.met else 1


if __name__ == "__main__":
    sys.exit(main())
