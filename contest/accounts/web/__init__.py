"""Pages of people: sign-in, account, first start; and who is asking."""

from contest.accounts.web import first_start, own, sign_in
from contest.accounts.web.asking import pages, relate, remember

__all__ = ["first_start", "own", "pages", "relate", "remember", "sign_in"]
