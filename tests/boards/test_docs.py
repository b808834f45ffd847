"""docs/boards.md says what the types say: every field, what may stand there, its default; sizes, templates, an example that reads."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, get_args

import pytest

from dashboard.boards import TEMPLATES
from dashboard.boards.document import Window
from dashboard.boards.reading import read, written
from dashboard.boards.sizes import SMALLEST, SMALLEST_PORTRAIT
from tests.boards.doc_tables import tables

ROOT: Final = Path(__file__).resolve().parents[2]
PAGE: Final = (ROOT / "docs" / "boards.md").read_text(encoding="utf-8")
TABLES: Final = tables()


def section(heading: str) -> str:
    """What stands below a heading, up to the next one."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/boards.md has no section {heading!r}"
    return found[1]


def rows(text: str) -> list[list[str]]:
    """A table's cells, without its head."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


@pytest.mark.parametrize("heading", TABLES)
def test_every_field_is_described(heading: str) -> None:
    said = rows(section(heading))
    assert [tuple(row[:3]) for row in said] == [
        (f"`{field}`", allowed, default or "–") for field, allowed, default in TABLES[heading]
    ]
    assert all(len(row) == 4 and row[3] for row in said)


def test_nothing_else_is_described() -> None:
    headings = re.findall(r"^### ((?:Part|Tile) .+|Every tile)$", PAGE, re.MULTILINE)
    assert sorted(headings) == sorted(TABLES)


def test_the_example_is_a_board() -> None:
    found = re.search(r"```json\n(.*?)```", section("An example"), re.DOTALL)
    assert found is not None
    assert written(read(found[1])).decode() == found[1]


def test_sizes_windows_and_templates() -> None:
    sizes = {row[0].strip("`"): row[1:] for row in rows(section("Sizes"))}
    assert sizes == {
        kind: [f"{w} × {h}", "{} × {}".format(*SMALLEST_PORTRAIT[kind])] for kind, (w, h) in SMALLEST.items()
    }
    assert set(re.findall(r"`([a-z0-9_:-]+)`", section("Windows"))) >= set(get_args(Window))
    assert [row[0].strip("`") for row in rows(section("Shipped boards"))] == list(TEMPLATES)
    for row in rows(section("Shipped boards")):
        title = TEMPLATES[row[0].strip("`")].title
        assert row[1:3] == [title.zh, title.en]


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_is_written_as_it_is_exported(name: str) -> None:
    file = ROOT / "dashboard" / "boards" / "templates" / f"{name}.json"
    assert file.read_bytes() == written(TEMPLATES[name])
