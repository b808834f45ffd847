"""What both ports of the media server have in common: what a websocket of ours costs at most, and what is said when it cannot listen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from dashboard.control.media.config import MediaError

WEBSOCKET: Final[dict[str, Any]] = {
    "compression": None,
    "server_header": None,
    "max_queue": 16,
    "open_timeout": 5,
    "close_timeout": 2,
}
"""Sound is small frames in time: compressing them costs more than it saves, and what is not read at once is worth nothing."""


@contextmanager
def taking(host: str, port: int, setting: str) -> Iterator[None]:
    """Begins to listen inside of it. `setting`: what the names of the two settings begin with. Raises `MediaError`."""
    try:
        yield
    except OSError as error:
        raise MediaError(
            f"control: cannot listen on {host}:{port} ({error.strerror or error}); "
            f"set control.{setting}host and control.{setting}port to a free address."
        ) from None
