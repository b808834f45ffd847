"""What differs between two documents of a board, as data and in words: for the history of who changed what.

Tiles are the same by their id, wherever they stand; pages are the same by the tiles they share. Equal boards have no change, and any
two that differ have one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from dashboard.boards.document import Board, Clock, Hours, Message, Page, Part, Place, Tile, TileBase, Title, kind_of
from dashboard.boards.mistakes import ROOM
from dashboard.boards.spots import Spot, short, spoken
from dashboard.floor.metrics import known
from layouts.texts import Catalogue

ROOMS: Final = (ROOM, "wall")
"""Rooms of words that `sentence` needs."""

_METRICS: Final = frozenset({"metric", "also", "columns"})
_LIMITS: Final = frozenset({"target", "amber", "red"})
_SECONDS: Final = frozenset({"hold_s", "threshold_s", "seconds"})


@dataclass(frozen=True, slots=True)
class Change:
    """`word`: of the sentence, without `change.`. `page`, `tile`, `titled`, `field`: the place, as in `Spot`; for what is gone, where
    it was. `before`, `after`: the values, None where there is none. `metric`: in whose unit they are, "" if in none's."""

    word: str
    page: int = 0
    tile: str = ""
    field: str = ""
    before: Any = None
    after: Any = None
    titled: tuple[tuple[str, str], ...] = ()
    metric: str = ""


def changes(before: Board, after: Board) -> tuple[Change, ...]:
    """From one board to the other, in the order of the later one; what is gone comes first."""
    return tuple(_changes(before, after))


def sentence(one: Change, texts: Catalogue) -> str:
    """One line: place, from what, to what. `texts` holds `ROOMS`."""
    place = spoken(Spot(one.page, one.tile, one.field, one.titled), texts, paths=False)
    said = {
        name: _said(value, one, texts)
        for name, value in (("before", one.before), ("after", one.after))
        if value is not None
    }
    if one.word == "changed":
        said = {"before": texts("change.none"), "after": texts("change.none")} | said
    what = texts(f"change.{one.word}", **said)
    whole = texts("mistake.at", place=place, what=what) if place else what
    return whole[:1].upper() + whole[1:]


# -- boards and pages


def _changes(before: Board, after: Board) -> Iterator[Change]:
    for field in ("title", "queues", "teams", "theme", "lang", "rotation", "sounds", "ticker"):
        yield from _values(getattr(before, field), getattr(after, field), Change("", field=field))
    twins = _twins(before, after)
    tiles_before = {tile.id: (tile, number) for number, page in enumerate(before.pages, 1) for tile in page.tiles}
    tiles_after = {tile.id for tile in after.tiles}
    for number in range(1, len(before.pages) + 1):
        if number not in twins:
            yield Change("page_removed", number)
    for name, (tile, number) in tiles_before.items():
        if name not in tiles_after:
            yield _of(tile, number, "tile_removed", before=f"board.kind.{kind_of(tile)}")
    moved = _out_of_order(list(twins.values()))
    back = {now: number for number, now in twins.items()}
    for number, page in enumerate(after.pages, 1):
        old = back.get(number)
        if old is None:
            yield Change("page_added", number)
        else:
            if number in moved:
                yield Change("page_moved", number, before=old, after=number)
            for field in ("title", "seconds"):
                yield from _values(
                    getattr(before.pages[old - 1], field), getattr(page, field), Change("", number, field=field)
                )
        yield from _tiles(page, number, tiles_before, twins)
        if old is not None and _order_of(page, before.pages[old - 1]) != _order_of(before.pages[old - 1], page):
            yield Change("order", number, field="tiles")


def _twins(before: Board, after: Board) -> dict[int, int]:
    """Page before → the same page after, by number from 1: first those that share most tiles, then those of the same number."""
    shared = sorted(
        (-_common(one, two), abs(a - b), a, b)
        for a, one in enumerate(before.pages, 1)
        for b, two in enumerate(after.pages, 1)
    )
    found: dict[int, int] = {}
    for common, apart, a, b in shared:
        if a not in found and b not in found.values() and (common or not apart):
            found[a] = b
    return dict(sorted(found.items()))


def _common(one: Page, two: Page) -> int:
    return len({tile.id for tile in one.tiles} & {tile.id for tile in two.tiles})


def _order_of(page: Page, other: Page) -> list[str]:
    """The tiles that both pages have, in this page's order."""
    both = {tile.id for tile in other.tiles}
    return [tile.id for tile in page.tiles if tile.id in both]


def _out_of_order(numbers: list[int]) -> set[int]:
    """Which pages left their order: all but a longest row of rising numbers."""
    rows: list[list[int]] = []
    for number in numbers:
        longest: list[int] = max((row for row in rows if row[-1] < number), key=len, default=[])
        rows.append([*longest, number])
    stay: list[int] = max(rows, key=len, default=[])
    return set(numbers) - set(stay)


# -- tiles


def _of(tile: Tile, page: int, word: str, **values: Any) -> Change:
    titled = (("zh-CN", tile.title.zh), ("en", tile.title.en))
    return Change(word, page, tile.id, titled=tuple(one for one in titled if one[1].strip()), **values)


