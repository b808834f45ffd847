"""A past written by hand: each row as a test states it, so that every expected figure can be worked out on paper."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlalchemy import Engine

from collectors.events import SlFormula
from dashboard.access.actor import Actor, Grant
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.floor.histogram import bin_of
from dashboard.store.engine import writing
from dashboard.store.schema import (
    agent_intervals,
    agent_states,
    agents,
    business_intervals,
    business_measures,
    floor_rules,
    interval_gaps,
    monitoring_sessions,
    offers,
    own_calls,
    people,
    queue_intervals,
    queues,
    teams,
    visits,
)

SITE = "main"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTE = 60_000
HOUR = 3_600_000


def at(day: str, clock: str, zone: ZoneInfo = SHANGHAI, *, fold: int = 0) -> int:
    """A local time as epoch ms. `fold` 1: the second of two equal readings."""
    local = datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone, fold=fold)
    return round(local.astimezone(UTC).timestamp() * 1000)


def manager(scope: Scope = EVERYTHING, role: str = "manager") -> Actor:
    """A person who may read what happened in a scope."""
    return Actor("person", "m", "M", (Grant.of(role, scope),), account_id="m")


def of_queues(*ids: str) -> Actor:
    """Who sees queues alone."""
    return manager(Scope(frozenset(ids)))


def of_teams(*ids: str) -> Actor:
    """Who sees teams alone."""
    return manager(Scope(frozenset(), frozenset(ids)))


class Past:
    """One site's tables."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._calls = 0

    def _put(self, table: Any, **values: Any) -> None:
        with writing(self.engine) as connection:
            connection.execute(table.insert().values(**values))

    # -- the directory --------------------------------------------------------------------------------------------------

    def rules(self, time_zone: str = "Asia/Shanghai", day_starts_at_min: int = 0, interval_min: int = 30) -> None:
        self._put(
            floor_rules, site=SITE, time_zone=time_zone, day_starts_at_min=day_starts_at_min, interval_min=interval_min,
            effective_call_s=30, state_limits_s="{}", origin="people", changed_at_ms=0,
        )  # fmt: skip

    def team(self, team: str, parent: str | None = None) -> None:
        self._put(teams, id=team, name_zh=f"{team}组", name_en=f"Team {team}", parent_id=parent)

    def agent(self, agent: str, name: str, team: str | None = None) -> None:
        self._put(people, id=f"p{agent}"[:32], display_name=name, team_id=team, changed_at_ms=0)
        self._put(agents, site=SITE, id=agent, person_id=f"p{agent}"[:32], is_set_aside=False)

    def rename(self, agent: str, name: str) -> None:
        with writing(self.engine) as connection:
            connection.execute(people.update().where(people.c.id == f"p{agent}"[:32]).values(display_name=name))

    def queue(
        self, queue: str, threshold_s: int = 20, short_s: int = 5, formula: SlFormula = "short_abandons_removed",
        *, overflow_counts: bool = False,
    ) -> None:  # fmt: skip
        self._put(
            queues, site=SITE, id=queue, name_zh=f"{queue}队", name_en=queue.title(), service_level_target=0.8,
            threshold_s=threshold_s, short_abandon_s=short_s, formula=formula, overflow_counts=overflow_counts,
            wrap_up_s=0, wait_amber_s=60, wait_red_s=120,
        )  # fmt: skip

    # -- half-hours ------------------------------------------------------------------------------------------------------

    def half_hour(
        self, queue: str, start_ms: int, *, answered: Sequence[int] = (), abandoned: Sequence[int] = (),
        left: Sequence[int] = (), minutes: int = 30, coverage: str = "live", revised_at_ms: int | None = None, **counts: int,
    ) -> None:  # fmt: skip
        """A queue's, from the waits of its visits; `left`: by timeout. Other counters by name."""
        numbers = dict.fromkeys(QUEUE_NAMES, 0) | {
            "offered": len(answered) + len(abandoned) + len(left), "answered": len(answered), "abandoned": len(abandoned),
            "left_timeout": len(left), "wait_answered_s": sum(answered), "wait_abandoned_s": sum(abandoned),
        } | counts  # fmt: skip
        self._put(
            queue_intervals, site=SITE, queue=queue, start_ms=start_ms, end_ms=start_ms + minutes * MINUTE,
            max_wait_s=max([*answered, *abandoned, *left], default=0), waits_answered=_bins(answered),
            waits_abandoned=_bins(abandoned), waits_left=_bins(left), coverage=coverage, revised_at_ms=revised_at_ms, **numbers,
        )  # fmt: skip

    def work(
        self, agent: str, start_ms: int, queue: str = "", team: str = "", coverage: str = "live", **counts: int
    ) -> None:
        """An agent's half-hour for a queue ("" for what is of no queue)."""
        numbers = dict.fromkeys(AGENT_NAMES, 0) | counts
        self._put(
            agent_intervals, site=SITE, agent=agent, start_ms=start_ms, queue=queue, team=team,
            end_ms=start_ms + 30 * MINUTE, paused_by_reason="{}", coverage=coverage, **numbers,
        )  # fmt: skip

    def time(
        self, agent: str, start_ms: int, team: str = "", reasons: Mapping[str, int] | None = None,
        counts: Mapping[str, int] | None = None, **minutes: int,
    ) -> None:  # fmt: skip
        """An agent's time in state, in minutes by part (`talking=5`); pauses by reason. `signed_in` is their sum. `counts`: own calls."""
        reasons = reasons or {}
        parts = {f"{part}_ms": n * MINUTE for part, n in minutes.items()}
        parts["paused_ms"] = sum(reasons.values()) * MINUTE
        numbers = dict.fromkeys(AGENT_NAMES, 0) | parts | {"signed_in_ms": sum(parts.values())} | dict(counts or {})
        self._put(
            agent_intervals, site=SITE, agent=agent, start_ms=start_ms, queue="", team=team, end_ms=start_ms + 30 * MINUTE,
            paused_by_reason=json.dumps({reason: n * MINUTE for reason, n in reasons.items()}), **numbers,
        )  # fmt: skip

    def told(self, agent: str, start_ms: int, queue: str = "", team: str = "", **amounts: int) -> None:
        """What business systems told of an agent's half-hour for a queue, by measure (`custom_x`: of the custom measure x)."""
        for measure, amount in amounts.items():
            named = measure.replace("custom_", "custom:").replace("_times", "#")
            self._put(
                business_intervals, site=SITE, agent=agent, start_ms=start_ms, queue=queue, team=team, measure=named,
                end_ms=start_ms + 30 * MINUTE, amount=amount,
            )  # fmt: skip

    def measure(self, name: str, zh: str, en: str, sums: str = "total") -> None:
        self._put(
            business_measures, site=SITE, name=name, name_zh=zh, name_en=en, unit_zh="", unit_en="", worse="below", sums=sums,
            is_removed=False,
        )  # fmt: skip

    def gap(self, from_ms: int, to_ms: int, switch: str = "pbx") -> None:
        self._put(interval_gaps, site=SITE, switch=switch, from_ms=from_ms, to_ms=to_ms)

    # -- single facts ----------------------------------------------------------------------------------------------------

    def visit(
        self, queue: str, at_ms: int, outcome: str = "answered", *, call: str = "", visit: int = 1, switch: str = "pbx",
        number: str | None = None, wait_s: int | None = None, **values: Any,
    ) -> str:  # fmt: skip
        """A visit; its contact's key."""
        self._calls += 1
        call = call or f"c{self._calls}"
        row = {"rang_at_end": False, "is_repeat": False, "offers": 0, "joined_ms": at_ms} | values
        self._put(
            visits, site=SITE, switch=switch, boot="b1", call=call, visit=visit, queue=queue, at_ms=at_ms, wait_s=wait_s,
            outcome=outcome, number_masked=None if number is None else f"****{number[-4:]}", number_hash=_hash(number), **row,
        )  # fmt: skip
        return f"{switch}/b1/{call}"

    def offer(
        self,
        queue: str,
        agent: str,
        ended_ms: int,
        outcome: str = "missed",
        *,
        call: str,
        visit: int = 1,
        ring_s: int = 20,
    ) -> None:
        self._put(
            offers, site=SITE, switch="pbx", boot="b1", call=call, visit=visit, queue=queue, agent=agent,
            started_ms=ended_ms - ring_s * 1000, ended_ms=ended_ms, outcome=outcome, ring_s=ring_s,
        )  # fmt: skip

    def own_call(
        self, agent: str, started_ms: int, talk_s: int | None, *, number: str | None = None, kind: str = "outbound"
    ) -> None:
        """`talk_s` None: not connected."""
        self._calls += 1
        connected_ms = None if talk_s is None else started_ms + 10_000
        self._put(
            own_calls, site=SITE, switch="pbx", boot="b1", call=f"o{self._calls}", agent=agent, kind=kind, started_ms=started_ms,
            connected_ms=connected_ms, ended_ms=started_ms + 10_000 + (talk_s or 20) * 1000, talk_s=talk_s,
            number_masked=None, number_hash=_hash(number),
        )  # fmt: skip

    def state(self, agent: str, start_ms: int, end_ms: int | None, state: str, **values: Any) -> None:
        row = {"is_internal": False} | values
        self._put(agent_states, site=SITE, agent=agent, start_ms=start_ms, end_ms=end_ms, state=state, **row)

    def session(self, command: str, agent: str, queue: str | None, asked_ms: int, **values: Any) -> None:
        row: dict[str, Any] = {
            "switch": "pbx", "account_id": "s", "by_name": "Sun", "visit": "pbx/b1/x/1", "via": "phone", "purpose": "coaching",
            "modes": json.dumps([[asked_ms + 1000, "listen"]]), "began_at_ms": asked_ms + 1000,
            "ended_at_ms": asked_ms + 61_000, "state": "ended",
        }  # fmt: skip
        self._put(
            monitoring_sessions,
            command=command,
            site=SITE,
            agent=agent,
            queue=queue,
            asked_at_ms=asked_ms,
            **(row | values),
        )


def _bins(waits: Sequence[int]) -> bytes:
    found: dict[int, int] = {}
    for wait_s in waits:
        found[bin_of(wait_s)] = found.get(bin_of(wait_s), 0) + 1
    return msgspec.msgpack.encode(found)


def _hash(number: str | None) -> bytes | None:
    return None if number is None else number.encode().ljust(16, b"\0")


def day(text: str) -> date:
    """A date."""
    return date.fromisoformat(text)
