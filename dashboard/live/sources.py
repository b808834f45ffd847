"""Which switches a tile's numbers come from, at a site that has several: a lost link makes those numbers old, and no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from collectors.events import is_switch
from dashboard.boards import STANDING, Board, TileBase, kind_of
from dashboard.boards.document import NumberTile
from dashboard.floor.metrics import needed
from dashboard.floor.state import Floor
from dashboard.floor.switches import switches_of_queues
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight

OF_AGENTS: Final = frozenset({"agents", "agent_states", "top_list", "rest_quota"})
"""Kinds that say what agents do or did, on whichever switch."""


def sources(sight: Sight, board: Board) -> dict[str, list[str]]:
    """Tile → its switches. A tile that is not in it depends on all of them."""
    floor = sight.floor
    every = set(filter(is_switch, floor.core.links))
    if len(every) < 2:
        return {}
    known = switches_of_queues(floor)
    found = {}
    for tile in board.tiles:
        if kind_of(tile) not in STANDING:
            switches = _of_tile(sight, sight.aim(board, tile), tile, known)
            if switches and switches < every:
                found[tile.id] = sorted(switches)
    return found


def _of_tile(sight: Sight, aim: Aim, tile: TileBase, known: Mapping[str, set[str]]) -> set[str]:
    """None named: all."""
    is_of_agents = kind_of(tile) in OF_AGENTS or (
        isinstance(tile, NumberTile) and "agent" in needed(tile.metric).scopes
    )
    if aim.all_queues and not aim.by_team:
        return set()
    of_queues = [known.get(queue) for queue in aim.queues] if aim.by_queue or not is_of_agents else []
    if None in of_queues:
        return set()
    found = set[str]().union(*(switches for switches in of_queues if switches is not None))
    return found | (_of_agents(sight.floor, aim.agents) if is_of_agents else set())


def _of_agents(floor: Floor, agents: Iterable[str]) -> set[str]:
    return {membership.switch for agent in agents for membership in floor.agents[agent].memberships.values()}
