"""How long tests wait for what must come."""

from __future__ import annotations

from typing import Final

HANG_S: Final = 60.0
"""Nobody's promise: only so that what hangs is told with its place. Where two cores are shared by four files of tests with their servers
and browsers, a process takes fifteen seconds to start, and anything may stall for some. Promises have bounds of their own."""

HANG_MS: Final = 60_000
"""The same, as Playwright wants it."""
