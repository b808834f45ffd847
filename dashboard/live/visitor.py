"""Who is at the other end of a socket, and what of a board they may see.

A board shows what its permission lets see, in the scope that it was given for: the desk's list needs `floor.view`, the monitoring
console `monitor.view`, the day and a single queue's page `reports.view`, a wall `wall.view`, an agent's own page `own.view`. A paired
screen shows its own board, whatever it asks for. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.scope import NOTHING
from dashboard.boards import FLOOR, ME, MONITOR, TODAY, leaderboard_of, queue_of
from dashboard.live.viewer import Viewer

NEEDS: Final[dict[str, Permission]] = {
    FLOOR.id: Permission.FLOOR_VIEW,
    ME.id: Permission.OWN_VIEW,
    MONITOR.id: Permission.MONITOR_VIEW,
    TODAY.id: Permission.REPORTS_VIEW,
}
"""Boards that are no walls, and what they need; a single queue's needs `reports.view`, a leaderboard's `leaderboards.view`, all others
`wall.view`."""

DESKS: Final = frozenset({FLOOR.id, MONITOR.id})
"""Boards from which people help: they tell who listens to whom, to who may know."""


@dataclass(frozen=True, slots=True)
class Orders:
    """How a paired screen's record says that it should look; `reload_at_ms` 0: never ordered."""

    board: str
    lang: str
    theme: str
    is_blank: bool = False
    reload_at_ms: int = 0


@dataclass(frozen=True, slots=True)
class Visitor:
    """`orders`: of a paired screen; None for everybody else."""

    actor: Actor
    orders: Orders | None = None

    def board(self, asked: str) -> str:
        """The board that is shown to who asks for `asked`."""
        return self.orders.board if self.orders is not None else asked

    def viewer(self, board: str) -> Viewer | None:
        """The eyes that this visitor has on a board; None: not allowed."""
        need = need_of(board)
        if not self.actor.may(need):
            return None
        if board not in DESKS:
            given = (leaderboard_of(board) or "") if self.orders is not None else ""
            return Viewer(self.actor.scope(need), is_own=board == ME.id, given=given)
        return Viewer(self.actor.scope(need), self.actor.scope(Permission.MONITOR_VIEW) if self.is_person else NOTHING)

    @property
    def is_person(self) -> bool:
        """Nobody else steps into calls, or is told who does."""
        return self.actor.kind == "person"


def need_of(board: str) -> Permission:
    """What a board needs."""
    if queue_of(board) is not None:
        return Permission.REPORTS_VIEW
    if leaderboard_of(board) is not None:
        return Permission.LEADERBOARDS_VIEW
    return NEEDS.get(board, Permission.WALL_VIEW)
