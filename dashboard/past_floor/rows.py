"""Rows of the past's frames for the history's tables: ids as the switch would have given them, numbers masked and hashed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from collectors.simulator.staff import Staff
from dashboard.access.masking import masked

STATE_NAMES = (
    "signed_out", "available", "ringing", "talking", "talking", "holding", "wrapping_up", "paused", "unreachable",
)  # fmt: skip
_INTERNAL = 4

VISIT_COLUMNS = (
    "site", "switch", "boot", "call", "visit", "queue", "at_ms", "joined_ms", "wait_s", "outcome", "reason", "rang_at_end",
    "is_repeat", "number_masked", "number_hash", "number", "caller_name", "priority", "agent", "answered_ms", "ended_ms",
    "ended_by", "talk_s", "hold_s", "wrap_ms", "transfer_kind", "transfer_target", "transfer_queue", "offers", "coverage",
)  # fmt: skip
OFFER_COLUMNS = (
    "site", "switch", "boot", "call", "visit", "queue", "agent", "started_ms", "ended_ms", "outcome", "ring_s", "coverage",
)  # fmt: skip
OWN_CALL_COLUMNS = (
    "site", "switch", "boot", "call", "agent", "kind", "started_ms", "connected_ms", "ended_ms", "ended_by", "talk_s",
    "number_masked", "number_hash", "number", "coverage",
)  # fmt: skip
STATE_COLUMNS = ("site", "agent", "start_ms", "end_ms", "state", "reason", "is_internal", "queue", "call", "coverage")


@dataclass(frozen=True)
class Naming:
    """Whose past it is. `hashed`: a number's keyed hash; `keeps_numbers`: whole numbers are written too."""

    site: str
    switch: str
    boot: str
    hashed: Callable[[str], bytes]
    keeps_numbers: bool = False


class Rows:
    """The rows of one floor's past."""

    def __init__(self, naming: Naming, staff: Staff) -> None:
        self.naming = naming
        self._queues: list[str | None] = [*(queue.id for queue in staff.queues), None]
        self._agents: list[str | None] = [*(agent.interface for agent in staff.agents), None]

    def queue(self, place: int) -> str | None:
        """The queue's id; None for -1."""
        return self._queues[place]

    def agent(self, place: int) -> str | None:
        """The agent's id; None for -1."""
        return self._agents[place]

    def _number(self, number: int) -> tuple[str | None, bytes | None, str | None]:
        if number < 0:
            return None, None, None
        text = f"1{'3578'[number % 4]}{number * 7919 % 10**9:09d}"
        return masked(text), self.naming.hashed(text), text if self.naming.keeps_numbers else None

    def visits(self, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Rows of `VISIT_COLUMNS`."""
        head = (self.naming.site, self.naming.switch, self.naming.boot)
        for (
            contact, first_ms, visit, queue, joined_ms, wait_s, outcome, reason, rang, is_repeat, number, name, agent, answered_ms,
            ended_ms, ended_by, talk_s, hold_s, wrap_ms, kind, target, to_queue, offers, _from, _kind,
        ) in _tuples(frame):  # fmt: skip
            is_answered = agent >= 0
            yield (
                *head, _call(contact, first_ms), visit, self._queues[queue], joined_ms, joined_ms, wait_s, outcome, reason or None,
                rang, is_repeat, *self._number(number), name or None, 0, self._agents[agent],
                answered_ms if is_answered else None, ended_ms, ended_by or None, talk_s - hold_s if is_answered else None,
                hold_s if is_answered else None, wrap_ms if is_answered else None, kind or None, target or None,
                self._queues[to_queue], offers, "live",
            )  # fmt: skip

    def offers(self, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Rows of `OFFER_COLUMNS`."""
        head = (self.naming.site, self.naming.switch, self.naming.boot)
        for contact, first_ms, visit, queue, agent, started_ms, ended_ms, outcome, ring_s in _tuples(frame):
            yield (
                *head, _call(contact, first_ms), visit, self._queues[queue], self._agents[agent], started_ms, ended_ms,
                outcome, ring_s, "live",
            )  # fmt: skip

    def own_calls(self, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Rows of `OWN_CALL_COLUMNS`."""
        head = (self.naming.site, self.naming.switch, self.naming.boot)
        for contact, agent, kind, number, started_ms, connected_ms, ended_ms, ended_by in _tuples(frame):
            is_connected = connected_ms >= 0
            yield (
                *head, _call(contact, started_ms), self._agents[agent], kind, started_ms,
                connected_ms if is_connected else None, ended_ms, ended_by,
                (ended_ms - connected_ms) // 1000 if is_connected else None, *self._number(number), "live",
            )  # fmt: skip

    def states(self, frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
        """Rows of `STATE_COLUMNS`."""
        head = f"{self.naming.switch}/{self.naming.boot}"
        for agent, start_ms, end_ms, state, reason, queue, contact, first_ms, visit in _tuples(frame):
            call = f"{head}/{_call(contact, first_ms)}/{visit}" if contact else None
            yield (
                self.naming.site, self._agents[agent], start_ms, end_ms, STATE_NAMES[state], reason or None,
                state == _INTERNAL, self._queues[queue], call, "live",
            )  # fmt: skip


def _tuples(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    columns: Sequence[list[Any]] = [frame[column].tolist() for column in frame.columns]
    return zip(*columns, strict=True)


def _call(contact: int, first_ms: int) -> str:
    return f"{first_ms // 1000}.{contact}"
