"""The designer of boards: the real wall in the middle, a grid over it, and the settings of what is selected."""

from layouts.forms.designer.field import Field, Offered
from layouts.forms.designer.page import DesignerView, Metric, MetricGroup, TileKind, designer

__all__ = ["DesignerView", "Field", "Metric", "MetricGroup", "Offered", "TileKind", "designer"]
