"""What a contest asks of each photograph: entered by an organizer, told in the notice, held against a file."""

import html
import re
from collections.abc import Callable

import pytest

from contest.accounts.models import Person
from contest.calls import queries
from contest.calls.models import Contest
from contest.calls.queries import SettingsFacts
from contest.inspection.checks import check
from contest.inspection.facts import Facts
from contest.inspection.report import Report
from contest.inspection.terms import Limits, PhotoTerms, Region
from contest.kernel.db import Database
from tests.makers import make_contest, make_person
from tests.visitor import SetClock, Visitor
from tests.web.test_calls import draft, fields

MIB = 1024 * 1024


@pytest.fixture
def browser(visitor: Callable[[], Visitor], sqlite_database: Database) -> Visitor:
    """The administrator's."""
    with sqlite_database.changing() as work:
        boss: Person = make_person(work, email="boss@example.org", is_administrator=True)
        work.session.expunge_all()
    return visitor().sign_in(boss).speak("en")


@pytest.fixture
def kept(sqlite_database: Database, clock: SetClock) -> Callable[[], SettingsFacts]:
    """What stands in the database."""

    def read() -> SettingsFacts:
        with sqlite_database.reading() as session:
            contest = queries.contest_named(session, "my-cup", clock.at)
            return queries.settings_of(session, contest.id, clock.at)

    return read


def test_not_below_5_mb_or_3000_px_is_entered_with_two_numbers_and_a_tick(
    browser: Visitor, kept: Callable[[], SettingsFacts]
) -> None:
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True))
    typed |= {"rules-mib_min": ["5"], "rules-long_side_min_px": ["3000"], "rules-either": ["y"]}

    assert browser.post(settings, typed).status_code == 303

    terms = kept().rules.terms
    assert (terms.bytes_min, terms.long_side_min_px) == (None, None)
    assert terms.any_of == (Limits(bytes_min=5 * MIB), Limits(long_side_min_px=3000))
    told = [
        {one.code for one in check(Report(format="jpeg", bytes=size, width_px=width, height_px=2000), terms)}
        for size, width in ((5 * MIB, 2400), (MIB, 3000), (MIB, 2400))
    ]
    assert ["F05.bytes_or_long_side" in codes for codes in told] == [False, False, True]
    # Saving the page again, as it opens, changes nothing; without the tick both must hold.
    again = fields(browser.get(settings).get_data(as_text=True))
    assert browser.post(settings, again).status_code == 303
    assert kept().rules.terms == terms
    del again["rules-either"]
    again["version"] = fields(browser.get(settings).get_data(as_text=True))["version"]
    assert browser.post(settings, again).status_code == 303
    assert (kept().rules.terms.bytes_min, kept().rules.terms.long_side_min_px) == (5 * MIB, 3000)
    assert kept().rules.terms.any_of == ()


def test_device_region_print_and_camera_data_are_kept_and_told_in_the_notice(
    browser: Visitor, kept: Callable[[], SettingsFacts]
) -> None:
    home = draft(browser).removesuffix("desk/")
    typed = fields(browser.get(f"{home}desk/settings").get_data(as_text=True)) | {
        "rules-mib_min": ["5"],
        "rules-long_side_min_px": ["3000"],
        "rules-either": ["y"],
        "rules-width_max_px": ["1920"],
        "rules-height_max_px": ["1080"],
        "rules-print_long_side_mm": ["600"],
        "rules-needs_camera_data": ["y"],
        "rules-devices": ["phone", "drone"],
        "rules-region_name": ["岚山区"],
        "rules-region_latitude": ["35.12"],
        "rules-region_longitude": ["119.32"],
        "rules-region_radius_km": ["30"],
    }

    assert browser.post(f"{home}desk/settings", typed).status_code == 303

    terms = kept().rules.terms
    assert (terms.width_max_px, terms.height_max_px, terms.print_long_side_mm) == (1920, 1080, 600)
    assert terms.devices == ("phone", "drone")
    assert terms.region == Region(name="岚山区", latitude=35.12, longitude=119.32, radius_km=30)
    assert terms.severities == {"F05.too_few_bytes": "flag", "C01": "reject"}
    page = browser.get(home).get_data(as_text=True)
    said = re.findall(r"<li>(.*?)</li>", html.unescape(page[page.index('<ul class="terms">') :]), re.DOTALL)
    assert said[2:9] == [
        "File size 5 MB or more, or long side 3,000 pixels or more: one of the two is enough.",
        "Width: at most 1,920 pixels.",
        "Height: at most 1,080 pixels.",
        "Taken with: phone, drone; scanned film is allowed, too.",
        "Taken in: 岚山区.",
        "The camera data (EXIF) must be kept in the file.",
        "Taken on 2024-01-01 or later.",
    ]
    chinese = browser.speak("zh_Hans").get(home).get_data(as_text=True)
    assert "文件不小于 5 MB，或长边不小于 3,000 像素，满足其一即可" in chinese
    assert "拍摄设备：手机、无人机" in chinese


