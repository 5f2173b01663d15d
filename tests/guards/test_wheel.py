"""A wheel holds every file that the service reads: templates, catalogues, scripts, presets, the album's data."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
# Compiled code, and the sources of compiled catalogues.
LEFT_OUT = {".pyc", ".po"}


def _folder(package: str) -> Path:
    return ROOT / "templates" if package == "contest.templates" else ROOT.joinpath(*package.split("."))


def test_every_file_that_is_not_code_is_named_in_pyproject() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    named = project["tool"]["setuptools"]["package-data"]
    packed = {file for package, globs in named.items() for one in globs for file in _folder(package).glob(one)}

    needed = {
        file
        for folder in ("contest", "templates")
        for file in (ROOT / folder).rglob("[!.]*")
        if file.is_file() and file.suffix not in LEFT_OUT
    }

    assert {str(file.relative_to(ROOT)) for file in needed - packed if file.suffix != ".py"} == set()


def test_every_folder_with_code_is_a_package_or_named() -> None:
    loose = {
        str(file.parent.relative_to(ROOT))
        for file in (ROOT / "contest").rglob("*.py")
        if not (file.parent / "__init__.py").exists()
    }

    assert loose == {"contest/migrations/versions"}
