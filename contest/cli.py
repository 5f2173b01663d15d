"""The `contest` command: starts the service and does from a terminal what the pages do.

Exit codes: 0 done, 1 done in part or found wanting (each command says what), 2 cannot be done as asked.
"""

import logging
import sys
from functools import cached_property
from typing import Any, Final

import click
from flask import Flask
from sqlalchemy.exc import ArgumentError, DatabaseError

from contest import __version__, doctor, migrations, serving
from contest.accounts import jobs as account_jobs
from contest.app import create_app
from contest.calls import cli as calls
from contest.demo import cli as demo
from contest.entries import cli as entries
from contest.entries import jobs as entry_jobs
from contest.inspection import cli as inspection
from contest.judging import cli as judging
from contest.judging import jobs as judging_jobs
from contest.kernel.clock import Clock, system_clock
from contest.kernel.db import Database, open_database
from contest.kernel.errors import ContestError, Invalid
from contest.platform.mail import Mail, open_mail
from contest.platform.queue import EmbeddedQueue, Handler
from contest.platform.store import FolderStore, open_store
from contest.platform.worker import stop_on_signals, work
from contest.publishing import cli as publishing
from contest.publishing import jobs as publishing_jobs
from contest.settings import Settings
from contest.web.sentences import sentence
from contest.web.services import Services

CANNOT: Final = 2


class Parts:
    """The parts of this instance, each opened when a command first needs it."""

    def __init__(self, settings: Settings, clock: Clock = system_clock) -> None:
        self.settings = settings
        self.clock = clock

    @cached_property
    def database(self) -> Database:
        """Open the database and bring it to the newest revision."""
        try:
            database = open_database(self.settings.database)
        except (ArgumentError, ModuleNotFoundError) as unknown:  # may hold a password: only its kind is repeated
            kind = self.settings.database.partition(":")[0]
            raise Invalid("settings.unusable", name="CONTEST_DATABASE", given=kind) from unknown
        try:
            migrations.upgrade(database)
        except DatabaseError as failed:
            place = database.engine.url.render_as_string(hide_password=True)
            reason = str(failed.orig).partition("\n")[0]
            raise Invalid("database.unusable", place=place, reason=reason) from failed
        return database

    @cached_property
    def store(self) -> FolderStore:
        """Open the file store."""
        return open_store(self.settings)

    @cached_property
    def queue(self) -> EmbeddedQueue:
        """Open the job queue."""
        return EmbeddedQueue(self.database)

    @cached_property
    def mail(self) -> Mail:
        """Open the way out for letters."""
        return open_mail(self.settings, clock=self.clock)

    @cached_property
    def services(self) -> Services:
        """Give all parts as one, as pages and jobs take them."""
        return Services(
            settings=self.settings,
            clock=self.clock,
            database=self.database,
            store=self.store,
            queue=self.queue,
            mail=self.mail,
        )

    def handlers(self) -> dict[str, Handler]:
        """Collect how every kind of job is done."""
        capabilities = (account_jobs, entry_jobs, judging_jobs, publishing_jobs, demo)
        return {
            kind: handler
            for capability in capabilities
            for kind, handler in capability.handlers(self.services).items()
        }

    def app(self) -> Flask:
        """Join the parts into the application."""
        return create_app(
            self.settings,
            clock=self.clock,
            database=self.database,
            store=self.store,
            queue=self.queue,
            mail=self.mail,
        )


class SpeakingGroup(click.Group):
    """A group whose commands tell our errors as sentences, in both languages as all that is said on a terminal."""

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentence; click would cut it at the line's end."""
        with formatter.section("Commands"):
            formatter.write_dl(
                [(name, self.commands[name].get_short_help_str(limit=200)) for name in self.list_commands(context)]
            )

    def invoke(self, context: click.Context) -> Any:
        """Run the command; an error of ours becomes its sentence and exit code 2."""
        try:
            return super().invoke(context)
        except ContestError as error:
            for language in Settings.languages:
                click.echo(sentence(error.code, error.facts, language), err=True)
            context.exit(CANNOT)


@click.group(cls=SpeakingGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="contest")
@click.pass_context
def main(context: click.Context) -> None:
    """Run a photo contest, from the call for entries to the printed album.

    Everything lives in one folder, CONTEST_DATA (by default the current one).
    """
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    for chatty in ("alembic", "pikepdf"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    if context.invoked_subcommand not in {command.name for command in (*inspection.commands, *judging.commands)}:
        context.obj = Parts(Settings.from_env())  # which makes the instance's folder and secret


@main.command()
@click.pass_obj
def serve(parts: Parts) -> None:
    """Start the service and a worker beside it; stop both with Ctrl+C.

    Listens on HOST and PORT (127.0.0.1:8000). The first start of an empty instance prints a one-time link to
    create the administrator.
    """
    serving.serve(parts.settings, parts.database, clock=parts.clock, app=parts.app())


@main.command()
@click.pass_obj
def worker(parts: Parts) -> None:
    """Do the work that waits: inspect pictures, send letters, build albums.

    `contest serve` starts one by itself; start more of them where much is waiting.
    """
    stop = stop_on_signals()
    with parts.database.changing() as unit:
        entry_jobs.order_sweep(unit, parts.queue, at=parts.clock())
        publishing_jobs.order_lightening(unit, parts.queue, at=parts.clock())
    work(parts.queue, parts.handlers(), clock=parts.clock, stop=stop)


for command in (
    doctor.command,
    *calls.commands,
    *entries.commands,
    *inspection.commands,
    *judging.commands,
    *publishing.commands,
    *demo.commands,
):
    main.add_command(command)


def application() -> Flask:
    """Give the application for any WSGI server, set up by the environment."""
    return Parts(Settings.from_env()).app()


if __name__ == "__main__":
    sys.exit(main())
