"""Who a page's connection comes from: the person behind the session's cookie, as pages and gateway know them.

Only persons hear calls: neither programs' tokens nor paired screens are looked at.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Protocol

from websockets.datastructures import Headers

from dashboard.access.actor import Actor
from dashboard.access.credentials import credentials
from dashboard.access.proxies import Proxies

THREADS: Final = 2


class Sessions(Protocol):
    """See `dashboard.access.doorkeeper`. Blocks, and raises `AccessUnavailable`."""

    def by_session(self, cookie: str, address: str) -> Actor | None: ...


class Recognition:
    """Asks in threads of its own, so that an outage of the stores holds up no sound."""

    def __init__(self, sessions: Sessions, proxies: Proxies) -> None:
        self._sessions = sessions
        self._proxies = proxies
        self._threads = ThreadPoolExecutor(THREADS, "media-access")

    async def __call__(self, headers: Headers, peer: str) -> Actor | None:
        """None for nobody. Raises `AccessUnavailable`. The Origin was checked before."""
        shown = credentials(headers, peer, self._proxies, is_socket=True)
        if shown.bearer is not None or not shown.session:
            return None
        found = asyncio.get_running_loop().run_in_executor(
            self._threads, self._sessions.by_session, shown.session, shown.address
        )
        return await found

    def close(self) -> None:
        """No more is asked."""
        self._threads.shutdown(wait=False, cancel_futures=True)
