"""The book's own fixed words in both languages: a book may show both at once, whoever reads it."""

from typing import Final

from contest.awards.record import Record, TierRecord
from contest.kernel.bilingual import Bilingual

CONTENTS: Final = Bilingual("目录", "Contents")
NOTICE: Final = Bilingual("征稿启事", "Call for Entries")
JURY: Final = Bilingual("评审委员会", "The Jury")
FIGURES: Final = Bilingual("本届数字", "In Figures")
AWARDS: Final = Bilingual("获奖名单", "List of Awards")
INDEX: Final = Bilingual("作者索引", "Index of Authors")
COUNTRIES: Final = Bilingual("各国家和地区入选作者", "Authors by Country and Region")
STATISTICS: Final = Bilingual("统计", "Statistics")
PREFACE: Final = Bilingual("前言", "Preface")
AFTERWORD: Final = Bilingual("后记", "Afterword")
ORGANIZATION: Final = Bilingual("组织机构", "Organization")
NOTES: Final = Bilingual("札记", "Notes")
COMMENT: Final = Bilingual("评委点评", "From the jury")
CATEGORY: Final = Bilingual("类别", "Section")
COUNTRY: Final = Bilingual("国家和地区", "Country or region")
ALL: Final = Bilingual("合计", "Total")
UNNAMED: Final = Bilingual("未注明", "Not stated")
# The four columns that FIAP asks for (The Official FIAP Book, II.16-18).
COUNTED: Final = (
    Bilingual("参赛作者", "Participating authors"),
    Bilingual("收到作品", "Received works"),
    Bilingual("入选作者", "Accepted authors"),
    Bilingual("入选作品", "Accepted works"),
)
ALBUM: Final = Bilingual("获奖作品集", "The Awarded Works")

HOSTS: Final = Bilingual("主办单位", "Hosted by")
ORGANIZERS: Final = Bilingual("承办单位", "Organised by")
SPONSORS: Final = Bilingual("支持单位", "Sponsored by")
RESULT: Final = Bilingual("评选结果", "Result")
TYPE: Final = Bilingual("字体", "Typefaces")
TYPEFACES: Final = Bilingual(
    "Noto Serif SC · Noto Sans SC · Source Serif 4", "Noto Serif SC · Noto Sans SC · Source Serif 4"
)
RIGHTS: Final = Bilingual(
    "所收作品的著作权归作者所有。照片均以作者交来的原始文件印制，未经裁切。",
    "The copyright in each work remains with its author. All photographs are reproduced from "
    "the authors' original files, uncropped.",
)

ENTRIES: Final = Bilingual("参赛作品", "works entered")
AUTHORS: Final = Bilingual("参赛作者", "authors")
UNITS: Final = Bilingual("推荐单位", "recommending units")
JURORS: Final = Bilingual("评委", "jurors")

ROLES: Final = {
    "chair": Bilingual("评委会主任", "Chair of the Jury"),
    "juror": Bilingual("评委", "Juror"),
    "secretary": Bilingual("秘书（无投票权）", "Secretary, without a vote"),
}


def works_counted(count: int) -> Bilingual:
    """Say how many works a tier holds."""
    return Bilingual(f"{count} 件作品", "1 work" if count == 1 else f"{count} works")


def series_of(count: int) -> Bilingual:
    """Say that a work is a series, and of how many photographs."""
    return Bilingual(f"组照 {count} 幅", f"series of {count}")


def result_version(*, version: int, date: str, digest: str) -> Bilingual:
    """Say which sealed result the book shows."""
    return Bilingual(
        f"{date} 封存，第 {version} 版，校验码 {digest}",
        f"sealed {date}, version {version}, checksum {digest}",
    )


def tier_name(record: Record, tier: TierRecord) -> Bilingual:
    """Name a tier, with its category where it belongs to one."""
    for category in record.categories:
        if category.key == tier.category:
            return Bilingual(
                " · ".join(part for part in (category.name.zh, tier.name.zh) if part),
                " · ".join(part for part in (category.name.en, tier.name.en) if part),
            )
    return tier.name
