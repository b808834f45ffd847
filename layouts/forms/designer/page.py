"""The designer's page. Everything that it says and every control that it can show stands in it, in templates; the scripts only fill,
show and read. The wall itself is another page of ours, in a frame.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import htpy as h

from layouts.forms.designer.field import Field, Offered, capital, fields
from layouts.forms.fields import actions, area_field
from layouts.forms.notice import notice
from layouts.texts import LANGUAGES, Catalogue

SIZES: Final = ((1920, 1080), (3840, 2160), (1366, 768), (1080, 1920))
"""Screens that one can look at; what is higher than wide has its own grid."""

THEMES: Final = ("dark", "light")

_SAID: Final = "designer.say."
"""Words that the scripts use; they travel with the page."""


@dataclass(frozen=True, slots=True)
class TileKind:
    """A kind of tile in the palette. `least`, `usual`: cells (width, height); the `_portrait` ones on a screen that is higher than
    wide. `new`: what a fresh one holds. `unit`: of its limits where its metric is given; "" where one chooses it."""

    kind: str
    least: tuple[int, int]
    usual: tuple[int, int]
    least_portrait: tuple[int, int]
    new: Mapping[str, Any]
    fields: tuple[Field, ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that can be chosen. `scopes`: `queue`, `agent`, `floor`. `ticks`: it is a moment, which only some places show.
    `is_now`: it has no window."""

    id: str
    name: str
    definition: str
    unit: str
    scopes: tuple[str, ...]
    ticks: bool
    is_now: bool


@dataclass(frozen=True, slots=True)
class MetricGroup:
    """Metrics under one heading (`designer.metrics.NAME`)."""

    name: str
    metrics: tuple[Metric, ...]


@dataclass(frozen=True, slots=True)
class DesignerView:
    """One board as it is being edited. `packed`: page by page, where its tiles stand on a screen that is higher than wide when nobody
    placed them. `least`: tile → its smallest size in either grid. `saved`: who saved it last and when, ready to be read. `shown`:
    revision that screens show, 0 for none."""

    id: str
    document: Mapping[str, Any]
    version: int
    packed: tuple[Mapping[str, Any], ...]
    least: Mapping[str, tuple[tuple[int, int], tuple[int, int]]]
    saved: str
    shown: int
    is_changed: bool
    lang: str
    kinds: tuple[TileKind, ...]
    metrics: tuple[MetricGroup, ...]
    offered: Offered
    page_fields: tuple[Field, ...]
    board_fields: tuple[Field, ...]
    zones: tuple[str, ...]

    @property
    def address(self) -> str:
        """Of this page; what belongs to it stands below."""
        return f"/admin/boards/{self.id}"


def designer(view: DesignerView, texts: Catalogue) -> h.Element:
    """All of it. `texts` holds the rooms `boards` and `wall`."""
    words = {word: said for word, said in texts.words.items() if word.startswith(_SAID)}
    return h.div(
        class_="designer",
        id="designer",
        data_board=view.id,
        data_document=_json(view.document),
        data_packed=_json(view.packed),
        data_least=_json(view.least),
        data_version=str(view.version),
        data_shown=str(view.shown),
        data_changed="yes" if view.is_changed else None,
        data_lang=view.lang,
        data_words=_json(words),
        data_shape="landscape",
    )[
        h.noscript[notice("warn", texts("designer.no_script"))],
        _bar(view, texts),
        h.div(class_="mistakes", role="alert", hidden=True)[h.h2, h.ul],
        h.div(class_="theirs", role="status", hidden=True)[
            h.span, _button("theirs.take", texts("designer.theirs.take"), "plain small")
        ],
        h.p(class_="narrow hint")[texts("designer.narrow")],
        h.div(class_="work")[_stage(texts), _panel(texts)],
        h.div(class_="toast", role="status", hidden=True)[
            h.span, _button("undo", texts("designer.undo"), "plain small")
        ],
        _templates(view, texts),
        _palette(view, texts),
        _publish(texts),
        _conflict(texts),
        _remove_page(texts),
    ]


