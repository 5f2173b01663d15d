"""Leaks, planted one by one into the real application: the harness must find every one of them.

Each is something that was found in the wild or is easily written: see the channels of the threat model. A leak is a
function that spoils an answer with what the database knows.
"""

import base64
import gzip
import hashlib
import html
import io
import json
import zipfile
import zlib
from typing import Any
from urllib.parse import quote

from flask import request
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from contest.entries.models import Author
from contest.judging.models import Ballot, Round, ScoreLine, Sheet, TableAct, TableLine
from contest.kernel.permissions import State
from tests.guards.blindness.scene import (
    BRIEFING,
    MARKS,
    NEXT,
    PAPER,
    PAPER_SHEET,
    PICTURE,
    PLANTS,
    SILENCE,
    STANDING,
    TABLE,
    TABLE_STATE,
    VOTES,
    WORK,
    Scene,
    leak,
)

__all__ = ["PLANTS"]

_other = aliased(Ballot)


# Whose the work is, said openly or thinly wrapped


@leak()
def author_in_alternative_text(scene: Scene) -> None:
    scene.put(f'<img alt="{scene.author.name_en}">')


@leak()
def author_in_a_comment(scene: Scene) -> None:
    scene.put(f"<!-- {scene.author.name_zh} -->")


@leak()
def author_in_entities(scene: Scene) -> None:
    scene.put("".join(f"&#{ord(letter)};" for letter in scene.author.name_zh))


@leak()
def author_in_base64(scene: Scene) -> None:
    scene.put(f'<i data-by="{base64.b64encode(scene.author.email.encode()).decode()}"></i>')


@leak()
def author_in_an_address(scene: Scene) -> None:
    scene.put(f'<a href="/?by={quote(scene.author.name_zh)}">.</a>')


@leak(NEXT)
def author_in_escaped_json(scene: Scene) -> None:
    scene.tell("by", scene.author.name_zh)


@leak(NEXT)
def phone_in_json(scene: Scene) -> None:
    scene.tell("contact", scene.author.phone)


@leak(NEXT)
def pinyin_in_json(scene: Scene) -> None:
    scene.tell("sort_key", scene.author.name_en.split()[-1])


@leak()
def author_in_hexadecimal(scene: Scene) -> None:
    scene.put(f'<i data-by="{scene.author.email.encode().hex()}"></i>')


@leak()
def author_in_a_header(scene: Scene) -> None:
    scene.answer.headers["X-Debug"] = scene.author.email


@leak(BRIEFING)
def author_in_a_cookie(scene: Scene) -> None:
    scene.answer.set_cookie("last", scene.author.phone)


@leak()
def author_in_a_compressed_page(scene: Scene) -> None:
    scene.answer.set_data(gzip.compress(scene.answer.get_data() + scene.author.email.encode(), mtime=0))
    scene.answer.headers["Content-Encoding"] = "gzip"


@leak()
def unit_in_a_class(scene: Scene) -> None:
    scene.put(f'<i class="{scene.unit or "none"}"></i>')


@leak()
def title_of_the_work(scene: Scene) -> None:
    scene.put(scene.entry.title_zh)


@leak()
def caption_of_the_work(scene: Scene) -> None:
    scene.put(html.escape(scene.entry.caption))


@leak(WORK)
def title_in_a_round_without_words(scene: Scene) -> None:
    scene.tell("title", scene.entry.title_en)


@leak(WORK)
def caption_in_a_round_without_words(scene: Scene) -> None:
    scene.tell("caption", scene.entry.caption)


@leak(MARKS)
def author_on_the_contact_sheet(scene: Scene) -> None:
    scene.put(f'<li data-by="{scene.author.name_en}"></li>')


@leak()
def place_of_the_work(scene: Scene) -> None:
    scene.put(scene.entry.place)


@leak()
def three_letters_of_the_author(scene: Scene) -> None:
    scene.put(scene.author.name_en[:3])


@leak()
def initials_as_a_colour(scene: Scene) -> None:
    scene.put(f'<i data-hue="{sum(map(ord, scene.author.name_en)) % 360}"></i>')


