"""Figures of the past: any window metric of queues or agents, over any days in any steps, by the registry's own formulas.

A figure of a set is made from the sums of its counters, never from other figures. What is now (`waiting`, `state`) has no past: None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from collectors.events import SlFormula
from dashboard.access.actor import Actor, Denied
from dashboard.directory.reading_order import reading_order
from dashboard.floor import counters as c
from dashboard.floor.business_amounts import Amounts
from dashboard.floor.metrics import Metric, Value, needed
from dashboard.floor.state import Row
from dashboard.reports.agent_half_hours import AgentSum, AgentSums, Asked, agent_sums, together
from dashboard.reports.business_half_hours import QueueBusiness, are_of_business, queue_business, told_of
from dashboard.reports.further_visits import FurtherVisits, further_visits
from dashboard.reports.gaps import Gaps, gaps_of
from dashboard.reports.past_query import Known, PastQuery
from dashboard.reports.period import Period, Step, Stretch
from dashboard.reports.question import Each
from dashboard.reports.queue_half_hours import QueueSums, queue_sums
from dashboard.reports.reach import OF_A_ROW
from dashboard.reports.room import Look, Room
from dashboard.reports.steps import unsorted

OF_NO_QUEUE: Final = frozenset({"calls_dialled", "calls_connected", "connect_rate", "effective_calls"})
"""Metrics of agents' own calls, which belong to no queue."""
_CONTACTS: Final = "contacts_entered"
_NO_TEAM: Final = (0, "")


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one step of one queue, agent or team, or of all that was asked for together (None). `values`: by metric id.
    `paused_s`: seconds paused by reason ("" for none given), of agents. `team`: of an agent's line the one of then, their last."""

    stretch: Stretch
    values: dict[str, Value]
    queue: str | None = None
    agent: str | None = None
    team: str | None = None
    paused_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """`lines`: by step, then by name; steps in which nothing was written are there for sets together, and not for single ones. `total`:
    of everything over the whole period. `revised`, `not_live`: how many of the half-hours a late fact changed, and how many
    were made of something else than live events. `glimpsed`: agents of whom only a queue's work may be seen."""

    lines: tuple[Figures, ...]
    total: Figures
    revised: int = 0
    not_live: int = 0
    glimpsed: int = 0


class FigureRoom:
    """Reads half-hours. Every call raises `Denied` for queues, teams or agents that were named and are out of scope, and
    `UnknownMetric`."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def queues(
        self,
        actor: Actor,
        metrics: Sequence[str],
        period: Period,
        step: Step = "total",
        *,
        queues: Sequence[str] = (),
        each: bool = False,
        formula: SlFormula | None = None,
        threshold_s: int | None = None,
    ) -> FigureTable:
        """Of queues together, or of `each`. `queues` none: all in scope."""
        with self._room.looking(actor) as look:
            how = QueueHow(tuple(metrics), formula, threshold_s)
            return queue_figures(look, how, look.calendar.stretches(period, step), queues, each=each)

    def agents(
        self,
        actor: Actor,
        metrics: Sequence[str],
        period: Period,
        step: Step = "total",
        *,
        queues: Sequence[str] = (),
        teams: Sequence[str] = (),
        agents: Sequence[str] = (),
        each: Each = "agent",
        with_reasons: bool = False,
    ) -> FigureTable:
        """Of each agent, each team (`each` "agent", "team") or all together ("all"). `queues`: only who worked for them, and only that
        work; time in state belongs to no queue and stays whole. `teams`: by the team that the agent was in then, subteams with it.
        `with_reasons`: `paused_s` too."""
        with self._room.looking(actor) as look:
            asked = asked_agents(look, queues, teams, agents)
            return agent_figures(look, tuple(metrics), period, step, asked, each, with_reasons=with_reasons)


# -- queues ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class QueueHow:
    """Which metrics, and what takes the place of each queue's own settings."""

    metrics: tuple[str, ...]
    formula: SlFormula | None = None
    threshold_s: int | None = None


