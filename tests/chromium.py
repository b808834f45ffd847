"""Chromium for the browser tests: found, else the tests say so and skip.

Playwright's synchronous interface runs an event loop in the calling thread for as long as it is open, and no `asyncio.run` works
beside it. So a browser lives for one package or module of tests, never for the whole session.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from tests.patience import HANG_MS

CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def chromium_path() -> str | None:
    """Chromium by the variable CHROMIUM, else where systems put it. First the one without any window of its own: the same engine at
    a fifth less work."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def chromium(*more_flags: str) -> Iterator[Browser]:
    """A running Chromium whose pages are waited for with patience. Skips the test where there is none."""
    expect.set_options(timeout=HANG_MS)
    with sync_playwright() as playwright:
        executable = chromium_path() or playwright.chromium.executable_path
        if not Path(executable).exists():
            pytest.skip("No Chromium found. Install one, or name it in CHROMIUM.")
        found = playwright.chromium.launch(executable_path=executable, args=[*CHROMIUM_FLAGS, *more_flags])
        found.on("context", _be_patient)
        try:
            yield found
        finally:
            found.close()


def _be_patient(context: BrowserContext) -> None:
    context.set_default_timeout(HANG_MS)
