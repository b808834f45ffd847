"""Ids of the components that code speaks of: made here and nowhere else, so that a wrong one cannot be typed."""

from __future__ import annotations

ADDRESS = "address"
"""The page's own URL."""

PAGE = "page"
"""Where a page's layout goes, once the language is known."""

SCREEN = "screen"
"""The root of a page of live numbers."""

AGENT_GRID = "agent-grid"
"""The desk's list of agents."""

REVEAL_TITLE = "reveal-title"
REVEAL_REASON = "reveal-reason"
REVEAL_TROUBLE = "reveal-trouble"
"""Parts of the desk's dialog for a number, which name and describe each other."""

MENU_TITLE = "menu-title"
MENU_PURPOSE = "menu-purpose"
MENU_TROUBLE = "menu-trouble"
SELECTION_TITLE = "selection-title"
SELECTION_TROUBLE = "selection-trouble"
"""Parts of the dialogs by which one steps in, and of those for several people at once."""

HISTORY = "history"
"""One's own earlier sessions, on the console."""


def meter(side: str) -> str:
    """The word of a level: of the call, or of one's own voice."""
    return f"meter-{side}"


def why_all(group: str) -> str:
    """Why all verbs of a group of the menu are off."""
    return f"why-{group}"


def tile(name: str) -> str:
    """The tile `name` of a board."""
    return f"tile-{name}"
