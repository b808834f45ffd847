"""What one viewer sees of the floor at one moment, remembered while it stays true.

All channels of a viewer share one sight, so that a number or an agent's row is computed once per tick, however many boards
show it. Pure: the time is given. `move` forgets what may have changed, and only that; a narrow scope costs what it shows, and
nothing while nothing of it moves (`is_still`).

Rows of agents hold seconds that grow while nothing happens (talk, occupancy). They are as of the row's last computing: when
the agent changed, else within `ROTATION_S` seconds, a slice of all agents each second.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import Any
from zlib import crc32

from msgspec import structs

from collectors.events import SlFormula
from dashboard.access.scope import Scope
from dashboard.boards import TileBase
from dashboard.boards.document import Limits, QueueTableTile
from dashboard.floor.intervals import Interval, intervals
from dashboard.floor.metrics import Value, needed, value, values
from dashboard.floor.state import Floor
from dashboard.floor.turns import turn_in
from dashboard.floor.waiting import Waiting, waiting
from dashboard.floor.windows import effective_now_ms, span_of
from dashboard.live.agent_seen import ENDS_BY_ITSELF, AgentSeen, agent_seen
from dashboard.live.asking import How
from dashboard.live.day_lines import DayLine
from dashboard.live.dirty import Dirty, Moved
from dashboard.live.holding import Held, ShownLevels
from dashboard.live.leaderboards import LeaderboardsNow
from dashboard.live.lines import agent_line, as_number, queue_line, waiting_line
from dashboard.live.people import ROTATION_S, People
from dashboard.live.reach import Aim, Reach
from dashboard.live.resting import Resting
from dashboard.live.sessions_now import SessionNow
from dashboard.live.staffing import Staffing
from dashboard.live.supervision import Supervision
from dashboard.live.values import AgentLine, Level, QueueLine, TileValue, WaitingLine
from dashboard.live.viewer import Viewer

MINUTE_MS = 60_000
OF_ONE_AGENT = frozenset({"state", "pause_reason", "in_state"})
"""Metrics that say what an agent does now: answered from what the viewer may see of it."""


_RowKey = tuple[str, str, SlFormula | None, int | None, Limits, tuple[str, ...]]
"""What makes a queue's row: queue, window, formula, threshold, limits, columns."""


