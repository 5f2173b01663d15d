"""Everything that leaves the house; each output reads one announced result set."""