def _tiles(page: Page, number: int, before: dict[str, tuple[Tile, int]], twins: dict[int, int]) -> Iterator[Change]:
    for tile in page.tiles:
        if tile.id not in before:
            yield _of(tile, number, "tile_added", after=f"board.kind.{kind_of(tile)}")
            continue
        old, was = before[tile.id]
        if twins.get(was) != number:
            yield _of(tile, number, "tile_to_page", before=was, after=number)
        if kind_of(old) != kind_of(tile):
            kinds = {"before": f"board.kind.{kind_of(old)}", "after": f"board.kind.{kind_of(tile)}"}
            yield _of(tile, number, "kind_changed", **kinds)
        yield from _tile(old, tile, _of(tile, number, ""))


def _tile(old: Tile, tile: Tile, at: Change) -> Iterator[Change]:
    for field in tile.__struct_fields__:
        if field == "id" or not hasattr(old, field):
            continue
        one, two = getattr(old, field), getattr(tile, field)
        spot = replace(at, field=_written(tile, field))
        if field in {"at", "portrait"} and isinstance(one, Place) and isinstance(two, Place):
            yield from _place(one, two, spot if field == "portrait" else at)
        else:
            yield from _values(one, two, replace(spot, metric=_metric_of(tile)))


def _metric_of(tile: Tile) -> str:
    return str(getattr(tile, "metric", "")) or {"longest_wait": "longest_wait"}.get(kind_of(tile), "service_level")


def _place(one: Place, two: Place, at: Change) -> Iterator[Change]:
    if (one.x, one.y) != (two.x, two.y):
        yield replace(at, word="moved", before=one, after=two)
    if (one.w, one.h) != (two.w, two.h):
        yield replace(at, word="resized", before=one, after=two)


# -- values


def _values(one: Any, two: Any, at: Change) -> Iterator[Change]:
    if one == two:
        return
    if isinstance(one, tuple) and isinstance(two, tuple):
        yield from _lists(one, two, at)
    elif isinstance(one, Part) and isinstance(two, Part) and not isinstance(one, Title | Place):
        for field in one.__struct_fields__:
            inner = f"{at.field}.{_written(one, field)}"
            yield from _values(getattr(one, field), getattr(two, field), replace(at, field=inner))
    else:
        if isinstance(one, Title) and isinstance(two, Title):
            one, two = _what_differs(one, two)
        yield replace(at, word="changed", before=one, after=two)


def _what_differs(one: Title, two: Title) -> tuple[Title, Title]:
    """Without the language that stayed, so that who reads that one is told what changed."""
    if one.zh == two.zh:
        return Title(en=one.en), Title(en=two.en)
    return (Title(zh=one.zh), Title(zh=two.zh)) if one.en == two.en else (one, two)


def _lists(one: tuple[Any, ...], two: tuple[Any, ...], at: Change) -> Iterator[Change]:
    gone = [item for item in dict.fromkeys(one) if item not in two]
    come = [item for item in dict.fromkeys(two) if item not in one]
    for item in gone:
        yield replace(at, word="item_removed", before=item)
    for item in come:
        yield replace(at, word="item_added", after=item)
    if not gone and not come:
        yield replace(at, word="order")


def _written(part: Part | TileBase, field: str) -> str:
    """A field's name as it stands in the document."""
    return str(part.__struct_encode_fields__[part.__struct_fields__.index(field)])


# -- words


def _said(value: Any, one: Change, texts: Catalogue) -> str:
    if isinstance(value, Part):
        return _part(value, one, texts)
    name = one.field.rpartition(".")[2]
    if isinstance(value, bool):
        return texts("change.yes" if value else "change.no")
    if isinstance(value, str):
        return _word(value, name, texts)
    if name in _LIMITS:
        return _in_unit(float(value), one.metric)
    return texts("change.seconds", seconds=value) if name in _SECONDS else f"{value:g}"


def _part(value: Part, one: Change, texts: Catalogue) -> str:
    if isinstance(value, Hours):
        return f"{value.from_time}–{value.to_time}"
    if isinstance(value, Clock):
        return value.zone or texts("change.site_zone")
    if isinstance(value, Place):
        if one.word == "resized":
            return texts("change.cells", w=value.w, h=value.h)
        return texts("change.cell", x=value.x + 1, y=value.y + 1)
    title = value.text if isinstance(value, Message) else value
    return texts("change.words", words=_title(title, texts)) if title != Title() else texts("change.none")


def _title(title: Part, texts: Catalogue) -> str:
    if not isinstance(title, Title):
        return ""
    own, other = (title.zh, title.en) if texts.lang.startswith("zh") else (title.en, title.zh)
    return short(own or other)


def _word(value: str, name: str, texts: Catalogue) -> str:
    metric = known(value) if name in _METRICS else None
    if metric is not None:
        return metric.names[texts.lang]
    for word in (value, f"{name}.{value}", f"board.choice.{value}"):
        if word.startswith(("board.", "window.", "formula.")) and word in texts.words:
            return texts(word)
    return short(value)


def _in_unit(value: float, metric: str) -> str:
    """A limit as it is read on a wall: 2:30 of a wait, 80 % of a ratio."""
    meant = known(metric)
    unit = "" if meant is None else meant.unit
    if unit == "ratio":
        return f"{value * 100:g} %"
    if unit == "s":
        return f"{int(value // 60)}:{value % 60:02g}"
    return f"{value:g}"
