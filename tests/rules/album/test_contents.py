"""What a book holds beside the photographs: every text written, every number of the record, no blank page."""

from dataclasses import replace

import pytest

from contest.awards.record import Received, Record
from contest.kernel.bilingual import Bilingual
from contest.publishing.album.compose import plan_album
from contest.publishing.album.design import FORMATS, Design
from contest.publishing.album.options import SECTIONS, AlbumTexts, Comment
from contest.publishing.album.plan import AlbumPlan, Page
from tests.albums import make_picture, make_record, make_winners, make_work

TEXTS = AlbumTexts(
    preface=Bilingual("山与海之间，是我们生活的地方。\n感谢每一位作者。", "Between the mountains and the sea."),
    preface_by=Bilingual("编委会", "The editors"),
    afterword=Bilingual("书将付印，谨记于此。", "A note of thanks."),
    colophon=((Bilingual("主编", "Editor"), Bilingual("林晓岚", "Lin Xiaolan")),),
    epigraph=Bilingual("看见，是一种耐心。", "To see is a form of patience."),
    statements={"周志远": Bilingual("好照片不解释。", "A good photograph does not explain.")},
    comments={
        "work-0002": (Comment(text=Bilingual("克制而有力。", "Restrained."), by=Bilingual("钱进", "Qian Jin")),)
    },
)


def words(page: Page) -> list[str]:
    return [line.text for box in page.texts for line in box.paragraphs]


def pages(plan: AlbumPlan, kind: str) -> list[Page]:
    return [page for page in plan.pages if page.kind == kind]


def said(plan: AlbumPlan, kind: str) -> list[str]:
    return [text for page in pages(plan, kind) for text in words(page)]


def international() -> Record:
    """Make a result of two sections, three countries and an author who names none."""
    countries = ("CN", "FR", "CN", "", "BR", "FR")
    record = make_winners((1, 2, 3, 6))
    works = [
        replace(work, country=countries[number % 6], category="AB"[number % 2])
        for number, work in enumerate(record.works)
    ]
    received = tuple(
        Received(category=category, country=country, authors=100 + number, works=300 + number)
        for number, (category, country) in enumerate(
            (category, country) for category in "AB" for country in ("CN", "FR", "BR", "")
        )
    )
    categories = (*record.categories, replace(record.categories[0], key="B", name=Bilingual("纪实类", "Documentary")))
    return replace(record, works=tuple(works), received=received, categories=categories)


def test_the_sections_stand_in_their_order() -> None:
    plan = plan_album(international(), texts=TEXTS)

    kinds = list(dict.fromkeys(page.kind for page in plan.pages))
    order = ["half_title", "epigraph", "title", "colophon", "contents", "organizers", "preface", "notice", "jury"]
    order += ["tier", "plate", "works", "awards", "statistics", "authors", "countries", "afterword"]
    assert [kind for kind in kinds if kind in order] == order


def test_the_title_and_each_tiers_first_works_stand_on_the_right() -> None:
    for counts in ((1, 2, 3, 6), (2, 1, 1, 1), (0, 4, 5, 0), (1, 1, 2, 30)):
        plan = plan_album(make_winners(counts), texts=TEXTS)

        first = {"half_title": 1, "title": 3, "contents": 5}
        assert {kind: int(pages(plan, kind)[0].label) for kind in first} == first
        assert all(int(page.label) % 2 == 0 for page in pages(plan, "tier"))
        assert all(int(page.label) % 2 == 1 for page in pages(plan, "works") if page.nth == 1)
        assert int(pages(plan, "awards")[0].label) % 2 == 1


@pytest.mark.parametrize("section", SECTIONS)
def test_a_section_left_out_is_neither_in_the_book_nor_in_its_contents(section: str) -> None:
    record = international()

    plan = plan_album(record, texts=replace(TEXTS, without=(section,)))

    whole = plan_album(record, texts=TEXTS)
    assert pages(whole, section)
    assert not pages(plan, section)
    heading = words(pages(whole, section)[0])[0]
    rows = [line for page in pages(plan, "contents") for box in page.texts for line in box.paragraphs]
    assert heading not in [line.text for line in rows if line.style.startswith("row")]


