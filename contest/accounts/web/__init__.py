"""Pages of people: sign-in, account, first start; and who is asking."""

from contest.accounts.web.asking import pages, relate, remember

__all__ = ["pages", "relate", "remember"]
