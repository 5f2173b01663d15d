"""The printable album of a result set."""
