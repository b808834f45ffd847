"""Which counters there are, as positions in an array: one list for queues, one for agents.

Every figure over a window is made from these and from the wait histograms, never from another ratio or mean. Queue counters
of basis J are booked at the time a visit joined, all others of a queue (E) at the time of the fact. An agent's E counters
come first, then the milliseconds spent in each part of the day (C): those parts add up to `SIGNED_IN_MS`, always.
`UNTIMED` handlings are those whose length nobody knows; `A_OWN` are external calls outside any queue.
"""

from __future__ import annotations

from typing import Final

# -- queues: J, by the visit's joining
OFFERED: Final = 0
ANSWERED: Final = 1
ABANDONED: Final = 2
ABANDONED_RINGING: Final = 3
LEFT_TIMEOUT: Final = 4
LEFT_KEY: Final = 5
LEFT_EMPTY: Final = 6
LEFT_WITHDRAW: Final = 7
LEFT_TRANSFER: Final = 8
LEFT_CALLBACK: Final = 9
LEFT_UNKNOWN: Final = 10
LOST: Final = 11
REPEAT: Final = 12
WAIT_ANSWERED_S: Final = 13
WAIT_ABANDONED_S: Final = 14
# -- queues: E, by the fact
HANDLED: Final = 15
UNTIMED: Final = 16
TALK_S: Final = 17
HOLD_S: Final = 18
WRAP_MS: Final = 19
MISSED: Final = 20
REJECTED: Final = 21
TRANSFERRED_OUT: Final = 22
TRANSFERRED_IN: Final = 23
OVERFLOW_OUT: Final = 24
OVERFLOW_IN: Final = 25
HUNG_UP_BY_AGENT: Final = 26
REFUSED: Final = 27
QUEUE_COUNTERS: Final = 28

LEFT_REASONS: Final = {
    "timeout": LEFT_TIMEOUT,
    "key": LEFT_KEY,
    "empty": LEFT_EMPTY,
    "withdraw": LEFT_WITHDRAW,
    "transfer": LEFT_TRANSFER,
    "callback": LEFT_CALLBACK,
    "unknown": LEFT_UNKNOWN,
    "lost": LOST,
}
"""`lost` is a counter of its own beside `left_otherwise`."""

# -- facts about waits: booked like counters, kept as histograms; with `TAKEN_BACK` set the wait is counted out again
WAITED_ANSWERED: Final = 32
WAITED_ABANDONED: Final = 33
WAITED_LEFT: Final = 34
TAKEN_BACK: Final = 4

# -- agents: E
A_HANDLED: Final = 0
A_UNTIMED: Final = 1
A_TALK_S: Final = 2
A_HOLD_S: Final = 3
A_WRAP_MS: Final = 4
A_MISSED: Final = 5
A_REJECTED: Final = 6
A_DIALLED: Final = 7
A_CONNECTED: Final = 8
A_EFFECTIVE: Final = 9
A_OWN: Final = 10
A_OWN_S: Final = 11
A_TRANSFERS: Final = 12
A_HUNG_UP_FIRST: Final = 13
A_LONGEST_S: Final = 14
A_LAST_CALL_MS: Final = 15
AGENT_EVENTS: Final = 16
A_HIGHEST: Final = frozenset({A_LONGEST_S, A_LAST_CALL_MS})
"""These keep the highest value seen; all others add up."""

# -- agents: C, milliseconds
TALK_MS: Final = 16
HOLD_MS: Final = 17
WRAP_UP_MS: Final = 18
RING_MS: Final = 19
AVAILABLE_MS: Final = 20
PAUSED_MS: Final = 21
OTHER_CALL_MS: Final = 22
MONITORING_MS: Final = 23
UNREACHABLE_MS: Final = 24
SIGNED_IN_MS: Final = 25
AGENT_COUNTERS: Final = 26


# -- names: of columns in the history, in the order of the positions above
QUEUE_NAMES: Final = (
    "offered", "answered", "abandoned", "abandoned_ringing", "left_timeout", "left_key", "left_empty", "left_withdraw",
    "left_transfer", "left_callback", "left_unknown", "lost", "repeat_visits", "wait_answered_s", "wait_abandoned_s",
    "handled", "untimed", "talk_s", "hold_s", "wrap_ms", "missed", "rejected", "transferred_out", "transferred_in",
    "overflow_out", "overflow_in", "hung_up_by_agent", "refused",
)  # fmt: skip
AGENT_NAMES: Final = (
    "handled", "untimed", "talk_s", "hold_s", "wrap_ms", "missed", "rejected", "dialled", "connected", "effective",
    "own_calls", "own_s", "transfers", "hung_up_first", "longest_s", "last_call_ms",
    "talking_ms", "holding_ms", "wrapping_up_ms", "ringing_ms", "available_ms", "paused_ms", "other_call_ms",
    "monitoring_ms", "unreachable_ms", "signed_in_ms",
)  # fmt: skip
