"""话务报表: queues over time, all of basis J and E that the dictionary has of them, and what business systems told."""

from __future__ import annotations

from typing import Final

from dashboard.reports.business_half_hours import business_metrics, told_of
from dashboard.reports.figures import QueueHow, queue_figures
from dashboard.reports.kinds.making import (
    Making,
    checked_size,
    figure_column,
    figure_line,
    notes_of,
    when_cells,
    when_columns,
)
from dashboard.reports.report import Chart, Column, Report

METRICS: Final = (
    "offered", "contacts_entered", "answered", "abandoned", "abandoned_short", "left_otherwise", "lost", "service_level", "answer_rate",
    "abandon_rate", "asa", "max_wait", "avg_abandon_wait", "aht", "avg_talk", "avg_hold", "avg_wrap_up", "missed_offers",
    "transferred_out", "transferred_in", "overflow_in", "overflow_out", "repeat_callers", "hung_up_by_agent", "refused",
)  # fmt: skip


def queues(making: Making) -> Report:
    """A line a step, or a step and queue; the total is of all of them."""
    asked, each = making.question, making.each == "queue"
    measures = making.look.settings.measures
    how = QueueHow((*METRICS, *business_metrics(making.look.settings)), asked.formula, asked.threshold_s)
    table = queue_figures(making.look, how, making.stretches, asked.queues, each=each)
    checked_size(len(table.lines))
    metrics = told_of(how.metrics, table.total.values, "refused")
    heads = [*when_columns(making.step), *([Column("queue", "queue")] if each else [])]
    lines = [
        figure_line(making, one, [*when_cells(one.stretch, making.step), *([one.queue] if each else [])], metrics)
        for one in table.lines
    ]
    total = figure_line(making, table.total, [None] * len(heads), metrics)
    chart = (
        Chart("steps", heads[-1].id, ("answered", "abandoned", "left_otherwise"), ("service_level",)) if heads else None
    )
    return making.report(
        [*heads, *(figure_column(metric, measures) for metric in metrics)],
        lines,
        total,
        notes=notes_of(table),
        chart=None if each else chart,
    )
