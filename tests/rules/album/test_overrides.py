"""What was changed by hand holds, through every re-flow; what no longer fits is said and left out."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest.awards.record import Record
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import Design
from contest.publishing.album.options import (
    AlbumOptions,
    AlbumTexts,
    Comment,
    Overrides,
    PageOverride,
    Pin,
    locked,
)
from contest.publishing.album.plan import AlbumPlan, Page
from contest.publishing.album.preflight.planned import plan_findings
from tests.albums import make_picture, make_record, make_winners, make_work
from tests.rules.album.test_plan import check_plan

RECORD = make_winners((1, 3, 6, 14))
MERITS = [work.id for work in RECORD.works if work.tier == "merit"]


def page_of(plan: AlbumPlan, tier: str, nth: int) -> Page:
    return next(page for page in plan.pages if page.tier == tier and page.nth == nth)


def works(page: Page) -> list[str]:
    return [spot.work for spot in page.placements]


def test_options_survive_as_json() -> None:
    options = AlbumOptions(
        design=Design(theme="black", most_per_page=(1, 2)),
        language="en",
        texts=AlbumTexts(
            preface=Bilingual("序", "Preface"),
            colophon=((Bilingual("主编", "Editor"), Bilingual("林", "Lin")),),
            statements={"周志远": Bilingual("好。", "Good.")},
            comments={"w": (Comment(text=Bilingual("好。", "")),)},
            without=("notice",),
        ),
        overrides=Overrides(
            pins=(Pin(work="w", page=2, slot=1),),
            pages=(PageOverride(tier="merit", page=1, works=("a", "b"), layout="2:Hab", white_mm=4.0),),
            swaps=(("a", "b"),),
            sizes={"a": 0.5},
        ),
    )

    assert AlbumOptions.from_json(options.to_json()) == options
    assert AlbumOptions.from_json(AlbumOptions().to_json()) == AlbumOptions()


def test_two_works_change_places() -> None:
    usual = plan_album(RECORD)

    swapped = plan_album(RECORD, overrides=Overrides(swaps=((MERITS[0], MERITS[5]),)))

    order = [work for page in swapped.pages if page.tier == "merit" for work in works(page)]
    assert order[0] == MERITS[5]
    assert order[5] == MERITS[0]
    assert swapped.remarks == ()
    assert usual != swapped
    check_plan(swapped, RECORD)


def test_a_pinned_work_stays_where_it_was_put_whatever_comes_before() -> None:
    overrides = Overrides(pins=(Pin(work=MERITS[9], page=1, slot=1),))

    for texts in (AlbumTexts(), AlbumTexts(preface=Bilingual("长序。" * 2000, ""))):
        plan = plan_album(RECORD, overrides=overrides, texts=texts)

        assert works(page_of(plan, "merit", 1))[0] == MERITS[9]
        assert plan.remarks == ()
        check_plan(plan, RECORD)


def test_a_page_takes_as_many_works_as_it_is_told() -> None:
    pages = (PageOverride(tier="merit", page=2, count=1), PageOverride(tier="merit", page=3, count=4))

    plan = plan_album(RECORD, overrides=Overrides(pages=pages))

    assert [len(works(page_of(plan, "merit", nth))) for nth in (2, 3)] == [1, 4]
    check_plan(plan, RECORD)


def test_a_locked_page_outlives_a_revoked_prize_elsewhere() -> None:
    before = plan_album(RECORD)
    at = next(n for n, page in enumerate(before.pages) if page.tier == "merit" and page.nth == 2)
    overrides = locked(Overrides(), before, at)
    gone = replace(RECORD, works=tuple(replace(w, tier=None) if w.id == MERITS[0] else w for w in RECORD.works))

    after = plan_album(gone, overrides=overrides)

    kept, found = before.pages[at], page_of(after, "merit", 2)
    assert works(found) == works(kept)
    assert found.layout == kept.layout
    assert [(s.width_mm, s.height_mm) for s in found.placements] == [
        (s.width_mm, s.height_mm) for s in kept.placements
    ]
    check_plan(after, gone)


def test_a_lock_on_a_series_keeps_it_at_its_page() -> None:
    series = make_work(4, tier="first", pictures=[make_picture(900 + n) for n in range(6)])
    others = [make_work(n, tier="first", pictures=[make_picture(n)]) for n in (1, 2, 3)]
    record = make_record([*others, series])
    plan = plan_album(record)
    at = next(n for n, page in enumerate(plan.pages) if page.layout.startswith("series"))

    overrides = locked(Overrides(), plan, at)
    again = plan_album(record, overrides=replace(overrides, swaps=(("work-0001", "work-0003"),)))

    assert works(page_of(again, "first", plan.pages[at].nth))[0] == series.id


def test_a_photograph_is_shrunk_whole_and_white_space_stays_free() -> None:
    overrides = Overrides(
        sizes={"work-0002": 0.5, "work-0001": 0.8}, pages=(PageOverride(tier="first", page=2, white_mm=20.0),)
    )
    usual, plan = plan_album(RECORD), plan_album(RECORD, overrides=overrides)

    def width(found: AlbumPlan, work: str) -> float:
        return next(s.width_mm for p in found.pages[1:] for s in p.placements if s.work == work)

    assert width(plan, "work-0002") == pytest.approx(0.5 * width(usual, "work-0002"), abs=1e-3)
    assert width(plan, "work-0001") == pytest.approx(0.8 * width(usual, "work-0001"), abs=1e-3)
    left = min(spot.x_mm for spot in page_of(plan, "first", 2).placements)
    assert left >= min(spot.x_mm for spot in page_of(usual, "first", 2).placements) + 20 - 1e-3
    check_plan(plan, RECORD)


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        (Overrides(pins=(Pin(work="nobody", page=1),)), "override_unknown"),
        (Overrides(sizes={"nobody": 0.5}), "override_unknown"),
        (Overrides(swaps=((MERITS[0], "work-0001"),)), "override_other_tier"),
        (Overrides(pages=(PageOverride(tier="bronze", page=1, count=2),)), "override_no_page"),
        (Overrides(pages=(PageOverride(tier="grand", page=1, count=2),)), "override_no_page"),
        (Overrides(pins=(Pin(work=MERITS[0], page=90),)), "override_impossible"),
        (
            Overrides(
                pins=(Pin(work=MERITS[5], page=1),), pages=(PageOverride(tier="merit", page=1, works=(MERITS[0],)),)
            ),
            "override_conflict",
        ),
    ],
)
def test_what_does_not_fit_is_said_and_changes_nothing_else(overrides: Overrides, code: str) -> None:
    plan = plan_album(RECORD, overrides=overrides)

    assert [remark.code for remark in plan.remarks] == [code]
    check_plan(plan, RECORD)
    assert AlbumPlan.from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"pins": (Pin(work="w", page=0),)}, "page"),
        ({"pins": (Pin(work="w", page=1, slot=9),)}, "slot"),
        ({"pages": (PageOverride(tier="t", page=1, count=5),)}, "count"),
        ({"pages": (PageOverride(tier="t", page=1, white_mm=90.0),)}, "white_mm"),
        ({"pages": (PageOverride(tier="t", page=1, works=tuple("abcde")),)}, "works"),
        ({"sizes": {"w": 1.5}}, "sizes"),
    ],
)
def test_a_number_that_means_nothing_is_refused(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        Overrides(**wrong)  # type: ignore[arg-type]

    assert refused.value.code == "album.override_impossible"
    assert refused.value.facts == {"field": field}


def test_a_language_that_no_book_is_in_is_refused() -> None:
    text = AlbumOptions().to_json().replace('"both"', '"fr"')

    with pytest.raises(Invalid) as refused:
        AlbumOptions.from_json(text)

    assert (refused.value.code, refused.value.facts) == ("album.design_impossible", {"field": "language"})


def test_a_section_that_no_book_has_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        AlbumTexts(without=("index",))

    assert refused.value.code == "album.section_unknown"


ids = st.sampled_from([work.id for work in RECORD.works] + ["nobody"])
tiers = st.sampled_from(["grand", "first", "second", "merit", "none"])
changes = st.builds(
    Overrides,
    pins=st.lists(st.builds(Pin, work=ids, page=st.integers(1, 6), slot=st.integers(1, 4)), max_size=4).map(tuple),
    pages=st.lists(
        st.builds(
            PageOverride,
            tier=tiers,
            page=st.integers(1, 6),
            count=st.none() | st.integers(1, 4),
            white_mm=st.floats(0, 60),
            works=st.lists(ids, max_size=4).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
    swaps=st.lists(st.tuples(ids, ids), max_size=3).map(tuple),
    sizes=st.dictionaries(ids, st.floats(0.3, 1), max_size=4),
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes)
def test_whatever_is_changed_every_winner_is_shown_once_and_whole(overrides: Overrides) -> None:
    record: Record = RECORD

    plan = plan_album(record, overrides=overrides)

    check_plan(plan, record)
    assert plan == plan_album(record, overrides=overrides)


def test_a_work_left_out_stands_nowhere_in_the_book_and_is_named_in_the_preflight() -> None:
    left = MERITS[3]
    number = next(work.number for work in RECORD.works if work.id == left)

    plan = plan_album(RECORD, overrides=Overrides(without=(left, "gone")))

    assert left not in {spot.work for page in plan.pages for spot in page.placements}
    assert plan.without == (left,)
    assert AlbumPlan.from_json(plan.to_json()) == plan
    assert [remark.facts for remark in plan.remarks if remark.code == "override_unknown"] == [{"work": "gone"}]
    told = [(each.code, each.severity, each.facts) for each in plan_findings(plan, RECORD, {left: "withdrawn"})]
    assert ("work_not_in_book", "warning", {"work": number}) in told
    assert not [each for each in told if each[1] == "error"]


def test_a_best_photograph_runs_over_two_facing_pages_whole() -> None:
    grand = RECORD.works[0]
    record = replace(
        RECORD,
        works=(replace(grand, pictures=(make_picture(900, width_px=6000, height_px=4000),)), *RECORD.works[1:]),
    )

    plan = plan_album(record, overrides=Overrides(across=(grand.id,)))

    halves = [(page, spot) for page in plan.pages for spot in page.placements if spot.half]
    (left, one), (right, two) = halves
    assert (int(left.label) % 2, int(right.label)) == (0, int(left.label) + 1)
    assert one.width_mm > plan.design.width_mm
    # Both are the whole photograph, its middle in the gutter.
    assert (one.width_mm, one.height_mm, one.y_mm) == (two.width_mm, two.height_mm, two.y_mm)
    assert one.x_mm + one.width_mm / 2 == pytest.approx(plan.design.width_mm, abs=1e-3)
    assert two.x_mm + two.width_mm / 2 == pytest.approx(0, abs=1e-3)
    assert one.width_mm / one.height_mm == pytest.approx(1.5, rel=1e-3)
    words_ = plan.pages[plan.pages.index(left) - 1]
    assert grand.title.zh in "".join(line.text for box in words_.texts for line in box.paragraphs)
    assert not [each for each in plan_findings(plan, record, {}) if each.severity == "error"]
    assert AlbumPlan.from_json(plan.to_json()) == plan


def test_a_tall_photograph_and_a_series_stay_on_one_page() -> None:
    for pictures in (
        (make_picture(901, width_px=4000, height_px=6000),),
        (make_picture(902), make_picture(903)),
    ):
        grand = replace(RECORD.works[0], pictures=pictures)
        plan = plan_album(replace(RECORD, works=(grand, *RECORD.works[1:])), overrides=Overrides(across=(grand.id,)))

        assert not [spot for page in plan.pages for spot in page.placements if spot.half]
        assert ("across_impossible", {"work": grand.number}) in [(each.code, each.facts) for each in plan.remarks]
