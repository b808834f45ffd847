"""A board written by hand with every kind of mistake: each is told, with its place and remedy, in both languages; nothing else happens."""

from __future__ import annotations

import copy
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import inspect

from dashboard.boards import TEMPLATES, TILES
from dashboard.boards import document as types
from dashboard.boards.document import Board
from dashboard.boards.mistakes import MOST_MISTAKES, ROOM, BoardRefused, Mistake, sentence
from dashboard.boards.reading import MOST_BYTES, document_of, read, written
from dashboard.boards.shapes import _PATTERNS, MOST_LISTED
from layouts.texts import LANGUAGES, catalogue

ROOT = Path(__file__).resolve().parents[2]
WAITING = {
    "id": "waiting",
    "kind": "number",
    "title": {"zh": "等待数", "en": "Callers waiting"},
    "at": {"x": 0, "y": 0, "w": 6, "h": 8},
    "metric": "waiting",
    "window": "now",
    "limits": {"amber": 5, "red": 10},
}
NOTE = {"id": "note", "kind": "text", "at": {"x": 6, "y": 0, "w": 6, "h": 4}}


def board(*tiles: object, **fields: object) -> dict[str, Any]:
    """A board whose second page has those tiles."""
    first = {"tiles": [NOTE | {"id": "first"}]}
    return {"format": 1, "id": "mine", "title": {"zh": "大屏"}, "pages": [first, {"tiles": list(tiles)}], **fields}


def tile(**fields: object) -> dict[str, Any]:
    """The tile `waiting`, changed; a field that is given as `...` is left out."""
    return {name: value for name, value in (WAITING | fields).items() if value is not ...}


@dataclass(frozen=True)
class Case:
    """`word`: the mistake. `field`: its place. `page`, `tile`: where no other is said, the tile `waiting` on page 2."""

    word: str
    field: str
    document: Any
    page: int = 2
    tile: str | int = "waiting"


def top(word: str, field: str, **fields: object) -> Case:
    """A mistake of the board's own field."""
    return Case(word, field, board(WAITING, **fields), 0, "")


def limits(word: str, field: str, **values: object) -> Case:
    metric = values.pop("metric", "waiting")
    window = "now" if metric == "waiting" else "day"
    return Case(word, f"limits.{field}", board(tile(metric=metric, window=window, limits=values)))


def clock(**one: object) -> dict[str, Any]:
    return board({"id": "waiting", "kind": "clock", "at": NOTE["at"], "clocks": [{}, one]})


def message(word: str, field: str, **fields: object) -> Case:
    ticker = {"messages": [{"text": {"zh": "早"}}, {"text": {"zh": "好"}} | fields]}
    return top(word, f"ticker.messages[2].{field}".rstrip("."), ticker=ticker)


def table(word: str, field: str, **fields: object) -> Case:
    at = {"x": 0, "y": 0, "w": 10, "h": 8}
    return Case(word, field, board({"id": "waiting", "kind": "queue_table", "at": at} | fields))


