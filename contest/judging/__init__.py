"""Panels, rounds and ballots; sees entries only through entries.blind."""
