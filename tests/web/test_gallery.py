"""What the public sees of an announced result, and that before the announcement it sees nothing."""

import html
import io
import re
from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import pytest
from flask import Flask, url_for
from sqlalchemy import select

from contest.accounts.models import RoleKind
from contest.awards.record import Record
from contest.calls.models import Category, Contest
from contest.inspection.sizes import FULL, SIZES
from contest.kernel.db import Database
from contest.platform.store import FolderStore, derivative_key, original_key
from contest.publishing.gallery import view
from contest.publishing.prints.serials import serial
from contest.publishing.web.gallery import Addresses
from tests.makers import make_contest, make_entry, make_person, make_role
from tests.records import make_record, make_result, put_previews
from tests.visitor import Visitor

SECRETS = ("岚山初晴", "Clear after rain", "李明", "A-0107", "Li Ming")


def _shown(database: Database, store: FolderStore, *, announced: bool = True, **given: object) -> Record:
    record = make_record(**given)
    with database.changing() as work:
        contest = make_contest(work, short_name="cup")
        make_result(work, contest, record, announced=announced)
    put_previews(store, [record.works[0].pictures[0]])
    return record


@pytest.fixture
def record(sqlite_database: Database, store: FolderStore) -> Record:
    """The record of the announced contest "cup"."""
    return _shown(sqlite_database, store)


@pytest.fixture
def reader(visitor: Callable[[], Visitor]) -> Visitor:
    """Somebody from the street, reading English."""
    return visitor().speak("en")


def test_winners_stand_by_tier_in_the_readers_language(record: Record, reader: Visitor) -> None:
    english = reader.get("/contests/cup/gallery/").get_data(as_text=True)
    chinese = reader.speak("zh_Hans").get("/contests/cup/gallery/").get_data(as_text=True)

    assert re.findall(r'<h2 id="tier-\w+">(.*?)</h2>', english) == ["Grand prize", "First prize", "Second prize"]
    assert re.findall(r'<h2 id="tier-\w+">(.*?)</h2>', chinese) == ["特等奖", "一等奖", "二等奖"]
    assert re.findall(r'<a class="title" href=".*?">(.*?)</a>', english) == [
        "Clear after rain",
        "Dusk at the reservoir",
        "A day of fishermen",
        "Spring on the tea hills",
        "Home at night",
    ]
    assert "Li Ming · District Society" in english
    assert "李明 · 区摄影家协会" in chinese


def test_what_won_nothing_is_nowhere(record: Record, reader: Visitor) -> None:
    page = reader.get("/contests/cup/gallery/").get_data(as_text=True)

    assert "Not awarded" not in page
    assert reader.get("/contests/cup/gallery/A-0300").status_code == 404


def test_no_score_is_told_to_the_public(record: Record, reader: Visitor) -> None:
    pages = [
        reader.get(f"/contests/cup/gallery/{name}").get_data(as_text=True) for name in ("", "A-0107", "slideshow")
    ]

    assert record.works[0].score == "8.75"
    assert [page for page in pages if "8.75" in page] == []


def test_a_category_can_be_looked_at_by_itself(record: Record, reader: Visitor) -> None:
    page = reader.get("/contests/cup/gallery/?category=B").get_data(as_text=True)

    assert "A day of fishermen" in page
    assert "Dusk at the reservoir" not in page
    assert 'aria-current="page">People <span class="num">2</span>' in page
    assert reader.get("/contests/cup/gallery/?category=Z").status_code == 404


def test_every_picture_says_its_size_before_it_arrives(record: Record, reader: Visitor) -> None:
    page = reader.get("/contests/cup/gallery/").get_data(as_text=True)

    images = re.findall(r"<img [^>]*>", page)
    assert len(images) == 7
    for image in images:
        assert re.search(r'width="\d+" height="\d+"', image)
    # The other two of the series are silent: the link that holds them has the first one's words.
    assert sum('alt=""' in image for image in images) == 2
    assert sum('loading="lazy"' in image for image in images) == 6
    assert f".p-{record.works[0].pictures[0].id} {{ --a: 1.5 }}" in page
    assert page.count("<style") == page.count("<style nonce=")