CASES = [
    # of the text
    Case("no_json", "", '{"id": "mine",\n "title": {"zh": "大屏",}}', 0, ""),
    Case("no_json", "", b"", 0, ""),
    Case("no_utf8", "", '{"id": "大屏"}'.encode("gb18030"), 0, ""),
    Case("too_large", "", b" " * (MOST_BYTES + 1), 0, ""),
    Case("too_deep", "", "[" * 100_000, 0, ""),
    Case("too_deep", "", "[" * 20 + "]" * 20, 0, ""),
    Case("no_board", "", "[1]", 0, ""),
    Case("doubled", "", json.dumps(board(WAITING))[:-1] + ', "id": "mine"}', 0, ""),
    top("future_format", "format", format=2),
    top("no_choice", "format", format="1"),
    top("no_choice", "format", format=True),
    # of the shape
    top("unknown_field", "", colour="red"),
    top("unknown_field_near", "", tiker={}),
    Case("missing", "title", {"format": 1, "id": "mine", "pages": [{"tiles": [NOTE]}]}, 0, ""),
    Case("missing", "metric", board(tile(metric=...))),
    Case("missing", "id", board(tile(id=...)), tile=1),
    Case("missing_kind", "kind", board(tile(kind=...))),
    Case("unknown_kind", "kind", board(tile(kind="gauge"))),
    Case("unknown_kind_near", "kind", board(tile(kind="numbers"))),
    Case("unknown_kind", "kind", board(tile(kind=["number"]))),
    Case("unknown_field_near", "", board(tile(window=..., windw="now"))),
    Case("unknown_field_near", "limits", board(tile(limits={"rad": 5}))),
    Case("no_choice_near", "window", board(tile(window="last_10_min"))),
    top("no_choice", "theme", theme="pink"),
    top("no_choice", "lang", lang=3),
    Case("no_text", "metric", board(tile(metric=5))),
    Case("no_text", "title.zh", board(tile(title={"zh": None}))),
    Case("no_whole_number", "at.w", board(tile(at={"x": 0, "y": 0, "w": "6", "h": 8}))),
    Case("no_whole_number", "at.w", board(tile(at={"x": 0, "y": 0, "w": 6.5, "h": 8}))),
    Case("no_number", "limits.red", board(tile(limits={"red": "10"}))),
    Case("no_size", "limits.red", '{"id":"a","title":{"zh":"a"},"pages":[{"tiles":[' + json.dumps(tile(limits={"red": 0}))
         .replace('"red": 0', '"red": NaN') + "]}]}", 1),
    Case("no_size", "limits.red", '{"id":"a","title":{"zh":"a"},"pages":[{"tiles":[' + json.dumps(tile(limits={"red": 0}))
         .replace('"red": 0', '"red": 1' + "0" * 9000) + "]}]}", 1),
    top("no_yes_or_no", "sounds.on", sounds={"on": 1}),
    top("no_list", "queues", queues="sales"),
    Case("no_part", "title", board(tile(title="等待数"))),
    Case("no_part", "", board("waiting"), tile=1),
    top("too_little", "sounds.volume", sounds={"volume": 0}),
    Case("too_much", "limits.hold_s", board(tile(limits={"hold_s": 7200}))),
    top("too_long", "title.en", title={"en": "x" * 501}),
    top("too_many", "queues", queues=[str(number) for number in range(501)]),
    top("empty", "queues[2]", queues=["sales", ""]),
    top("no_sign", "title.zh", title={"zh": "大\x00屏"}),
    top("no_sign", "teams[1]", teams=["\ud800"]),
    top("no_id", "id", id="客服"),
    top("no_id", "id", id="Main Wall"),
    top("no_time", "sounds.quiet[1].from", sounds={"quiet": [{"from": "8:00", "to": "20:00"}]}),
    top("missing", "sounds.quiet[1].to", sounds={"quiet": [{"from": "08:00"}]}),
    message("no_moment", "from", **{"from": "tomorrow"}),
    Case("no_picture_id", "picture", board({"id": "waiting", "kind": "picture", "at": NOTE["at"], "picture": "../x"})),
    Case("too_little", "seconds", board(WAITING) | {"pages": [{"tiles": [NOTE]}, {"tiles": [WAITING], "seconds": 1}]}, tile=""),
    # of the sense
    top("no_title", "title", title={"zh": " "}),
    Case("no_pages", "pages", board() | {"pages": []}, 0, ""),
    Case("no_tiles", "tiles", board(), tile=""),
    Case("too_many_tiles", "pages", board(*(NOTE | {"id": f"n{number}"} for number in range(40))), 0, ""),
    Case("same_id", "id", board(WAITING, NOTE | {"id": "first"}), tile=2),
    Case("missing", "at", board(tile(at=...))),
    Case("outside", "at", board(tile(at={"x": 20, "y": 0, "w": 6, "h": 8}))),
    Case("outside", "at", board(tile(at={"x": 0, "y": 20, "w": 6, "h": 8}))),
    Case("outside", "portrait", board(tile(portrait={"x": 8, "y": 0, "w": 6, "h": 8}))),
    Case("too_small", "at", board(tile(at={"x": 0, "y": 0, "w": 2, "h": 2}))),
    Case("too_small", "portrait", board(tile(portrait={"x": 0, "y": 0, "w": 4, "h": 4}))),
    Case("overlap", "at", board(NOTE, tile(at={"x": 5, "y": 0, "w": 6, "h": 8}))),
    Case("no_portrait", "", board(*(tile(id=f"n{number}", at={"x": number % 4 * 6, "y": number // 4 * 6, "w": 6, "h": 6})
                                    for number in range(14))), tile=""),
    Case("unknown_metric", "metric", board(tile(metric="happiness"))),
    Case("unknown_metric_near", "metric", board(tile(metric="wating"))),
    Case("unknown_metric_near", "also[1]", board(tile(also=["abandonned"]))),
    Case("metric_no_number", "metric", board(tile(metric="state", limits={}))),
    Case("metric_no_number", "also[2]", board(tile(also=["ringing", "longest_wait"]))),
    table("metric_not_of_queue", "columns[2]", columns=["waiting", "calls_handled"]),
    table("no_columns", "columns", columns=[]),
    table("too_small", "at", columns=["waiting", "ringing", "offered", "answered", "abandoned", "asa", "aht", "occupancy"]),
    Case("metric_not_of_agent", "metric", board({"id": "waiting", "kind": "top_list", "metric": "waiting", "at": WAITING["at"]})),
    Case("window_needed", "window", board(tile(metric="answered", limits={}))),
    Case("window_of_now", "window", board(tile(window="last_30_min"))),
    table("window_needed", "window", window="now"),
    Case("listed_twice", "also", board(tile(also=["waiting"]))),
    top("listed_twice", "queues", queues=["sales", "sales"]),
    limits("limit_not_above", "red", amber=10, red=5),
    limits("limit_not_above", "red", amber=10, red=10),
    limits("limit_not_above", "amber", target=10, amber=5),
    limits("limit_not_below", "red", metric="answer_rate", amber=0.5, red=0.8),
    limits("limit_not_below", "red", metric="waiting", amber=5, red=10, worse="below"),
    limits("limit_no_ratio", "target", metric="answer_rate", target=80),
    limits("limit_negative", "red", red=-1),
    limits("sound_without_red", "sound", sound="alarm"),
    limits("no_hours", "quiet[1]", red=5, quiet=[{"from": "08:00", "to": "08:00"}]),
    Case("unknown_zone_near", "clocks[2].zone", clock(zone="Asia/Shangai")),
    Case("unknown_zone", "clocks[2].zone", clock(zone="../../etc/passwd")),
    Case("no_clock", "clocks", board({"id": "waiting", "kind": "clock", "at": NOTE["at"], "clocks": []})),
    Case("no_date", "until", board({"id": "waiting", "kind": "countdown", "at": WAITING["at"], "until": "2026-02-30T18:00"})),
    message("no_words", "text", text={"zh": " "}),
    message("ends_before", "until", **{"from": "2026-12-31T18:00", "until": "2026-12-31T17:00"}),
    message("ends_before", "until", **{"from": "18:00", "until": "18:00"}),
    message("moments_differ", "until", **{"from": "2026-12-31T18:00", "until": "19:00"}),
    message("no_date", "from", **{"from": "2026-13-01T18:00"}),
]  # fmt: skip


def mistakes_of(document: Any) -> tuple[Mistake, ...]:
    with pytest.raises(BoardRefused) as refused:
        read(document)
    return refused.value.mistakes


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.word}-{case.field}")
def test_a_mistake_is_told_with_its_place(case: Case) -> None:
    found = mistakes_of(case.document)
    assert [(one.word, one.page, one.tile, one.field) for one in found] == [
        (case.word, case.page, case.tile, case.field)
    ]
    for lang in LANGUAGES:
        said = sentence(found[0], catalogue(lang, ROOM))
        assert said.endswith(("。", "？")) if lang == "zh-CN" else said.endswith((".", "?"))
        assert re.search(r"[{}]\w+[{}]", said) is None, "every value is filled in"
        if case.page:
            assert said.startswith(f"第 {case.page} 页" if lang == "zh-CN" else f"Page {case.page}")
        if isinstance(case.tile, str) and case.tile:
            assert case.tile in said
        if case.field:
            assert case.field.partition("[")[0] in said.casefold()


def test_there_are_more_kinds_of_mistakes_than_were_asked_for() -> None:
    assert len({case.word for case in CASES}) >= 50


def test_every_sentence_is_proven_by_a_case() -> None:
    frame = {"at", "comma", "page", "tile", "tile_titled", "tile_number", "field", "item"}
    said = {word.removeprefix("mistake.") for word in catalogue("en", ROOM).words if word.startswith("mistake.")}
    services = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("dashboard/wallboards/*.py"))
    theirs = {word for word in said if f'"{word}"' in services}
    assert said - frame == {case.word for case in CASES} | theirs


