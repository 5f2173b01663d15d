"""Forms of people: shape only; rules check meaning."""

from dataclasses import dataclass

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import EmailField, PasswordField, SelectField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from contest.kernel.bilingual import Bilingual

NAME_CHARACTERS = 80
_needed = InputRequired(lazy_gettext("Please fill this in."))
_name_length = Length(max=NAME_CHARACTERS, message=lazy_gettext("At most %(max)d characters, please."))
LANGUAGES = [SelectChoice("zh_Hans", "简体中文"), SelectChoice("en", "English")]


@dataclass(frozen=True, kw_only=True)
class SignInTyped:
    """An address as typed, and a password or nothing."""

    email: str
    password: str


class SignInForm(FlaskForm):
    """An address, and a password if there is one."""

    email = EmailField(lazy_gettext("E-mail address"), [_needed], render_kw={"autocomplete": "username"})
    password = PasswordField(lazy_gettext("Password"), render_kw={"autocomplete": "current-password"})

    def taken(self) -> SignInTyped:
        """Give what was typed."""
        return SignInTyped(email=self.email.data or "", password=self.password.data or "")


class CodeForm(FlaskForm):
    """The code from the letter."""

    code = StringField(
        lazy_gettext("Code from the letter"),
        [_needed],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )

    def taken(self) -> str:
        """Give what was typed."""
        return self.code.data or ""


class PressForm(FlaskForm):
    """Nothing but the button."""


@dataclass(frozen=True, kw_only=True)
class SetUpTyped:
    """The administrator to be."""

    name: str
    email: str
    password: str


class SetUpForm(FlaskForm):
    """Who runs this instance."""

    name = StringField(lazy_gettext("Your name"), [_needed, _name_length], render_kw={"autocomplete": "name"})
    email = EmailField(lazy_gettext("E-mail address"), [_needed], render_kw={"autocomplete": "username"})
    password = PasswordField(lazy_gettext("Password"), [_needed], render_kw={"autocomplete": "new-password"})

    def taken(self) -> SetUpTyped:
        """Give what was typed."""
        return SetUpTyped(name=self.name.data or "", email=self.email.data or "", password=self.password.data or "")


@dataclass(frozen=True, kw_only=True)
class AccountTyped:
    """A name and a language."""

    name: Bilingual
    language: str


class AccountForm(FlaskForm):
    """Name and language."""

    name_zh = StringField(
        lazy_gettext("Chinese"), [_name_length], render_kw={"lang": "zh-CN", "autocomplete": "name"}
    )
    name_en = StringField(lazy_gettext("English"), [_name_length], render_kw={"lang": "en", "autocomplete": "name"})
    language = SelectField(lazy_gettext("Language of pages and letters"), choices=LANGUAGES)

    def taken(self) -> AccountTyped:
        """Give what was typed."""
        return AccountTyped(
            name=Bilingual((self.name_zh.data or "").strip(), (self.name_en.data or "").strip()),
            language=self.language.data or "",
        )


@dataclass(frozen=True, kw_only=True)
class PasswordTyped:
    """The password in use, or nothing, and the new one."""

    present: str
    new: str


class PasswordForm(FlaskForm):
    """A new password."""

    present = PasswordField(lazy_gettext("Password in use now"), render_kw={"autocomplete": "current-password"})
    new = PasswordField(lazy_gettext("New password"), [_needed], render_kw={"autocomplete": "new-password"})

    def taken(self) -> PasswordTyped:
        """Give what was typed."""
        return PasswordTyped(present=self.present.data or "", new=self.new.data or "")
