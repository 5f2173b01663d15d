from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.calls.presets import preset, presets
from contest.calls.rules import (
    CategoryGiven,
    Figures,
    NextStep,
    Remaining,
    RulesGiven,
    StageState,
    TextsGiven,
    TierGiven,
    day_and_clock,
    faults_of_rules,
    faults_of_texts,
    missing_to_open,
    moment_of,
    next_step,
    remaining,
    short_name_fault,
    state_at,
    timeline,
)
from contest.calls.rules.settings import contrast_with_white
from contest.inspection.checks.severities import DEFAULTS
from contest.inspection.terms import PhotoTerms
from contest.judging.presets import preset as judging_preset
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.kernel.permissions import State

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CLOSES = datetime(2026, 12, 1, 16, 0, tzinfo=UTC)
RULES = RulesGiven(
    zone="Asia/Shanghai",
    opens_at=NOW,
    closes_at=CLOSES,
    grace_minutes=30,
    terms=PhotoTerms(),
    entries_per_author=10,
    awards_per_author=1,
    series_min=4,
    series_max=8,
    one_person=False,
    licence=Bilingual("著作权归作者所有。"),
    categories=(CategoryGiven(name=Bilingual("风光")),),
    tiers=(TierGiven(name=Bilingual("一等奖"), count=1),),
)


def test_twenty_four_hours_is_the_start_of_the_next_day() -> None:
    assert moment_of(date(2026, 12, 1), "24:00", zone="Asia/Shanghai") == CLOSES
    assert day_and_clock(CLOSES, zone="Asia/Shanghai", is_end=True) == (date(2026, 12, 1), "24:00")
    assert day_and_clock(CLOSES, zone="Asia/Shanghai", is_end=False) == (date(2026, 12, 2), "00:00")


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.times(), st.booleans())
def test_a_wall_clock_time_survives_writing_and_reading(day: date, clock: time, is_end: bool) -> None:
    moment = moment_of(day, f"{clock:%H:%M}", zone="Asia/Singapore")

    assert moment_of(*day_and_clock(moment, zone="Asia/Singapore", is_end=is_end), zone="Asia/Singapore") == moment


@pytest.mark.parametrize("clock", ["", "25:00", "24:01", "12:60", "noon", "1200", "12:00:00"])
def test_a_time_that_no_clock_shows_is_refused(clock: str) -> None:
    with pytest.raises(Invalid) as refused:
        moment_of(date(2026, 12, 1), clock, zone="UTC")

    assert refused.value.code == "date.unusable"


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        moment_of(date(2026, 12, 1), "12:00", zone="Mars/Olympus")

    assert refused.value.code == "zone.unknown"


def test_what_remains_is_never_said_to_be_nothing_too_early() -> None:
    assert remaining(NOW + timedelta(days=11, hours=3), at=NOW) == Remaining(days=11, hours=3, minutes=0)
    assert remaining(NOW + timedelta(seconds=1), at=NOW) == Remaining(days=0, hours=0, minutes=1)
    assert remaining(NOW, at=NOW) == Remaining(days=0, hours=0, minutes=0)
    assert remaining(NOW - timedelta(days=1), at=NOW) == Remaining(days=0, hours=0, minutes=0)


def test_the_clock_alone_closes_entries_and_ends_the_grace() -> None:
    def state(at: datetime) -> State:
        return state_at(State.OPEN, closes_at=CLOSES, grace_minutes=30, at=at)

    assert state(CLOSES - timedelta(seconds=1)) is State.OPEN
    assert state(CLOSES) is State.GRACE
    assert state(CLOSES + timedelta(minutes=30)) is State.PRESCREEN
    assert state_at(State.ROUND, closes_at=CLOSES, grace_minutes=30, at=CLOSES) is State.ROUND


def test_an_empty_draft_is_told_everything_that_is_missing() -> None:
    needs = missing_to_open(
        name=Bilingual(),
        notice=Bilingual(),
        categories=0,
        tiers=0,
        has_organizer=False,
        has_two_sides=True,
        closes_at=NOW,
        at=NOW,
    )

    assert needs == [
        "contest.needs_name",
        "contest.needs_notice",
        "contest.needs_category",
        "contest.needs_tier",
        "contest.needs_future",
        "contest.needs_organizer",
        "contest.needs_one_side",
    ]


@pytest.mark.parametrize(
    ("state", "figures", "jurors", "step"),
    [
        (State.OPEN, Figures(entries=3), 0, NextStep.SHARE),
        (State.GRACE, Figures(entries=3), 0, NextStep.WAIT_FOR_UPLOADS),
        (State.PRESCREEN, Figures(), 5, NextStep.NOTHING_CAME),
        (State.PRESCREEN, Figures(entries=9, to_screen=1), 5, NextStep.SCREEN),
        (State.PRESCREEN, Figures(entries=9), 0, NextStep.INVITE_JURORS),
        (State.PRESCREEN, Figures(entries=9), 5, NextStep.OPEN_ROUND),
        (State.ROUND, Figures(entries=9, ballots=45, scored=44), 5, NextStep.WATCH_ROUND),
        (State.DELIB, Figures(entries=9, planned=1), 5, NextStep.NEXT_ROUND),
        (State.ROUND, Figures(entries=9), 5, NextStep.WATCH_ROUND),
        (State.ROUND, Figures(entries=9, ballots=45, scored=45), 5, NextStep.CLOSE_ROUND),
        (State.DELIB, Figures(entries=9), 5, NextStep.DECIDE),
        (State.SEALED, Figures(entries=9), 5, NextStep.ANNOUNCE),
        (State.ANNOUNCED, Figures(entries=9), 5, NextStep.BUILD_ALBUM),
        (State.ANNOUNCED, Figures(entries=9, albums=1), 5, NextStep.SHOW),
    ],
)
def test_there_is_one_next_step_in_every_state(state: State, figures: Figures, jurors: int, step: NextStep) -> None:
    assert next_step(state=state, is_complete=True, opens_at=NOW, jurors=jurors, figures=figures, at=NOW) is step


