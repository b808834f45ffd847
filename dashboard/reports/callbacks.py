"""Callers who gave up and are to be called back: each number once, struck off when they came again or were called back.

Struck off: a later visit of the number that was answered or still waits, or a later outbound call of an agent to it that was
connected. Both count only where the actor may see them. Numbers are compared by their keyed hash; a caller without a number is a line of
their own and can only be struck off by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from dashboard.access.actor import Actor
from dashboard.reports.room import Room

PAGE: Final = 200

Struck = Literal["", "came_again", "called_back"]


@dataclass(frozen=True, slots=True)
class Callback:
    """`number`: masked, None for none. `tries`: how often they gave up within the period; the other fields are of the last time. `contact`:
    its key (`switch/boot/call`). `is_short`: within the queue's short-abandon limit. `struck_ms`, `struck_by`: when, and the agent who
    answered or called (None: nobody yet, or out of sight). `called_ms`: the last outbound call that was not connected."""

    contact: str
    queue: str
    number: str | None
    caller_name: str | None
    at_ms: int
    left_ms: int | None
    wait_s: int | None
    is_short: bool
    rang_at_end: bool
    tries: int
    struck: Struck = ""
    struck_ms: int | None = None
    struck_by: str | None = None
    called_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The newest first. `open`, `struck`: how many there are in all; `is_cut`: more than were listed."""

    lines: tuple[Callback, ...]
    open: int
    struck: int
    is_cut: bool


class CallbackRoom:
    """Reads visits and agents' own calls."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def listed(
        self,
        actor: Actor,
        from_day: date | None = None,
        to_day: date | None = None,
        *,
        queues: Sequence[str] = (),
        with_struck: bool = True,
        with_short: bool = True,
        most: int = PAGE,
    ) -> Callbacks:
        """Who gave up on these business days (today). Raises `Denied`."""
        raise NotImplementedError
