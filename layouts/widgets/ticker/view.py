"""What the ticker is told: the board's own messages. Announcements come over the websocket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class TickerMessage:
    """`from_moment`, `until_moment`: local times of the site, of one day (`2026-12-31T18:00`) or of every day (`18:00`); "" for none."""

    text: str
    priority: Literal["normal", "high"] = "normal"
    from_moment: str = ""
    until_moment: str = ""


@dataclass(frozen=True, slots=True)
class TickerView:
    """`seconds`: how long a page is shown. `is_bar`: the line at the bottom of a wall, not a tile."""

    tile: TileView
    messages: tuple[TickerMessage, ...] = ()
    seconds: int = 10
    is_bar: bool = False
