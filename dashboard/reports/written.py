"""Up to when history is written: a page of the running day says so, and lets nothing grow beyond it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from dashboard.reports.room import Look
from dashboard.store.schema import history_cursors

BEHIND_MS: Final = 30_000
"""So far may the historian be behind (it writes every few seconds) without a word about it."""


def written_until_ms(look: Look) -> int:
    """Now, unless the historian is further behind than it ever is at work. Where it has never written, there is nothing to be behind."""
    at_ms = look.connection.execute(select(history_cursors.c.at_ms).where(history_cursors.c.site == look.site)).scalar()
    return look.now_ms if at_ms is None or look.now_ms - at_ms <= BEHIND_MS else at_ms
