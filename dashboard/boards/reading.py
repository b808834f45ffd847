"""From JSON to a board that makes sense, or to everything that is wrong with it.

The only way in for what comes from outside: files, the designer, the database. Whatever it is given, it answers with a board or
raises `BoardRefused`; it never does anything else, and never takes long: size, depth, lengths of lists and the number of mistakes
have bounds. `read(document_of(board)) == board`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import msgspec

from dashboard.boards.checks import sense_mistakes
from dashboard.boards.document import FORMAT, Board, Part, TileBase, kind_of
from dashboard.boards.mistakes import MOST_MISTAKES, BoardRefused, Mistake, literal, mistake, quoted
from dashboard.boards.shapes import Pairs, board_shape, shape_mistakes
from dashboard.boards.spots import Spot

__all__ = ["MOST_BYTES", "MOST_DEPTH", "BoardRefused", "Mistake", "document_of", "read", "written"]

MOST_BYTES: Final = 512 * 1024
MOST_DEPTH: Final = 16
"""How deep brackets may stand in brackets; a board needs 8."""

_FIRST: Final = ("id", "kind", "title", "at", "portrait")
_SHORT_LINE: Final = 72
_TOP: Final = Spot()


def read(document: bytes | str | dict[str, Any]) -> Board:
    """A checked board. Raises `BoardRefused` with every mistake, at most `MOST_MISTAKES`."""
    found = document if isinstance(document, dict) else _parsed(document)
    if _depth(found) > MOST_DEPTH:
        raise _refused(_TOP, "too_deep", most=MOST_DEPTH)
    if not isinstance(found, dict):
        raise _refused(_TOP, "no_board", found=literal(found))
    _refuse_future(found)
    _raise_any(shape_mistakes(found, board_shape(), _TOP))
    try:
        board = msgspec.convert(found, Board)
    except (msgspec.ValidationError, ValueError, TypeError):  # what `shapes` does not see; a test looks for such
        raise _refused(_TOP, "no_board", found=literal(found)) from None
    _raise_any(sense_mistakes(board))
    return board


def document_of(board: Board) -> dict[str, Any]:
    """The board as JSON has it; its format first, what has its default left out. Equal boards give equal documents."""
    return {"format": FORMAT, **_plain(board)}


def _plain(value: Any) -> Any:
    """msgspec leaves out only what *is* the default; here equal is enough, so that it does not matter how a board was made."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)  # limits are read as people write them: 5, not 5.0
    if not isinstance(value, Part):
        return value
    found = {"kind": kind_of(value)} if isinstance(value, TileBase) else {}
    for field in msgspec.structs.fields(value):
        own = getattr(value, field.name)
        if own != field.default:
            found[field.encode_name] = _plain(own)
    first = {name: found[name] for name in _FIRST if name in found}
    return first | found


def written(board: Board) -> bytes:
    """The board as a file that people can read and edit: the same bytes for equal boards."""
    return (_pretty(document_of(board), "") + "\n").encode()


def _pretty(value: object, margin: str) -> str:
    """JSON in lines: what is short stands in one, and so does a place."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= _SHORT_LINE or not isinstance(value, dict | list | tuple):
        return line
    inner = margin + "  "
    if isinstance(value, dict):
        parts = [f"{json.dumps(name)}: {_pretty(one, inner)}" for name, one in value.items()]
        return "{\n" + ",\n".join(inner + part for part in parts) + f"\n{margin}}}"
    return "[\n" + ",\n".join(inner + _pretty(one, inner) for one in value) + f"\n{margin}]"


def _raise_any(mistakes: Iterator[Mistake]) -> None:
    found = tuple(islice(mistakes, MOST_MISTAKES))
    if found:
        raise BoardRefused(found)


def _refused(spot: Spot, word: str, **values: Any) -> BoardRefused:
    return BoardRefused((mistake(spot, word, **values),))


def _parsed(document: bytes | str) -> object:
    size = len(document) if isinstance(document, bytes) else len(document.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise _refused(_TOP, "too_large", kilobytes=-(-size // 1024), most=MOST_BYTES // 1024)
    try:
        text = document.decode("utf-8-sig") if isinstance(document, bytes) else document
        return json.loads(text, object_pairs_hook=Pairs, parse_int=_whole)
    except UnicodeDecodeError as error:
        raise _refused(_TOP, "no_utf8", byte=error.start + 1) from None
    except json.JSONDecodeError as error:
        raise _refused(_TOP, "no_json", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise _refused(_TOP, "too_deep", most=MOST_DEPTH) from None


def _whole(digits: str) -> int | float:
    """A number of thousands of digits is not worth its cost."""
    return int(digits) if len(digits) <= 20 else float(digits)


def _depth(found: object) -> int:
    """How deep lists and objects stand in each other; looks no further than one beyond what is allowed."""
    level: list[object] = [found]
    for depth in range(MOST_DEPTH + 1):
        inner = [one for outer in level for one in _inside(outer)]
        if not inner:
            return depth
        level = inner
    return MOST_DEPTH + 1


def _inside(found: object) -> Iterator[object]:
    values = found.values() if isinstance(found, dict) else found if isinstance(found, list | tuple) else ()
    return (one for one in values if isinstance(one, dict | list | tuple))


def _refuse_future(found: dict[str, Any]) -> None:
    """A newer product's document is not picked to pieces: its mistakes would be none."""
    number = found.get("format")
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        raise _refused(_TOP.at("format"), "future_format", found=quoted(number), known=FORMAT)
