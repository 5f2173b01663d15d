"""Pages of what is published: the public gallery and album, and the organizer's desk from which they come."""

from contest.publishing.web import desk, files, gallery
from contest.publishing.web.blueprint import pages

__all__ = ["desk", "files", "gallery", "pages"]
