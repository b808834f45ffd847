"""Boards that are no walls: what stands on people's own pages. They have no places, because their pages have layouts of their own.

Some of their kinds of tile are for people alone, so they are no part of the document: nobody can put them on a wall.
"""

from __future__ import annotations

from typing import Final, cast

from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    Board,
    Limits,
    LongestWaitTile,
    NumberTile,
    Page,
    QueueTableTile,
    ServiceLevelTile,
    Tile,
    TileBase,
    Title,
    WaitingCallersTile,
)


class SessionsTile(TileBase, frozen=True, tag="sessions"):
    """Who listens to whom."""


class OwnTile(TileBase, frozen=True, tag="own"):
    """Who is in an agent's own call."""


class MessagesTile(TileBase, frozen=True, tag="messages"):
    """What was written to an agent."""


OF_PEOPLE: Final = frozenset({"sessions", "own", "messages"})
"""Their names."""


def _page(*tiles: TileBase) -> Page:
    return Page(cast("tuple[Tile, ...]", tiles))


FLOOR: Final = Board(
    id="floor",
    title=Title(zh="现场坐席", en="The floor"),
    pages=(
        Page(
            (
                ServiceLevelTile(id="service_level", also=("asa",), limits=Limits(hold_s=60)),
                LongestWaitTile(id="longest_wait"),
                NumberTile(
                    id="waiting", metric="waiting", window="now", also=("ringing", "estimated_wait"), trend="none"
                ),
                AgentStatesTile(id="agent_states"),
                QueueTableTile(
                    id="queue_table", columns=("waiting", "longest_wait", "service_level"), limits=Limits(hold_s=60)
                ),
                AgentsTile(id="agents", signed_out=True),
                WaitingCallersTile(id="waiting_callers", rows=200),
                NumberTile(
                    id="answered",
                    metric="answered",
                    also=("offered", "abandoned", "abandon_rate", "left_otherwise", "asa", "aht"),
                    trend="none",
                ),
            )
        ),
    ),
)
"""The desk's list of all agents, with the wall's headline numbers: what both ask in the same words is computed once."""

ME: Final = Board(
    id="me",
    title=Title(zh="我的状态", en="My shift"),
    pages=(
        Page(
            (
                AgentsTile(id="agents", signed_out=True),
                NumberTile(
                    id="handled",
                    metric="calls_handled",
                    also=("calls_missed", "call_count", "talk_total"),
                    trend="none",
                ),
                NumberTile(id="aht", metric="aht", also=("avg_talk", "avg_hold", "avg_wrap_up"), trend="none"),
                NumberTile(id="occupancy", metric="occupancy", also=("utilisation",), trend="none"),
                NumberTile(id="signed_in", metric="signed_in", also=("available", "paused", "wrap_up"), trend="none"),
            )
        ),
        _page(OwnTile(id="own"), MessagesTile(id="messages")),
    ),
)
"""An agent's own page: their state, the numbers of their day, who is in their call, and what was written to them."""

MONITOR: Final = Board(
    id="monitor",
    title=Title(zh="监听控制台", en="Monitoring"),
    pages=(
        _page(
            SessionsTile(id="sessions"),
            AgentsTile(id="agents", signed_out=True),
            WaitingCallersTile(id="waiting_callers", rows=200),
        ),
    ),
)
"""The monitoring console: the open sessions, and whom to help."""
