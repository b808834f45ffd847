"""What a TV's browser saw, told with a test that failed: console, pages, worker, stores, a screenshot, what the site's processes said."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from playwright.sync_api import Error, Page

from tests.screens.tv_site import TvSite

MOST_LINES: Final = 60
_PROCESSES: Final = ("web", "live")
_STATE: Final = """async () => {
    const root = document.querySelector('.screen'), found = { page: location.href, kept: document.documentElement.dataset.kept,
        worker: navigator.serviceWorker?.controller?.state ?? 'none', loaded_at: performance.timeOrigin };
    if (root !== null) found.screen = Object.fromEntries(Object.entries(root.dataset).filter(([name]) => name !== 'words'));
    else found.text = document.body.innerText.slice(0, 500);
    const workers = await navigator.serviceWorker?.getRegistrations() ?? [];
    found.registrations = workers.map(one => [one.scope, one.active?.state, (one.installing || one.waiting)?.state ?? 'no newer']);
    found.stores = {};
    for (const name of await caches.keys()) {
        const store = await caches.open(name), keys = (await store.keys()).map(one => one.url.replace(location.origin, ''));
        found.stores[name] = [keys.length, ...keys.filter(one => /_kept|_dash-(?!comp)|^\\/tv/.test(one))];
    }
    return found; }"""


class Witness:
    """Listens to one page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._began_s = time.monotonic()
        self._lines: list[str] = []
        page.on("console", lambda said: self._note(f"console.{said.type}: {said.text}"))
        page.on("pageerror", lambda error: self._note(f"error: {error}"))
        page.on("framenavigated", lambda frame: self._note(f"page: {frame.url}"))
        page.on("requestfailed", lambda asked: self._note(f"failed: {asked.method} {asked.url} ({asked.failure})"))
        page.on("crash", lambda _: self._note("the page crashed"))

    def _note(self, what: str) -> None:
        self._lines.append(f"{time.monotonic() - self._began_s:7.2f} s  {what[:300]}")

    def report(self, here: TvSite) -> str:
        """All of it, and where the screenshot lies."""
        parts = [
            "What the TV saw:",
            *self._lines[-MOST_LINES:],
            "How it stands:",
            self._state(),
            self._screenshot(here.folder),
        ]
        for name in _PROCESSES:
            parts += [f"{name} said last:", *here.log(name).splitlines()[-8:]]
        return "\n".join(parts)

    def _state(self) -> str:
        try:
            return json.dumps(self._page.evaluate(_STATE), indent=1, ensure_ascii=False)
        except Error as error:
            return f"It does not answer: {error}"

    def _screenshot(self, folder: Path) -> str:
        path = folder / "tv.png"
        try:
            self._page.screenshot(path=path, timeout=20_000)
        except Error as error:
            return f"No screenshot: {error}"
        return f"Screenshot: {path}"


@contextmanager
def witnessed(tv: Page, here: TvSite) -> Iterator[None]:
    """What fails inside says what the TV saw."""
    witness = Witness(tv)
    try:
        yield
    except BaseException as error:
        error.add_note(witness.report(here))
        raise
