"""Rules, as people read and change them: each change in one transaction with its line in the audit log.

Somebody sees and changes the rules that lie wholly in their scope of `alerts.edit`; any other is answered like one that does not exist. A
rule tells only channels whose scope covers all that it is about. A change ends what the rule fired if it measures something else now; the
historian sees to that within seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import msgspec
import redis
from sqlalchemy import Connection, Engine, func, select

from collectors.events import FloorSettings
from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, load_or_nothing
from dashboard.access.team_tree import parents
from dashboard.alerts.judging import KnownRule, Standing
from dashboard.alerts.ledger import known_rule
from dashboard.alerts.rule import Measured, Rule, RuleRefused, checked, dumped
from dashboard.alerts.whereabouts import Places, places_of
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import alert_channels, alert_rules, alert_watch, alerts
from dashboard.typed_text import in_one_line

_STANDING: Final = msgspec.json.Decoder(dict[str, Standing])

LONGEST_NAME: Final = 60
MOST_RULES: Final = 200
WEEK_MS: Final = 7 * 24 * 3600 * 1000
_NEED: Final = Permission.ALERTS_EDIT


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One of the list. `standing`: as the historian found it at `seen_at_ms`; None: not yet. `fired`: within the last seven days;
    `is_firing`: now."""

    known: KnownRule
    changed_by: str
    changed_at_ms: int
    standing: Standing | None
    seen_at_ms: int
    fired: int
    is_firing: bool


@dataclass(frozen=True, slots=True)
class ChannelChoice:
    """A channel that rules can tell."""

    id: str
    name: str
    kind: str