def test_lines_are_for_words_and_moments_may_follow_each_other() -> None:
    """What a careless check would refuse, or let through."""
    dated = {"text": {"zh": "a\nb", "en": "a\tb"}, "from": "2026-12-31T17:00", "until": "2026-12-31T18:00"}
    nightly = {"text": {"zh": "a"}, "from": "22:00", "until": "06:00"}
    assert len(read(board(WAITING, ticker={"messages": [dated, nightly]})).ticker.messages) == 2
    assert [one.word for one in mistakes_of(board(tile(queues=["sa\nles"])))] == ["no_sign"]
    (outside,) = mistakes_of(board(tile(at={"x": 20, "y": 18, "w": 6, "h": 8})))
    assert {name: outside.values[name] for name in ("right", "bottom")} == {"right": 26, "bottom": 26}


def test_the_tile_is_called_what_people_read_on_it() -> None:
    (one,) = mistakes_of(board(tile(limits={"amber": 10, "red": 5})))
    assert sentence(one, catalogue("zh-CN", ROOM)) == (
        "第 2 页，组件「等待数」（waiting），告警线（红）（limits.red）：5 没有越过预警线（黄）（10）。此指标越高越差，请写更大的数。"
    )
    assert sentence(one, catalogue("en", ROOM)) == (
        "Page 2, tile “Callers waiting” (waiting), red limit (limits.red): 5 does not lie beyond amber limit (10). "
        "More is worse here: write a larger number."
    )