def _bar(view: DesignerView, texts: Catalogue) -> h.Element:
    return h.div(class_="bar")[
        h.p(class_="state", role="status", data_state="saved")[h.i(aria_hidden="true"), h.span[view.saved]],
        _button("undo", texts("designer.undo"), "plain small", keys="Control+Z"),
        _button("redo", texts("designer.redo"), "plain small", keys="Control+Y"),
        h.span(class_="space"),
        h.a(class_="button plain small", href=f"{view.address}/history")[texts("designer.history")],
        h.a(class_="button plain small", href=f"{view.address}/export")[texts("designer.export")],
        h.span(class_="shown")[_shown(view, texts)],
        _button("publish", texts("designer.publish"), "primary"),
    ]


def _shown(view: DesignerView, texts: Catalogue) -> str:
    return texts("designer.shown", n=view.shown) if view.shown else texts("designer.shown.none")


def _stage(texts: Catalogue) -> h.Element:
    return h.section(class_="stage_side", aria_label=texts("designer.stage"))[
        h.div(class_="tools")[
            h.nav(class_="pages", aria_label=texts("designer.pages"))[
                h.div(class_="list", role="group", aria_label=texts("designer.pages")),
                _button("page.add", texts("designer.page.add"), "plain small"),
            ],
            h.span(class_="space"),
            _button("palette", texts("designer.add"), "primary small"),
        ],
        h.div(class_="room")[
            h.div(class_="stage")[
                h.div(class_="wall"),
                h.div(class_="grid-stack", role="group", aria_label=texts("designer.grid")),
                h.p(class_="waiting")[texts("designer.preview.coming")],
            ]
        ],
        h.div(class_="tools")[
            _small_choice("size", texts("designer.size"), [(f"{w}x{e}", f"designer.size.{w}x{e}") for w, e in SIZES], texts),
            _small_choice("theme", texts("designer.theme"), [(one, f"board.choice.{one}") for one in THEMES], texts),
            _small_choice("lang", texts("designer.lang"), [(one, f"board.choice.{one}") for one in LANGUAGES], texts),
            h.span(class_="portrait_tools")[
                _button("portrait.own", texts("designer.portrait.own"), "plain small"),
                _button("portrait.packed", texts("designer.portrait.packed"), "plain small"),
            ],
            h.details(class_="keys")[
                h.summary[texts("designer.keys")],
                h.ul[(h.li[texts(f"designer.keys.{name}")] for name in ("tab", "arrows", "shift", "enter", "d", "del", "z"))],
            ],
        ],
    ]  # fmt: skip


def _panel(texts: Catalogue) -> h.Element:
    return h.aside(class_="panel_side", aria_label=texts("designer.panel"))[
        h.div(class_="tabs", role="tablist", aria_label=texts("designer.panel"))[
            (
                h.button(
                    type="button", role="tab", id=f"tab-{name}", aria_controls="panel", aria_selected="false", data_tab=name
                )[texts(f"designer.tab.{name}")]
                for name in ("tile", "page", "board")
            )
        ],
        h.div(id="panel", role="tabpanel", tabindex="-1"),
    ]  # fmt: skip


def _templates(view: DesignerView, texts: Catalogue) -> h.Node:
    return [
        h.template(id="metrics")[
            (
                h.optgroup(label=texts(f"designer.metrics.{group.name}"))[(_metric(one) for one in group.metrics)]
                for group in view.metrics
            )
        ],
        h.datalist(id="zones")[(h.option(value=zone) for zone in view.zones)],
        (
            h.template(data_panel=one.kind, data_unit=one.unit)[
                h.h2[h.i(class_=f"icon tile-{one.kind}", aria_hidden="true"), h.span[texts(f"board.kind.{one.kind}")]],
                h.p(class_="hint")[texts(f"designer.kind.{one.kind}")],
                h.div(class_="deeds")[
                    _button("tile.duplicate", texts("designer.duplicate"), "plain small", keys="Control+D"),
                    _button("tile.delete", texts("designer.delete"), "danger small", keys="Delete"),
                    _button("tile.none", texts("designer.to_list"), "plain small", keys="Escape"),
                ],
                fields(one.fields, texts, view.offered),
            ]
            for one in view.kinds
        ),
        h.template(data_panel="none")[
            h.h2[texts("designer.tiles")], h.p(class_="hint")[texts("designer.tiles.hint")], h.ul(class_="tile_list")
        ],
        h.template(data_panel="page")[
            h.h2[h.span],
            h.div(class_="deeds")[
                _button("page.earlier", texts("designer.page.earlier"), "plain small"),
                _button("page.later", texts("designer.page.later"), "plain small"),
                _button("page.duplicate", texts("designer.page.duplicate"), "plain small"),
                _button("page.delete", texts("designer.page.delete"), "danger small"),
            ],
            fields(view.page_fields, texts, view.offered),
        ],
        h.template(data_panel="board")[
            h.h2[texts("designer.tab.board")], fields(view.board_fields, texts, view.offered)
        ],
    ]


