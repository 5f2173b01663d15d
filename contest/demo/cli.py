"""The command that builds the demonstration contest, and the job that does the same for the button."""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import click

from contest.demo.build import build_demonstration
from contest.demo.staging import Demonstration
from contest.platform.queue import Handler
from contest.web.services import Services

DEMO_JOB: Final = "demo"
BUILD_LIMIT_S: Final = 600

_log = logging.getLogger(__name__)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
@click.pass_obj
def demo(parts: Any, *, as_json: bool) -> None:
    """Build the demonstration contest: made-up pictures, authors, scores, prizes, gallery and album.

    Takes about a minute, prints the addresses, everybody's sign-in and the album's path, and ends. Building it
    twice gives the first one again.
    """
    done = build_demonstration(parts.services, tell=lambda step: None if as_json else click.echo(f"· {step}"))
    if as_json:
        click.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for line in _report(done, parts.services.settings.address):
            click.echo(line)


def handlers(services: Services) -> dict[str, Handler]:
    """Give what builds the demonstration when it is ordered in the browser."""

    def run(_payload: Mapping[str, Any], _at: datetime) -> None:
        build_demonstration(services, tell=_log.info)

    return {DEMO_JOB: Handler(run=run, tries=1, limit_s=BUILD_LIMIT_S)}


def _report(done: Demonstration, address: str) -> list[str]:
    home = f"{address}/contests/{done.short_name}"
    return [
        "",
        f"Contest   {home}/",
        f"Gallery   {home}/gallery/",
        f"Album     {done.album} ({done.album_pages} pages)",
        f"Sign in   {address}/sign-in with the password {done.password}",
        *(f"          {role.role:<14} {role.email:<28} {address}{role.path}" for role in done.roles),
        "Start the service with `make run` (or `contest serve`) in the same CONTEST_DATA to see it.",
    ]


commands: Final = [demo]
