"""Pictures that were handed in twice, or resemble others: exact copies, the same picture changed, parts of it.

`exact` needs the rows alone and runs with every change; `pairs` says what is known of pairs; `series` looks at one
entry; `comparing` and `archive` find resemblances, in a worker or a command: they load numpy, no page may.
"""

from contest.entries.twins.exact import mark_twins
from contest.entries.twins.pairs import mark_pairs
from contest.entries.twins.series import mark_series

__all__ = ["mark_pairs", "mark_series", "mark_twins"]
