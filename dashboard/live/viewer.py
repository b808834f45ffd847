"""Who looks: what a viewer may see, decided on the server before a value is computed.

A view is computed for a (board, scope, masking); a screen never receives what its viewer may not see. Until there are
accounts, every screen is `ANYBODY`: the whole floor, with numbers masked.
"""

from __future__ import annotations

from dataclasses import dataclass

_NUMBER_MARKS = frozenset("0123456789+-() ")
HIDDEN = "****"


@dataclass(frozen=True, slots=True)
class Scope:
    """Queues that a viewer may see (None: all), and teams whose agents are visible even without one of these queues.

    An agent is visible by team or by queue; a caller only by queue.
    """

    queues: frozenset[str] | None = None
    teams: frozenset[str] = frozenset()

    def has_queue(self, queue: str | None) -> bool:
        """Whether a visit to `queue` may be seen. Work outside any queue belongs to the agent."""
        return self.queues is None or queue is None or queue in self.queues

    def has_team(self, team: str) -> bool:
        """Whether the agents of a team may be seen. Those of a visible queue may be seen too."""
        return team in self.teams


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Viewer:
    """One kind of eyes on the floor. Equal viewers share their views."""

    scope: Scope = EVERYTHING
    sees_numbers: bool = False

    def number(self, number: str | None) -> str | None:
        """The other party's number as this viewer may read it."""
        return number if number is None or self.sees_numbers else masked(number)


ANYBODY = Viewer()


def masked(number: str) -> str:
    """`13812345678` → `138****5678`. At least four characters are hidden; what is no phone number is hidden whole.

    11 characters and more keep the last four and at most the first six; 8 to 10 the last four; 6 and 7 the last two.
    """
    length = len(number)
    if length < 6 or not _NUMBER_MARKS.issuperset(number):
        return HIDDEN
    if length >= 11:
        return f"{number[: min(length - 8, 6)]}{HIDDEN}{number[-4:]}"
    return HIDDEN + number[-4 if length >= 8 else -2 :]
