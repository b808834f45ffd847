"""Who may write: one holder per switch link, and one historian.

A lease is a key that expires unless it is renewed; each new holder gets a higher epoch, and the token (epoch and holder)
is checked inside the append script. So a holder that slept (SIGSTOP, a long stall, a cut network) cannot write after
somebody else took over. If nobody did, it has its lease back without a new epoch: then nothing happened in between.

Take-over after the holder's death: at most `TTL_MS` + `POLL_S`, below 5 s. After a clean end: at once.
"""

from __future__ import annotations

import asyncio
import secrets
from typing import cast

from collectors.stream import scripts
from collectors.stream.connection import Client
from collectors.stream.errors import LeaseLost, StreamDown, StreamFull, told_as_stream_errors
from collectors.stream.keys import epoch_key, lease_key

TTL_MS = 4000
POLL_S = 0.5


class Lease:
    """The right to write as `name` in `site`. `epoch` is 0 while it is not held."""

    def __init__(self, client: Client, site: str, name: str, *, ttl_ms: int = TTL_MS) -> None:
        self.client = client
        self.site = site
        self.name = name
        self.ttl_ms = ttl_ms
        self.epoch = 0
        self.keys = (lease_key(site, name), epoch_key(site, name))
        self._holder = secrets.token_hex(6)
        self._acquire = client.register_script(scripts.ACQUIRE)
        self._renew = client.register_script(scripts.RENEW)
        self._release = client.register_script(scripts.RELEASE)

    @property
    def is_held(self) -> bool:
        """As far as we know; only the append script is sure."""
        return self.epoch > 0

    @property
    def token(self) -> str:
        return f"{self.epoch}:{self._holder}"

    async def try_acquire(self) -> bool:
        """Takes the lease if it is free, with a new epoch. Raises `StreamDown`, `StreamFull`."""
        with told_as_stream_errors():
            taken, epoch = cast("list[int]", await self._acquire(keys=self.keys, args=(self._holder, self.ttl_ms)))
        self.epoch = epoch if taken else 0
        return bool(taken)

    async def acquire(self, *, poll_s: float = POLL_S) -> int:
        """Waits until the lease is ours, also while Redis is away. Returns the new epoch."""
        while True:
            try:
                if await self.try_acquire():
                    return self.epoch
            except (StreamDown, StreamFull):
                pass
            await asyncio.sleep(poll_s)

    async def renew(self) -> None:
        """Holds it for another `ttl_ms`. Raises `LeaseLost` if somebody else had it since, `StreamDown`."""
        with told_as_stream_errors():
            held = await self._renew(keys=self.keys, args=(self.epoch, self.token, self.ttl_ms))
        if not held:
            self.lose()

    async def keep(self) -> None:
        """Renews for ever, patient while Redis is away; ends by raising `LeaseLost`. Run it as a task."""
        while True:
            await asyncio.sleep(self.ttl_ms / 4000)
            try:
                await self.renew()
            except (StreamDown, StreamFull):
                continue

    async def release(self) -> None:
        """Gives it back, so that a standby need not wait. Harmless when it is not ours."""
        if self.is_held:
            token, self.epoch = self.token, 0
            with told_as_stream_errors():
                await self._release(keys=self.keys[:1], args=(token,))

    def lose(self) -> None:
        """Notes that it is not ours any more, by raising `LeaseLost`."""
        self.epoch = 0
        raise LeaseLost(f"Somebody else writes for {self.name!r} now: this process waits for its turn.")
