"""A day's book of the past as pandas frames, and the half-hours that its moments belong to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from collectors.simulator.past import OFFER, OWN_CALL, STATE, VISIT, DayBook
from dashboard.floor.calendar import business_day, interval_starts

Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class DayFrames:
    """The four tables of one book, columns as there."""

    until_ms: int
    visits: pd.DataFrame
    offers: pd.DataFrame
    own_calls: pd.DataFrame
    states: pd.DataFrame


def frames_of(book: DayBook) -> DayFrames:
    """The book's rows, in its order."""
    return DayFrames(
        book.until_ms,
        _frame(book.visits, VISIT),
        _frame(book.offers, OFFER),
        _frame(book.own_calls, OWN_CALL),
        _frame(book.states, STATE),
    )


def _frame(rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame.from_records(rows, columns=list(columns))


class Slots:
    """Where the intervals of a site begin and end, from the day of one moment to that of another."""

    def __init__(self, from_ms: int, until_ms: int, time_zone: str, starts_at_min: int, interval_min: int) -> None:
        bounds: list[int] = []
        at_ms = from_ms
        while at_ms <= until_ms:
            day = business_day(at_ms, time_zone, starts_at_min)
            bounds += interval_starts(day, time_zone, interval_min)
            at_ms = day.end_ms
        self.bounds: Longs = np.array([*bounds, at_ms], dtype=np.int64)

    def start_of(self, moments: pd.Series[int]) -> Longs:
        """The beginning of each moment's interval."""
        return self.bounds[self._place(moments.to_numpy(dtype=np.int64))]

    def end_of(self, starts: Longs) -> Longs:
        """The end of the interval that begins there."""
        return self.bounds[self._place(starts) + 1]

    def _place(self, moments: npt.NDArray[np.integer[Any]]) -> Longs:
        return np.asarray(np.searchsorted(self.bounds, moments, side="right") - 1, dtype=np.int64)

    def cut(self, stretches: pd.DataFrame) -> pd.DataFrame:
        """Stretches (`start_ms`, `end_ms`) cut at interval ends, with the `slot` and the length `ms` of each piece."""
        starts = stretches["start_ms"].to_numpy(dtype=np.int64)
        ends = stretches["end_ms"].to_numpy(dtype=np.int64)
        first = self._place(starts)
        pieces = self._place(ends - 1) - first + 1
        whole = stretches.loc[stretches.index.repeat(pieces)]
        from_first = np.arange(len(whole)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        place = np.repeat(first, pieces) + from_first
        begins = np.maximum(np.repeat(starts, pieces), self.bounds[place])
        lasts = np.minimum(np.repeat(ends, pieces), self.bounds[place + 1]) - begins
        return whole.assign(slot=self.bounds[place], ms=lasts)