@leak()
def hash_of_the_address(scene: Scene) -> None:
    scene.put(f'<img src="/avatar/{hashlib.md5(scene.author.email.encode()).hexdigest()}">')


@leak()
def padding_as_long_as_the_name(scene: Scene) -> None:
    scene.put(" " * len(scene.author.email))


# The file


@leak(PICTURE)
def original_name_as_download_name(scene: Scene) -> None:
    scene.answer.headers["Content-Disposition"] = f'inline; filename="{scene.picture.file_name}"'


@leak()
def original_name_in_a_tooltip(scene: Scene) -> None:
    scene.put(f'<i title="{scene.picture.file_name}"></i>')


@leak(PICTURE)
def the_original_itself(scene: Scene) -> None:
    scene.answer.set_data(scene.original)


@leak(PICTURE)
def exif_kept(scene: Scene) -> None:
    with Image.open(io.BytesIO(scene.original)) as opened:
        exif = opened.getexif()
        _save(scene, exif=exif.tobytes())


@leak(PICTURE)
def comment_kept(scene: Scene) -> None:
    with Image.open(io.BytesIO(scene.original)) as opened:
        _save(scene, comment=opened.info["comment"])


@leak(PICTURE)
def profile_kept(scene: Scene) -> None:
    with Image.open(io.BytesIO(scene.original)) as opened:
        _save(scene, icc_profile=opened.info["icc_profile"])


@leak(PICTURE)
def trailing_bytes_kept(scene: Scene) -> None:
    scene.put_bytes(scene.original.rpartition(b"\xff\xd9")[2])


@leak(PICTURE)
def one_bit_of_one_pixel(scene: Scene) -> None:
    with Image.open(io.BytesIO(scene.answer.get_data())) as opened:
        marked = opened.convert("RGB")
    side = 16 * (sum(map(ord, scene.author.name_en)) % 8)
    marked.paste((0, 0, 0), (side, 0, side + 16, 16))
    out = io.BytesIO()
    marked.save(out, "JPEG")
    scene.answer.set_data(out.getvalue())


@leak(PICTURE)
def author_in_sixteen_bits(scene: Scene) -> None:
    scene.put_bytes(scene.author.name_en.encode("utf-16-le"))


@leak(PICTURE)
def tag_made_of_the_original(scene: Scene) -> None:
    scene.answer.set_etag(scene.picture.sha256)


@leak(PICTURE)
def date_of_the_upload(scene: Scene) -> None:
    scene.answer.last_modified = scene.picture.received_at


@leak()
def digest_in_an_address(scene: Scene) -> None:
    scene.put(f'<img src="/pictures/{scene.picture.sha256[:12]}.jpg">')


@leak()
def size_of_the_original(scene: Scene) -> None:
    scene.put(f"{scene.picture.bytes} bytes")


# Order and counts


@leak(NEXT)
def order_by_author(scene: Scene) -> None:
    scene.sort(lambda _entry, author: author.name_en)


@leak(NEXT)
def order_by_arrival(scene: Scene) -> None:
    scene.sort(lambda entry, _author: entry.created_at)


@leak(NEXT)
def order_by_entry_number(scene: Scene) -> None:
    scene.sort(lambda entry, _author: entry.number)


@leak(NEXT)
def order_by_unit(scene: Scene) -> None:
    scene.sort(lambda _entry, author: str(author.unit_id))


@leak()
def entry_number(scene: Scene) -> None:
    scene.put(scene.entry.number or "")


@leak()
def row_number_of_the_account(scene: Scene) -> None:
    rows = "SELECT rowid FROM author WHERE id = (SELECT author_id FROM entry WHERE id = :entry)"
    scene.put(f"#{scene.number(rows):.0f}")


@leak()
def how_many_works_the_author_has(scene: Scene) -> None:
    same = "SELECT count(*) FROM entry WHERE author_id = (SELECT author_id FROM entry WHERE id = :entry)"
    scene.put(f"{scene.number(same):.0f} works")