def _metric(one: Metric) -> h.Element:
    return h.option(
        value=one.id,
        data_unit=one.unit,
        data_definition=one.definition,
        data_scopes=" ".join(one.scopes),
        data_ticks="yes" if one.ticks else None,
        data_now="yes" if one.is_now else None,
    )[one.name]


def _palette(view: DesignerView, texts: Catalogue) -> h.Element:
    return h.dialog(class_="palette", id="palette", aria_labelledby="palette-title")[
        _head("palette", texts("designer.add"), texts),
        h.div(class_="kinds")[
            (
                h.button(
                    type="button",
                    data_do="tile.add",
                    data_kind=one.kind,
                    data_least=_json(one.least),
                    data_usual=_json(one.usual),
                    data_least_portrait=_json(one.least_portrait),
                    data_new=_json(one.new),
                )[
                    h.i(class_=f"icon tile-{one.kind}", aria_hidden="true"),
                    h.b[texts(f"board.kind.{one.kind}")],
                    h.small[texts(f"designer.kind.{one.kind}")],
                ]
                for one in view.kinds
            )
        ],
    ]


def _publish(texts: Catalogue) -> h.Element:
    return h.dialog(id="publish", aria_labelledby="publish-title")[
        _head("publish", texts("designer.publish"), texts),
        h.p[texts("designer.publish.lead")],
        area_field("note", texts("designer.publish.note"), hint=texts("designer.publish.note.hint"), maxlength=200, rows=2),
        h.p(class_="error", role="alert", hidden=True),
        actions(
            _button("publish.now", texts("designer.publish.now"), "primary"),
            _button("dialog.close", texts("designer.cancel"), "plain"),
        ),
    ]  # fmt: skip


def _conflict(texts: Catalogue) -> h.Element:
    return h.dialog(id="conflict", aria_labelledby="conflict-title")[
        h.h2(id="conflict-title")[texts("designer.conflict")],
        h.p(class_="what"),
        h.p(class_="hint")[texts("designer.conflict.hint")],
        actions(
            _button("conflict.theirs", texts("designer.conflict.theirs"), "primary"),
            _button("conflict.mine", texts("designer.conflict.mine"), "danger"),
        ),
    ]


def _remove_page(texts: Catalogue) -> h.Element:
    return h.dialog(id="remove-page", aria_labelledby="remove-page-title")[
        _head("remove-page", texts("designer.page.delete"), texts),
        h.p(class_="what"),
        actions(
            _button("page.delete.now", texts("designer.page.delete"), "danger"),
            _button("dialog.close", texts("designer.cancel"), "plain"),
        ),
    ]


def _head(name: str, title: str, texts: Catalogue) -> h.Element:
    return h.div(class_="head")[
        h.h2(id=f"{name}-title")[title],
        h.button(type="button", class_="close", data_do="dialog.close", aria_label=texts("designer.close"))["×"],
    ]


def _small_choice(name: str, label: str, options: Sequence[tuple[str, str]], texts: Catalogue) -> h.Element:
    return h.label(class_="small_choice")[
        h.span[label],
        h.select(data_choose=name)[(h.option(value=value)[capital(texts(word))] for value, word in options)],
    ]


def _button(deed: str, label: str, kind: str, *, keys: str = "") -> h.Element:
    return h.button(
        type="button", class_=f"button {kind}", data_do=deed, aria_keyshortcuts=keys or None
    )[label]  # fmt: skip


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
