"""What a link to a switch is, whatever the switch: what can be opened, what is heard, and one class for each way in which it ends.

Each error has one sentence that names the place and the remedy.

Invariant: `reason` is a word of `collectors.events.LINK_REASONS`, so that a screen can say why a floor is stale.
"""

# ruff: noqa: N818 — they are named by what happened, as the events are

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import ClassVar, Generic, NamedTuple, Protocol, TypeVar

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


class Life(Protocol[Message]):
    """One life of a link, logged in and subscribed. Everything that waits raises LinkError when the life ends."""

    @property
    def last_heard_ms(self) -> int:
        """When the switch last gave a sign of life."""

    @property
    def counts(self) -> dict[str, int]:
        """What was read so far."""

    @property
    def is_in_doubt(self) -> bool:
        """Whether it is still to be proven that everything is heard; another `lists` would tell, or raise Deaf."""

    async def heard(self) -> list[Heard[Message]]:
        """Waits for something. Raises RingDropped once after an overflow."""

    def drain(self) -> list[Heard[Message]]:
        """What is there without waiting."""

    async def identity(self) -> Message | None:
        """What tells one boot of the switch from another."""

    async def lists(self) -> list[Message]:
        """The whole switch as it says it is now."""


class Switch(Protocol[Message]):
    """What can be opened."""

    def open(self) -> AbstractAsyncContextManager[Life[Message]]:
        """A new life. Raises LinkError."""


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


class Deaf(LinkError):
    """The account may not hear what happens: lists change, and no event tells of it."""

    reason = "login_failed"
    is_misconfigured = True


class Closed(LinkError):
    """The switch closed the connection."""


class SwitchStopped(LinkError):
    """The switch said that it shuts down, and closed."""

    reason = "shutdown"


class Silent(LinkError):
    """The switch did not answer in time: half-open connection, or a switch that hangs."""

    reason = "timeout"
