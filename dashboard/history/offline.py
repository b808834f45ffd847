"""History of entries that are at hand: folded and written at once, without a stream. For what makes history anew, and for tests."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Engine

from collectors.events import Entry
from collectors.stream import START
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.history.recording import Recording
from dashboard.history.recording.rows import NumberOf
from dashboard.history.writing import Batch, HistoryTables

AT_ONCE = 5_000


def record(
    engine: Engine,
    site: str,
    entries: Iterable[tuple[str, Entry]],
    number_of: NumberOf,
    *,
    floor: Floor | None = None,
    at_once: int = AT_ONCE,
) -> Floor:
    """Folds the entries (each with its position, rising) and writes what comes of it, `at_once` entries a transaction.

    `floor`: to go on from; it must be where the database's cursor is. Raises `StoreError`, `HistoryMoved`. Returns the floor.
    """
    floor = Floor(site) if floor is None else floor
    tables = HistoryTables(engine, site, number_of)
    recording = Recording(floor)
    from_id = to_id = tables.cursor() or START
    for place, (stream_id, entry) in enumerate(entries, 1):
        fold(floor, entry, stream_id)
        to_id = stream_id
        if place % at_once == 0:
            tables.write(Batch(from_id, to_id, floor.stream_ms, recording.take()))
            from_id = to_id
    if to_id != from_id:
        tables.write(Batch(from_id, to_id, floor.stream_ms, recording.take()))
    floor.derived.recorder = None
    return floor


def numbered(entries: Iterable[Entry], first: int = 1) -> Iterable[tuple[str, Entry]]:
    """The entries with positions that no stream gave: `1-0`, `2-0` …"""
    return ((f"{place}-0", entry) for place, entry in enumerate(entries, first))
