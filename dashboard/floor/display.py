"""One display state from an agent's axes, by one table.

An agent's axes (presence over its memberships, activity of its phone, reachability) are flags; the first row of `TABLE` whose
flags are all set names the state. Evidence of a bridge comes first: a phone that loses its registration during a call is
talking, not unreachable. Each state is a small number (`code`) so that logs are compact; paused states carry their reason as
`PAUSED + n`, where n is the reason's place in the floor's list.
"""

from __future__ import annotations

from typing import Final

from collectors.events import AgentDisplayState
from dashboard.floor import counters as c

# -- flags of the axes
EXTERNAL: Final = 1
"""In a call with the outside or from a queue, not on hold."""
INTERNAL: Final = 2
EXTERNAL_HELD: Final = 4
INTERNAL_HELD: Final = 8
MONITORING: Final = 16
RINGING: Final = 32
WRAP_UP: Final = 64
UNREACHABLE: Final = 128
PAUSED_ALL: Final = 256
SIGNED_IN: Final = 512
_FLAGS: Final = 1024

# -- codes of the states
TALKING: Final = 0
TALKING_INTERNAL: Final = 1
HOLDING: Final = 2
HOLDING_INTERNAL: Final = 3
MONITORING_CALL: Final = 4
RINGING_PHONE: Final = 5
WRAPPING_UP: Final = 6
NOT_REACHABLE: Final = 7
AVAILABLE: Final = 8
SIGNED_OUT: Final = 9
PAUSED: Final = 32
LAST_CODE: Final = 255

TABLE: Final[tuple[tuple[int, int], ...]] = (
    (EXTERNAL, TALKING),
    (INTERNAL, TALKING_INTERNAL),
    (EXTERNAL_HELD, HOLDING),
    (INTERNAL_HELD, HOLDING_INTERNAL),
    (MONITORING, MONITORING_CALL),
    (RINGING, RINGING_PHONE),
    (WRAP_UP | SIGNED_IN, WRAPPING_UP),
    (UNREACHABLE | SIGNED_IN, NOT_REACHABLE),
    (PAUSED_ALL | SIGNED_IN, PAUSED),
    (SIGNED_IN, AVAILABLE),
    (0, SIGNED_OUT),
)

CODES: Final = bytes(next(code for flags, code in TABLE if mask & flags == flags) for mask in range(_FLAGS))
"""The table, looked up by flags."""

_NAMES: Final[dict[int, AgentDisplayState]] = {
    TALKING: "talking",
    TALKING_INTERNAL: "talking",
    HOLDING: "holding",
    HOLDING_INTERNAL: "holding",
    MONITORING_CALL: "monitoring",
    RINGING_PHONE: "ringing",
    WRAPPING_UP: "wrapping_up",
    NOT_REACHABLE: "unreachable",
    AVAILABLE: "available",
    SIGNED_OUT: "signed_out",
}
NAMES: Final[tuple[AgentDisplayState, ...]] = tuple(
    _NAMES.get(code, "paused" if code >= PAUSED else "signed_out") for code in range(LAST_CODE + 1)
)

_PARTS: Final = {
    TALKING: c.TALK_MS,
    TALKING_INTERNAL: c.OTHER_CALL_MS,
    HOLDING: c.HOLD_MS,
    HOLDING_INTERNAL: c.OTHER_CALL_MS,
    MONITORING_CALL: c.MONITORING_MS,
    RINGING_PHONE: c.RING_MS,
    WRAPPING_UP: c.WRAP_UP_MS,
    NOT_REACHABLE: c.UNREACHABLE_MS,
    AVAILABLE: c.AVAILABLE_MS,
}
PARTS: Final = bytes(_PARTS.get(code, c.PAUSED_MS if code >= PAUSED else 0) for code in range(LAST_CODE + 1))
"""The counter of the time spent in a state; 0 for states that are no part of being signed in."""
