"""Receipts of files: plain to check, impossible to make up."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from contest.entries.receiving import FileReceipt, verify_file_receipt
from contest.entries.receiving.receipts import sign_file_receipt
from contest.kernel.errors import Invalid

RECEIPT = FileReceipt(
    contest_id=UUID(int=1),
    entry_id=UUID(int=2),
    sha256="ab" * 32,
    bytes=5000,
    received_at=datetime(2026, 11, 20, 4, 0, 0, 123456, tzinfo=UTC),
)
SECRET = "s" * 40


def test_a_receipt_reads_back_as_it_was_signed_and_is_always_the_same() -> None:
    signed = sign_file_receipt(RECEIPT, secret=SECRET)

    assert verify_file_receipt(f" {signed}\n", secret=SECRET) == RECEIPT
    assert signed == sign_file_receipt(RECEIPT, secret=SECRET)


def test_every_fact_is_sealed() -> None:
    genuine = sign_file_receipt(RECEIPT, secret=SECRET)
    for other in (
        replace(RECEIPT, contest_id=UUID(int=3)),
        replace(RECEIPT, entry_id=UUID(int=3)),
        replace(RECEIPT, sha256="cd" * 32),
        replace(RECEIPT, bytes=5001),
        replace(RECEIPT, received_at=datetime(2026, 11, 20, 3, 59, tzinfo=UTC)),
    ):
        text = sign_file_receipt(other, secret=SECRET).rpartition(".")[0]
        with pytest.raises(Invalid) as refused:
            verify_file_receipt(f"{text}.{genuine.rpartition('.')[2]}", secret=SECRET)
        assert refused.value.code == "receipt.not_ours"


@pytest.mark.parametrize("text", ["", "x", "a.b", "照片"])
def test_what_is_no_receipt_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        verify_file_receipt(text, secret=SECRET)


def test_another_instance_does_not_vouch_for_it() -> None:
    with pytest.raises(Invalid):
        verify_file_receipt(sign_file_receipt(RECEIPT, secret=SECRET), secret="t" * 40)