def test_a_regions_outline_is_kept_and_shown_again(browser: Visitor, kept: Callable[[], SettingsFacts]) -> None:
    settings = draft(browser) + "settings"
    typed = fields(browser.get(settings).get_data(as_text=True)) | {
        "rules-region_name": ["岚山区"],
        "rules-region_outline": ["35.0, 119.0\r\n35.0 119.5\r\n\r\n35.3，119.25"],
    }

    assert browser.post(settings, typed).status_code == 303

    assert kept().rules.terms.region == Region(name="岚山区", outline=((35.0, 119.0), (35.0, 119.5), (35.3, 119.25)))
    shown = fields(browser.get(settings).get_data(as_text=True))["rules-region_outline"]
    assert shown == ["35.0, 119.0\n35.0, 119.5\n35.3, 119.25"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"rules-either": ["y"], "rules-mib_min": [""]}, "give both: the smallest file and the long side"),
        ({"rules-region_name": ["Lanshan"]}, "Give the region a name and one shape: a centre with a radius"),
        ({"rules-region_latitude": ["35.1"]}, "Give the region a name and one shape: a centre with a radius"),
        ({"rules-region_latitude": ["95"]}, "Give degrees from -90 to 90"),
        ({"rules-region_latitude": ["nan"]}, "Give degrees from -90 to 90"),
        ({"rules-region_latitude": ["35 north"]}, "Not a valid float value"),
        ({"rules-region_outline": ["35.1, 119.3\r\n35.2, 119.4"]}, "three corners at least"),
        ({"rules-region_outline": ["35.1, 119.3\r\nthe lake"]}, "Write each corner on a line of its own"),
        ({"rules-devices": ["toaster"]}, "not a valid choice"),
        (
            {
                "rules-region_name": ["Lanshan"],
                "rules-region_south": ["9"],
                "rules-region_west": ["8"],
                "rules-region_north": ["2"],
                "rules-region_east": ["6"],
            },
            "the southern one below the northern",
        ),
    ],
)
def test_terms_that_cannot_be_meant_are_told_and_what_was_typed_stays(
    browser: Visitor, kept: Callable[[], SettingsFacts], change: dict[str, list[str]], sentence: str
) -> None:
    settings = draft(browser) + "settings"
    before = kept()
    typed = fields(browser.get(settings).get_data(as_text=True)) | change | {"cup_en": ["A cup just typed"]}

    answer = browser.post(settings, typed)

    page = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert sentence in page
    assert fields(page)["cup_en"] == ["A cup just typed"]
    assert {name: fields(page).get(name) for name in change if "devices" not in name} == {
        name: value for name, value in change.items() if "devices" not in name
    }
    assert kept() == before


def test_alternatives_of_another_kind_outlive_the_form(
    browser: Visitor, kept: Callable[[], SettingsFacts], sqlite_database: Database
) -> None:
    other = PhotoTerms(any_of=(Limits(short_side_min_px=2000), Limits(bytes_min=MIB)))
    settings = draft(browser) + "settings"
    with sqlite_database.changing() as work:
        contest = work.session.query(Contest).filter_by(short_name="my-cup").one()
        contest.terms = {**contest.terms, "any_of": other.to_json()["any_of"]}

    typed = fields(browser.get(settings).get_data(as_text=True))
    assert browser.post(settings, typed).status_code == 303

    assert kept().rules.terms.any_of == other.any_of
    assert check(Report(format="jpeg", bytes=9, width_px=3000, height_px=1000, facts=Facts()), kept().rules.terms)


def test_the_upload_page_offers_the_formats_that_the_contest_takes(
    browser: Visitor, visitor: Callable[[], Visitor], sqlite_database: Database
) -> None:
    with sqlite_database.changing() as work:
        contest = make_contest(work, short_name="cup")
        contest.terms = PhotoTerms(formats=("jpeg", "tiff", "heif"), bytes_max=9 * MIB).to_json()
        person = make_person(work)

    page = visitor().sign_in(person).speak("en").get("/contests/cup/works/").get_data(as_text=True)

    assert 'accept="image/jpeg,.jpeg,.jpg,image/tiff,.tiff,.tif,image/heif,.heif,image/heic,.heic"' in page
    assert "JPEG / TIFF / HEIF, up to 9 MB a file." in page