def test_pictures_are_offered_in_every_size_that_they_have(record: Record, reader: Visitor) -> None:
    page = html.unescape(reader.get("/contests/cup/gallery/A-0107").get_data(as_text=True))
    picture = UUID(hex=record.works[0].pictures[0].id)

    offered = re.search(r'<img [^>]*srcset="([^"]+)"', page)
    assert offered is not None
    assert offered.group(1).split(", ") == [
        f"/contests/cup/gallery/pictures/{picture}/320.jpg 320w",
        f"/contests/cup/gallery/pictures/{picture}/640.jpg 640w",
        f"/contests/cup/gallery/pictures/{picture}/1280.jpg 1280w",
        f"/contests/cup/gallery/pictures/{picture}/2560.jpg 1500w",
    ]


def test_pictures_that_are_there_in_the_lighter_format_are_offered_in_it_first(
    sqlite_database: Database, store: FolderStore, reader: Visitor
) -> None:
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        row = make_entry(work, contest).pictures[0]
        row.has_light = True
        record = make_record()
        first = record.works[0]
        shown = replace(first, pictures=(replace(first.pictures[0], id=row.id.hex),))
        make_result(work, contest, replace(record, works=(shown, *record.works[1:])))
        picture = row.id
    store.put(derivative_key(picture, 640, ending="avif"), io.BytesIO(b"a lighter picture"))

    page = html.unescape(reader.get("/contests/cup/gallery/").get_data(as_text=True))

    assert re.findall(r'<source type="image/avif" srcset="([^ ]+) 320w, ', page) == [
        f"/contests/cup/gallery/pictures/{picture}/320.avif"
    ]
    assert f"/contests/cup/gallery/pictures/{picture}/320.jpg 320w" in page
    answer = reader.get(f"/contests/cup/gallery/pictures/{picture}/640.avif", buffered=True)
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/avif", b"a lighter picture")


def test_addresses_are_those_of_the_routes(app: Flask, record: Record) -> None:
    picture = record.works[0].pictures[0]
    with app.test_request_context():
        to = Addresses(url_for("publishing.gallery", short_name="cup"))

        assert to.work(record.works[0]) == url_for("publishing.work", short_name="cup", number="A-0107")
        assert to.picture(picture, 640) == url_for(
            "publishing.picture", short_name="cup", shown_id=UUID(hex=picture.id), long_side=640
        )


def test_a_works_page_tells_other_services_what_it_shows(record: Record, reader: Visitor) -> None:
    page = reader.get("/contests/cup/gallery/A-0107").get_data(as_text=True)

    told = dict(re.findall(r'<meta property="(og:[\w:]+)" content="([^"]*)"', page))
    picture = UUID(hex=record.works[0].pictures[0].id)
    assert told["og:title"] == "Clear after rain · Li Ming"
    assert told["og:image"] == f"http://localhost/contests/cup/gallery/pictures/{picture}/1280.jpg"
    assert (told["og:image:width"], told["og:image:height"]) == ("1280", "853")
    assert '<meta name="description" content="雾把远近分成了七层。">' in page


def test_from_each_work_one_gets_to_the_next(record: Record, reader: Visitor) -> None:
    seen, address = [], "/contests/cup/gallery/A-0107"
    while address:
        page = reader.get(address).get_data(as_text=True)
        seen.append(address.rpartition("/")[2])
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following.group(1) if following else ""

    assert seen == [work.number for work in view.awarded(record)]


def test_a_series_is_one_strip_in_its_order(record: Record, reader: Visitor) -> None:
    page = reader.get("/contests/cup/gallery/B-0011").get_data(as_text=True)

    series = next(work for work in record.works if work.number == "B-0011")
    assert re.findall(r'<figure class="p-(\w+)" id="(\d)">', page) == [
        (picture.id, str(place)) for place, picture in enumerate(series.pictures, start=1)
    ]
    assert 'alt="A day of fishermen, picture 2 of 3"' in page


