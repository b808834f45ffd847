"""The page of an agent's own state and numbers."""

from layouts.me.layout import MeView, me

__all__ = ["MeView", "me"]
