"""The designer's fields, made from the document's types: a field that a tile gets tomorrow is in its panel without another word.

What is left out on purpose stands in `UNSEEN`; everything else of every kind has a control (a test walks all of them).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, Final, Literal, get_args, get_origin, get_type_hints

import msgspec
from msgspec import inspect

from dashboard.boards.document import OF_LEADERBOARDS, STANDING, TILES, Board, Clock, Limits, Message, Page, Sounds
from layouts.forms.designer.field import ITEM, Control, Field

UNSEEN: Final = frozenset({"id", "kind", "format", "pages", "tiles"})
"""Ids are for machines; pages and tiles are what one sees in the middle."""

WITHOUT_FLOOR: Final = STANDING | OF_LEADERBOARDS
UNSEEN_WITHOUT_FLOOR: Final = frozenset({"queues", "teams"})
"""What shows nothing of the floor shows it of nobody; who takes part in a leaderboard is said there."""

NEW_ROWS: Final[dict[str, Any]] = {
    "quiet": {"from": "22:00", "to": "08:00"},
    "clocks": {},
    "messages": {"text": {}},
}
"""What a fresh row of a list holds."""

_CONTROLS: Final[dict[str, Control]] = {
    "metric": "metric",
    "also": "metrics",
    "columns": "metrics",
    "picture": "picture",
    "leaderboard": "leaderboard",
    "zone": "zone",
}
"""By the field's name, where the type does not say it all."""

_METRICS_OF: Final = {
    ("number", "metric"): "any",
    ("top_list", "metric"): "agent",
    ("queue_table", "columns"): "queue",
    ("number", "also"): "figure",
    ("service_level", "also"): "figure",
}
"""Which metrics are offered where: as `dashboard.boards.checks` takes them."""

_LINES: Final = frozenset({"text", "over"})
"""What may be long."""

_FIRST: Final = (
    "title",
    "text",
    "leaderboard",
    "metric",
    "also",
    "columns",
    "window",
    "target",
    "amber",
    "red",
    "limits",
)
_LAST: Final = ("queues", "teams", "formula", "threshold_s", "at", "portrait")


@cache
def tile_fields(kind: str) -> tuple[Field, ...]:
    """Of a kind of tile."""
    found = _fields(TILES[kind], kind)
    return tuple(field for field in found if kind not in WITHOUT_FLOOR or field.name not in UNSEEN_WITHOUT_FLOOR)


@cache
def page_fields() -> tuple[Field, ...]:
    """Of a page."""
    return _fields(Page, "page")


@cache
def board_fields() -> tuple[Field, ...]:
    """Of the board itself."""
    return _fields(Board, "board")


def _fields(cls: type, owner: str) -> tuple[Field, ...]:
    found = (_field(one, "", owner) for one in _members(cls) if one.encode_name not in UNSEEN)
    return tuple(sorted(found, key=_rank))


def _members(cls: type) -> tuple[inspect.Field, ...]:
    shape = inspect.type_info(cls)
    if not isinstance(shape, inspect.StructType):
        raise TypeError(f"{cls.__name__} is no part of a board.")
    return shape.fields


def _parts(shape: inspect.StructType, path: str, owner: str) -> tuple[Field, ...]:
    return tuple(sorted((_field(one, path, owner) for one in shape.fields), key=_rank))


def _rank(field: Field) -> int:
    """Sorting keeps the document's order among equals."""
    if field.name in _FIRST:
        return _FIRST.index(field.name) - len(_FIRST)
    return 1 + _LAST.index(field.name) if field.name in _LAST else 0


def _field(one: inspect.Field, before: str, owner: str) -> Field:
    name = one.encode_name
    kinds = one.type.types if isinstance(one.type, inspect.UnionType) else (one.type,)
    shape = next(kind for kind in kinds if not isinstance(kind, inspect.NoneType))
    path = f"{before}.{name}" if before else name
    field = Field(path, name, owner, "text", _default(one), is_optional=len(kinds) > 1)
    return replace(field, **_of_type(shape, field))


def _of_type(shape: inspect.Type, field: Field) -> dict[str, Any]:
    """How it is shown."""
    match shape:
        case inspect.StructType():
            owner = "lines" if field.name in _LINES else field.name
            return {"control": "group", "parts": _parts(shape, field.path, owner)}
        case inspect.VarTupleType(item_type=inspect.StructType() as item):
            parts = _parts(item, f"{field.path}.{ITEM}", field.name)
            return {"control": "rows", "parts": parts, "new": NEW_ROWS[field.name]}
        case inspect.VarTupleType():
            control = _CONTROLS.get(field.name, "ids")
            return {"control": control, "source": _METRICS_OF.get((field.owner, field.name), field.name)}
        case inspect.BoolType():
            return {"control": "check"}
        case inspect.IntType() | inspect.FloatType():
            is_whole = isinstance(shape, inspect.IntType)
            return {"control": "number", "least": shape.ge, "most": shape.le, "is_whole": is_whole}
        case inspect.LiteralType():
            return {"control": "choice", "values": _ORDERS[frozenset(shape.values)]}
        case inspect.StrType():
            source = _METRICS_OF.get((field.owner, field.name), "")
            return {"control": _of_text(shape, field), "most_characters": shape.max_length, "source": source}
    raise TypeError(f"The designer has no control for {field.path} ({type(shape).__name__}).")


def _of_text(shape: inspect.StrType, field: Field) -> Control:
    if field.name in _CONTROLS:
        return _CONTROLS[field.name]
    if ":[0-5][0-9]" in (shape.pattern or ""):
        return "moment" if "T)?" in (shape.pattern or "") else "time"
    return "lines" if field.owner == "lines" else "text"


def _default(one: inspect.Field) -> Any:
    """As it would stand in the document; None where there is none."""
    if one.required:
        return None
    made = one.default_factory() if one.default is msgspec.NODEFAULT else one.default
    return msgspec.to_builtins(made)


def _orders() -> dict[frozenset[Any], tuple[str, ...]]:
    """Choices in the order in which `document` writes them: msgspec tells them by the alphabet."""
    found: dict[frozenset[Any], tuple[str, ...]] = {}
    for cls in (*TILES.values(), Board, Page, Limits, Message, Sounds, Clock):
        for hint in get_type_hints(cls).values():
            for one in (hint, *get_args(hint)):
                if get_origin(one) is Literal:
                    found[frozenset(get_args(one))] = tuple(str(value) for value in get_args(one))
    return found


_ORDERS: Final = _orders()
