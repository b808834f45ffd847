"""Business events that internal systems write into our Redis: `floor:{site}:business`, read by the active historian.

An entry has the fields `source` (a source's id, way `stream`) and `item` (JSON: one item, or a list of them). How far it was read stands
in SQL, in the transaction of what was taken, so that nothing is lost or taken twice whatever dies. What is refused is put into
`floor:{site}:business:refused` with a sentence, for whoever runs those systems; entries that were read are dropped an hour later.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from itertools import groupby, islice
from typing import Any, Final, NamedTuple, cast

import msgspec
from redis.exceptions import RedisError
from sqlalchemy import Connection, Engine

from collectors.stream import START, Client
from collectors.stream.keys import id_ms, site_key
from dashboard.business.outcome import Outcome
from dashboard.business.sources import Source, find_source
from dashboard.business.taking import Taking
from dashboard.directory.seen import SeenNow
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.stream_cursors import position_of, set_position
from layouts.texts import catalogue

log = logging.getLogger("floorwatch.history")

CURSOR: Final = "stream"
AT_ONCE: Final = 200
LOOK_S: Final = 0.25
REST_S: Final = 1.0
KEPT_MS: Final = 3_600_000
REFUSED_KEPT: Final = 10_000
LONGEST: Final = 1_000_000
MOST_ITEMS: Final = 1_000

Refusal = dict[str, str]


class _Entry(NamedTuple):
    """One entry. `why`: id of the sentence why none of it can be taken; "" if its items can be."""

    id: str
    source: bytes
    items: tuple[bytes | msgspec.Raw, ...]
    why: str = ""


def business_key(site: str) -> str:
    """The stream of what internal systems tell."""
    return site_key(site, "business")


def refused_key(site: str) -> str:
    """The stream of what was not taken of it, and why."""
    return site_key(site, "business:refused")


class BusinessStream:
    """Reads one site's. `taken`: items since the start."""

    def __init__(
        self,
        client: Client,
        engine: Engine,
        site: str,
        seen: SeenNow,
        *,
        now_ms: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.taken = 0
        self._client = client
        self._engine = engine
        self._site = site
        self._taking = Taking(engine, site, now_ms, seen)
        self._position: str | None = None
        self._trimmed_ms = 0
        self._complaint = ""

    async def run(self) -> None:
        """For ever; outages of Redis and of the database are waited out."""
        while True:
            try:
                rest_s = 0.0 if await self.read() else LOOK_S
                self._complaint = ""
            except (StoreError, RedisError, OSError) as error:
                if str(error) != self._complaint:
                    log.warning("What internal systems tell waits: %s", error)
                self._complaint, rest_s = str(error), REST_S
                self._position = None
            await asyncio.sleep(rest_s)

    async def read(self) -> int:
        """Takes what waits; how many entries. Raises `StoreError`, `RedisError`: call again."""
        if self._position is None:
            self._position = await asyncio.to_thread(self._kept_position)
        streams: Any = {business_key(self._site): self._position or START}
        answer = cast("Any", await self._client.xread(streams, count=AT_ONCE))
        entries = [_entry(stream_id, fields) for stream_id, fields in (answer[0][1] if answer else ())]
        for source, group in groupby(entries, key=lambda entry: entry.source):
            await self._together(source, list(group))
        await self._trim()
        return len(entries)

    async def _together(self, source: bytes, entries: Sequence[_Entry]) -> None:
        """One source's, one after the other. Refusals are told before the cursor moves on here: rather twice than never."""
        refused, taken = await asyncio.to_thread(self._take, source, entries)
        for refusal in refused:
            told: Any = refusal
            await self._client.xadd(refused_key(self._site), told, maxlen=REFUSED_KEPT, approximate=True)
        self._position = entries[-1].id
        self.taken += taken

    def _take(self, named: bytes, entries: Sequence[_Entry]) -> tuple[list[Refusal], int]:
        def move(connection: Connection, _outcomes: Sequence[Outcome] = ()) -> None:
            set_position(connection, self._site, CURSOR, entries[-1].id)

        source = self._source(named)
        if source is None:
            with writing(self._engine) as connection:
                move(connection)
            return [_refusal(entry.id, "business.refused.no_source") for entry in entries], 0
        items = [item for entry in entries for item in entry.items]
        outcomes = self._taking.take(source.actor, source.name, items, also=move)
        following = iter(outcomes)
        refused = []
        for entry in entries:
            if entry.why:
                refused.append(_refusal(entry.id, entry.why, most=MOST_ITEMS))
            refused += [
                _refusal(entry.id, one.why.word, one.id, one.why.field, **one.why.values)
                for one in islice(following, len(entry.items))
                if one.why is not None
            ]
        return refused, len(outcomes)

    def _source(self, named: bytes) -> Source | None:
        try:
            return find_source(self._engine, self._site, named.decode(), "stream")
        except UnicodeDecodeError:
            return None

    def _kept_position(self) -> str:
        with reading(self._engine) as connection:
            return position_of(connection, self._site, CURSOR)

    async def _trim(self) -> None:
        """Entries that were read, an hour later."""
        if not self._position or id_ms(self._position) - self._trimmed_ms < KEPT_MS:
            return
        self._trimmed_ms = id_ms(self._position)
        await self._client.xtrim(business_key(self._site), minid=str(self._trimmed_ms - KEPT_MS), approximate=True)


def _entry(stream_id: bytes, flat: Sequence[bytes]) -> _Entry:
    fields = dict(zip(flat[::2], flat[1::2], strict=True))
    source, body = fields.get(b"source", b""), fields.get(b"item", b"")
    if not body.strip() or len(body) > LONGEST:
        return _Entry(stream_id.decode(), source, (), "business.request.empty")
    if not body.lstrip().startswith(b"["):
        return _Entry(stream_id.decode(), source, (body,))
    try:
        items = msgspec.json.decode(body, type=tuple[msgspec.Raw, ...])
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return _Entry(stream_id.decode(), source, (body,))
    if not 0 < len(items) <= MOST_ITEMS:
        return _Entry(stream_id.decode(), source, (), f"business.request.{'too_many' if items else 'empty'}")
    return _Entry(stream_id.decode(), source, items)


def _refusal(entry: str, word: str, item_id: str = "", field: str = "", **values: object) -> Refusal:
    sentence = catalogue("en", "business")(word, **values)
    return {"entry": entry, "id": item_id, "field": field, "code": word.rpartition(".")[2], "sentence": sentence}
