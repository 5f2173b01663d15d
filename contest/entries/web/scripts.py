"""Scripts of others that may be there or not."""

from pathlib import Path
from typing import Final

from flask import current_app

TUS: Final = "vendor/tus.min.js"


def tus_address() -> str | None:
    """Give the name of the resumable uploader for ``asset``, None where it was not brought: pages work without."""
    return TUS if (Path(current_app.root_path) / "static" / TUS).is_file() else None
