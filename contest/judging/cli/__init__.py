"""Commands of judging, none of which needs an instance."""

from contest.judging.cli import rank, verify

commands = (rank.command, verify.command)
