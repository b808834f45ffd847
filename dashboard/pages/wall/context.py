"""What a tile's mapping is told beside the tile and its board: the screen's language, its words, and where tiles stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.boards.document import Place, TileBase, Title, kind_of
from dashboard.floor.metrics import needed
from layouts.texts import Catalogue
from layouts.widgets.view import Cells, Definition, TileView


@dataclass(frozen=True, slots=True)
class Context:
    """`texts`: the screen's language, with the room `wall`. `high`: tile id → its place on a page that is higher than wide."""

    lang: str
    texts: Catalogue
    high: Mapping[str, Place]

    def said(self, title: Title, otherwise: str = "") -> str:
        """What people wrote, in the screen's language, else in the other; `otherwise` where they wrote nothing."""
        first, second = (title.zh, title.en) if self.lang.startswith("zh") else (title.en, title.zh)
        return first or second or otherwise

    def metric(self, metric_id: str) -> str:
        """A metric's name."""
        return needed(metric_id).names[self.lang]

    def window(self, window: str) -> str:
        """Over which time a number counts, in a few words."""
        return self.texts(f"window.{window}")

    def tile(
        self,
        tile: TileBase,
        heading: str,
        *,
        note: str = "",
        definitions: Sequence[Definition] = (),
        kind: str = "",
    ) -> TileView:
        """What is common to all tiles. `heading`: the product's own word, where nobody gave the tile a title."""
        high = self.high.get(tile.id)
        return TileView(
            name=tile.id,
            kind=kind or kind_of(tile),
            heading=self.said(tile.title, heading),
            at=_cells(tile.at),
            portrait=_cells(high),
            note=note,
            definitions=tuple(definitions),
        )

    def definition(self, metric_id: str, *, window: str = "", limits: str = "") -> Definition:
        """What a metric is, by the dictionary; its formula where that says more than its sentence. `window`: of its tile; left out
        for what is now."""
        metric, formula = needed(metric_id), f"definition.formula.{metric_id}"
        counts = window and metric.basis != "now"
        return Definition(
            name=metric.names[self.lang],
            text=metric.definitions[self.lang],
            formula=self.texts(formula) if formula in self.texts.words else "",
            window=self.window(window) if counts else "",
            limits=limits,
        )


def _cells(place: Place | None) -> Cells | None:
    return None if place is None else Cells(place.x, place.y, place.w, place.h)