def test_a_draft_is_completed_and_then_opened() -> None:
    def step(*, is_complete: bool) -> NextStep:
        return next_step(
            state=State.DRAFT, is_complete=is_complete, opens_at=NOW, jurors=0, figures=Figures(), at=NOW
        )

    assert step(is_complete=False) is NextStep.COMPLETE
    assert step(is_complete=True) is NextStep.OPEN


def test_a_call_that_has_not_begun_is_made_known() -> None:
    before = NOW - timedelta(hours=1)

    assert (
        next_step(state=State.OPEN, is_complete=True, opens_at=NOW, jurors=0, figures=Figures(), at=before)
        is NextStep.ANNOUNCE_CALL
    )


@pytest.mark.parametrize("state", list(State))
def test_the_timeline_has_one_today_at_most_and_goes_one_way(state: State) -> None:
    stages = timeline(state=state, opens_at=NOW, closes_at=CLOSES, judging_until=None, announces_at=None)

    order = [list(StageState).index(stage.when) for stage in stages]
    assert order == sorted(order)
    assert sum(stage.when is StageState.NOW for stage in stages) == (state is not State.ARCHIVED)


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"zone": "Mars/Olympus"}, "zone", "zone.unknown"),
        ({"opens_at": CLOSES}, "closes_on", "dates.order"),
        ({"terms": PhotoTerms(bytes_min=9, bytes_max=8)}, "mib_max", "number.range"),
        ({"terms": PhotoTerms(long_side_min_px=9, long_side_max_px=8)}, "long_side_max_px", "number.range"),
        (
            {"terms": PhotoTerms(captured_from=date(2026, 2, 1), captured_until=date(2026, 1, 1))},
            "captured_last",
            "dates.order",
        ),
        ({"series_min": 9}, "series_max", "number.range"),
        ({"tiers": (TierGiven(name=Bilingual("一等奖"), count=0),)}, "tiers", "tier.count"),
        ({"tiers": (TierGiven(name=Bilingual(), count=3),)}, "tiers", "list.both_names"),
    ],
)
def test_a_wrong_rule_is_named_where_it_was_typed(change: dict[str, object], field: str, code: str) -> None:
    faults = faults_of_rules(replace(RULES, **change))

    assert [(name, fault.code) for name, fault in faults] == [(field, code)]


def test_texts_must_be_readable_and_in_order() -> None:
    good = TextsGiven(language="en", name=Bilingual("", "Cup"), accent="#8c2f1b", announces_at=CLOSES)

    assert faults_of_texts(good, closes_at=CLOSES) == []
    assert [fault.code for _, fault in faults_of_texts(replace(good, accent="red"), closes_at=CLOSES)] == [
        "colour.unusable"
    ]
    assert [fault.code for _, fault in faults_of_texts(replace(good, accent="#ffe08a"), closes_at=CLOSES)] == [
        "colour.pale"
    ]
    assert [
        fault.code
        for _, fault in faults_of_texts(replace(good, judging_until=CLOSES + timedelta(days=1)), closes_at=CLOSES)
    ] == ["dates.order"]


def test_contrast_is_counted_as_the_guidelines_do() -> None:
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("name", ["", "a", "9lives", "Lianmei", "联美", "a b", "a/b", "x" * 41, "new", "-a"])
def test_a_short_name_must_fit_into_an_address(name: str) -> None:
    assert short_name_fault(name) is not None


def test_every_preset_could_be_opened_as_it_is() -> None:
    assert {found.name for found in presets()} == {"club", "cn-district", "fiap", "wpp"}
    for found in presets():
        for text in (found.title, found.about, found.notice, found.licence):
            assert text.zh
            assert text.en
        assert contrast_with_white(found.accent) >= 4.5
        assert found.categories
        assert {tier.key for tier in found.tiers} != {""}
        assert set(found.terms.severities) <= set(DEFAULTS)
        assert judging_preset(found.judging).rounds
        given = replace(
            RULES,
            terms=found.terms_for(2026),
            series_min=found.series_min,
            series_max=found.series_max,
            categories=found.categories,
            tiers=found.tiers,
        )
        assert faults_of_rules(given) == []


def test_only_the_club_lets_one_person_do_both() -> None:
    assert [found.name for found in presets() if found.one_person] == ["club"]


def test_a_district_takes_pictures_of_the_last_two_years_and_the_running_one() -> None:
    assert preset("cn-district").terms_for(2026).captured_from == date(2024, 1, 1)
    assert preset("club").terms_for(2026).captured_from is None


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        preset("olympics")

    assert refused.value.code == "contest.preset"
