"""What follows from what happens to a session, as values: what is sent, and what is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from collectors.events import MonitorMode
from dashboard.control.asterisk.recipes import Spot
from dashboard.supervision.reasons import Reason


@dataclass(frozen=True, slots=True)
class Call:
    """Originate."""


@dataclass(frozen=True, slots=True)
class SwitchTo:
    """Redirect to this mode; before it the target is set anew if `spot` is given."""

    mode: MonitorMode
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the leg."""


@dataclass(frozen=True, slots=True)
class Began:
    """Confirmed: the supervisor is in the call."""


@dataclass(frozen=True, slots=True)
class ModeBegan:
    """The mode is another one; `command` asked for it ("": a session that went on with its caller)."""

    command: str
    mode: MonitorMode


@dataclass(frozen=True, slots=True)
class WishOver:
    """A wish comes to nothing."""

    command: str
    state: Literal["refused", "failed", "expired"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Ended:
    """The session is over. `state`: `ended` if it ever began."""

    state: Literal["ended", "failed", "expired"]
    reason: Reason


Deed = Call | SwitchTo | HangUp | Began | ModeBegan | WishOver | Ended
