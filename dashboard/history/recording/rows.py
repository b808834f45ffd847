"""Rows as the tables hold them. Nothing that a switch or a caller sends can make a row that a database refuses: texts are cut to their
columns and cleaned of what PostgreSQL cannot store, numbers kept within theirs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from dashboard.floor import counters as c
from dashboard.floor.arrays import Longs
from dashboard.floor.ledger import put
from dashboard.floor.state import Row, Visit
from dashboard.history.recording.pending import (
    AgentFacts,
    AgentKey,
    BusinessFacts,
    BusinessKey,
    IntervalKey,
    Offer,
    OwnCallRow,
    QueueFacts,
    VisitNews,
)
from dashboard.history.recording.stretches import Stretch

SqlRow = dict[str, Any]
"""One row of a table, by column, without its `id`."""

NumberOf = Callable[[str | None], tuple[str | None, bytes | None, str | None]]
"""A number as it is kept: masked, hash, whole."""

_WHOLE_MAX: Final = 2**31 - 1
_LONG_MAX: Final = 2**63 - 1
_PACK: Final = msgspec.msgpack.Encoder()
_UNPACK: Final = msgspec.msgpack.Decoder(dict[int, int])


class CallKey(NamedTuple):
    """What names a call: the switch's name, its boot, the call's id."""

    switch: str
    boot: str
    call: str


def text(value: str | None, length: int) -> str | None:
    """The text as any database takes it."""
    if value is None:
        return None
    if not value.isascii():
        value = value.encode("utf-8", "replace").decode("utf-8")
    return value.replace("\0", "")[:length]


def identifier(value: str, length: int = 200) -> str:
    """An id that is part of a key."""
    return text(value, length) or ""


def whole(value: int | None) -> int | None:
    """A number for a column of 32 bits."""
    return None if value is None else min(max(value, -_WHOLE_MAX), _WHOLE_MAX)


def moment(value: int | None) -> int | None:
    """A time (epoch, ms) for a column of 64 bits."""
    return None if value is None else min(max(value, -_LONG_MAX), _LONG_MAX)


def call_key(key: str) -> tuple[CallKey, int]:
    """A floor's key (`switch/boot/call/visit`) as columns."""
    switch, boot, rest = key.split("/", 2)
    call, _, visit = rest.rpartition("/")
    return CallKey(identifier(switch, 64), identifier(boot, 64), identifier(call, 150)), whole(int(visit)) or 0


# -- visits, offers, own calls -----------------------------------------------------------------------------------------


def visit_row(site: str, key: str, news: VisitNews, old: SqlRow | None, number_of: NumberOf) -> SqlRow | None:
    """The visit's row after the news; None if nothing but an addition is known of it, and it has no row."""
    if news.visit is None:
        if old is None:
            return None
        row = dict(old)
    else:
        row = (old or _EMPTY_VISIT) | _visit(site, key, news.visit)
        _put_caller(row, news.number or news.visit.number, news.name or news.visit.name, number_of)
    row["offers"] += news.offers
    if news.wrap_ms is not None:
        row["wrap_ms"] = (row["wrap_ms"] or 0) + news.wrap_ms
    if news.transfer is not None:
        kind, target, queue = news.transfer
        row |= {
            "transfer_kind": identifier(kind, 16),
            "transfer_target": text(target, 150),
            "transfer_queue": text(queue, 200),
        }
    if news.revised_ms is not None:
        row["revised_at_ms"] = news.revised_ms
    return row


_EMPTY_VISIT: Final[SqlRow] = {
    "number_masked": None,
    "number_hash": None,
    "number": None,
    "caller_name": None,
    "wrap_ms": None,
    "transfer_kind": None,
    "transfer_target": None,
    "transfer_queue": None,
    "offers": 0,
    "coverage": "live",
    "revised_at_ms": None,
}


