"""The public gallery of an announced result set."""
