"""The record of a judging: all that it takes to recount and check it on any machine, without the database; pure."""

from contest.judging.integrity.recounting import ranking_rows, recount
from contest.judging.integrity.shape import (
    FORMAT,
    PROOF_FORMAT,
    UNSAID,
    Form,
    RecordLine,
    RecordSaid,
    RecordVote,
    public_form,
    signed_text,
)
from contest.judging.integrity.verifying import Check, Verdict, verify

__all__ = [
    "FORMAT",
    "PROOF_FORMAT",
    "UNSAID",
    "Check",
    "Form",
    "RecordLine",
    "RecordSaid",
    "RecordVote",
    "Verdict",
    "public_form",
    "ranking_rows",
    "recount",
    "signed_text",
    "verify",
]
