"""Commands of publishing."""

import click

commands: list[click.Command] = []
