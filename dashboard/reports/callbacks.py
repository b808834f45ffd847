"""Callers who gave up and are to be called back: each number once, struck off when they came again or were called back.

Struck off: a later visit of the number that was answered or still waits, or a later outbound call of an agent to it that was
connected. Both count only where the actor may see them. Numbers are compared by their keyed hash; a caller without a number is a line of
their own and can only be struck off by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import Row, select, text

from dashboard.access.actor import Actor
from dashboard.reports.period import Period
from dashboard.reports.room import Look, Room
from dashboard.store.schema import own_calls, visits

PAGE: Final = 200
LOOKED_INTO: Final = 5_000
"""Up to so many callers it is found out of all of them whether they came again: of a day's. Of more, only of those that are shown."""
_AT_ONCE: Final = 500
_GAVE_UP: Final = "visits.outcome = 'abandoned'"
"""As the index has it."""

Struck = Literal["", "came_again", "called_back"]


@dataclass(frozen=True, slots=True)
class Callback:
    """`number`: masked, None for none. `tries`: how often they gave up within the period; the other fields are of the last time. `contact`:
    its key (`switch/boot/call`). `is_short`: within the queue's short-abandon limit. `struck_ms`, `struck_by`: when, and the agent who
    answered or called (None: nobody yet, or out of sight). `called_ms`: the last outbound call that was not connected."""

    contact: str
    queue: str
    number: str | None
    caller_name: str | None
    at_ms: int
    left_ms: int | None
    wait_s: int | None
    is_short: bool
    rang_at_end: bool
    tries: int
    struck: Struck = ""
    struck_ms: int | None = None
    struck_by: str | None = None
    called_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The newest first. `callers`: how many gave up; `open`, `struck`: of those that were looked into, which are all of them up to
    `LOOKED_INTO`, else those that were asked for. `is_cut`: more than were listed."""

    lines: tuple[Callback, ...]
    callers: int
    open: int
    struck: int
    is_cut: bool


class CallbackRoom:
    """Reads visits and agents' own calls."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def listed(
        self,
        actor: Actor,
        from_day: date | None = None,
        to_day: date | None = None,
        *,
        queues: Sequence[str] = (),
        with_struck: bool = True,
        with_short: bool = True,
        most: int = PAGE,
    ) -> Callbacks:
        """Who gave up on these business days (today). Raises `Denied`."""
        with self._room.looking(actor) as look:
            for queue in queues:
                look.reach.require_queue(queue)
            first = from_day or look.today
            period = look.calendar.period(first, to_day or first)
            return callbacks(look, period, queues, with_struck=with_struck, with_short=with_short, most=most)


def callbacks(
    look: Look, period: Period, queues: Sequence[str], *, with_struck: bool, with_short: bool, most: int
) -> Callbacks:
    """Within a look that is open."""
    by_caller = _by_caller(look, period, queues)
    if not with_short:
        by_caller = [tries for tries in by_caller if not all(_is_short(look, row) for row in tries)]
    shown = by_caller if len(by_caller) <= LOOKED_INTO else by_caller[:most]
    looked_into = _struck(look, period, [_line(look, tries) for tries in shown])
    open_ones = [one for one in looked_into if not one.struck]
    lines = looked_into if with_struck else open_ones
    struck = len(looked_into) - len(open_ones)
    is_cut = len(lines) > most or len(looked_into) < len(by_caller)
    return Callbacks(tuple(lines[:most]), len(by_caller), len(open_ones), struck, is_cut)


@dataclass(frozen=True, slots=True)
class _Found:
    """A line in the making. `number_hash` None: no number."""

    callback: Callback
    number_hash: bytes | None


def _by_caller(look: Look, period: Period, queues: Sequence[str]) -> list[list[Row[Any]]]:
    """The visits of each caller that were given up, the newest first."""
    table = visits.c
    query = select(
        table.switch, table.boot, table.call, table.queue, table.at_ms, table.wait_s, table.rang_at_end, table.ended_ms,
        table.number_masked, table.number_hash, table.caller_name,
    )  # fmt: skip
    query = query.where(
        table.site == look.site, table.at_ms >= period.start_ms, table.at_ms < period.end_ms, text(_GAVE_UP),
        look.reach.of_queue(table.queue),
    )  # fmt: skip
    if queues:
        query = query.where(table.queue.in_(sorted(set(queues))))
    tries: dict[object, list[Any]] = {}
    for row in look.connection.execute(query.order_by(table.at_ms.desc(), table.id.desc())).all():
        tries.setdefault(row.number_hash or (row.switch, row.boot, row.call), []).append(row)
    return list(tries.values())