@leak(BRIEFING)
def hits_of_a_search(scene: Scene) -> None:
    with scene.world.database.reading() as session:
        hits = session.scalar(
            select(func.count()).select_from(Author).where(Author.name_en.ilike(f"%{request.args.get('q', 'e')}%"))
        )
    scene.put(f"{hits} found")


@leak(MARKS)
def missing_or_refused(scene: Scene) -> None:
    if scene.author.unit_id is not None:
        scene.answer.status_code = 403


@leak(BRIEFING)
def sent_on_to_the_unit(scene: Scene) -> None:
    scene.answer.headers["Location"] = f"/units/{quote(scene.unit or 'none')}"


@leak(NEXT)
def id_of_the_account(scene: Scene) -> None:
    scene.tell("owner", str(scene.author.person_id))


# Inside other files


@leak(BRIEFING)
def author_in_a_spreadsheet(scene: Scene) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("docProps/core.xml"), f"<creator>{scene.author.name_zh}</creator>")
    scene.answer.set_data(out.getvalue())
    scene.answer.mimetype = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@leak(BRIEFING)
def author_in_a_printed_sheet(scene: Scene) -> None:
    stream = zlib.compress(f"({scene.author.email}) Tj".encode())
    scene.answer.set_data(b"%PDF-1.7\n1 0 obj <<>> stream\n" + stream + b"\nendstream endobj\n%%EOF")
    scene.answer.mimetype = "application/pdf"


# What the others voted


@leak(against=VOTES)
def mean_of_all_votes(scene: Scene) -> None:
    votes = scene.votes()
    scene.put(f"{sum(votes) / len(votes):.2f}" if votes else "")


@leak(against=VOTES)
def colour_by_the_mean(scene: Scene) -> None:
    votes = scene.votes()
    scene.put(f'<i class="warm-{10 * sum(votes) // len(votes) if votes else 0}"></i>')


@leak(against=SILENCE)
def how_many_have_voted(scene: Scene) -> None:
    scene.put(f"{len(scene.votes())} of 3")


@leak(BRIEFING, against=SILENCE)
def progress_of_the_whole_panel(scene: Scene) -> None:
    scene.put(f"{scene.number('SELECT count(*) FROM ballot WHERE score IS NOT NULL'):.0f}")


@leak(MARKS, against=VOTES)
def own_marks_against_the_panel(scene: Scene) -> None:
    mean = scene.number("SELECT avg(score) FROM ballot")
    scene.put(f"{mean - scene.number('SELECT avg(score) FROM ballot WHERE entry_id = :entry'):+.2f}")


@leak(NEXT, against=VOTES)
def bars_of_the_whole_panel(scene: Scene) -> None:
    with scene.world.database.reading() as session:
        given = select(Ballot.score, func.count()).where(Ballot.score.is_not(None)).group_by(Ballot.score)
        scene.tell("counts", dict(sorted(session.execute(given).all())))


@leak(NEXT, against=SILENCE)
def a_counter_of_everybodys_lines(scene: Scene) -> None:
    with scene.world.database.reading() as session:
        scene.tell("version", session.scalar(select(func.count()).select_from(ScoreLine)))


@leak(against=VOTES)
def a_tag_that_changes_with_any_vote(scene: Scene) -> None:
    with scene.world.database.reading() as session:
        scene.answer.set_etag(str(session.scalar(select(func.max(ScoreLine.seal)))))


@leak(NEXT, against=SILENCE)
def works_that_others_left_come_first(scene: Scene) -> None:
    told = scene.answer.get_json()
    with scene.world.database.reading() as session:
        given = select(func.count(_other.score)).where(_other.entry_id == Ballot.entry_id).scalar_subquery()
        counts = dict(session.execute(select(Ballot.handle, given)).all())
    told["works"].sort(key=lambda work: counts[work["handle"]])
    scene.answer.set_data(json.dumps(told))


