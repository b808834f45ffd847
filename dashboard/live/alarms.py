"""Alerts at the desks: every page of a person who may see alerts hears what is open in their scope, whole, when it is another.

What a person may not see is left out here, before anything is encoded; walls, paired screens and agents' own pages hear nothing. During
quiet hours, and while a cause is snoozed, an alert is told as held: pages list it and ask for nobody's attention. Pure but for the sockets.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission
from dashboard.alerts.current import OpenNow, names_of, seen_by
from dashboard.alerts.whereabouts import Places, places_of
from dashboard.boards.document import Sound
from dashboard.floor.state import Floor
from dashboard.live import frames
from dashboard.live.audience import Audience
from dashboard.live.screens import Screen
from dashboard.live.visitor import need_of
from layouts.texts import LANGUAGES

NOT_FOR: Final = frozenset({Permission.WALL_VIEW, Permission.OWN_VIEW})
"""Boards that need these are looked at by many, or are an agent's own."""

MOST: Final = 50


class AlertRow(msgspec.Struct, frozen=True):
    """One open alert, as one person may see it. `about` "" in both languages: the rule's whole set. `limit`: metric and limit in words."""

    id: str
    rule: str
    level: str
    about: dict[str, str]
    limit: dict[str, str]
    value: float | None
    unit: str
    since: int
    held: bool
    by: str | None
    may: bool
    sound: Sound


class _Alerts(msgspec.Struct, frozen=True, tag_field="t", tag="alerts"):
    at: int
    waiting: int
    alerts: list[AlertRow]


class Alarms:
    """All of a gateway. Nothing is told before the first reading."""

    def __init__(self, audience: Audience) -> None:
        self._audience = audience
        self._every: tuple[OpenNow, ...] | None = None
        self._basis: object = None
        self._told: dict[tuple[Grant, ...], list[AlertRow]] = {}
        """By what they may do: people with equal rights hear the same."""

    def are(self, every: tuple[OpenNow, ...]) -> None:
        """These are open now."""
        self._every = every

    def tell(self, floor: Floor | None, now_ms: int, at_ms: float) -> None:
        """Each page that was told something else is told anew, if it has room; else the next time."""
        if self._every is None or floor is None:
            return
        zone = floor.settings.time_zone
        held = frozenset(one.id for one in self._every if one.is_held(now_ms, zone))
        basis = (self._every, held, id(floor.settings))
        if basis != self._basis:
            self._basis, self._told = basis, {}
        places: Places | None = None
        for screen in self._audience.screens:
            if not is_told(screen):
                if screen.alerted:  # it was, until somebody took the right away
                    self._send(screen, [], now_ms, at_ms)
                continue
            actor = screen.visitor.actor
            if actor.grants not in self._told:
                places = places or places_of(floor.settings)
                self._told[actor.grants] = list(self._rows(actor, floor, places, held))
            self._send(screen, self._told[actor.grants], now_ms, at_ms)

    def _rows(self, actor: Actor, floor: Floor, places: Places, held: frozenset[str]) -> Iterable[AlertRow]:
        scope, answers = actor.scope(Permission.ALERTS_VIEW), actor.scope(Permission.ALERTS_ANSWER)
        for one in seen_by(scope, self._every or (), places)[:MOST]:
            if one.rule.desks:
                yield AlertRow(
                    one.id,
                    one.rule_name,
                    one.level,
                    names_of(one, floor.settings),
                    {lang: one.limit(lang, floor.settings) for lang in LANGUAGES},
                    one.value,
                    one.unit,
                    one.began_at_ms,
                    one.id in held,
                    one.acknowledged_by,
                    places.is_for(answers, one.measured, one.about),
                    one.rule.sound,
                )

    def _send(self, screen: Screen, rows: list[AlertRow], now_ms: int, at_ms: float) -> None:
        if screen.alerted == rows:
            return
        waiting = sum(1 for row in rows if row.by is None and not row.held)
        if self._audience.say(screen, frames.plain_json(_Alerts(now_ms, waiting, rows)), at_ms, "alerts"):
            screen.alerted = rows


def is_told(screen: Screen) -> bool:
    """Whether whoever is there hears of alerts at all."""
    if screen.board is None or screen.viewer is None or screen.has_ended or not screen.visitor.is_person:
        return False
    return need_of(screen.board) not in NOT_FOR and screen.visitor.actor.may(Permission.ALERTS_VIEW)
