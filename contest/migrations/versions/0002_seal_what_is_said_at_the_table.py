"""Seal what is said at the table.

Questions, answers and minutes stood in three tables, where an answer took the place of the one before it; now they are
lines of one chain that the database refuses to change. Seals are those of the record's lines.
"""

from collections import defaultdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from alembic import op

from contest.judging.integrity import RecordSaid
from contest.judging.models import TABLE_APPEND_ONLY
from contest.judging.rules.deliberation import NO, YES
from contest.judging.rules.ledger import FIRST_SEAL, secret, secrets_for
from contest.judging.rules.order import alias


revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_ACTS = ("ask", "answer", "reveal", "decide", "note")
_QUESTIONS = ("discuss", "keep", "choose", "order")

_item = sa.table(
    "table_item",
    sa.column("id", sa.Uuid()),
    sa.column("round_id", sa.Uuid()),
    sa.column("number", _WHOLE),
    sa.column("kind", sa.String()),
    sa.column("entry_ids", sa.JSON()),
    sa.column("question", sa.String()),
    sa.column("asked_by", sa.Uuid()),
    sa.column("asked_at", _MOMENT),
    sa.column("revealed_at", _MOMENT),
    sa.column("decision", sa.JSON()),
    sa.column("reason", sa.String()),
    sa.column("decided_by", sa.Uuid()),
    sa.column("decided_at", _MOMENT),
)
_vote = sa.table(
    "table_vote",
    sa.column("item_id", sa.Uuid()),
    sa.column("juror_id", sa.Uuid()),
    sa.column("choice", sa.JSON()),
    sa.column("at", _MOMENT),
)
_note = sa.table(
    "minute_note",
    sa.column("id", sa.Uuid()),
    sa.column("round_id", sa.Uuid()),
    sa.column("author_id", sa.Uuid()),
    sa.column("at", _MOMENT),
    sa.column("text", sa.String()),
)
_line = sa.table(
    "table_line",
    sa.column("round_id", sa.Uuid()),
    sa.column("seq", _WHOLE),
    sa.column("act", sa.String()),
    sa.column("item", _WHOLE),
    sa.column("kind", sa.String()),
    sa.column("person_id", sa.Uuid()),
    sa.column("seat", _WHOLE),
    sa.column("choice", sa.JSON()),
    sa.column("words", sa.String()),
    sa.column("at", _MOMENT),
    sa.column("seal", sa.String()),
)
_round = sa.table(
    "round", sa.column("id", sa.Uuid()), sa.column("contest_id", sa.Uuid()), sa.column("number", _WHOLE)
)
_contest = sa.table("contest", sa.column("id", sa.Uuid()), sa.column("blind_key", sa.String()))
_sheet = sa.table(
    "sheet", sa.column("round_id", sa.Uuid()), sa.column("juror_id", sa.Uuid()), sa.column("seat", _WHOLE)
)


