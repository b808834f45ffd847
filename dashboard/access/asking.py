"""Asking a database that may be away, without waiting for it each time.

After a question that failed, the database is left alone for `REST_S`: who has a copy in Redis goes on with that at once, and a
gateway with a hundred screens does not wait a hundred times for a server that does not answer. Nobody makes it rest by what they ask
for: a value that the database refuses is no outage.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError

from dashboard.store.engine import StoreError, reading

REST_S: Final = 2.0

_failed_at_s: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()
_lock = threading.Lock()


@contextmanager
def asking(engine: Engine) -> Iterator[Connection]:
    """`reading`, but for `REST_S` after a failure of this engine a `StoreError` at once. For who has a copy to go on with."""
    with _lock:
        failed_at_s = _failed_at_s.get(engine)
    if failed_at_s is not None and monotonic() - failed_at_s < REST_S:
        raise StoreError("The database did not answer a moment ago.")
    try:
        with reading(engine) as connection:
            yield connection
    except StoreError as error:
        if not isinstance(error.__cause__, DataError):  # a value that it does not take says nothing of the database
            with _lock:
                _failed_at_s[engine] = monotonic()
        raise
    with _lock:
        _failed_at_s.pop(engine, None)
