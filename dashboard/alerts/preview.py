"""How often a rule would have fired: held against the half-hours of the last seven business days, by the registry's own formulas.

Half-hours are all that the history keeps of numbers, so what can be told is how many stretches of half-hours would have been beyond the
limit: for numbers that are counted over an interval or the last minutes. Of what is "now", or grows over the day, nothing is told rather
than something wrong. Seen within the scope of who asks.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission
from dashboard.alerts.rule import WORKED, Measured
from dashboard.boards.directions import is_beyond
from dashboard.floor.metrics import known
from dashboard.reports import Archive
from dashboard.reports.figures import Figures

DAYS: Final = 7
_WINDOWS: Final = frozenset({"interval", "interval:-1", "last_5_min", "last_15_min", "last_30_min", "last_60_min"})


def times_fired(archive: Archive, actor: Actor, measured: Measured) -> int | None:
    """How many stretches of half-hours were beyond; None: nothing can be told."""
    metric = known(measured.metric)
    if metric is None or metric.basis not in WORKED or measured.window not in _WINDOWS:
        return None
    if not actor.may(Permission.REPORTS_VIEW):
        return None
    try:
        return _counted(measured, _lines(archive, actor, measured))
    except Denied:
        return None


def _lines(archive: Archive, actor: Actor, measured: Measured) -> list[Figures]:
    calendar = archive.room.calendar()
    today = calendar.today(archive.room.now_ms())
    period = calendar.period(today - timedelta(days=DAYS), today - timedelta(days=1))
    metrics = (measured.metric,)
    if measured.of == "queues":
        table = archive.figures.queues(actor, metrics, period, "interval", queues=measured.ids, each=measured.each)
    elif measured.of == "teams":
        table = archive.figures.agents(
            actor, metrics, period, "interval", teams=measured.ids, each="team" if measured.each else "all"
        )
    else:
        table = archive.figures.agents(
            actor, metrics, period, "interval", agents=measured.ids, each="agent" if measured.each else "all"
        )
    return list(table.lines)


def _counted(measured: Measured, lines: list[Figures]) -> int:
    """Half-hours of one cause that follow each other count once."""
    count, beyond_until = 0, dict[str, int]()
    for line in sorted(lines, key=lambda one: one.stretch.start_ms):
        about = line.queue or line.team or line.agent or "" if measured.each else ""
        found = line.values[measured.metric].value
        if isinstance(found, int | float) and is_beyond(found, measured.threshold, measured.side):
            count += beyond_until.get(about) != line.stretch.start_ms
            beyond_until[about] = line.stretch.end_ms
    return count
