"""Half-hours of queues and agents from the rows of a past: counters and histograms as the live floor would have booked them.

Invariant: an interval is given once, when nothing can be added to it any more; it is the sum of its visits, offers, own calls and
states, by the rules of `dashboard.floor.counters`: what a visit came to belongs to its joining, handle times to the handling's end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
import pandas as pd

from dashboard.floor.counters import AGENT_NAMES, QUEUE_NAMES
from dashboard.floor.histogram import bin_of
from dashboard.past_floor.frames import DayFrames, Slots

_EFFECTIVE_S = 30
_LEFT = {"timeout": "left_timeout", "key": "left_key", "empty": "left_empty", "withdraw": "left_withdraw"}
_WAITS = {"answered": "waits_answered", "abandoned": "waits_abandoned", "left": "waits_left"}
_HIGHEST = ("longest_s", "last_call_ms")
_PARTS = {
    1: "available_ms", 2: "ringing_ms", 3: "talking_ms", 4: "other_call_ms", 5: "holding_ms", 6: "wrapping_up_ms",
    7: "paused_ms", 8: "unreachable_ms",
}  # fmt: skip
"""Places in the past's `STATES` → the counter of the time spent in it."""
_PAUSED = 7

QUEUE_COLUMNS = ("queue", "start_ms", "end_ms", *QUEUE_NAMES, "max_wait_s", *_WAITS.values())
AGENT_COLUMNS = ("agent", "start_ms", "queue", "end_ms", *AGENT_NAMES, "paused_by_reason")
"""`queue` and `agent` are places in the staff; of an agent's row -1 for what is of no queue."""


class HalfHours:
    """Give it one day's frames after the other; `queue_rows` and `agent_rows` take what is whole by then."""

    def __init__(self) -> None:
        self._queues = pd.DataFrame()
        self._waits = pd.DataFrame()
        self._agents = pd.DataFrame()
        self._reasons = pd.DataFrame()

    def add(self, day: DayFrames, slots: Slots) -> None:
        """Counts a day's rows in."""
        queues, waits = _queue_parts(day, slots)
        agents, reasons = _agent_parts(day, slots)
        self._queues = _summed([self._queues, queues], ["queue", "slot"])
        self._waits = _summed([self._waits, waits], ["queue", "slot", "kind", "bin"])
        self._agents = _summed([self._agents, agents], ["agent", "slot", "queue"])
        self._reasons = _summed([self._reasons, reasons], ["agent", "slot", "reason"])

    def queue_rows(self, before_ms: int, slots: Slots) -> Iterator[tuple[Any, ...]]:
        """Rows of `QUEUE_COLUMNS` of the intervals that begin before that moment; they are forgotten here."""
        whole, self._queues = _parted(self._queues, before_ms)
        waits, self._waits = _parted(self._waits, before_ms)
        if whole.empty:
            return
        bins: dict[tuple[int, int, str], dict[int, int]] = {}
        for queue, slot, kind, bin_, count in _tuples(waits, ("queue", "slot", "kind", "bin", "n")):
            bins.setdefault((queue, slot, kind), {})[bin_] = count
        ends = slots.end_of(whole["slot"].to_numpy(dtype=np.int64))
        counts = whole.reindex(columns=[*QUEUE_NAMES, "max_wait_s"], fill_value=0).fillna(0).astype("int64")
        for queue, slot, end, values in zip(
            whole["queue"].tolist(), whole["slot"].tolist(), ends.tolist(), counts.to_numpy().tolist(), strict=True
        ):
            packed = [msgspec.msgpack.encode(bins.get((queue, slot, kind), {})) for kind in _WAITS]
            yield (queue, slot, end, *values, *packed)

    def agent_rows(self, before_ms: int, slots: Slots) -> Iterator[tuple[Any, ...]]:
        """The same of `AGENT_COLUMNS`."""
        whole, self._agents = _parted(self._agents, before_ms)
        reasons, self._reasons = _parted(self._reasons, before_ms)
        if whole.empty:
            return
        paused: dict[tuple[int, int], dict[str, int]] = {}
        for agent, slot, reason, ms in _tuples(reasons, ("agent", "slot", "reason", "ms")):
            paused.setdefault((agent, slot), {})[reason] = ms
        ends = slots.end_of(whole["slot"].to_numpy(dtype=np.int64))
        counts = whole.reindex(columns=list(AGENT_NAMES), fill_value=0).fillna(0).astype("int64")
        for agent, slot, queue, end, values in zip(
            whole["agent"].tolist(), whole["slot"].tolist(), whole["queue"].tolist(), ends.tolist(), counts.to_numpy().tolist(),
            strict=True,
        ):  # fmt: skip
            by_reason = paused.get((agent, slot), {}) if queue < 0 else {}
            yield (agent, slot, queue, end, *values, json.dumps(by_reason, ensure_ascii=False, separators=(",", ":")))


