"""The organizer's seal on certificates: a picture, decoded in the child process alone, kept for the next time."""

from datetime import datetime
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.awards.record import PictureRecord
from contest.kernel import audit
from contest.kernel.db import Work
from contest.kernel.errors import Invalid, Missing
from contest.kernel.ids import new_id
from contest.platform.store import FileStore, seal_key
from contest.publishing.album.jpeg import file_digest
from contest.publishing.album.sandbox import run_child
from contest.publishing.models import Seal

SEAL_BYTES_MAX: Final = 8 << 20
SEAL_PX: Final = 1600  # 38 mm at more than 1,000 ppi
READ_LIMITS: Final = {"seconds": 30, "memory_mib": 2048, "file_mib": 32}


def read_seal(path: Path) -> PictureRecord:
    """Read a seal's picture in the child process; what is transparent of it becomes paper.

    Raises:
        Invalid: ``print.seal_too_large``; ``print.seal_unreadable``.
    """
    size = path.stat().st_size
    if size > SEAL_BYTES_MAX:
        raise Invalid("print.seal_too_large", mib=SEAL_BYTES_MAX >> 20)
    profile = files("contest.publishing.album").joinpath("data/FOGRA39L_coated.icc")
    with TemporaryDirectory(prefix="seal-") as folder, as_file(profile) as output:
        task = {
            "pictures": [
                {
                    "picture": "seal",
                    "source": str(path),
                    "target": f"{folder}/seal.jpg",
                    "longest_px": SEAL_PX,
                    "px_per_mm": 1.0,
                }
            ],
            "space": "screen",
            "quality": 90,
            "subsampling": 0,
            "profile": str(output),
            "ink_limit_percent": 300,
            "limits": READ_LIMITS,
        }
        found = run_child("convert", task, failure="print.seal_unreadable")
    digest = file_digest(path)
    return PictureRecord(
        id=digest[:32], sha256=digest, width_px=found["width_px"], height_px=found["height_px"], bytes=size
    )


def keep_seal(
    work: Work, store: FileStore, *, contest_id: UUID, seal: PictureRecord, path: Path, actor_id: UUID, at: datetime
) -> None:
    """Keep a seal that was read, for this contest's certificates; the same one again becomes the newest."""
    store.put(seal_key(seal.sha256), BytesIO(path.read_bytes()))
    known = select(Seal).where(Seal.contest_id == contest_id, Seal.sha256 == seal.sha256)
    row = work.session.scalar(known)
    if row is None:
        row = Seal(
            id=new_id(),
            contest_id=contest_id,
            sha256=seal.sha256,
            width_px=seal.width_px,
            height_px=seal.height_px,
            bytes=seal.bytes,
        )
        work.session.add(row)
    row.uploaded_by, row.uploaded_at = actor_id, at
    audit.record(
        work, action="certificates.seal", at=at, actor_id=actor_id, contest_id=contest_id, thing=f"seal {seal.sha256}"
    )


def newest_seal(session: Session, contest_id: UUID) -> Seal | None:
    """Read a contest's seal that was uploaded last."""
    query = select(Seal).where(Seal.contest_id == contest_id).order_by(Seal.uploaded_at.desc(), Seal.id).limit(1)
    return session.scalar(query)


def kept_seal(session: Session, contest_id: UUID, digest: str) -> PictureRecord:
    """Read what is known of a seal's picture.

    Raises:
        Missing: ``seal``.
    """
    row = session.scalar(select(Seal).where(Seal.contest_id == contest_id, Seal.sha256 == digest))
    if row is None:
        raise Missing("seal")
    return PictureRecord(
        id=digest[:32], sha256=digest, width_px=row.width_px, height_px=row.height_px, bytes=row.bytes
    )
