"""Entries survive packing; anything else is refused with one error."""

from __future__ import annotations

import contextlib
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.events import (
    SCHEMA,
    Answered,
    AnyEvent,
    BusinessFact,
    Entry,
    FloorSettings,
    SettingsChanged,
    SnapshotTaken,
)
from collectors.stream import StreamError, Undecodable, pack, unpack
from collectors.stream.packing import unpack_or_explain

_TEXT_FIELDS = {"str": "王小明 <b>", "int": 7, "bool": True, "float": 1.5}


def _entry(event: AnyEvent) -> Entry:
    return Entry("main", "pbx-1", "boot", 1_700_000_000, 42, 1_700_000_000_123, event, switch_at_ms=5, backfilled=True)


_WHOLE = {"settings": FloorSettings(), "fact": BusinessFact("sale", 1_795_312_800_000, "PJSIP/1001", None, 19_900)}


def _filled(kind: type[AnyEvent]) -> AnyEvent:
    """An event with a value in every field that has a simple type, defaults elsewhere."""
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(kind):
        simple = str(field.type).replace("<class '", "").replace("'>", "").split(" | ")[0]
        if simple in _TEXT_FIELDS:
            values[field.name] = _TEXT_FIELDS[simple]
        elif get_args(field.type) and isinstance(get_args(field.type)[0], str):
            values[field.name] = get_args(field.type)[0]
        elif field.required and simple.startswith("list"):
            values[field.name] = []
        elif field.required:
            values[field.name] = _WHOLE[field.name] if field.name in _WHOLE else _literal(field.type)
    return kind(**values)  # type: ignore[arg-type]


def _literal(kind: object) -> object:
    options = get_args(kind)
    return _literal(options[0]) if options and not isinstance(options[0], str) else options[0]


@pytest.mark.parametrize("kind", get_args(AnyEvent), ids=lambda kind: kind.__name__)
def test_every_kind_of_event_comes_back_equal(kind: type[AnyEvent]) -> None:
    entry = _entry(_filled(kind))
    assert unpack(pack(entry)) == entry


def test_a_typical_entry_is_small() -> None:
    entry = _entry(Answered("600", "1700000000.123", 1, "PJSIP/1001", 12))
    assert len(pack(entry)) < 100


@given(st.binary(max_size=200))
def test_garbage_is_read_or_refused_with_the_one_error(packed: bytes) -> None:
    with contextlib.suppress(StreamError):
        assert isinstance(unpack(packed), Entry)


@given(st.data())
def test_a_damaged_entry_is_read_or_refused_with_the_one_error(data: st.DataObject) -> None:
    packed = bytearray(pack(_entry(SnapshotTaken([], [], [], [], [], [], []))))
    packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(StreamError):
        assert isinstance(unpack(bytes(packed)), Entry)


def test_deep_nesting_is_refused_with_the_one_error() -> None:
    with pytest.raises(StreamError):
        unpack(b"\x91" * 100_000)


def test_an_entry_of_a_newer_release_is_not_guessed_at() -> None:
    newer = msgspec.structs.replace(_entry(SettingsChanged(FloorSettings())), schema=SCHEMA + 1)
    with pytest.raises(StreamError, match="newer release"):
        unpack(pack(newer))


def test_what_cannot_be_read_is_a_value_for_a_reader() -> None:
    assert unpack_or_explain(b"\xc1") == Undecodable(b"\xc1", unpack_or_explain(b"\xc1").reason)  # type: ignore[union-attr]
    assert isinstance(unpack_or_explain(None), Undecodable)
