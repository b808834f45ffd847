"""What people see of it: its name and rules, how a wall shows it, what is celebrated there."""

from __future__ import annotations

import htpy as h

from layouts.forms.fields import Option, check_field, choice_field
from layouts.forms.leaderboards.editor.pieces import area, options, part, text
from layouts.forms.leaderboards.editor.view import EditorView
from layouts.texts import Catalogue


def head_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What it is called, and its rules in words."""
    return part(
        "leaderboards.part.name",
        texts,
        h.div(class_="pair")[
            text(view, texts, "title.zh", maxlength=60),
            text(view, texts, "title.en", maxlength=60),
        ],
        h.div(class_="pair")[
            area(view, texts, "rules.zh"),
            area(view, texts, "rules.en"),
        ],
    )


def shown_part(view: EditorView, texts: Catalogue) -> h.Element:
    """How a wall shows it."""
    filled = view.filled
    themes = [Option("", texts("leaderboards.theme.screen")), *options("leaderboards.theme", ("dark", "light"), texts)]
    langs = [Option("", texts("leaderboards.lang.screen")), Option("zh-CN", "中文"), Option("en", "English")]
    return part(
        "leaderboards.part.shown",
        texts,
        text(view, texts, "top", inputmode="numeric", maxlength=2),
        check_field("team_race", texts("leaderboards.team_race"), is_checked=bool(filled.value("team_race"))),
        choice_field("theme", texts("leaderboards.theme"), themes, filled.value("theme")),
        choice_field("lang", texts("leaderboards.lang"), langs, filled.value("lang")),
    )


def celebrated_part(view: EditorView, texts: Catalogue) -> h.Element:
    """What a wall celebrates, and when it is quiet."""
    filled = view.filled
    sounds = options("leaderboards.sound", ("none", "chime", "bell"), texts)
    return part(
        "leaderboards.part.celebrated",
        texts,
        (
            check_field(
                f"celebrations.{name}",
                texts(f"leaderboards.celebrate.{name}"),
                is_checked=bool(filled.value(f"celebrations.{name}")),
            )
            for name in ("leader", "goals", "finish", "badges")
        ),
        choice_field("celebrations.sound", texts("leaderboards.sound"), sounds, filled.value("celebrations.sound")),
        text(view, texts, "celebrations.quiet"),
        text(view, texts, "celebrations.settled_s", inputmode="numeric", maxlength=4),
    )
