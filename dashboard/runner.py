"""Runs several processes in the foreground as one, and starts again what dies.

The runners people know (honcho, foreman) end everything when one process ends; a floor must instead come back by itself.
Invariants: a child never outlives the runner (the kernel kills it when the runner dies, even by `kill -9`); a child that
dies at once again and again is started ever more slowly, at most every `MAX_PAUSE_S`; Ctrl-C ends all of it, children first.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
FIRST_PAUSE_S = 0.2
MAX_PAUSE_S = 10.0
STABLE_AFTER_S = 10.0
STOP_WITHIN_S = 8.0

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Child:
    """One process: its `name` prefixes each line it prints. `once`: its end with code 0 is no reason to start it again."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


def pause_s(failures: int) -> float:
    """Seconds before the next start after `failures` short lives in a row: 0.2, 0.4, 0.8 … 10."""
    return float(min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** max(0, failures - 1)))


class Runner:
    """Starts children in order, keeps them up, and ends them in reverse order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._keepers: list[asyncio.Task[None]] = []
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = False

    @property
    def pids(self) -> dict[str, int]:
        """Process id by name, of what runs now."""
        return {name: process.pid for name, process in self._running.items()}

    def start(self, child: Child) -> None:
        """Begin to keep `child` up. Returns at once."""
        self._keepers.append(asyncio.create_task(self._keep(child), name=child.name))

    async def stop(self) -> None:
        """End all children: SIGTERM in reverse order of start, SIGKILL for who is still there after `STOP_WITHIN_S`."""
        self._stopping = True
        for name in reversed(list(self._running)):
            process = self._running.get(name)
            if process is None:
                continue
            _signal(process, signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN_S)
            except TimeoutError:
                self._say(f"{name}: did not end within {STOP_WITHIN_S:.0f} s, killed")
                _signal(process, signal.SIGKILL)
                await process.wait()
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)

    async def _keep(self, child: Child) -> None:
        failures = 0
        while True:
            began = time.monotonic()
            code = await self._live_once(child)
            if self._stopping or (child.once and code == 0):
                return
            failures = 0 if time.monotonic() - began > STABLE_AFTER_S else failures + 1
            wait_s = pause_s(failures)
            self._say(f"{child.name}: ended ({_words(code)}), starts again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

    async def _live_once(self, child: Child) -> int:
        process = await asyncio.create_subprocess_exec(
            *child.argv,
            env={**os.environ, **child.env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=_die_with_parent,
            start_new_session=True,  # Ctrl-C reaches the runner alone, which then ends the children in order
        )
        self._running[child.name] = process
        try:
            await self._pass_lines(child.name, process)
            return await process.wait()
        finally:
            self._running.pop(child.name, None)

    async def _pass_lines(self, name: str, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None  # noqa: S101 — asked for by PIPE above
        while True:
            try:
                line = await process.stdout.readline()
            except ValueError:  # a line longer than the reader's limit: dropped, the next one is whole again
                continue
            if not line:
                return
            self._say(f"{name}: {line.decode('utf-8', 'replace').rstrip()}")


def _die_with_parent() -> None:
    """Runs in the child before exec: the kernel sends SIGKILL when the parent is gone."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except ProcessLookupError:
        return


def _words(code: int) -> str:
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
