"""Boards that are no walls: what stands on people's own pages. They have no places, because their pages have layouts of their own.

Some of their kinds of tile are for people alone, so they are no part of the document: nobody can put them on a wall.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, cast, get_args

from collectors.events import SlFormula
from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    Board,
    HalfHoursTile,
    Limits,
    LongestWaitTile,
    NumberTile,
    Page,
    QueueTableTile,
    RestQuotaTile,
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


class OwnPlaceTile(TileBase, frozen=True, tag="own_place"):
    """An agent's own place on leaderboards."""


OF_PEOPLE: Final = frozenset({"sessions", "own", "messages", "own_place"})
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
        _page(OwnTile(id="own"), MessagesTile(id="messages"), OwnPlaceTile(id="own_place")),
    ),
)
"""An agent's own page: their state, the numbers of their day, who is in their call, what was written to them, their own place."""

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

OF_DAY: Final = ("answered", "answer_rate", "abandoned", "abandon_rate", "asa", "max_wait", "aht")
"""What stands beside the day's offered calls."""

COLUMNS: Final = ("offered", "answered", "abandoned", "abandon_rate", "asa", "aht")
"""Of the queues' table of the day; waiting, longest wait, service level and available agents are in every row."""


def _of_day() -> tuple[TileBase, ...]:
    """The numbers of a day so far, of one queue or of all; in the floor's own words, where it asks the same."""
    return (
        ServiceLevelTile(id="service_level", also=("asa",), limits=Limits(hold_s=60)),
        LongestWaitTile(id="longest_wait"),
        NumberTile(id="waiting", metric="waiting", window="now", also=("ringing", "estimated_wait"), trend="none"),
        NumberTile(id="day", metric="offered", also=OF_DAY, trend="none"),
        HalfHoursTile(id="half_hours"),
        AgentsTile(id="agents", signed_out=True),
    )


TODAY: Final = Board(
    id="today",
    title=Title(zh="今日运营", en="Today"),
    pages=(
        _page(
            *_of_day(),
            QueueTableTile(id="queue_table", columns=COLUMNS, limits=Limits(hold_s=60)),
            RestQuotaTile(id="rest_quota"),
        ),
    ),
)
"""The page that a manager opens first: the day so far, and what is wrong now."""

QUEUE: Final = "queue:"
"""Before the id of a queue: the board of its own page."""

FORMULAS: Final[tuple[SlFormula, ...]] = get_args(SlFormula)


def queue_of(board_id: str) -> str | None:
    """The queue whose own board is asked for; None where none is."""
    return board_id.removeprefix(QUEUE) if board_id.startswith(QUEUE) else None


@lru_cache(maxsize=1_024)
def queue_board(queue: str) -> Board:
    """The board of one queue's own page: its day, who waits one by one, its service level under each formula, how many it takes."""
    return Board(
        id=f"{QUEUE}{queue}",
        title=Title(zh="队列", en="Queue"),
        queues=(queue,),
        pages=(
            _page(
                *_of_day(),
                AgentStatesTile(id="agent_states"),
                WaitingCallersTile(id="waiting_callers", rows=200),
                *(ServiceLevelTile(id=f"sl_{formula}", formula=formula) for formula in FORMULAS),
                NumberTile(id="staffing", metric="staffing_gap", window="now", also=("agents_staffed",), trend="none"),
                NumberTile(
                    id="recent", metric="offered", window="last_30_min", also=("aht", "abandoned"), trend="none"
                ),
            ),
        ),
    )
