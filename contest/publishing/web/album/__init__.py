"""The album desk: the book as it stands, its pages, its look and texts, and what was built of it."""

from contest.publishing.web.album import book, builds, choices, works

__all__ = ["book", "builds", "choices", "works"]
