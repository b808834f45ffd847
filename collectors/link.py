"""What a link to a switch gives, whatever the switch: what was heard, and one class for each way in which a life of it ends.

Each error has one sentence that names the place and the remedy.

Invariant: `reason` is a word of `collectors.events.LINK_REASONS`, so that a screen can say why a floor is stale.
"""

# ruff: noqa: N818 — they are named by what happened, as the events are

from __future__ import annotations

from typing import ClassVar, Generic, NamedTuple, TypeVar

from collectors.events import SourceAlive

Message = TypeVar("Message")


class Heard(NamedTuple, Generic[Message]):
    """What came with one chunk, at our time `at_ms`: live events, or the answer to a ping."""

    at_ms: int
    messages: list[Message]
    alive: SourceAlive | None = None


class RingDropped(Exception):
    """The listener fell too far behind; `count` messages since `since_ms` are gone. The link is up: resync."""

    def __init__(self, count: int, since_ms: int) -> None:
        self.count = count
        self.since_ms = since_ms
        super().__init__(f"{count} messages of the switch were dropped because they were not taken in time.")


class LinkError(Exception):
    """A life of the link ended or could not begin. `str()` is the sentence."""

    reason: ClassVar[str] = "closed"
    is_misconfigured: ClassVar[bool] = False
    """Trying again cannot help until somebody changes a setting, here or at the switch."""


class Unreachable(LinkError):
    """The host cannot be found or reached."""

    reason = "unreachable"


class Refused(LinkError):
    """The host is there, and nothing listens on the port."""

    reason = "refused"


class NoTrust(LinkError):
    """TLS could not be agreed on, or the certificate is not the one that we trust."""

    reason = "refused"
    is_misconfigured = True


class NotASwitch(LinkError):
    """What answers is no such switch, or sends what no such switch sends."""

    reason = "protocol_error"


class LoginFailed(LinkError):
    """Wrong user name or secret."""

    reason = "login_failed"
    is_misconfigured = True


class ActionRefused(LinkError):
    """The switch does not let this account do what the collector must do. `words`: the switch's own."""

    reason = "login_failed"
    is_misconfigured = True

    def __init__(self, action: str, words: str, sentence: str = "") -> None:
        self.action = action
        self.words = words
        super().__init__(sentence or f"The switch refused {action}: {words}.")


class Closed(LinkError):
    """The switch closed the connection."""


class SwitchStopped(LinkError):
    """The switch said that it shuts down, and closed."""

    reason = "shutdown"


class Silent(LinkError):
    """The switch did not answer in time: half-open connection, or a switch that hangs."""

    reason = "timeout"
