"""An agent's stretches of state as rows: what the floor tells of its log, applied to the rows that there are.

Only the newest row of an agent is open. What the floor tells is written down in its order and applied when the rows are at hand, so
no memory of earlier rows is needed while the stream is followed. A row is never removed but where the floor itself took it back: a
floor that knows less than the table (built anew from a stream that was cut) only goes on behind its newest row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from dashboard.floor.display import HOLDING_INTERNAL, NAMES, TALKING_INTERNAL


@dataclass(frozen=True, slots=True)
class Stretch:
    """One row. `end_ms` None while it lasts."""

    start_ms: int
    end_ms: int | None
    state: str
    reason: str | None = None
    is_internal: bool = False
    queue: str | None = None
    call: str | None = None
    revised_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Began:
    """The state of `new` began, and ended the one that began at `before_ms` (None: the floor knows of none). `now_ms`: stream time."""

    new: Stretch
    before_ms: int | None
    now_ms: int


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of the floor's log."""

    start_ms: int
    end_ms: int | None
    code: int


@dataclass(frozen=True, slots=True)
class Painted:
    """The log's part from `old[0]` on is another one now. `reasons`: of the pauses in `new`, by code. `queue`, `call`: of what
    was painted in."""

    old: tuple[Segment, ...]
    new: tuple[Segment, ...]
    reasons: dict[int, str]
    queue: str | None
    call: str | None
    revised_ms: int | None


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The floor forgot the agent."""

    at_ms: int


Told = Began | Painted | Forgotten


def named(code: int) -> tuple[str, bool]:
    """The state's name, and whether it is about an internal call."""
    return NAMES[code], code in {TALKING_INTERNAL, HOLDING_INTERNAL}


def needed_from(lines: list[Told]) -> int | None:
    """From which time on the agent's rows are needed to apply the lines; None: the newest row is enough."""
    starts = [line.old[0].start_ms for line in lines if isinstance(line, Painted) and line.old]
    return min(starts, default=None)


def apply(lines: list[Told], known: list[Stretch]) -> list[Stretch]:
    """The rows after `lines`, of those before: the newest, and all from `needed_from` on; in order of time."""
    rows = {row.start_ms: row for row in known}
    for line in lines:
        newest = max(rows, default=None)
        if isinstance(line, Painted):
            _paint(line, rows)
        elif isinstance(line, Began):
            _begin(line, rows, newest)
        elif newest is not None:
            _end(rows, newest, line.at_ms)
    return [rows[start_ms] for start_ms in sorted(rows)]


def _begin(line: Began, rows: dict[int, Stretch], newest: int | None) -> None:
    new = line.new
    if (newest is not None and newest > new.start_ms) or (newest == new.start_ms and line.before_ms is None):
        new = replace(new, start_ms=max(line.now_ms, newest or 0))  # the table knows more than the floor
    if newest is not None and newest < new.start_ms:
        _end(rows, newest, new.start_ms)
    rows[new.start_ms] = new


def _end(rows: dict[int, Stretch], start_ms: int, at_ms: int) -> None:
    row = rows[start_ms]
    if row.end_ms is None or row.end_ms > at_ms:
        rows[start_ms] = replace(row, end_ms=max(at_ms, start_ms))


def _paint(line: Painted, rows: dict[int, Stretch]) -> None:
    codes = {segment.start_ms: segment for segment in line.old}
    before = {segment.start_ms: rows.pop(segment.start_ms, None) for segment in line.old}
    for segment in line.new:
        parent = max((start_ms for start_ms in codes if start_ms <= segment.start_ms), default=None)
        kept = before[parent] if parent is not None and codes[parent].code == segment.code else None
        rows[segment.start_ms] = _row(line, segment, kept)


def _row(line: Painted, segment: Segment, kept: Stretch | None) -> Stretch:
    if kept is not None:
        return replace(kept, start_ms=segment.start_ms, end_ms=segment.end_ms, revised_ms=line.revised_ms)
    state, is_internal = named(segment.code)
    is_about = state in {"talking", "holding", "ringing"}
    return Stretch(
        segment.start_ms,
        segment.end_ms,
        state,
        line.reasons.get(segment.code),
        is_internal,
        line.queue if is_about else None,
        line.call if is_about else None,
        line.revised_ms,
    )
