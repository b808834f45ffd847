"""The sights of one floor: one for each kind of eyes, shared by all views that they look at, kept as long as somebody does."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Final

from dashboard.floor.state import Floor
from dashboard.live.dirty import Dirty
from dashboard.live.holding import ShownLevels
from dashboard.live.leaderboards import LeaderboardsNow
from dashboard.live.people import People
from dashboard.live.sight import Sight
from dashboard.live.supervision import Supervision
from dashboard.live.viewer import Viewer

SIGHTS_AT_ONCE: Final = 8
"""What only time moves is brought up to date once a second for each scope, for so many scopes in one tick: a hundred supervisors'
views do not hold up the others."""


class Sights:
    """`supervision`, `leaderboards`: shared by all sights, and moved before them."""

    def __init__(self, supervision: Supervision, leaderboards: LeaderboardsNow) -> None:
        self._supervision = supervision
        self._leaderboards = leaderboards
        self._floor: Floor | None = None
        self._people: People | None = None
        self._sights: dict[Viewer, Sight] = {}
        self._levels: dict[Viewer, ShownLevels] = {}
        """What was shown of the floor before this one."""
        self._aged: dict[Viewer, None] = {}

    @property
    def someone_waits(self) -> bool:
        """Whether the turn of some is still to come."""
        return bool(self._aged)

    def follow(self, floor: Floor, people: People) -> None:
        """The floor is another one: everybody looks anew, and levels go on as they were shown. `people`: its agents, watched."""
        self._levels |= {viewer: sight.levels for viewer, sight in self._sights.items()}
        self._sights.clear()
        self._floor, self._people = floor, people

    def of(self, viewer: Viewer, now_ms: int) -> Sight:
        """What this viewer sees of the floor, up to date. Raises `LookupError` before there is a floor."""
        if self._floor is None:
            raise LookupError("there is no floor yet")
        sight = self._sights.get(viewer)
        if sight is None:
            levels = self._levels.pop(viewer, None)
            sight = self._sights[viewer] = Sight(
                self._floor, viewer, now_ms, self._people, levels, self._supervision, self._leaderboards
            )
        return sight

    def second(self) -> None:
        """A second has passed: each has its turn, the longest waiting first."""
        self._aged |= dict.fromkeys(self._sights)

    def move(self, now_ms: int, dirty: Dirty) -> None:
        """The floor changed as `dirty` says, whose `time` is each sight's own: only those whose turn it is look at the clock."""
        aged = self._take_aged()
        for viewer, sight in self._sights.items():
            dirty.time = viewer in aged
            sight.move(now_ms, dirty)

    def keep(self, viewers: AbstractSet[Viewer]) -> None:
        """Nobody else looks any more."""
        for viewer in self._sights.keys() - viewers:
            del self._sights[viewer]
        for viewer in self._levels.keys() - viewers:
            del self._levels[viewer]

    def _take_aged(self) -> set[Viewer]:
        aged = [viewer for viewer in list(self._aged)[:SIGHTS_AT_ONCE] if viewer in self._sights]
        self._aged = dict.fromkeys(list(self._aged)[SIGHTS_AT_ONCE:])
        return set(aged)