def test_what_was_written_stands_in_its_place() -> None:
    plan = plan_album(make_winners(), texts=TEXTS)

    assert {"感谢每一位作者。", "Between the mountains and the sea.", "编委会", "The editors"} <= set(
        said(plan, "preface")
    )
    assert "书将付印，谨记于此。" in said(plan, "afterword")
    assert {"主编 Editor", "林晓岚 Lin Xiaolan"} <= set(said(plan, "colophon"))
    assert "看见，是一种耐心。" in said(plan, "epigraph")
    assert "好照片不解释。" in said(plan, "jury")
    beside = next(page for page in plan.pages if "克制而有力。" in words(page) and page.placements)
    assert {spot.work for spot in beside.placements} == {"work-0002"}
    assert any("评委点评" in text and "钱进" in text for text in words(beside))


@pytest.mark.parametrize(("width", "height"), FORMATS)
def test_a_signature_stays_under_the_words_it_signs(width: float, height: float) -> None:
    texts = replace(
        TEXTS,
        preface=Bilingual("山与海之间，是我们生活的地方。\n感谢每一位作者。", ""),
        preface_by=Bilingual("编委会", ""),
    )

    plan = plan_album(make_winners(), design=Design(width_mm=width, height_mm=height), texts=texts, language="zh")

    boxes = [box for page in pages(plan, "preface") for box in page.texts]
    last = next(box for box in boxes if box.paragraphs[-1].text == "感谢每一位作者。")
    signed = next(box for box in boxes if box.paragraphs[0].text == "编委会")
    assert signed.x_mm == last.x_mm
    assert signed.y_mm > last.y_mm


def test_a_grand_prize_has_its_comment_on_the_page_it_faces() -> None:
    comments = {"work-0001": (Comment(text=Bilingual("雾不是装饰。", "")),)}

    plan = plan_album(make_winners(), texts=AlbumTexts(comments=comments))

    plate = next(at for at, page in enumerate(plan.pages) if page.kind == "plate")
    assert "雾不是装饰。" in words(plan.pages[plate - 1])


def test_hosts_organizers_and_sponsors_are_all_named() -> None:
    record = make_winners(sponsors=tuple(Bilingual(f"赞助{n}", f"Sponsor {n}") for n in range(40)))

    plan = plan_album(record, texts=TEXTS)

    named = set(said(plan, "organizers"))
    for body in (*record.hosts, *record.organizers, *record.sponsors):
        assert {body.zh, body.en} <= named


def test_the_statistics_count_each_section_and_country() -> None:
    record = international()

    found = said(plan_album(record, language="en"), "statistics")

    def after(name: str, start: int = 0) -> list[str]:
        at = found.index(name, start)
        return found[at + 1 : at + 5]

    accepted = [work for work in record.works if work.category == "A"]
    french = [work for work in accepted if work.country == "FR"]
    rows = {row.country: row for row in record.received if row.category == "A"}
    assert after("Open")[1] == f"{sum(row.works for row in rows.values()):,}"
    assert after("Open")[2:] == [str(len({work.author for work in accepted})), str(len(accepted))]
    assert after("France")[:2] == [str(rows["FR"].authors), str(rows["FR"].works)]
    assert after("France")[3] == str(len(french))
    assert after("Total")[:2] == ["641", "2,318"]
    assert after("Total")[3] == str(len(record.works))
    assert found.index("Brazil") < found.index("China") < found.index("France") < found.index("Not stated")


def test_authors_are_listed_by_country_with_titles_and_pages() -> None:
    record = international()

    plan = plan_album(record, language="en")

    at = {spot.work: page.label for page in reversed(plan.pages) for spot in page.placements if page.label[0] != "C"}
    found = said(plan, "countries")
    starts = [found.index(name) for name in ("Brazil", "China", "France", "Not stated")]
    assert starts == sorted(starts)
    for country, start, end in zip(("BR", "CN", "FR", ""), starts, [*starts[1:], None], strict=True):
        listed = found[start:end]
        for work in record.works:
            if work.country == country:
                assert work.author.in_("en") in listed
                assert at[work.id] in listed[listed.index(work.author.in_("en")) :]


