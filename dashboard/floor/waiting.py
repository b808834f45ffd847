"""Who waits, one by one."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from dashboard.floor.state import Floor


class Waiting(msgspec.Struct, frozen=True):
    """One waiting visit. `key` is switch/boot/call/visit. `number` and `name` are the caller's own words: hostile text."""

    key: str
    queue: str
    since_ms: int
    is_ringing: bool
    number: str | None
    name: str | None
    position: int | None
    priority: int | None
    ringing: tuple[str, ...]


def waiting(floor: Floor, queues: Iterable[str] | None = None) -> list[Waiting]:
    """The waiting visits of some queues (None: all), the oldest first."""
    known = floor.queues
    chosen = known.values() if queues is None else [known[queue] for queue in dict.fromkeys(queues) if queue in known]
    rows = []
    for queue in chosen:
        for key, since_ms in queue.waiting.items():
            visit = floor.visits[key]
            rows.append(
                Waiting(
                    key,
                    queue.id,
                    since_ms,
                    bool(visit.offers),
                    visit.number,
                    visit.name,
                    visit.position,
                    visit.priority,
                    tuple(visit.offers),
                )
            )
    rows.sort(key=lambda row: (row.since_ms, row.key))
    return rows
