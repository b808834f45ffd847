"""The boards that we ship: always there, also without a database, and never changed by anybody.

Walls are documents in `templates/`, read like any other; the pages of people are in `pages_of_people`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dashboard.boards.document import Board
from dashboard.boards.pages_of_people import FLOOR, ME, MONITOR, TODAY
from dashboard.boards.reading import read

_FOLDER: Final = Path(__file__).parent / "templates"
_IN_ORDER: Final = (
    "default",
    "outbound",
    "escalation",
    "centre",
    "team",
    "agents",
    "agents-200",
    "agents-500",
    "number",
)

TEMPLATES: Final[dict[str, Board]] = {name: read((_FOLDER / f"{name}.json").read_bytes()) for name in _IN_ORDER}
"""Walls that anybody may open who may see walls, by id, in the order in which they are offered; read-only."""

DEFAULT: Final = TEMPLATES["default"]
AGENTS: Final = TEMPLATES["agents"]

SHIPPED: Final[dict[str, Board]] = TEMPLATES | {board.id: board for board in (FLOOR, ME, MONITOR, TODAY)}

WALLS: Final[tuple[str, ...]] = tuple(TEMPLATES)
"""The shipped boards that a TV may show; the others are pages of people."""
