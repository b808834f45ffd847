"""Service level against its target."""

from layouts.widgets.service_level.layout import service_level
from layouts.widgets.service_level.view import ServiceLevelView

__all__ = ["ServiceLevelView", "service_level"]
