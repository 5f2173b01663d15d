"""What in a title or caption could tell who made the work."""

import pytest

from contest.entries.identity import Names, Tell, told_by

NAMES = Names(["张伟", "欧阳 明月", "Zhang Wei", "O'Neill, Máire", "青岛市文化馆", "Bureau 7", "Li", "王"])


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("张伟的黄河日出", Tell.NAME, "张伟"),
        ("张 伟 摄", Tell.NAME, "张伟"),
        ("欧阳明月在岸边", Tell.NAME, "欧阳明月"),
        ("Morning by Wei ZHANG", Tell.NAME, "wei zhang"),
        ("晨雾 zhangwei 2024", Tell.NAME, "zhangwei"),
        ("Ｚｈａｎｇ Ｗｅｉ", Tell.NAME, "zhang wei"),  # noqa: RUF001
        ("For Maire O’Neill", Tell.NAME, "maire o neill"),
        ("青岛市文化馆选送", Tell.NAME, "青岛市文化馆"),
        ("写信到 zw@example.org 吧", Tell.EMAIL, "zw@example.org"),
        ("见 https://zhang.example/a。", Tell.WEB, "https://zhang.example/a"),
        ("see zw-photo.com/work", Tell.WEB, "zw-photo.com/work"),
        ("微信：zw_1988", Tell.ACCOUNT, "微信:zw_1988"),
        ("@laozhang", Tell.ACCOUNT, "@laozhang"),
        ("电话 139 1234 5678", Tell.PHONE, "139 1234 5678"),
        ("(0532) 8591-1234", Tell.PHONE, "0532) 8591-1234"),
        ("+44 20 7946 0958", Tell.PHONE, "+44 20 7946 0958"),
        ("摄影：老李头", Tell.CREDIT, "摄影:老李头"),
        ("Photograph by somebody", Tell.CREDIT, "photograph by somebody"),
    ],
)
def test_words_that_tell_are_found_however_they_are_written(text: str, kind: Tell, words: str) -> None:
    assert (kind, words) in [(one.kind, one.words) for one in told_by(text, NAMES)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "黄河日出",
        "Livelihood in the fog, 2026-11-28",
        "1998-2024 年，海拔 1200-1500 米",
        "The king of Wei crossed Zhangjiakou",
        "Photographs of home. Nothing else.",
        "f/2.8, 1/500 s, ISO 100",
        "7 minutes by bus to the Bureau",
    ],
)
def test_what_tells_nobody_is_left_alone(text: str) -> None:
    assert told_by(text, NAMES) == []


def test_ten_thousand_names_cost_a_text_no_more_than_its_length() -> None:
    # One pattern of all names would try each at each place.
    many = Names([*(f"李{one:05}号" for one in range(10_000)), "张伟"])

    assert [one.words for one in told_by("雾" * 50_000 + "张伟", many)] == ["张伟"]
