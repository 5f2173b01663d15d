"""A private PostgreSQL server for a test run: made in a temporary folder, reached by a socket, gone afterwards."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import make_url


def programs() -> Path | None:
    """Find the folder of initdb and pg_ctl: on the path, or where Debian keeps them."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    kept = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return kept[-1].parent if kept else None


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """Start a server in ``folder`` and give the address of its database.

    PostgreSQL refuses to run as root, so root lends the folder to the system's ``postgres`` user.
    """
    bin_folder = programs()
    if bin_folder is None:
        raise FileNotFoundError("initdb")
    is_root = os.geteuid() == 0
    owner = "postgres" if is_root else getpass.getuser()
    prefix = ["runuser", "-u", owner, "--"] if is_root else []
    if is_root:
        shutil.chown(folder, owner)
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*prefix, *command], check=True, capture_output=True, cwd=folder)

    run(str(bin_folder / "initdb"), "-D", str(data), "-U", owner, "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c max_connections=60"
    run(str(bin_folder / "pg_ctl"), "-D", str(data), "-o", options, "-w", "-l", str(folder / "log"), "start")
    try:
        yield f"postgresql+psycopg://{owner}@/postgres?host={folder}"
    finally:
        run(str(bin_folder / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")


def other(address: str, name: str) -> str:
    """Give the address of another database of the same server."""
    return make_url(address).set(database=name).render_as_string(hide_password=False)
