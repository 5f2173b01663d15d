"""A build as a page shows it: with its remarks and its failure in words."""

from contest.publishing.queries import BuildFacts
from contest.publishing.sentences import Remark, failure, remarks
from contest.web.language import language


class Shown:
    """A build with its remarks as sentences, for a template."""

    def __init__(self, build: BuildFacts) -> None:
        self.build = build
        found = remarks(build.report.get("findings", ()), language())
        self.errors: list[Remark] = [remark for remark in found if remark.severity == "error"]
        self.warnings: list[Remark] = [remark for remark in found if remark.severity == "warning"]
        # In the order of the remarks, the weightiest kind first.
        self.warning_kinds: dict[str, list[Remark]] = {}
        for remark in self.warnings:
            self.warning_kinds.setdefault(remark.code, []).append(remark)
        self.failure = failure(build.failure, build.failure_facts, language()) if build.failure else ""
