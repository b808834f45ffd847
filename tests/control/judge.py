"""Who looks on while supervisors race, and says in the end whether anything was what must never be. The switch's truth decides.

Looked at while it happens: what the control sends (at most once, in time, never to a leg that still rings), and whose call is heard.
Looked at in the end: nothing is open anywhere, and switch, records, audit log and floor tell the same story.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Any, Final

from collectors.simulator.channels import UP
from dashboard.control.asterisk.lines import CallKey
from tests.control.simulated_house import SimulatedHouse, Told

OVER: Final = frozenset({"refused", "failed", "expired", "ended"})
OPENS: Final = frozenset({"monitor.start", "call.take_over"})
A_MOMENT_S: Final = 0.3
"""So long somebody may be in another call who is being taken out of it."""


class Judge:
    """`faults`: each with the session that it is about. `counts`: what there was to judge."""

    def __init__(self, house: SimulatedHouse) -> None:
        self.house = house
        self.counts: Counter[str] = Counter()
        self._originated: Counter[str] = Counter()
        self._elsewhere: dict[int, float] = {}
        self._shaken: list[float] = []
        self._looking: asyncio.Task[None] | None = None

    @property
    def faults(self) -> list[str]:
        return self.house.faults

    def begin(self) -> None:
        manager = self.house.simulator.manager
        answer = manager.answer

        def looked_at(session: Any, request: Any) -> None:
            self._sent(request)
            answer(session, request)

        manager.answer = looked_at  # type: ignore[method-assign]
        self._looking = asyncio.create_task(self._look())

    def disaster(self, name: str) -> None:
        """From now on sessions may be told over before their legs are gone: nobody could say so."""
        self._shaken.append(self.house.loop.now_s)
        self.counts[name] += 1

    def _fault(self, word: str, session: str, more: object = "") -> None:
        command = session.removeprefix("fw-")
        story = self.house.stories.get(command, "")
        told = [
            (round(one.at_s, 3), one.changed.kind, one.changed.state, one.changed.reason) for one in self._told(command)
        ]
        self.faults.append(f"{word}: {session} {more} {story} {told}")

    def _told(self, command: str) -> list[Told]:
        return self.house.told.get(command, [])

    # -- while it happens

    def _sent(self, request: Any) -> None:
        """An action arrives at the switch."""
        action = request.action.lower()
        leg = request.get("ChannelId") if action == "originate" else request.get("Channel")
        if action not in {"originate", "redirect"} or not leg.startswith("fw-"):
            return
        self.counts[action] += 1
        now_ms = self.house.clock.now_ms()
        if action == "originate":
            self._originated[leg] += 1
            if self._originated[leg] > 1:
                self._fault("sent twice", leg)
            asked = self.house.asked.get(leg.removeprefix("fw-"))
            if asked is not None and now_ms > asked.asked_at_ms + 5_000:
                self._fault("sent too late", leg, now_ms - asked.asked_at_ms)
            return
        channel = self.house.world.exchange.find(leg)
        if channel is not None and channel.state != UP:
            self._fault("redirected while it rings", leg)

    async def _look(self) -> None:
        """Who is in whose call, all the time."""
        house = self.house
        while True:
            await asyncio.sleep(0.04)
            open_rows = [row for row in house.world.joins.rows[-80:] if row["to"] is None and row["mode"] != "takeover"]
            for row in open_rows:
                target = house.world.exchange.find(row["target"])
                heard = set() if target is None else house.heard_with(target)
                if heard <= {self._meant(row["session"])}:
                    self._elsewhere.pop(id(row), None)
                elif house.loop.now_s - self._elsewhere.setdefault(id(row), house.loop.now_s) > A_MOMENT_S:
                    self._fault("hears another call", row["session"], (row, heard))
                    self._elsewhere[id(row)] = house.loop.now_s + 1e6

    def _meant(self, session: str) -> str:
        """The caller whom the command named."""
        rows = self._told(session.removeprefix("fw-"))
        asked = self.house.asked.get(session.removeprefix("fw-"))
        visit = asked.visit if asked is not None else rows[0].changed.visit if rows else ""
        key = CallKey.of(visit or "")
        return "" if key is None else key.call

    # -- in the end

    async def judge(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
        self._joins()
        self._leftovers()
        self._commands()
        self._records()

    def _joins(self) -> None:
        rows = self.house.world.joins.rows
        self.counts["joins"] = len(rows)
        for row in rows:
            meant = {self._meant(row["session"])}
            if not row["customers"] <= meant or (row["mode"] == "takeover" and row["customers"] != meant):
                self._fault("wrong call", row["session"], row)
            if row["to"] is None:
                self._fault("still in", row["session"], row)
            self._is_over_when_told(row)
        self._never_two(rows, "supervisor", "in two calls")
        self._never_two([row for row in rows if row["mode"] == "takeover"], "call", "taken over twice")

    def _never_two(self, rows: list[Any], by: str, word: str) -> None:
        for key in {row[by] for row in rows}:
            times = sorted((row["from"], row["to"] or 1e18, row["session"]) for row in rows if row[by] == key)
            for (_, ends, session), (begins, _, other) in pairwise(times):
                if begins < ends - 0.001:
                    self._fault(word, session, other)

    def _is_over_when_told(self, row: Any) -> None:
        over = [one.at_s for one in self._told(row["session"].removeprefix("fw-")) if one.changed.state in OVER]
        if not over or row["to"] is None:
            return
        ended_s = row["at_s"] + row["to"] - row["from"]
        is_shaken = any(over[0] - 10 < shaken < over[0] + 3 for shaken in self._shaken)
        if ended_s > over[0] + (12 if is_shaken else A_MOMENT_S) and not (is_shaken and row["mode"] == "takeover"):
            self._fault("told over while in", row["session"], row)

    def _leftovers(self) -> None:
        house = self.house
        legs = [one for one in house.world.exchange.channels if one.startswith("fw-")]
        if legs or len(house.room.book) or house.room.orders._open:
            self.faults.append(f"left over: {legs} {list(house.room.book)} {house.room.orders._open}")
        hearing = [one for one in house.floor.core.monitorings.values() if one.session.startswith("fw-")]
        if hearing:
            self.faults.append(f"left over on the floor: {hearing}")
        for command in house.floor.core.commands.values():
            told = command.told
            is_session = told.session == f"fw-{told.command}"
            if told.state not in OVER and (is_session or told.state != "confirmed"):
                self._fault("never over", told.command, (told.kind, told.state))
        if house.unexplained():
            self.faults.append(f"unexplained: {house.unexplained()}")

    def _commands(self) -> None:
        for command, rows in self.house.told.items():
            states = [one.changed.state for one in rows]
            over = [state for state in states if state in OVER]
            self.counts[f"{rows[0].changed.kind} {states[-1]}"] += 1
            if len(over) > 1 or (over and states[-1] not in OVER):
                self._fault("ends twice", command)

    def _records(self) -> None:
        endings = self.house.endings()
        rows = {row["command"]: row for row in self.house.rows()}
        joined: dict[str, list[Any]] = {}
        for row in self.house.world.joins.rows:
            joined.setdefault(row["session"].removeprefix("fw-"), []).append(row)
        self.counts["sessions"] = len(rows)
        for command, row in rows.items():
            told = [one.changed for one in self._told(command)]
            last = told[-1] if told else None
            if row["ended_at_ms"] is None:
                self._fault("row open", command, dict(row))
            elif endings.get(command) != 1:
                self._fault("endings", command, endings.get(command, 0))
            if last is None or (row["state"], row["reason"]) != (last.state, last.reason):
                self._fault("row says otherwise", command, (row["state"], row["reason"]))
            if joined.get(command) and row["began_at_ms"] is None:
                began_s = joined[command][0]["at_s"]
                was_thrown_out = all(one["to"] - one["from"] < A_MOMENT_S for one in joined[command])
                if not was_thrown_out and not any(began_s - 6 < shaken < began_s + 4 for shaken in self._shaken):
                    self._fault("row never began", command, joined[command])
        for command in joined.keys() - rows.keys():
            self._fault("no row", command, joined[command])
