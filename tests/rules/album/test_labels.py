"""Labels hold long names: type shrinks, then what matters least is left out and told of; nothing runs over."""

import pytest

from contest.kernel.bilingual import Bilingual
from contest.publishing.prints.labels import labels
from contest.publishing.prints.orders import Kind, PrintOrder
from tests.albums import make_picture, make_record, make_work

AUTHOR = Bilingual(
    "阿卜杜热合曼·买买提依明江·图尔荪", "Wolfeschlegelsteinhausenbergerdorff-Featherstone Maximilian J"
)
UNIT = Bilingual(
    "新疆维吾尔自治区伊犁哈萨克自治州文学艺术界联合会摄影家协会青年工作委员会",
    "Youth Committee of the Photographers’ Association, Federation of Literary and Art Circles of Ili Prefecture",
)
TITLE = Bilingual(
    "钢铁脊梁：一座跨海大桥在凌晨四点合龙时工人们的背影与潮水",
    "Steel Spine: the Backs of the Workers and the Tide as a Bridge across the Sea Closes at Four in the Morning",
)


@pytest.mark.parametrize("language", ["both", "zh", "en"])
@pytest.mark.parametrize("size", ["10", "21"])
def test_a_name_of_sixty_letters_and_a_long_unit_find_room(size: str, language: str) -> None:
    record = make_record(
        [
            make_work(
                1, tier="merit", pictures=[make_picture(1)], author=AUTHOR, unit=UNIT, title=TITLE, place="伊犁州"
            )
        ]
    )
    order = PrintOrder(kind=Kind.LABELS, size=size, language=language)  # type: ignore[arg-type]  # as parametrized

    drawn = labels(record, record.works, order, address="https://photo.example.org")

    assert {(each.code, each.severity) for each in drawn.findings} <= {("label_shortened", "warning")}
    said = "".join(line.text for box in drawn.pages[0].texts for line in box.paragraphs).replace("\u200b", "")
    leading = "en" if language == "en" else "zh"
    for kept in (AUTHOR, TITLE):
        assert kept.in_(leading).replace("-", "") in said.replace("-", "")


def test_a_usual_label_says_everything_without_a_word() -> None:
    record = make_record([make_work(1, tier="merit", pictures=[make_picture(1)])])

    drawn = labels(record, record.works, PrintOrder(kind=Kind.LABELS, size="21"), address="https://photo.example.org")

    said = [line.text for box in drawn.pages[0].texts for line in box.paragraphs]
    assert drawn.findings == ()
    assert "浙江丽水" in said
    assert "滨海市摄影家协会 Binhai Photographers" in said
