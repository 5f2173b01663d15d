"""How a file comes in without ever being lost: intent, bytes, receipt.

The order is the promise. Bytes go to a temporary file -> fsync -> size and SHA-256 compared with what was declared ->
renamed to the content's own path -> folders synced -> one transaction for the picture and its job -> commit -> only
now the receipt. A kill at any moment leaves either a received whole file or something that `sweeping` removes; a file
whose receipt was seen is never among the latter. `platform.faults` names the moments that the tests kill at.

How far an upload has come is the size of its temporary file: there is no counter that could be wrong.
"""

from contest.entries.receiving.intake import INSPECT, Received, finish, take
from contest.entries.receiving.intents import Progress, abandon, begin, progress
from contest.entries.receiving.parts import append, part_path
from contest.entries.receiving.receipts import FileReceipt, verify_file_receipt

__all__ = [
    "INSPECT",
    "FileReceipt",
    "Progress",
    "Received",
    "abandon",
    "append",
    "begin",
    "finish",
    "part_path",
    "progress",
    "take",
    "verify_file_receipt",
]
