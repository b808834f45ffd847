"""The runner keeps children up, passes their lines on, and leaves nobody behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dashboard.runner import MAX_PAUSE_S, Child, Runner, pause_s
from tests.patience import HANG_S

SLEEPER = "import time; print('up', flush=True); time.sleep(60)"


async def until(condition: Callable[[], bool], within_s: float = HANG_S) -> None:
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether `pid` runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_child_that_dies_is_started_again() -> None:
    async def story() -> None:
        lines: list[str] = []
        runner = Runner(lines.append)
        runner.start(Child("a", [sys.executable, "-c", SLEEPER]))
        await until(lambda: "a: up" in lines)
        first = runner.pids["a"]
        os.kill(first, signal.SIGKILL)
        await until(lambda: lines.count("a: up") == 2)
        assert runner.pids["a"] != first
        assert any("killed by SIGKILL" in line for line in lines)
        await runner.stop()
        assert runner.pids == {}

    asyncio.run(story())


def test_no_child_outlives_a_killed_runner() -> None:
    script = (
        "import asyncio, sys\n"
        "from dashboard.runner import Child, Runner\n"
        "async def main():\n"
        "    runner = Runner(lambda line: print(line, runner.pids.get('a'), flush=True))\n"
        f"    runner.start(Child('a', [sys.executable, '-c', {SLEEPER!r}]))\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent, parent.stdout:
        pid = int(parent.stdout.readline().split()[-1])
        assert alive(pid)
        parent.kill()
        parent.wait(HANG_S)
    asyncio.run(until(lambda: not alive(pid)))


def test_a_child_that_is_done_stays_done() -> None:
    async def story() -> None:
        lines: list[str] = []
        runner = Runner(lines.append)
        runner.start(Child("a", [sys.executable, "-c", "print('done')"], once=True))
        await until(lambda: "a: done" in lines and not runner.pids)
        await runner.stop()
        assert lines == ["a: done"]

    asyncio.run(story())


def test_short_lives_are_started_ever_more_slowly() -> None:
    pauses = [pause_s(failures) for failures in range(1, 12)]
    assert pauses == sorted(pauses)
    assert pauses[0] == 0.2
    assert pauses[-1] == MAX_PAUSE_S
