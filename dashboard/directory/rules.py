"""The rules of a site's floor: its business day, and how long a state may last before a tile says so."""

from __future__ import annotations

import json
import time
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection, Row, select, update

from dashboard.access.actor import Actor
from dashboard.access.audit import Target
from dashboard.access.permissions import Permission
from dashboard.directory.desk import Desk, Values, plain_rules
from dashboard.directory.entries import RulesEntry
from dashboard.directory.refusals import checked
from dashboard.store import StoreError
from dashboard.store.schema import floor_rules

VIEW, EDIT = Permission.DIRECTORY_VIEW, Permission.DIRECTORY_EDIT

ZONE_KEPT_S: Final = 10.0


class Rules:
    """They hold for the whole floor, so changing them needs a scope of everything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._zone: tuple[ZoneInfo, float] | None = None

    def get(self, actor: Actor) -> RulesEntry:
        """As they are; the product's own if nobody has given any."""
        actor.require(VIEW)
        with self._desk.reading() as connection:
            row = self._row(connection)
        return RulesEntry() if row is None else _entry(row)

    def time_zone(self) -> ZoneInfo:
        """The site's: every page writes times in it, so that it is nobody's secret. The last known one, for some seconds and
        while the database is away."""
        known = self._zone
        now_s = time.monotonic()
        if known is None or now_s - known[1] > ZONE_KEPT_S:
            self._zone = known = (self._zone_now(known), now_s)
        return known[0]

    def _zone_now(self, known: tuple[ZoneInfo, float] | None) -> ZoneInfo:
        try:
            with self._desk.reading() as connection:
                row = self._row(connection)
            return ZoneInfo(RulesEntry().time_zone if row is None else row.time_zone)
        except (StoreError, ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(RulesEntry().time_zone) if known is None else known[0]

    def put(self, actor: Actor, values: Values) -> RulesEntry:
        """Changes what `values` names."""
        with self._desk.changing(actor) as change:
            self._desk.reach(change.connection, actor, EDIT).require_everything("rules")
            row = self._row(change.connection)
            before = RulesEntry() if row is None else _entry(row)
            entry = checked(RulesEntry, {**before.model_dump(), **values})
            target = Target("rules", self._desk.site, self._desk.site)
            if change.note("rules.changed", target, before.model_dump(), entry.model_dump()):
                if row is None:
                    made = plain_rules(self._desk.site, "people", change.at_ms)
                    change.connection.execute(floor_rules.insert().values(made))
                columns = {**_columns(entry), "changed_at_ms": change.at_ms}
                change.connection.execute(
                    update(floor_rules).where(floor_rules.c.site == self._desk.site).values(columns)
                )
            return entry

    def _row(self, connection: Connection) -> Row[Any] | None:
        return connection.execute(select(floor_rules).where(floor_rules.c.site == self._desk.site)).one_or_none()


def _entry(row: Row[Any]) -> RulesEntry:
    """Unchecked: what is kept may be older than a rule."""
    hours, minutes = divmod(row.day_starts_at_min, 60)
    return RulesEntry.model_construct(
        time_zone=row.time_zone,
        day_starts_at=f"{hours:02}:{minutes:02}",
        interval_min=row.interval_min,
        effective_call_s=row.effective_call_s,
        state_limits_s=json.loads(row.state_limits_s),
    )


def _columns(entry: RulesEntry) -> dict[str, Any]:
    return {
        "time_zone": entry.time_zone,
        "day_starts_at_min": entry.day_starts_at_min,
        "interval_min": entry.interval_min,
        "effective_call_s": entry.effective_call_s,
        "state_limits_s": json.dumps(entry.state_limits_s, sort_keys=True),
    }