def test_the_slideshow_holds_every_awarded_picture(record: Record, reader: Visitor) -> None:
    answer = reader.get("/contests/cup/gallery/slideshow?seconds=3")

    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert page.count('<figure class="slide') == 7
    assert 'data-seconds="3"' in page
    assert 'data-seconds="2"' in reader.get("/contests/cup/gallery/slideshow?seconds=-5").get_data(as_text=True)
    assert 'data-seconds="8"' in reader.get("/contests/cup/gallery/slideshow?seconds=x").get_data(as_text=True)


def test_a_picture_may_be_kept_by_every_cache(record: Record, store: FolderStore, reader: Visitor) -> None:
    picture = UUID(hex=record.works[0].pictures[0].id)
    address = f"/contests/cup/gallery/pictures/{picture}/640.jpg"
    reader.token()  # gives this browser a cookie, which must not split the cache

    answer = reader.get(address, buffered=True)

    assert answer.data == store.path(derivative_key(picture, 640)).read_bytes()
    assert answer.mimetype == "image/jpeg"
    assert answer.headers["Cache-Control"] == "public, max-age=604800, immutable"
    assert "Vary" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert "Last-Modified" not in answer.headers
    assert "Content-Disposition" not in answer.headers
    kept = reader.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (kept.status_code, kept.data) == (304, b"")
    assert kept.headers["Cache-Control"] == answer.headers["Cache-Control"]


def test_no_other_picture_of_the_contest_is_given(
    record: Record, sqlite_database: Database, store: FolderStore, reader: Visitor
) -> None:
    unawarded = UUID(hex=record.works[-1].pictures[0].id)
    put_previews(store, [record.works[-1].pictures[0]])
    with sqlite_database.changing() as work:
        contest, category = work.session.query(Contest, Category).join(Category).filter_by(key="A").one()
        entered = make_entry(work, contest, category_id=category.id).pictures[0].id

    base = "/contests/cup/gallery/pictures"
    assert store.stat(derivative_key(unawarded, 320)) is not None
    assert [reader.get(f"{base}/{each}/320.jpg", buffered=True).status_code for each in (unawarded, entered)] == [
        404,
        404,
    ]


def test_neither_originals_nor_odd_sizes_are_given(record: Record, store: FolderStore, reader: Visitor) -> None:
    picture = record.works[0].pictures[0]
    assert original_key(picture.sha256)

    base = f"/contests/cup/gallery/pictures/{UUID(hex=picture.id)}"
    assert {
        side: reader.get(f"{base}/{side}.jpg", buffered=True).status_code for side in (*SIZES, 1, 1500, FULL)
    } == {
        **dict.fromkeys(SIZES, 200),
        **dict.fromkeys((1, 1500, FULL), 404),
    }
    page = reader.get("/contests/cup/gallery/").get_data(as_text=True)
    assert [work.number for work in record.works for each in work.pictures if each.sha256 in page] == []


def test_an_unchanged_page_is_not_sent_again(record: Record, reader: Visitor) -> None:
    first = reader.get("/contests/cup/gallery/")

    again = reader.get("/contests/cup/gallery/", headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.data) == (304, b"")
    # The kept page's style blocks know the first answer's nonce, and the browser takes over the later headers.
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    assert again.headers["Cache-Control"] == "private, no-cache"


def test_a_page_in_the_other_language_is_another_page(record: Record, reader: Visitor) -> None:
    english = reader.get("/contests/cup/gallery/")

    answer = reader.speak("zh_Hans").get("/contests/cup/gallery/", headers={"If-None-Match": english.headers["ETag"]})

    assert answer.status_code == 200
    assert "特等奖" in answer.get_data(as_text=True)


