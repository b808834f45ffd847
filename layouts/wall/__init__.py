"""The wall: a board for a TV, read from across the floor."""

from layouts.wall.layout import PageView, SoundsView, WallView, wall

__all__ = ["PageView", "SoundsView", "WallView", "wall"]
