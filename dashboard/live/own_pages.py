"""Agents' own pages: one small view each, made anew only when its agent changed.

Thousands are open at once, on phones. So a page costs its one agent and nothing else: no sight is kept for it, nobody goes through
the floor, and a tick looks only at pages whose agent moved. What time alone moves (seconds that grow) is renewed in turns:
`TURNS_A_SECOND` pages a second, and each within `ROTATION_S`. A tick renews at most `RENEWED_AT_ONCE` and greets at most
`GREETED_AT_ONCE` pages, so that a morning's rush, or new settings, hold up no wall; who is left comes first in the next.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.boards import Board
from dashboard.floor.agent_sums import code_at
from dashboard.floor.state import Floor
from dashboard.live.audience import Audience
from dashboard.live.channels import Channel, Moment
from dashboard.live.dirty import Dirty
from dashboard.live.leaderboards import LeaderboardsNow
from dashboard.live.people import ROTATION_S
from dashboard.live.screens import Screen
from dashboard.live.sight import Sight
from dashboard.live.supervision import Supervision
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import need_of

TURNS_A_SECOND: Final = 100
RENEWED_AT_ONCE: Final = 200
GREETED_AT_ONCE: Final = 100
MOST_AGENTS: Final = 8
"""Switch agents that one person is; a wider view is shared and counted like any other."""


def is_own(board_id: str, viewer: Viewer) -> bool:
    """Whether this is somebody's own page: nothing but the few agents that they are."""
    scope = viewer.scope
    is_narrow = scope.queues == frozenset() and not (scope.teams or scope.meets) and len(scope.agents) <= MOST_AGENTS
    return need_of(board_id) is Permission.OWN_VIEW and is_narrow


