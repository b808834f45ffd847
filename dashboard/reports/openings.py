"""Into which calls a figure opens: for each metric that counts single facts, the fields of the list of calls that shows them. A table.

A rate or a mean opens into what it is a rate or a mean of. Basis E metrics open by the day in which the handling ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ENDED: Final = {"outcome": "answered", "basis": "ended"}
_MISSED: Final = {"which": "offers", "outcome": "missed"}
_REJECTED: Final = {"which": "offers", "outcome": "rejected"}

OPENINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "offered": {},
    "contacts_entered": {},
    "answered": {"outcome": "answered"},
    "answer_rate": {"outcome": "answered"},
    "abandoned": {"outcome": "abandoned"},
    "abandon_rate": {"outcome": "abandoned"},
    "abandon_rate_net": {"outcome": "abandoned", "short": "no"},
    "abandoned_ringing": {"outcome": "abandoned", "rang": "yes"},
    "abandoned_queued": {"outcome": "abandoned", "rang": "no"},
    "abandoned_short": {"outcome": "abandoned", "short": "yes"},
    "avg_abandon_wait": {"outcome": "abandoned", "sort": "-wait"},
    "left_otherwise": {"outcome": "left"},
    "lost": {"outcome": "left", "reason": "lost"},
    "service_level": {"outcome": "answered", "within": "no"},
    "asa": {"outcome": "answered", "sort": "-wait"},
    "max_wait": {"sort": "-wait"},
    "aht": {**_ENDED, "sort": "-talk"},
    "avg_talk": {**_ENDED, "sort": "-talk"},
    "missed_offers": _MISSED,
    "rejected_offers": _REJECTED,
    "transferred_out": {"transferred": "out", "basis": "ended"},
    "transferred_in": {"transferred": "in"},
    "overflow_in": {"overflow": "in"},
    "overflow_out": {"overflow": "out"},
    "repeat_callers": {"repeat": "yes"},
    "hung_up_by_agent": {**_ENDED, "ended_by": "agent"},
    "calls_handled": _ENDED,
    "calls_missed": _MISSED,
    "calls_rejected": _REJECTED,
    "calls_dialled": {"which": "own", "kind": "outbound"},
    "calls_connected": {"which": "own", "kind": "outbound", "connected": "yes"},
    "connect_rate": {"which": "own", "kind": "outbound", "connected": "no"},
    "transfers": {"transferred": "out", "basis": "ended"},
    "hung_up_first": {**_ENDED, "ended_by": "agent"},
    "longest_call": {**_ENDED, "sort": "-talk"},
}
"""A service level opens into who was answered too late, a connect rate into who was not reached: what to look at."""
