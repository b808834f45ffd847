"""Alerts, as people read and answer them: open ones and past ones of their scope; acknowledged, or snoozed for a while.

Who acknowledges says "I am on it": desks fall silent for everybody, the alert stays until it is over. Who snoozes holds everything about
this cause back, also when it fires again meanwhile. Both need `alerts.answer` where the alert is, and stand in the audit log; an alert of
another's scope is answered like one that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import redis
from sqlalchemy import Connection, Engine, select, update

from collectors.events import FloorSettings
from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.alerts.rule import Measured, measured_loaded
from dashboard.alerts.whereabouts import Places, places_of
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules, alerts

SNOOZES_MIN: Final = (15, 60, 240, 480)
"""For how long. 0 ends it."""

PAGE: Final = 50
_LOOKED_AT: Final = 2_000
"""Rows of one page's reading, whoever they are for: a narrow scope gets a shorter page rather than a slow one."""

_VIEW: Final = Permission.ALERTS_VIEW
_ANSWER: Final = Permission.ALERTS_ANSWER


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """What was to be told to one channel, and what became of it (`error`: as it is kept)."""

    channel: str
    kind: str
    what: str
    tries: int
    sent_at_ms: int | None
    given_up_at_ms: int | None
    error: str


@dataclass(frozen=True, slots=True)
class AlertLine:
    """One alert. `may_answer`: by who asks. `measured` None: of a release that wrote it otherwise."""

    id: str
    rule: str
    level: str
    metric: str
    measured: Measured | None
    about: str
    began_at_ms: int
    ended_at_ms: int | None
    ended_why: str
    value: float | None
    worst: float | None
    acknowledged_by: str | None
    acknowledged_at_ms: int | None
    snoozed_until_ms: int | None
    deliveries: tuple[DeliveryLine, ...]
    may_answer: bool


@dataclass(frozen=True, slots=True)
class AlertPage:
    """`after`: where the next page begins, as `Alerts.past` takes it; "" there is none. `settings`: names of what they are about."""

    lines: tuple[AlertLine, ...]
    settings: FloorSettings
    after: str = ""