def test_all_mistakes_are_told_at_once_in_the_order_of_the_document() -> None:
    ill = board(tile(metric=5, limits={"rad": 1}), tile(kind="gauge"), 7, theme="pink", colour="red")
    assert [(one.word, one.tile, one.field) for one in mistakes_of(ill)] == [
        ("unknown_field", "", ""),
        ("no_text", "waiting", "metric"),
        ("unknown_field_near", "waiting", "limits"),
        ("unknown_kind", "waiting", "kind"),
        ("no_part", 3, ""),
        ("no_choice", "", "theme"),
    ]


def test_a_hundred_mistakes_are_enough() -> None:
    ill = board(*({"id": f"t{number}", "kind": "number", "x": 1, "y": 2} for number in range(150)))
    assert len(mistakes_of(ill)) == MOST_MISTAKES


def test_what_a_document_says_is_quoted_short_and_without_controls() -> None:
    (one,) = mistakes_of(board(WAITING, **{"x" * 900: 1}))
    assert len(one.values["found"]) < 50
    (one,) = mistakes_of(board(WAITING, **{"\u202e\x1b[2J\ud800<b>": 1}))
    assert one.values["found"] == "�[2J�<b>"
    sentence(one, catalogue("en", ROOM)).encode()


HOSTILE = [
    "[" * 500_000,
    '{"a":' * 80_000,
    '{"pages":' + "[" * 15 + "]" * 15 + "}",
    json.dumps({"pages": [{"tiles": [{}] * 190}] * 12}),
    json.dumps({"queues": ["x" * 128] * 3900}),
    json.dumps({f"k{number}": number for number in range(30_000)}),
    "{" + '"a":1,' * 60_000 + '"a":1}',
    json.dumps({"id": "x" * 500_000}),
    '{"id": ' + "9" * 500_000 + "}",
    '{"id": 1e999, "format": -Infinity}',
    json.dumps(board(*(NOTE | {"id": f"t{number}"} for number in range(36)))),
]


