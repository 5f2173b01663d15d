"""What a set of previews costs, as ratios against bare baselines timed in the same run.

Usage: .venv/bin/python benchmarks/derivatives.py [--quick]

- floor: a half-size decode and the four JPEG encodes, which no recipe can do without
- ours: walk, facts, decode, sRGB, upright, 2560/1280/640/320, as the sandbox's child does it
- naive: full decode, turned and converted at full size, each size from the full one

Then what it costs to look at a picture pixel by pixel, with bytes and files:

- strip: the file as it is, without all that is no pixel; no proof that it gives nothing away
- whole: one JPEG rebuilt from bare pixels, as the service makes it; see docs/adr/0004-whole-pictures.md
- tiles: the same pixels as JPEGs of 512 pixels in levels, each half as large as the one above

And the lighter previews of the public gallery: light.

Each figure is the median over rounds; in a round every method runs once in a fresh process (imports not
counted). CPU is user and system time. Absolute milliseconds drift with the machine: read the ratios.
"""

import argparse
import io
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402 - the path above comes first
from PIL import Image, ImageCms, ImageOps  # noqa: E402 - as above

from contest.inspection.decode import PixelsOnly  # noqa: E402 - as above
from contest.inspection.examination import examine  # noqa: E402 - as above
from contest.inspection.sandbox import Sandbox  # noqa: E402 - as above
from contest.inspection.sizes import LIGHT, PREVIEWS, SIZES, WHOLE, Drawing, fitted  # noqa: E402 - as above
from contest.inspection.walk import walk  # noqa: E402 - as above
from tests.photos import exif_block, icc_profile, insert_segments, make_pixels, segment  # noqa: E402 - as above

QUALITY = 82
SANDBOX_ROUNDS = 6  # for each of the other methods': the difference is small
TILE_PX = 512
PICTURES = {
    "24 MP, Adobe RGB": (6000, 4000, True, False),
    "24 MP, sRGB": (6000, 4000, False, False),
    "24 MP, progressive": (6000, 4000, True, True),
    "100 MP, Adobe RGB": (11_648, 8736, True, False),
}
GOALS = {
    ("24 MP, Adobe RGB", "ours/floor"): 3.8,
    ("24 MP, sRGB", "ours/floor"): 3.1,
    ("24 MP, Adobe RGB", "MiB"): 90,
    ("24 MP, sRGB", "MiB"): 90,
    ("100 MP, Adobe RGB", "ours/naive"): 1 / 8,
    ("100 MP, Adobe RGB", "MiB"): 100,
}


def make_picture(path: Path, *, width_px: int, height_px: int, profile: bool, progressive: bool) -> None:
    """Paint a picture with detail of several scales, so that its JPEG is about as heavy as a camera's."""
    chance = np.random.default_rng(1)
    pixels = np.array(make_pixels(width_px=width_px, height_px=height_px), dtype=np.int16)
    for step, strength in ((2, 9), (4, 12), (16, 18), (64, 18)):
        coarse = chance.integers(
            -strength, strength + 1, (height_px // step + 1, width_px // step + 1, 3), dtype=np.int16
        )
        pixels += np.repeat(np.repeat(coarse, step, 0), step, 1)[:height_px, :width_px]
    picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=88, subsampling="4:2:2", progressive=progressive)
    blocks = [segment(0xE1, b"Exif\0\0" + exif_block({"orientation": 6, "make": "Contoso"}))]
    blocks += [segment(0xE2, b"ICC_PROFILE\0\x01\x01" + icc_profile())] if profile else []
    path.write_bytes(insert_segments(out.getvalue(), blocks))


def draw(source: Path, out: Path, *, drawing: Drawing) -> float:
    outputs = {size: (out / f"{size}.{drawing.ending}").open("wb") for size in drawing.sizes}
    began = time.process_time()
    with source.open("rb") as file:
        report, _drawn = examine(file, drawing=drawing, outputs=outputs, memory_bytes=1 << 30)
    for output in outputs.values():
        output.close()
    if not report.decodes:
        raise SystemExit(f"{source} does not decode: {report.refusal}")
    return time.process_time() - began


def ours(source: Path, out: Path) -> float:
    return draw(source, out, drawing=PREVIEWS)


