"""What the watch keeps in the database: open alerts, hold times that run, and what is to be told.

Invariants: an alert, its end and what is to be told of them are one transaction. Of one cause at most one alert is open: the database
refuses a second one, so that two historians for a moment do no harm. What began and was not told when it ended is told as one line, or,
when nobody was to be told then (quiet hours, snoozed), not at all.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from dashboard.access.scope import load_or_nothing
from dashboard.alerts.judging import Began, Cause, Ended, Judged, Key, KnownRule, OpenAlert, Standing, State
from dashboard.alerts.rule import RuleUnreadable, loaded, measured_dumped, measured_loaded
from dashboard.alerts.whereabouts import Places
from dashboard.boards.lasting import Beyond
from dashboard.boards.quiet import is_quiet
from dashboard.store.engine import reading, writing
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules, alert_timers, alert_watch, alerts

Timer = tuple[str, str, str, bool, int]
HELD: Final = "held"
"""Why a delivery was given up that nobody was to be woken by."""

_IS_PENDING: Final = alert_deliveries.c.sent_at_ms.is_(None) & alert_deliveries.c.given_up_at_ms.is_(None)


class Ledger:
    """One site's. Calls block, and raise `StoreError`."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def rules(self) -> list[KnownRule]:
        """Every rule that is not removed, by id."""
        mine = (alert_rules.c.site == self._site) & alert_rules.c.removed_at_ms.is_(None)
        with reading(self._engine) as connection:
            rows = connection.execute(select(alert_rules).where(mine).order_by(alert_rules.c.id)).all()
        return [known_rule(row) for row in rows]

    def state(self) -> dict[Key, Cause]:
        """Where the last historian was."""
        with reading(self._engine) as connection:
            seen_ms = self._seen_ms(connection)
            timers = connection.execute(self._timers()).all()
            mine = (alerts.c.site == self._site) & alerts.c.ended_at_ms.is_(None)
            open_ones = connection.execute(select(alerts).where(mine)).all()
        found = {
            (row.rule_id, row.about): Cause(row.measured, Beyond(row.is_on, row.against_ms), seen_ms) for row in timers
        }
        for row in open_ones:
            key, alert = (row.rule_id, row.about), OpenAlert(row.id, row.began_at_ms, row.value, row.worst)
            timer = found.get(key)
            runs = timer is not None and timer.beyond.is_on and timer.measured == row.measured
            beyond = timer.beyond if timer is not None and runs else Beyond(True)
            found[key] = Cause(row.measured, beyond, seen_ms, alert)
        return {key: cause for key, cause in found.items() if cause.alert is not None or not cause.beyond.is_on}

    def keep(self, judged: Judged, before: State, places: Places, time_zone: str) -> dict[Key, Cause]:
        """Writes what changed; gives the state with the ids of new alerts in it."""
        ids: dict[Key, OpenAlert] = {}
        with writing(self._engine) as connection:
            for ended in judged.ended:
                self._end(connection, ended, time_zone)
            for began in judged.began:
                ids[began.rule.id, began.about] = self._begin(connection, began, places)
            self._keep_timers(connection, before, judged.state)
        return {key: replace(cause, alert=ids[key]) if key in ids else cause for key, cause in judged.state.items()}

    def note(self, state: State, standing: Mapping[str, Standing], at_ms: int) -> None:
        """That the rules were held against the floor at this moment, how they stand, and how bad it has been."""
        told = msgspec.json.encode(standing).decode()
        with writing(self._engine) as connection:
            mine = alert_watch.c.site == self._site
            if not connection.execute(update(alert_watch).where(mine).values(seen_at_ms=at_ms, standing=told)).rowcount:
                connection.execute(insert(alert_watch).values(site=self._site, seen_at_ms=at_ms, standing=told))
            for cause in state.values():
                if cause.alert is not None:
                    _worst(connection, cause.alert)

    def timers_of(self, state: State) -> set[Timer]:
        """Those that run."""
        return {
            (rule_id, about, cause.measured, cause.beyond.is_on, cause.beyond.against_ms)
            for (rule_id, about), cause in state.items()
            if cause.beyond.against_ms is not None
        }

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _timers(self) -> Any:
        mine = alert_timers.join(alert_rules, alert_rules.c.id == alert_timers.c.rule_id)
        return select(alert_timers).select_from(mine).where(alert_rules.c.site == self._site)

    def _seen_ms(self, connection: Connection) -> int:
        seen = select(alert_watch.c.seen_at_ms).where(alert_watch.c.site == self._site)
        return connection.execute(seen).scalar_one_or_none() or 0

    def _keep_timers(self, connection: Connection, before: State, after: State) -> None:
        was, now = self.timers_of(before), self.timers_of(after)
        table = alert_timers.c
        for rule_id, about, *_ in was - now:
            connection.execute(delete(alert_timers).where((table.rule_id == rule_id) & (table.about == about)))
        names = ("rule_id", "about", "measured", "is_on", "against_ms")
        for timer in now - was:
            connection.execute(insert(alert_timers).values(dict(zip(names, timer, strict=True))))

    def _begin(self, connection: Connection, began: Began, places: Places) -> OpenAlert:
        rule = began.rule.rule
        if rule is None:
            raise ValueError("A rule that cannot be read fires nothing.")
        alert_id = secrets.token_hex(8)
        cause = (alerts.c.rule_id == began.rule.id) & (alerts.c.about == began.about)
        snoozed_ms = connection.execute(select(func.max(alerts.c.snoozed_until_ms)).where(cause)).scalar()
        connection.execute(
            insert(alerts).values(
                id=alert_id,
                site=self._site,
                rule_id=began.rule.id,
                about=began.about,
                metric=rule.measured.metric,
                level=rule.level,
                measured=measured_dumped(rule.measured),
                began_at_ms=began.at_ms,
                value=began.value,
                worst=began.value,
                snoozed_until_ms=snoozed_ms if snoozed_ms is not None and snoozed_ms > began.at_ms else None,
            )
        )
        for row in self._channels(connection, rule.channels):
            if places.is_for(load_or_nothing(row.scope), rule.measured, began.about):
                _to_tell(connection, alert_id, row.id, "began", began.at_ms)
        return OpenAlert(alert_id, began.at_ms, began.value, began.value)

    def _channels(self, connection: Connection, ids: Iterable[str]) -> list[Any]:
        table = alert_channels.c
        mine = (table.site == self._site) & table.removed_at_ms.is_(None) & table.id.in_(tuple(ids))
        return list(connection.execute(select(table.id, table.scope).where(mine)).all())

    def _end(self, connection: Connection, ended: Ended, time_zone: str) -> None:
        alert_id = ended.alert.id
        over = {"ended_at_ms": ended.at_ms, "ended_why": ended.why, "worst": ended.alert.worst}
        was_open = (alerts.c.id == alert_id) & alerts.c.ended_at_ms.is_(None)
        if not connection.execute(update(alerts).where(was_open).values(over)).rowcount:
            return
        is_held = self._is_held(connection, alert_id, ended.at_ms, time_zone)
        told = select(alert_deliveries).where(alert_deliveries.c.alert_id == alert_id)
        for row in connection.execute(told).all():
            this = alert_deliveries.c.id == row.id
            if row.sent_at_ms is not None:
                _to_tell(connection, alert_id, row.channel_id, "ended", ended.at_ms)
            elif row.given_up_at_ms is None and is_held:
                gone = {"given_up_at_ms": ended.at_ms, "error": HELD}
                connection.execute(update(alert_deliveries).where(this).values(gone))
            elif row.given_up_at_ms is None:
                connection.execute(update(alert_deliveries).where(this).values(what="both"))

    def _is_held(self, connection: Connection, alert_id: str, at_ms: int, time_zone: str) -> bool:
        query = select(alerts.c.snoozed_until_ms, alert_rules.c.document)
        row = connection.execute(
            query.join(alert_rules, alert_rules.c.id == alerts.c.rule_id).where(alerts.c.id == alert_id)
        ).one()
        return is_held(row.document, row.snoozed_until_ms, at_ms, time_zone)