def _summed(parts: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    parts = [part for part in parts if not part.empty]
    if not parts:
        return pd.DataFrame()
    every = pd.concat(parts, ignore_index=True)
    ways = {
        column: "max" if column in {*_HIGHEST, "max_wait_s"} else "sum"
        for column in every.columns
        if column not in keys
    }
    return every.groupby(keys, as_index=False).agg(ways)


def _tuples(frame: pd.DataFrame, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    return zip(*(frame[column].tolist() for column in columns if not frame.empty), strict=True)


def _parted(frame: pd.DataFrame, before_ms: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    if frame.empty:
        return frame, frame
    is_whole = frame["slot"] < before_ms
    return frame[is_whole], frame[~is_whole]


def _queue_parts(day: DayFrames, slots: Slots) -> tuple[pd.DataFrame, pd.DataFrame]:
    visits, offers = day.visits, day.offers
    joined = visits.assign(slot=slots.start_of(visits["joined_ms"]))
    parts = [_of_joining(joined)]
    handled = visits[visits["outcome"] == "answered"]
    ended = pd.DataFrame({
        "queue": handled["queue"], "slot": slots.start_of(handled["ended_ms"]), "handled": 1,
        "talk_s": handled["talk_s"] - handled["hold_s"], "hold_s": handled["hold_s"], "wrap_ms": handled["wrap_ms"],
        "hung_up_by_agent": (handled["ended_by"] == "agent").astype(int),
        "transferred_out": (handled["ended_by"] == "transfer").astype(int),
    })  # fmt: skip
    parts.append(ended)
    parts.append(pd.DataFrame({
        "queue": offers["queue"], "slot": slots.start_of(offers["ended_ms"]),
        "missed": (offers["outcome"] == "missed").astype(int), "rejected": (offers["outcome"] == "rejected").astype(int),
    }))  # fmt: skip
    again = joined[(joined["from_queue"] >= 0) & (joined["from_queue"] != joined["queue"])]
    is_transfer = again["from_kind"] == "transfer"
    parts.append(pd.DataFrame({
        "queue": again["queue"], "slot": again["slot"], "transferred_in": is_transfer.astype(int),
        "overflow_in": (~is_transfer).astype(int),
    }))  # fmt: skip
    overflown = again[~is_transfer]
    parts.append(pd.DataFrame({"queue": overflown["from_queue"], "slot": overflown["slot"], "overflow_out": 1}))
    waits = pd.DataFrame({
        "queue": joined["queue"], "slot": joined["slot"], "kind": joined["outcome"], "bin": joined["wait_s"].map(bin_of), "n": 1,
    })  # fmt: skip
    return _summed(parts, ["queue", "slot"]), _summed([waits], ["queue", "slot", "kind", "bin"])


def _of_joining(joined: pd.DataFrame) -> pd.DataFrame:
    is_answered, is_abandoned = joined["outcome"] == "answered", joined["outcome"] == "abandoned"
    columns = {
        "queue": joined["queue"], "slot": joined["slot"], "offered": 1, "answered": is_answered.astype(int),
        "abandoned": is_abandoned.astype(int), "abandoned_ringing": (is_abandoned & joined["rang"]).astype(int),
        "repeat_visits": joined["is_repeat"].astype(int), "wait_answered_s": joined["wait_s"].where(is_answered, 0),
        "wait_abandoned_s": joined["wait_s"].where(is_abandoned, 0), "max_wait_s": joined["wait_s"],
    }  # fmt: skip
    for reason, column in _LEFT.items():
        columns[column] = (joined["reason"] == reason).astype(int)
    return pd.DataFrame(columns)


def _agent_parts(day: DayFrames, slots: Slots) -> tuple[pd.DataFrame, pd.DataFrame]:
    handled = day.visits[day.visits["outcome"] == "answered"]
    talks = pd.DataFrame({
        "agent": handled["agent"], "slot": slots.start_of(handled["ended_ms"]), "queue": handled["queue"], "handled": 1,
        "talk_s": handled["talk_s"] - handled["hold_s"], "hold_s": handled["hold_s"], "wrap_ms": handled["wrap_ms"],
        "transfers": (handled["ended_by"] == "transfer").astype(int),
        "hung_up_first": (handled["ended_by"] == "agent").astype(int), "longest_s": handled["talk_s"],
        "last_call_ms": handled["ended_ms"],
    })  # fmt: skip
    offers = day.offers[day.offers["outcome"].isin(["missed", "rejected"])]
    misses = pd.DataFrame({
        "agent": offers["agent"], "slot": slots.start_of(offers["ended_ms"]), "queue": offers["queue"],
        "missed": (offers["outcome"] == "missed").astype(int), "rejected": (offers["outcome"] == "rejected").astype(int),
    })  # fmt: skip
    states = day.states[day.states["state"] > 0]
    pieces = slots.cut(states)
    times = pd.DataFrame({"agent": pieces["agent"], "slot": pieces["slot"], "queue": -1, "signed_in_ms": pieces["ms"]})
    for place, column in _PARTS.items():
        times[column] = pieces["ms"].where(pieces["state"] == place, 0)
    pauses = pieces[pieces["state"] == _PAUSED]
    reasons = pd.DataFrame({key: pauses[key] for key in ("agent", "slot", "reason", "ms")})
    keys = ["agent", "slot", "queue"]
    return (
        _summed([talks, misses, _own_part(day.own_calls, slots), _summed([times], keys)], keys),
        _summed([reasons], ["agent", "slot", "reason"]),
    )


def _own_part(calls: pd.DataFrame, slots: Slots) -> pd.DataFrame:
    is_outbound = calls["kind"] == "outbound"
    is_counted = (calls["connected_ms"] >= 0) & (calls["kind"] != "internal")
    talk_s = ((calls["ended_ms"] - calls["connected_ms"]) // 1000).where(is_counted, 0)
    is_connected = is_counted & is_outbound
    return pd.DataFrame({
        "agent": calls["agent"], "slot": slots.start_of(calls["ended_ms"]), "queue": -1, "dialled": is_outbound.astype(int),
        "connected": is_connected.astype(int), "effective": (is_connected & (talk_s >= _EFFECTIVE_S)).astype(int),
        "own_calls": is_counted.astype(int), "own_s": talk_s, "longest_s": talk_s,
        "last_call_ms": calls["ended_ms"].where(is_counted, 0),
    })  # fmt: skip
