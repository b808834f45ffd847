"""What can happen to a supervisor's session, as values: by the switch, by people, by time."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.events import MonitorMode
from dashboard.control.asterisk.recipes import Spot
from dashboard.supervision.reasons import Reason


@dataclass(frozen=True, slots=True)
class Wish:
    """Another mode is wanted, by the command `command`, until `due_ms`."""

    command: str
    mode: MonitorMode
    due_ms: int


@dataclass(frozen=True, slots=True)
class BrowserCame:
    """The browser's socket stands."""


@dataclass(frozen=True, slots=True)
class Answered:
    """The supervisor's phone was answered (OriginateResponse Success)."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """OriginateResponse Failure. `never_made`: there was no leg, so no Hangup will say why."""

    never_made: Reason | None = None


@dataclass(frozen=True, slots=True)
class SpyStarted:
    """ChanSpyStart of our leg: on which leg, and by which extension (None: none of ours)."""

    target: str
    mode: MonitorMode | None
    is_right: bool = True
    """Whether that leg is still in the call that was meant."""


@dataclass(frozen=True, slots=True)
class SpyStopped:
    """ChanSpyStop of our leg."""


@dataclass(frozen=True, slots=True)
class Bridged:
    """Our leg is in one bridge with the caller that was meant."""

    is_right: bool = True


@dataclass(frozen=True, slots=True)
class LegGone:
    """Our leg was hung up. `by_itself`: its phone or browser asked for it. `unanswered`: what the cause means if nobody had
    answered. `target_is_there`: the leg that it should join is up."""

    unanswered: Reason
    by_itself: bool = False
    target_is_there: bool = False
    ended: Reason = Reason.CALL_ENDED


@dataclass(frozen=True, slots=True)
class Refused:
    """The switch answered what was sent last with an error."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class AgentFound:
    """The caller's next agent, whom this supervisor may hear."""

    agent: str
    visit: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Stop:
    """It has to end, for a reason."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Late:
    """The deadline of the state passed."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Nobody can say any more what the leg does: the link is lost, the switch or we begin anew."""

    reason: Reason


Event = (
    Wish
    | BrowserCame
    | Answered
    | Unanswered
    | SpyStarted
    | SpyStopped
    | Bridged
    | LegGone
    | Refused
    | AgentFound
    | Stop
    | Late
    | Cut
)
