"""Pure checks: facts and a contest's terms in, findings out."""
