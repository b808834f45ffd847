"""A process that starts historians: it has imported everything, so that each costs a fork and not half a second.

Reads one `HistoryConfig` as JSON a line, forks a historian with it, answers its process id. SIGTERM ends a historian cleanly.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile

from dashboard.history import HistoryConfig, HistoryError, run
from dashboard.store import open_store, upgrade


async def _run(config: HistoryConfig) -> None:
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await run(config)


def _be_a_historian(config: HistoryConfig) -> int:
    try:
        asyncio.run(_run(config))
    except asyncio.CancelledError:
        return 0
    except HistoryError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 2


def _import_the_rest() -> None:
    """What a process imports when it opens its database."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_store(f"sqlite:///{folder}/floor.db")
        upgrade(engine)
        engine.dispose()


def main() -> None:
    """Ends when its input does."""
    _import_the_rest()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    for line in sys.stdin:
        config = HistoryConfig(**json.loads(line))
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os._exit(_be_a_historian(config))
        print(child, flush=True)


if __name__ == "__main__":
    main()
