"""The catalogue of pause reasons: what each word of the switch means, and how long it may last.

A reason that is not in it is shown as it came, counts as rest, and is listed for whoever keeps the catalogue.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Row, delete, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.permissions import Permission
from dashboard.directory.desk import Change, Desk, Values
from dashboard.directory.entries import ReasonEntry, SwitchName
from dashboard.directory.refusals import Unknown, checked
from dashboard.directory.rows import ReasonRow
from dashboard.store.schema import pause_reasons

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT

DEFAULTS: Final[dict[str, ReasonEntry]] = {
    "小休": ReasonEntry(name_zh="小休", name_en="Break", category="rest", limit_min=15, icon="coffee"),
    "就餐": ReasonEntry(name_zh="就餐", name_en="Meal", category="rest", limit_min=45, icon="meal"),
    "培训": ReasonEntry(name_zh="培训", name_en="Training", category="productive", limit_min=60, icon="book"),
    "会议": ReasonEntry(name_zh="会议", name_en="Meeting", category="productive", limit_min=60, icon="people"),
    "话后处理": ReasonEntry(
        name_zh="话后处理", name_en="After-call work", category="work_after_call", limit_min=5, icon="pencil"
    ),
    "外呼": ReasonEntry(name_zh="外呼", name_en="Outbound", category="productive", icon="phone-out"),
}
"""What most floors have; proposed, never put in unasked."""


class Reasons:
    """The catalogue of a site. It holds for the whole floor, so changing it needs a scope of everything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listed(self, actor: Actor) -> list[ReasonRow]:
        """The whole catalogue, by reason."""
        actor.require(VIEW)
        with self._desk.reading() as connection:
            query = select(pause_reasons).where(pause_reasons.c.site == self._desk.site)
            found = [ReasonRow(row.reason, _entry(row)) for row in connection.execute(query)]
        return sorted(found, key=lambda row: row.reason)

    def get(self, actor: Actor, reason: str) -> ReasonRow:
        """One line. Raises `Unknown`."""
        actor.require(VIEW)
        with self._desk.reading() as connection:
            found = self._found(connection, reason)
        if found is None:
            raise Unknown("reason", reason)
        return ReasonRow(reason, found)

    def unknown(self, actor: Actor) -> list[str]:
        """The reasons that the floor reports and that the catalogue has not."""
        known = {row.reason for row in self.listed(actor)}
        return sorted(reason for reason in {*self._desk.seen().reasons} - known if reason)

    def put(self, actor: Actor, reason: str, values: Values) -> ReasonRow:
        """Changes what `values` names; a new reason gets a line."""
        reason = checked(SwitchName, {"id": reason}).id
        with self._desk.changing(actor) as change:
            self._desk.reach(change.connection, actor, EDIT).require_everything(f"reason {reason}")
            before = self._found(change.connection, reason)
            base = {} if before is None else before.model_dump()
            entry = checked(ReasonEntry, {**base, **values})
            self._write(change, reason, before, entry)
            return ReasonRow(reason, entry)

    def add_defaults(self, actor: Actor) -> int:
        """Adds those of `DEFAULTS` that are missing, and says how many."""
        with self._desk.changing(actor) as change:
            self._desk.reach(change.connection, actor, EDIT).require_everything("reasons")
            missing = [reason for reason in DEFAULTS if self._found(change.connection, reason) is None]
            for reason in missing:
                self._write(change, reason, None, DEFAULTS[reason])
        return len(missing)

    def remove(self, actor: Actor, reason: str) -> None:
        """Takes a line away. Raises `Unknown`."""
        with self._desk.changing(actor) as change:
            self._desk.reach(change.connection, actor, EDIT).require_everything(f"reason {reason}")
            before = self._found(change.connection, reason)
            if before is None:
                raise Unknown("reason", reason)
            change.connection.execute(delete(pause_reasons).where(self._is(reason)))
            change.note("reason.removed", Target("reason", reason, reason), before.model_dump(), None)

    def _write(self, change: Change, reason: str, before: ReasonEntry | None, entry: ReasonEntry) -> None:
        target = Target("reason", reason, entry.name_zh or entry.name_en or reason)
        if before is None:
            row = {"site": self._desk.site, "reason": reason, **_columns(entry)}
            change.connection.execute(pause_reasons.insert().values(row))
            change.note("reason.added", target, None, entry.model_dump())
        elif change.note("reason.changed", target, before.model_dump(), entry.model_dump()):
            change.connection.execute(update(pause_reasons).where(self._is(reason)).values(_columns(entry)))

    def _is(self, reason: str) -> Any:
        return (pause_reasons.c.site == self._desk.site) & (pause_reasons.c.reason == reason)

    def _found(self, connection: Connection, reason: str) -> ReasonEntry | None:
        row = connection.execute(select(pause_reasons).where(self._is(reason))).one_or_none()
        return None if row is None else _entry(row)


def _entry(row: Row[Any]) -> ReasonEntry:
    return ReasonEntry.model_construct(
        name_zh=row.name_zh,
        name_en=row.name_en,
        category=row.category,
        limit_min=row.limit_s / 60,
        quota=row.quota,
        icon=row.icon,
    )


def _columns(entry: ReasonEntry) -> dict[str, Any]:
    return {**entry.model_dump(exclude={"limit_min"}), "limit_s": entry.limit_s}
