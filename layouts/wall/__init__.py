"""The wall: a board for a TV, read from across the floor."""

from layouts.wall.layout import WallView, wall

__all__ = ["WallView", "wall"]
