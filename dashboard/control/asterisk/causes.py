"""Why something failed at an Asterisk, as one of our words: from the Hangup cause and from the words of a reply. Data and look-ups.

`OriginateResponse` tells only that it failed (busy and declined read the same there), so the cause of the leg's end decides.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from collectors.events import Device, Via
from dashboard.supervision.reasons import Reason

PHONE_CAUSES: Final = MappingProxyType(
    {
        1: Reason.PHONE_UNREACHABLE,
        3: Reason.PHONE_UNREACHABLE,
        16: Reason.PHONE_DECLINED,
        17: Reason.PHONE_BUSY,
        18: Reason.PHONE_UNREACHABLE,
        19: Reason.PHONE_RANG_OUT,
        20: Reason.PHONE_UNREACHABLE,
        21: Reason.PHONE_DECLINED,
        27: Reason.PHONE_UNREACHABLE,
        38: Reason.PHONE_UNREACHABLE,
    }
)
"""Of a leg that nobody answered."""

REPLIES: Final = (
    ("extension does not exist", Reason.DIALPLAN_MISSING),
    ("permission denied", Reason.SWITCH_FORBIDS),
    ("access forbidden", Reason.SWITCH_FORBIDS),
    ("no such channel", Reason.CALL_OVER),
    ("channel does not exist", Reason.CALL_OVER),
    ("member not dynamic", Reason.STATIC_MEMBER),
    ("not there", Reason.NOT_MEMBER),
    ("interface not found", Reason.NOT_MEMBER),
    ("already there", Reason.ALREADY_MEMBER),
    ("no such queue", Reason.UNKNOWN_QUEUE),
)

DEVICE_WORDS: Final[MappingProxyType[str, Device]] = MappingProxyType(
    {
        "NOT_INUSE": "free",
        "INUSE": "in_use",
        "BUSY": "busy",
        "INVALID": "invalid",
        "UNAVAILABLE": "unavailable",
        "RINGING": "ringing",
        "RINGINUSE": "ring_in_use",
        "ONHOLD": "on_hold",
    }
)
"""`State` of DeviceStateChange."""


def unanswered(cause: str, via: Via) -> Reason:
    """Why a supervisor's leg ended before it was answered."""
    if via == "browser":
        return Reason.MEDIA_UNREACHABLE
    return PHONE_CAUSES.get(int(cause) if cause.isascii() and cause.isdigit() else -1, Reason.SWITCH_REFUSED)


def never_made(via: Via) -> Reason:
    """Why there was no leg at all: nobody is registered there, or the connection has no such name."""
    return Reason.MEDIA_UNREACHABLE if via == "browser" else Reason.PHONE_UNREACHABLE


def refused(words: str) -> Reason:
    """What an `Error` reply means."""
    low = words.lower()
    return next((reason for known, reason in REPLIES if known in low), Reason.SWITCH_REFUSED)