def upgrade() -> None:
    op.create_table(
        "table_line",
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("seq", _WHOLE, autoincrement=False, nullable=False),
        sa.Column("act", _coded("tableact", _ACTS), nullable=False),
        sa.Column("item", _WHOLE, nullable=False),
        sa.Column("kind", _coded("question", _QUESTIONS), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("seat", _WHOLE, nullable=True),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("seal", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_table_line_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_table_line_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "seq", name=op.f("pk_table_line")),
    )
    connection = op.get_bind()
    lines = [line for round_id, said in _said(connection).items() for line in _sealed(connection, round_id, said)]
    if lines:
        connection.execute(sa.insert(_line), lines)
    for statement in TABLE_APPEND_ONLY[connection.dialect.name]:
        op.execute(statement)
    op.drop_table("table_vote")
    op.drop_table("table_item")
    op.drop_index("ix_minute_note_round_id", table_name="minute_note")
    op.drop_table("minute_note")


def _said(connection: sa.Connection) -> dict[UUID, list[dict[str, Any]]]:
    """Give what was said at each round's table: its minutes, then question by question.

    Not by moment: of two acts at once, the one that was written first may have begun last.
    """
    said = defaultdict[UUID, list[dict[str, Any]]](list)

    def add(round_id: UUID, act: str, person_id: UUID, at: datetime, **more: Any) -> None:
        line = {"round_id": round_id, "act": act, "person_id": person_id, "at": at}
        said[round_id].append(line | {"item": 0, "kind": None, "choice": [], "words": ""} | more)

    answers = defaultdict[UUID, list[Any]](list)
    for row in connection.execute(sa.select(_vote)):
        answers[row.item_id].append(row)
    for row in connection.execute(sa.select(_item)):
        item = {"item": row.number}
        asked = {**item, "kind": row.kind, "choice": row.entry_ids, "words": row.question}
        add(row.round_id, "ask", row.asked_by, row.asked_at, **asked)
        for vote in answers[row.id]:
            add(row.round_id, "answer", vote.juror_id, vote.at, **item, choice=vote.choice)
        if row.revealed_at is not None:
            add(row.round_id, "reveal", row.asked_by, row.revealed_at, **item)
        if row.decided_at is not None:
            decided = {**item, "choice": row.decision, "words": row.reason}
            add(row.round_id, "decide", row.decided_by, row.decided_at, **decided)
    for row in connection.execute(sa.select(_note)):
        add(row.round_id, "note", row.author_id, row.at, words=row.text)
    for lines in said.values():
        lines.sort(key=lambda line: (line["item"], _ACTS.index(line["act"]), line["at"]))
    return said


def _sealed(connection: sa.Connection, round_id: UUID, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = sa.select(_round.c.number, _contest.c.blind_key).join(_contest, _contest.c.id == _round.c.contest_id)
    number, key = connection.execute(found.where(_round.c.id == round_id)).one()
    sheets = sa.select(_sheet.c.juror_id, _sheet.c.seat).where(_sheet.c.round_id == round_id)
    seats = {juror_id: seat for juror_id, seat in connection.execute(sheets)}
    seal, lines = FIRST_SEAL, []
    for seq, line in enumerate(said, start=1):
        at = line["at"] if line["at"].tzinfo else line["at"].replace(tzinfo=UTC)  # SQLite keeps UTC without saying so
        choice = line["choice"]
        seat = seats.get(line["person_id"])
        told = RecordSaid(
            seq=seq,
            act=line["act"],
            item=line["item"],
            kind=line["kind"],
            by="" if seat is None else alias(seat),
            choice=choice if set(choice) <= {YES, NO} else secrets_for(key, "entry", choice),
            words=line["words"],
            at=at.astimezone(UTC).isoformat(),
            salt=secret(key, "table", round_id.hex, str(seq)),
            seal="",
        )
        seal = told.sealed(seal, round_number=number).seal
        lines.append({**line, "seq": seq, "seat": seat, "seal": seal})
    return lines


def downgrade() -> None:
    op.create_table(
        "minute_note",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_minute_note_author_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_minute_note_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minute_note")),
    )
    op.create_index(op.f("ix_minute_note_round_id"), "minute_note", ["round_id"], unique=False)
    op.create_table(
        "table_item",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("round_id", sa.Uuid(), nullable=False),
        sa.Column("number", _WHOLE, nullable=False),
        sa.Column("kind", _coded("question", _QUESTIONS), nullable=False),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", _MOMENT, nullable=False),
        sa.Column("revealed_at", _MOMENT, nullable=True),
        sa.Column("decision", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.CheckConstraint("decided_at IS NULL OR reason <> ''", name=op.f("ck_table_item_decided_with_reason")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_table_item_decided_by_somebody")
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_table_item_number_is_positive")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_table_item_asked_by")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_table_item_decided_by")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_table_item_round_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_table_item")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_table_item_round_id_number")),
    )
    op.create_table(
        "table_vote",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("juror_id", sa.Uuid(), nullable=False),
        sa.Column("choice", sa.JSON(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["table_item.id"], name=op.f("fk_table_vote_item_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["juror_id"], ["person.id"], name=op.f("fk_table_vote_juror_id")),
        sa.PrimaryKeyConstraint("item_id", "juror_id", name=op.f("pk_table_vote")),
    )
    connection = op.get_bind()
    _unseal(connection)
    op.drop_table("table_line")
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION table_line_refuse()")


def _unseal(connection: sa.Connection) -> None:
    """Put what was said back into the tables of before; of answers to one question, each juror's latest."""
    items, votes, notes = dict[Any, dict[str, Any]](), dict[Any, dict[str, Any]](), list[dict[str, Any]]()
    for row in connection.execute(sa.select(_line).order_by(_line.c.round_id, _line.c.seq)):
        named = (row.round_id, row.item)
        if row.act == "note":
            note = {"id": uuid4(), "round_id": row.round_id, "author_id": row.person_id}
            notes.append(note | {"at": row.at, "text": row.words})
        elif row.act == "ask":
            item = {"id": uuid4(), "round_id": row.round_id, "number": row.item, "kind": row.kind}
            item |= {"entry_ids": row.choice, "question": row.words, "asked_by": row.person_id, "asked_at": row.at}
            none: dict[str, Any] = {"revealed_at": None, "decision": [], "reason": "", "decided_by": None, "decided_at": None}
            items[named] = item | none
        elif row.act == "answer":
            vote = {"item_id": items[named]["id"], "juror_id": row.person_id}
            votes[*named, row.person_id] = vote | {"choice": row.choice, "at": row.at}
        elif row.act == "reveal":
            items[named]["revealed_at"] = row.at
        else:
            decided = {"decision": row.choice, "reason": row.words, "decided_by": row.person_id, "decided_at": row.at}
            items[named] |= decided
    for table, rows in ((_item, [*items.values()]), (_vote, [*votes.values()]), (_note, notes)):
        if rows:
            connection.execute(sa.insert(table), rows)


def _coded(name: str, codes: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*codes, name=name, native_enum=False, create_constraint=True, length=24)
