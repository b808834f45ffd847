"""How a leaderboard stands, with every score opened into its parts: before it is saved, while it runs, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms.fields import button, link_button
from layouts.forms.notice import notice
from layouts.forms.panel import panel
from layouts.forms.table import Column, badge, table
from layouts.texts import Catalogue


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of a score, as it is read: `8.0 每小时 · 32.00 / 40`. `lift`: which value would bring the next place; "" for none."""

    name: str
    value: str
    points: str
    how: str
    lift: str = ""


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place. `rank` "": none, and `why_not` says why. `asked`: what is asked before one has a rank (words, whether it is met)."""

    id: str
    rank: str
    name: str
    team: str
    score: str
    parts: Sequence[PartView]
    asked: Sequence[tuple[str, bool]] = ()
    why_not: str = ""
    next: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Those who are compared with each other."""

    name: str
    places: Sequence[PlaceView]


@dataclass(frozen=True, slots=True)
class TriedView:
    """`period`: as it is read. `notes`: what should be known of the numbers. `part_names`: the columns. `other`: tries another period
    (what its button sends, and its label). `pages`: which are shown, and where the pages before and after begin."""

    title: str
    period: str
    groups: Sequence[GroupView]
    part_names: Sequence[str]
    notes: Sequence[str] = ()
    teams: Sequence[PlaceView] = ()
    other: tuple[str, str] | None = None
    pages: tuple[str, int | None, int | None] = ("", None, None)


def tried(view: TriedView, texts: Catalogue) -> h.Element:
    """A panel of it."""
    return panel(
        view.title,
        h.div(class_="lead_row")[
            h.p(class_="lead")[view.period],
            view.other is not None and button(view.other[1], "plain", "deed", view.other[0]),
        ],
        (notice("info", note) for note in view.notes),
        standings(view, texts),
        name="tried",
    )


def standings(view: TriedView, texts: Catalogue) -> h.Node:
    """All groups, and teams."""
    if not any(group.places for group in view.groups):
        return h.p(class_="empty_table")[texts("leaderboards.nobody")]
    return [
        bool(view.teams) and [h.h3[texts("leaderboards.teams")], _teams(view.teams, texts)],
        ([group.name and h.h3[group.name], _group(group, view, texts)] for group in view.groups),
        _pages(*view.pages, texts),
    ]


def _pages(said: str, before: int | None, after: int | None, texts: Catalogue) -> h.Node:
    return (
        said
        and h.nav(class_="actions", aria_label=said)[
            h.span(class_="hint")[said],
            before is not None and link_button(texts("leaderboards.pages.before"), f"?from={before}#standings"),
            after is not None and link_button(texts("leaderboards.pages.after"), f"?from={after}#standings"),
        ]
    )


def _teams(teams: Sequence[PlaceView], texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("leaderboards.rank"),
        texts("leaderboards.team"),
        Column(texts("leaderboards.score"), "number"),
    ]
    rows: list[list[h.Node]] = [[one.rank, [one.name, h.small[one.team]], one.score] for one in teams]
    return table(columns, rows, texts("leaderboards.nobody"), caption=texts("leaderboards.teams"))


def _group(group: GroupView, view: TriedView, texts: Catalogue) -> h.Element:
    columns: list[Column | str] = [
        texts("leaderboards.rank"),
        texts("leaderboards.agent"),
        Column(texts("leaderboards.score"), "number"),
        *(Column(name, "number") for name in view.part_names),
        texts("leaderboards.why"),
    ]
    rows: list[list[h.Node]] = [
        [
            one.rank or badge("plain", "–"),
            [one.name, h.small[one.team]],
            h.strong[one.score],
            *([part.points, h.small[part.value]] for part in one.parts),
            _why(one, texts),
        ]
        for one in group.places
    ]
    return table(columns, rows, texts("leaderboards.nobody"), caption=group.name or texts("leaderboards.standings"))


def _why(one: PlaceView, texts: Catalogue) -> h.Node:
    """Every number that was used, folded; why there is no rank, in sight."""
    return [
        one.why_not and badge("warn", one.why_not),
        h.details(class_="why")[
            h.summary[texts("leaderboards.open")],
            h.ul[
                (h.li[h.strong[part.name], " ", part.how, part.lift and h.small[part.lift]] for part in one.parts),
                (h.li[("✓ " if is_met else "✕ "), words] for words, is_met in one.asked),
                one.next and h.li[one.next],
            ],
        ],
    ]
