"""What people do with accounts, and what is done for them."""

from contest.accounts.actions.letters import letter
from contest.accounts.actions.own import describe, set_password
from contest.accounts.actions.set_up import offer_set_up, set_up
from contest.accounts.actions.sign_in import (
    ask_link,
    end,
    end_others,
    open_code,
    open_link,
    start,
    try_password,
)

__all__ = [
    "ask_link",
    "describe",
    "end",
    "end_others",
    "letter",
    "offer_set_up",
    "open_code",
    "open_link",
    "set_password",
    "set_up",
    "start",
    "try_password",
]
