"""The boards that we ship: always there, also without a database, and never changed by anybody."""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    Board,
    HalfHoursTile,
    LongestWaitTile,
    NumberTile,
    Page,
    Place,
    QueueTableTile,
    ServiceLevelTile,
    Title,
    WaitingCallersTile,
)
from dashboard.boards.pages_of_people import FLOOR, ME

DEFAULT: Final = Board(
    id="default",
    title=Title(zh="客服呼入", en="Inbound service"),
    pages=(
        Page(
            (
                ServiceLevelTile(id="service_level", also=("asa",), at=Place(0, 0, 8, 7)),
                LongestWaitTile(id="longest_wait", at=Place(8, 0, 8, 7)),
                NumberTile(
                    id="waiting",
                    metric="waiting",
                    window="now",
                    also=("ringing", "estimated_wait"),
                    at=Place(16, 0, 8, 7),
                ),
                AgentStatesTile(id="agent_states", at=Place(0, 7, 8, 6)),
                QueueTableTile(id="queue_table", at=Place(8, 7, 8, 9)),
                AgentsTile(id="agents", at=Place(0, 13, 8, 11)),
                WaitingCallersTile(id="waiting_callers", at=Place(16, 7, 8, 9)),
                NumberTile(
                    id="answered",
                    metric="answered",
                    also=("offered", "abandoned", "abandon_rate", "left_otherwise", "asa", "aht"),
                    at=Place(8, 16, 8, 8),
                ),
                HalfHoursTile(id="trend", at=Place(16, 16, 8, 8)),
            )
        ),
    ),
)

AGENTS: Final = Board(
    id="agents",
    title=Title(zh="坐席墙", en="Agents wall"),
    pages=(
        Page(
            (
                AgentStatesTile(id="agent_states", at=Place(0, 0, 8, 7)),
                AgentsTile(id="agents", at=Place(0, 7, 24, 17)),
                NumberTile(
                    id="waiting",
                    metric="waiting",
                    window="now",
                    also=("ringing", "estimated_wait"),
                    at=Place(8, 0, 5, 7),
                ),
                LongestWaitTile(id="longest_wait", at=Place(13, 0, 5, 7)),
                WaitingCallersTile(id="waiting_callers", at=Place(18, 0, 6, 7)),
            )
        ),
    ),
)

TEMPLATES: Final[dict[str, Board]] = {board.id: board for board in (DEFAULT, AGENTS)}
"""Walls that anybody may open who may see walls, by id; read-only."""

SHIPPED: Final[dict[str, Board]] = TEMPLATES | {board.id: board for board in (FLOOR, ME)}

WALLS: Final[tuple[str, ...]] = tuple(TEMPLATES)
"""The shipped boards that a TV may show; the others are pages of people."""
