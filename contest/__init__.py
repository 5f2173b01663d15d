"""A photo contest from the call for entries to the printed album."""

__version__ = "0.1.0"
