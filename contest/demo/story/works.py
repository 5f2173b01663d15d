"""The works of the demonstration contest, best first by the hidden quality from which scores are drawn."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

from contest.demo.story.call import ZONE
from contest.kernel.bilingual import Bilingual

_LOCAL = ZoneInfo(ZONE)

LANDSCAPE, UPRIGHT, TALL, SQUARE, PANORAMA = (3000, 2000), (2400, 3000), (2000, 3000), (3000, 3000), (3600, 1500)


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What the camera noted: body and lens, and the settings of one exposure."""

    make: str
    model: str
    lens: str
    focal_mm: Fraction
    aperture: Fraction
    exposure_s: Fraction
    iso: int


@dataclass(frozen=True, kw_only=True)
class Work:
    """One single-picture work and the picture to make for it.

    Attributes:
        key: Short name.
        kind: Subject, a kind of ``contest.demo.scenes``.
        seed: Which picture of that kind.
        size_px: Width and height.
        author: An author's key.
        category: A category's key.
        captured_at: Aware local time.
        quality: How good the jury will think it is, 0..1; never shown.
        flaw: The term this work breaks, "captured" or "size", or "cut" for a part of another's picture, or None.
        position: Latitude and longitude in degrees where the camera noted them.
    """

    key: str
    kind: str
    seed: int
    size_px: tuple[int, int]
    title: Bilingual
    caption: Bilingual
    place: Bilingual
    author: str
    category: str
    captured_at: datetime
    quality: float
    exposure: Exposure
    flaw: str | None = None
    position: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Copy:
    """An attempt to hand in a file that is already there, under another name and title."""

    copy_of: str
    author: str
    category: str
    title: Bilingual


def _aster(focal: int, aperture: str, shutter: Fraction, iso: int) -> Exposure:
    lens = "Aster 24-70mm F2.8" if focal in range(24, 71) else "Aster 70-200mm F4"
    return Exposure(
        make="Aster", model="Aster M5", lens=lens, focal_mm=Fraction(focal), aperture=Fraction(aperture),
        exposure_s=shutter, iso=iso,
    )  # fmt: skip


def _hillside(focal: int, aperture: str, shutter: Fraction, iso: int) -> Exposure:
    return Exposure(
        make="HILLSIDE", model="HILLSIDE H2", lens=f"Hillside {focal}mm F2", focal_mm=Fraction(focal),
        aperture=Fraction(aperture), exposure_s=shutter, iso=iso,
    )  # fmt: skip


def _phone(shutter: Fraction, iso: int) -> Exposure:
    return Exposure(
        make="Norma", model="Norma P9", lens="Norma P9 main camera 6.4mm F1.8", focal_mm=Fraction(32, 5),
        aperture=Fraction(9, 5), exposure_s=shutter, iso=iso,
    )  # fmt: skip


def _work(  # noqa: PLR0917 - rows of one table, read by column
    key: str,
    scene: tuple[str, int, tuple[int, int]],
    title: tuple[str, str],
    caption: tuple[str, str],
    place: tuple[str, str],
    by: tuple[str, str],
    when: str,
    quality: float,
    exposure: Exposure,
    *,
    flaw: str | None = None,
    position: tuple[float, float] | None = None,
) -> Work:
    return Work(
        key=key, kind=scene[0], seed=scene[1], size_px=scene[2], title=Bilingual(*title), caption=Bilingual(*caption),
        place=Bilingual(*place), author=by[0], category=by[1],
        captured_at=datetime.fromisoformat(when).replace(tzinfo=_LOCAL), quality=quality, exposure=exposure, flaw=flaw,
        position=position,
    )  # fmt: skip


def _s(below: int) -> Fraction:
    """Give a shutter time of 1/``below`` seconds."""
    return Fraction(1, below)


_MOON_LAKE = ("月湖", "Moon Lake")
_SONGWAN = ("松湾镇", "Songwan Town")
_NORTH = ("北山", "North Hills")
_OLD_TOWN = ("老城", "Old Town")

