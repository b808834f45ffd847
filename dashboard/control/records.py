"""What is on record of each command: its line in the audit log before anything is done, and the session's row.

Invariants: no line, no action (`audited` raises, and nothing is sent); a session's row is made in the same transaction as its line;
what becomes known later (began, modes, ended) is kept until the database takes it, in its order.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from collectors.clock import Clock
from collectors.events import MonitorMode
from dashboard.access.actor import Actor, system
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_line import told
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import monitoring_sessions
from dashboard.supervision.commands import LONGEST_PURPOSE, Request
from dashboard.supervision.reasons import Reason

log = logging.getLogger("floorwatch.control")

RETRY_S: Final = 2.0
MOST_KEPT: Final = 10_000
CONTROL: Final = system("control")
"""Who ends sessions that nobody stopped, and who tells of what nobody asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a command when it is allowed. `opens`: it opens a session, so it gets a row."""

    request: Request
    actor: Actor
    agent: str
    agent_name: str
    queue: str | None
    mode: MonitorMode | None
    supervisor: str
    opens: bool


class Records:
    """Writes. `audited`, `left_open` and `close` block, for threads; the rest is noted and written by `run`."""

    def __init__(self, audit: Audit, site: str, switch: str, clock: Clock) -> None:
        self._audit = audit
        self._site = site
        self._switch = switch
        self._clock = clock
        self._later: deque[Callable[[], None]] = deque()
        self._news = asyncio.Event()
        self._turn = asyncio.Lock()

    @property
    def unwritten(self) -> int:
        """What waits for the database."""
        return len(self._later)

    # -- before -----------------------------------------------------------------------------------------------------

    def audited(self, entry: Entry) -> None:
        """The line, and the session's row. Raises `StoreError`: then it must not be done."""
        request = entry.request
        with self._audit.writing() as connection:
            self._audit.append(
                connection,
                entry.actor,
                request.kind,
                _target(entry.agent, entry.agent_name, request),
                reason=request.purpose,
                details=_details(entry, self._switch),
            )
            if entry.opens:
                connection.execute(monitoring_sessions.insert().values(self._row(entry)))

    def _row(self, entry: Entry) -> dict[str, Any]:
        request = entry.request
        return {
            "command": request.id,
            "site": self._site,
            "switch": self._switch,
            "account_id": entry.actor.account_id,
            "by_name": told(entry.actor.name, 100),
            "agent": entry.agent,
            "queue": entry.queue,
            "visit": request.visit[:300],
            "via": request.via,
            "purpose": told(request.purpose, LONGEST_PURPOSE, is_prose=True),
            "modes": "[]",
            "asked_at_ms": request.asked_at_ms,
            "state": "audited",
            "reason": "",
        }

    def denied(self, actor: Actor, request: Request, reason: Reason) -> None:
        """It was not allowed to them. Counted when it is the same again within a minute; never raises."""
        self._note(lambda: self._audit.denied(actor, request.kind, Target("agent", request.agent, f"{reason}")))

    # -- after ------------------------------------------------------------------------------------------------------

    def began(self, command: str, at_ms: int, mode: MonitorMode) -> None:
        """A session is in its call."""
        self._update(command, began_at_ms=at_ms, state="confirmed", modes=_modes([(at_ms, mode)]))

    def switched(self, command: str, modes: list[tuple[int, MonitorMode]]) -> None:
        """Its modes so far."""
        self._update(command, modes=_modes(modes))

    def ended(
        self,
        request: Request,
        actor: Actor,
        state: str,
        reason: Reason,
        at_ms: int,
        modes: list[tuple[int, MonitorMode]],
    ) -> None:
        """A session is over; with a line of its own, because who was in for how long is what people ask later."""

        def write() -> None:
            with self._audit.writing() as connection:
                self._audit.append(
                    connection,
                    actor,
                    "monitoring.ended",
                    Target("agent", request.agent),
                    result="ok" if state == "ended" else state,
                    details={
                        "command": request.id,
                        "reason": str(reason),
                        "modes": [list(one) for one in modes],
                        "at_ms": at_ms,
                    },
                )
                row = monitoring_sessions.update().where(monitoring_sessions.c.command == request.id)
                connection.execute(row.values(ended_at_ms=at_ms, state=state, reason=str(reason), modes=_modes(modes)))

        self._note(write)

    def failed(self, request: Request, actor: Actor, state: str, reason: Reason) -> None:
        """A command that opens no session was on record, and came to nothing."""
        details = {"command": request.id, "reason": str(reason)}
        target = Target("agent", request.agent) if request.agent else Target("call", request.visit)
        self._note(lambda: _ignored(self._audit.record(actor, request.kind, target, result=state, details=details)))

    def unexplained(self, session: str, device: str, agent: str, agent_name: str) -> None:
        """Somebody is in a call, and nobody asked us for it."""
        details = {"session": session, "supervisor": device, "switch": self._switch}
        target = Target("agent", agent, agent_name)
        self._note(
            lambda: _ignored(
                self._audit.record(CONTROL, "monitoring.unexplained", target, result="alert", details=details)
            )
        )

    def left_open(self) -> None:
        """Sessions that an earlier process did not see the end of are closed. Raises `StoreError`."""
        table = monitoring_sessions.c
        mine = (table.site == self._site) & (table.switch == self._switch) & table.ended_at_ms.is_(None)
        with reading(self._audit.engine) as connection:
            open_ones = list(connection.execute(select(table.command, table.agent).where(mine)).all())
        for command, agent in open_ones:
            with self._audit.writing() as connection:
                details = {"command": command, "reason": str(Reason.CONTROL_RESTARTED)}
                self._audit.append(connection, CONTROL, "monitoring.ended", Target("agent", agent), details=details)
                row = monitoring_sessions.update().where(table.command == command)
                now_ms = self._clock.now_ms()
                connection.execute(row.values(ended_at_ms=now_ms, state="ended", reason=str(Reason.CONTROL_RESTARTED)))

    def _update(self, command: str, **values: Any) -> None:
        def write() -> None:
            with writing(self._audit.engine) as connection:
                connection.execute(
                    monitoring_sessions.update().where(monitoring_sessions.c.command == command).values(values)
                )

        self._note(write)

    def _note(self, write: Callable[[], None]) -> None:
        if len(self._later) >= MOST_KEPT:
            log.error("What became of %d commands waits for the database; no more is kept.", len(self._later))
            return
        self._later.append(write)
        self._news.set()

    async def run(self) -> None:
        """Writes what was noted, in its order, for ever; an outage of the database is waited out."""
        while True:
            await self._news.wait()
            self._news.clear()
            await self.flush()

    async def flush(self) -> None:
        """All that was noted."""
        async with self._turn:
            while self._later:
                try:
                    await asyncio.to_thread(self._later[0])
                except StoreError as error:
                    log.warning("%s What became of commands is written later.", error)
                    await self._clock.sleep(RETRY_S)
                else:
                    self._later.popleft()


def _target(agent: str, name: str, request: Request) -> Target:
    return Target("agent", agent, name) if agent else Target("call", request.visit)


def _details(entry: Entry, switch: str) -> Mapping[str, Any]:
    request = entry.request
    found = {
        "command": request.id,
        "switch": switch,
        "visit": request.visit,
        "queue": request.queue or entry.queue,
        "mode": entry.mode,
        "via": request.via if entry.opens else None,
        "supervisor": entry.supervisor,
        "value": request.value,
        "session": request.opened,
    }
    return {name: value for name, value in found.items() if value}


def _modes(modes: list[tuple[int, MonitorMode]]) -> str:
    return json.dumps([list(one) for one in modes])


def _ignored(_seq: int) -> None:
    """A line's number is nobody's concern here."""
