"""Is each switch there?"""

from layouts.widgets.link_lamp.layout import link_lamp
from layouts.widgets.link_lamp.view import LinkLampView

__all__ = ["LinkLampView", "link_lamp"]
