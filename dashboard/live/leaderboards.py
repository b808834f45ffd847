"""What a gateway knows of leaderboards: how each stands on its floor now, evaluated once for all sights, however many screens show it.

`move` brings it up to date, at most every `SPACING_MS`: an agent who changes five times meanwhile is counted once. What is shown of a
leaderboard that is being counted for the first time in a period stays what it was before.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from msgspec import structs

from dashboard.access.scope import Scope
from dashboard.boards import Title
from dashboard.floor.changes import Changes
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.floor.state import Floor
from dashboard.leaderboards.boards import published
from dashboard.leaderboards.current import Current
from dashboard.leaderboards.standings.past import PastSums
from dashboard.leaderboards.standings.period_numbers import Wanted
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.standings.running import Running, State
from dashboard.leaderboards.standings.scoreboard import Scoreboard
from dashboard.live import leaderboard_shown as shown
from dashboard.live.leaderboard_shown import Eyes, Place, Shown
from dashboard.wallboards.published import Published

SPACING_MS: Final = 80.0
"""Between two evaluations: with a tick after it an event is on the screen as a new rank well within 200 ms."""


@dataclass(frozen=True, slots=True)
class OwnPlace:
    """An agent's own place on one leaderboard. `standing`: with the rank among those who are shown and themselves; `above`: who stands next
    better. `only_me`: nobody else is shown it."""

    id: str
    title: Title
    period: str
    state: State
    from_ms: int
    to_ms: int
    scheme: Scheme
    did: Did
    standing: Standing
    above: Standing | None
    only_me: bool


class _Setting(NamedTuple):
    """What a leaderboard is shown as: of another one nothing that was made holds."""

    running: Running
    bounds: Bounds
    is_loading: bool
    state: State
    eyes: Eyes


class _Mark(NamedTuple):
    """When it was looked at: `second` of the clock, `news`: the newest celebration."""

    setting: _Setting
    second: int
    news: str

    def holds_at(self, later: _Mark) -> bool:
        """Whether lines that were made hold later, but for their ranks: movement is that of the same minute."""
        return self.setting == later.setting and self.second // 60 == later.second // 60


@dataclass(slots=True)
class _Seen:
    """What was made of a leaderboard when it stood at `mark` and `version`. `first`: who is shown, with their ranks."""

    mark: _Mark
    version: int
    first: tuple[tuple[str, int], ...]
    shown: Shown
    places: Mapping[str, Place]


class LeaderboardsNow:
    """All of a site's, on one floor. Nothing is known of any before `know`."""

    def __init__(self) -> None:
        self.current: Current | None = None
        self._scoreboard: Scoreboard | None = None
        self._eyes: Eyes | None = None
        self._secret = secrets.token_bytes(32)
        self._boards: dict[str, Published] = {}
        self._seen: dict[str, _Seen] = {}
        self._moved_at: float | None = None
        self._is_touched = False

    # -- what there is -------------------------------------------------------------------------------------------------

    def know(self, current: Current, now_ms: int) -> None:
        """What is kept of them now."""
        self.current = current
        self._boards = {one.id: published(one) for one in current.known}
        self._tell(now_ms)

    def follow(self, floor: Floor, now_ms: int) -> None:
        """Another floor."""
        self._scoreboard = Scoreboard(floor)
        self._tell(now_ms)

    def boards(self) -> dict[str, Published]:
        """The board of each."""
        return self._boards

    def is_for(self, leaderboard: str, scope: Scope) -> bool:
        """Whether somebody who sees this scope sees anybody or anything that it is about."""
        found = self._boards.get(leaderboard)
        return found is not None and found.is_for(scope)

    def running(self, leaderboard: str) -> Running | None:
        """One of them."""
        return self._scoreboard.running(leaderboard) if self._scoreboard is not None else None

    def wanted(self) -> tuple[Wanted, ...]:
        """What of history is to be read."""
        return self._scoreboard.wanted() if self._scoreboard is not None else ()

    def know_past(self, wanted: Wanted, sums: PastSums) -> bool:
        """What was read; False: it is to be read again, later."""
        self._is_touched = True
        return self._scoreboard.know_past(wanted, sums) if self._scoreboard is not None else True

    # -- what happens --------------------------------------------------------------------------------------------------

    def folded(self, changes: Changes) -> None:
        """What entries changed."""
        if self._scoreboard is not None and self._seen_any:
            self._scoreboard.folded(changes)
            self._is_touched = self._is_touched or bool(changes.agents or changes.business or changes.celebrations)

    @property
    def someone_waits(self) -> bool:
        """Whether the next look should come soon: something changed, or somebody is still to be counted."""
        return self._seen_any and (self._is_touched or (self._scoreboard is not None and self._scoreboard.is_due))

    def move(self, now_ms: int, steady_ms: float, *, is_second: bool) -> bool:
        """Everything up to date, if it is time; whether anything that is shown is another."""
        scoreboard = self._scoreboard
        if scoreboard is None or not self._seen_any:
            return False
        is_early = self._moved_at is not None and steady_ms - self._moved_at < SPACING_MS
        if is_early and not is_second:
            return False
        self._moved_at = steady_ms
        self._is_touched = False
        scoreboard.move(now_ms)
        changed = False
        for running in scoreboard:
            changed |= self._look(running, now_ms)
        return changed

    # -- what is seen --------------------------------------------------------------------------------------------------

    def shown(self, leaderboard: str) -> Shown | None:
        """One of them, as far as anybody may see it; None: there is none of that id."""
        seen = self._seen.get(leaderboard)
        return seen.shown if seen is not None else None

    def row_id(self, leaderboard: str, of: str) -> str:
        """An opaque id."""
        return self._eyes.row_id(leaderboard, of) if self._eyes is not None else ""

    def own(self, agent: str) -> tuple[OwnPlace, ...]:
        """Where an agent stands who asks for themselves. Who takes no part, by their own choice or anybody's, is nowhere."""
        eyes = self._eyes
        appearing = eyes.appearing.get(agent) if eyes is not None else None
        if eyes is None or self._scoreboard is None or (appearing is not None and appearing.takes_part == "no"):
            return ()
        is_hidden = agent in eyes.hidden
        found = (_own(running, agent, eyes, is_hidden=is_hidden) for running in self._scoreboard if running.is_filled)
        return tuple(one for one in found if one is not None)

    # -- inside --------------------------------------------------------------------------------------------------------

    @property
    def _seen_any(self) -> bool:
        return self.current is not None and bool(self.current.known)

    def _tell(self, now_ms: int) -> None:
        if self._scoreboard is None or self.current is None:
            return
        self._eyes = Eyes(self._scoreboard.floor, self.current, self._secret)
        self._scoreboard.know(self.current, now_ms)
        ids = {known.id for known in self.current.known}
        self._seen = {leaderboard: seen for leaderboard, seen in self._seen.items() if leaderboard in ids}
        self._is_touched = True
        self._moved_at = None

    def _look(self, running: Running, now_ms: int) -> bool:
        """Whether what is shown of it is another. Places are looked at each time, all else once a second: it is of everybody."""
        eyes, known = self._eyes, running.known
        if eyes is None:
            return False
        before = self._seen.get(known.id)
        is_new = running.is_counting and not running.is_filled
        if before is not None and before.mark.setting.running is running and is_new and before.shown.places:
            return False
        mark = _mark(running, eyes, now_ms)
        is_other = before is None or before.mark != mark
        if before is not None and not is_other and before.version == running.version:
            return False
        first = () if is_new else shown.first_ones(running, eyes)
        if before is not None and not is_other and first == before.first and running.touched.isdisjoint(before.places):
            before.version = running.version
            running.touched.clear()
            return False
        seen = _made(running, first, before, mark, now_ms)
        places = {place.agent: place for place in seen.places}
        self._seen[known.id] = _Seen(mark, running.version, first, seen, places)
        running.touched.clear()
        return before is None or before.shown != seen