def queue_figures(
    look: Look, how: QueueHow, stretches: Sequence[Stretch], queues: Sequence[str], *, each: bool
) -> FigureTable:
    """Within a look that is open."""
    for queue in queues:
        look.reach.require_queue(queue)
    sums = queue_sums(look, stretches, queues)
    business = queue_business(look, stretches, queues) if are_of_business(how.metrics) else QueueBusiness()
    sums.add_empty(business.sums.keys())
    asking = _QueueAsking(look, how, sums, business, stretches, frozenset(queues) or None)
    lines: list[Figures] = []
    if each:
        order = _in_order({queue for _, queue in sums.rows}, lambda queue: look.names.queue(queue, "zh-CN"))
        for place, queue in sorted(sums.rows, key=lambda key: (key[0], order[key[1]])):
            lines.append(asking.figures(stretches[place], [(queue, (sums.rows[place, queue],))], place, queue))
    else:
        lines = [asking.figures(stretch, sums.of_place(place), place) for place, stretch in enumerate(stretches)]
    return FigureTable(tuple(lines), asking.figures(whole_of(stretches), sums.of_all()), sums.revised, sums.not_live)


class _QueueAsking:
    """Asks the registry about rows of queues, with all else that is known about the stretch."""

    def __init__(
        self,
        look: Look,
        how: QueueHow,
        sums: QueueSums,
        business: QueueBusiness,
        stretches: Sequence[Stretch],
        queues: frozenset[str] | None,
    ) -> None:
        self._look = look
        self._how = how
        self._sums = sums
        self._gaps = gaps_of(look, stretches[0].start_ms, stretches[-1].end_ms)
        self._further: FurtherVisits | None = (
            further_visits(look, stretches, queues or ()) if _CONTACTS in how.metrics else None
        )
        self._business = business
        self._refusals = any(row.counts[c.REFUSED] for row in sums.rows.values())

    def figures(
        self,
        stretch: Stretch,
        rows: Sequence[tuple[str, tuple[Row, ...]]],
        place: int | None = None,
        queue: str | None = None,
    ) -> Figures:
        """Every metric of these rows, which are of a place and queue (None: of all)."""
        is_lacking = self._sums.is_lacking(place, queue)
        further = None if self._further is None else self._further.within(stretch, place, queue)
        known = known_of(
            self._look,
            self._gaps,
            stretch,
            further=further,
            refusals=self._refusals,
            is_lacking=is_lacking,
            business=self._business.within(place, queue),
        )
        query = PastQuery(self._look.queue_settings, rows, None, known, self._how.formula, self._how.threshold_s)
        return Figures(stretch, {metric: query.answer(metric) for metric in self._how.metrics}, queue)


# -- agents ------------------------------------------------------------------------------------------------------------


def asked_agents(look: Look, queues: Sequence[str], teams: Sequence[str], agents: Sequence[str]) -> Asked:
    """Raises `Denied` for what was named and is out of scope; agents are checked when they are found (`agent_figures`)."""
    for queue in queues:
        look.reach.require_queue(queue)
    for team in teams:
        look.reach.require_team(team)
    return Asked(tuple(queues), look.reach.with_subteams(tuple(teams)) if teams else frozenset(), tuple(agents))


