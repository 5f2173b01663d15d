"""Paint the demonstration's pictures on both cores, in processes of their own."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from contest.demo.story import WORKS

PAINTERS: Final = 2


def paint_all(folder: Path) -> Iterator[tuple[str, Path]]:
    """Paint every work's picture into ``folder``; give key and file as they come, in the story's order."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PAINTERS, mp_context=context) as pool:
        waiting = [(work.key, pool.submit(_paint, work.key, folder)) for work in WORKS]
        for key, painting in waiting:
            yield key, painting.result()


def _paint(key: str, folder: Path) -> Path:
    # Only here, in a painter's own process: the service itself never loads an image library.
    from contest.demo.scenes import Camera, scene_jpeg  # noqa: PLC0415 - see above

    work = next(work for work in WORKS if work.key == key)
    width_px, height_px = work.size_px
    shot = work.exposure
    path = folder / f"{key}.jpg"
    path.write_bytes(
        scene_jpeg(
            work.kind,
            seed=work.seed,
            width_px=width_px,
            height_px=height_px,
            captured_at=work.captured_at,
            camera=Camera(
                make=shot.make,
                model=shot.model,
                lens=shot.lens,
                focal_mm=shot.focal_mm,
                aperture=shot.aperture,
                exposure_s=shot.exposure_s,
                iso=shot.iso,
            ),
            place=work.position,
            is_cut=work.flaw == "cut",
        )
    )
    return path
