"""How a command ends: in words and with a code, never with a traceback for something a person can mend.

0: done. 1: the surroundings are not right (switch, Redis, file, port). 2: a setting or an argument is wrong.
What the rooms raise is looked up when something was raised: a command that succeeds loads no room but its own.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

SURROUNDINGS = 1
SETTINGS = 2


def fail(sentence: str, code: int = SURROUNDINGS) -> NoReturn:
    """Say one line on standard error and end with `code`."""
    sys.stderr.write(f"floorwatch: {sentence}\n")
    raise SystemExit(code)


def note(sentence: str) -> None:
    """Say one line on standard error and go on."""
    sys.stderr.write(f"floorwatch: {sentence}\n")


@contextmanager
def told_in_words() -> Iterator[None]:
    """Everything that a person can mend becomes one line and an exit code."""
    try:
        yield
    except BrokenPipeError:  # `floorwatch tail | head`: the reader has seen enough
        sys.stderr.close()
        raise SystemExit(0) from None
    except Exception as error:
        if isinstance(error, _wrong_words()):
            fail(str(error), SETTINGS)
        if isinstance(error, _wrong_surroundings()):
            fail(str(error))
        if isinstance(error, OSError):
            fail(f"{error}.")
        raise


def _wrong_words() -> tuple[type[Exception], ...]:
    """A setting or an argument that is none."""
    from collectors.simulator.config import SimulatorError
    from dashboard.settings import SettingsError

    return SettingsError, SimulatorError


def _wrong_surroundings() -> tuple[type[Exception], ...]:
    """What the rooms say of what is around them."""
    from collectors.asterisk.recording import RecordingError
    from collectors.collect import CollectError
    from collectors.link import LinkError
    from collectors.stream import StreamError
    from dashboard.access.unavailable import AccessUnavailable
    from dashboard.control.config import ControlError
    from dashboard.history.config import HistoryError
    from dashboard.history.rebuild.errors import RebuildError
    from dashboard.live.config import LiveError
    from dashboard.store import StoreError

    return (
        StreamError,
        RecordingError,
        CollectError,
        LinkError,
        HistoryError,
        RebuildError,
        LiveError,
        ControlError,
        StoreError,
        AccessUnavailable,
    )


def run_until_told(make: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Run a process's coroutine until it returns, or until SIGTERM or Ctrl-C asks it to end (then it is cancelled)."""

    async def story() -> None:
        task = asyncio.ensure_future(make())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        try:
            await task
        except asyncio.CancelledError:
            return

    with told_in_words():
        asyncio.run(story())
