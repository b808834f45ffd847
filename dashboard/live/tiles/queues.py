"""Tiles about queues: each of them, and who waits in them."""

from __future__ import annotations

from itertools import islice

from dashboard.boards.document import QueueTableTile, WaitingCallersTile
from dashboard.live.reach import Aim
from dashboard.live.sight import Sight
from dashboard.live.values import WORST_FIRST, QueueLine, Rows, WaitingLine


def queue_table(sight: Sight, aim: Aim, tile: QueueTableTile) -> Rows[QueueLine]:
    """One row per queue, worst first: red before amber, then who waits longest, then the queue's id."""

    def urgency(line: QueueLine) -> tuple[int, int, str]:
        return WORST_FIRST[line.level], line.oldest or sight.now_ms, line.id

    lines = sorted((sight.queue_line(queue, tile) for queue in aim.queues), key=urgency)
    return Rows(lines[: tile.rows or None])


def waiting_callers(sight: Sight, aim: Aim, tile: WaitingCallersTile) -> Rows[WaitingLine]:
    """One row per waiting caller, oldest first; of a long queue only as many are looked at as are shown."""
    callers = (caller for caller in sight.waiting() if aim.has_queue(caller.queue))
    return Rows(sight.waiting_line(caller) for caller in islice(callers, tile.rows or None))