class Sight(Reach):
    """One viewer's floor at `now_ms`. `people`: shared by the sights of a floor, and then moved before them. `levels`: what the viewer
    was shown before, on an earlier floor. `supervision`: what is known of sessions and rules, `leaderboards`: how they stand; both shared
    by all, and moved before."""

    def __init__(
        self,
        floor: Floor,
        viewer: Viewer,
        now_ms: int,
        people: People | None = None,
        levels: ShownLevels | None = None,
        supervision: Supervision | None = None,
        leaderboards: LeaderboardsNow | None = None,
    ) -> None:
        super().__init__(floor, viewer, people or People(floor))
        self._is_alone = people is None
        self.supervision = supervision or Supervision()
        self.leaderboards = leaderboards or LeaderboardsNow()
        self.levels = levels or ShownLevels()
        self.now_ms = now_ms
        self.moved = Moved()
        self.agent_lines: dict[str, AgentLine | None] = {}
        self._waiting: list[Waiting] | None = None
        self._waiting_lines: dict[str, WaitingLine] = {}
        self._queue_lines: dict[_RowKey, QueueLine] = {}
        self._window_starts: dict[str, int] = {}
        self._staffing: dict[Aim, Staffing] = {}
        self._resting: dict[Aim, Resting] = {}
        self._tiles: dict[tuple[Aim, TileBase], TileValue] = {}
        self._intervals: dict[tuple[str, ...] | None, list[Interval]] = {}
        self._second = 0
        self._minute_ends_ms = now_ms + _phase_ms(viewer.scope)

    def watch(self) -> Sight:
        """Remember who is where, so that `move` sees it change. For sights that are moved and share no `people`."""
        self.people.watch()
        return self

    def shows_leaderboard(self, leaderboard: str) -> bool:
        """Whether this viewer may be told of it at all: a tile of any board may name any."""
        return leaderboard == self.viewer.given or self.leaderboards.is_for(leaderboard, self.viewer.scope)

    def move(self, now_ms: int, dirty: Dirty) -> None:
        """The floor changed as `dirty` says, or time passed. `now_ms` never goes back. After `watch`."""
        if self._is_alone:
            dirty.agents |= self.supervision.move(self.floor, dirty, now_ms)
            self.people.move(dirty)
        self.now_ms = max(now_ms, self.now_ms)
        self._tiles.clear()
        self._waiting = None
        self._waiting_lines.clear()
        is_anew = dirty.everything or dirty.settings
        if is_anew:
            self._forget_all()
        moved = self.moved = self._narrowed(dirty)
        moved.minute = dirty.time and self.now_ms >= self._minute_ends_ms
        if moved.minute:
            self.levels.forget_old(self.now_ms)
            self._minute_ends_ms += (1 + (self.now_ms - self._minute_ends_ms) // MINUTE_MS) * MINUTE_MS
        if is_anew or moved.minute:
            self._intervals.clear()
        if is_anew or self.is_still:
            return
        if dirty.time:
            self._rotate(moved)
        for agent in moved.agents:
            self.agent_lines.pop(agent, None)
        began_anew = self._windows_that_began_anew() if dirty.time else frozenset()
        self._queue_lines = {
            key: line
            for key, line in self._queue_lines.items()
            if key[1] not in began_anew and self._still_holds(key, line, moved)
        }
        for staffing in self._staffing.values():
            staffing.move()
        for resting in self._resting.values():
            resting.move()

    @property
    def is_still(self) -> bool:
        """Whether the last move touched nothing that this viewer may see."""
        moved = self.moved
        is_of_floor = moved.time or moved.agents or moved.queues or moved.waiting or moved.order
        return not (is_of_floor or moved.sessions or moved.leaderboards)

    def _windows_that_began_anew(self) -> frozenset[str]:
        """The windows of queues' rows that begin elsewhere than at the last look: rows of these are none of now."""
        now_ms = effective_now_ms(self.floor, self.now_ms)
        windows = {window for _, window, *_ in self._queue_lines}
        starts = {window: span_of(self.floor, window, now_ms).start_ms for window in windows}
        before, self._window_starts = self._window_starts, starts
        return frozenset(window for window, start_ms in starts.items() if before.get(window) != start_ms)

    def _still_holds(self, key: _RowKey, line: QueueLine, moved: Moved) -> bool:
        """A queue's row lasts until the queue changes; while somebody waits, or its colour is about to, for the second; else for
        the minute."""
        is_due = line.waiting or moved.minute or self.levels.is_pending(key)
        return (
            line.id not in moved.queues and not (moved.time and is_due) and not self._has_moved_leaver(line.id, moved)
        )

    def _has_moved_leaver(self, queue: str, moved: Moved) -> bool:
        """Whether somebody changed who served the queue earlier today: a fold counts only members' queues as changed, but the day's
        figures of the queue's crew are those of all."""
        known = self.floor.queues.get(queue)
        return known is not None and bool(known.former) and not moved.agents.isdisjoint(known.former)

    def values(
        self, names: Iterable[str], queues: tuple[str, ...] | None, agents: tuple[str, ...] | None, how: How
    ) -> list[Value]:
        """Metrics of one set, in order; each is computed once per move, and those still unknown in one go."""
        wanted = tuple(names)
        if not self.scope.is_everything and not OF_ONE_AGENT.isdisjoint(wanted):
            rest = tuple(name for name in wanted if name not in OF_ONE_AGENT)
            known = dict(zip(rest, self.values(rest, queues, agents, how), strict=True))
            known |= {name: self._of_one_agent(name, agents) for name in wanted if name in OF_ONE_AGENT}
            return [known[name] for name in wanted]
        known = self.people.figures((queues, agents, how))
        missing = [name for name in wanted if name not in known]
        if missing:
            known |= self._asked(missing, queues, agents, how)
        return [known[name] for name in wanted]

    def _asked(
        self, names: list[str], queues: tuple[str, ...] | None, agents: tuple[str, ...] | None, how: How
    ) -> dict[str, Value]:
        """What no scope changes: whoever may ask about a set is told the same."""
        floor, now_ms, window = self.floor, self.now_ms, how.window
        if how.is_plain:
            return values(floor, names, queues=queues, agents=agents, window=window, now_ms=now_ms)
        return {
            name: value(
                floor,
                name,
                queues=queues,
                agents=agents,
                window=window,
                now_ms=now_ms,
                formula=how.formula,
                threshold_s=how.threshold_s,
            )
            for name in names
        }

    def _of_one_agent(self, name: str, agents: tuple[str, ...] | None) -> Value:
        seen = agent_seen(self, agents[0]) if agents is not None and len(agents) == 1 else None
        if seen is None:
            return Value(None)
        if name == "in_state":
            age_s = None if seen.since_ms is None else max(self.now_ms - seen.since_ms, 0) // 1000
            return Value(age_s, since_ms=seen.since_ms)
        return Value(seen.state if name == "state" else seen.reason)

    def of_aim(self, names: Iterable[str], aim: Aim, how: How) -> list[Value]:
        """Metrics over what a tile is about. Teams narrow what is counted by agent, never a queue's own counts."""
        wanted = tuple(names)
        by_agents: dict[tuple[str, ...] | None, list[str]] = {}
        for name in wanted:
            by_agents.setdefault(self._agents_asked(name, aim), []).append(name)
        found: dict[str, Value] = {}
        for agents, group in by_agents.items():
            found |= zip(group, self.values(group, aim.queues_asked, agents, how), strict=True)
        return [found[name] for name in wanted]

    def _agents_asked(self, name: str, aim: Aim) -> tuple[str, ...] | None:
        """Whom a metric is asked about; None: its queues, or their crew.

        Who sees agents beyond those of visible queues asks about each visible agent what only agents have; what queues have
        too is asked of the queues, unless there is none in scope.
        """
        scopes = needed(name).scopes
        if "agent" not in scopes:
            return None
        if aim.by_team:
            return aim.agents
        if aim.by_queue or not self.sees_beyond_queues:
            return None
        return aim.agents if "queue" not in scopes or not self.scope.queues else None

    def staffing(self, aim: Aim) -> Staffing:
        """How many of a tile's agents are in which state."""
        found = self._staffing.get(aim)
        if found is None:
            found = self._staffing[aim] = Staffing(self, aim)
        return found

    def resting(self, aim: Aim) -> Resting:
        """How many of a tile's agents rest, by reason."""
        found = self._resting.get(aim)
        if found is None:
            found = self._resting[aim] = Resting(self, aim)
        return found

    def shown_level(self, of: Hashable, raw: Level, limits: Limits) -> Held:
        """The level that is shown of something which stands at `raw`."""
        return self.levels.held(of, raw, limits, self.now_ms, self.floor.settings.time_zone)

    def day_line(self, metrics: tuple[str, ...], aim: Aim, how: How, most: int) -> DayLine:
        """How metrics of a tile went today; all of them of queues, or all of agents. `most`: so many intervals, 0: all."""
        agents = self._agents_asked(metrics[0], aim)
        key = (aim.queues_asked, agents, how.formula, how.threshold_s)

        def ask(window: str) -> list[Value]:
            return self.values(metrics, aim.queues_asked, agents, how.over(window))

        return self.people.lines.line(key, metrics, self.now_ms, most, ask)

    def tile_value(self, aim: Aim, tile: TileBase, compute: Callable[[Sight, Aim, Any], TileValue]) -> TileValue:
        """What a tile holds; equal tiles of several boards are computed once per move. Not to be changed by the caller."""
        key = (aim, tile)
        found = self._tiles.get(key)
        if found is None:
            found = self._tiles[key] = compute(self, aim, tile)
        return found

    def waiting(self) -> list[Waiting]:
        """Waiting callers whose queue this viewer may see, oldest first."""
        if self._waiting is None:
            self._waiting = waiting(self.floor, self.scope.queues)
        return self._waiting

    def waiting_line(self, caller: Waiting) -> WaitingLine:
        """The row of one waiting caller."""
        line = self._waiting_lines.get(caller.key)
        if line is None:
            line = self._waiting_lines[caller.key] = waiting_line(self, caller)
        return line

    def agent_line(self, agent: str) -> AgentLine | None:
        """The row of one agent; None for who is not on the floor (any more)."""
        if agent not in self.agent_lines:
            self.agent_lines[agent] = agent_line(self, agent)
        return self.agent_lines[agent]

    def queue_line(self, queue: str, tile: QueueTableTile) -> QueueLine:
        """The row of one queue, as a tile asks for it."""
        key = (queue, tile.window, tile.formula, tile.threshold_s, tile.limits, tile.columns)
        line = self._queue_lines.get(key)
        if line is None:
            line = self._queue_lines[key] = queue_line(self, queue, tile, key)
        return line

    def seen(self, agent: str) -> AgentSeen | None:
        """The agent as this viewer may see them; None for who is unknown or not visible."""
        return agent_seen(self, agent) if self.sees_agent(agent) else None

    def sessions(self) -> list[SessionNow]:
        """The open sessions that this viewer may know of, the longest first."""
        return [one for one in self.supervision.sessions(self.floor, self.now_ms) if self.hears_of(one)]

    def listeners(self, agent: str) -> list[SessionNow]:
        """Who is in the agent's call, as far as this viewer may know."""
        found = self.supervision.listening_to(self.floor, agent, self.now_ms)
        return [one for one in found if self.hears_of(one)]

    def intervals(self, aim: Aim) -> list[Interval]:
        """The business day so far. Each second renews the last two intervals, each minute all of them."""
        key = aim.queues_asked
        known = self._intervals.get(key)
        if known is None or known[-1].start_ms != span_of(self.floor, "interval", self.now_ms).start_ms:
            known = self._intervals[key] = intervals(self.floor, key, self.now_ms)
        elif self.moved.time:
            for back in range(min(2, len(known))):
                known[-1 - back] = self._interval(key, known[-1 - back], f"interval:-{back}" if back else "interval")
        return known

    def _interval(self, queues: tuple[str, ...] | None, before: Interval, window: str) -> Interval:
        level, *counts = self.values(("service_level", "offered", "answered", "abandoned"), queues, None, How(window))
        offered, answered, abandoned = (int(as_number(count.value) or 0) for count in counts)
        return structs.replace(
            before,
            offered=offered,
            answered=answered,
            abandoned=abandoned,
            service_level=as_number(level.value),
            gap_s=level.gap_s,
        )

    # -- what a move puts in doubt ------------------------------------------------------------------------------------

    def _narrowed(self, dirty: Dirty) -> Moved:
        """What of all changes is in scope. Whose place is another may have come into it: then tiles are aimed again."""
        people, visible_queues = self.people, self.scope.queues
        agents = dirty.agents | people.moved if people.moved else dirty.agents
        if visible_queues is None:
            queues = dirty.queues | self.floor.queues.keys() if people.has_more_queues else set(dirty.queues)
            moved = Moved(queues, set(agents), dirty.waiting, dirty.time, order=bool(people.moved))
        else:
            queues = dirty.queues & visible_queues
            came = any(self.sees_agent(agent) for agent in people.moved)
            if came:
                self.forget_people()
            moved = Moved(queues, agents & self.seen_agents(), dirty.waiting and bool(queues), dirty.time, order=came)
        moved.sessions = dirty.supervision and self.hearing is not None
        moved.leaderboards = dirty.leaderboards
        if moved.order or people.has_more_queues:
            self.forget_people()
        return moved

    def _forget_all(self) -> None:
        self.look_anew()
        self.agent_lines.clear()
        self._queue_lines.clear()
        self.forget_people()

    def forget_people(self) -> None:
        """Somebody's place is another: whom tiles are about is found again."""
        super().forget_people()
        self._staffing.clear()
        self._resting.clear()

    def _rotate(self, moved: Moved) -> None:
        """Rows whose state ends by itself, and this second's slice of those whose seconds grow."""
        self._second += 1
        turn = self._second % ROTATION_S
        for agent, line in self.agent_lines.items():
            if line is not None and (line.state in ENDS_BY_ITSELF or turn_in(agent, ROTATION_S) == turn):
                moved.agents.add(agent)


def _phase_ms(scope: Scope) -> int:
    """When in a minute a scope's minutes end."""
    words = [*sorted(scope.queues or ()), "", *sorted(scope.teams), "", *sorted(scope.agents)]
    return crc32("\n".join(words).encode()) % MINUTE_MS
