"""What organizers and administrators do with contests from a terminal."""

import json
from typing import Protocol

import click

from contest.calls import queries
from contest.kernel.clock import Clock
from contest.kernel.db import Database


class Parts(Protocol):
    """The parts of the instance that these commands need."""

    @property
    def database(self) -> Database:
        """The open database."""

    @property
    def clock(self) -> Clock:
        """What gives the present moment."""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_obj
def contests(parts: Parts, *, as_json: bool) -> None:
    """List all contests, drafts included, one a line: short name, state, closing time in UTC, name."""
    with parts.database.reading() as session:
        found = queries.contests(session, at=parts.clock())
    if as_json:
        told = [
            {
                "short_name": line.short_name,
                "state": str(line.state),
                "opens_at": line.opens_at.isoformat(),
                "closes_at": line.closes_at.isoformat(),
                "zone": line.zone,
                "name": {"zh": line.name.zh, "en": line.name.en},
            }
            for line in found
        ]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for line in found:
        name = line.name.zh or line.name.en
        click.echo(f"{line.short_name}  {line.state}  {line.closes_at:%Y-%m-%dT%H:%MZ}  {name}")


commands: list[click.Command] = [contests]
