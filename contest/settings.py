"""How this instance is set up: one frozen record, read from the environment once.

Every field is described in docs/reference/settings.md; a test fails when one is missing there.
"""

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from urllib.parse import urlsplit

from contest.kernel.errors import Invalid

EVERYWHERE: Final = frozenset({"0.0.0.0", "::"})  # noqa: S104 - what HOST may say, not what is listened on here
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SECRET_CHARACTERS_MIN: Final = 32
PORT_MAX: Final = 65_535
_WHOLE: Final = re.compile(r"[0-9]{1,6}")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator may choose; see `from_env` for the names and defaults.

    Attributes:
        data: Folder that holds everything: `instance/` (database, secret, mail folder) and `uploads/` (files).
        database: Address of the database.
        secret: Signs cookies, receipts and file addresses; at least 32 characters.
        host, port: Where `contest serve` listens.
        address: The service's public address, without a slash at the end; links in mails start with it.
        proxies: How many proxies of the operator's own stand between the visitors and `contest serve`.
        mail: "folder" (letters become .eml files in `instance/mail`) or "smtp://user:password@host:port".
        mail_from: Sender of every letter.
        upload_bytes_max: Largest file that anybody may send, whatever a contest's terms say.
        languages: Languages of the pages, the first is the default of the front door.
    """

    data: Path
    database: str
    secret: str
    host: str = "127.0.0.1"
    port: int = 8000
    address: str = "http://127.0.0.1:8000"
    proxies: int = 0
    mail: str = "folder"
    mail_from: str = "contest@localhost"
    upload_bytes_max: int = 200 * 1024 * 1024
    languages: tuple[str, ...] = ("zh_Hans", "en")

    @property
    def instance(self) -> Path:
        """Give the folder of the database, the secret and the mail folder."""
        return self.data / "instance"

    @property
    def uploads(self) -> Path:
        """Give the folder of all files: incoming, originals, derivatives, builds."""
        return self.data / "uploads"

    @property
    def is_https(self) -> bool:
        """Tell whether the public address is encrypted; cookies are then marked secure."""
        return self.address.startswith("https://")

    @property
    def public_name(self) -> str:
        """Give the host name of the public address, in lower case and without the port."""
        return urlsplit(self.address).hostname or ""

    @property
    def own_names(self) -> frozenset[str] | None:
        """Give the host names that requests may ask for; None where any will do.

        Any will do where the service listens everywhere and nobody has said what it is called.
        """
        return None if self.public_name in EVERYWHERE else LOOPBACK | {self.public_name}

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from environment variables.

        Raises:
            Invalid: ``settings.unusable`` names the variable that cannot be used and why; ``data.not_writable``.
        """
        env = os.environ if environ is None else environ
        data = Path(env.get("CONTEST_DATA") or ".").resolve()
        host = env.get("HOST") or "127.0.0.1"
        for folder in (data / "instance", data / "uploads"):
            _make_writable(folder)
        port = _whole(env, "PORT", 8000, least=1, most=PORT_MAX)
        shown = f"[{host}]" if ":" in host else host
        return cls(
            data=data,
            database=env.get("CONTEST_DATABASE") or f"sqlite:///{data / 'instance' / 'contest.sqlite'}",
            secret=_given_secret(env) or _kept_secret(data / "instance" / "secret"),
            host=host,
            port=port,
            address=_given_address(env) or f"http://{shown}:{port}",
            proxies=_whole(env, "CONTEST_PROXIES", 0, least=0),
            mail=env.get("CONTEST_MAIL") or "folder",
            mail_from=env.get("CONTEST_MAIL_FROM") or "contest@localhost",
            upload_bytes_max=_whole(env, "CONTEST_UPLOAD_MB", 200, least=1) * 1024 * 1024,
        )


def _whole(env: Mapping[str, str], name: str, otherwise: int, *, least: int, most: int = 999_999) -> int:
    given = env.get(name)
    if not given:
        return otherwise
    if not _WHOLE.fullmatch(given) or not least <= int(given) <= most:
        raise Invalid("settings.unusable", name=name, given=given)
    return int(given)


def _make_writable(folder: Path) -> None:
    """Make a folder for this user's eyes only: it holds letters, works and who made them."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as refused:
        raise Invalid("data.not_writable", folder=str(folder)) from refused
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Invalid("data.not_writable", folder=str(folder))


def _given_address(env: Mapping[str, str]) -> str:
    given = (env.get("CONTEST_ADDRESS") or "").rstrip("/")
    parts = urlsplit(given)
    if given and not (parts.scheme in {"http", "https"} and parts.hostname):
        raise Invalid("settings.unusable", name="CONTEST_ADDRESS", given=given)
    return given


def _given_secret(env: Mapping[str, str]) -> str:
    given = env.get("CONTEST_SECRET") or ""
    if given and len(given) < SECRET_CHARACTERS_MIN:
        raise Invalid("settings.unusable", name="CONTEST_SECRET", given=f"{len(given)} < {SECRET_CHARACTERS_MIN}")
    return given


def _kept_secret(path: Path) -> str:
    """Read the instance's secret, or make it at the first start; only this user may read it.

    It appears whole under its name, and where two processes start at once both get the same one.
    """
    if not path.exists():
        with NamedTemporaryFile("w", dir=path.parent) as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            with suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
