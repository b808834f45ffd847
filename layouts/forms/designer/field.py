"""A setting of a board as a control: what the panel shows of each field of the document, whatever the field.

Controls carry their place in the document (`data-path`) and how they are read (`data-control`); assets/js/forms/designer/panel.js
fills them and takes what is typed. A field is drawn the same in every kind of tile, so that a new kind needs no drawing of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import htpy as h

from layouts.forms.boards.pictures import PICTURES
from layouts.forms.fields import Option
from layouts.texts import Catalogue

Control = Literal[
    "text", "lines", "number", "choice", "check", "ids", "metric", "metrics", "picture", "leaderboard", "moment", "time", "zone", "group",
    "rows",
]  # fmt: skip

ITEM: Final = "*"
"""Stands in a path for the number of a row; the script puts it in."""

OF_METRIC: Final = frozenset({"target", "amber", "red"})
"""Numbers in the unit of the tile's metric."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `path`: within the tile, page or board. `name`: its last step. `owner`: the kind or part that has it, for words
    of its own. `default`: as in the document, None where it is left out. `is_optional`: may be left out altogether. `values`: of
    a choice. `source`: what its ids are of (`queues`, `teams`, `reasons`, `switches`), or which metrics are offered. `parts`: of a
    group or of a row; `new`: a fresh row."""

    path: str
    name: str
    owner: str
    control: Control
    default: Any = None
    is_optional: bool = False
    values: tuple[str, ...] = ()
    source: str = ""
    least: int | None = None
    most: int | None = None
    most_characters: int | None = None
    is_whole: bool = True
    parts: tuple[Field, ...] = ()
    new: Any = None


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen, by name in the reader's language. `ids`: source → options."""

    ids: Mapping[str, tuple[Option, ...]]
    pictures: tuple[Option, ...] = ()
    leaderboards: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class _Drawing:
    texts: Catalogue
    offered: Offered


def fields(found: tuple[Field, ...], texts: Catalogue, offered: Offered) -> h.Node:
    """Controls below each other."""
    drawing = _Drawing(texts, offered)
    return [_DRAW[one.control](one, drawing) for one in found]


def label_of(field: Field, texts: Catalogue) -> str:
    """Its name: the owner's own word, else the one that mistakes use too."""
    own = f"designer.field.{field.owner}.{field.name}"
    return capital(texts(own if own in texts.words else f"board.field.{field.name}"))


def capital(word: str) -> str:
    """As a label begins; in sentences the same word begins small."""
    return word[:1].upper() + word[1:]


def hint_of(field: Field, texts: Catalogue) -> str:
    """A sentence about it, "" where the name says it all."""
    own = f"designer.hint.{field.owner}.{field.name}"
    return texts.words.get(own, "") or texts.words.get(f"designer.hint.{field.name}", "")


def option_word(field: Field, value: str, texts: Catalogue) -> str:
    """A value of a choice in words."""
    family = field.name if field.name in {"formula", "window"} else "board.choice"
    return capital(texts(f"{family}.{value}"))


def _tied(field: Field) -> dict[str, Any]:
    return {
        "id": f"f-{field.path}",
        "data_path": field.path,
        "data_control": field.control,
        "data_default": json.dumps(field.default, ensure_ascii=False),
        "data_optional": "yes" if field.is_optional else None,
        "aria_describedby": f"f-{field.path}-hint f-{field.path}-error",
    }


def _framed(field: Field, drawing: _Drawing, *box: h.Node) -> h.Element:
    return h.div(class_="field", data_field=field.path)[
        h.label(for_=f"f-{field.path}")[label_of(field, drawing.texts)],
        box,
        _hint(field, drawing),
        _error(field),
    ]


def _hint(field: Field, drawing: _Drawing) -> h.Node:
    hint = hint_of(field, drawing.texts)
    return h.p(class_="hint", id=f"f-{field.path}-hint")[hint] if hint else None


def _error(field: Field) -> h.Element:
    return h.p(class_="error", id=f"f-{field.path}-error", hidden=True)


def _text(field: Field, drawing: _Drawing) -> h.Element:
    return _framed(
        field, drawing, h.input(type="text", maxlength=field.most_characters, autocomplete="off", **_tied(field))
    )


def _lines(field: Field, drawing: _Drawing) -> h.Element:
    return _framed(field, drawing, h.textarea(rows=2, maxlength=field.most_characters, **_tied(field)))


def _moment(field: Field, drawing: _Drawing) -> h.Element:
    box = h.input(type="text", maxlength=16, autocomplete="off", placeholder="18:00", **_tied(field))
    return _framed(field, drawing, box)


def _time(field: Field, drawing: _Drawing) -> h.Element:
    return _framed(field, drawing, h.input(type="time", **_tied(field)))


def _zone(field: Field, drawing: _Drawing) -> h.Element:
    return _framed(field, drawing, h.input(type="text", list="zones", maxlength=64, autocomplete="off", **_tied(field)))


def _number(field: Field, drawing: _Drawing) -> h.Element:
    unit = "metric" if field.name in OF_METRIC else _UNITS.get(field.name, "")
    box = h.input(
        type="number",
        step="1" if field.is_whole else "any",
        min=None if field.least is None else str(field.least),
        max=None if field.most is None else str(field.most),
        data_unit=unit or None,
        **_tied(field),
    )
    sign = drawing.texts(f"designer.unit.{unit}") if unit and unit != "metric" else ""
    return _framed(field, drawing, h.span(class_="with_unit")[box, h.span(class_="unit")[sign]])


