"""One page server for these tests; each makes boards of its own on it."""

from __future__ import annotations

from tests.access_pages.conftest import site

__all__ = ["site"]
