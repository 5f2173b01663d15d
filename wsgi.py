"""The application for any WSGI server: settings from the environment, nothing else."""

from contest.cli import application

app = application()
