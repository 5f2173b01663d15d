"""Ports to the world outside: files, jobs, mail."""
