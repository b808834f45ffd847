"""Holds what came from outside against the document's types, and tells every difference.

The types are asked (`msgspec.inspect`), so a field that is added to `document` is checked here without another word. Nothing here
raises: whatever the document is, the answer is mistakes. What has none converts (`reading` does it).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from msgspec import inspect

from dashboard.boards.document import MOST_PAGES, TILES, Board
from dashboard.boards.mistakes import Mistake, literal, mistake, quoted, unknown
from dashboard.boards.spots import Spot

MOST_LISTED: Final = {
    "pages": MOST_PAGES,
    "tiles": 200,
    "queues": 500,
    "teams": 500,
    "switches": 50,
    "reasons": 50,
    "also": 6,
    "columns": 8,
    "clocks": 6,
    "quiet": 8,
    "messages": 50,
}
"""How many a list holds at most, by the field's name. (Tiles are counted by board, too: `checks`.)"""

_ILL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Also what turns the direction of the signs behind it, so that a text reads as what it is not."""
_ILL_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_OF_SEVERAL_LINES: Final = frozenset({"zh", "en"})

_PATTERNS: Final = {
    "^[a-z0-9][a-z0-9_-]*$": "no_id",
    "^([a-z0-9][a-z0-9_-]*)?$": "no_id",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "no_time",
    r"^(\d{4}-\d\d-\d\dT)?([01][0-9]|2[0-3]):[0-5][0-9]$": "no_moment",
    "^[0-9a-f]*$": "no_picture_id",
}
"""A pattern of `document` → the sentence that says it in words (a test keeps them together)."""


class Pairs(dict[str, Any]):
    """An object of a JSON text, with the names that stood in it more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        counted = Counter(name for name, _ in pairs)
        self.doubled = tuple(sorted(name for name in self if counted[name] > 1)) if len(pairs) > len(self) else ()


def board_shape() -> inspect.Type:
    """The type of a board."""
    return _type_of(Board)


def shape_mistakes(found: object, shape: inspect.Type, spot: Spot) -> Iterator[Mistake]:
    """Every way in which `found` is not of that type."""
    if isinstance(shape, inspect.UnionType):
        return _of_union(found, shape, spot)
    for kind, check in _CHECKS.items():
        if isinstance(shape, kind):
            return check(found, shape, spot)
    raise TypeError(f"boards hold no {type(shape).__name__}")


def nearest(name: str, known: Iterator[str] | list[str]) -> str:
    """The known name that was meant, as far as one can tell; "" if none is near."""
    close = get_close_matches(name[:64], list(known), n=1, cutoff=0.6)
    return close[0] if close else ""


def titled(found: dict[Any, Any]) -> tuple[tuple[str, str], ...]:
    """What people read on a tile, by language, as far as it is text."""
    title = found.get("title")
    if not isinstance(title, dict):
        return ()
    words = (("zh-CN", title.get("zh")), ("en", title.get("en")))
    return tuple((lang, word) for lang, word in words if isinstance(word, str) and word.strip())


def tile_spot(found: object, page: int, number: int) -> Spot:
    """Where a tile's mistakes are: by its id if it has a usable one, else by its number on the page."""
    if isinstance(found, dict):
        name = found.get("id")
        return Spot(page, name if isinstance(name, str) and name.strip() else number, "", titled(found))
    return Spot(page, number)


@cache
def _type_of(cls: type) -> inspect.Type:
    return inspect.type_info(cls)


def _of_union(found: object, shape: inspect.UnionType, spot: Spot) -> Iterator[Mistake]:
    kinds = [one for one in shape.types if isinstance(one, inspect.StructType) and one.tag is not None]
    if kinds:
        return _of_tile(found, spot)
    rest = [one for one in shape.types if not isinstance(one, inspect.NoneType)]
    if found is None and len(rest) < len(shape.types):
        return iter(())
    return shape_mistakes(found, rest[0], spot)


def _of_tile(found: object, spot: Spot) -> Iterator[Mistake]:
    if not isinstance(found, dict):
        yield mistake(spot, "no_part", found=literal(found))
        return
    kind = found.get("kind")
    if "kind" not in found:
        yield mistake(spot.at("kind"), "missing_kind", choices=tuple(TILES))
        known = _fields_of_any_tile()
        yield from _unknown(found, known | {"kind"}, spot)
    elif not isinstance(kind, str) or kind not in TILES:
        near = nearest(kind, list(TILES)) if isinstance(kind, str) else ""
        yield unknown(spot.at("kind"), "unknown_kind", kind, near, choices=tuple(TILES))
    else:
        yield from shape_mistakes(found, _type_of(TILES[kind]), spot)


@cache
def _fields_of_any_tile() -> frozenset[str]:
    return frozenset(name for cls in TILES.values() for name in cls.__struct_encode_fields__)


