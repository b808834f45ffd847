"""One page server for a module of tests."""

from tests.access_pages.conftest import site

__all__ = ["site"]