def _visit(site: str, key: str, visit: Visit) -> SqlRow:
    call, number = call_key(key)
    hold_s = talk_s = None
    if visit.talk_s is not None:
        hold_s = min(visit.hold_ms // 1000, visit.talk_s)
        talk_s = visit.talk_s - hold_s
    return {
        "site": site,
        **call._asdict(),
        "visit": number,
        "queue": identifier(visit.queue),
        "at_ms": moment(visit.seen_ms if visit.joined_ms is None else visit.joined_ms),
        "joined_ms": moment(visit.joined_ms),
        "wait_s": whole(visit.wait_s),
        "outcome": visit.outcome,
        "reason": visit.reason,
        "rang_at_end": visit.rang_at_end,
        "is_repeat": visit.is_repeat,
        "priority": whole(visit.priority),
        "agent": text(visit.agent, 200) or None,
        "answered_ms": moment(visit.answered_ms),
        "ended_ms": moment(visit.ended_ms),
        "ended_by": visit.ended_by or None,
        "talk_s": talk_s,
        "hold_s": hold_s,
    }


def _put_caller(row: SqlRow, number: str | None, name: str | None, number_of: NumberOf) -> None:
    if number:
        row["number_masked"], row["number_hash"], row["number"] = number_of(number)
    if name:
        row["caller_name"] = text(name, 100)


def offer_row(site: str, offer: Offer) -> SqlRow:
    """The row of a ringing that is over."""
    call, visit = call_key(offer.key)
    ring_s = offer.ring_s
    if ring_s is None and offer.started_ms is not None:
        ring_s = max(offer.ended_ms - offer.started_ms, 0) / 1000
    return {
        "site": site,
        **call._asdict(),
        "visit": visit,
        "queue": identifier(offer.queue),
        "agent": identifier(offer.agent),
        "started_ms": moment(offer.started_ms),
        "ended_ms": moment(offer.ended_ms),
        "outcome": offer.outcome,
        "ring_s": None if ring_s is None else int(min(max(ring_s, 0), 86_400)),
        "coverage": "live",
        "revised_at_ms": offer.revised_ms,
    }


def own_call_row(site: str, own: OwnCallRow, number_of: NumberOf) -> SqlRow:
    """The row of an own call that is over."""
    call, _ = call_key(own.key)
    masked, hashed, number = number_of(own.number)
    return {
        "site": site,
        **call._asdict(),
        "agent": identifier(own.agent),
        "kind": own.kind,
        "started_ms": moment(own.started_ms),
        "connected_ms": moment(own.connected_ms),
        "ended_ms": moment(own.ended_ms),
        "ended_by": own.ended_by,
        "talk_s": whole(own.talk_s),
        "number_masked": masked,
        "number_hash": hashed,
        "number": number,
        "coverage": "live",
        "revised_at_ms": None,
    }


# -- states ------------------------------------------------------------------------------------------------------------


def stretch_row(site: str, agent: str, stretch: Stretch) -> SqlRow:
    """The row of a stretch of state."""
    return {
        "site": site,
        "agent": agent,
        "start_ms": moment(stretch.start_ms),
        "end_ms": moment(stretch.end_ms),
        "state": stretch.state,
        "reason": text(stretch.reason, 200) or None,
        "is_internal": stretch.is_internal,
        "queue": text(stretch.queue, 200),
        "call": text(stretch.call, 300),
        "coverage": "live",
        "revised_at_ms": stretch.revised_ms,
    }


def stretch_of(row: SqlRow) -> Stretch:
    """The stretch of a row."""
    return Stretch(
        row["start_ms"],
        row["end_ms"],
        row["state"],
        row["reason"],
        row["is_internal"],
        row["queue"],
        row["call"],
        row["revised_at_ms"],
    )


# -- half-hours --------------------------------------------------------------------------------------------------------


def packed_waits(bins: Longs) -> bytes:
    """A histogram as its column holds it: bin → visits."""
    return _PACK.encode({i: n for i, n in enumerate(bins) if n})


def unpacked_waits(packed: bytes) -> Longs:
    """The histogram of a column."""
    waits = _UNPACK.decode(packed)
    bins = Longs("q", bytes(8 * (max(waits, default=-1) + 1)))
    for index, n in waits.items():
        bins[index] = n
    return bins


def queue_row(site: str, key: IntervalKey, news: QueueFacts, old: SqlRow | None) -> SqlRow:
    """The half-hour with the facts added, as the floor adds them to its own counters."""
    queue, start_ms = key
    sums = Row() if old is None else _sums(old)
    put(sums, tuple(news.facts))
    row: SqlRow = {
        "site": site,
        "queue": queue,
        "start_ms": start_ms,
        "end_ms": news.end_ms if old is None else old["end_ms"],
        **dict(zip(c.QUEUE_NAMES, sums.counts, strict=True)),
        "max_wait_s": sums.max_wait_s,
        "waits_answered": packed_waits(sums.answered),
        "waits_abandoned": packed_waits(sums.abandoned),
        "waits_left": packed_waits(sums.left),
        "coverage": "live" if old is None else old["coverage"],
    }
    row["revised_at_ms"] = _revised(news.revised_ms, old)
    return row


def _sums(row: SqlRow) -> Row:
    counts = Longs("q", [row[name] for name in c.QUEUE_NAMES])
    return Row(
        counts,
        unpacked_waits(row["waits_answered"]),
        unpacked_waits(row["waits_abandoned"]),
        unpacked_waits(row["waits_left"]),
        row["max_wait_s"],
    )


def agent_row(site: str, key: AgentKey, news: AgentFacts, old: SqlRow | None) -> SqlRow:
    """The agent's half-hour with the news added."""
    agent, start_ms, queue, team = key
    counts = [0] * c.AGENT_COUNTERS if old is None else [old[name] for name in c.AGENT_NAMES]
    for counter, amount in enumerate(news.counts):
        counts[counter] = max(counts[counter], amount) if counter in c.A_HIGHEST else counts[counter] + amount
    row: SqlRow = {
        "site": site,
        "agent": agent,
        "start_ms": start_ms,
        "queue": queue,
        "team": team,
        "end_ms": news.end_ms if old is None else old["end_ms"],
        **dict(zip(c.AGENT_NAMES, counts, strict=True)),
        "paused_by_reason": _paused(news.paused_ms, "{}" if old is None else old["paused_by_reason"]),
        "coverage": "live" if old is None else old["coverage"],
    }
    row["revised_at_ms"] = _revised(news.revised_ms, old)
    return row


def business_row(site: str, key: BusinessKey, news: BusinessFacts, old: SqlRow | None) -> SqlRow:
    """The measure's interval with the news added."""
    agent, start_ms, queue, team, measure = key
    amount = news.amount + (0 if old is None else old["amount"])
    return {
        "site": site,
        "agent": agent,
        "start_ms": start_ms,
        "queue": queue,
        "team": team,
        "measure": measure,
        "end_ms": news.end_ms if old is None else old["end_ms"],
        "amount": min(max(amount, -_LONG_MAX), _LONG_MAX),
        "revised_at_ms": _revised(news.revised_ms, old),
    }


def _paused(more_ms: dict[str, int], known: str) -> str:
    if not more_ms:
        return known
    sums: dict[str, int] = json.loads(known)
    for reason, span_ms in more_ms.items():
        name = identifier(reason)
        sums[name] = sums.get(name, 0) + span_ms
    return json.dumps({reason: sums[reason] for reason in sorted(sums) if sums[reason]}, ensure_ascii=False)


def _revised(revised_ms: int | None, old: SqlRow | None) -> int | None:
    return revised_ms if revised_ms is not None or old is None else old["revised_at_ms"]
