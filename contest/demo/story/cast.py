"""Who takes part in the demonstration contest: units, authors, jury. All names are invented."""

from dataclasses import dataclass

from contest.kernel.bilingual import Bilingual


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A unit that recommends works; ``key`` is what authors and jurors point to."""

    key: str
    name: Bilingual


@dataclass(frozen=True, kw_only=True)
class Author:
    """Somebody who took pictures; ``unit`` is a unit's key, or None for an individual."""

    key: str
    name: Bilingual
    email: str
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Juror:
    """A member of the panel and the hidden habits from which the scores are drawn.

    Attributes:
        key: Short name.
        name: As printed.
        title: As printed under the name.
        email: Sign-in.
        role: "chair", "juror" or "secretary"; the secretary does not vote.
        unit: Key of the unit the juror belongs to, whose works this juror must not score.
        severity: Points added to every score, negative for a strict juror.
        spread: Deviation of this juror's taste from the panel's, in points.
    """

    key: str
    name: Bilingual
    title: Bilingual
    email: str
    role: str = "juror"
    unit: str | None = None
    severity: float = 0.0
    spread: float = 0.7


UNITS = (
    Unit(key="association", name=Bilingual("云麓区摄影家协会", "Yunlu District Photographers' Association")),
    Unit(key="workers", name=Bilingual("云麓区职工文化中心", "Yunlu District Workers' Cultural Centre")),
    Unit(key="songwan", name=Bilingual("松湾镇文化站", "Songwan Town Cultural Station")),
)


def _author(key: str, zh: str, en: str, unit: str | None = None) -> Author:
    return Author(key=key, name=Bilingual(zh, en), email=f"{key}@example.org", unit=unit)


AUTHORS = (
    _author("chen.yu", "陈屿", "Chen Yu", "association"),
    _author("lin.zhixia", "林知夏", "Lin Zhixia", "association"),
    _author("zhou.muye", "周牧野", "Zhou Muye"),
    _author("xu.qinghe", "许清和", "Xu Qinghe", "workers"),
    _author("shen.yan", "沈砚", "Shen Yan", "songwan"),
    _author("he.yining", "何以宁", "He Yining"),
    _author("guo.yuanshan", "郭远山", "Guo Yuanshan", "association"),
    _author("su.xiaoman", "苏小满", "Su Xiaoman", "workers"),
    _author("he.lanqing", "贺兰青", "He Lanqing"),
    _author("lu.jiang", "陆江", "Lu Jiang", "songwan"),
    _author("ye.qiushi", "叶秋实", "Ye Qiushi", "association"),
    _author("tang.wanqing", "唐晚晴", "Tang Wanqing"),
    _author("qin.chuan", "秦川", "Qin Chuan", "workers"),
    _author("wen.ruyu", "温如玉", "Wen Ruyu", "songwan"),
    _author("fang.qiao", "方桥", "Fang Qiao"),
    _author("liang.siyuan", "梁思远", "Liang Siyuan", "association"),
)

JURY = (
    Juror(
        key="gu.mingde",
        name=Bilingual("顾明德", "Gu Mingde"),
        title=Bilingual("摄影家，本届评委会主任", "Photographer, chair of the jury"),
        email="gu.mingde@example.org",
        role="chair",
        spread=0.55,
    ),
    Juror(
        key="fan.wenjun",
        name=Bilingual("范文珺", "Fan Wenjun"),
        title=Bilingual("画册与图片编辑", "Book and picture editor"),
        email="fan.wenjun@example.org",
        severity=-0.6,
        spread=0.7,
    ),
    Juror(
        key="qiao.lin",
        name=Bilingual("乔林", "Qiao Lin"),
        title=Bilingual("纪实摄影师", "Documentary photographer"),
        email="qiao.lin@example.org",
        severity=0.2,
        spread=0.95,
    ),
    Juror(
        key="dai.suyun",
        name=Bilingual("戴素云", "Dai Suyun"),
        title=Bilingual("美术馆策展人", "Museum curator"),
        email="dai.suyun@example.org",
        severity=-0.2,
        spread=0.8,
    ),
    Juror(
        key="pan.yue",
        name=Bilingual("潘越", "Pan Yue"),
        title=Bilingual("云麓区职工文化中心摄影教师", "Teacher of photography, Workers' Cultural Centre"),
        email="pan.yue@example.org",
        unit="workers",
        severity=0.5,
        spread=0.75,
    ),
    Juror(
        key="meng.jie",
        name=Bilingual("孟洁", "Meng Jie"),
        title=Bilingual("评委会秘书", "Secretary to the jury"),
        email="meng.jie@example.org",
        role="secretary",
    ),
)
VOTING = tuple(juror for juror in JURY if juror.role != "secretary")
