"""Where the directory is read and written: one transaction a change, or one for many.

Invariants of a change: its rows, its lines in the audit log and the settings outbox are one transaction; notices go out after
it has been committed; a change that changes nothing leaves no line, and tells nobody.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import Connection, Engine, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.team_tree import parents
from dashboard.directory import outbox
from dashboard.directory.reach import Reach
from dashboard.directory.seen import SeenNow
from dashboard.store.engine import reading
from dashboard.store.schema import floor_rules

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """What one change was: `before` and `after` hold only what differs; None: it was not there."""

    action: str
    target: Target
    before: Values | None
    after: Values | None

    def details(self) -> dict[str, Any]:
        """For the audit log."""
        return {name: values for name, values in (("before", self.before), ("after", self.after)) if values is not None}


@dataclass(slots=True)
class Change:
    """A change in progress. `touches_company`: it is about people or teams, which all sites share."""

    connection: Connection
    actor: Actor
    at_ms: int
    lines: list[Line] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    touches_company: bool = False

    def note(self, action: str, target: Target, before: Values | None, after: Values | None) -> bool:
        """Notes what was changed; False if before and after are the same, then nothing was."""
        if before is not None and after is not None:
            names = [name for name in after if before.get(name) != after[name]]
            if not names:
                return False
            before, after = ({name: side.get(name) for name in names} for side in (before, after))
        self.lines.append(Line(action, target, before, after))
        return True

    def tell(self, notice: Notice) -> None:
        """To be published when the change is committed."""
        if notice not in self.notices:
            self.notices.append(notice)


class Desk:
    """One site's directory: a transaction for each change."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        site: str,
        *,
        seen: SeenNow,
        tell: Callable[[Notice], None],
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.engine = engine
        self.audit = audit
        self.site = site
        self.seen = seen
        self.now_ms = now_ms
        self._tell = tell

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction to read in."""
        return reading(self.engine)

    @contextmanager
    def changing(self, actor: Actor) -> Iterator[Change]:
        """A transaction to change in: committed with its lines, or not at all."""
        with self.audit.writing() as connection:
            change = Change(connection, actor, self.now_ms())
            yield change
            for line in change.lines:
                self.audit.append(connection, actor, line.action, target=line.target, details=line.details())
            self.settle(change)
        self.publish(change)

    def reach(self, connection: Connection, actor: Actor, permission: Permission) -> Reach:
        """How far the permission reaches. Raises `Denied` if nowhere. Teams and the switch are only read if it has bounds."""
        if actor.require(permission).is_everything:
            return Reach.of(actor, permission, {})
        served = {agent.id: agent.queues for agent in self.seen().agents}
        return Reach.of(actor, permission, parents(connection), served)

    def settle(self, change: Change) -> None:
        """Before the commit: the directory is the people's from now on, and the floor is to be told."""
        if not change.lines:
            return
        sites = outbox.known_sites(change.connection) if change.touches_company else set()
        sites.add(self.site)
        _take_over(change.connection, sites, change.at_ms)
        outbox.note(change.connection, sites, change.actor.name or change.actor.id, change.at_ms)

    def publish(self, change: Change) -> None:
        """After the commit."""
        for notice in change.notices:
            self._tell(notice)


class OpenDesk(Desk):
    """A desk on a transaction that is open already: each change is a savepoint of it, and its lines are collected."""

    def __init__(self, outer: Desk, whole: Change) -> None:
        super().__init__(
            outer.engine, outer.audit, outer.site, seen=outer.seen, tell=outer._tell, now_ms=lambda: whole.at_ms
        )
        self._whole = whole

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """The open transaction sees what was changed in it."""
        yield self._whole.connection

    @contextmanager
    def changing(self, actor: Actor) -> Iterator[Change]:
        """A savepoint: what raises in it is undone, and only that."""
        whole = self._whole
        with whole.connection.begin_nested():
            change = Change(whole.connection, actor, whole.at_ms)
            yield change
        whole.lines += change.lines
        whole.touches_company |= change.touches_company
        for notice in change.notices:
            whole.tell(notice)

    @property
    def counts(self) -> Counter[str]:
        """How many changes of each kind were made so far."""
        return Counter(line.action for line in self._whole.lines)


Origin = Literal["file", "people"]


def _take_over(connection: Connection, sites: set[str], at_ms: int) -> None:
    """Marks the sites' directory as changed by people: the floor file is not read again."""
    present = set(connection.execute(select(floor_rules.c.site).where(floor_rules.c.site.in_(sites))).scalars())
    for site in sites - present:
        connection.execute(floor_rules.insert().values(plain_rules(site, "people", at_ms)))
    connection.execute(
        update(floor_rules)
        .where(floor_rules.c.site.in_(present), floor_rules.c.origin != "people")
        .values(origin="people", changed_at_ms=at_ms)
    )


def plain_rules(site: str, origin: Origin, at_ms: int) -> dict[str, Any]:
    """The row of a site that nobody has given rules."""
    return {
        "site": site,
        "time_zone": "Asia/Shanghai",
        "day_starts_at_min": 0,
        "interval_min": 30,
        "effective_call_s": 30,
        "state_limits_s": "{}",
        "origin": origin,
        "changed_at_ms": at_ms,
    }
