"""What a well-formed board says that makes no sense: a number that is none, a limit on its good side, a tile on top of another.

Everything is told, in the order of the document. Whether queues, teams and pictures exist is not known here: the services that
store boards look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from dashboard.boards.directions import worse_side
from dashboard.boards.document import (
    COLUMNS,
    HAVE_LIMITS,
    MOST_PAGES,
    MOST_TILES,
    PORTRAIT_COLUMNS,
    PORTRAIT_ROWS,
    ROWS,
    Board,
    ClockTile,
    CountdownTile,
    HalfHoursTile,
    Hours,
    Limits,
    Message,
    NumberTile,
    Page,
    Place,
    QueueTableTile,
    RestQuotaTile,
    ServiceLevelTile,
    TileBase,
    TopListTile,
    Worse,
    kind_of,
)
from dashboard.boards.mistakes import Mistake, mistake, quoted, unknown
from dashboard.boards.portrait import fits
from dashboard.boards.shapes import nearest
from dashboard.boards.sizes import smallest
from dashboard.boards.spots import Spot
from dashboard.floor.metric import Metric, Scope
from dashboard.floor.metrics import REGISTRY, known

MOMENTS: Final = frozenset({"longest_wait", "last_call_at"})
"""Metrics that are moments, and yet can be a tile's or a column's figure: it ticks, or is a time of day."""

_WORKED: Final = frozenset({"J", "E", "C"})
"""Metrics of these bases need a window; those of now have none; those of business systems are of the day where a tile says now."""
_TOP: Final = Spot()


def sense_mistakes(board: Board) -> Iterator[Mistake]:
    """All of them."""
    if not (board.title.zh.strip() or board.title.en.strip()):
        yield mistake(_TOP.at("title"), "no_title")
    if not board.pages:
        yield mistake(_TOP.at("pages"), "no_pages", most=MOST_PAGES)
    if len(board.tiles) > MOST_TILES:
        yield mistake(_TOP.at("pages"), "too_many_tiles", count=len(board.tiles), most=MOST_TILES)
        return
    yield from _twice(board.queues, _TOP.at("queues"))
    yield from _twice(board.teams, _TOP.at("teams"))
    yield from _hours(board.sounds.quiet, _TOP.at("sounds.quiet"))
    for number, message in enumerate(board.ticker.messages, start=1):
        yield from _message(message, _TOP.at("ticker.messages").item(number))
    yield from _same_ids(board)
    for number, page in enumerate(board.pages, start=1):
        yield from _page(page, number)


def _same_ids(board: Board) -> Iterator[Mistake]:
    first: dict[str, int] = {}
    for number, page in enumerate(board.pages, start=1):
        for order, tile in enumerate(page.tiles, start=1):
            if tile.id in first:
                yield mistake(Spot(number, order, "id"), "same_id", id=tile.id, page=first[tile.id])
            first.setdefault(tile.id, number)


def _page(page: Page, number: int) -> Iterator[Mistake]:
    if not page.tiles:
        yield mistake(Spot(number, "", "tiles"), "no_tiles")
        return
    before = False
    for tile in page.tiles:
        for found in _tile(tile, _spot(tile, number)):
            before = True
            yield found
    for found in _places(page, number):
        before = True
        yield found
    if not before and not all(tile.portrait for tile in page.tiles) and not fits(page):
        yield mistake(Spot(number), "no_portrait", rows=PORTRAIT_ROWS)


def _spot(tile: TileBase, page: int) -> Spot:
    words = (("zh-CN", tile.title.zh), ("en", tile.title.en))
    return Spot(page, tile.id, "", tuple(one for one in words if one[1].strip()))


# -- places


def _places(page: Page, number: int) -> Iterator[Mistake]:
    spots = {tile.id: _spot(tile, number) for tile in page.tiles}
    for tile in page.tiles:
        if tile.at is None:
            yield mistake(spots[tile.id].at("at"), "missing")
        else:
            yield from _place(tile.at, spots[tile.id].at("at"), (COLUMNS, ROWS), smallest(tile))
        if tile.portrait is not None:
            grid, least = (PORTRAIT_COLUMNS, PORTRAIT_ROWS), smallest(tile, portrait=True)
            yield from _place(tile.portrait, spots[tile.id].at("portrait"), grid, least)
    yield from _overlaps([(spots[tile.id].at("at"), tile, tile.at) for tile in page.tiles])
    yield from _overlaps([(spots[tile.id].at("portrait"), tile, tile.portrait) for tile in page.tiles])


def _place(place: Place, spot: Spot, grid: tuple[int, int], least: tuple[int, int]) -> Iterator[Mistake]:
    columns, rows = grid
    if place.x + place.w > columns or place.y + place.h > rows:
        right, bottom = place.x + place.w, place.y + place.h
        yield mistake(spot, "outside", right=right, bottom=bottom, columns=columns, rows=rows)
    if place.w < least[0] or place.h < least[1]:
        yield mistake(spot, "too_small", w=place.w, h=place.h, least_w=least[0], least_h=least[1])


def _overlaps(placed: list[tuple[Spot, TileBase, Place | None]]) -> Iterator[Mistake]:
    for index, (spot, _, one) in enumerate(placed):
        for _, other, two in placed[:index]:
            if one is not None and two is not None and overlap(one, two):
                yield mistake(spot, "overlap", other=other.id)


def overlap(one: Place, two: Place) -> bool:
    """Do they have a cell in common?"""
    across = one.x < two.x + two.w and two.x < one.x + one.w
    return across and one.y < two.y + two.h and two.y < one.y + one.h


# -- tiles


def _tile(tile: TileBase, spot: Spot) -> Iterator[Mistake]:
    yield from _twice(tile.queues, spot.at("queues"))
    yield from _twice(tile.teams, spot.at("teams"))
    check = _CHECKS.get(type(tile))
    if check is not None:
        yield from check(tile, spot)
    if kind_of(tile) in HAVE_LIMITS or hasattr(tile, "limits"):
        yield from _limits(tile, spot.at("limits"))


def _number(tile: NumberTile, spot: Spot) -> Iterator[Mistake]:
    yield from _metric(tile.metric, spot.at("metric"), moments=MOMENTS)
    metric = known(tile.metric)
    if metric is not None and metric.basis in _WORKED and tile.window == "now":
        yield mistake(spot.at("window"), "window_needed", metric=tile.metric)
    elif metric is not None and metric.basis == "now" and tile.window not in {"now", "day"}:
        yield mistake(spot.at("window"), "window_of_now", metric=tile.metric)
    yield from _also(tile.also, spot.at("also"), tile.metric)


def _service_level(tile: ServiceLevelTile, spot: Spot) -> Iterator[Mistake]:
    yield from _worked_window(tile.window, spot, "service_level")
    yield from _also(tile.also, spot.at("also"), "service_level")


def _queue_table(tile: QueueTableTile, spot: Spot) -> Iterator[Mistake]:
    yield from _worked_window(tile.window, spot, "service_level")
    yield from _twice(tile.columns, spot.at("columns"))
    for number, name in enumerate(tile.columns, start=1):
        yield from _metric(name, spot.at("columns").item(number), moments=MOMENTS, scope="queue")
    if not tile.columns:
        yield mistake(spot.at("columns"), "no_columns")


def _top_list(tile: TopListTile, spot: Spot) -> Iterator[Mistake]:
    yield from _metric(tile.metric, spot.at("metric"), scope="agent")
    yield from _worked_window(tile.window, spot, tile.metric)


def _rest_quota(tile: RestQuotaTile, spot: Spot) -> Iterator[Mistake]:
    yield from _twice(tile.reasons, spot.at("reasons"))


def _clock(tile: ClockTile, spot: Spot) -> Iterator[Mistake]:
    if not tile.clocks:
        yield mistake(spot.at("clocks"), "no_clock")
    for number, clock in enumerate(tile.clocks, start=1):
        if clock.zone and clock.zone not in _zones():
            near = nearest(clock.zone, sorted(_zones()))
            where = spot.at("clocks").item(number).at("zone")
            yield unknown(where, "unknown_zone", clock.zone, near)


def _countdown(tile: CountdownTile, spot: Spot) -> Iterator[Mistake]:
    if not _exists(tile.until):
        yield mistake(spot.at("until"), "no_date", found=quoted(tile.until))


_CHECKS: Final[dict[type[TileBase], Callable[[Any, Spot], Iterator[Mistake]]]] = {
    NumberTile: _number,
    ServiceLevelTile: _service_level,
    QueueTableTile: _queue_table,
    TopListTile: _top_list,
    RestQuotaTile: _rest_quota,
    ClockTile: _clock,
    CountdownTile: _countdown,
}


# -- metrics


def _metric(
    name: str, spot: Spot, *, moments: frozenset[str] = frozenset(), scope: Scope | None = None
) -> Iterator[Mistake]:
    metric = known(name)
    if metric is None:
        yield unknown(spot, "unknown_metric", name, nearest(name, sorted(REGISTRY)))
    elif metric.kind == "state" or (metric.kind == "since" and name not in moments):
        yield mistake(spot, "metric_no_number", metric=name)
    elif scope is not None and scope not in metric.scopes:
        yield mistake(spot, f"metric_not_of_{scope}", metric=name)


def _also(names: tuple[str, ...], spot: Spot, metric: str) -> Iterator[Mistake]:
    yield from _twice((*names, metric), spot)
    for number, name in enumerate(names, start=1):
        yield from _metric(name, spot.item(number))


def _worked_window(window: str, spot: Spot, metric: str) -> Iterator[Mistake]:
    meant = known(metric)
    if window == "now" and meant is not None and meant.basis in _WORKED:
        yield mistake(spot.at("window"), "window_needed", metric=metric)


# -- limits


def _limits(tile: TileBase, spot: Spot) -> Iterator[Mistake]:
    limits: Limits = tile.limits  # type: ignore[attr-defined]
    name = _metric_of(tile)
    metric = known(name)
    if metric is None:
        return
    worse = limits.worse or worse_side(name)
    yield from _order(limits, worse, spot)
    for field in ("target", "amber", "red"):
        value: float | None = getattr(limits, field)
        if value is not None:
            yield from _size(metric, value, spot.at(field))
    if limits.sound != "none" and limits.red is None and isinstance(tile, NumberTile):
        yield mistake(spot.at("sound"), "sound_without_red")
    yield from _hours(limits.quiet, spot.at("quiet"))


def _metric_of(tile: TileBase) -> str:
    """Which metric a tile's limits are for."""
    if isinstance(tile, NumberTile):
        return tile.metric
    if isinstance(tile, HalfHoursTile) and tile.series == "outbound":
        return "connect_rate"
    return "longest_wait" if kind_of(tile) == "longest_wait" else "service_level"


