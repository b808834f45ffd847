"""Who asks: from a handshake or a request to a visitor, by the same sessions, tokens and paired screens as the pages.

What of a request counts is `dashboard.access.credentials`'. The doorkeeper waits for Redis and the database; that happens in threads
of our own, so that an outage there holds up nothing else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, Protocol, TypeVar

from websockets.datastructures import Headers

from dashboard.access.actor import Actor
from dashboard.access.credentials import Credentials, credentials
from dashboard.access.keys import digest
from dashboard.access.proxies import Proxies
from dashboard.access.screen_record import ScreenRecord
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live.visitor import Orders, Visitor

THREADS: Final = 4
MOST_ASKING: Final = 2_000
"""Requests and handshakes that wait for an answer of the stores; further ones are told to come back."""

BATCH_S: Final = 5.0
"""Slow stores do not hold up a batch of looking again for longer."""

CLOSING_S: Final = 2.0

T = TypeVar("T")


class Records(Protocol):
    """The paired screens' records; see `dashboard.access.screen_record`."""

    def by_token(self, token: str, address: str) -> ScreenRecord | None: ...

    def by_hash(self, token_hash: str, address: str) -> ScreenRecord | None: ...


class Doorkeeper(Protocol):
    """Who is behind a cookie or token; see `dashboard.access.doorkeeper`. Blocks, and raises `AccessUnavailable`."""

    @property
    def screens(self) -> Records: ...

    def by_session(self, cookie: str, address: str) -> Actor | None: ...

    def by_token(self, bearer: str, address: str) -> Actor | None: ...

    def again(self, actor: Actor) -> Actor | None: ...


class Admission:
    """Finds visitors, and finds them again."""

    def __init__(self, doorkeeper: Doorkeeper, proxies: Proxies = Proxies()) -> None:  # noqa: B008 — frozen
        self._doorkeeper = doorkeeper
        self._proxies = proxies
        self._threads = ThreadPoolExecutor(THREADS, "live-access")
        self._by_turns = ThreadPoolExecutor(1, "live-again")
        self._at_once = ThreadPoolExecutor(1, "live-at-once")
        self._asking = 0

    async def visitor(
        self, headers: Headers, peer: str, *, is_socket: bool, only_as_screen: bool = False
    ) -> Visitor | None:
        """Who asks; None for nobody known. Raises `AccessUnavailable`."""
        shown = credentials(headers, peer, self._proxies, is_socket=is_socket, only_as_screen=only_as_screen)
        if not (shown.bearer or shown.session or shown.screen):
            return None
        if self._asking >= MOST_ASKING:
            raise AccessUnavailable("Too many ask who they are at once.")
        self._asking += 1
        try:
            return await self.in_thread(lambda: self._find(shown))
        finally:
            self._asking -= 1

    async def again(self, visitors: Sequence[Visitor], *, at_once: bool) -> list[Visitor | Exception | None]:
        """Each of them looked up anew, one after the other; None: it is over. From the first that nobody can say on, all are that
        exception: what cannot be reached is not asked fifty times. `at_once`: not behind those whose turn it is."""
        thread = self._at_once if at_once else self._by_turns
        return await asyncio.get_running_loop().run_in_executor(thread, self._all_again, visitors)

    async def in_thread(self, task: Callable[[], T]) -> T:
        """Something that waits for Redis or the database."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, task)

    async def close(self) -> None:
        """No more is asked. What is being asked comes to its end first, so that its connections are given back; where the stores
        hang, it is left to itself."""
        threads = (self._threads, self._by_turns, self._at_once)
        for thread in threads:
            thread.shutdown(wait=False, cancel_futures=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING_S):
                for thread in threads:
                    await asyncio.to_thread(thread.shutdown)

    def _find(self, shown: Credentials) -> Visitor | None:
        keeper = self._doorkeeper
        if shown.bearer is not None:
            actor = keeper.by_token(shown.bearer, shown.address) if shown.bearer else None
            return Visitor(actor) if actor is not None else None
        actor = keeper.by_session(shown.session, shown.address) if shown.session else None
        if actor is not None:
            return Visitor(actor)
        record = keeper.screens.by_token(shown.screen, shown.address) if shown.screen else None
        return _screen(record, shown.address, digest(shown.screen))

    def _all_again(self, visitors: Sequence[Visitor]) -> list[Visitor | Exception | None]:
        found: list[Visitor | Exception | None] = []
        until = time.monotonic() + BATCH_S
        for visitor in visitors:
            try:
                if time.monotonic() > until:
                    raise AccessUnavailable("The stores are slow.")  # noqa: TRY301 — one way out for all that is in doubt
                found.append(self._one_again(visitor))
            except Exception as error:  # noqa: BLE001 — whatever it is, nobody is sent away for it
                return [*found, *[error] * (len(visitors) - len(found))]
        return found

    def _one_again(self, visitor: Visitor) -> Visitor | None:
        actor = visitor.actor
        if actor.kind == "screen":
            return _screen(self._doorkeeper.screens.by_hash(actor.session, actor.address), actor.address, actor.session)
        found = self._doorkeeper.again(actor)
        return Visitor(found) if found is not None else None


def _screen(record: ScreenRecord | None, address: str, token_hash: str) -> Visitor | None:
    if record is None:
        return None
    orders = Orders(record.board, record.lang, record.theme, record.is_blank, record.reload_at_ms)
    return Visitor(record.actor(address, token_hash), orders)
