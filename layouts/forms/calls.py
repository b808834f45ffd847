"""Lists of single calls: what is asked for, what there is in all, and the calls, each of which opens into its path."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import htpy as h

from layouts.figures import NONE, duration
from layouts.forms.fields import Option, actions, button, choice_field, form, hidden_field, link_button, text_field
from layouts.forms.moment import Moments
from layouts.forms.notice import notice
from layouts.forms.picker import picker
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

ROOT = "/calls/"

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "visits": ("at", "number", "queue", "outcome", "wait", "agent", "talk", "ended_by"),
    "offers": ("ended", "agent", "queue", "outcome", "ring", "call"),
    "own": ("began", "agent", "number", "kind", "ring", "talk", "ended_by"),
}
"""Of each list."""
SORTED_BY: Mapping[str, str] = {
    "at": "at",
    "ended": "at",
    "began": "at",
    "wait": "wait",
    "ring": "wait",
    "talk": "talk",
}
"""Columns by which one may sort, with the name in the address."""
_NUMBERS = frozenset({"wait", "ring", "talk"})

KINDS: Mapping[str, BadgeKind] = {
    "answered": "good", "abandoned": "bad", "waiting": "plain", "left": "warn", "missed": "bad", "rejected": "warn",
    "outbound": "plain", "inbound": "plain", "internal": "plain",
}  # fmt: skip

MORE: Mapping[str, Sequence[str]] = {
    "visits": (
        "reason", "rang", "short", "within", "back", "transferred", "overflow", "repeat", "ended_by", "basis",
        "wait_from", "wait_to", "talk_from", "talk_to", "clock",
    ),
    "offers": ("clock",),
    "own": ("connected", "ended_by", "talk_from", "talk_to", "clock"),
}  # fmt: skip
"""Fields behind "more", of each list."""
_TYPED = frozenset({"wait_from", "wait_to", "talk_from", "talk_to", "clock"})


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call in words. `which`: the list it is of. `href`: its path. `outcome`: the word as it is kept, `outcome_word` for people,
    `detail` behind it. `marks`: what one should know of it: a word and how bad."""

    which: str
    href: str
    at_ms: int
    queue: str = ""
    agent: str = ""
    agent_href: str = ""
    number: str = ""
    outcome: str = ""
    outcome_word: str = ""
    detail: str = ""
    wait_s: int | None = None
    talk_s: int | None = None
    ended_by: str = ""
    marks: tuple[tuple[BadgeKind, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Chip:
    """One thing that narrows the list, with the address of the list without it."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class CallsFilter:
    """What the form holds. `filled`: field → value; `chosen`: field → values, for pickers; `options`: field → what can be chosen.
    `kept`: what travels unseen."""

    filled: Mapping[str, str]
    chosen: Mapping[str, Collection[str]]
    options: Mapping[str, Sequence[Option]]
    kept: Sequence[tuple[str, str]] = ()
    chips: Sequence[Chip] = ()
    is_narrow: bool = False


@dataclass(frozen=True, slots=True)
class CallsView:
    """The page. `days`: in words. `one_day`: whether rows need no date. `totals`: label and value. `sorts`: column → (address, order now).
    `notes`: sentences about what may be missing."""

    which: str
    days: str
    one_day: bool
    asked: CallsFilter
    rows: tuple[CallRow, ...]
    totals: tuple[tuple[str, str], ...]
    sorts: Mapping[str, tuple[str, str]]
    older: str = ""
    newer: str = ""
    notes: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)


def calls_list(view: CallsView, texts: Catalogue, moments: Moments) -> h.Element:
    """The whole list page."""
    return h.div(class_="calls")[
        _filter(view, texts),
        notice("warn", *(h.p[note] for note in view.notes)) if view.notes else None,
        _chips(view.asked.chips, texts) if view.asked.chips else None,
        None if view.errors else [_totals(view, texts), calls_table(view, texts, moments), _pages(view, texts)],
    ]


def calls_table(view: CallsView, texts: Catalogue, moments: Moments) -> h.Element:
    """The calls."""
    names = COLUMNS[view.which]
    columns = [_column(name, view.sorts.get(name, ("", "")), texts) for name in names]
    empty = texts("calls.none_found" if view.asked.is_narrow else "calls.none")
    rows = [[_cell(name, row, texts, moments, one_day=view.one_day) for name in names] for row in view.rows]
    return table(columns, rows, empty, caption=texts(f"calls.list.{view.which}"))


def mixed_table(
    rows: Sequence[CallRow], texts: Catalogue, moments: Moments, caption: str, empty: str, *, one_day: bool
) -> h.Element:
    """Calls of all three lists below each other: of one agent's day, or of one number."""
    names = ("at", "number", "queue", "outcome", "wait", "talk", "ended_by")
    columns = [_column(name, ("", ""), texts) for name in names]
    cells = [[_cell(name, row, texts, moments, one_day=one_day) for name in names] for row in rows]
    return table(columns, cells, empty, caption=caption)


def marks_of(row: CallRow) -> h.Node:
    """What one should know of a row."""
    return h.span(class_="marks")[(badge(kind, word) for kind, word in row.marks)] if row.marks else None


def _column(name: str, sort: tuple[str, str], texts: Catalogue) -> Column:
    href, order = sort
    label = texts(f"calls.column.{name}")
    kind = "number" if name in _NUMBERS else "text"
    return Column(label, kind, href, order)  # type: ignore[arg-type]


def _cell(name: str, row: CallRow, texts: Catalogue, moments: Moments, *, one_day: bool) -> h.Node:
    match name:
        case "at" | "ended" | "began":
            return h.a(class_="when", href=row.href)[moments.clock(row.at_ms) if one_day else moments.dated(row.at_ms)]
        case "number" | "call":
            return [_number(row, texts, is_link=name == "call"), marks_of(row)]
        case "outcome" | "kind":
            return [badge(KINDS.get(row.outcome, "plain"), row.outcome_word), row.detail and h.small[row.detail]]
        case "agent":
            return h.a(href=row.agent_href)[row.agent] if row.agent_href and row.agent else row.agent or NONE
        case "wait" | "ring":
            return NONE if row.wait_s is None else duration(row.wait_s)
        case "talk":
            return NONE if row.talk_s is None else duration(row.talk_s)
        case _:
            return getattr(row, name) or NONE


def _number(row: CallRow, texts: Catalogue, *, is_link: bool) -> h.Node:
    if is_link:
        return h.a(href=row.href)[texts("calls.open")]
    if row.which == "offers":
        return NONE
    return row.number or texts("number.unknown")


# -- the filter ---------------------------------------------------------------------------------------------------------


def _filter(view: CallsView, texts: Catalogue) -> h.Element:
    asked, errors = view.asked, view.errors
    more = [name for name in MORE[view.which] if name in _TYPED or asked.options.get(name)]
    more_is_open = any(errors.get(name) for name in more)
    return form(
        ROOT,
        (hidden_field(name, value) for name, value in asked.kept),
        h.div(class_="fields")[
            _day("from", view, texts),
            _day("to", view, texts),
            (_picked(name, view, texts) for name in ("queue", "team", "agent") if name in asked.options),
            (_chosen(name, view, texts) for name in ("outcome", "kind") if asked.options.get(name)),
        ],
        h.details(class_="more", open=more_is_open)[
            h.summary[texts("calls.more")],
            h.div(class_="fields")[
                (_typed(name, view, texts) if name in _TYPED else _chosen(name, view, texts) for name in more),
                _chosen("sort", view, texts),
            ],
        ],
        actions(
            button(texts("calls.filter")),
            asked.is_narrow and link_button(texts("calls.clear"), f"{ROOT}?list={view.which}"),
        ),
        method="get",
        layout="filter",
        error=errors.get("", ""),
    )


def _day(name: str, view: CallsView, texts: Catalogue) -> h.Element:
    value = view.asked.filled.get(name, "")
    return text_field(name, texts(f"calls.field.{name}"), value, kind="date", error=view.errors.get(name, ""))


def _typed(name: str, view: CallsView, texts: Catalogue) -> h.Element:
    return text_field(
        name,
        texts(f"calls.field.{name}"),
        view.asked.filled.get(name, ""),
        inputmode="" if name == "clock" else "numeric",
        maxlength=11,
        error=view.errors.get(name, ""),
    )


def _chosen(name: str, view: CallsView, texts: Catalogue) -> h.Element:
    options = view.asked.options.get(name, ())
    every = options if name == "sort" else (Option("", texts("calls.all")), *options)
    value = view.asked.filled.get(name, "")
    return choice_field(name, texts(f"calls.field.{name}"), every, value, error=view.errors.get(name, ""))


def _picked(name: str, view: CallsView, texts: Catalogue) -> h.Element:
    return picker(
        name,
        texts(f"calls.field.{name}"),
        view.asked.options[name],
        view.asked.chosen.get(name, ()),
        texts,
        all_word=texts("calls.all"),
        error=view.errors.get(name, ""),
    )


def _chips(chips: Sequence[Chip], texts: Catalogue) -> h.Element:
    return h.ul(class_="chips", aria_label=texts("calls.narrowed"))[
        (
            h.li[
                chip.label,
                h.a(href=chip.href, aria_label=texts("calls.without", what=chip.label))["×"],
            ]
            for chip in chips
        )
    ]


def _totals(view: CallsView, texts: Catalogue) -> h.Element:
    return h.dl(class_="totals", aria_label=texts("calls.totals"))[
        h.div[h.dt[view.days], h.dd[""]] if not view.totals else None,
        (h.div[h.dt[label], h.dd[value]] for label, value in view.totals),
    ]


def _pages(view: CallsView, texts: Catalogue) -> h.Node:
    if not view.newer and not view.older:
        return None
    return h.nav(class_="actions", aria_label=texts("calls.pages"))[
        view.newer and link_button(texts("calls.page.before"), view.newer),
        view.older and link_button(texts("calls.page.after"), view.older),
    ]