def _order(limits: Limits, worse: Worse, spot: Spot) -> Iterator[Mistake]:
    """Target, amber, red: each further on the side where it gets worse."""
    sign = 1 if worse == "above" else -1
    for field, before in (("amber", "target"), ("red", "amber"), ("red", "target")):
        value: float | None = getattr(limits, field)
        earlier: float | None = getattr(limits, before)
        if value is None or earlier is None or ((field, before) == ("red", "target") and limits.amber is not None):
            continue
        if value * sign < earlier * sign or (value == earlier and before == "amber"):
            yield mistake(
                spot.at(field), f"limit_not_{worse}", limit=earlier, name=f"board.field.{before}", found=value
            )


def _size(metric: Metric, value: float, spot: Spot) -> Iterator[Mistake]:
    if metric.unit == "ratio" and not 0 <= value <= 1:
        yield mistake(spot, "limit_no_ratio", found=value)
    elif value < 0 and metric.kind != "estimate":
        yield mistake(spot, "limit_negative", found=value)


# -- times


def _hours(hours: tuple[Hours, ...], spot: Spot) -> Iterator[Mistake]:
    for number, one in enumerate(hours, start=1):
        if one.from_time == one.to_time:
            yield mistake(spot.item(number), "no_hours", time=one.from_time)


def _message(message: Message, spot: Spot) -> Iterator[Mistake]:
    if not (message.text.zh.strip() or message.text.en.strip()):
        yield mistake(spot.at("text"), "no_words")
    begins, ends = message.from_time, message.until_time
    missing = [name for name, at in (("from", begins), ("until", ends)) if at is not None and not _exists(at)]
    for name in missing:
        yield mistake(spot.at(name), "no_date", found=quoted(begins if name == "from" else ends))
    if missing or begins is None or ends is None:
        return
    if ("T" in begins) != ("T" in ends):
        yield mistake(spot.at("until"), "moments_differ", begins=begins, ends=ends)
    elif begins == ends or ("T" in begins and ends < begins):
        yield mistake(spot.at("until"), "ends_before", begins=begins, ends=ends)


def _exists(moment: str) -> bool:
    try:
        datetime.fromisoformat(moment if "T" in moment else f"2000-01-01T{moment}")
    except ValueError:
        return False
    return moment.isascii()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _twice(names: Iterable[str], spot: Spot) -> Iterator[Mistake]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield mistake(spot, "listed_twice", name=quoted(name))
        seen.add(name)
