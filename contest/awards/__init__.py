"""From a ranking to tiers, and the sealed result set."""
