"""The story's call, filled into the two forms of a contest's settings."""

from contest.calls.models import Contest
from contest.calls.rules import CategoryGiven, RulesGiven, TextsGiven, TierGiven
from contest.demo.story import CALL, ZONE
from contest.inspection.terms import PhotoTerms
from contest.kernel.bilingual import Bilingual


def _lines(texts: tuple[Bilingual, ...]) -> Bilingual:
    return Bilingual("\n".join(text.zh for text in texts), "\n".join(text.en for text in texts))


def texts() -> TextsGiven:
    """Give the call's texts as the organizer would fill them in."""
    return TextsGiven(
        language="zh_Hans",
        name=CALL.name,
        edition=str(CALL.opens_at.year),
        cup=CALL.cup,
        notice=CALL.notice,
        hosts=_lines(CALL.hosts),
        organizers=_lines(CALL.organizers),
        sponsors=_lines(CALL.sponsors),
        accent=CALL.accent,
        judging_until=CALL.judged_until,
        announces_at=CALL.announced_at,
    )


def rules(row: Contest) -> RulesGiven:
    """Give the call's rules as the organizer would fill them in; the preset's licence stays."""
    return RulesGiven(
        zone=ZONE,
        opens_at=CALL.opens_at,
        closes_at=CALL.closes_at,
        grace_minutes=30,
        terms=PhotoTerms(
            long_side_min_px=CALL.long_side_min_px,
            captured_from=CALL.captured_from,
            captured_until=CALL.captured_until,
        ),
        entries_per_author=CALL.works_per_author,
        awards_per_author=CALL.prizes_per_author,
        series_min=1,
        series_max=1,
        one_person=False,
        licence=row.text("licence"),
        categories=tuple(CategoryGiven(name=category.name) for category in CALL.categories),
        tiers=tuple(TierGiven(key=tier.key, name=tier.name, count=tier.count) for tier in CALL.tiers),
    )
