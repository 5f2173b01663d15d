"""What a roster's headings mean, in Chinese and in English."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from contest.entries.rules import same_name


class Field(StrEnum):
    """A column that is read; its name is the English heading."""

    AUTHOR = "author"
    AUTHOR_EN = "author_en"
    COUNTRY = "country"
    UNIT = "unit"
    CATEGORY = "category"
    TITLE = "title"
    TITLE_EN = "title_en"
    CAPTION = "caption"
    PLACE = "place"
    FILES = "files"


_HEADINGS: Final = {
    Field.AUTHOR: ("作者", "作者姓名", "姓名", "author", "author name", "author zh"),
    Field.AUTHOR_EN: ("作者英文名", "英文名", "作者(英文)", "author en", "author in english"),
    Field.COUNTRY: ("国家", "国家和地区", "国家或地区", "国籍", "country", "country or region"),
    Field.UNIT: ("单位", "推荐单位", "选送单位", "报送单位", "unit"),
    Field.CATEGORY: ("类别", "组别", "单元", "category"),
    Field.TITLE: ("题名", "作品名称", "作品题名", "作品标题", "标题", "title", "title zh"),
    Field.TITLE_EN: ("英文题名", "英文标题", "题名(英文)", "title en", "title in english"),
    Field.CAPTION: ("说明", "作品说明", "图片说明", "文字说明", "caption", "description"),
    Field.PLACE: ("地点", "拍摄地点", "place", "location"),
    Field.FILES: (
        "文件名",
        "文件",
        "图片文件名",
        "files",
        "file",
        "file names",
        "file name",
        "filename",
        "filenames",
    ),
}
# One of each group must be there; the first two are how the sentence about a missing one names it.
_NEEDED: Final = (
    ("作者, author", {Field.AUTHOR, Field.AUTHOR_EN}),
    ("题名, title", {Field.TITLE, Field.TITLE_EN}),
    ("文件名, files", {Field.FILES}),
)


def _plain(heading: str) -> str:
    """Give a heading as it is compared: width, case, spaces, underscores, stars and colons do not count."""
    return "".join(letter for letter in same_name(heading) if letter not in " _-*:")


_MEANINGS: Final = {_plain(heading): field for field, headings in _HEADINGS.items() for heading in headings}


def field_of(heading: str) -> Field | None:
    """Give what a heading means, None for a column that is not read."""
    return _MEANINGS.get(_plain(heading))


def missing_columns(fields: Iterable[Field]) -> list[str]:
    """Name the columns that a roster cannot do without and lacks."""
    known = set(fields)
    return [name for name, either in _NEEDED if not known & either]