def _choice(field: Field, drawing: _Drawing) -> h.Element:
    texts = drawing.texts
    none = field.is_optional and h.option(value="")[texts(_none_of(field, texts))]
    box = h.select(**_tied(field))[
        none, (h.option(value=value)[option_word(field, value, texts)] for value in field.values)
    ]
    return _framed(field, drawing, box)


def _none_of(field: Field, texts: Catalogue) -> str:
    own = f"designer.none.{field.name}"
    return own if own in texts.words else "designer.none"


def _check(field: Field, drawing: _Drawing) -> h.Element:
    return h.div(class_="field checks", data_field=field.path)[
        h.label(class_="check", for_=f"f-{field.path}")[
            h.input(type="checkbox", **_tied(field)), h.span[label_of(field, drawing.texts)]
        ],
        _hint(field, drawing),
        _error(field),
    ]


def _ids(field: Field, drawing: _Drawing) -> h.Element:
    offered, texts = drawing.offered.ids.get(field.source, ()), drawing.texts
    boxes = [
        h.label(class_="check")[h.input(type="checkbox", value=option.value), h.span[option.label]]
        for option in offered
    ]
    return _folded(
        field,
        drawing,
        h.div(class_="options", **_tied(field))[boxes] if boxes else h.p(class_="hint")[texts("designer.ids.none")],
        is_open=False,
        sum_up=True,
    )


def _metric(field: Field, drawing: _Drawing) -> h.Element:
    """One of the registry: the list is filled from one template, so that it stands in the page once."""
    return h.div(class_="field metric", data_field=field.path)[
        h.label(for_=f"f-{field.path}")[label_of(field, drawing.texts)],
        h.input(type="search", class_="filter", autocomplete="off", placeholder=drawing.texts("designer.metric.search"),
                aria_label=drawing.texts("designer.metric.search")),
        h.select(size=7, data_metrics=field.source, **_tied(field)),
        h.p(class_="definition", aria_live="polite"),
        _error(field),
    ]  # fmt: skip


def _metrics(field: Field, drawing: _Drawing) -> h.Element:
    texts = drawing.texts
    return h.fieldset(class_="field metrics", data_field=field.path)[
        h.legend[label_of(field, texts)],
        _hint(field, drawing),
        h.ol(class_="chosen", **_tied(field)),
        h.label(class_="unseen", for_=f"f-{field.path}-add")[texts("designer.metrics.add")],
        h.select(class_="add", id=f"f-{field.path}-add", data_metrics=field.source)[
            h.option(value="")[texts("designer.metrics.add")]
        ],
        _error(field),
    ]


def _picture(field: Field, drawing: _Drawing) -> h.Element:
    texts = drawing.texts
    options = (Option("", texts("designer.picture.none")), *drawing.offered.pictures)
    box = h.select(**_tied(field))[(h.option(value=option.value)[option.label] for option in options)]
    upload = h.p(class_="hint")[h.a(href=PICTURES, target="_blank", rel="noopener")[texts("designer.picture.upload")]]
    return _framed(field, drawing, box, upload)


def _leaderboard(field: Field, drawing: _Drawing) -> h.Element:
    options = (Option("", drawing.texts("designer.leaderboard.none")), *drawing.offered.leaderboards)
    box = h.select(**_tied(field))[(h.option(value=option.value)[option.label] for option in options)]
    return _framed(field, drawing, box)


def _group(field: Field, drawing: _Drawing) -> h.Element:
    parts = [_DRAW[one.control](one, drawing) for one in field.parts]
    is_small = all(one.control in {"number", "text", "lines"} for one in field.parts)
    if is_small:
        return h.fieldset(class_=f"field group of_{len(parts)} {field.name}", data_field=field.path)[
            h.legend[label_of(field, drawing.texts)], _hint(field, drawing), h.div(class_="parts")[parts], _error(field)
        ]
    return _folded(field, drawing, parts, is_open=field.name == "limits")


def _rows(field: Field, drawing: _Drawing) -> h.Element:
    texts = drawing.texts
    row = h.li(class_="row")[
        [_DRAW[one.control](one, drawing) for one in field.parts],
        h.button(type="button", class_="button plain small", data_do="row.remove")[texts("designer.row.remove")],
    ]
    return _folded(
        field,
        drawing,
        h.ul(class_="rows", data_new=json.dumps(field.new, ensure_ascii=False), **_tied(field)),
        h.template[row],
        h.button(type="button", class_="button plain small", data_do="row.add")[texts("designer.row.add")],
        is_open=False,
        sum_up=True,
    )


def _folded(field: Field, drawing: _Drawing, *content: h.Node, is_open: bool, sum_up: bool = False) -> h.Element:
    """Under its name, which opens it; closed, it says how much is in it."""
    return h.details(class_=f"field folded {field.name}", data_field=field.path, open=is_open)[
        h.summary[label_of(field, drawing.texts), sum_up and h.span(class_="sum")],
        _hint(field, drawing),
        content,
        _error(field),
    ]


_UNITS: Final = {"volume": "percent"}

_DRAW: Final[Mapping[Control, Callable[[Field, _Drawing], h.Element]]] = {
    "text": _text,
    "lines": _lines,
    "number": _number,
    "choice": _choice,
    "check": _check,
    "ids": _ids,
    "metric": _metric,
    "metrics": _metrics,
    "picture": _picture,
    "leaderboard": _leaderboard,
    "moment": _moment,
    "time": _time,
    "zone": _zone,
    "group": _group,
    "rows": _rows,
}
