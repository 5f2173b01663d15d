"""How this instance is set up: one frozen record, read from the environment once.

Every field is described in docs/reference/settings.md; a test fails when one is missing there.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contest.kernel.errors import Invalid


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What an operator may choose; see `from_env` for the names and defaults.

    Attributes:
        data: Folder that holds everything: `instance/` (database, secret, mail folder) and `uploads/` (files).
        database: Address of the database.
        secret: Signs cookies, receipts and file addresses; at least 32 characters.
        host, port: Where `contest serve` listens.
        address: The service's public address, without a slash at the end; links in mails start with it.
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
    def public_host(self) -> str:
        """Give host and port of the public address, the only ones that requests may name."""
        return urlsplit(self.address).netloc

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from environment variables.

        Raises:
            Invalid: ``settings.unusable`` names the variable that cannot be used and why.
        """
        env = os.environ if environ is None else environ
        data = Path(env.get("CONTEST_DATA") or ".").resolve()
        host = env.get("HOST") or "127.0.0.1"
        port = _whole(env, "PORT", 8000)
        shown = f"[{host}]" if ":" in host else host
        return cls(
            data=data,
            database=env.get("CONTEST_DATABASE") or f"sqlite:///{data / 'instance' / 'contest.sqlite'}",
            secret=env.get("CONTEST_SECRET") or _kept_secret(data / "instance" / "secret"),
            host=host,
            port=port,
            address=(env.get("CONTEST_ADDRESS") or f"http://{shown}:{port}").rstrip("/"),
            mail=env.get("CONTEST_MAIL") or "folder",
            mail_from=env.get("CONTEST_MAIL_FROM") or "contest@localhost",
            upload_bytes_max=_whole(env, "CONTEST_UPLOAD_MB", 200) * 1024 * 1024,
        )


def _whole(env: Mapping[str, str], name: str, otherwise: int) -> int:
    given = env.get(name)
    if not given:
        return otherwise
    if not given.isdecimal() or int(given) == 0:
        raise Invalid("settings.unusable", name=name, given=given)
    return int(given)


def _kept_secret(path: Path) -> str:
    """Read the instance's secret, or make it at the first start; only this user may read it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
