"""What can go wrong with an AMI link: one class a cause, each with one sentence that names the place and the remedy.

Invariant: `reason` is a word of `collectors.events.LINK_REASONS`, so that a screen can say why a floor is stale.
"""

# ruff: noqa: N818 — they are named by what happened, as the events are

from __future__ import annotations

from typing import ClassVar


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


class NotAsterisk(LinkError):
    """What answers is no manager interface, or sends what no manager interface sends."""

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
