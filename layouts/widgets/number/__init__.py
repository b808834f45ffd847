"""Any metric, against its target."""

from layouts.widgets.number.layout import number
from layouts.widgets.number.view import NumberView

__all__ = ["NumberView", "number"]
