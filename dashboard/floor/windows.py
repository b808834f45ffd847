"""Stretches of time that a figure is asked for, and how much of each is unknown.

Windows end at `now`, which is never before the stream's own time. Sliding windows consist of whole 10-second buckets, the one
that runs included, so they are at most as long as their name says, and move every ten seconds. What happened before this floor
was watched for the first time is no gap: a window begins there at the earliest.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

import msgspec

from collectors.events import is_switch
from dashboard.floor.calendar import Day, business_day, interval_starts
from dashboard.floor.ledger import TEN_MS
from dashboard.floor.links import SILENT_MS
from dashboard.floor.state import Floor

SLIDING_MIN: Final = {"last_5_min": 5, "last_15_min": 15, "last_30_min": 30, "last_60_min": 60}


class WindowError(ValueError):
    """No such window. The text names it and the ones there are."""


class Span(msgspec.Struct, frozen=True):
    """A window at one moment: from `start_ms` to before `end_ms`; `kind` is day, interval or sliding."""

    kind: str
    start_ms: int
    end_ms: int


def effective_now_ms(floor: Floor, now_ms: int) -> int:
    """The moment a figure is for: `now`, or the stream's time if that is ahead."""
    return max(now_ms, floor.core.stream_ms)


def day_of(floor: Floor, at_ms: int) -> Day:
    """The business day that contains a moment."""
    today = floor.core.today
    if today.start_ms <= at_ms < today.end_ms:
        return today
    return business_day(at_ms, floor.settings.time_zone, floor.settings.day_starts_at_min)


def span_of(floor: Floor, window: str, now_ms: int) -> Span:
    """The stretch that a window's name means at `now_ms`. Raises `WindowError` for a name that is none."""
    minutes = SLIDING_MIN.get(window)
    if minutes is not None:
        return Span("sliding", (now_ms // TEN_MS + 1) * TEN_MS - minutes * 60_000, now_ms)
    if window == "yesterday":
        day = day_of(floor, day_of(floor, now_ms).start_ms - 1)
        return Span("day", day.start_ms, day.end_ms)
    if window in {"day", "now"}:
        return Span("day", day_of(floor, now_ms).start_ms, now_ms)
    word, _, back = window.partition(":")
    if word == "interval" and (not back or (back[0] == "-" and back[1:].isdigit())):
        return _interval(floor, now_ms, -int(back or 0))
    known = ", ".join(("now", "day", "yesterday", "interval", "interval:-1", *SLIDING_MIN))
    raise WindowError(f"no window is called {window!r}; there are {known}")


def _interval(floor: Floor, now_ms: int, back: int) -> Span:
    day = day_of(floor, now_ms)
    starts = interval_starts(day, floor.settings.time_zone, floor.settings.interval_min)
    index = bisect_right(starts, now_ms) - 1
    end_ms = now_ms
    while back > index:
        back -= index + 1
        day = day_of(floor, day.start_ms - 1)
        starts = interval_starts(day, floor.settings.time_zone, floor.settings.interval_min)
        index, end_ms = len(starts) - 1, day.end_ms
    if back:
        end_ms = starts[index - back + 1]
    return Span("interval", starts[index - back], end_ms)


def watched_s(floor: Floor, span: Span) -> float:
    """How long the window is so far, in seconds, from when the floor was first watched."""
    return max(span.end_ms - max(span.start_ms, floor.core.watched_since_ms), 0) / 1000


def gap_s(floor: Floor, span: Span, now_ms: int) -> float:
    """Seconds of the window of which something is unknown, whichever switch it was."""
    gaps = [gap for gap in _gaps(floor, now_ms) if gap[1] > span.start_ms and gap[0] < span.end_ms]
    total_ms, covered_ms = 0, span.start_ms
    for from_ms, to_ms in sorted(gaps):
        a_ms, b_ms = max(from_ms, covered_ms), min(to_ms, span.end_ms)
        if b_ms > a_ms:
            total_ms += b_ms - a_ms
            covered_ms = b_ms
    return total_ms / 1000


def _gaps(floor: Floor, now_ms: int) -> list[tuple[int, int]]:
    gaps: list[tuple[int, int]] = []
    for name, link in floor.core.links.items():
        if not is_switch(name):
            continue
        if link.gaps:
            gaps += [(link.gaps[i], link.gaps[i + 1]) for i in range(0, len(link.gaps), 2)]
        if link.gap_from_ms is not None:
            gaps.append((link.gap_from_ms, now_ms))
        elif link.alive_ms and now_ms - link.alive_ms > SILENT_MS:
            gaps.append((link.alive_ms, now_ms))
    return gaps
