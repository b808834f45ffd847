"""The panel has a control for everything that a document can say, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from collectors.events import MeasureSettings, Names, SlFormula
from dashboard.boards import TEMPLATES
from dashboard.boards.document import TILES, Board, Page, Window
from dashboard.boards.reading import BoardRefused, document_of, read
from dashboard.boards.sizes import SMALLEST
from dashboard.floor.metrics import REGISTRY
from dashboard.pages.admin.designer import offers
from dashboard.pages.admin.designer.fields import (
    UNSEEN,
    UNSEEN_WITHOUT_FLOOR,
    WITHOUT_FLOOR,
    board_fields,
    page_fields,
    tile_fields,
)
from dashboard.pages.admin.designer.page import ROOMS
from layouts.forms.designer import DesignerView, Field, Offered, designer
from layouts.forms.designer.field import ITEM, label_of, option_word
from layouts.forms.fields import Option
from layouts.texts import LANGUAGES, catalogue

FIELDS = {**{kind: tile_fields(kind) for kind in TILES}, "page": page_fields(), "board": board_fields()}
TYPES: dict[str, type] = {**TILES, "page": Page, "board": Board}


def _paths(cls: type, before: str = "") -> Iterator[str]:
    """Every leaf of a part, as the document spells it; a second opinion to `fields`, by the encoder's own names."""
    shape = inspect.type_info(cls)
    assert isinstance(shape, inspect.StructType)
    for one in shape.fields:
        yield from _leaves(one.type, f"{before}{one.encode_name}")


def _leaves(shape: inspect.Type, path: str) -> Iterator[str]:
    if isinstance(shape, inspect.UnionType):
        (inner,) = [one for one in shape.types if not isinstance(one, inspect.NoneType)]
        yield from _leaves(inner, path)
    elif isinstance(shape, inspect.StructType):
        yield from _paths(shape.cls, f"{path}.")
    elif isinstance(shape, inspect.VarTupleType) and isinstance(shape.item_type, inspect.StructType):
        yield from _paths(shape.item_type.cls, f"{path}.{ITEM}.")
    else:
        yield path


def _flat(fields: tuple[Field, ...]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from _flat(field.parts)


def _view(lang: str) -> DesignerView:
    ids = {name: (Option("a", "A"),) for name in ("queues", "teams", "reasons", "switches")}
    board = TEMPLATES["default"]
    return DesignerView(
        "east", document_of(board), 1, ({},), {}, "saved", 0, True, lang,
        offers.kinds(), offers.metrics(lang, {}), Offered(ids), page_fields(), board_fields(), offers.zones(),
    )  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_of_every_kind_has_a_control(name: str) -> None:
    unseen = UNSEEN | (UNSEEN_WITHOUT_FLOOR if name in WITHOUT_FLOOR else set())
    wanted = {path for path in _documented(name) if path.split(".")[0] not in unseen}
    found = {field.path for field in _flat(FIELDS[name]) if not field.parts}
    assert found == wanted
    assert len(found) >= 3


def _documented(name: str) -> Iterator[str]:
    if name == "board":  # its pages are a room of their own
        for one in inspect.type_info(Board).fields:  # type: ignore[attr-defined]
            if one.encode_name != "pages":
                yield from _leaves(one.type, one.encode_name)
    elif name == "page":
        for one in inspect.type_info(Page).fields:  # type: ignore[attr-defined]
            if one.encode_name != "tiles":
                yield from _leaves(one.type, one.encode_name)
    else:
        yield from _paths(TYPES[name])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_field_and_every_choice_has_words(lang: str) -> None:
    texts = catalogue(lang, "forms", *ROOMS)
    for fields in FIELDS.values():
        for field in _flat(fields):
            assert label_of(field, texts)
            assert len({option_word(field, value, texts) for value in field.values}) == len(field.values)


def test_choices_stand_in_the_order_of_the_document() -> None:
    by_path = {field.path: field for field in _flat(FIELDS["number"])}
    assert by_path["window"].values == Window.__args__  # type: ignore[attr-defined]
    assert by_path["formula"].values == SlFormula.__args__  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_draws_every_control(lang: str) -> None:
    drawn = str(designer(_view(lang), catalogue(lang, "forms", *ROOMS)))
    for name, fields in FIELDS.items():
        template = drawn.partition(f'data-panel="{name}"')[2].partition('<template data-panel="')[0]
        for field in _flat(fields):
            if field.control != "group":
                assert f'data-path="{field.path}"' in template, (name, field.path)
    ids = re.findall(
        r'<(?:div|button|h2|dialog|template|datalist)[^>]* id="([\w-]+)"', drawn.partition("data-panel=")[0]
    )
    assert len(ids) == len(set(ids))
    assert "style=" not in drawn.replace("data-style=", "")
    assert "<script" not in drawn


def test_the_defaults_of_the_controls_are_those_of_the_document() -> None:
    for kind, cls in TILES.items():
        required = {"id": "x"} | dict(offers.NEW.get(kind, {}))
        made = msgspec.convert({"kind": kind, **required}, cls)
        for field in tile_fields(kind):
            if field.name not in required:
                assert msgspec.to_builtins(field.default) == msgspec.to_builtins(getattr(made, field.name)), field.path


@pytest.mark.parametrize("kind", TILES)
def test_a_fresh_tile_of_the_palette_is_no_mistake(kind: str) -> None:
    (about,) = [one for one in offers.kinds() if one.kind == kind]
    assert about.usual[0] >= SMALLEST[kind][0]
    assert about.usual[1] >= SMALLEST[kind][1]
    for w, h in (about.least, about.usual):
        tile = {"kind": kind, "id": "a", "at": {"x": 0, "y": 0, "w": w, "h": h}, **about.new}
        try:
            read({"format": 1, "id": "a", "title": {"en": "A"}, "pages": [{"tiles": [tile]}]})
        except BoardRefused as refused:
            pytest.fail(str(refused.mistakes))


def test_all_metrics_that_can_be_shown_are_offered_once() -> None:
    offered = [metric.id for group in offers.metrics("en", {}) for metric in group.metrics]
    assert len(offered) == len(set(offered)) > 60
    for metric_id in REGISTRY:
        is_shown = _is_shown({"kind": "number", "metric": metric_id, "window": "day"}) or _is_shown(
            {"kind": "number", "metric": metric_id, "window": "now"}
        )
        assert (metric_id in offered) == is_shown, metric_id


def test_metrics_are_offered_where_the_document_takes_them() -> None:
    measures = {"seats": MeasureSettings(Names("席位"))}
    own = [one for group in offers.metrics("zh-CN", measures) for one in group.metrics if one.id == "custom:seats"]
    assert [one.name for one in own] == ["席位"]
    for group in offers.metrics("en", measures):
        for metric in group.metrics:
            window = "day"
            assert _is_shown({"kind": "top_list", "metric": metric.id, "window": window}) == (
                "agent" in metric.scopes and not metric.ticks
            ), metric.id
            assert _is_shown({"kind": "queue_table", "columns": [metric.id]}) == ("queue" in metric.scopes), metric.id
            also = {"kind": "number", "metric": "waiting", "window": "now", "also": [metric.id]}
            assert metric.id == "waiting" or _is_shown(also) == (not metric.ticks), metric.id


def _is_shown(tile: dict[str, Any]) -> bool:
    document = {"id": "t", "at": {"x": 0, "y": 0, "w": 12, "h": 12}, **tile}
    try:
        read({"format": 1, "id": "a", "title": {"en": "A"}, "pages": [{"tiles": [document]}]})
    except BoardRefused:
        return False
    return True
