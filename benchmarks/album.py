"""What the album costs: CPU seconds and memory of every edition of a whole book, beside two other engines.

Makes its own photographs (by default 100 of 24 megapixels), lays a book of about 120 pages out with each on a page of
its own, builds every edition, verifies what is in the files, and prints one line per measurement; then the same plan
is set with WeasyPrint and fpdf2, which are fetched for this run alone, or left out with a word where they cannot be.
The goals, each with its verdict, stand at the end; where one is missed, the exit code is 1.

    python benchmarks/album.py --pictures 100 --megapixels 24
"""

import argparse
import hashlib
import io
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from contest.awards.record import CategoryRecord, Figures, PictureRecord, Record, TierRecord, WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import ContestError
from contest.publishing.album.build import build_plan
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.editions import Edition, Printer
from contest.publishing.album.fonts import font_folders

BLOCK = 1 << 20
SHAPES = ((3, 2), (2, 3), (1, 1), (16, 9), (4, 5))
DESIGN = Design(most_per_page=(1,))


def make_photograph(number: int, *, megapixels: float) -> tuple[bytes, int, int]:
    """Paint one photograph with grain; about as many bytes as a camera writes."""
    wide, high = SHAPES[number % len(SHAPES)]
    unit = (megapixels * 1e6 / (wide * high)) ** 0.5
    width, height = round(wide * unit), round(high * unit)
    chance = np.random.default_rng(number)
    fields = Image.fromarray(chance.integers(20, 236, (6, 8, 3), dtype=np.uint8), "RGB")
    pixels = np.asarray(fields.resize((width, height), Image.Resampling.BICUBIC), dtype=np.int16)
    grain = chance.integers(-9, 10, (512, 512, 1), dtype=np.int16)
    tiled = np.tile(grain, (height // 512 + 1, width // 512 + 1, 1))[:height, :width]
    out = io.BytesIO()
    Image.fromarray(np.clip(pixels + tiled, 0, 255).astype(np.uint8), "RGB").save(out, "JPEG", quality=93)
    return out.getvalue(), width, height


def make_record(folder: Path, *, pictures: int, megapixels: float) -> Record:
    """Write the originals, each named by its hash, and seal a record of them."""
    kinds = [make_photograph(number, megapixels=megapixels) for number in range(min(pictures, 10))]
    counts = (1, max(1, pictures // 12), max(1, pictures // 4))
    tiers = [
        TierRecord(key=f"t{n}", name=Bilingual(*names), count=pictures)
        for n, names in enumerate(
            (("特等奖", "Grand"), ("一等奖", "First"), ("二等奖", "Second"), ("优秀奖", "Merit"))
        )
    ]
    works = []
    for number in range(pictures):
        data, width, height = kinds[number % len(kinds)]
        # A comment makes each file its own; the coded picture behind it stays as it is.
        comment = f"{number:08d}".encode()
        data = data[:2] + b"\xff\xfe\x00\x0a" + comment + data[2:]
        sha256 = hashlib.sha256(data).hexdigest()
        (folder / sha256).write_bytes(data)
        tier = next((n for n in range(3) if number < sum(counts[: n + 1])), 3)
        works.append(
            WorkRecord(
                id=f"w{number:05d}",
                number=f"A-{number + 1:04d}",
                rank=number + 1,
                score="8.00",
                tier=f"t{tier}",
                kind="single",
                category="A",
                title=Bilingual(f"山海之间·第{number + 1}号", f"Between Mountain and Sea, No. {number + 1}"),
                caption="凌晨五点，雾从湖面升起，“等到的不是光，是安静。”",
                place="浙江丽水",
                author=Bilingual("林晓岚", f"Author {number % 60}"),
                unit=Bilingual("滨海市摄影家协会", "Binhai Photographers"),
                pictures=(
                    PictureRecord(
                        id=f"{number:032x}", sha256=sha256, width_px=width, height_px=height, bytes=len(data)
                    ),
                ),
            )
        )
    return Record(
        short_name="bench",
        edition="2026",
        name=Bilingual("第六届“山海杯”全国摄影大赛", "The Sixth Shanhai Cup"),
        cup=Bilingual("山海杯", "Shanhai Cup"),
        notice=Bilingual("山与海之间，是我们生活的地方。", "Between the mountains and the sea."),
        hosts=(Bilingual("滨海市文联", "Binhai Federation"),),
        organizers=(),
        sponsors=(),
        zone="Asia/Shanghai",
        accent="#8c2f2b",
        language="zh",
        version=1,
        sealed_at="2026-11-20T08:00:00+00:00",
        figures=Figures(entries=2318, authors=641, units=37, jurors=5),
        jury=(),
        categories=(CategoryRecord(key="A", name=Bilingual("综合类", "Open")),),
        tiers=tuple(tiers),
        works=tuple(works),
    )


def prepare(folder: Path, pictures: int, megapixels: float) -> dict[str, Any]:
    """Make what is measured."""
    return {"record": make_record(folder, pictures=pictures, megapixels=megapixels)}


def build(folder: Path, record: Record, target: Path, edition: Edition) -> dict[str, Any]:
    """Lay the book out and build one edition."""
    report = build_plan(
        plan_album(record, design=DESIGN),
        edition=edition,
        record=record,
        original=lambda picture: folder / picture.sha256,
        target=target,
        built_at=datetime(2026, 12, 1, tzinfo=UTC),
    )
    codes = sorted({finding.code for finding in report.preflight.errors})
    return {"sha256": report.sha256, "pages": report.pages, "bytes": report.bytes, "errors": codes}


def copy(folder: Path, record: Record, target: Path) -> dict[str, Any]:
    """The bare baseline: read every original once, hash it, write it, hash what is written."""
    whole = hashlib.sha256()
    with target.open("wb") as out:
        for work in record.works:
            one = hashlib.sha256()
            with (folder / work.pictures[0].sha256).open("rb") as file:
                while block := file.read(BLOCK):
                    one.update(block)
                    whole.update(block)
                    out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return {"sha256": whole.hexdigest(), "bytes": target.stat().st_size}


def lay_out(_folder: Path, record: Record, _target: Path) -> dict[str, Any]:
    """Lay the usual design out twice; the second time is what a re-flow in the browser costs."""
    plan_album(record)
    started = time.process_time()
    plan = plan_album(record)
    return {"pages": len(plan.pages), "reflow_s": time.process_time() - started}


def alone(task: Callable[..., dict[str, Any]], *arguments: Any) -> dict[str, Any]:
    """Run a task in a process of its own and measure it: CPU seconds with its children, peak memory of each."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(measured, (task, arguments))


def measured(task: Callable[..., dict[str, Any]], arguments: tuple[Any, ...]) -> dict[str, Any]:
    before = _seconds()
    started = time.perf_counter()
    try:
        result = task(*arguments)
    except ContestError as failure:  # which no pipe carries
        message = f"{failure.code} {dict(failure.facts)}"
        raise RuntimeError(message) from failure
    peaks = [resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        **result,
        "cpu_s": _seconds() - before,
        "wall_s": time.perf_counter() - started,
        "rss_mib": max(peaks),
    }


def _seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def coded(data: bytes) -> bytes:
    """Hash a JPEG's coded picture: from its first quantisation table to its end."""
    return hashlib.sha256(data[data.index(b"\xff\xdb") : data.rindex(b"\xff\xd9") + 2]).digest()


def untouched(folder: Path, record: Record, target: Path) -> int:
    """Count the originals whose coded picture stands in the book bit for bit."""
    import pikepdf  # noqa: PLC0415 - only this check needs it

    found = set()
    with pikepdf.open(target) as pdf:
        for page in pdf.pages:
            for image in page.resources.get("/XObject", {}).values():
                found.add(coded(image.read_raw_bytes()))
    return sum(coded((folder / work.pictures[0].sha256).read_bytes()) in found for work in record.works)


def most_ink(target: Path) -> float:
    """Give the ink on the fullest square millimetre of any photograph in a book in inks, in percent, decoded anew."""
    import pikepdf  # noqa: PLC0415 - only this check needs it

    most, patch = 0.0, round(300 / 25.4)
    with pikepdf.open(target) as pdf:
        for page in pdf.pages:
            for image in page.resources.get("/XObject", {}).values():
                with Image.open(io.BytesIO(image.read_raw_bytes())) as shown:
                    patches = np.asarray(shown.reduce(patch), dtype=np.uint16)
                most = max(most, float(patches.sum(axis=2).max()) / 2.55)
    return most


def other(engine: str, package: str, folder: Path, plan: Path, target: Path) -> dict[str, Any] | str:
    """Set the plan with another engine in an environment of its own; say why where that cannot be had."""
    command = [sys.executable, "-m", "uv", "run", "--quiet", "--no-project", "--with", package, "python"]
    script = Path(__file__).with_name("album_engines.py")
    asked = [engine, str(plan), str(folder), str(target), *map(str, font_folders())]
    ran = subprocess.run([*command, str(script), *asked], capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        return (ran.stderr.strip().splitlines() or ["no answer"])[-1]
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


@dataclass(frozen=True)
class Goal:
    """What one figure of one edition may be at most; ``of`` names it in what was measured."""

    edition: str
    of: str
    most: float
    said: str


def goals(pictures: int) -> tuple[Goal, ...]:
    """Give the goals for a book of so many photographs."""
    of_few = (
        Goal("press", "cpu_s", 6.0, "press, CPU s"),
        Goal("x1a", "cpu_s", 90.0, "PDF/X-1a, CPU s"),
        Goal("screen", "bytes", 20e6, "screen, bytes"),
        Goal("re-flow", "reflow_s", 0.2, "laying out again, CPU s"),
    )
    return (
        *(of_few if pictures <= 100 else ()),
        Goal("press", "rss_mib", 250.0 if pictures <= 100 else 300.0, "press, MiB"),
        Goal("x1a", "rss_mib", 500.0, "PDF/X-1a, MiB"),
        Goal("press", "touched", 0.0, "press, photographs whose coded data were touched"),
        Goal("press", "differing", 0.0, "press, builds that differ"),
        Goal("x1a", "ink_over", 1.0, "PDF/X-1a, ink over the limit, %"),
    )


def judged(results: Mapping[str, Mapping[str, Any]], pictures: int) -> bool:
    """Print each goal with its verdict; give whether all are met."""
    verdicts = []
    for goal in goals(pictures):
        if goal.edition in results:
            value = float(results[goal.edition][goal.of])
            verdicts.append(value <= goal.most)
            print(f"{'met' if verdicts[-1] else 'MISSED':<8}{goal.said}: {value:,.4g}, at most {goal.most:,g}")
    for name, found in results.items():
        verdicts.append(not found.get("errors"))
        if found.get("errors"):
            print(f"MISSED  {name}, preflight without error: {', '.join(found['errors'])}")
    return all(verdicts)


def told(name: str, found: dict[str, Any], *, note: str = "") -> None:
    pages = f"{found['pages']:5d} p  " if "pages" in found else " " * 9
    print(
        f"{name:<12}{pages}{found['bytes'] / 1e6:8.1f} MB {found['cpu_s']:7.2f} CPU s {found['rss_mib']:6.0f} MiB "
        f"{found['wall_s']:7.2f} s by the clock  {note}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=100, help="photographs in the book")
    parser.add_argument("--megapixels", type=float, default=24.0, help="of each photograph")
    parser.add_argument("--editions", default=",".join(Edition), help="which to build, with commas between")
    parser.add_argument("--alone", action="store_true", help="leave the other engines out")
    chosen = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="album-bench-") as name:
        folder = Path(name)
        # Made elsewhere: a process started by a large one would be charged with its parent's peak.
        record = alone(prepare, folder, chosen.pictures, chosen.megapixels)["record"]
        told("hash + copy", alone(copy, folder, record, folder / "copy.bin"))
        (folder / "copy.bin").unlink()
        for edition in map(Edition, chosen.editions.split(",")):
            target = folder / f"{edition}.pdf"
            found = results[edition] = alone(build, folder, record, target, edition)
            notes = [f"errors: {', '.join(found['errors'])}"] if found["errors"] else []
            if edition is Edition.PRESS:
                same = untouched(folder, record, target)
                again = alone(build, folder, record, folder / "again.pdf", edition)
                (folder / "again.pdf").unlink()
                notes.append(f"{same} of {chosen.pictures} coded pictures bit for bit")
                notes.append("same bytes again" if again["sha256"] == found["sha256"] else "OTHER BYTES again")
                found |= {
                    "touched": chosen.pictures - same,
                    "differing": int(again["sha256"] != found["sha256"]),
                }
            if edition is Edition.X1A:
                ink, limit = most_ink(target), Printer().ink_limit_percent
                notes.append(f"at most {ink:.0f} % of ink")
                found["ink_over"] = max(0.0, ink - limit)
            told(edition, found, note="; ".join(notes))
            target.unlink()
        layout = results["re-flow"] = alone(lay_out, folder, record, folder)
        print(f"{'re-flow':<12}{layout['pages']:5d} p  {layout['reflow_s']:.3f} CPU s in the usual design")
        if not chosen.alone:
            plan = folder / "plan.json"
            plan.write_text(plan_album(record, design=DESIGN).to_json(), encoding="utf-8")
            shelf = {picture.id: picture.sha256 for work in record.works for picture in work.pictures}
            (folder / "shelf.json").write_text(json.dumps(shelf), encoding="utf-8")
            for engine, package in (("weasyprint", "weasyprint>=66"), ("fpdf2", "fpdf2>=2.8")):
                target = folder / f"{engine}.pdf"
                answer = other(engine, package, folder, plan, target)
                if isinstance(answer, str):
                    print(f"{engine:<12}left out: {answer}")
                else:
                    same = untouched(folder, record, target)
                    told(engine, answer, note=f"{same} of {chosen.pictures} coded pictures bit for bit")
    if not judged(results, chosen.pictures):
        sys.exit(1)


if __name__ == "__main__":
    main()