def _line(look: Look, tries: list[Row[Any]]) -> _Found:
    last = tries[0]
    wait_s = last.wait_s
    return _Found(
        Callback(
            contact=f"{last.switch}/{last.boot}/{last.call}",
            queue=last.queue,
            number=last.number_masked,
            caller_name=last.caller_name,
            at_ms=last.at_ms,
            left_ms=last.ended_ms if last.ended_ms is not None else _left_ms(last),
            wait_s=wait_s,
            is_short=all(_is_short(look, row) for row in tries),
            rang_at_end=bool(last.rang_at_end),
            tries=len(tries),
        ),
        None if last.number_hash is None else bytes(last.number_hash),
    )


def _left_ms(row: Row[Any]) -> int | None:
    return None if row.wait_s is None else int(row.at_ms + row.wait_s * 1000)


def _is_short(look: Look, row: Row[Any]) -> bool:
    return row.wait_s is not None and row.wait_s <= look.queue_settings(row.queue).short_abandon_s


def _struck(look: Look, period: Period, found: list[_Found]) -> list[Callback]:
    hashes = [one.number_hash for one in found if one.number_hash is not None]
    came, called = _came_again(look, period, hashes), _called_back(look, period, hashes)
    return [_with_ends(one, came, called) for one in found]


@dataclass(frozen=True, slots=True)
class _End:
    at_ms: int
    agent: str | None
    is_connected: bool = True


_Ends = dict[bytes, list[_End]]


def _with_ends(one: _Found, came: _Ends, called: _Ends) -> Callback:
    since_ms, ours = one.callback.at_ms, one.number_hash or b""
    again = [end for end in came.get(ours, ()) if end.at_ms > since_ms]
    calls = [end for end in called.get(ours, ()) if end.at_ms > since_ms]
    ends: list[tuple[int, Struck, str | None]] = [(end.at_ms, "came_again", end.agent) for end in again]
    ends += [(end.at_ms, "called_back", end.agent) for end in calls if end.is_connected]
    tried = max((end.at_ms for end in calls if not end.is_connected), default=None)
    if not ends:
        return replace(one.callback, called_ms=tried)
    at_ms, struck, agent = min(ends, key=lambda end: end[0])
    return replace(one.callback, struck=struck, struck_ms=at_ms, struck_by=agent, called_ms=tried)


def _came_again(look: Look, period: Period, hashes: Sequence[bytes]) -> _Ends:
    table = visits.c
    query = select(table.number_hash, table.at_ms, table.agent).where(
        table.site == look.site, table.at_ms >= period.start_ms, table.outcome.in_(("answered", "waiting")),
        look.reach.of_queue(table.queue),
    )  # fmt: skip
    ends: _Ends = {}
    for some in _parts(hashes):
        for row in look.connection.execute(query.where(table.number_hash.in_(some))):
            ends.setdefault(bytes(row.number_hash), []).append(_End(row.at_ms, row.agent))
    return ends


def _called_back(look: Look, period: Period, hashes: Sequence[bytes]) -> _Ends:
    table = own_calls.c
    query = select(table.number_hash, table.started_ms, table.connected_ms, table.agent).where(
        table.site == look.site, table.ended_ms >= period.start_ms, table.kind == "outbound",
        look.reach.of_agent_at(table.agent, table.ended_ms),
    )  # fmt: skip
    ends: _Ends = {}
    for some in _parts(hashes):
        for row in look.connection.execute(query.where(table.number_hash.in_(some))):
            end = _End(row.started_ms, row.agent, is_connected=row.connected_ms is not None)
            ends.setdefault(bytes(row.number_hash), []).append(end)
    return ends


def _parts(hashes: Sequence[bytes]) -> Iterator[list[bytes]]:
    """So many at once as every database takes."""
    for start in range(0, len(hashes), _AT_ONCE):
        yield list(hashes[start : start + _AT_ONCE])
