"""Queues: their names, targets and limits. The row `*` holds those of every queue without a row of its own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.permissions import Permission
from dashboard.directory.desk import Change, Desk, Values
from dashboard.directory.entries import QueueEntry, QueueRules, SwitchName
from dashboard.directory.reach import Reach
from dashboard.directory.refusals import checked
from dashboard.directory.rows import QueueRow
from dashboard.directory.settings_of import OTHERS
from dashboard.store.schema import queues

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT


class Queues:
    """The queues of a site that somebody has confirmed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, actor: Actor) -> list[QueueRow]:
        """`*` first, then those of the actor's scope by id."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            query = select(queues).where(queues.c.site == self._desk.site)
            found = {row.id: QueueRow(row.id, entry_of(row)) for row in connection.execute(query)}
        others = found.pop(OTHERS, QueueRow(OTHERS, QueueEntry()))
        return [others, *(found[key] for key in sorted(found) if reach.shows_queue(key))]

    def get(self, actor: Actor, queue_id: str) -> QueueRow:
        """One; what is not confirmed has the values of `*`, without its names. Raises `Denied` out of scope."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            if queue_id != OTHERS:
                reach.require_queue(queue_id)
            return QueueRow(queue_id, self._entry(connection, queue_id) or self._others(connection, queue_id))

    def unconfirmed(self, actor: Actor) -> list[str]:
        """The queues that the switch reports and that have no row, by id."""
        with self._desk.reading() as connection:
            reach = self._desk.reach(connection, actor, VIEW)
            mine = select(queues.c.id).where(queues.c.site == self._desk.site)
            known = set(connection.execute(mine).scalars())
        return sorted(key for key in {*self._desk.seen().queues} - known if reach.shows_queue(key))

    def put(self, actor: Actor, queue_id: str, values: Values) -> QueueRow:
        """Changes what `values` names; a queue that had no row gets one, for the rest as `*` has it."""
        queue_id = checked(SwitchName, {"id": queue_id}).id
        with self._desk.changing(actor) as change:
            self._require(change, actor, queue_id)
            before = self._entry(change.connection, queue_id)
            base = before or self._others(change.connection, queue_id)
            entry = checked(QueueRules, {**base.model_dump(), **values})
            self._write(change, queue_id, before, entry)
            return QueueRow(queue_id, entry)

    def remove(self, actor: Actor, queue_id: str) -> None:
        """Takes a queue's own row away: it follows `*` then, and `*` what the product comes with."""
        with self._desk.changing(actor) as change:
            reach = self._require(change, actor, queue_id)
            before = self._entry(change.connection, queue_id)
            if before is None:
                raise reach.missing("queue", queue_id)
            change.connection.execute(delete(queues).where(self._is(queue_id)))
            change.note("queue.removed", _target(queue_id, before), before.model_dump(), None)

    def _write(self, change: Change, queue_id: str, before: QueueEntry | None, entry: QueueEntry) -> None:
        values = entry.model_dump()
        if before is None:
            change.connection.execute(queues.insert().values(site=self._desk.site, id=queue_id, **values))
            change.note("queue.added", _target(queue_id, entry), None, values)
        elif change.note("queue.changed", _target(queue_id, entry), before.model_dump(), values):
            change.connection.execute(update(queues).where(self._is(queue_id)).values(values))

    def _require(self, change: Change, actor: Actor, queue_id: str) -> Reach:
        reach = self._desk.reach(change.connection, actor, EDIT)
        if queue_id == OTHERS:
            reach.require_everything("queue *")
        reach.require_queue(queue_id)
        return reach

    def _is(self, queue_id: str) -> Any:
        return (queues.c.site == self._desk.site) & (queues.c.id == queue_id)

    def _entry(self, connection: Connection, queue_id: str) -> QueueEntry | None:
        row = connection.execute(select(queues).where(self._is(queue_id))).one_or_none()
        return None if row is None else entry_of(row)

    def _others(self, connection: Connection, queue_id: str) -> QueueEntry:
        others = self._entry(connection, OTHERS) if queue_id != OTHERS else None
        return QueueEntry() if others is None else others.model_copy(update={"name_zh": "", "name_en": ""})


def entry_of(row: Row[Any]) -> QueueEntry:
    """Unchecked: what is kept may be older than a rule."""
    return QueueEntry.model_construct(**{name: getattr(row, name) for name in QueueEntry.model_fields})


def _target(queue_id: str, entry: QueueEntry) -> Target:
    return Target("queue", queue_id, entry.name_zh or entry.name_en or queue_id)