WORKS = (
    _work("homeward", ("lake", 6, LANDSCAPE), ("归舟", "Homeward"),
          ("收网后最后一条船，湖面静得只剩一道水痕。", "The last boat after the nets are in; the lake so still that only its wake is left."),
          _MOON_LAKE, ("chen.yu", "A"), "2025-10-18T17:42:10", 0.99, _aster(85, "5.6", _s(250), 200), position=(30.4127, 119.6835)),
    _work("first-tide", ("sea", 12, LANDSCAPE), ("早潮", "First Tide"),
          ("凌晨四点半出港，太阳刚离开海面。", "Out of harbour at half past four, the sun just clear of the sea."),
          _SONGWAN, ("shen.yan", "B"), "2025-08-09T05:21:33", 0.94, _aster(135, "8", _s(500), 200)),
    _work("wind-writes", ("dunes", 6, LANDSCAPE), ("风写的字", "Written by the Wind"),
          ("河口的沙每天都换一张脸。", "The sand at the river mouth has another face every day."),
          ("沙洲河口", "Shazhou river mouth"), ("zhou.muye", "A"), "2025-11-23T16:08:47", 0.90, _hillside(35, "8", _s(320), 160)),
    _work("lotus-white", ("lotus", 7, UPRIGHT), ("白莲", "White Lotus"),
          ("雨停了十分钟，叶下还暗着。", "Ten minutes after the rain, still dark below the leaves."),
          ("荷花塘", "Lotus Pond"), ("lin.zhixia", "C"), "2026-06-21T06:35:12", 0.86, _aster(200, "4", _s(640), 400)),
    _work("late-shift", ("street", 7, LANDSCAPE), ("晚班之后", "After the Late Shift"),
          ("末班车已经开走，她慢慢走回家。", "The last bus is gone; she walks home slowly."),
          _OLD_TOWN, ("xu.qinghe", "B"), "2026-03-28T22:51:06", 0.84, _hillside(50, "2", _s(80), 3200)),
    _work("fir-breath", ("conifers", 8, TALL), ("林间呼吸", "The Forest Breathes"),
          ("雾从谷底升上来，一层一层把山分开。", "Fog rising from the valley takes the ridges apart one by one."),
          _NORTH, ("guo.yuanshan", "A"), "2025-12-06T07:12:59", 0.82, _aster(120, "8", _s(200), 200), position=(30.5311, 119.5902)),
    _work("red-plum", ("plum", 2, LANDSCAPE), ("报春", "Herald of Spring"),
          ("立春前三天，院墙外开了第一枝。", "Three days before spring begins, the first branch over the courtyard wall."),
          ("梅园", "Plum Garden"), ("wen.ruyu", "C"), "2026-02-01T10:20:41", 0.78, _aster(180, "4", _s(800), 400)),
    _work("first-light", ("peaks", 7, LANDSCAPE), ("第一缕光", "First Light"),
          ("等了三个早晨，云终于让开。", "On the third morning the clouds stood aside."),
          ("云顶", "Cloud Top"), ("he.lanqing", "A"), "2025-01-26T07:03:18", 0.765, _aster(200, "8", _s(125), 200)),
    _work("new-leaves", ("tea", 4, LANDSCAPE), ("茶山新绿", "New Leaves"),
          ("谷雨前后，茶垄像梳过一样。", "Before Grain Rain the tea rows look combed."),
          ("南坡茶场", "South Slope tea farm"), ("lu.jiang", "A"), "2026-04-17T06:48:25", 0.75, _aster(70, "8", _s(160), 200), position=(30.3874, 119.7216)),
    _work("deep-green", ("bamboo", 5, TALL), ("竹深处", "Deep in the Bamboo"),
          ("雨很小，只在伞上听得见。", "A rain so light that only the umbrella hears it."),
          ("竹海", "Bamboo Sea"), ("ye.qiushi", "C"), "2026-05-09T09:14:37", 0.735, _hillside(35, "4", _s(125), 800)),
    _work("blue-hour", ("harbour", 2, LANDSCAPE), ("蓝调时刻", "Blue Hour"),
          ("新桥亮灯的第一个晚上。", "The first night of lights on the new bridge."),
          ("新港", "New Harbour"), ("qin.chuan", "B"), "2025-09-30T18:25:50", 0.72, _aster(35, "11", Fraction(8), 100)),
    _work("straw-hat", ("portrait", 6, UPRIGHT), ("采茶人", "Tea Picker"),
          ("她采了四十年茶，说今年的叶子最好。", "Forty years of picking tea, and this year's leaves are the best, she says."),
          ("南坡茶场", "South Slope tea farm"), ("he.yining", "B"), "2026-04-05T16:37:22", 0.685, _aster(105, "4", _s(400), 200)),
    _work("warm-strings", ("lanterns", 4, LANDSCAPE), ("满城灯火", "A Town of Lanterns"),
          ("元宵夜，巷口的风也是暖的。", "On Lantern Night even the draught in the lane is warm."),
          _OLD_TOWN, ("su.xiaoman", "B"), "2026-03-03T19:40:15", 0.67, _hillside(50, "2", _s(100), 1600)),
    _work("snow-walk", ("snowfield", 3, LANDSCAPE), ("踏雪", "Walking in Snow"),
          ("一棵树，一把伞，一场小雪。", "One tree, one umbrella, a little snow."),
          _NORTH, ("tang.wanqing", "B"), "2026-01-19T16:55:08", 0.655, _aster(70, "5.6", _s(250), 400)),
    _work("ink-hills", ("karst", 5, PANORAMA), ("云山墨韵", "Hills in Ink"),
          ("像谁在宣纸上点了几笔。", "As if somebody had touched paper with a brush a few times."),
          ("云麓峰林", "Yunlu peak forest"), ("guo.yuanshan", "A"), "2026-03-14T07:26:44", 0.64, _aster(70, "8", _s(320), 200)),
    _work("blown", ("dandelion", 5, SQUARE), ("一吹就远", "One Breath Away"),
          ("孩子还没来，风先来了。", "The wind came before the children did."),
          ("河滩", "River meadow"), ("fang.qiao", "C"), "2026-04-26T18:02:31", 0.625, _aster(200, "4", _s(1000), 200)),
    _work("gold-wood", ("wood", 4, LANDSCAPE), ("秋林", "Autumn Wood"),
          ("落叶比脚步声还轻。", "Leaves falling, softer than footsteps."),
          ("西岭", "West Ridge"), ("ye.qiushi", "C"), "2025-11-08T08:17:29", 0.61, _hillside(35, "5.6", _s(160), 400)),
    _work("mirrors", ("terraces", 2, LANDSCAPE), ("田是天的镜子", "Mirrors of the Sky"),
          ("放水那几天，天空落在田里。", "For a few days the fields are flooded and the sky lies in them."),
          ("石阶村", "Stone Steps village"), ("liang.siyuan", "A"), "2026-05-02T18:11:03", 0.595, _aster(50, "11", _s(125), 200)),
    _work("river-of-stars", ("stars", 4, TALL), ("星河落山", "The Stars Come Down"),
          ("关掉头灯，等眼睛慢慢看见。", "Head lamps off, and wait until the eyes can see."),
          ("云顶", "Cloud Top"), ("zhou.muye", "A"), "2025-07-27T23:34:52", 0.58, _aster(24, "2.8", Fraction(20), 6400)),
    _work("three-boats", ("sea", 1, LANDSCAPE), ("三舟", "Three Boats"),
          ("各走各的水路，同一个方向。", "Each on its own water, all one way."),
          _SONGWAN, ("lu.jiang", "B"), "2025-09-13T17:33:20", 0.54, _aster(150, "8", _s(400), 200)),
    _work("silver", ("sea", 7, PANORAMA), ("一海碎银", "Silver"),
          ("风小的时候，浪也慢。", "When the wind is low the waves are slow too."),
          _SONGWAN, ("shen.yan", "A"), "2026-02-22T09:50:16", 0.52, _aster(100, "11", _s(800), 100)),
    _work("winter-path", ("wood", 8, TALL), ("冬径", "Winter Path"),
          ("雾里只剩下树和一个人。", "Fog leaves the trees and one man."),
          ("西岭", "West Ridge"), ("tang.wanqing", "C"), "2026-01-10T07:58:04", 0.50, _hillside(50, "4", _s(125), 640)),
    _work("night-lake", ("lake", 2, LANDSCAPE), ("月照平湖", "Moon on the Lake"),
          ("月亮比路灯更亮。", "The moon outshines the street lamps."),
          _MOON_LAKE, ("chen.yu", "A"), "2025-10-07T20:18:45", 0.48, _aster(50, "4", Fraction(6), 400)),
    _work("crossing", ("street", 4, TALL), ("过街", "Crossing"),
          ("绿灯还有六秒。", "Six seconds of green left."),
          _OLD_TOWN, ("he.yining", "B"), "2026-06-12T21:07:11", 0.47, _phone(_s(50), 1250)),
    _work("morning-rows", ("tea", 8, PANORAMA), ("晨垄", "Rows at Morning"),
          ("光先到茶垄，人后到。", "The light reaches the rows before the pickers do."),
          ("南坡茶场", "South Slope tea farm"), ("wen.ruyu", "A"), "2026-04-11T06:31:39", 0.455, _aster(50, "8", _s(200), 200)),
    _work("dunes-tall", ("dunes", 3, TALL), ("脊线", "The Ridge"),
          ("沿着脊线走，不要回头看脚印。", "Keep to the crest and do not look back at the footprints."),
          ("沙洲河口", "Shazhou river mouth"), ("qin.chuan", "A"), "2026-01-03T16:21:55", 0.44, _hillside(35, "8", _s(400), 160)),
    _work("pond-square", ("lotus", 8, SQUARE), ("亭亭", "Upright"),
          ("整个池塘只开了这一朵。", "The only one open in the whole pond."),
          ("荷花塘", "Lotus Pond"), ("su.xiaoman", "C"), "2026-06-28T06:12:27", 0.43, _aster(160, "4", _s(500), 400)),
    _work("wax-plum", ("plum", 6, LANDSCAPE), ("腊梅", "Winter Sweet"),
          ("先闻到，后看到。", "Smelt first, seen after."),
          ("梅园", "Plum Garden"), ("liang.siyuan", "C"), "2026-01-24T14:44:50", 0.41, _aster(135, "4", _s(320), 400)),
    _work("profile-blue", ("portrait", 4, UPRIGHT), ("窗前", "At the Window"),
          ("排练开始前的一分钟。", "A minute before the rehearsal."),
          ("文化馆", "Cultural Centre"), ("xu.qinghe", "B"), "2026-03-07T15:29:13", 0.40, _hillside(50, "2", _s(160), 800)),
    _work("red-row", ("lanterns", 1, SQUARE), ("檐下红", "Red under the Eaves"),
          ("挂灯的人刚收起梯子。", "The man who hung them has just taken his ladder away."),
          _OLD_TOWN, ("fang.qiao", "B"), "2026-02-16T18:36:02", 0.385, _phone(_s(60), 800)),
    _work("snow-gate", ("peaks", 2, LANDSCAPE), ("雪门", "Gate of Snow"),
          ("石壁太陡，雪也站不住。", "Too steep even for the snow."),
          ("云顶", "Cloud Top"), ("he.lanqing", "A"), "2025-02-15T10:41:36", 0.365, _aster(150, "8", _s(640), 100)),
    _work("sunrise-peaks", ("karst", 4, SQUARE), ("群峰日出", "Sunrise over the Peaks"),
          ("云海只停留了七分钟。", "The sea of cloud stayed for seven minutes."),
          ("云麓峰林", "Yunlu peak forest"), ("liang.siyuan", "A"), "2025-10-25T06:24:58", 0.35, _aster(85, "8", _s(250), 200)),
    _work("skyline", ("harbour", 4, PANORAMA), ("两岸", "Both Banks"),
          ("对岸是新城，这边是渡口。", "Across the water the new town, on this side the ferry."),
          ("新港", "New Harbour"), ("he.lanqing", "B"), "2025-12-31T17:58:21", 0.33, _aster(70, "11", Fraction(10), 100)),
    _work("dusk-ridges", ("conifers", 3, LANDSCAPE), ("暮山", "Hills at Dusk"),
          ("鸟群比夜色先回林子。", "The birds are home before the dark."),
          _NORTH, ("lin.zhixia", "A"), "2025-11-15T17:04:40", 0.31, _aster(100, "5.6", _s(200), 400)),
    _work("evening-fields", ("terraces", 7, LANDSCAPE), ("晚霞入田", "Evening in the Fields"),
          ("最后一头牛也回家了。", "The last buffalo has gone home too."),
          ("石阶村", "Stone Steps village"), ("lu.jiang", "A"), "2026-05-16T18:52:09", 0.29, _phone(_s(100), 400)),
    _work("listening", ("portrait", 2, UPRIGHT), ("听戏", "Listening to the Opera"),
          ("台上唱到第三折。", "The third act on the stage."),
          ("文化馆", "Cultural Centre"), ("fang.qiao", "B"), "2026-05-30T20:15:47", 0.27, _hillside(50, "2", _s(100), 2500)),
    _work("old-leaves", ("wood", 7, LANDSCAPE), ("旧叶", "Old Leaves"),
          ("翻硬盘找到的一张。", "Found again on an old disk."),
          ("西岭", "West Ridge"), ("ye.qiushi", "C"), "2023-11-19T08:40:12", 0.45, _hillside(35, "5.6", _s(160), 400), flaw="captured"),
    _work("small-seed", ("dandelion", 6, (2000, 1334)), ("小伞", "Little Umbrellas"),
          ("手机相册里导出的小图。", "A small copy out of the phone's album."),
          ("河滩", "River meadow"), ("su.xiaoman", "C"), "2026-05-05T17:26:33", 0.42, _phone(_s(640), 64), flaw="size"),
    # a part of "Both Banks", mirrored
    _work("far-bank", ("harbour", 4, PANORAMA), ("彼岸灯火", "Lights on the Far Bank"),
          ("轮渡上拍的。", "Taken from the ferry."),
          ("新港", "New Harbour"), ("ye.qiushi", "B"), "2026-01-03T18:20:11", 0.4, _phone(_s(30), 800), flaw="cut"),
)  # fmt: skip

COPY = Copy(copy_of="first-tide", author="fang.qiao", category="B", title=Bilingual("海上日出", "Sunrise at Sea"))
