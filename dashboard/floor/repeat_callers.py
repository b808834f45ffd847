"""Whether a caller's number visited within the last 24 hours, without keeping numbers.

A number is kept as a 64-bit keyed hash with the time of its latest visit: in a dict for the hour that runs, in sorted arrays
for the 24 hours before (16 bytes a caller, so that a million callers a day fit).
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import blake2b
from typing import Final

from dashboard.floor.arrays import Longs
from dashboard.floor.state import Core

_HOUR_MS: Final = 3_600_000
WITHIN_MS: Final = 24 * _HOUR_MS


def hashed(site: str, number: str) -> int:
    """A number as a signed 64-bit hash, keyed by the site."""
    digest = blake2b(number.encode("utf-8", "replace"), digest_size=8, key=site.encode()[:64]).digest()
    return int.from_bytes(digest, "big", signed=True)


def visited_before(core: Core, number: str, at_ms: int) -> bool:
    """Note that `number` visited at `at_ms`; True if it had visited within the 24 hours before."""
    key = hashed(core.site, number)
    is_repeat = _latest(core, key, at_ms) > at_ms - WITHIN_MS
    hour = at_ms // _HOUR_MS
    if hour >= core.callers_hour:
        if hour > core.callers_hour:
            _close_hour(core, hour)
        core.callers_recent[key] = max(at_ms, core.callers_recent.get(key, 0))
    elif hour > core.callers_hour - 25:
        _note_late(core, hour, key, at_ms)
    return is_repeat


def _note_late(core: Core, hour: int, key: int, at_ms: int) -> None:
    """A back-filled visit of an hour that is closed."""
    hashes, times = core.callers_by_hour.setdefault(hour, (Longs("q"), Longs("q")))
    index = bisect_left(hashes, key)
    if index < len(hashes) and hashes[index] == key:
        times[index] = max(times[index], at_ms)
    else:
        hashes.insert(index, key)
        times.insert(index, at_ms)


def forget_old(core: Core, now_ms: int) -> None:
    """Drop callers of more than a day ago."""
    if now_ms // _HOUR_MS > core.callers_hour:
        _close_hour(core, now_ms // _HOUR_MS)


def _latest(core: Core, key: int, at_ms: int) -> int:
    latest_ms = core.callers_recent.get(key, 0)
    if 0 < latest_ms <= at_ms:
        return latest_ms
    for hour, (hashes, times) in core.callers_by_hour.items():
        index = bisect_left(hashes, key)
        if (
            index < len(hashes)
            and hashes[index] == key
            and times[index] <= at_ms
            and hour >= (at_ms - WITHIN_MS) // _HOUR_MS
        ):
            latest_ms = max(latest_ms if latest_ms <= at_ms else 0, times[index])
    return latest_ms if latest_ms <= at_ms else 0


def _close_hour(core: Core, hour: int) -> None:
    if core.callers_recent:  # an hour without callers leaves no arrays
        keys = sorted(core.callers_recent)
        times = [core.callers_recent[key] for key in keys]
        core.callers_by_hour[core.callers_hour] = (Longs("q", keys), Longs("q", times))
    core.callers_recent.clear()
    core.callers_hour = hour
    for old in [old for old in core.callers_by_hour if old < hour - 25]:
        del core.callers_by_hour[old]