def _of_struct(found: object, shape: inspect.StructType, spot: Spot) -> Iterator[Mistake]:
    if not isinstance(found, dict):
        yield mistake(spot, "no_part", found=literal(found))
        return
    fields = {one.encode_name: one for one in shape.fields}
    for name in found.doubled if isinstance(found, Pairs) else ():
        yield mistake(spot, "doubled", name=quoted(name))
    yield from _unknown(found, fields.keys() | ({shape.tag_field} if shape.tag_field else set()), spot)
    for name, one in fields.items():
        if name in found:
            yield from shape_mistakes(found[name], one.type, spot.at(name))
        elif one.required:
            yield mistake(spot.at(name), "missing")


def _unknown(found: dict[Any, Any], known: frozenset[str] | set[str], spot: Spot) -> Iterator[Mistake]:
    for name in found:
        if name in known:
            continue
        near = nearest(name, sorted(known - found.keys())) if isinstance(name, str) else ""
        yield unknown(spot, "unknown_field", name, near, choices=tuple(sorted(known)))


def _of_list(found: object, shape: inspect.VarTupleType, spot: Spot) -> Iterator[Mistake]:
    if not isinstance(found, list | tuple):
        yield mistake(spot, "no_list", found=literal(found))
        return
    name = spot.field.rpartition(".")[2]
    if len(found) > MOST_LISTED[name]:
        yield mistake(spot, "too_many", count=len(found), most=MOST_LISTED[name])
        return
    for number, one in enumerate(found, start=1):
        yield from shape_mistakes(one, shape.item_type, _item_spot(spot, name, one, number))


def _item_spot(spot: Spot, name: str, found: object, number: int) -> Spot:
    """Pages and tiles are places of their own; of any other list it is the item's number."""
    if name == "pages":
        return Spot(number)
    return tile_spot(found, spot.page, number) if name == "tiles" else spot.item(number)


def _of_text(found: object, shape: inspect.StrType, spot: Spot) -> Iterator[Mistake]:
    if not isinstance(found, str):
        yield mistake(spot, "no_text", found=literal(found))
        return
    ill = (_ILL if spot.field.rpartition(".")[2] in _OF_SEVERAL_LINES else _ILL_IN_A_LINE).search(found[:10_000])
    if shape.max_length is not None and len(found) > shape.max_length:
        yield mistake(spot, "too_long", most=shape.max_length, count=len(found))
    elif shape.min_length and len(found) < shape.min_length:
        yield mistake(spot, "empty")
    elif ill is not None:
        yield mistake(spot, "no_sign", number=ill.start() + 1, code=f"U+{ord(ill[0]):04X}")
    elif shape.pattern and re.search(shape.pattern, found) is None:
        yield mistake(spot, _PATTERNS[shape.pattern], found=quoted(found))


def _of_number(found: object, shape: inspect.IntType | inspect.FloatType, spot: Spot) -> Iterator[Mistake]:
    whole = isinstance(shape, inspect.IntType)
    if isinstance(found, bool) or not isinstance(found, int if whole else int | float):
        yield mistake(spot, "no_whole_number" if whole else "no_number", found=literal(found))
    elif abs(found) > 1e15 or not math.isfinite(found):
        yield mistake(spot, "no_size", found=literal(found))
    elif shape.ge is not None and found < shape.ge:
        yield mistake(spot, "too_little", least=shape.ge, found=found)
    elif shape.le is not None and found > shape.le:
        yield mistake(spot, "too_much", most=shape.le, found=found)


def _of_choice(found: object, shape: inspect.LiteralType, spot: Spot) -> Iterator[Mistake]:
    if any(found == one and type(found) is type(one) for one in shape.values):
        return
    choices = tuple(str(one) for one in shape.values)
    near = nearest(found, list(choices)) if isinstance(found, str) else ""
    if near == found:  # the right word, but of another type
        yield mistake(spot, "no_choice", found=literal(found), choices=choices)
    else:
        yield unknown(spot, "no_choice", found, near, choices=choices)


def _of_switch(found: object, shape: inspect.Type, spot: Spot) -> Iterator[Mistake]:  # noqa: ARG001 — a check's signature
    if not isinstance(found, bool):
        yield mistake(spot, "no_yes_or_no", found=literal(found))


_CHECKS: Final[dict[type[inspect.Type], Callable[[object, Any, Spot], Iterator[Mistake]]]] = {
    inspect.StructType: _of_struct,
    inspect.VarTupleType: _of_list,
    inspect.StrType: _of_text,
    inspect.IntType: _of_number,
    inspect.FloatType: _of_number,
    inspect.LiteralType: _of_choice,
    inspect.BoolType: _of_switch,
}
