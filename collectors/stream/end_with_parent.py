"""Run as a script: becomes the given program, which then ends when the process that started this one ends.

`python end_with_parent.py PARENT_PID PROGRAM ARGUMENTS…`. Linux tells a process of its parent's death even if that was
`kill -9`; elsewhere the program outlives such a death, and the next start ends it. It takes the parent's *thread*: start it
from one that lives as long as the process.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Replaces this process; returns only if the parent is gone already."""
    parent, program = int(arguments[0]), arguments[1]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        os.execv(program, arguments[1:])  # noqa: S606 — no shell is what is wanted


if __name__ == "__main__":
    main(sys.argv[1:])