@pytest.mark.parametrize("document", HOSTILE, ids=lambda text: str(text[:12]))
def test_a_hostile_document_is_refused_soon(document: str) -> None:
    began_s = time.process_time()
    found = mistakes_of(document)
    for lang in LANGUAGES:
        for one in found:
            sentence(one, catalogue(lang, ROOM)).encode()
    assert time.process_time() - began_s < 2, "generous: it takes some tens of milliseconds"
    assert 1 <= len(found) <= MOST_MISTAKES


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_comes_back_from_its_file(name: str) -> None:
    one = TEMPLATES[name]
    assert read(written(one)) == one == read(document_of(one)) == read(written(one).decode())
    assert json.loads(written(one)) == document_of(one)
    assert document_of(one)["format"] == 1
    assert read(b"\xef\xbb\xbf" + written(one)) == one


def test_equal_boards_are_equal_files() -> None:
    rich = board(tile(limits={}, title={}, also=[]), format=1, sounds={"volume": 60}, ticker={"messages": []})
    plain = board(tile(limits=..., title=..., also=...))
    assert written(read(rich)) == written(read(plain))


def _types(shape: inspect.Type) -> Iterator[inspect.Type]:
    yield shape
    inner: tuple[inspect.Type, ...] = ()
    if isinstance(shape, inspect.UnionType):
        inner = shape.types
    elif isinstance(shape, inspect.VarTupleType):
        inner = (shape.item_type,)
    elif isinstance(shape, inspect.StructType):
        inner = tuple(field.type for field in shape.fields)
    for one in inner:
        yield from _types(one)


def test_every_pattern_and_list_of_the_document_has_a_sentence_and_a_bound() -> None:
    shapes = list(_types(inspect.type_info(Board)))
    assert {one.pattern for one in shapes if isinstance(one, inspect.StrType) and one.pattern} == set(_PATTERNS)
    fields = [field for one in shapes if isinstance(one, inspect.StructType) for field in one.fields]
    assert {field.encode_name for field in fields if isinstance(field.type, inspect.VarTupleType)} == set(MOST_LISTED)


def test_every_field_and_kind_has_its_word() -> None:
    shapes = [one for one in _types(inspect.type_info(Board)) if isinstance(one, inspect.StructType)]
    fields = {field.encode_name for one in shapes for field in one.fields} | {"kind"}
    words = catalogue("en", ROOM).words
    assert {f"board.field.{name}" for name in fields} <= set(words)
    assert {f"board.kind.{kind}" for kind in TILES} <= set(words)
    assert set(TILES) == {str(one.__struct_config__.tag) for one in get_args(types.Tile)}


# -- properties

_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12)
_NAMES = st.sampled_from(
    ["id", "kind", "title", "pages", "tiles", "at", "metric", "limits", "red", "also", "x", "zh", "clocks", "ticker"]
) | st.text(max_size=4)
_JSON = st.recursive(
    _SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=5), max_leaves=20
)


def _read_or_refused(document: Any) -> Board | tuple[Mistake, ...]:
    try:
        return read(document)
    except BoardRefused as refused:
        found = refused.mistakes
    assert found
    assert all(one.word != "no_board" for one in found) or not isinstance(document, dict)
    for lang in LANGUAGES:
        assert all(sentence(one, catalogue(lang, ROOM)).encode() for one in found)
    return found


@given(_JSON)
@settings(max_examples=200)
def test_any_json_is_a_board_or_has_mistakes(document: Any) -> None:
    _read_or_refused(document if isinstance(document, dict) else json.dumps(document))


@given(st.binary(max_size=60) | st.text(st.characters(), max_size=60))
@settings(max_examples=200)
def test_any_bytes_are_a_board_or_have_mistakes(document: bytes | str) -> None:
    _read_or_refused(document)


def _spots(found: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = found.items() if isinstance(found, dict) else enumerate(found) if isinstance(found, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from _spots(inner, (*path, name))


@given(st.sampled_from(sorted(TEMPLATES)), st.data())
@settings(max_examples=300)
def test_a_board_with_anything_put_anywhere_is_a_board_or_has_mistakes(name: str, data: st.DataObject) -> None:
    document = copy.deepcopy(document_of(TEMPLATES[name]))
    *way, last = data.draw(st.sampled_from(list(_spots(document))))
    place: Any = document
    for step in way:
        place = place[step]
    place[last] = data.draw(_JSON)
    found = _read_or_refused(document)
    if isinstance(found, Board):
        assert read(document_of(found)) == found == read(written(found))