def _mark(running: Running, eyes: Eyes, now_ms: int) -> _Mark:
    setting = _Setting(running, running.bounds, running.is_loading, running.state, eyes)
    return _Mark(setting, now_ms // 1000, next(reversed(eyes.floor.core.celebrations), ""))


def _made(
    running: Running, first: tuple[tuple[str, int], ...], before: _Seen | None, mark: _Mark, now_ms: int
) -> Shown:
    """How it is shown now, from what was made before as far as that holds."""
    known, eyes, ranks = running.known, mark.setting.eyes, running.ranks
    held = before if before is not None and before.mark.holds_at(mark) else None
    kept = {} if held is None else {agent: one for agent, one in held.places.items() if agent not in running.touched}
    moves = shown.moves_of(eyes.current, known.id, running.bounds.from_ms, now_ms)
    places = tuple(shown.places(running, eyes, first, moves, kept))
    if before is not None and before.mark == mark:
        return replace(before.shown, places=places, head=structs.replace(before.shown.head, top=len(places)))
    groups = ranks.groups() if known.document.scheme.groups != "none" else []
    ranked = sum(ranks.count(group, eyes.hidden) for group in ranks.groups())
    is_new = running.is_counting and not running.is_filled
    return Shown(
        shown.head_of(running, ranked, len(places), groups, is_loading=running.is_loading),
        places,
        () if is_new else shown.teams(running, eyes),
        shown.goals(running),
        shown.smiles(running, eyes, moves) if held is None else held.shown.smiles,
        shown.news(running, eyes, eyes.floor.core.celebrations),
    )


def _own(running: Running, agent: str, eyes: Eyes, *, is_hidden: bool) -> OwnPlace | None:
    known, ranks = running.known, running.ranks
    did, standing = ranks.did(agent), ranks.standing(agent, eyes.hidden)
    if did is None or standing is None:
        return None
    bounds = running.counted or running.bounds
    document = known.document
    return OwnPlace(
        known.id,
        document.title,
        document.period.kind,
        running.state,
        bounds.from_ms,
        bounds.to_ms,
        document.scheme,
        did,
        standing,
        ranks.above(agent, eyes.hidden),
        is_hidden,
    )
