"""People, their tasks, and units."""

from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, SelectField, StringField
from wtforms.fields import SelectChoice

from contest.accounts.models import RoleKind
from contest.calls.forms.fields import LINE, NEEDED, bilingual, both
from contest.kernel.bilingual import Bilingual


@dataclass(frozen=True, kw_only=True)
class RoleTyped:
    """Somebody and a task."""

    kind: RoleKind
    email: str
    name: Bilingual
    title: Bilingual
    unit_id: str


class RoleForm(FlaskForm):
    """Somebody and a task."""

    kind = SelectField(
        lazy_gettext("Task"),
        choices=[
            SelectChoice(RoleKind.JUROR.value, lazy_gettext("Juror")),
            SelectChoice(RoleKind.CHAIR.value, lazy_gettext("Chair of the jury")),
            SelectChoice(RoleKind.SECRETARY.value, lazy_gettext("Secretary (no vote)")),
            SelectChoice(RoleKind.ORGANIZER.value, lazy_gettext("Organizer")),
            SelectChoice(RoleKind.DELEGATE.value, lazy_gettext("Delegate of a unit")),
        ],
    )
    email = EmailField(lazy_gettext("E-mail address"), [NEEDED], render_kw={"autocomplete": "off"})
    name_zh, name_en = both(StringField, LINE)
    title_zh, title_en = both(StringField, LINE)
    unit_id = SelectField(lazy_gettext("Unit"))

    def taken(self) -> RoleTyped:
        """Give what was typed."""
        return RoleTyped(
            kind=RoleKind(self.kind.data),
            email=self.email.data or "",
            name=bilingual(self, "name"),
            title=bilingual(self, "title"),
            unit_id=self.unit_id.data or "",
        )


class UnitForm(FlaskForm):
    """A unit's name."""

    unit_zh, unit_en = both(StringField, LINE)

    def taken(self) -> Bilingual:
        """Give what was typed."""
        return bilingual(self, "unit")