class OwnPages:
    """The own pages that somebody has open; each is there as long as a screen shows it."""

    def __init__(self, audience: Audience, supervision: Supervision, leaderboards: LeaderboardsNow) -> None:
        self._audience = audience
        self._supervision = supervision
        self._leaderboards = leaderboards
        self._pages: OrderedDict[tuple[str, Scope], Channel] = OrderedDict()
        """In the order of their turns."""
        self._of_agent: dict[str, set[Channel]] = {}
        self._due: dict[Channel, None] = {}
        self._behind: dict[Channel, None] = {}
        """With a screen that needs a snapshot."""
        self._outdated: set[Channel] = set()
        """Of another floor, or other settings."""
        self._wrapping: set[Channel] = set()
        self.renewed = 0

    @property
    def channels(self) -> list[Channel]:
        """All of them."""
        return list(self._pages.values())

    @property
    def someone_waits(self) -> bool:
        """Whether the next tick should come soon."""
        return bool(self._due or self._behind)

    def find(self, board_id: str, viewer: Viewer) -> Channel | None:
        """The page that these eyes have open."""
        return self._pages.get((board_id, viewer.scope))

    def join(self, screen: Screen, board: Board, viewer: Viewer, floor: Floor, moment: Moment, at_ms: float) -> None:
        """One more screen shows a page, as it is now."""
        page = self.find(board.id, viewer)
        if page is None:
            page = self._open(board, viewer, floor, moment)
        elif page not in self._outdated:
            self._renew(page, floor, moment, at_ms)
        page.screens.add(screen)
        self._greet(page, floor, moment, at_ms)

    def leave(self, screen: Screen) -> None:
        """A screen shows its page no more; the last one closes it."""
        page = (
            self.find(screen.board, screen.viewer) if screen.board is not None and screen.viewer is not None else None
        )
        if page is None or screen not in page.screens:
            return
        page.screens.discard(screen)
        if not page.screens:
            self._close(page)

    def move(self, floor: Floor, dirty: Dirty, moment: Moment, at_ms: float) -> None:
        """The floor changed as `dirty` says; pages whose agent changed are renewed."""
        if dirty.everything or dirty.settings:
            self._outdate_all()
        for agent in dirty.agents & self._of_agent.keys() if self._of_agent else ():
            self._due |= dict.fromkeys(self._of_agent[agent])
        if dirty.time:
            self._take_turns(floor, moment)
        self.renewed = 0
        for page in list(self._due)[:RENEWED_AT_ONCE]:
            del self._due[page]
            if page not in self._outdated:
                self._renew(page, floor, moment, at_ms)

    def catch_up(self, floor: Floor, moment: Moment, at_ms: float) -> None:
        """Snapshots to screens that need one and have room; some in each tick. Who is full comes last."""
        for page in list(self._behind)[:GREETED_AT_ONCE]:
            self._greet(page, floor, moment, at_ms)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _open(self, board: Board, viewer: Viewer, floor: Floor, moment: Moment) -> Channel:
        page = Channel(board, self._sight(floor, viewer, moment))
        self._pages[board.id, viewer.scope] = page
        for agent in viewer.scope.agents:
            self._of_agent.setdefault(agent, set()).add(page)
        self._note_wrapping(page, floor)
        return page

    def _sight(self, floor: Floor, viewer: Viewer, moment: Moment) -> Sight:
        return Sight(floor, viewer, moment.at_ms, supervision=self._supervision, leaderboards=self._leaderboards)

    def _close(self, page: Channel) -> None:
        scope = page.viewer.scope
        del self._pages[page.board.id, scope]
        for agent in scope.agents:
            pages = self._of_agent[agent]
            pages.discard(page)
            if not pages:
                del self._of_agent[agent]
        self._due.pop(page, None)
        self._behind.pop(page, None)
        self._outdated.discard(page)
        self._wrapping.discard(page)

    def _renew(self, page: Channel, floor: Floor, moment: Moment, at_ms: float) -> None:
        patch = page.renew(self._sight(floor, page.viewer, moment), moment)
        self.renewed += 1
        self._note_wrapping(page, floor)
        if patch is not None:
            self._audience.publish(page, patch, at_ms)
            self._note_behind(page)

    def _greet(self, page: Channel, floor: Floor, moment: Moment, at_ms: float) -> None:
        sight = self._sight(floor, page.viewer, moment)
        if page in self._outdated:
            page.rebuild(sight)
            self._outdated.discard(page)
            self._note_wrapping(page, floor)
        self._audience.greet(page, lambda screen: page.snapshot(moment, sight, compressed=screen.takes_gzip), at_ms)
        page.forget_snapshots()
        self._note_behind(page)

    def _note_behind(self, page: Channel) -> None:
        self._behind.pop(page, None)
        if any(not screen.is_in_step and not screen.has_ended for screen in page.screens):
            self._behind[page] = None

    def _note_wrapping(self, page: Channel, floor: Floor) -> None:
        known = (floor.agents.get(agent) for agent in page.viewer.scope.agents)
        if any(agent is not None and agent.wrap_until_ms for agent in known):
            self._wrapping.add(page)
        else:
            self._wrapping.discard(page)

    def _outdate_all(self) -> None:
        for page in self._pages.values():
            for screen in page.screens:
                screen.is_in_step = False
        self._outdated.update(self._pages.values())
        self._behind |= dict.fromkeys(self._pages.values())

    def _take_turns(self, floor: Floor, moment: Moment) -> None:
        """Whose wrap-up has ended by itself, and the next ones whose seconds grow."""
        for page in self._wrapping:
            known = (floor.agents.get(agent) for agent in page.viewer.scope.agents)
            if any(agent is not None and code_at(agent, moment.at_ms) != agent.code for agent in known):
                self._due[page] = None
        turns = min(max(TURNS_A_SECOND, -(-len(self._pages) // ROTATION_S)), len(self._pages))
        for _ in range(turns):
            key, page = next(iter(self._pages.items()))
            self._pages.move_to_end(key)
            self._due[page] = None
