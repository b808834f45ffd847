"""From the directory's rows to the `FloorSettings` that the floor follows. Pure but for `rows_of`.

Invariant: the settings are a function of the rows, and equal rows give equal bytes: sorted here, as databases differ in how they
sort text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, select

from collectors.events import (
    AgentSettings,
    FloorSettings,
    MeasureSettings,
    Names,
    PauseReasonSettings,
    QueueSettings,
    TeamSettings,
)
from dashboard.store.schema import agents, business_measures, floor_rules, pause_reasons, people, queues, teams

OTHERS: Final = "*"
"""The id of the row that holds the targets and limits of all queues without one."""


@dataclass(frozen=True, slots=True)
class FloorRows:
    """Everything of one site that touches numbers. `agents`: id, display_name, staff_number, team_id of each claimed one."""

    rules: Row[*tuple[Any, ...]] | None
    queues: Sequence[Row[*tuple[Any, ...]]]
    agents: Sequence[Row[*tuple[Any, ...]]]
    teams: Sequence[Row[*tuple[Any, ...]]]
    reasons: Sequence[Row[*tuple[Any, ...]]]
    measures: Sequence[Row[*tuple[Any, ...]]]


def rows_of(connection: Connection, site: str) -> FloorRows:
    """As this transaction sees them."""
    claimed = (
        select(agents.c.id, people.c.display_name, people.c.staff_number, people.c.team_id)
        .join(people, people.c.id == agents.c.person_id)
        .where(agents.c.site == site, people.c.left_at_ms.is_(None))
    )
    measures = (business_measures.c.site == site) & business_measures.c.is_removed.is_(False)
    mine = select(floor_rules).where(floor_rules.c.site == site)
    return FloorRows(
        connection.execute(mine).one_or_none(),
        connection.execute(select(queues).where(queues.c.site == site)).all(),
        connection.execute(claimed).all(),
        connection.execute(select(teams)).all(),
        connection.execute(select(pause_reasons).where(pause_reasons.c.site == site)).all(),
        connection.execute(select(business_measures).where(measures)).all(),
    )


def settings_of(rows: FloorRows) -> FloorSettings:
    """What the floor shall follow. What the rows do not say is as `FloorSettings` has it."""
    known = {row.id: _queue(row) for row in sorted(rows.queues, key=_id)}
    default_queue = known.pop(OTHERS, QueueSettings())
    rules = rows.rules
    plain = FloorSettings()
    return FloorSettings(
        time_zone=plain.time_zone if rules is None else rules.time_zone,
        day_starts_at_min=plain.day_starts_at_min if rules is None else rules.day_starts_at_min,
        interval_min=plain.interval_min if rules is None else rules.interval_min,
        effective_call_s=plain.effective_call_s if rules is None else rules.effective_call_s,
        default_queue=default_queue,
        queues=known,
        agents={row.id: _agent(row) for row in sorted(rows.agents, key=_id)},
        teams={row.id: _team(row) for row in sorted(rows.teams, key=_id)},
        pause_reasons={row.reason: _reason(row) for row in sorted(rows.reasons, key=lambda row: str(row.reason))},
        state_limits_s={} if rules is None else json.loads(rules.state_limits_s),
        measures={row.name: measure_settings(row) for row in sorted(rows.measures, key=lambda row: str(row.name))},
    )


def _id(row: Row[Any]) -> str:
    return str(row.id)


def _agent(row: Row[Any]) -> AgentSettings:
    return AgentSettings(row.display_name, row.staff_number or "", row.team_id or "")


def _team(row: Row[Any]) -> TeamSettings:
    return TeamSettings(Names(row.name_zh, row.name_en), row.parent_id or "")


def _queue(row: Row[Any]) -> QueueSettings:
    return QueueSettings(
        Names(row.name_zh, row.name_en),
        row.service_level_target,
        row.threshold_s,
        row.short_abandon_s,
        row.formula,
        row.overflow_counts,
        row.wrap_up_s,
        row.wait_amber_s,
        row.wait_red_s,
    )


def _reason(row: Row[Any]) -> PauseReasonSettings:
    return PauseReasonSettings(Names(row.name_zh, row.name_en), row.category, row.limit_s, row.quota, row.icon)


def measure_settings(row: Row[Any]) -> MeasureSettings:
    """Of a row of `business_measures`."""
    return MeasureSettings(Names(row.name_zh, row.name_en), Names(row.unit_zh, row.unit_en), row.worse, row.sums)