def test_a_contest_of_one_country_prints_no_countries() -> None:
    plan = plan_album(make_winners(received=(Received(category="A", country="", authors=641, works=2318),)))

    assert not pages(plan, "countries")
    assert [text for text in said(plan, "statistics") if text.isdigit() or "," in text][:2] == ["641", "2,318"]


@pytest.mark.parametrize("multiple", [2, 4, 8, 16])
@pytest.mark.parametrize("texts", [AlbumTexts(), TEXTS, AlbumTexts(without=SECTIONS)], ids=["usual", "full", "least"])
def test_no_page_is_blank_whatever_the_binder_needs(multiple: int, texts: AlbumTexts) -> None:
    plan = plan_album(make_winners((1, 2, 3, 7)), design=Design(multiple=multiple), texts=texts)

    inside = [page for page in plan.pages if not page.label.startswith("C")]
    assert len(inside) % multiple == 0
    assert all(page.texts or page.placements for page in inside)
    quotes = [words(page)[0] for page in inside if page.kind in {"epigraph", "quiet", "closing"}]
    written = [quote for quote in quotes if quote != "山海杯"]
    assert len(written) == len(set(written))


def test_each_photograph_of_a_series_carries_its_number() -> None:
    pictures = [make_picture(n) for n in range(9)]
    record = make_record(
        [
            make_work(1, tier="grand", pictures=[make_picture(99)]),
            make_work(2, tier="first", pictures=pictures),
        ]
    )

    plan = plan_album(record)

    shown = [page for page in pages(plan, "works") if page.layout.startswith("series")]
    numbers = [text for page in shown for text in words(page) if text.isdigit() and text != page.label]
    assert numbers == [str(n) for n in range(1, 10)]


def test_the_dark_theme_sets_works_on_black_ink_alone_and_prose_on_paper() -> None:
    plan = plan_album(make_winners(), design=Design(theme="black"), texts=TEXTS)

    assert {page.kind for page in plan.pages if page.is_dark} >= {"cover", "tier", "plate", "works", "back"}
    assert not any(page.is_dark for page in plan.pages if page.kind in {"preface", "awards", "authors", "contents"})
    assert all(any(g.ink == "dark" and g.bleeds for g in page.grounds) for page in plan.pages if page.is_dark)
    assert plan.inks["dark"] == (0, 0, 0, 95)
    for name in ("ink", "grey", "hair", "accent_text"):
        assert plan.inks[f"dark_{name}"][:3] == (0, 0, 0)


def test_the_press_theme_names_its_sponsors_under_every_page_of_works() -> None:
    record = make_winners(sponsors=tuple(Bilingual(f"赞助单位第{n}号有限公司", "") for n in range(30)))

    plan = plan_album(record, design=Design(theme="press"))

    bands = [[line for line in words(page) if line.startswith("支持单位")] for page in pages(plan, "works")]
    assert all(len(band) == 1 and "第0号" in band[0] for band in bands)
    assert "赞助单位第29号有限公司" in said(plan, "organizers")


def test_camera_and_country_stand_in_captions_where_they_are_asked_for() -> None:
    picture = replace(make_picture(1), camera="Nikon Z 8")
    record = make_record([make_work(1, tier="grand", pictures=[picture], country="FR")])

    shown = said(plan_album(record, texts=AlbumTexts(shows_camera=True)), "tier")
    usual = said(plan_album(record), "tier")

    assert any("法国 France" in text and "Nikon Z 8" in text for text in shown)
    assert not any("Nikon" in text for text in usual)


def test_a_preface_whose_last_lines_would_stand_alone_is_drawn_in() -> None:
    record = make_winners((1, 1, 0, 0))

    def preface(sentences: int) -> list[Page]:
        texts = AlbumTexts(preface=Bilingual("山与海之间，是我们生活的地方。" * sentences, ""))
        return pages(plan_album(record, language="zh", texts=texts), "preface")

    def sizes(sentences: int) -> set[float | None]:
        return {line.size_pt for page in preface(sentences) for box in page.texts for line in box.paragraphs[:1]}

    counts = range(40, 130, 5)
    first_of_two = next(count for count in counts if len(preface(count)) == 2)

    assert 9.0 in sizes(first_of_two - 5)
    assert 10.0 in sizes(first_of_two)
