"""How many agents a load asks for, by Erlang A: callers wait in one line and lose patience at a constant rate.

Formulas: S. Zeltyn, A. Mandelbaum, "Call centers with impatient customers: many-server asymptotics of the M/M/n+G queue",
Queueing Systems 51 (2005), section 4, with exponential patience. An estimate: real arrivals, patience and skills are not these.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, log
from typing import Final

_STEPS: Final = 200
_AGENTS_MAX: Final = 20_000


def served_within(agents: int, arrivals_per_s: float, handle_s: float, patience_s: float, threshold_s: float) -> float:
    """The share of callers who are answered within the threshold (0–1). Everything positive; `agents` ≥ 1."""
    to_leave = 1 / patience_s
    drain = agents / handle_s

    def exponent(x_s: float) -> float:
        return arrivals_per_s * (1 - exp(-to_leave * x_s)) / to_leave - drain * x_s

    end_s = _negligible_after(exponent, threshold_s)
    peak_s = patience_s * log(max(arrivals_per_s / drain, 1.0))
    peak = exponent(peak_s)
    waits = _integral(lambda x: exp(exponent(x) - peak), 0.0, end_s)
    served = _integral(lambda x: exp(exponent(x) - peak - to_leave * x), 0.0, threshold_s)
    nobody_waits = _inverse_blocking(agents - 1, arrivals_per_s * handle_s) * exp(-peak)
    whole = nobody_waits + arrivals_per_s * waits
    return (nobody_waits + arrivals_per_s * served) / whole


def agents_needed(arrivals_per_s: float, handle_s: float, patience_s: float, threshold_s: float, target: float) -> int:
    """The fewest agents with whom the share answered within the threshold reaches the target."""
    if arrivals_per_s <= 0 or handle_s <= 0:
        return 0
    low, high = 0, max(1, ceil(arrivals_per_s * handle_s))
    goal = min(target, 0.999)
    while high < _AGENTS_MAX and served_within(high, arrivals_per_s, handle_s, patience_s, threshold_s) < goal:
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if served_within(middle, arrivals_per_s, handle_s, patience_s, threshold_s) < goal:
            low = middle
        else:
            high = middle
    return high


def _inverse_blocking(servers: int, load: float) -> float:
    """1 ÷ Erlang B."""
    inverse = 1.0
    for n in range(1, servers + 1):
        inverse = 1 + inverse * n / load
        if inverse > 1e280:
            break
    return inverse


def _negligible_after(exponent: Callable[[float], float], at_least_s: float) -> float:
    end_s = max(at_least_s, 1.0)
    highest = max(exponent(0.0), exponent(end_s))
    while (here := exponent(end_s)) > highest - 40:
        highest = max(highest, here)
        end_s *= 1.5
    return end_s


def _integral(f: Callable[[float], float], start: float, end: float) -> float:
    """Simpson's rule."""
    step = (end - start) / _STEPS
    if step <= 0:
        return 0.0
    inner = sum(f(start + i * step) * (4 if i % 2 else 2) for i in range(1, _STEPS))
    return (f(start) + f(end) + inner) * step / 3
