"""What is open now, for gateways: read whole, and shown to each person as far as their scope goes. `seen_by` is pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, select

from collectors.events import FloorSettings
from dashboard.access.scope import Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.alerts.message import limit_words, name_of, words_of
from dashboard.alerts.rule import Measured, Rule, RuleUnreadable, loaded, measured_loaded
from dashboard.alerts.whereabouts import Places
from dashboard.boards.quiet import is_quiet
from dashboard.floor.metrics import known
from dashboard.store.engine import StoreError, reading
from dashboard.store.schema import alert_rules, alerts
from layouts.texts import LANGUAGES


@dataclass(frozen=True, slots=True)
class OpenNow:
    """One alert that is not over, and how its rule is told."""

    id: str
    rule_id: str
    rule_name: str
    rule: Rule
    measured: Measured
    about: str
    level: str
    began_at_ms: int
    value: float | None
    worst: float | None
    acknowledged_by: str | None
    snoozed_until_ms: int | None

    def is_held(self, now_ms: int, time_zone: str) -> bool:
        """Whether nobody's attention is asked for now."""
        if self.snoozed_until_ms is not None and self.snoozed_until_ms > now_ms:
            return True
        return bool(self.rule.quiet) and is_quiet(self.rule.quiet, now_ms, time_zone)

    def limit(self, lang: str, settings: FloorSettings) -> str:
        """The metric and its limit in words."""
        return limit_words(self.measured, words_of(lang), settings.measures)

    @property
    def unit(self) -> str:
        """Of its numbers."""
        metric = known(self.measured.metric)
        return metric.unit if metric else ""


class CurrentAlerts:
    """One site's."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def read(self) -> tuple[OpenNow, ...]:
        """The newest first. Blocks; raises `AccessUnavailable`."""
        query = select(alerts, alert_rules.c.name, alert_rules.c.document).join(
            alert_rules, alert_rules.c.id == alerts.c.rule_id
        )
        mine = (alerts.c.site == self._site) & alerts.c.ended_at_ms.is_(None)
        try:
            with reading(self._engine) as connection:
                rows = connection.execute(query.where(mine).order_by(alerts.c.began_at_ms.desc(), alerts.c.id)).all()
        except StoreError as error:
            raise AccessUnavailable(str(error)) from error
        found = []
        for row in rows:
            measured = measured_loaded(row.measured)
            try:
                rule = loaded(row.document)
            except RuleUnreadable:
                continue
            if measured is None:
                continue
            found.append(
                OpenNow(
                    row.id,
                    row.rule_id,
                    row.name,
                    rule,
                    measured,
                    row.about,
                    row.level,
                    row.began_at_ms,
                    row.value,
                    row.worst,
                    row.acknowledged_by,
                    row.snoozed_until_ms,
                )
            )
        return tuple(found)


def seen_by(scope: Scope, every: Iterable[OpenNow], places: Places) -> list[OpenNow]:
    """As far as this scope covers what each is about."""
    return [one for one in every if places.is_for(scope, one.measured, one.about)]


def names_of(one: OpenNow, settings: FloorSettings) -> dict[str, str]:
    """What it is about, in every language that we ship."""
    return {lang: name_of(one.about, one.measured, settings, lang) for lang in LANGUAGES}
