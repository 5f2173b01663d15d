"""The fixed words of prints in both languages: a print may show both at once, whoever reads it."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date

from contest.awards.record import Record, WorkRecord
from contest.kernel.bilingual import Bilingual
from contest.kernel.countries import country_name
from contest.publishing.album import labels
from contest.publishing.album.compositor import Compositor

CERTIFICATE: Final = Bilingual("获奖证书", "Certificate of Award")
CERTIFICATES: Final = Bilingual("获奖证书", "Certificates")
PANELS: Final = Bilingual("展板", "Exhibition panels")
LABELS: Final = Bilingual("展签", "Labels")
CONTACT: Final = Bilingual("评审小样", "Contact sheet")
NUMBER: Final = Bilingual("证书编号", "Certificate no.")
CHECK: Final = Bilingual("扫码查验", "Scan to verify")
JUROR: Final = Bilingual("评委", "Juror")
AWARDED: Final = Bilingual("特发此证，以资鼓励。", "")


def for_work(record: Record, work: WorkRecord) -> Bilingual:
    """Say for what a certificate is given."""
    contest_zh, contest_en = record.name.in_("zh"), record.name.in_("en")
    title_zh, title_en = work.title.in_("zh"), work.title.in_("en")
    series = "（组照）" if len(work.pictures) > 1 else ""
    named = title_zh if title_zh.startswith("《") else f"《{title_zh}》"
    return Bilingual(
        f"您的作品{named}{series}在{contest_zh}中荣获",
        f"for {'the series ' if series else ''}“{title_en.strip('《》')}” in {contest_en}",
    )


def day(record: Record) -> Bilingual:
    """Give the day on which the result was sealed, in the contest's zone."""
    moment = datetime.fromisoformat(record.sealed_at).astimezone(ZoneInfo(record.zone))
    return Bilingual(*(format_date(moment, "long", locale=locale) for locale in ("zh_Hans_CN", "en_GB")))


def origin(book: Compositor, work: WorkRecord) -> str:
    """Say in one line from which country and place a work comes, and whether it is a series."""
    count = len(work.pictures)
    parts = (
        book.joined(country_name(work.country)) if work.country else "",
        work.place,
        book.joined(labels.series_of(count)) if count > 1 else "",
    )
    return " · ".join(part for part in parts if part)