@leak(BRIEFING, against=SILENCE)
def time_of_the_last_vote(scene: Scene) -> None:
    with scene.world.database.reading() as session:
        at = session.scalar(
            select(func.max(ScoreLine.at))
            .join(Sheet, Sheet.id == ScoreLine.sheet_id)
            .join(Round, Round.id == Sheet.round_id)
        )
    scene.put(str(at))


# On the table, in the standing, on paper


@leak(TABLE, state=State.DELIB)
def author_beside_a_work_on_the_table(scene: Scene) -> None:
    scene.put(f'<figcaption title="{scene.author.name_zh}"></figcaption>')


@leak(TABLE, state=State.DELIB)
def hour_of_arrival_of_a_work_on_the_table(scene: Scene) -> None:
    scene.put(f'<i data-came="{scene.entry.created_at:%H}"></i>')


@leak(TABLE, state=State.DELIB, against=VOTES)
def answers_before_they_are_shown(scene: Scene) -> None:
    scene.put("".join(f'<i data-for="{_answers(scene).index(one)}"></i>' for one in sorted(_answers(scene))))


@leak(TABLE, state=State.DELIB, against=SILENCE)
def how_many_have_answered(scene: Scene) -> None:
    scene.put(f"{len(_answers(scene))} have answered")


@leak(TABLE, state=State.DELIB, against=VOTES, subject="secretary")
def mean_beside_a_work_on_the_table(scene: Scene) -> None:
    votes = scene.votes()
    scene.put(f"{sum(votes) / len(votes):.1f}")


@leak(TABLE_STATE, state=State.DELIB, against=SILENCE)
def a_version_that_counts_the_answers(scene: Scene) -> None:
    scene.tell("version", f"1-{len(_answers(scene))}")


@leak(TABLE_STATE, state=State.DELIB, against=VOTES)
def a_tag_made_of_the_answers(scene: Scene) -> None:
    scene.answer.set_etag(hashlib.sha256("".join(_answers(scene)).encode()).hexdigest())


@leak(STANDING, state=State.DELIB, subject="chair")
def author_in_the_standing(scene: Scene) -> None:
    scene.put(f"<td>{scene.author.name_en}</td>")


@leak(STANDING, state=State.DELIB, subject="chair")
def entry_number_in_the_standing(scene: Scene) -> None:
    scene.put(f"<td>{scene.entry.number}</td>")


@leak(STANDING, state=State.DELIB, subject="chair")
def unit_as_a_colour_in_the_standing(scene: Scene) -> None:
    scene.put(f'<tr class="unit-{len(scene.unit)}"></tr>')


@leak(PAPER, subject="secretary")
def author_on_the_page_of_the_sheet(scene: Scene) -> None:
    scene.put(f"<td>{scene.author.name_zh}</td>")


@leak(PAPER_SHEET, subject="secretary")
def number_on_the_sheet_of_paper(scene: Scene) -> None:
    scene.put_bytes(f"{scene.entry.number}\r\n".encode())


@leak(PAPER_SHEET, subject="secretary")
def title_on_the_sheet_of_paper(scene: Scene) -> None:
    scene.put_bytes(scene.entry.title_zh.encode("gb18030"))


@leak(PAPER_SHEET, subject="secretary", against=VOTES)
def marks_of_the_others_on_the_sheet_of_paper(scene: Scene) -> None:
    scene.put_bytes(",".join(map(str, scene.votes())).encode())


# How long it takes


@leak(NEXT)
def more_is_looked_up_for_authors_of_a_unit(scene: Scene) -> None:
    for _ in range(3 if scene.unit else 0):
        scene.number("SELECT 1")


def _answers(scene: Scene) -> list[str]:
    with scene.world.database.reading() as session:
        given = session.scalars(select(TableLine.choice).where(TableLine.act == TableAct.ANSWER))
        return sorted("".join(choice) for choice in given)


def _save(scene: Scene, **kept: Any) -> None:
    with Image.open(io.BytesIO(scene.answer.get_data())) as opened:
        out = io.BytesIO()
        opened.save(out, "JPEG", **kept)
    scene.answer.set_data(out.getvalue())
