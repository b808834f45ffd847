"""How a tile or a request asks for a metric."""

from __future__ import annotations

from dataclasses import dataclass

from collectors.events import SlFormula
from dashboard.boards.document import NumberTile, QueueTableTile, ServiceLevelTile


@dataclass(frozen=True, slots=True)
class How:
    """How a metric is asked: over which window, and with which formula and threshold instead of each queue's own."""

    window: str = "day"
    formula: SlFormula | None = None
    threshold_s: int | None = None

    @property
    def is_plain(self) -> bool:
        """Whether each queue's own formula and threshold apply."""
        return self.formula is None and self.threshold_s is None

    @classmethod
    def of(cls, tile: NumberTile | ServiceLevelTile | QueueTableTile) -> How:
        """As a tile asks."""
        return cls(tile.window, tile.formula, tile.threshold_s)

    def over(self, window: str) -> How:
        """The same over another window."""
        return How(window, self.formula, self.threshold_s)