class Alerts:
    """The alerts of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def open(self, actor: Actor) -> AlertPage:
        """Those that are not over: red ones first, then the newest."""
        page = self._page(actor, alerts.c.ended_at_ms.is_(None))
        return AlertPage(tuple(sorted(page.lines, key=lambda one: one.level != "red")), page.settings)

    def past(self, actor: Actor, after: str = "") -> AlertPage:
        """Those that are over, the newest first, from behind `after` (hostile: what is no mark of ours is the beginning)."""
        is_over = alerts.c.ended_at_ms.is_not(None)
        at_ms, _, alert_id = after.partition("-")
        if not (at_ms.isascii() and at_ms.isdigit() and len(at_ms) <= 15):
            return self._page(actor, is_over)
        is_same = alerts.c.began_at_ms == int(at_ms)
        is_behind = (alerts.c.began_at_ms < int(at_ms)) | (is_same & (alerts.c.id > alert_id[:32]))
        return self._page(actor, is_over & is_behind)

    def waiting(self, actor: Actor) -> int:
        """How many are open that nobody has acknowledged or snoozed, in their scope."""
        lines = self._page(actor, alerts.c.ended_at_ms.is_(None) & alerts.c.acknowledged_at_ms.is_(None)).lines
        return sum(1 for one in lines if (one.snoozed_until_ms or 0) <= self._now_ms())

    def acknowledge(self, actor: Actor, alert_id: str) -> None:
        """Somebody is on it. Who was first stays. Raises `Denied`; `Refused` for one that is over."""
        with self._answering(actor, alert_id) as (connection, row):
            if row.acknowledged_at_ms is not None:
                return
            values = {"acknowledged_by": actor.name[:100], "acknowledged_at_ms": self._now_ms()}
            connection.execute(update(alerts).where(alerts.c.id == alert_id).values(values))
            self._line(connection, actor, "alerts.acknowledged", row)

    def snooze(self, actor: Actor, alert_id: str, minutes: int) -> None:
        """Nobody is told of this cause for so long; 0: they are again. Raises `Denied`; `Refused`."""
        if minutes not in {0, *SNOOZES_MIN}:
            raise Refused("alert.refused.snooze", "minutes")
        with self._answering(actor, alert_id) as (connection, row):
            until_ms = self._now_ms() + minutes * 60_000 if minutes else None
            connection.execute(update(alerts).where(alerts.c.id == alert_id).values(snoozed_until_ms=until_ms))
            self._line(connection, actor, "alerts.snoozed", row, {"minutes": minutes})

    # -- parts of it ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _answering(self, actor: Actor, alert_id: str) -> Iterator[tuple[Connection, Any]]:
        scope = actor.require(_ANSWER)
        with self._audit.writing() as connection:
            query = select(alerts, alert_rules.c.name).join(alert_rules, alert_rules.c.id == alerts.c.rule_id)
            mine = (alerts.c.site == self._site) & (alerts.c.id == alert_id)
            row = connection.execute(query.where(mine)).one_or_none()
            places = places_of(settings_of(rows_of(connection, self._site)))
            if row is None or not _is_for(scope, places, row):
                raise Denied(_ANSWER, f"alert {alert_id[:64]}")
            if row.ended_at_ms is not None:
                raise Refused("alert.refused.over")
            yield connection, row
        notices.tell(self._redis, self._site, Notice("alerts"))

    def _line(
        self, connection: Connection, actor: Actor, action: str, row: Any, more: Mapping[str, Any] | None = None
    ) -> None:
        details = {"metric": row.metric, "about": row.about, "began_at_ms": row.began_at_ms, **(more or {})}
        self._audit.append(connection, actor, action, Target("alert", row.id, row.name), details=details)

    def _page(self, actor: Actor, which: Any) -> AlertPage:
        scope, answers = actor.require(_VIEW), actor.scope(_ANSWER)
        query = select(alerts, alert_rules.c.name).join(alert_rules, alert_rules.c.id == alerts.c.rule_id)
        query = query.where((alerts.c.site == self._site) & which)
        with reading(self._engine) as connection:
            settings = settings_of(rows_of(connection, self._site))
            places = places_of(settings)
            found = connection.execute(query.order_by(alerts.c.began_at_ms.desc(), alerts.c.id).limit(_LOOKED_AT)).all()
            rows = [row for row in found if _is_for(scope, places, row)]
            shown = rows[:PAGE]
            deliveries = self._deliveries(connection, [row.id for row in shown])
        more = len(rows) > PAGE or len(found) == _LOOKED_AT
        last = shown[-1] if len(rows) > PAGE else found[-1] if found else None
        return AlertPage(
            tuple(
                _alert_line(row, deliveries.get(row.id, ()), may_answer=_is_for(answers, places, row)) for row in shown
            ),
            settings,
            f"{last.began_at_ms}-{last.id}" if more and last is not None else "",
        )

    def _deliveries(self, connection: Connection, ids: list[str]) -> Mapping[str, tuple[DeliveryLine, ...]]:
        table = alert_deliveries.c
        query = select(alert_deliveries, alert_channels.c.name, alert_channels.c.kind).join(
            alert_channels, alert_channels.c.id == table.channel_id
        )
        found: dict[str, tuple[DeliveryLine, ...]] = {}
        for row in connection.execute(query.where(table.alert_id.in_(ids)).order_by(table.due_at_ms, table.id)):
            line = DeliveryLine(row.name, row.kind, row.what, row.tries, row.sent_at_ms, row.given_up_at_ms, row.error)
            found[row.alert_id] = (*found.get(row.alert_id, ()), line)
        return found


def _is_for(scope: Scope, places: Places, row: Any) -> bool:
    measured = measured_loaded(row.measured)
    return scope.is_everything if measured is None else places.is_for(scope, measured, row.about)


def _alert_line(row: Any, deliveries: tuple[DeliveryLine, ...], *, may_answer: bool) -> AlertLine:
    return AlertLine(
        row.id,
        row.name,
        row.level,
        row.metric,
        measured_loaded(row.measured),
        row.about,
        row.began_at_ms,
        row.ended_at_ms,
        row.ended_why,
        row.value,
        row.worst,
        row.acknowledged_by,
        row.acknowledged_at_ms,
        row.snoozed_until_ms,
        deliveries,
        may_answer and row.ended_at_ms is None,
    )
