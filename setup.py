"""What a wheel needs beyond pyproject.toml: the templates, which lie beside the package, and compiled catalogues."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import find_packages, setup

for catalogue in Path("contest/locale").glob("*/LC_MESSAGES/messages.po"):
    with catalogue.open("rb") as texts, catalogue.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, read_po(texts, locale=catalogue.parts[2]))

setup(
    packages=[*find_packages(include=["contest", "contest.*"]), "contest.templates"],
    package_dir={"contest.templates": "templates"},
)
