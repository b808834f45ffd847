"""坐席工作量: what agents did, what came of it (business systems), how their time went, pauses by reason. Agents' states and outbound
calls are the same lines with other columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from dashboard.reports.business_half_hours import business_metrics, told_of
from dashboard.reports.figures import Figures, FigureTable, agent_figures, asked_agents
from dashboard.reports.kinds.making import (
    Making,
    checked_size,
    figure_column,
    figure_line,
    notes_of,
    when_cells,
    when_columns,
)
from dashboard.reports.report import Cell, Chart, Column, Note, Report

SUMMARY: Final = (
    "calls_handled", "calls_missed", "calls_rejected", "talk_total", "call_count", "aht", "avg_talk", "avg_hold", "avg_wrap_up",
    "transfers", "hung_up_first", "calls_dialled", "calls_connected", "effective_calls", "longest_call", "last_call_at", "signed_in",
    "talk", "available", "occupancy", "utilisation", "paused",
)  # fmt: skip
STATES: Final = (
    "signed_in", "talk", "hold", "wrap_up", "ring", "available", "other_call", "monitoring", "unreachable", "occupancy", "utilisation",
    "paused",
)  # fmt: skip
OUTBOUND: Final = ("calls_dialled", "calls_connected", "connect_rate", "effective_calls", "call_count", "talk_total")


def agents(making: Making) -> Report:
    """通时通次, 接起, 漏接, 示忙 by reason, 占用率."""
    return _of_agents(
        making, (*SUMMARY, *business_metrics(making.look.settings)), ("calls_handled",), with_reasons=True
    )


def states(making: Making) -> Report:
    """Where the time went: the parts add up to `signed_in`."""
    return _of_agents(making, STATES, (), with_reasons=True)


def outbound(making: Making) -> Report:
    """外呼: dialled, reached, talked with."""
    return _of_agents(making, OUTBOUND, ("calls_connected",), with_reasons=False, whole="calls_dialled")


def _of_agents(
    making: Making, metrics: tuple[str, ...], bars: tuple[str, ...], *, with_reasons: bool, whole: str = ""
) -> Report:
    asked, each = making.question, making.each
    of = asked_agents(making.look, asked.queues, asked.teams, asked.agents)
    table = agent_figures(
        making.look, metrics, making.period, making.step, of, each, with_reasons=with_reasons, only_told=True
    )
    checked_size(len(table.lines))
    reasons = _reasons(table)
    heads = [*when_columns(making.step), *_who_columns(each)]
    metrics = told_of(metrics, table.total.values)
    columns = [*heads, *(figure_column(metric, making.look.settings.measures) for metric in metrics)]
    columns += [Column(f"paused:{reason}", "seconds", "paused", reason) for reason in reasons]

    def cells(one: Figures) -> list[Cell]:
        return [one.paused_s.get(reason, 0.0) for reason in reasons]

    lines = [
        figure_line(making, one, [*when_cells(one.stretch, making.step), *_who(each, one)], metrics, cells(one))
        for one in table.lines
    ]
    total = figure_line(making, table.total, [None] * len(heads), metrics, cells(table.total))
    notes = notes_of(table)
    if asked.queues:
        notes.append(Note("time_is_whole"))
    kind: Literal["ranks", "steps"] = "ranks" if making.step == "total" else "steps"
    chart = Chart(kind, heads[0].id, bars, whole=whole) if bars and heads else None
    return making.report(columns, lines, total, notes=notes, chart=chart)


def _reasons(table: FigureTable) -> Sequence[str]:
    """Longest first."""
    paused_s = table.total.paused_s
    return sorted(paused_s, key=lambda reason: (-paused_s[reason], reason))


def _who_columns(each: str) -> list[Column]:
    if each == "agent":
        return [Column("agent", "agent"), Column("team", "team")]
    return [Column("team", "team")] if each == "team" else []


def _who(each: str, one: Figures) -> list[Cell]:
    if each == "agent":
        return [one.agent, one.team]
    return [one.team] if each == "team" else []
