"""The unique ids (ChannelId) of supervisors' legs: the one place where a command and what the switch tells of its call meet.

Invariant: an id is made and read by these functions only, so a leg is either surely ours, or nobody's.
"""

from __future__ import annotations

import re
from typing import Final

PREFIX: Final = "fw-"
_LEG = re.compile(rf"{PREFIX}([0-9a-f]{{16}})")


def leg_of(command: str) -> str:
    """The unique id of the supervisor's leg that a command opens."""
    return f"{PREFIX}{command}"


def command_of(leg: str) -> str | None:
    """The command that opened this leg; None for a leg that no command of ours opened."""
    found = _LEG.fullmatch(leg)
    return found[1] if found is not None else None


def is_supervisor_leg(uniqueid: str) -> bool:
    """Whether a channel was originated to reach a supervisor: such a call is nobody's."""
    return uniqueid.startswith(PREFIX)
