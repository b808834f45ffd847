"""What a struct is made of is looked up when it is read for the first time, and two threads that do so at once can bring the process
down. So whatever threads read has a decoder that its module makes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
PLAIN: Final = frozenset({"dict", "list", "tuple", "str", "bytes", "int", "float", "Any", "Raw", "msgspec"})
ALONE: Final = frozenset({"dashboard/store/backup_file.py", "dashboard/live/said.py"})
"""A command; the gateway's own loop."""


def _read_in_passing(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "decode":
            for keyword in node.keywords:
                if keyword.arg == "type":
                    named = {one.id for one in ast.walk(keyword.value) if isinstance(one, ast.Name)}
                    if not named <= PLAIN:
                        yield f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(keyword.value)}"


def test_structs_are_read_by_decoders_of_their_modules() -> None:
    found = [
        one
        for room in ("dashboard", "collectors")
        for path in sorted((ROOT / room).rglob("*.py"))
        if str(path.relative_to(ROOT)) not in ALONE
        for one in _read_in_passing(path)
    ]
    assert found == []
