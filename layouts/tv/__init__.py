"""What a TV shows before it is let in: the code by which somebody at a desk lets it in."""

from layouts.tv.layout import Picture, TvView, tv

__all__ = ["Picture", "TvView", "tv"]
