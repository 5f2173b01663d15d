"""The instance's own signature (Ed25519): one key, made at its first use, that stays in the instance's folder."""

import os
from contextlib import suppress
from pathlib import Path
from threading import get_ident
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

KEY_FILE: Final = "signing-key.pem"


class Signer:
    """Signs for one instance; keep a copy of its key file: a new key cannot speak for the old one's records."""

    def __init__(self, instance: Path) -> None:
        self._path = instance / KEY_FILE

    def sign(self, text: str) -> str:
        """Sign a text; 128 hexadecimal digits."""
        return self._key().sign(text.encode()).hex()

    @property
    def public_key(self) -> str:
        """Give the key by which everybody can check; 64 hexadecimal digits."""
        return self._key().public_key().public_bytes_raw().hex()

    def _key(self) -> Ed25519PrivateKey:
        if not self._path.exists():
            made = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = self._path.with_suffix(f".{os.getpid()}-{get_ident()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(made)
            with suppress(FileExistsError):  # another process was quicker: its key is the instance's
                os.link(fresh, self._path)
            fresh.unlink()
        key = load_pem_private_key(self._path.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(KEY_FILE)
        return key


def is_signed(text: str, *, signature: str, public_key: str) -> bool:
    """Tell whether a text was signed with the key that goes with this public one; False also for what is neither."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True
