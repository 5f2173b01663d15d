"""Sets an album plan with another engine, as well as that engine can, and prints what it cost as JSON.

Runs in an environment of its own that ``benchmarks/album.py`` makes; knows nothing of this project but the plan.

    python benchmarks/album_engines.py weasyprint|fpdf2 plan.json FOLDER target.pdf FONTS...
"""

import html
import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

MM_PER_PT = 25.4 / 72


def font_files(folders: list[str]) -> dict[str, Path]:
    """Find the faces by the beginnings of their names."""
    files = [path for folder in folders for path in Path(folder).rglob("*") if path.suffix in {".otf", ".ttf"}]
    wanted = {"serif": "NotoSerifSC", "sans": "NotoSansSC", "latin": "SourceSerif4"}
    return {
        name: next(path for path in sorted(files) if path.name.startswith(start) and "Italic" not in path.name)
        for name, start in wanted.items()
        if any(path.name.startswith(start) for path in files)
    }


def weasyprint(plan: dict[str, Any], pictures: dict[str, Path], fonts: dict[str, Path], target: Path) -> None:
    """Absolute boxes on pages; turned photographs stay as they are stored, else each would be coded anew."""
    from weasyprint import HTML  # noqa: PLC0415 - one of two engines

    design = plan["design"]
    faces = "".join(
        f"@font-face{{font-family:{name};src:url('{path.as_uri()}')}}" for name, path in sorted(fonts.items())
    )
    size = f"{design['width_mm']}mm {design['height_mm']}mm"
    style = (
        f"{faces}@page{{size:{size};margin:0;bleed:{design['bleed_mm']}mm}}"
        "body{margin:0;font-family:latin,serif}section{position:relative;break-after:page;height:100vh}"
        "section>*{position:absolute}p{margin:0;line-height:1.4}img{image-orientation:none}"
    )

    def at(box: dict[str, Any]) -> str:
        return f"left:{box['x_mm']}mm;top:{box['y_mm']}mm;width:{box['width_mm']}mm;height:{box['height_mm']}mm"

    pages = []
    for page in plan["pages"]:
        parts = []
        for spot in page["placements"]:
            source, alt = pictures[spot["picture"]].as_uri(), html.escape(spot["alt"], quote=True)
            parts.append(f"<img src='{source}' alt='{alt}' style='{at(spot)}'>")
        for box in page["texts"]:
            lines = ""
            for line in box["paragraphs"]:
                size = line["size_pt"] or 9
                lines += f"<p lang='{line['language']}' style='font-size:{size}pt'>{html.escape(line['text'])}</p>"
            parts.append(f"<div style='{at(box)};text-align:{box['align']}'>{lines}</div>")
        pages.append(f"<section>{''.join(parts)}</section>")
    HTML(string=f"<style>{style}</style>{''.join(pages)}").write_pdf(target)


def fpdf2(plan: dict[str, Any], pictures: dict[str, Path], fonts: dict[str, Path], target: Path) -> None:
    """Cells at their places, one face for all text."""
    from fpdf import FPDF  # noqa: PLC0415 - one of two engines

    design = plan["design"]
    pdf = FPDF(unit="mm", format=(design["width_mm"], design["height_mm"]))
    pdf.set_margin(0)
    pdf.set_auto_page_break(auto=False)
    pdf.c_margin = 0
    pdf.add_font("serif", fname=fonts["serif"])
    for page in plan["pages"]:
        pdf.add_page()
        for spot in page["placements"]:
            pdf.image(
                pictures[spot["picture"]],
                x=spot["x_mm"],
                y=spot["y_mm"],
                w=spot["width_mm"],
                h=spot["height_mm"],
                alt_text=spot["alt"],
            )
        for box in page["texts"]:
            pdf.set_xy(box["x_mm"], box["y_mm"])
            for line in box["paragraphs"]:
                size = line["size_pt"] or 9
                pdf.set_font("serif", size=size)
                pdf.set_x(box["x_mm"])
                pdf.multi_cell(
                    box["width_mm"], 1.4 * size * MM_PER_PT, line["text"], align=box["align"][0].upper(), new_x="LEFT"
                )
    pdf.output(str(target))


def seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    engine, plan_file, folder, target = sys.argv[1], *map(Path, sys.argv[2:5])
    plan = json.loads(plan_file.read_text(encoding="utf-8"))
    shelf = json.loads((folder / "shelf.json").read_text(encoding="utf-8"))
    pictures = {ident: folder / sha256 for ident, sha256 in shelf.items()}
    started = time.perf_counter()
    {"weasyprint": weasyprint, "fpdf2": fpdf2}[engine](plan, pictures, font_files(sys.argv[5:]), target)
    answer = {
        "pages": len(plan["pages"]),
        "bytes": target.stat().st_size,
        "cpu_s": seconds(),
        "wall_s": time.perf_counter() - started,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
