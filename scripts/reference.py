"""Write docs/reference/{routes,commands,errors,findings}.md from the code: `.venv/bin/python scripts/reference.py`.

The guard tests compare them with the code, so a new page, command or error code asks for a run of this.
"""

import inspect
import tempfile
from pathlib import Path

import click

from contest.cli import Parts, main
from contest.inspection.checks import DEFAULTS, FIXED, Finding
from contest.inspection.checks.sentences import FINDING_SENTENCES
from contest.settings import Settings
from contest.web.access import action_of
from contest.web.sentences import SENTENCES, translate

ROOT = Path(__file__).parent.parent
REFERENCE = ROOT / "docs" / "reference"


def routes() -> str:
    """List every page with its action and what it does."""
    with tempfile.TemporaryDirectory() as folder:
        app = Parts(Settings.from_env({"CONTEST_DATA": folder})).app()
    rows = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods or ()))):
        methods = " ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})) or "OPTIONS"
        told = (inspect.getdoc(app.view_functions[rule.endpoint]) or "").split("\n")[0]
        rows.append(f"| `{rule.rule}` | `{action_of(app, rule.endpoint)}` | {methods} | {told} |")
    return "\n".join(
        [
            "# Pages",
            "",
            "Every address, the one action of [permissions.md](permissions.md) that opens it, and what it does.",
            "",
            "| Address | Action | Methods | What |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


def commands() -> str:
    """List every command with its help and options."""
    parts = [
        "# Commands",
        "",
        "Exit codes: 0 done, 1 done in part or found wanting, 2 cannot be done as asked.",
        "",
    ]
    for name, command in sorted(main.commands.items()):
        usage = command.collect_usage_pieces(click.Context(command))
        parts += [f"## `contest {name}`", "", f"    contest {name} {' '.join(usage)}", ""]
        parts += [inspect.cleandoc(command.help or ""), ""]
        for parameter in command.params:
            if isinstance(parameter, click.Option) and "--help" not in parameter.opts:
                opts = ", ".join(f"`{option}`" for option in parameter.opts)
                parts.append(f"- {opts}: {parameter.help}")
        parts.append("")
    return "\n".join(parts)


def errors() -> str:
    """List every error code with its sentence in both languages."""
    rows = [
        f"| `{code}` | {text} | {translate(text, 'zh_Hans')} |".replace("\n", " ")
        for code, text in sorted(SENTENCES.items())
    ]
    return "\n".join(
        [
            "# Errors",
            "",
            "What people read when something is refused. Codes are stable; `%(name)s` places hold the facts.",
            "",
            "| Code | English | 中文 |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def findings() -> str:
    """List every finding with its default severity, who sees it, and its sentence."""
    rows = []
    for code, severity in DEFAULTS.items():
        seen_by = "both" if Finding(code=code, severity=severity).for_photographer else "organizer"
        weight = f"{severity}, always" if code in FIXED else severity
        rows.append(f"| `{code}` | {weight} | {seen_by} | {FINDING_SENTENCES[code]} |")
    return "\n".join(
        [
            "# Findings",
            "",
            "What inspection says about pictures, see [inspection.md](inspection.md). A contest may give a code,",
            "or all that begin alike (`F06`), another severity: `note`, `flag` (the organizer decides), `reject`,",
            "`off`.",
            "",
            "| Code | By default | Seen by | Sentence |",
            "|---|---|---|---|",
            *rows,
            "",
        ]
    )


PAGES = {"routes": routes, "commands": commands, "errors": errors, "findings": findings}

for page, written in PAGES.items():
    (REFERENCE / f"{page}.md").write_text(written())
    print(f"docs/reference/{page}.md")
