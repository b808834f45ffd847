"""The historian's part: sees how leaderboards stand, each second, and notes what there is to celebrate, how they ended, who won a badge.

What could not be noted was not seen, and is seen again: what is known is taken over only after the commit, and read anew after a
failure, for somebody else may have noted something meanwhile. A floor that is not up to date is not looked at, nor a leaderboard of which
not everything is known yet. Who does not want to be shown leads nothing.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

import msgspec
from sqlalchemy import Engine, func, select

from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards.quiet import is_quiet
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.changes import Changes
from dashboard.floor.state import Floor
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.badge_watch import BadgeWatch, Found, days_since, of_a_day
from dashboard.leaderboards.celebrations.causes import Judged, Watched, judge
from dashboard.leaderboards.celebrations.marks import Mark
from dashboard.leaderboards.celebrations.outbox import call
from dashboard.leaderboards.current import Current, CurrentLeaderboards, Known
from dashboard.leaderboards.results.freezing import CELEBRATED_MS, Circumstances, Count, Freezing, is_due, seen_of
from dashboard.leaderboards.standings.counting import Crew, served_on
from dashboard.leaderboards.standings.past import PastReading, written
from dashboard.leaderboards.standings.periods import clock_of
from dashboard.leaderboards.standings.running import Running
from dashboard.leaderboards.standings.scoreboard import Scoreboard
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import appearances, leaderboards

log = logging.getLogger("floorwatch.leaderboards")

EVERY_S: Final = 1.0
SLOWLY_MS: Final = 10_000
"""So often periods that are over and days are looked at, and what is kept is read anew in any case after six times as long."""
LATE_MS: Final = 300_000
"""Ranks of a moment that passed longer ago are not noted as its."""
TIDY_MS: Final = 3_600_000

Tell = Callable[[], Awaitable[None]]


class Watch:
    """One site's. `floor`: as it is now; None while it is not up to date. `count`: from history. `told`: called when something ended or
    was won."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        floor: Callable[[], Floor | None],
        count: Count,
        told: Tell,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.called = 0
        self.frozen = 0
        self._engine = engine
        self._site = site
        self._floor = floor
        self._count = count
        self._told = told
        self._now_ms = now_ms
        self._kept = CurrentLeaderboards(engine, site)
        self._past = PastReading(engine, site)
        self._freezing = Freezing(engine, site, count)
        self._board: Scoreboard | None = None
        self._badges: BadgeWatch | None = None
        self._hidden: frozenset[str] = frozenset()
        self._stamp: Any = None
        self._read_at_ms = 0
        self._slowly_at_ms = 0
        self._tidied_at_ms = 0
        self._quarters: dict[str, int] = {}
        self._watched: dict[str, Watched] = {}
        self._ran: set[tuple[str, int, int]] = set()
        self._is_away = False

    def folded(self, changes: Changes, floor: Floor) -> None:
        """What entries changed."""
        if self._board is not None and self._board.floor is floor:
            self._board.folded(changes)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Exception:
                log.exception("Leaderboards could not be looked at; the next look comes.")
                self._forget()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Looks once. An outage of the database is said once."""
        floor = self._floor()
        if floor is None:
            return
        try:
            await self._look(floor)
        except (StoreError, AccessUnavailable) as error:
            if not self._is_away:
                log.warning("Leaderboards are not looked at while the database is away: %s", error)
            self._is_away = True
            self._forget()
            return
        self._is_away = False

    # -- one look ------------------------------------------------------------------------------------------------------

    async def _look(self, floor: Floor) -> None:
        now_ms = self._now_ms()
        board = await self._up_to_date(floor, now_ms)
        if not board.current.known:
            return
        board.move(now_ms)
        await self._read_past(board)
        found = Found()
        judged: dict[str, Judged] = {}
        for running in board:
            if running.state == "running" and not running.is_loading:
                await self._judge(running, judged, found, now_ms)
        self._note_ranks(board, found, now_ms)
        if self._badges is not None:
            won = self._badges.look(board.current, self._hidden, self._quiet(board, now_ms), now_ms)
            found.marks += won.marks
            found.calls += won.calls
            found.won = won.won
        if found.marks or found.calls:
            await asyncio.to_thread(self._note, found, now_ms)
            self.called += len(found.calls)
        self._watched |= {leaderboard: one.watched for leaderboard, one in judged.items()}
        if self._badges is not None:
            self._badges.keep(found)
        if found.won:
            await self._told()
        if now_ms - self._slowly_at_ms >= SLOWLY_MS:
            self._slowly_at_ms = now_ms
            await self._look_slowly(board, now_ms)

    async def _up_to_date(self, floor: Floor, now_ms: int) -> Scoreboard:
        """The leaderboards of this floor, as they are kept."""
        stamp = await asyncio.to_thread(self._stamped)
        board = self._board
        is_same = board is not None and board.floor is floor and stamp == self._stamp
        if board is not None and is_same and now_ms - self._read_at_ms < 6 * SLOWLY_MS:
            return board
        current, hidden = await asyncio.to_thread(self._read, now_ms)
        if board is None or board.floor is not floor:
            board = self._board = Scoreboard(floor)
            self._badges = BadgeWatch(floor, current.honours)
        board.know(current, now_ms)
        self._hidden, self._stamp, self._read_at_ms = hidden, stamp, now_ms
        return board

    async def _read_past(self, board: Scoreboard) -> None:
        for wanted in board.wanted()[:1]:  # one a look: others want the database too
            keep = partial(self._past.keep, wanted.bounds, wanted.metrics, with_queues=wanted.with_queues)
            sums = await asyncio.to_thread(keep)
            board.know_past(wanted, sums)

    async def _judge(self, running: Running, judged: dict[str, Judged], found: Found, now_ms: int) -> None:
        known, bounds = running.known, running.bounds
        before = self._watched.get(known.id)
        if before is None or before.from_ms != bounds.from_ms:
            before = await asyncio.to_thread(self._watched_of, known.id, bounds.from_ms)
        seen = replace(
            seen_of(known, bounds, running.ranks, self._hidden),
            goals=tuple((one.goal, None if one.value is None else one.is_reached) for one in running.goals),
            rules=(known.document.scheme, known.document.who, known.since_ms),
            is_quiet=self._is_quiet(known, now_ms),
            hidden=self._hidden,
        )
        one = judged[known.id] = judge(before, seen, known.document.celebrations, now_ms)
        found.marks += marks.of_watched(known.id, before, one.watched, now_ms)
        found.calls += one.calls
        if (known.id, bounds.from_ms, bounds.to_ms) not in self._ran:
            value = msgspec.json.encode(bounds.to_ms).decode()
            found.marks.append(Mark(known.id, "ran", "", bounds.from_ms, now_ms, value))

    def _note_ranks(self, board: Scoreboard, found: Found, now_ms: int) -> None:
        """Ranks of each quarter of an hour, so that those of an hour ago are known: one leaderboard's a look, nobody waits for all."""
        quarter_ms = now_ms // QUARTER_MS * QUARTER_MS
        if now_ms - quarter_ms > LATE_MS:
            return
        for running in board:
            known, ranks = running.known, running.ranks
            if running.state != "running" or running.is_loading or self._quarters.get(known.id) == quarter_ms:
                continue
            self._quarters[known.id] = quarter_ms
            places = {agent: rank for group in ranks.groups() for agent, rank in ranks.places(group, self._hidden)}
            found.marks.append(marks.of_hour(known.id, running.bounds.from_ms, quarter_ms, places))
            return

    async def _look_slowly(self, board: Scoreboard, now_ms: int) -> None:
        floor, current = board.floor, board.current
        heard = tuple(link.alive_ms for link in floor.core.links.values())
        ended = await asyncio.to_thread(self._freezing.due, current, floor.settings, heard, now_ms)
        around = self._around(board) if ended else None
        for one in ended:
            if around is not None and await asyncio.to_thread(self._freezing.freeze, one, around, now_ms):
                self.frozen += 1
        for known in current.known:
            if known.document.badges and self._badges is not None:
                await self._judge_days(known, board, heard, now_ms)
        if now_ms - self._tidied_at_ms >= TIDY_MS:
            self._tidied_at_ms = now_ms
            await asyncio.to_thread(self._tidy, now_ms)
        if ended:
            self._read_at_ms = 0
            await self._told()

    async def _judge_days(self, known: Known, board: Scoreboard, heard: tuple[int, ...], now_ms: int) -> None:
        settings = board.floor.settings
        judged_ms, written_ms = await asyncio.to_thread(self._days_of, known.id)
        for day in days_since(judged_ms, now_ms, clock_of(settings)):
            if not is_due(day, written_ms, heard, now_ms) or self._badges is None:
                return
            crew = Crew(served_on(board.floor))
            dids = await asyncio.to_thread(self._count, of_a_day(known), day, settings, board.current.joined, crew)
            is_late = now_ms - day.to_ms > CELEBRATED_MS
            quiet = frozenset({known.id}) if is_late else self._quiet(board, now_ms)
            found = self._badges.day_over(known, dids, day, self._hidden, quiet, now_ms)
            await asyncio.to_thread(self._note, found, now_ms)
            self._badges.keep(found)
            self.called += len(found.calls)
            if found.won:
                await self._told()

    def _around(self, board: Scoreboard) -> Circumstances:
        floor = board.floor
        return Circumstances(floor.settings, board.current.joined, self._hidden, Crew(served_on(floor)))

    # -- the database --------------------------------------------------------------------------------------------------

    def _note(self, found: Found, now_ms: int) -> None:
        """Marks and what is to be called of them: one transaction."""
        with writing(self._engine) as connection:
            for wanted in found.calls:
                call(connection, self._site, wanted, now_ms)
            marks.put(connection, found.marks)
        self._ran |= {
            (one.leaderboard, one.from_ms, msgspec.json.decode(one.value)) for one in found.marks if one.kind == "ran"
        }

    def _read(self, now_ms: int) -> tuple[Current, frozenset[str]]:
        current = self._kept.read(now_ms)
        known = current.appearing or {}
        return current, frozenset(agent for agent, one in known.items() if not one.is_shown)

    def _stamped(self) -> Any:
        """Another one when a leaderboard or somebody's choice is another one."""
        mine = leaderboards.c.site == self._site
        with reading(self._engine) as connection:
            rows = connection.execute(select(leaderboards.c.id, leaderboards.c.version).where(mine)).all()
            chosen = connection.execute(
                select(func.max(appearances.c.changed_at_ms), func.count(appearances.c.person_id))
            )
            return sorted(map(tuple, rows)), tuple(chosen.one())

    def _watched_of(self, leaderboard: str, from_ms: int) -> Watched:
        with reading(self._engine) as connection:
            return marks.watched(connection, leaderboard, from_ms)

    def _days_of(self, leaderboard: str) -> tuple[int | None, int]:
        with reading(self._engine) as connection:
            return marks.judged_up_to(connection, leaderboard), written(connection, self._site)[0]

    def _tidy(self, now_ms: int) -> None:
        with writing(self._engine) as connection:
            marks.forget_old(connection, self._site, now_ms)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _forget(self) -> None:
        """What was known is read anew."""
        self._board = self._badges = self._stamp = None
        self._watched.clear()
        self._quarters.clear()
        self._ran.clear()

    def _quiet(self, board: Scoreboard, now_ms: int) -> frozenset[str]:
        return frozenset(known.id for known in board.current.known if self._is_quiet(known, now_ms))

    def _is_quiet(self, known: Known, now_ms: int) -> bool:
        floor = self._board.floor if self._board is not None else None
        quiet = known.document.celebrations.quiet
        return bool(quiet) and floor is not None and is_quiet(quiet, now_ms, floor.settings.time_zone)
