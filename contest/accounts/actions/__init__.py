"""What people do with accounts, and what is done for them."""

from contest.accounts.actions.letters import letter

__all__ = ["letter"]
