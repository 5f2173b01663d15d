"""The command `contest inspect`: what files say about themselves, and what a contest's terms make of them."""

import errno
import hashlib
import json
import os
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

import click

from contest.inspection.checks import DEFAULTS, Finding, check
from contest.inspection.checks.sentences import N_
from contest.inspection.facts import Facts
from contest.inspection.report import Report
from contest.inspection.sandbox import Sandbox, SandboxBroken
from contest.inspection.sniff import SNIFFED_BYTES, sniff
from contest.inspection.terms import PHOTO_FORMATS, PhotoTerms
from contest.inspection.words import told, translate
from contest.kernel.clock import system_clock

MISSING: Final = 2
ANY_FORMAT: Final = PhotoTerms(formats=PHOTO_FORMATS, bytes_max=None)
"""Without a contest's terms every photograph is welcome."""

FACTS: Final = (
    "captured_at",
    "captured_at_source",
    "utc_offset",
    "subsec",
    "make",
    "model",
    "lens_model",
    "f_number",
    "exposure_s",
    "iso",
    "focal_length_mm",
    "orientation",
    "latitude",
    "longitude",
    "software",
    "artist",
    "copyright",
    "image_description",
    "xp_title",
    "iptc_caption",
    "iptc_byline",
    "xmp_creators",
    "digital_source_type",
    "icc_profile",
    "has_thumbnail",
)
_SEVERITIES: Final = {
    "reject": N_("Against the terms"),
    "flag": N_("To be looked at"),
    "note": N_("For information"),
}
_MEETS: Final = N_("Meets the terms.")
_CLEAR_LINE: Final = "\r\x1b[K"


class Inspected(NamedTuple):
    """One file's answer."""

    path: Path
    report: Report
    sha256: str
    findings: list[Finding]
    cpu_s: float


@click.command(name="inspect")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.option(
    "--terms",
    "terms_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Hold the files against a contest's photo terms in this TOML file.",
)
@click.option("--quick", is_flag=True, help="Read headers and metadata only; leave the pixels alone.")
@click.pass_context
def command(
    context: click.Context, *, files: tuple[Path, ...], as_json: bool, terms_file: Path | None, quick: bool
) -> None:
    """Tell what picture files say about themselves and what is wrong with them.

    A folder is walked. Everything is read and decoded in a locked-in child process, as uploads are; no database is
    needed. A broken file is an answer like any other (exit code 0); a missing one is told of (exit code 2).
    """
    terms = _terms(terms_file)
    found, missing = _found(files)
    shown = any(path.is_dir() for path in files)
    with (
        TemporaryDirectory(prefix="inspect-") as folder,
        Sandbox(work_dir=Path(folder)) as sandbox,
        click.progressbar(found, file=sys.stderr, hidden=not shown, show_pos=True) as progress,
    ):
        for path in progress:
            try:
                answer = inspect_file(path, sandbox=sandbox, terms=terms, decode=not quick)
            except OSError as error:
                missing.append(f"{_shown(path)}: {error.strerror}")
                continue
            if shown and sys.stderr.isatty() and sys.stdout.isatty():
                click.echo(_CLEAR_LINE, nl=False, err=True)
            click.echo(json.dumps(as_plain(answer), ensure_ascii=False) if as_json else _as_text(answer))
    for one in missing:
        click.echo(one, err=True)
    context.exit(MISSING if missing else 0)


commands: list[click.Command] = [command]


def inspect_file(path: Path, *, sandbox: Sandbox, terms: PhotoTerms, decode: bool) -> Inspected:
    """Inspect one file; one over which the sandbox breaks is unreadable, whatever its headers may still say.

    Raises:
        OSError: It cannot be opened.
    """
    began_s = time.process_time() + sandbox.cpu_s
    digest = _digest(path)
    try:
        report = sandbox.inspect(path, decode=decode)
    except SandboxBroken as broken:
        if broken.code == "sandbox.unavailable":
            raise
        report = _unreadable(path, sandbox)
    return Inspected(
        path=path,
        report=report,
        sha256=digest,
        findings=check(report, terms, received_at=system_clock(), file_name=path.name),
        cpu_s=time.process_time() + sandbox.cpu_s - began_s,
    )


def as_plain(answer: Inspected) -> dict[str, Any]:
    """Give an answer as plain JSON values; what a file does not say is None."""
    report = answer.report
    return {
        "path": _shown(answer.path),
        "format": report.format,
        "width_px": report.width_px,
        "height_px": report.height_px,
        "frames": None if report.width_px is None else report.frames,
        "sha256": answer.sha256,
        "facts": {name: _plain_fact(report.facts, name) for name in FACTS},
        "findings": [
            {**one.to_json(), "en": told(one, language="en"), "zh": told(one, language="zh_Hans")}
            for one in answer.findings
        ],
        "seconds_cpu": round(answer.cpu_s, 4),
    }


def _plain_fact(facts: Facts, name: str) -> Any:
    value = getattr(facts, name)
    return (list(value) or None) if isinstance(value, tuple) else value


def _as_text(answer: Inspected) -> str:
    """Say an answer in lines for a person: the file, what took it, then one line a finding."""
    report, facts = answer.report, answer.report.facts
    spoken = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    language = "zh_Hans" if spoken.startswith("zh") else "en"
    size = f"{report.width_px} × {report.height_px} px" if report.width_px else ""
    taken = (facts.captured_at or "").replace("T", " ")
    told_of = (report.format or "?", size, taken, facts.make or "", facts.model or "")
    lines = [f"{_shown(answer.path)}: {', '.join(filter(None, told_of))}"]
    for one in answer.findings:
        severity = translate(_SEVERITIES[one.severity], language=language)
        lines.append(f"  {severity} [{one.code}] {told(one, language=language)}")
    return "\n".join(lines if answer.findings else [*lines, f"  {translate(_MEETS, language=language)}"])


def _terms(path: Path | None) -> PhotoTerms:
    if path is None:
        return ANY_FORMAT
    try:
        terms = PhotoTerms.from_toml(path.read_text(encoding="utf-8"))
    except ValueError as wrong:
        raise click.BadParameter(f"{_shown(path)}: {wrong}", param_hint="--terms") from wrong
    known = {*DEFAULTS, *(code.partition(".")[0] for code in DEFAULTS)}
    if unknown := sorted(set(terms.severities) - known):
        raise click.BadParameter(f"{_shown(path)}: severities: {', '.join(unknown)}", param_hint="--terms")
    return terms


def _shown(path: Path) -> str:
    """Give a path as text, also where a name is none: other systems' names need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _found(paths: Sequence[Path]) -> tuple[list[Path], list[str]]:
    """Give the files to inspect, those of folders in order, and what is missing."""
    found: list[Path] = []
    missing: list[str] = []
    for path in paths:
        if path.is_dir():
            found += _walked(path)
        elif path.is_file():
            found.append(path)
        else:
            missing.append(f"{_shown(path)}: {os.strerror(errno.ENOENT)}")
    return found, missing


def _walked(folder: Path) -> Iterator[Path]:
    """Give all files below a folder but hidden ones, in the order of their names; links to folders are left."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place) / name
            if not name.startswith(".") and path.is_file():
                yield path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unreadable(path: Path, sandbox: Sandbox) -> Report:
    """Report what the headers of a file say on which decoding broke; nothing at all where they break it, too."""
    try:
        report = sandbox.inspect(path, decode=False)
    except SandboxBroken:
        with path.open("rb") as file:
            report = Report(format=sniff(file.read(SNIFFED_BYTES)), bytes=path.stat().st_size)
    return replace(report, decodes=False, refusal="F02.unreadable")
