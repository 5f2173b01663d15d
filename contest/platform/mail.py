"""The port to mail: letters go out by SMTP, or into a folder where a trial needs no mail server.

Sending happens inside a job and may happen twice; the Message-ID stays the same, so that mail programs, and the
folder, keep one.
"""

import os
import re
import smtplib
import ssl
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy, default
from email.utils import format_datetime
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Final, Protocol
from unicodedata import category
from urllib.parse import unquote, urlsplit

from contest.kernel.clock import Clock, system_clock
from contest.kernel.errors import Invalid
from contest.settings import Settings

TIMEOUT_S: Final = 30
# Control characters, line and paragraph separators, lone surrogates.
_BREAKING: Final = frozenset({"Cc", "Zl", "Zp", "Cs"})
# One bare address: none of the marks that RFC 5322 uses for names, comments, groups and lists.
_ADDRESS: Final = re.compile(r"""[^\s@,;:<>()\[\]\\"]+@[^\s@,;:<>()\[\]\\"]+""")
# Every server carries seven bits; a file may keep Chinese readable in any editor, where a trial's link is looked up.
_ON_THE_WIRE: Final = SMTP.clone(cte_type="7bit")
_IN_A_FILE: Final = default.clone(utf8=True, cte_type="8bit")
_PORTS: Final = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One plain letter to one person.

    Attributes:
        to: The bare address.
        subject, text: As the reader will see them.
        message_id: "<something@domain>", the same whenever this letter is sent again; see `message_id`.

    Raises:
        Invalid: ``mail.unusable`` with the ``field`` that would break a header or is no address.
    """

    to: str
    subject: str
    text: str
    message_id: str

    def __post_init__(self) -> None:
        """Refuse whatever could add a header line or a second recipient."""
        for field in ("to", "subject", "message_id"):
            if any(category(mark) in _BREAKING for mark in getattr(self, field)):
                raise Invalid("mail.unusable", field=field)
        if not _ADDRESS.fullmatch(self.to):
            raise Invalid("mail.unusable", field="to")


class Mail(Protocol):
    """A way out for letters."""

    def send(self, letter: Letter) -> None:
        """Hand the letter over; raises OSError (SMTP's own errors are such) where that fails for now."""


def message_id(key: str, *, domain: str) -> str:
    """Make the Message-ID of the letter that ``key`` stands for, such as "sign-in:<token id>"."""
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"


@dataclass(frozen=True, kw_only=True)
class SmtpMail:
    """Letters by SMTP.

    Attributes:
        host, port: The server.
        encrypted_from_start: Speak TLS at once (port 465); otherwise STARTTLS is used wherever it is offered.
        user, password: Given only over TLS, or to this very machine.
        sender: The address in From.
        tls: What certificates are trusted; the system's by default.
    """

    host: str
    port: int
    sender: str
    encrypted_from_start: bool = False
    user: str = ""
    password: str = ""
    clock: Clock = system_clock
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(self, letter: Letter) -> None:
        """Send over a connection of its own.

        Raises:
            OSError: the server cannot be reached or refuses.
            Invalid: ``mail.not_private``, a password would go over an open line.
        """
        message = _compose(letter, sender=self.sender, at=self.clock(), policy=_ON_THE_WIRE)
        if self.encrypted_from_start:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_S, context=self.tls())
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_S)
        with server:
            server.ehlo()
            private = self.encrypted_from_start or _is_this_machine(self.host)
            if not self.encrypted_from_start and server.has_extn("starttls"):
                server.starttls(context=self.tls())
                private = True
            if self.user:
                if not private:
                    raise Invalid("mail.not_private", host=self.host)
                server.login(self.user, self.password)
            server.send_message(message)


@dataclass(frozen=True, kw_only=True)
class FolderMail:
    """Letters as .eml files, which any mail program opens; named by time, the same letter once."""

    folder: Path
    sender: str
    clock: Clock = system_clock

    def send(self, letter: Letter) -> None:
        """Write the letter; a reader of the folder never sees half of one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        name = sha256(letter.message_id.encode()).hexdigest()[:12]
        if any(self.folder.glob(f"*-{name}.eml")):
            return
        at = self.clock()
        content = _compose(letter, sender=self.sender, at=at, policy=_IN_A_FILE).as_bytes()
        descriptor, part = tempfile.mkstemp(prefix=".part-", dir=self.folder)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).rename(self.folder / f"{at:%Y%m%dT%H%M%S}-{name}.eml")
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise


def open_mail(settings: Settings, *, clock: Clock = system_clock) -> Mail:
    """Open the way out that the settings ask for.

    Raises:
        Invalid: ``settings.unusable`` names ``CONTEST_MAIL``.
    """
    if settings.mail == "folder":
        return FolderMail(folder=settings.instance / "mail", sender=settings.mail_from, clock=clock)
    parts = urlsplit(settings.mail)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise Invalid("settings.unusable", name="CONTEST_MAIL", given=parts.scheme or settings.mail)
    return SmtpMail(
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        sender=settings.mail_from,
        encrypted_from_start=parts.scheme == "smtps",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        clock=clock,
    )


def _compose(letter: Letter, *, sender: str, at: datetime, policy: "EmailPolicy[EmailMessage]") -> EmailMessage:
    message = EmailMessage(policy=policy)
    message["From"] = sender
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers to us
    message.set_content(letter.text, cte="8bit" if policy.cte_type == "8bit" else None)
    return message


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return False
