"""Compact arrays of integers: what counters, histograms and logs are made of.

Five thousand agents' counters as Python lists or dicts take over 100 MB; as arrays about a quarter of that. Classes of
their own let a checkpoint know them.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    IntegerArray = array[int]
else:
    IntegerArray = array


class Longs(IntegerArray):
    """An array of signed 64-bit integers (`array("q")`)."""

    __slots__ = ()


class Words(IntegerArray):
    """An array of unsigned 32-bit integers (`array("I")`)."""

    __slots__ = ()


def zeros(length: int) -> Longs:
    """An array of `length` zeros."""
    return Longs("q", bytes(8 * length))