def whole(source: Path, out: Path) -> float:
    return draw(source, out, drawing=WHOLE)


def light(source: Path, out: Path) -> float:
    return draw(source, out, drawing=LIGHT)


def strip(source: Path, out: Path) -> float:
    began = time.process_time()
    with source.open("rb") as file:
        blocks = walk(file)
        if blocks is None:
            raise SystemExit(f"{source} is no picture")
        with (out / "strip.jpg").open("wb") as stripped:
            shutil.copyfileobj(PixelsOnly(file, blocks.decode_from), stripped)
    return time.process_time() - began


def tiles(source: Path, out: Path) -> float:
    Image.MAX_IMAGE_PIXELS = None
    began = time.process_time()
    with Image.open(source) as picture:
        level = ImageOps.exif_transpose(picture)
    if profile := level.info.get("icc_profile"):
        mine, srgb = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        ImageCms.profileToProfile(level, mine, srgb, inPlace=True)
    while True:
        for left in range(0, level.width, TILE_PX):
            for top in range(0, level.height, TILE_PX):
                box = (left, top, min(left + TILE_PX, level.width), min(top + TILE_PX, level.height))
                level.crop(box).save(out / f"{level.width}-{left}-{top}.jpg", "JPEG", quality=85)
        if max(level.size) <= TILE_PX:
            return time.process_time() - began
        level = level.reduce(2)


