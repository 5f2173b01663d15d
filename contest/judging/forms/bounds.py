"""Bounds of the numbers that are typed at the jury desk."""

from typing import Final

from flask_babel import lazy_gettext as _l
from wtforms.validators import NumberRange

WHOLE: Final = NumberRange(min=0, max=100_000, message=_l("Give a whole number from %(min)s to %(max)s."))
MARK: Final = NumberRange(min=0, max=1000, message=_l("Give a number from %(min)s to %(max)s."))
