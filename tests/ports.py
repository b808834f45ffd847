"""Ports that nobody listens on, below those that the system gives out, a range of them for each worker of a run (pytest-xdist).

Seconds pass between the choice of a port and somebody listening on it; neither an outgoing connection nor another worker can
take it in between. One process names no port twice before it has been through its whole range.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import socket
from collections.abc import Iterator

_FIRST, _PER_WORKER, _WORKERS = 12_000, 2_500, 8
"""Up to 32,000: Linux gives out those from 32,768 on."""


def free_ports(count: int) -> list[int]:
    """`count` ports, not always in a row."""
    return list(itertools.islice((port for port in _candidates if _is_free(port)), count))


def free_port() -> int:
    """One port."""
    return free_ports(1)[0]


def ports_in_a_row(count: int) -> int:
    """The first of `count` ports in a row."""
    row: list[int] = []
    for port in _candidates:
        row = [*(row if row and row[-1] == port - 1 else []), port] if _is_free(port) else []
        if len(row) == count:
            return row[0]
    raise AssertionError("there is no end of candidates")


def _all_of_this_worker() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _WORKERS
    first = _FIRST + worker * _PER_WORKER
    begin = random.randrange(_PER_WORKER)  # so that two runs on one machine differ
    return (first + (begin + step) % _PER_WORKER for step in itertools.count())


_candidates = _all_of_this_worker()


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.bind(("127.0.0.1", port))
        return True
    return False
