"""The directory of one site: its rooms, each change a transaction of its own, or many in one.

Calls block on the database; the object may be shared by threads.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from redis import Redis
from sqlalchemy import Engine

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice, tell
from dashboard.access.permissions import Permission
from dashboard.directory.agents import Agents
from dashboard.directory.desk import Change, Desk, OpenDesk
from dashboard.directory.people import People
from dashboard.directory.queues import Queues
from dashboard.directory.reasons import Reasons
from dashboard.directory.rules import Rules
from dashboard.directory.seen import Seen, SeenNow, SeenRecord, nothing_seen
from dashboard.directory.teams import Teams
from dashboard.store.engine import writing


def _tell_nobody(notice: Notice) -> None:
    del notice


class Rooms:
    """What there is in it."""

    def __init__(self, desk: Desk) -> None:
        self.people = People(desk)
        self.teams = Teams(desk)
        self.agents = Agents(desk)
        self.queues = Queues(desk)
        self.reasons = Reasons(desk)
        self.rules = Rules(desk)


class Directory(Rooms):
    """`seen`: what the switch shows now. `tell`: publishes what others have to look at again (`access.notices`)."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        site: str,
        *,
        seen: SeenNow = nothing_seen,
        tell: Callable[[Notice], None] = _tell_nobody,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self._desk = Desk(engine, audit, site, seen=seen, tell=tell, now_ms=now_ms)
        super().__init__(self._desk)

    @classmethod
    def on(cls, engine: Engine, audit: Audit, redis: Redis, site: str) -> Directory:
        """With what the switch shows read from Redis, and notices published there."""
        return cls(engine, audit, site, seen=SeenRecord(redis, site).read, tell=partial(tell, redis, site))

    @property
    def site(self) -> str:
        """The site whose agents, queues, reasons and rules these are."""
        return self._desk.site

    def seen(self) -> Seen:
        """What the switch shows of itself, without any right: services cut it to a scope."""
        return self._desk.seen()

    @contextmanager
    def together(
        self,
        actor: Actor,
        action: str,
        *,
        target: Target | None = None,
        reason: str = "",
        details: Mapping[str, Any] | None = None,
        dry_run: bool = False,
    ) -> Iterator[Together]:
        """Many changes as one: one transaction, one line in the audit log (`action`, with all changes), one outbox row.

        What raises `Refused` inside one call of the yielded directory is undone alone; catch it and go on, or not: an
        exception that leaves the block undoes everything, as do `dry_run` and `give_up`.
        """
        actor.require(Permission.DIRECTORY_EDIT)
        try:
            # A dry run takes no turn at the audit log: on PostgreSQL it holds nobody up.
            with writing(self._desk.engine) if dry_run else self._desk.audit.writing() as connection:
                whole = Change(connection, actor, self._desk.now_ms())
                together = Together(OpenDesk(self._desk, whole))
                yield together
                together.end(undo=dry_run)
                facts = {**(details or {}), "counts": dict(together.counts), "changes": _changes(whole)}
                where = target or Target("directory", self.site, self.site)
                self._desk.audit.append(connection, actor, action, target=where, reason=reason, details=facts)
                self._desk.settle(whole)
        except _Undone:
            return
        self._desk.publish(whole)


class Together(Rooms):
    """A directory on an open transaction. Use it only inside `Directory.together`."""

    def __init__(self, desk: OpenDesk) -> None:
        super().__init__(desk)
        self._open = desk
        self.is_given_up = False

    @property
    def counts(self) -> Counter[str]:
        """Changes so far by the audit log's word (`person.added`); what was as wanted already is not counted."""
        return self._open.counts

    def give_up(self) -> None:
        """Nothing of it shall stay."""
        self.is_given_up = True

    def end(self, *, undo: bool) -> None:
        """Raises what rolls back if nothing of it shall stay, or nothing was changed."""
        if undo or self.is_given_up or not self.counts:
            raise _Undone


class _Undone(Exception):  # noqa: N818 — no error: it only makes the transaction roll back
    pass


def _changes(whole: Change) -> list[dict[str, Any]]:
    return [
        {"action": line.action, "id": line.target.id, "name": line.target.name, **line.details()}
        for line in whole.lines
    ]
