"""Language and theme of a wall: a paired screen's are its row's, a person's are the address's, the board's or their own."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request

from dashboard.access.screen_record import ScreenRecord
from dashboard.pages.asking import actor
from dashboard.pages.preferences import DEFAULT_LANGUAGE, THEMES, Preferences, preferences
from dashboard.wallboards.published import Published
from layouts.texts import LANGUAGES


def preferences_of_screen(record: ScreenRecord) -> Preferences:
    """What this release does not know becomes the default."""
    lang = record.lang if record.lang in LANGUAGES else DEFAULT_LANGUAGE
    return Preferences(lang, next((theme for theme in THEMES if theme == record.theme), THEMES[0]))


def preferences_of_person(query: Mapping[str, str], found: Published | None) -> Preferences:
    """For who makes the request at hand. `query`: the address's. `found`: what is shown; None for nothing."""
    board = None if found is None else found.board
    return preferences(
        "wall",
        query,
        request.cookies,
        lang=actor().lang,
        shown_lang=None if board is None else board.lang,
        shown_theme=None if board is None else board.theme,
    )
