"""The settings of a round that has not opened."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, Final, TypeVar

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from contest.judging.forms.bounds import MARK, WHOLE
from contest.judging.queries import RoundFacts
from contest.judging.rules.settings import (
    FITTING,
    POINT,
    ROW_NUMBER_MAX,
    USUAL,
    Criterion,
    Discloses,
    Mode,
    RoundSettings,
    TableTier,
    points,
    usual,
)
from contest.judging.scoring import AGGREGATORS, TIE_METHODS
from contest.kernel.bilingual import Bilingual
from contest.kernel.errors import Invalid
from contest.web.forms import NumberField

MODES: Final = (
    (Mode.SCORE, _l("marks on a scale")),
    (Mode.YESNO, _l("yes or no")),
    (Mode.RANK, _l("tiers on a light table")),
    (Mode.TOKENS, _l("chips")),
    (Mode.PAIRS, _l("pairs")),
)
WAYS: Final = {
    "calibrated_equal": _l("mean of marks, jurors' scales evened out"),
    "calibrated_weighted": _l("the same, steadier jurors weigh more"),
    "raw": _l("plain mean"),
    "trimmed": _l("mean without the highest and the lowest"),
    "sum": _l("sum"),
    "z": _l("mean of each juror's standard scores"),
    "borda": _l("places (Borda)"),
    "copeland": _l("duels won (Copeland)"),
    "schulze": _l("strongest paths (Schulze)"),
    "majority": _l("median (majority judgment)"),
    "bradley_terry": _l("strengths from pairs (Bradley-Terry)"),
}
DISCLOSED: Final = (
    (Discloses.NEVER, _l("nothing")),
    (Discloses.COUNTS, _l("how many works went on")),
    (Discloses.OWN_RANK, _l("their own order beside the panel's")),
    (Discloses.SCORES, _l("the scores of all works")),
)
TIES: Final = {
    "extra_votes": _l("more votes by jurors who have not judged them"),
    "head_to_head": _l("a vote between them"),
    "usual_judgment": _l("usual judgment on the marks"),
    "chair": _l("the chair, with a reason"),
    "lot": _l("the lot from the published seed"),
}
ROW_DIGITS: Final = len(str(ROW_NUMBER_MAX))
Row = TypeVar("Row")


def _ways(mode: Mode) -> SelectField:
    return SelectField(
        _l("Official score"),
        choices=[SelectChoice(key, WAYS[key]) for key in AGGREGATORS if key in FITTING[mode]],
        default=USUAL[mode],
    )


def _place(way: str, validators: Sequence[Any] = ()) -> SelectField:
    places = [SelectChoice(str(place), str(place)) for place in range(1, len(TIE_METHODS) + 1)]
    return SelectField(TIES[way], validators, choices=[SelectChoice("", "–"), *places], default="")


def _one_place_each(form: Any, _field: Any) -> None:
    """Ask for at least one way, and for no two at the same place."""
    places = [form[f"tie_{way}"].data for way in form.ties]
    if not places:
        raise StopValidation(_l("Choose at least one way to break ties."))
    if len(set(places)) < len(places):
        raise StopValidation(_l("Give each way a place of its own."))


class RoundForm(FlaskForm):
    """The settings of a round that has not opened."""

    name_zh = StringField(_l("Chinese"), [Length(max=60)], render_kw={"lang": "zh-CN"})
    name_en = StringField(_l("English"), [Length(max=60)], render_kw={"lang": "en"})
    mode = SelectField(_l("Jurors give"), choices=[SelectChoice(str(key), label) for key, label in MODES])
    scale_low = NumberField(_l("Lowest mark"), [InputRequired(), MARK], places=None)
    scale_high = NumberField(_l("Highest mark"), [InputRequired(), MARK], places=None)
    scale_step = NumberField(_l("Step"), [InputRequired(), MARK], places=None)
    has_maybe = BooleanField(_l("“Maybe” as a third answer"))
    criteria = TextAreaField(_l("Criteria"), [Length(max=1000)], render_kw={"rows": 3})
    chips = IntegerField(_l("Chips a juror"), [InputRequired(), WHOLE])
    tiers = TextAreaField(_l("Tiers of the light table"), [Length(max=1000)], render_kw={"rows": 3})
    quorum = IntegerField(_l("Jurors for each work"), [Optional(), WHOLE])
    pooled = BooleanField(_l("Marks of the rounds before stay in the result"))
    # One list for each mode, of the ways that fit it; that of the mode chosen is taken.
    way_score = _ways(Mode.SCORE)
    way_yesno = _ways(Mode.YESNO)
    way_rank = _ways(Mode.RANK)
    way_tokens = _ways(Mode.TOKENS)
    way_pairs = _ways(Mode.PAIRS)
    trim = SelectField(
        _l("Highest and lowest mark"),
        choices=[
            SelectChoice("auto", _l("left out of five or more evened-out marks; one far off goes alone")),
            SelectChoice("1", _l("always left out")),
            SelectChoice("0", _l("kept")),
        ],
    )
    gate = SelectField(
        _l("Evening out the jurors' scales"),
        choices=[
            SelectChoice("auto", _l("where the marks show that it helps")),
            SelectChoice("on", _l("always")),
            SelectChoice("off", _l("never")),
        ],
    )
    winners = IntegerField(_l("Works to be chosen"), [Optional(), WHOLE])
    repeats_percent = IntegerField(_l("Works shown twice, in percent"), [InputRequired(), WHOLE])
    practice = IntegerField(_l("Works for practice at the start"), [InputRequired(), WHOLE])
    practice_counts = BooleanField(_l("The practice counts"))
    session_minutes = IntegerField(_l("Propose a break after minutes"), [InputRequired(), WHOLE])
    grace_minutes = IntegerField(_l("Take late marks for minutes"), [InputRequired(), WHOLE])
    shows_title = BooleanField(_l("Jurors read the titles"))
    shows_caption = BooleanField(_l("Jurors read the captions"))
    discloses = SelectField(
        _l("Jurors see of the closed round"), choices=[SelectChoice(str(key), label) for key, label in DISCLOSED]
    )
    # What decides ties at a prize line: each way's place, nothing for a way that is not used.
    tie_extra_votes = _place("extra_votes", [_one_place_each])
    tie_head_to_head = _place("head_to_head")
    tie_usual_judgment = _place("usual_judgment")
    tie_chair = _place("chair")
    tie_lot = _place("lot")

    @property
    def ways(self) -> list[tuple[Mode, Field]]:
        """Give each mode's list of ways."""
        return [(mode, self[f"way_{mode}"]) for mode in Mode]

    @property
    def ties(self) -> list[str]:
        """Give the ways that have a place, in their order."""
        places = {key: self[f"tie_{key}"].data for key in TIE_METHODS}
        return sorted((key for key in TIE_METHODS if places[key]), key=lambda key: places[key])

    @property
    def tie_ways(self) -> list[Field]:
        """Give the places of all ways, those that are used first."""
        used = self.ties
        return [self[f"tie_{key}"] for key in [*used, *(key for key in TIE_METHODS if key not in used)]]

    @classmethod
    def of(cls, row: RoundFacts) -> "RoundForm":
        """Fill the form from a round."""
        settings = row.settings
        return cls(
            formdata=None,
            data={
                **settings.to_dict(),
                "name_zh": row.name.zh,
                "name_en": row.name.en,
                "mode": str(row.mode),
                f"way_{row.mode}": settings.aggregator,
                **{f"tie_{key}": str(place) for place, key in enumerate(settings.ties, start=1)},
                "scale_low": Decimal(points(settings.scale_low)),
                "scale_high": Decimal(points(settings.scale_high)),
                "scale_step": Decimal(points(settings.scale_step)),
                "criteria": _written((one.name, one.weight) for one in settings.criteria),
                # Another kind of round has none; who turns it into a light table starts with the usual ones.
                "tiers": _written((one.name, one.capacity) for one in settings.tiers or usual(Mode.RANK).tiers),
            },
        )

    def taken(self, row: RoundFacts) -> RoundSettings:
        """Give the settings; raises ``Invalid("judging.line")``."""
        read = {"scale_low", "scale_high", "scale_step", "criteria", "tiers", "aggregator", "discloses", "ties"}
        return RoundSettings(
            **{name: self[name].data for name in row.settings.to_dict() if name not in read},
            aggregator=self[f"way_{self.mode.data}"].data,
            scale_low=_hundredths(self.scale_low.data),
            scale_high=_hundredths(self.scale_high.data),
            scale_step=_hundredths(self.scale_step.data),
            criteria=tuple(
                _rows(
                    self.criteria.data,
                    lambda place, name, number: Criterion(
                        key=f"c{place}", name=name, weight=1 if number is None else number
                    ),
                )
            ),
            tiers=tuple(_rows(self.tiers.data, lambda _place, name, number: TableTier(name=name, capacity=number)))
            if self.mode.data == Mode.RANK
            else (),
            discloses=Discloses(self.discloses.data),
            ties=tuple(self.ties),
        )


def _hundredths(given: Decimal | None) -> int:
    return int((given or Decimal(0)) * POINT)


def _written(rows: Any) -> str:
    return "\n".join(
        f"{name.zh} | {name.en}".strip() + ("" if number is None else f" | {number}") for name, number in rows
    )


def _rows(text: str | None, make: Callable[[int, Bilingual, int | None], Row]) -> Sequence[Row]:
    """Read lines of "Chinese name | English name | number"; the number may be absent, the English name empty.

    Raises:
        Invalid: ``judging.line``.
    """
    found = []
    for place, line in enumerate((line for line in (text or "").splitlines() if line.strip()), start=1):
        parts = [part.strip() for part in line.replace("｜", "|").split("|")]
        number = parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - the third part is the number
        if number and (not number.isdecimal() or len(number) > ROW_DIGITS):
            raise Invalid("judging.line", line=place)
        if not parts[0] or not 1 < len(parts) <= 3:  # noqa: PLR2004 - as above
            raise Invalid("judging.line", line=place)
        found.append(make(place, Bilingual(parts[0], parts[1]), int(number) if number else None))
    return found
