"""The call for entries of the demonstration contest: names, notice, dates, categories, prizes, terms."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from contest.kernel.bilingual import Bilingual

ZONE = "Asia/Shanghai"
_LOCAL = ZoneInfo(ZONE)


@dataclass(frozen=True, kw_only=True)
class Category:
    """A category; ``key`` is the letter that starts its entry numbers."""

    key: str
    name: Bilingual
    about: Bilingual


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A prize tier and how many works it may hold; best first in ``Call.tiers``."""

    key: str
    name: Bilingual
    count: int


@dataclass(frozen=True, kw_only=True)
class Call:
    """Everything the organizer would type in.

    Attributes:
        captured_from: First local day on which a picture may have been taken.
        captured_until: First local day on which it may no longer have been taken.
        opens_at: Moments are aware; each window is half open.
        works_per_author: How many works one author may hand in.
        prizes_per_author: How many prizes one author may win.
    """

    short_name: str
    name: Bilingual
    edition: Bilingual
    cup: Bilingual
    notice: Bilingual
    hosts: tuple[Bilingual, ...]
    organizers: tuple[Bilingual, ...]
    sponsors: tuple[Bilingual, ...]
    language: str
    accent: str
    captured_from: date
    captured_until: date
    opens_at: datetime
    closes_at: datetime
    judged_from: datetime
    judged_until: datetime
    announced_at: datetime
    long_side_min_px: int
    works_per_author: int
    prizes_per_author: int
    categories: tuple[Category, ...]
    tiers: tuple[Tier, ...]


_NOTICE_ZH = """\
为记录云麓的山水、人家与草木，鼓励大家拿起相机走进身边的四季，云麓区文化和旅游局、云麓区文学艺术界联合会联合举办首届“联美杯”云麓四季摄影大赛，现面向社会公开征稿。

一、征稿内容。作品须在云麓区内拍摄，分为三类：山水类，表现地貌、气象与光影；人间类，表现劳动、街巷与日常生活；草木类，表现花木、林野与生态。

二、征稿时间。2026年6月1日起，至2026年7月31日24时止（北京时间）。拍摄时间须在2025年1月1日至2026年7月31日之间。

三、作品要求。每位作者限投4幅，单幅、彩色与黑白均可。文件为JPEG格式，长边不低于3000像素，须保留完整的拍摄信息。可作裁切、影调与色彩的常规调整，不得合成、添加或移除画面内容，不接受人工智能生成的影像。请在文件名和画面中隐去姓名与水印。

四、评选办法。评委会由5位评委和1位秘书组成，秘书不参与评分。评委匿名评审，每幅作品按1至10分评分，以平均分排序；评委回避本人及本单位作品。入围作品由评委会核验原始文件，逾期未提供的视为放弃。

五、奖项设置。特等奖1名，一等奖2名，二等奖3名，三等奖5名，优秀奖8名，均颁发证书并收入获奖作品画册。同一作者获奖不超过2幅。

六、公示。评选结果公示5天，接受实名异议；经复核属实的，取消其资格并由后序作品递补。

七、权利与责任。作者保有著作权，并保证作品为本人原创，画面所涉肖像、名誉等事项由作者负责。主办单位可在与本次大赛有关的展览、画册和公益宣传中使用获奖作品，并署作者姓名。参赛不收取任何费用。"""

_NOTICE_EN = """\
To record the land, the people and the growing things of Yunlu, and to send everybody out with a camera through the four seasons, the Yunlu Bureau of Culture and Tourism and the Yunlu Federation of Literary and Art Circles announce the first "Lianmei Cup" Four Seasons of Yunlu photography contest.

1. Subjects. Pictures must have been taken in Yunlu District. There are three categories: Land and Water, for landscape, weather and light; Everyday Life, for work, streets and homes; Living Things, for flowers, trees and wild places.

2. Dates. Entries are taken from 1 June 2026 until 31 July 2026, 24:00 Beijing time (UTC+8). Pictures must have been taken between 1 January 2025 and 31 July 2026.

3. Pictures. Each author may enter up to four single pictures, in colour or in black and white. Files are JPEG, at least 3,000 px on the long side, with their camera data kept. Cropping and ordinary adjustment of tone and colour are welcome; nothing may be added, removed or combined, and pictures made by artificial intelligence are not accepted. Keep names and watermarks out of pictures and file names.

4. Judging. Five jurors and a non-voting secretary form the jury. Jurors do not learn who took a picture. Every work is scored from 1 to 10 and ranked by its mean score; nobody scores their own works or those of their own unit. Original files are checked before prizes are given, and a work whose original is not provided in time is passed over.

5. Prizes. One grand prize, two first, three second, five third prizes and eight merits, each with a certificate and a place in the printed album. One author may win at most two.

6. Public notice. The result is open to signed objections for five days. Where an objection is upheld, the work is disqualified and the next in rank takes its place.

7. Rights. Authors keep their copyright and answer for their pictures being their own and for the people shown in them. The hosts may show prize-winning works, with the author's name, in the exhibition, the album and public-interest publicity of this contest. Taking part is free."""

CALL = Call(
    short_name="lianmei-2026",
    name=Bilingual("云麓四季摄影大赛", "Four Seasons of Yunlu Photography Contest"),
    edition=Bilingual("第一届", "First edition"),
    cup=Bilingual("联美杯", "Lianmei Cup"),
    notice=Bilingual(_NOTICE_ZH, _NOTICE_EN),
    hosts=(
        Bilingual("云麓区文化和旅游局", "Yunlu District Bureau of Culture and Tourism"),
        Bilingual("云麓区文学艺术界联合会", "Yunlu District Federation of Literary and Art Circles"),
    ),
    organizers=(
        Bilingual("云麓区摄影家协会", "Yunlu District Photographers' Association"),
        Bilingual("云麓区文化馆", "Yunlu District Cultural Centre"),
    ),
    sponsors=(Bilingual("联美影像工坊", "Lianmei Print Workshop"),),
    language="zh",
    accent="#8c3b2a",
    captured_from=date(2025, 1, 1),
    captured_until=date(2026, 8, 1),
    opens_at=datetime(2026, 6, 1, tzinfo=_LOCAL),
    closes_at=datetime(2026, 8, 1, tzinfo=_LOCAL),
    judged_from=datetime(2026, 8, 10, 9, tzinfo=_LOCAL),
    judged_until=datetime(2026, 8, 22, 18, tzinfo=_LOCAL),
    announced_at=datetime(2026, 9, 1, 10, tzinfo=_LOCAL),
    long_side_min_px=3000,
    works_per_author=4,
    prizes_per_author=2,
    categories=(
        Category(
            key="A",
            name=Bilingual("山水", "Land and Water"),
            about=Bilingual("地貌、气象与光影", "Landscape, weather and light"),
        ),
        Category(
            key="B",
            name=Bilingual("人间", "Everyday Life"),
            about=Bilingual("劳动、街巷与日常生活", "Work, streets and homes"),
        ),
        Category(
            key="C",
            name=Bilingual("草木", "Living Things"),
            about=Bilingual("花木、林野与生态", "Flowers, trees and wild places"),
        ),
    ),
    tiers=(
        Tier(key="grand", name=Bilingual("特等奖", "Grand Prize"), count=1),
        Tier(key="first", name=Bilingual("一等奖", "First Prize"), count=2),
        Tier(key="second", name=Bilingual("二等奖", "Second Prize"), count=3),
        Tier(key="third", name=Bilingual("三等奖", "Third Prize"), count=5),
        Tier(key="merit", name=Bilingual("优秀奖", "Merit"), count=8),
    ),
)
