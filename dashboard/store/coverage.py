"""What rows of history were made from, and what each source cannot know: one list for who writes, who reads and who explains.

`live`: the switch's events, everything. `queue_log`: only what the switch's own log of queues says. Columns that a source lacks are
null where the table allows it, else 0 or empty: a reader shows "–" for them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, Table, func, select

from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    offers,
    own_calls,
    queue_intervals,
    visits,
)

LIVE: Final = "live"
QUEUE_LOG: Final = "queue_log"

_TIMES: Final = frozenset({
    "talking_ms", "holding_ms", "wrapping_up_ms", "ringing_ms", "available_ms", "other_call_ms", "monitoring_ms",
    "unreachable_ms", "signed_in_ms",
})  # fmt: skip
_OWN: Final = frozenset({"dialled", "connected", "effective", "own_calls", "own_s"})

LACKING: Final[dict[str, dict[Table, frozenset[str]]]] = {
    LIVE: {},
    QUEUE_LOG: {
        visits: frozenset({"rang_at_end", "caller_name", "priority", "hold_s", "wrap_ms"}),
        offers: frozenset(),
        own_calls: frozenset(column.name for column in own_calls.columns),
        agent_states: frozenset(),
        queue_intervals: frozenset({"abandoned_ringing", "hold_s", "wrap_ms", "rejected", "refused"}),
        agent_intervals: frozenset({"hold_s", "wrap_ms", "rejected"}) | _OWN | _TIMES,
    },
}
"""By coverage and table: the columns that say nothing. `talk_s` holds holds where `hold_s` is unknown, `missed` rejected offers where
`rejected` is. Of `own_calls` there is no row at all; of `agent_states` only `talking` and `paused`."""

STATES_OF_LOG: Final = frozenset({"talking", "paused"})


def lacking(coverage: str, table: Table) -> frozenset[str]:
    """The columns of the table that say nothing in rows of that coverage."""
    return LACKING.get(coverage, {}).get(table, frozenset())


def coverages(table: Table, *where: ColumnElement[bool]) -> object:
    """A query of the coverages there are among the rows: for a reader who has to say what its numbers lack."""
    return select(func.distinct(table.c.coverage)).where(*where)
