"""Numbers as findings show them: rounded away from a limit, so that what misses it never looks equal to it."""

MEGABYTE = 1024 * 1024


def tenths_down(value: int, unit: int) -> str:
    """Give a number of units with one decimal, rounded down; whole ones without a decimal."""
    return _tenths(value * 10 // unit)


def tenths_up(value: int, unit: int) -> str:
    """Give a number of units with one decimal, rounded up; whole ones without a decimal."""
    return _tenths(-(-value * 10 // unit))


def _tenths(tenths: int) -> str:
    whole, rest = divmod(tenths, 10)
    return f"{whole}.{rest}" if rest else str(whole)
