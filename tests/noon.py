"""A place where it is noon, for tests whose floor counts by the day: no midnight comes in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

AT_NOON: Final = f"Etc/GMT{datetime.now(UTC).hour - 12:+}"
"""Where the day is half over when this process begins. (`Etc/GMT-8` is east.)"""
