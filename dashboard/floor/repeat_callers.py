"""Whether a caller's number visited within the last 24 hours, without keeping numbers.

A number is kept as a 64-bit keyed hash with the time of its latest visit, in sorted arrays by the hour: 16 bytes a caller, so that
a million callers a day fit.
"""

from __future__ import annotations

from bisect import bisect_left
from hashlib import blake2b
from typing import Final

from dashboard.floor.arrays import Longs
from dashboard.floor.state import Core

_HOUR_MS: Final = 3_600_000
_HOURS: Final = 24
WITHIN_MS: Final = _HOURS * _HOUR_MS


def hashed(site: str, number: str) -> int:
    """A number as a signed 64-bit hash, keyed by the site."""
    digest = blake2b(number.encode("utf-8", "replace"), digest_size=8, key=site.encode()[:64]).digest()
    return int.from_bytes(digest, "big", signed=True)


def visited_before(core: Core, number: str, at_ms: int) -> bool:
    """Note that `number` visited at `at_ms`; True if it had visited within the 24 hours before."""
    key = hashed(core.site, number)
    is_repeat = any(at_ms - WITHIN_MS < visit_ms <= at_ms for visit_ms in _visits(core, key))
    hashes, times = core.callers_by_hour.setdefault(at_ms // _HOUR_MS, (Longs("q"), Longs("q")))
    index = bisect_left(hashes, key)
    if index < len(hashes) and hashes[index] == key:
        times[index] = max(times[index], at_ms)
    else:
        hashes.insert(index, key)
        times.insert(index, at_ms)
    return is_repeat


def _visits(core: Core, key: int) -> list[int]:
    found = []
    for hashes, times in core.callers_by_hour.values():
        index = bisect_left(hashes, key)
        if index < len(hashes) and hashes[index] == key:
            found.append(times[index])
    return found


def forget_old(core: Core, now_ms: int) -> None:
    """Drop callers of more than a day ago."""
    oldest = now_ms // _HOUR_MS - _HOURS
    for hour in [hour for hour in core.callers_by_hour if hour < oldest]:
        del core.callers_by_hour[hour]
