"""The rebuild itself: a source's entries through the same fold and recording as the historian's, into rows.

Invariants: the rows of an uninterrupted rebuild and of one that was killed any number of times are the same; the whole state (the
floor, what the source remembers, the place) is in the database with the rows, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Engine

from collectors.events import SETTINGS_WRITER, Entry, FloorSettings, SettingsChanged
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.history.rebuild.errors import RebuildError
from dashboard.history.rebuild.sources import Source
from dashboard.history.rebuild.tables import Kept, RebuiltTables, begin, kept_of
from dashboard.history.recording import Recording
from dashboard.history.recording.rows import NumberOf

LINES_AT_ONCE: Final = 5_000
ROWS_AT_ONCE: Final = 20_000
"""Whichever comes first: between two transactions."""


class Resumable(Source, Protocol):
    """A source that can go on where another one was."""

    def resume(self, position: str, state: bytes) -> None: ...


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: another wish is another rebuild. `words`: the sources, as they were named."""

    words: str
    coverage: str
    from_ms: int
    until_ms: int


@dataclass(frozen=True, slots=True)
class Made:
    """`lines` of the source, of which `new` were read this time; rows written, by table; whether it went on from before."""

    lines: int
    new: int
    rows: dict[str, int]
    was_resumed: bool


class Rebuilding:
    """One rebuild of one site. `progress` is called with how much of how much is done, and lines so far."""

    def __init__(
        self,
        engine: Engine,
        site: str,
        number_of: NumberOf,
        settings: FloorSettings,
        *,
        progress: Callable[[int, int, int], None] = lambda *_: None,
        lines_at_once: int = LINES_AT_ONCE,
    ) -> None:
        self._engine = engine
        self._site = site
        self._number_of = number_of
        self._settings = settings
        self._progress = progress
        self._lines_at_once = lines_at_once

    def begun(self) -> Kept | None:
        """The site's rebuild that is not done. Raises `StoreError`."""
        return kept_of(self._engine, self._site)

    def run(self, source: Resumable, wish: Wish, *, cursor: Callable[[], str] = lambda: "") -> Made:
        """Makes the rows of `wish` from `source`, going on where it was left. Raises `RebuildError`, `StoreError`.

        `cursor`: where in the stream the historian goes on, asked at the end; "": where it is.
        """
        kept = self.begun()
        if kept is not None and kept.wish != wish.words:
            raise RebuildError(
                f"A rebuild from {kept.wish} is not done: finish it with the same words, or give it up with --anew."
            )
        was_resumed = kept is not None and bool(kept.position)
        if kept is None:
            kept = Kept(wish.words, wish.from_ms, wish.until_ms, False, "", b"")
            begin(self._engine, self._site, kept)
        tables = RebuiltTables(
            self._engine,
            self._site,
            self._number_of,
            coverage=wish.coverage,
            from_ms=kept.from_ms,
            until_ms=kept.until_ms,
        )
        if not kept.is_cleared:
            tables.clear()
            kept = replace(kept, is_cleared=True)
            begin(self._engine, self._site, kept)
        floor = self._floor(kept, source)
        first = source.lines
        self._fold(source, floor, tables, kept)
        tables.finish(floor.stream_ms, cursor())
        return Made(source.lines, source.lines - first, dict(tables.rows_written), was_resumed)

    def _floor(self, kept: Kept, source: Resumable) -> Floor:
        if kept.position:
            floor_state, source_state = msgspec.msgpack.decode(kept.state, type=tuple[bytes, bytes])
            source.resume(kept.position, source_state)
            return load(floor_state)
        floor = Floor(self._site)
        fold(floor, Entry(self._site, SETTINGS_WRITER, "", 0, 1, kept.from_ms, SettingsChanged(self._settings)))
        return floor

    def _fold(self, source: Resumable, floor: Floor, tables: RebuiltTables, kept: Kept) -> None:
        recording = Recording(floor)
        due = source.lines + self._lines_at_once
        for group in source.groups():
            for entry in group:
                fold(floor, entry)
            if source.lines >= due or len(recording.pending) >= ROWS_AT_ONCE:
                due = source.lines + self._lines_at_once
                self._put(source, floor, tables, kept, recording)
        self._put(source, floor, tables, kept, recording)
        floor.derived.recorder = None

    def _put(self, source: Source, floor: Floor, tables: RebuiltTables, kept: Kept, recording: Recording) -> None:
        state: Any = msgspec.msgpack.encode((dump(floor), source.state()))
        tables.write_up_to(recording.take(), replace(kept, position=source.position(), state=state))
        self._progress(*source.done(), source.lines)
