"""What the tiles of a leaderboard are told before anything comes: whose they are. Words and facts of the leaderboard travel with the
names of the snapshot, so that a change shows without a new page."""

from __future__ import annotations

from dataclasses import dataclass

from layouts.widgets.view import TileView


@dataclass(frozen=True, slots=True)
class OfLeaderboard:
    """`leaderboard`: its id, "" while none was chosen. `is_beside_podium`: of a ranking that leaves the first three to the podium.
    `has_own_heading`: somebody gave the tile a title, else the leaderboard's stands over its head."""

    tile: TileView
    leaderboard: str
    is_beside_podium: bool = False
    has_own_heading: bool = False
