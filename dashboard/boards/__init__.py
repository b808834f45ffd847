"""Boards: what a wall, a desk or an agent's page shows, as data.

`document` has the types, `reading` turns JSON into a checked board or into sentences, `shipped` has what we ship.
"""

from dashboard.boards.directions import worse_side
from dashboard.boards.document import STANDING, TILES, Board, Page, Tile, TileBase, Title, kind_of
from dashboard.boards.leaderboard_board import LeaderboardShape, leaderboard_board, leaderboard_of
from dashboard.boards.pages_of_people import FLOOR, ME, MONITOR, TODAY, queue_board, queue_of
from dashboard.boards.shipped import DEFAULT, SHIPPED, TEMPLATES, WALLS

__all__ = [
    "DEFAULT",
    "FLOOR",
    "ME",
    "MONITOR",
    "SHIPPED",
    "STANDING",
    "TEMPLATES",
    "TILES",
    "TODAY",
    "WALLS",
    "Board",
    "LeaderboardShape",
    "Page",
    "Tile",
    "TileBase",
    "Title",
    "kind_of",
    "leaderboard_board",
    "leaderboard_of",
    "queue_board",
    "queue_of",
    "worse_side",
]
