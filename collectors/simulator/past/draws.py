"""Random numbers in blocks: drawn by the thousand, taken one by one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, count

import numpy as np

from collectors.simulator.talks import SPREAD

_BLOCK = 1 << 15


def endless(draw: Callable[[int], np.ndarray]) -> Callable[[], float]:
    """A function that gives one number after another of what `draw(n)` gives by the block."""
    blocks: Iterator[float] = chain.from_iterable(draw(_BLOCK).tolist() for _ in count())
    return blocks.__next__


class Draws:
    """`uniform` is within 0–1, `waited` has a mean of 1, `length` too and is lognormal as talks are."""

    def __init__(self, seed: int) -> None:
        rngs = [np.random.default_rng([seed, 73, number]) for number in range(3)]
        self.uniform = endless(rngs[0].random)
        self.waited = endless(lambda size: rngs[1].exponential(1.0, size))
        self.length = endless(lambda size: rngs[2].lognormal(-(SPREAD**2) / 2, SPREAD, size))
