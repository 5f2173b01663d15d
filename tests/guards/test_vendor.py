"""Others' JavaScript is pinned by its bytes, comes without addresses, and its absence is said rather than fatal."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = ("package.json", "package-lock.json", ".npmrc", "scripts/vendor.py")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with what the script needs of the project, and an empty one for programs."""
    for name in FILES:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "bin").mkdir()
    return tmp_path


def _npm(tree: Path, script: str) -> None:
    for name, text in (("npm", script), ("node", "exit 0")):
        program = tree / "bin" / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)


def _vendor(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(tree / "scripts" / "vendor.py"), *words],
        env={"PATH": f"{tree / 'bin'}{os.pathsep}{os.defpath}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_lock_pins_bytes_and_names_no_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]

    assert all("integrity" in package for name, package in packages.items() if name)
    assert not any("resolved" in package for package in packages.values())
    assert all(version[0].isdigit() for version in wanted.values())


def test_where_nothing_can_be_fetched_the_pages_work_without(tree: Path) -> None:
    _npm(tree, "echo 'npm error code EAI_AGAIN' >&2; echo tried >> tries; exit 1")

    first = _vendor(tree)
    second = _vendor(tree)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "EAI_AGAIN" in first.stderr
    assert "Everything else works." in first.stderr
    # A start without a network does not wait for it each time.
    assert "EAI_AGAIN" not in second.stderr
    assert "Everything else works." in second.stderr
    assert "EAI_AGAIN" in _vendor(tree, "--again").stderr


def test_other_bytes_than_the_pinned_ones_stop_the_set_up(tree: Path) -> None:
    _npm(tree, "echo 'npm error code EINTEGRITY' >&2; exit 1")

    ran = _vendor(tree)

    assert ran.returncode == 1
    assert "is not the pinned one" in ran.stderr
    assert not (tree / "contest" / "static" / "vendor").exists()


def test_what_came_is_put_in_place_once(tree: Path) -> None:
    make = (
        "for f in photoswipe/dist/photoswipe.esm.min.js photoswipe/dist/photoswipe-lightbox.esm.min.js"
        " photoswipe/dist/photoswipe.css sortablejs/Sortable.min.js tus-js-client/dist/tus.min.js; do"
        ' mkdir -p "node_modules/$(dirname $f)"; echo "// $f" > "node_modules/$f"; done;'
        " for p in photoswipe sortablejs tus-js-client; do echo '{}' > node_modules/$p/package.json;"
        " echo MIT > node_modules/$p/LICENSE; done"
    )
    _npm(tree, make)
    vendor = tree / "contest" / "static" / "vendor"

    assert _vendor(tree).returncode == 0
    _npm(tree, "echo 'it was asked again' >&2; exit 1")
    again = _vendor(tree)

    assert (again.returncode, again.stderr) == (0, "")
    assert {path.relative_to(vendor).as_posix() for path in vendor.rglob("*") if path.is_file()} == {
        ".lock",
        "Sortable.min.js",
        "licences/photoswipe.txt",
        "licences/sortablejs.txt",
        "licences/tus-js-client.txt",
        "photoswipe-lightbox.esm.min.js",
        "photoswipe.css",
        "photoswipe.esm.min.js",
        "tus.min.js",
    }
