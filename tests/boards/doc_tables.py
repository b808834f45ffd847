"""The reference tables of docs/boards.md as the types give them: field, what may stand there, default."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import NODEFAULT, inspect

from dashboard.boards import document as types
from dashboard.boards.document import TILES, Part, TileBase
from dashboard.boards.reading import _plain
from dashboard.boards.shapes import MOST_LISTED

PARTS: Final[tuple[type[Part], ...]] = (
    types.Board,
    types.Page,
    types.Place,
    types.Title,
    types.Limits,
    types.Hours,
    types.Rotation,
    types.Sounds,
    types.Ticker,
    types.Message,
    types.Clock,
)
BASE: Final = "Every tile"
LINKED: Final = {
    "window": "[window](#windows)",
    "formula": "[formula](metrics.md)",
    "metric": "[metric](metrics.md)",
    "also": "[metric](metrics.md)",
    "columns": "[metric](metrics.md)",
    "queues": "id of the switch",
    "teams": "id of a team",
    "switches": "name of a switch",
    "reasons": "reason as the switch has it",
    "leaderboard": "a leaderboard's id",
}
"""What stands there is described elsewhere, or is not the document's to say."""
PATTERNS: Final = {
    "^[a-z0-9][a-z0-9_-]*$": "id",
    "^([01][0-9]|2[0-3]):[0-5][0-9]$": "time `08:30`",
    r"^(\d{4}-\d\d-\d\dT)?([01][0-9]|2[0-3]):[0-5][0-9]$": "moment `18:00` or `2026-12-31T18:00`",
    "^[0-9a-f]*$": "picture's id",
}


def tables() -> dict[str, list[tuple[str, str, str]]]:
    """Heading → rows."""
    found = {_part(one): list(_rows(one, frozenset())) for one in PARTS}
    base = frozenset(TileBase.__struct_fields__)
    found[BASE] = [("kind", _choices(list(TILES)), "must be there"), *_rows(TileBase, frozenset())]
    return found | {f"Tile `{kind}`": list(_rows(cls, base)) for kind, cls in TILES.items()}


def _part(cls: type) -> str:
    return f"Part {cls.__name__.lower()}"


def _rows(cls: type[msgspec.Struct], without: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    shape = inspect.type_info(cls)
    assert isinstance(shape, inspect.StructType)
    for field in shape.fields:
        if field.name not in without:
            yield field.encode_name, _allowed(field.type, field.encode_name), _default(field)


def _default(field: inspect.Field) -> str:
    if field.default is NODEFAULT:
        return "must be there"
    plain = _plain(field.default)
    return "" if plain in (None, "", [], {}) else f"`{json.dumps(plain)}`".replace("{}", "{ }")


def _allowed(shape: inspect.Type, name: str) -> str:
    if name in LINKED and not isinstance(shape, inspect.VarTupleType | inspect.UnionType):
        return LINKED[name]
    if isinstance(shape, inspect.UnionType):
        inner = [one for one in shape.types if not isinstance(one, inspect.NoneType)]
        return "[tile](#every-tile)" if len(inner) > 1 else _allowed(inner[0], name)
    if isinstance(shape, inspect.VarTupleType):
        return f"up to {MOST_LISTED[name]}: {_allowed(shape.item_type, name)}"
    if isinstance(shape, inspect.LiteralType):
        return _choices(list(shape.values))
    if isinstance(shape, inspect.IntType):
        return f"{shape.ge} to {shape.le}"
    if isinstance(shape, inspect.StrType):
        return PATTERNS[shape.pattern] if shape.pattern else f"text, at most {shape.max_length}"
    if isinstance(shape, inspect.StructType):
        return f"[{shape.cls.__name__.lower()}](#{_part(shape.cls).lower().replace(' ', '-')})"
    return {inspect.BoolType: "`true`, `false`", inspect.FloatType: "number"}[type(shape)]


def _choices(values: list[object]) -> str:
    return ", ".join(f"`{value}`" for value in values)
