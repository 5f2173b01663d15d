"""What a print shows, read from where it stands: the frozen result, or a round through the panel's one door."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from contest.awards.record import PictureRecord, Record
from contest.calls.queries import ContestFacts
from contest.entries import blind
from contest.inspection.sizes import SIZES
from contest.judging.models import Round, RoundEntry
from contest.judging.queries import paper_codes
from contest.judging.rules.order import own_order
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Conflict, Missing
from contest.platform.store import FileStore
from contest.publishing.album.jpeg import file_digest, read
from contest.publishing.album.preflight.report import warning
from contest.publishing.clearance import as_printed
from contest.publishing.gallery.view import awarded
from contest.publishing.prints.certificates import certificates
from contest.publishing.prints.contact import Work, contact_sheets
from contest.publishing.prints.labels import labels
from contest.publishing.prints.orders import Kind, PrintOrder
from contest.publishing.prints.panels import panels
from contest.publishing.prints.paper import Prints

PREVIEW_PX: Final = SIZES[-2]  # 1280: 150 ppi on 216 mm, more than any cell is wide


def prints_of(
    record: Record,
    order: PrintOrder,
    *,
    address: str,
    withheld: Mapping[str, str],
    larger: Mapping[str, PictureRecord],
    seal: PictureRecord | None = None,
) -> Prints:
    """Draw what is ordered of a result; works that may not be shown any more are left out, with a finding.

    Args:
        address: The service's own, without a slash at the end.
        withheld: Why a work must not be printed, by its id.
        larger: Larger files that are printed in place of judged ones, by the picture's id.
        seal: Of certificates, see `certificates`.

    Raises:
        Conflict: ``print.nothing``, no work is left to print.
    """
    works = [work for work in awarded(as_printed(record, larger)) if work.id not in withheld]
    if not works:
        raise Conflict("print.nothing")
    if order.kind is Kind.CERTIFICATES:
        drawn = certificates(record, works, order, address=address, seal=seal)
    elif order.kind is Kind.PANELS:
        drawn = panels(record, works, order, address=address)
    else:
        drawn = labels(record, works, order, address=address)
    left_out = tuple(warning("work_left_out", work=work.number) for work in awarded(record) if work.id in withheld)
    return replace(drawn, findings=(*left_out, *drawn.findings))


def contact_of(
    session: Session, store: FileStore, contest: ContestFacts, order: PrintOrder
) -> tuple[Prints, dict[str, str]]:
    """Draw the contact sheets of a round in the panel's common order, and say where the previews lie.

    Returns:
        The sheets, and the store's key of each preview by the picture's name on the sheets.

    Raises:
        Missing: ``round``.
        Conflict: ``print.nothing``, the round's set is empty.
    """
    row = session.execute(
        select(Round.id, Round.seed, Round.name_zh, Round.name_en).where(
            Round.contest_id == contest.id, Round.number == order.round
        )
    ).one_or_none()
    if row is None:
        raise Missing("round")
    round_id, seed, name_zh, name_en = row
    chosen = session.scalars(select(RoundEntry.entry_id).where(RoundEntry.round_id == round_id, ~RoundEntry.held))
    shown = blind.shown(session, list(chosen))
    key, panel = contest.blind_key, round_id
    ordered = own_order(shown.keys(), key=key, seed=seed, juror_id=panel)
    codes = paper_codes(session, round_id, key=key)
    works, keys = [], dict[str, str]()
    for entry_id in ordered:
        pictures = []
        for index in range(len(shown[entry_id].pictures)):
            name = f"{codes[entry_id]}-{index + 1}"
            keys[name] = blind.picture_key(session, entry_id, index=index, long_side_px=PREVIEW_PX)
            pictures.append(_picture(store, keys[name], name))
        works.append(Work(code=codes[entry_id], pictures=tuple(pictures)))
    if not works:
        raise Conflict("print.nothing")
    given = Bilingual(name_zh, name_en) or Bilingual(f"第 {order.round} 轮", f"Round {order.round}")
    title = Bilingual(*(f"{contest.name.in_(each)} · {given.in_(each)}" for each in ("zh", "en")))
    return contact_sheets(works, order, name=title), keys


def _picture(store: FileStore, key: str, name: str) -> PictureRecord:
    """Describe a preview by its own bytes: nothing of the original's record comes along."""
    with store.local(key) as path:
        facts, digest, size = read(path), file_digest(path), path.stat().st_size
    return PictureRecord(id=name, sha256=digest, width_px=facts.width_px, height_px=facts.height_px, bytes=size)
