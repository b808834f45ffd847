"""One page server for these tests; each makes accounts of its own on it."""

from tests.access_pages.conftest import site

__all__ = ["site"]
