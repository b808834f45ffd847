"""What the parts of the form are made of: a field is named as its place in the document, its words follow from that."""

from __future__ import annotations

from collections.abc import Sequence

import htpy as h

from layouts.forms.fields import Option, area_field, text_field
from layouts.forms.leaderboards.editor.view import EditorView, MetricOption
from layouts.forms.panel import panel
from layouts.texts import Catalogue


def part(word: str, texts: Catalogue, *content: h.Node) -> h.Element:
    """One part of the form under its heading. `word`: `leaderboards.part.NAME`; `#NAME` is its place in the page."""
    return panel(texts(word), *content, name=word.rpartition(".")[2])


def options(prefix: str, names: Sequence[str], texts: Catalogue, *, hints: bool = False) -> list[Option]:
    """Options whose words are `PREFIX.NAME`."""
    return [Option(name, texts(f"{prefix}.{name}"), texts(f"{prefix}.{name}.hint") if hints else "") for name in names]


def text(
    view: EditorView, texts: Catalogue, field: str, *, word: str = "", kind: str = "text", inputmode: str = "", maxlength: int = 200
) -> h.Element:  # fmt: skip
    """One line of the document. `word`: its label, else that of the field."""
    label = word or f"leaderboards.field.{field}"
    hint = texts.words.get(f"{label}.hint", "")
    return text_field(
        field, texts(label), view.filled.value(field), kind=kind, hint=hint, error=view.filled.error(field),  # type: ignore[arg-type]
        inputmode=inputmode, maxlength=maxlength,
    )  # fmt: skip


def area(view: EditorView, texts: Catalogue, field: str) -> h.Element:
    """Several lines of the document."""
    word = f"leaderboards.field.{field}"
    hint = texts.words.get(f"{word}.hint", "")
    return area_field(field, texts(word), view.filled.value(field), hint=hint, error=view.filled.error(field), rows=2)


def metric_field(
    view: EditorView, field: str, label: str, metrics: Sequence[MetricOption], texts: Catalogue
) -> h.Element:
    """With what the example's script needs to know of each."""
    value, error = view.filled.value(field), view.filled.error(field)
    strangers = (
        []
        if not value or any(one.value == value for one in metrics)
        else [MetricOption(value, value, "", less_is_better=False)]
    )
    return h.div(class_=["field", error and "wrong"])[
        h.label(for_=f"{field}-field")[label],
        h.select(
            id=f"{field}-field",
            name=field,
            aria_invalid="true" if error else None,
            aria_describedby=f"{field}-error" if error else None,
        )[
            h.option(value="", selected=not value)[texts("leaderboards.metric.none")],
            (
                h.option(
                    value=one.value,
                    selected=one.value == value,
                    data_unit=one.unit,
                    data_less="yes" if one.less_is_better else None,
                )[one.label]
                for one in (*strangers, *metrics)
            ),
        ],
        error and h.p(class_="error", id=f"{field}-error")[error],
    ]