class RuleBook:
    """The rules of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def listed(self, actor: Actor) -> list[RuleLine]:
        """Theirs, by name."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            return self._lines(connection, actor)

    def get(self, actor: Actor, rule_id: str) -> RuleLine:
        """Raises `Denied` for another's as for none."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            return next((line for line in self._lines(connection, actor) if line.known.id == rule_id), None) or _none(
                rule_id
            )

    def names(self, actor: Actor) -> FloorSettings:
        """The directory as the floor follows it, with no agent but those whom this actor's rules may be about."""
        scope = actor.require(_NEED)
        with reading(self._engine) as connection:
            settings = settings_of(rows_of(connection, self._site))
        places = places_of(settings)
        mine = {
            agent: own
            for agent, own in settings.agents.items()
            if scope.covers(places.needed(Measured("waiting", 0, of="agents", ids=(agent,))), places.parents)
        }
        return msgspec.structs.replace(settings, agents=mine)

    def choices(self, actor: Actor) -> list[ChannelChoice]:
        """Which channels a rule of theirs may tell, by name; no address. One that covers nothing of their scope is not there."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            return [ChannelChoice(row.id, row.name, row.kind) for row in self._reachable(connection, actor).values()]

    def put(self, actor: Actor, rule_id: str, name: str, rule: Rule, *, is_on: bool) -> str:
        """Makes one (`rule_id` "") or changes it; gives its id. Raises `RuleRefused`; `Denied` for what is not theirs."""
        named = in_one_line(name)
        wrong = [] if 1 <= len(named) <= LONGEST_NAME else [Refused("alert.refused.name", "name", most=LONGEST_NAME)]
        try:
            checked(rule)
        except RuleRefused as refused:
            wrong += refused.every
        if wrong:
            raise RuleRefused(wrong)
        with self._changing(actor) as (connection, scope, places):
            before = self._own(connection, scope, places, rule_id) if rule_id else None
            self._require_scope(scope, places, rule)
            self._require_channels(connection, actor, places, rule)
            if before is None and self._count(connection) >= MOST_RULES:
                raise RuleRefused([Refused("alert.refused.too_many_rules", "", most=MOST_RULES)])
            values = {
                "name": named,
                "document": dumped(rule),
                "is_on": is_on,
                "changed_by": actor.name[:100],
                "changed_at_ms": self._now_ms(),
            }
            made = rule_id or secrets.token_hex(8)
            if before is None:
                connection.execute(alert_rules.insert().values(id=made, site=self._site, **values))
            else:
                connection.execute(alert_rules.update().where(alert_rules.c.id == made).values(values))
            after = KnownRule(made, named, rule, is_on)
            details = {"before": _fields(before), "after": _fields(after)}
            self._audit.append(connection, actor, "alerts.rule_put", Target("alert_rule", made, named), details=details)
        return made

    def switch(self, actor: Actor, rule_id: str, *, is_on: bool) -> None:
        """On, or off: then what it fired ends. Raises `Denied`."""
        with self._changing(actor) as (connection, scope, places):
            before = self._own(connection, scope, places, rule_id)
            if before.is_on == is_on:
                return
            values = {"is_on": is_on, "changed_by": actor.name[:100], "changed_at_ms": self._now_ms()}
            connection.execute(alert_rules.update().where(alert_rules.c.id == rule_id).values(values))
            action = "alerts.rule_on" if is_on else "alerts.rule_off"
            self._audit.append(connection, actor, action, Target("alert_rule", rule_id, before.name))

    def remove(self, actor: Actor, rule_id: str) -> None:
        """What it fired ends, and stays in the history. Raises `Denied`."""
        with self._changing(actor) as (connection, scope, places):
            before = self._own(connection, scope, places, rule_id)
            gone = {"removed_at_ms": self._now_ms(), "changed_at_ms": self._now_ms(), "is_on": False}
            connection.execute(alert_rules.update().where(alert_rules.c.id == rule_id).values(gone))
            details = {"before": _fields(before)}
            target = Target("alert_rule", rule_id, before.name)
            self._audit.append(connection, actor, "alerts.rule_removed", target, details=details)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, actor: Actor) -> Iterator[tuple[Connection, Scope, Places]]:
        actor.require(_NEED)
        with self._audit.writing() as connection:
            places = places_of(settings_of(rows_of(connection, self._site)))
            yield connection, actor.scope(_NEED), places
        notices.tell(self._redis, self._site, Notice("alerts"))

    def _lines(self, connection: Connection, actor: Actor) -> list[RuleLine]:
        scope, places = actor.scope(_NEED), places_of(settings_of(rows_of(connection, self._site)))
        standing, seen_ms = self._standing(connection)
        fired, firing = self._fired(connection)
        rows = connection.execute(select(alert_rules).where(self._mine()).order_by(alert_rules.c.name)).all()
        return [
            RuleLine(
                known,
                row.changed_by,
                row.changed_at_ms,
                standing.get(known.id),
                seen_ms,
                fired.get(known.id, 0),
                known.id in firing,
            )
            for row in rows
            for known in (known_rule(row),)
            if _is_theirs(scope, places, known)
        ]

    def _mine(self) -> Any:
        return (alert_rules.c.site == self._site) & alert_rules.c.removed_at_ms.is_(None)

    def _own(self, connection: Connection, scope: Scope, places: Places, rule_id: str) -> KnownRule:
        row = connection.execute(select(alert_rules).where(self._mine() & (alert_rules.c.id == rule_id))).one_or_none()
        if row is None or not _is_theirs(scope, places, known_rule(row)):
            raise Denied(_NEED, f"alert rule {rule_id[:64]}")
        return known_rule(row)

    def _require_scope(self, scope: Scope, places: Places, rule: Rule) -> None:
        if places.is_for(scope, rule.measured):
            return
        if not rule.measured.ids:
            raise RuleRefused([Refused("alert.refused.ids_missing", "ids")])
        raise Denied(_NEED, f"{rule.measured.of} {', '.join(rule.measured.ids)}"[:200])

    def _require_channels(self, connection: Connection, actor: Actor, places: Places, rule: Rule) -> None:
        known = self._reachable(connection, actor)
        for channel_id in rule.channels:
            row = known.get(channel_id)
            if row is None:
                raise RuleRefused([Refused("alert.refused.channel_unknown", "channels")])
            if not places.is_for(load_or_nothing(row.scope), rule.measured):
                raise RuleRefused([Refused("alert.refused.channel_scope", "channels", name=row.name)])

    def _reachable(self, connection: Connection, actor: Actor) -> Mapping[str, Any]:
        """Those whose scope has anything in common with the actor's: whatever a rule of theirs is about lies in both."""
        scope, tree = actor.scope(_NEED), parents(connection)
        every = self._channels(connection).items()
        return {
            one: row for one, row in every if not (scope & load_or_nothing(row.scope)).with_subteams(tree).is_nothing
        }

    def _channels(self, connection: Connection) -> Mapping[str, Any]:
        mine = (alert_channels.c.site == self._site) & alert_channels.c.removed_at_ms.is_(None)
        rows = connection.execute(select(alert_channels).where(mine).order_by(alert_channels.c.name)).all()
        return {row.id: row for row in rows}

    def _count(self, connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(alert_rules).where(self._mine())).scalar_one()

    def _standing(self, connection: Connection) -> tuple[Mapping[str, Standing], int]:
        row = connection.execute(select(alert_watch).where(alert_watch.c.site == self._site)).one_or_none()
        if row is None:
            return {}, 0
        try:
            return _STANDING.decode(row.standing), row.seen_at_ms
        except (msgspec.DecodeError, msgspec.ValidationError):
            return {}, row.seen_at_ms

    def _fired(self, connection: Connection) -> tuple[dict[str, int], set[str]]:
        mine = alerts.c.site == self._site
        since = alerts.c.began_at_ms >= self._now_ms() - WEEK_MS
        counted = select(alerts.c.rule_id, func.count()).where(mine & since).group_by(alerts.c.rule_id)
        firing = select(alerts.c.rule_id).where(mine & alerts.c.ended_at_ms.is_(None)).distinct()
        fired = {rule_id: count for rule_id, count in connection.execute(counted).all()}  # noqa: C416 — a row is no tuple to mypy
        return fired, set(connection.execute(firing).scalars())


def _is_theirs(scope: Scope, places: Places, known: KnownRule) -> bool:
    """What this release cannot read may be about anything."""
    return scope.is_everything if known.rule is None else places.is_for(scope, known.rule.measured)


def _none(rule_id: str) -> RuleLine:
    raise Denied(_NEED, f"alert rule {rule_id[:64]}")


def _fields(known: KnownRule | None) -> dict[str, Any]:
    if known is None:
        return {}
    document = None if known.rule is None else msgspec.to_builtins(known.rule)
    return {"name": known.name, "is_on": known.is_on, "rule": document}
