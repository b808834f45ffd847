"""The agents with most of a metric."""

from __future__ import annotations

from dashboard.boards.document import TopListTile
from dashboard.floor.metrics import needed
from dashboard.live.lines import shown
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.tiles.leaderboard import places
from dashboard.live.values import Rows, StandingLine, TopLine


def top_list(sight: Sight, aim: Aim, tile: TopListTile) -> Rows[TopLine] | Rows[StandingLine]:
    """Who has none is not in it. Equal figures, as they are shown, share a rank; among them the order is that of all lists. Of a
    leaderboard: its first ones."""
    if tile.leaderboard:
        return places(sight, aim, tile)
    if "agent" not in needed(tile.metric).scopes:
        return Rows()
    found = sight.people.of_agents(tile.metric, tile.window, aim.agents, sight.now_ms)
    figures = ((agent, shown(tile.metric, found[agent])) for agent in aim.agents)
    having = sorted(((agent, v) for agent, v in figures if v), key=lambda one: -one[1])
    ranks: dict[float, int] = {}
    for place, (_, v) in enumerate(having, start=1):
        ranks.setdefault(v, place)
    return Rows(_line(sight, agent, ranks[v], v) for agent, v in having[: tile.rows])


def _line(sight: Sight, agent: str, rank: int, v: float) -> TopLine:
    own = sight.floor.settings.agents.get(agent)
    return TopLine(
        agent, rank, sight.floor.agent_name(agent), own.staff_number if own else "", sight.team_shown(agent), v
    )
