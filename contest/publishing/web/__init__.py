"""Pages of what is published: the public gallery and album, and the organizer's desk from which they come."""

from contest.calls.desk import PROVIDERS
from contest.publishing.web import album, certificates, desk, files, gallery, minutes, prints
from contest.publishing.web.blueprint import pages
from contest.publishing.web.figures import figures

__all__ = ["album", "certificates", "desk", "files", "gallery", "minutes", "pages", "prints"]

if figures not in PROVIDERS:
    PROVIDERS.append(figures)
