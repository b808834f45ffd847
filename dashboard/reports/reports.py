"""The reports of the catalogue, made for one actor at one moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy import func, select

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission
from dashboard.directory.reading_order import reading_order
from dashboard.refusal import Refused
from dashboard.reports.catalogue import CATALOGUE, Kind, ReportId
from dashboard.reports.kinds.abandoned import abandoned
from dashboard.reports.kinds.agents import agents, outbound, states
from dashboard.reports.kinds.flow import flow
from dashboard.reports.kinds.heat import heat
from dashboard.reports.kinds.making import MOST_LINES, Making
from dashboard.reports.kinds.missed import missed
from dashboard.reports.kinds.monitoring import monitoring
from dashboard.reports.kinds.queues import queues
from dashboard.reports.names import Names
from dashboard.reports.question import Question, checked, question
from dashboard.reports.report import Report
from dashboard.reports.room import Look, Room
from dashboard.store.schema import agent_intervals, queue_intervals

PAGE: Final = 200

_MADE: Final[dict[ReportId, Callable[[Making], Report]]] = {
    "queues": queues,
    "agents": agents,
    "states": states,
    "missed": missed,
    "abandoned": abandoned,
    "flow": flow,
    "outbound": outbound,
    "heat": heat,
    "monitoring": monitoring,
}

__all__ = ["MOST_LINES", "PAGE", "Choices", "Reports"]


@dataclass(frozen=True, slots=True)
class Choices:
    """What an actor may narrow a report to: ids in reading order. `reports`: those that they may ask for. `since`: the first business day
    of which any half-hour is kept, None for nothing yet."""

    today: date
    since: date | None
    reports: tuple[Kind, ...]
    queues: tuple[str, ...]
    teams: tuple[str, ...]
    agents: tuple[str, ...]
    names: Names


class Reports:
    """Makes reports."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def choices(self, actor: Actor, lang: str) -> Choices:
        """For the filters of the page. Agents: of the scope's teams by the directory; who sees queues alone names none. Raises `Denied`."""
        with self._room.looking(actor) as look:
            reach, names = look.reach, look.names
            known = set(look.settings.queues) | _queues_of_history(look)
            return Choices(
                look.today,
                _since(look),
                tuple(kind for kind in CATALOGUE.values() if _may(actor, kind)),
                _by_name((queue for queue in known if reach.has_queue(queue)), lambda one: names.queue(one, lang)),
                _by_name(
                    (team for team in look.settings.teams if reach.is_everything or team in reach.scope.teams),
                    lambda one: names.team(one, lang),
                ),
                _by_name((agent for agent in names.agents if reach.is_whole(names.team_of(agent), agent)), names.agent),
                names,
            )

    def asked(self, actor: Actor, query: Mapping[str, Sequence[str]]) -> Question:
        """The question of an address, with relative days resolved now. Raises `Refused`, `Denied`."""
        with self._room.looking(actor) as look:
            asked = question(query, look.today, report="queues")
        _known(asked)
        return asked

    def run(self, actor: Actor, question: Question, *, most: int = PAGE) -> Report:
        """The report. Relative days are resolved anew. `most`: lines of a list (a file asks for `MOST_LINES`). Raises `Denied` for what
        is out of scope by name, `Refused` for what is none or too much."""
        kind = _known(question)
        if not _may(actor, kind):
            raise Denied(Permission.MONITOR_VIEW)
        with self._room.looking(actor) as look:
            asked = checked(question.at(look.today))
            making = Making(look, actor, asked, look.calendar.period(asked.from_day, asked.to_day), most)
            filled = replace(asked, step=making.step if kind.steps else None, each=making.each if kind.each else None)
            return _MADE[kind.id](replace(making, question=checked(filled)))


def _known(asked: Question) -> Kind:
    """The report that is asked for. Raises `Refused` for one that is none, or cannot be asked so."""
    kind = CATALOGUE.get(asked.report)
    if kind is None:
        raise Refused("reports.refused.unknown_report", "report", value=asked.report[:40])
    if asked.step is not None and asked.step not in kind.steps:
        raise Refused("reports.refused.unknown_choice", "step", value=asked.step)
    if asked.each is not None and asked.each not in kind.each:
        raise Refused("reports.refused.unknown_choice", "each", value=asked.each)
    named = {"queue": asked.queues, "team": asked.teams, "agent": asked.agents}
    for field, ids in named.items():
        if ids and field not in kind.filters:
            raise Refused("reports.refused.no_filter", field)
    return kind


def _may(actor: Actor, kind: Kind) -> bool:
    return actor.may(Permission.MONITOR_VIEW) if kind.needs_monitoring else True


def _since(look: Look) -> date | None:
    firsts = [
        look.connection.execute(select(func.min(table.c.start_ms)).where(table.c.site == look.site)).scalar()
        for table in (queue_intervals, agent_intervals)
    ]
    known = [int(first) for first in firsts if first is not None]
    return look.calendar.today(min(known)) if known else None


def _queues_of_history(look: Look) -> set[str]:
    """Queues that nobody has confirmed may have a past too: those of the last half-hours."""
    table = queue_intervals.c
    latest = select(func.max(table.start_ms)).where(table.site == look.site).scalar_subquery()
    recent = select(table.queue).where(table.site == look.site, table.start_ms > latest - 7 * 86_400_000).distinct()
    return set(look.connection.execute(recent).scalars())


def _by_name(ids: Iterable[str], name: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda one: (reading_order(name(one)), one)))