def known_rule(row: Any) -> KnownRule:
    """A row of `alert_rules`."""
    try:
        rule = loaded(row.document)
    except RuleUnreadable:
        rule = None
    return KnownRule(row.id, row.name, rule, row.is_on, row.removed_at_ms is not None)


def is_held(document: str, snoozed_until_ms: int | None, at_ms: int, time_zone: str) -> bool:
    """Whether nobody is told of an alert now: the rule's quiet hours, or somebody snoozed its cause."""
    if snoozed_until_ms is not None and snoozed_until_ms > at_ms:
        return True
    try:
        quiet = loaded(document).quiet
    except RuleUnreadable:
        return False
    return bool(quiet) and is_quiet(quiet, at_ms, time_zone)


def measured_of(row: Any) -> Any:
    """What an alert was about, as it was then; None for what this release cannot read."""
    return measured_loaded(row.measured)


def _to_tell(connection: Connection, alert_id: str, channel_id: str, what: str, due_at_ms: int) -> None:
    connection.execute(
        insert(alert_deliveries).values(
            id=secrets.token_hex(8),
            alert_id=alert_id,
            channel_id=channel_id,
            what=what,
            due_at_ms=due_at_ms,
            tries=0,
        )
    )


def _worst(connection: Connection, alert: OpenAlert) -> None:
    this = (alerts.c.id == alert.id) & alerts.c.ended_at_ms.is_(None)
    is_other = alerts.c.worst.is_(None) | (alerts.c.worst != alert.worst)
    connection.execute(update(alerts).where(this & is_other).values(worst=alert.worst))
