"""One board with every kind of tile but those of leaderboards (tests/walls/honours), on two pages that take turns whatever is red, with
messages that come and end."""

from __future__ import annotations

from typing import Final

from dashboard.boards.document import (
    OF_LEADERBOARDS,
    TILES,
    AgentStatesTile,
    AgentsTile,
    Board,
    Clock,
    ClockTile,
    CountdownTile,
    HalfHoursTile,
    Limits,
    LinkLampTile,
    LongestWaitTile,
    Message,
    NumberTile,
    Page,
    PictureTile,
    Place,
    QueueTableTile,
    RestQuotaTile,
    Rotation,
    ServiceLevelTile,
    TextTile,
    Ticker,
    TickerTile,
    Title,
    TopListTile,
    WaitingCallersTile,
    kind_of,
)

UNTIL: Final = "2025-11-21T23:59"
"""When the second message of its ticker ends."""


def every_tile(board_id: str, picture: str, *, seconds: int = 5) -> Board:
    """`picture`: the id of an uploaded one. Limits hold for no time: what a number says shows at once."""
    at_once = Limits(amber=10, red=20, hold_s=0)
    numbers = Page(
        (
            ServiceLevelTile(id="service_level", at=Place(0, 0, 6, 8)),
            LongestWaitTile(id="longest_wait", at=Place(6, 0, 6, 8)),
            NumberTile(id="waiting", metric="waiting", window="now", limits=at_once, at=Place(12, 0, 6, 8)),
            NumberTile(id="answered", metric="answered", also=("offered", "aht"), at=Place(18, 0, 6, 8)),
            NumberTile(id="yesterday", metric="answered", window="yesterday", at=Place(0, 8, 6, 8)),
            NumberTile(id="interval", metric="answered", window="interval", at=Place(6, 8, 6, 8)),
            NumberTile(id="before", metric="answered", window="interval:-1", at=Place(12, 8, 6, 8)),
            NumberTile(id="lost", metric="lost", at=Place(18, 8, 6, 8)),
            QueueTableTile(id="queue_table", columns=("waiting", "answered"), at=Place(0, 16, 6, 8)),
            HalfHoursTile(id="half_hours", at=Place(6, 16, 6, 8)),
            TopListTile(id="top_list", at=Place(12, 16, 6, 8)),
            ClockTile(id="clock", clocks=(Clock(),), at=Place(18, 16, 6, 8)),
        ),
        seconds=seconds,
    )
    people = Page(
        (
            AgentsTile(id="agents", at=Place(0, 0, 14, 14)),
            AgentStatesTile(id="agent_states", at=Place(14, 0, 10, 7)),
            WaitingCallersTile(id="waiting_callers", at=Place(14, 7, 10, 7)),
            RestQuotaTile(id="rest_quota", at=Place(0, 14, 6, 8)),
            TextTile(id="text", text=Title(zh="先接后记", en="Answer first"), at=Place(6, 14, 6, 4)),
            CountdownTile(id="countdown", until="18:00", at=Place(6, 18, 6, 6)),
            PictureTile(id="picture", picture=picture, at=Place(12, 14, 6, 6)),
            LinkLampTile(id="link_lamp", at=Place(18, 14, 6, 4)),
            TickerTile(id="ticker", at=Place(12, 20, 12, 4)),
        ),
        seconds=seconds,
    )
    lasting = Message(Title(zh="微笑服务", en="Smile"))
    ending = Message(Title(zh="今晚零点系统维护", en="Maintenance at midnight"), until_time=UNTIL)
    board = Board(
        board_id,
        Title(zh="全部组件", en="Every tile"),
        (numbers, people),
        rotation=Rotation(stops_on_red=False),
        ticker=Ticker((lasting, ending), seconds=3),
    )
    assert {kind_of(tile) for tile in board.tiles} == set(TILES) - OF_LEADERBOARDS, "a new kind of tile belongs here"
    return board
