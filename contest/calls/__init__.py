"""A contest and its call for entries: notice, dates, categories, terms, prize tiers."""
