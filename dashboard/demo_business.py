"""The demo's business systems: what callers of the simulated floor did after their calls, told as a CRM would, by the real API with a token
of its own.

It looks at the calls that the history has, as a CRM has its own; what a call came to is `past_floor.customers`, so a demo with the same
seed tells the same story, and one that is started again tells nothing twice: ids are the calls'.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, select

from collectors.events import BusinessFact
from collectors.simulator.staff import Staff
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, Grant, system
from dashboard.access.permissions import Permission, Role
from dashboard.pages.services import Services, now_ms
from dashboard.past_floor.customers import TICKET_MS, Customers
from dashboard.store import StoreError
from dashboard.store.engine import reading
from dashboard.store.schema.history import visits

FILE: Final = "crm.token"
EVERY_S: Final = 5.0
BACK_MS: Final = 12 * 3_600_000
"""So far back it looks when it starts: the day's calls, not those of the weeks before, which were written with what they came to."""
_LATE_MS: Final = 60_000
_AT_ONCE: Final = 500
_PAST: Final = "past"
_DEMO: Final = system("floorwatch demo")

Items = list[dict[str, Any]]


def customers_of(staff: Staff, seed: int) -> Customers:
    """Something is sold in the first two queues, the largest."""
    return Customers(seed, frozenset(queue.id for queue in staff.queues[:2]))


def crm_token(services: Services, folder: Path) -> str:
    """The manager's token for it; the same when the demo is started again on its folder."""
    file = folder / FILE
    if file.is_file():
        return file.read_text(encoding="ascii").strip()
    manager = next(
        account
        for account in services.accounts.listed(_DEMO)
        if any(given.role == Role.MANAGER for given in account.roles)
    )
    actor = Actor("person", manager.id, manager.name, tuple(map(_grant, manager.roles)), account_id=manager.id)
    _, token = services.tokens.make(actor, "CRM", [Permission.BUSINESS_TELL], 365)
    with os.fdopen(os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w", encoding="ascii") as kept:
        kept.write(token)
    return token


def _grant(given: RoleGiven) -> Grant:
    return Grant.of(given.role, given.scope)


@dataclass
class DemoBusiness:
    """One demo's. `host`, `port`: of its pages."""

    engine: Engine
    site: str
    customers: Customers
    token: str
    host: str
    port: int
    _since_ms: int = 0
    _told: set[str] = field(default_factory=set)
    _open: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    async def run(self) -> None:
        """For ever. A page server that is away, or not there yet, is asked again."""
        while True:
            await asyncio.to_thread(self._round)
            await asyncio.sleep(EVERY_S)

    def _round(self) -> None:
        try:
            items = self.due(now_ms())
            for first in range(0, len(items), _AT_ONCE):
                self._post(items[first : first + _AT_ONCE])
        except (OSError, http.client.HTTPException, StoreError):
            self._since_ms = 0
            self._told.clear()
            self._open.clear()

    def due(self, at_ms: int) -> Items:
        """What is to be told by now and was not. Raises `StoreError`."""
        since_ms = self._since_ms or at_ms - BACK_MS
        table = visits.c
        wanted = (table.site == self.site) & (table.ended_ms > since_ms) & (table.boot != _PAST)
        query = select(table.call, table.visit, table.agent, table.queue, table.ended_ms)
        with reading(self.engine) as connection:
            rows = connection.execute(query.where(wanted, table.agent.is_not(None)).order_by(table.ended_ms)).all()
        items: Items = []
        for row in rows:
            call = f"{row.call}.{row.visit}"
            if call not in self._told and row.ended_ms <= at_ms:
                self._told.add(call)
                for fact in self.customers.after(call, row.agent, row.queue, row.ended_ms):
                    items += self._items(call, row.ended_ms, fact)
        self._since_ms = max([since_ms, *(row.ended_ms - _LATE_MS for row in rows)])
        items += [item for done_ms, item in self._open if done_ms <= at_ms]
        self._open = [(done_ms, item) for done_ms, item in self._open if done_ms > at_ms]
        return items

    def _items(self, call: str, ended_ms: int, fact: BusinessFact) -> Iterator[dict[str, Any]]:
        item: dict[str, Any] = {
            "id": f"{fact.kind}-{call}",
            "kind": fact.kind,
            "agent": fact.agent,
            "queue": fact.queue,
        }
        if fact.kind == "ticket":
            item |= {"opened": ended_ms, "due": ended_ms + TICKET_MS}
            if fact.good:
                self._open.append((fact.occurred_ms, item | {"done": fact.occurred_ms}))
            yield item
        else:
            yield item | {"at": ended_ms} | _fields(fact)

    def _post(self, items: Sequence[dict[str, Any]]) -> None:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection(self.host, self.port, timeout=10)) as link:
            link.request("POST", "/api/v1/events", json.dumps(items), headers)
            answer = link.getresponse()
            answer.read()
            if answer.status != 200:
                raise http.client.HTTPException(f"answered {answer.status}")


def _fields(fact: BusinessFact) -> dict[str, Any]:
    match fact.kind:
        case "sale":
            return {"amount": f"{fact.value / 100:.2f}"}
        case "satisfaction":
            return {"score": fact.value // 2_000, "scale": 5}
        case "resolution":
            return {"resolved": fact.good is True}
        case "qa":
            return {"score": fact.value // 100}
        case _:
            return {}
