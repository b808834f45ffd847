"""How every process writes its log: to stderr, one line a happening, times in UTC.

What happens is told with words from outside (names from the switch, addresses of requests): none of them may begin a line that
looks like one of ours, or steer a terminal.
"""

from __future__ import annotations

import logging
import sys
import time
from typing import Any, Final

_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_BEFORE_A_TRACE: Final = "    "


class OneLine(logging.Formatter):
    """Lines in UTC, without control characters; those of a trace are indented, so that none of them is mistaken for a line."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 — logging's own name
        """The line."""
        record.message = _visible(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 — logging's own name
        """The trace after it."""
        return "\n".join(_BEFORE_A_TRACE + _visible(line) for line in super().formatException(ei).split("\n"))


def begin(level: str) -> None:
    """To be called once, when a process starts. `level`: as the setting `log_level` has it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine(_FORMAT))
    logging.basicConfig(level=level.upper(), handlers=[handler])


def _visible(text: str) -> str:
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)
