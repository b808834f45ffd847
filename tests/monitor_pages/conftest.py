"""The same pages, browser and scripted gateway as in tests/ui."""

from __future__ import annotations

from tests.ui.conftest import address, browser, context, gateway_port, manager, open_page, scripted, site, tabs

__all__ = ["address", "browser", "context", "gateway_port", "manager", "open_page", "scripted", "site", "tabs"]