def test_a_new_result_is_a_new_page(record: Record, sqlite_database: Database, reader: Visitor) -> None:
    old = reader.get("/contests/cup/gallery/")
    with sqlite_database.changing() as work:
        contest = work.session.query(Contest).filter_by(short_name="cup").one()
        make_result(work, contest, make_record(version=2, works=record.works[1:]))

    answer = reader.get("/contests/cup/gallery/", headers={"If-None-Match": old.headers["ETag"]})

    assert answer.status_code == 200
    assert "Clear after rain" not in answer.get_data(as_text=True)


def test_before_the_announcement_nothing_about_winners_leaks(
    sqlite_database: Database, store: FolderStore, reader: Visitor
) -> None:
    record = _shown(sqlite_database, store, announced=False)
    picture = UUID(hex=record.works[0].pictures[0].id)
    addresses = [
        "/contests/cup/gallery/",
        "/contests/cup/gallery/?category=A",
        "/contests/cup/gallery/?category=Z",
        "/contests/cup/gallery/slideshow",
        "/contests/cup/album.pdf",
        "/contests/cup/desk/publishing",
        *(f"/contests/cup/gallery/{number}" for number in ("A-0107", "A-0300", "X-1")),
        *(f"/contests/cup/gallery/pictures/{each}/320.jpg" for each in (picture, UUID(int=1))),
    ]

    answers = {address: reader.get(address) for address in addresses}

    told = {address: (answer.status_code, answer.get_data(as_text=True)) for address, answer in answers.items()}
    assert {address: status for address, (status, _) in told.items() if status == 200} == {}
    texts = {address: text.replace(address, "") for address, (_, text) in told.items()}
    assert [(address, secret) for address, text in texts.items() for secret in SECRETS if secret in text] == []
    # Of a work that won and of one that nobody has, the answers are alike.
    assert told["/contests/cup/gallery/A-0107"][0] == told["/contests/cup/gallery/X-1"][0] == 403
    assert answers[addresses[-2]].status_code == answers[addresses[-1]].status_code == 403
    assert all("ETag" not in answer.headers for answer in answers.values())


def test_a_contest_without_winners_says_so(sqlite_database: Database, store: FolderStore, reader: Visitor) -> None:
    record = make_record()
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        make_result(work, contest, make_record(works=record.works[-1:]))

    page = reader.get("/contests/cup/gallery/")

    assert page.status_code == 200
    assert "No prize was awarded here." in page.get_data(as_text=True)


def test_a_result_that_is_taken_back_is_on_no_public_page_and_then_all_are_back(
    sqlite_database: Database, store: FolderStore, visitor: Callable[[], Visitor], reader: Visitor
) -> None:
    record = _shown(sqlite_database, store)
    winner = record.works[0]
    with sqlite_database.changing() as work:
        contest = work.session.scalars(select(Contest)).one()
        organizer = make_person(work)
        make_role(work, contest, organizer, RoleKind.ORGANIZER)
        work.session.expunge_all()
    desk = visitor().sign_in(organizer).speak("en")
    pages = [
        f"/contests/cup/{page}"
        for page in (
            "gallery/",
            f"gallery/{winner.number}",
            "gallery/slideshow",
            f"gallery/pictures/{UUID(hex=winner.pictures[0].id)}/320.jpg",
            "certificates/",
            f"certificates/{serial(record, winner)}",
            "record.json",
        )
    ]

    def asked() -> list[int]:
        answers = [reader.get(page) for page in pages]
        return [answer.status_code for answer in answers]

    tag = reader.get(pages[0]).headers["ETag"]
    assert asked() == [200] * len(pages)
    desk.post("/contests/cup/desk/results/unpublish", {"unpublish-reason": "a name is wrong"})

    assert asked() == [403] * len(pages)
    assert reader.get(pages[0], headers={"If-None-Match": tag}).status_code == 403
    assert reader.get("/contests/cup/album.pdf").status_code == 403
    assert "Clear after rain" not in reader.get("/contests/cup/").get_data(as_text=True)
    desk.post("/contests/cup/desk/results/announce", {"announce-confirmation": "cup"})

    assert asked() == [200] * len(pages)