def floor(source: Path, out: Path) -> float:
    with Image.open(source) as picture:
        picture.draft(None, (picture.width // 2, picture.height // 2))
        ready = [picture.resize(fitted(*picture.size, long_side_px=size)) for size in SIZES]
    began = time.process_time()
    with Image.open(source) as picture:
        picture.draft(None, (picture.width // 2, picture.height // 2))
        picture.load()
    for size, preview in zip(SIZES, ready, strict=True):
        preview.save(out / f"{size}.jpg", "JPEG", quality=QUALITY)
    return time.process_time() - began


def naive(source: Path, out: Path) -> float:
    Image.MAX_IMAGE_PIXELS = None
    began = time.process_time()
    with Image.open(source) as picture:
        upright = ImageOps.exif_transpose(picture)
    profile = upright.info.get("icc_profile")
    if profile:
        upright = ImageCms.profileToProfile(
            upright, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        )
    for size in SIZES:
        shown = upright.resize(fitted(*upright.size, long_side_px=size), Image.Resampling.LANCZOS)
        shown.save(out / f"{size}.jpg", "JPEG", quality=QUALITY)
    return time.process_time() - began


METHODS: dict[str, Callable[[Path, Path], float]] = {"floor": floor, "ours": ours, "naive": naive}
CLOSE_UP: dict[str, Callable[[Path, Path], float]] = {"strip": strip, "whole": whole, "tiles": tiles}
EVERY = {**METHODS, **CLOSE_UP, "light": light}


def peak_mib(pid: int | str = "self") -> float:
    """Give the most memory a process ever held (not ru_maxrss, which a new program inherits from its parent)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def run_here(method: str, source: Path, out: Path) -> None:
    """Run one method in this process and print what it took."""
    cpu_s = EVERY[method](source, out)
    made = [path.stat().st_size for path in out.iterdir()]
    print(json.dumps({"cpu_s": cpu_s, "mib": peak_mib(), "files": len(made), "mb": sum(made) / 1e6}))


def run_fresh(method: str, source: Path, out: Path) -> dict[str, float]:
    """Run one method in a fresh process, into an empty folder."""
    for left in out.iterdir():
        left.unlink()
    command = [sys.executable, __file__, "--run", method, "--source", str(source), "--out", str(out)]
    told = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, float] = json.loads(told.stdout)
    return answer


def measure(source: Path, out: Path, *, rounds: int) -> list[tuple[str, float, str]]:
    """Measure one picture; give rows of (figure, value, unit)."""
    taken: dict[str, list[dict[str, float]]] = {method: [] for method in METHODS}
    for _ in range(rounds):
        for method in METHODS:
            taken[method].append(run_fresh(method, source, out))

    def cpu(method: str) -> float:
        return statistics.median(run["cpu_s"] for run in taken[method])

    def ratio(one: str, other: str) -> float:
        pairs = zip(taken[one], taken[other], strict=True)
        return statistics.median(first["cpu_s"] / second["cpu_s"] for first, second in pairs)

    rows = [(f"{method} CPU", cpu(method) * 1000, "ms") for method in METHODS]
    rows += [("ours/floor", ratio("ours", "floor"), ""), ("naive/floor", ratio("naive", "floor"), "")]
    rows += [("ours/naive", ratio("ours", "naive"), "")]
    rows += [("naive MiB", statistics.median(run["mib"] for run in taken["naive"]), "")]
    return rows


def measure_others(source: Path, out: Path, *, rounds: int) -> None:
    """Measure what is drawn later, and print time, memory, bytes and files of each."""
    for method in (*CLOSE_UP, "ours", "light"):
        runs = [run_fresh(method, source, out) for _ in range(min(rounds, 3))]
        cpu_ms, mib = (statistics.median(run[name] for run in runs) for name in ("cpu_s", "mib"))
        files = f"{runs[0]['mb']:6.2f} MB in {runs[0]['files']:.0f}"
        print(f"    {method:20} {cpu_ms * 1000:8.0f} ms    {mib:4.0f} MiB   {files}")


def measure_sandbox(source: Path, out: Path, *, rounds: int) -> dict[str, float]:
    """Measure a set through the sandbox, its checks of what was drawn included, against the same in this process.

    Warm, one after the other, so that whatever else the machine does meets both; the median of the ratios.
    """
    ratios: list[float] = []
    with Sandbox(work_dir=out, recycle_after=10**6) as sandbox:
        sandbox.level()
        child = sandbox._child  # noqa: SLF001 - CPU and memory of the child are nobody else's business
        if child is None:
            raise SystemExit("the sandbox has no child")
        start_s = child.cpu_s
        sandbox.examine(source, out)
        ours(source, out)
        for number in range(SANDBOX_ROUNDS * rounds):
            taken = {}
            for way in ("here", "there") if number % 2 else ("there", "here"):
                began, before = time.process_time(), child.cpu_s
                sandbox.examine(source, out) if way == "there" else ours(source, out)
                taken[way] = time.process_time() - began + child.cpu_s - before
            ratios.append(taken["there"] / taken["here"])
        peak = peak_mib(child.process.pid)
        level = sandbox.level().name
    low, _, high = statistics.quantiles(ratios, n=4)
    print(f"    sandbox level: {level}; start of a child, shared by 50 files: {start_s * 1000 / 50:.1f} ms a file")
    print(f"    half of {len(ratios)} ratios lie between {low:.2f} and {high:.2f}")
    return {"sandbox/in process": statistics.median(ratios), "MiB": peak}


def show(name: str, figure: str, value: float, unit: str = "") -> bool:
    """Print one row; tell whether its goal is met, if it has one."""
    goal = 1.10 if figure == "sandbox/in process" else GOALS.get((name, figure))
    verdict = "" if goal is None else f"   goal <= {goal:.3g}: {'met' if value <= goal else 'MISSED'}"
    print(
        f"    {figure:20} {value:8.3g} {unit:3}{verdict}"
        if value < 1000
        else f"    {figure:20} {value:8.0f} {unit:3}{verdict}"
    )
    return goal is None or value <= goal


def main() -> int:
    """Make the pictures, run the methods, print the ratios; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, no 100 MP picture")
    parser.add_argument("--run", choices=EVERY, help=argparse.SUPPRESS)
    parser.add_argument("--source", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.run:
        run_here(given.run, given.source, given.out)
        return 0
    rounds = 1 if given.quick else 5
    met = True
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out"
        out.mkdir()
        for name, (width_px, height_px, profile, progressive) in PICTURES.items():
            if given.quick and width_px > 6000:
                continue
            source = Path(folder) / "picture.jpg"
            make_picture(source, width_px=width_px, height_px=height_px, profile=profile, progressive=progressive)
            print(f"{name}, {source.stat().st_size / 1e6:.1f} MB")
            for figure, value, unit in measure(source, out, rounds=rounds):
                met &= show(name, figure, value, unit)
            for figure, value in measure_sandbox(source, out, rounds=rounds).items():
                met &= show(name, figure, value)
            measure_others(source, out, rounds=rounds)
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