def agent_figures(
    look: Look,
    metrics: tuple[str, ...],
    period: Period,
    step: Step,
    asked: Asked,
    each: Each,
    *,
    with_reasons: bool = False,
    only_told: bool = False,
) -> FigureTable:
    """Within a look that is open. `only_told`: the lines, not the total, are without what no business system told of (`told_of`)."""
    stretches = look.calendar.stretches(period, step)
    with_business = are_of_business(metrics)
    with unsorted(look.connection):
        sums = agent_sums(look, period, step, stretches, asked, with_reasons=with_reasons, with_business=with_business)
    _require_seen(look, asked, sums)
    grouped: dict[tuple[int, str | None], list[AgentSum]] = {}
    teams: dict[tuple[int, str | None], tuple[int, str]] = {}
    for key, one in sums.sums.items():
        mine = key.place, key.agent if each == "agent" else key.team if each == "team" else None
        grouped.setdefault(mine, []).append(one)
        if key.team:  # rows come in no order, so the last is looked for
            teams[mine] = max(teams.get(mine, _NO_TEAM), (one.last_ms, key.team))
    if each == "all":
        for place in range(len(stretches)):
            grouped.setdefault((place, None), [])
    total = together(sums.sums.values())
    asking = _AgentAsking(look, gaps_of(look, period.start_ms, period.end_ms), total.business)
    values = asking.values([needed(metric) for metric in metrics], whole_of(stretches), total)
    whole = Figures(whole_of(stretches), values, paused_s=_paused_s(total))
    shown = [needed(metric) for metric in (told_of(metrics, values) if only_told else metrics)]
    names = {"agent": look.names.agent, "team": lambda team: look.names.team(team, "zh-CN")}.get(each, str)
    order = _in_order({who for _, who in grouped if who is not None}, names)
    lines = []
    for place, who in sorted(grouped, key=lambda key: (key[0], order.get(key[1] or "", 0))):
        one, stretch = together(grouped[place, who]), stretches[place]
        agent = who if each == "agent" else None
        team = None if each == "all" else who if each == "team" else teams.get((place, who), _NO_TEAM)[1]
        lines.append(Figures(stretch, asking.values(shown, stretch, one), None, agent, team, _paused_s(one)))
    glimpsed = len({key.agent for key, one in sums.sums.items() if not one.is_whole})
    return FigureTable(tuple(lines), whole, sums.revised, sums.not_live, glimpsed)


class _AgentAsking:
    """Asks the registry about sums of agents. `told`: measures of which anything was told of any of them; elsewhere they are 0."""

    def __init__(self, look: Look, gaps: Gaps, told: Iterable[str]) -> None:
        self._look = look
        self._gaps = gaps
        self._told = dict.fromkeys(told, 0)

    def values(self, metrics: Sequence[Metric], stretch: Stretch, one: AgentSum) -> dict[str, Value]:
        """Every metric of agents who were added up."""
        known = known_of(self._look, self._gaps, stretch, is_lacking=one.is_lacking, business=self._told | one.business)
        whole = PastQuery(self._look.queue_settings, (), one.counts, known)
        if one.glimpsed is None:
            return {metric.id: whole.figure(metric) for metric in metrics}
        both = together((one, AgentSum(one.glimpsed)))
        row = PastQuery(self._look.queue_settings, (), both.counts, known)

        def value(metric: Metric) -> Value:
            if metric.id in OF_A_ROW:
                return row.figure(metric)
            if not one.is_whole and (metric.basis == "C" or metric.id in OF_NO_QUEUE):
                return Value(None, known.gap_s, known.window_s)
            return whole.figure(metric)

        return {metric.id: value(metric) for metric in metrics}


def _paused_s(one: AgentSum) -> dict[str, float]:
    return {reason: ms / 1000 for reason, ms in sorted(one.paused_ms.items())}


def _require_seen(look: Look, asked: Asked, sums: AgentSums) -> None:
    """Who was named and has no line: visible by the present team, or out of sight."""
    found = {key.agent for key in sums.sums}
    for agent in asked.agents:
        if agent not in found and not look.reach.is_whole(look.names.team_of(agent), agent):
            raise Denied(look.reach.permission, f"agent {agent[:200]}")


# -- both --------------------------------------------------------------------------------------------------------------


def whole_of(stretches: Sequence[Stretch]) -> Stretch:
    """All of them as one."""
    return Stretch(stretches[0].day, "", stretches[0].start_ms, stretches[-1].end_ms)


def known_of(
    look: Look,
    gaps: Gaps,
    stretch: Stretch,
    *,
    further: int | None = None,
    refusals: bool = False,
    is_lacking: bool = False,
    business: Amounts | None = None,
) -> Known:
    """A stretch that runs is as long as it has been so far."""
    window_s = max(min(stretch.end_ms, look.now_ms) - stretch.start_ms, 0) / 1000
    measures = look.settings.measures
    return Known(gaps.seconds(stretch), window_s, further, refusals, is_lacking, business or {}, measures)


def _in_order(ids: Iterable[str], name: Callable[[str], str]) -> dict[str, int]:
    """The place of each by its name; who has none comes last."""
    ordered = sorted(ids, key=lambda one: (not one, reading_order(name(one)), one))
    return {one: place for place, one in enumerate(ordered)}
