"""A picture or logo."""

from layouts.widgets.picture.layout import picture
from layouts.widgets.picture.view import PictureView

__all__ = ["PictureView", "picture"]
