"""From the outbox into the stream: each line once, in order, whoever dies between the stream and SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Engine

from collectors.events import BUSINESS_WRITER, SETTINGS_WRITER, Fact, FloorSettings, SettingsChanged
from collectors.stream import Client, Lease, Reader, Undecodable, Writer
from dashboard.access.actor import system
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.access.scope import Scope
from dashboard.access.seal import Seal
from dashboard.business.outbox import BusinessOutbox, Line
from dashboard.business.sources import Sources
from dashboard.business.taking import Taking
from dashboard.directory.seen import nothing_seen
from dashboard.history.business_stream import BusinessStream, business_key, refused_key
from dashboard.history.outbox_relay import OutboxRelay
from dashboard.store import StoreError
from tests.business.conftest import NOW_MS, SITE, At, fill, item, teller
from tests.redis_server import RedisServer, scenario, valkey
from tests.store.databases import Databases, databases

__all__ = ["databases", "valkey"]


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """SQLite alone: what the relay asks of the database is asked of both in `test_taking`."""
    from dashboard.store import open_store

    engine = open_store(Databases("sqlite", tmp_path_factory.mktemp("relay")).migrated())
    fill(engine)
    return engine


class Forgetful(BusinessOutbox):
    """SQL that dies just when a line stands in the stream."""

    fails = 0

    def told(self, ids: Sequence[int], position: str) -> None:
        if ids and self.fails:
            self.fails -= 1
            raise StoreError("It is gone.")
        super().told(ids, position)

    def waiting(self, most: int) -> list[Line]:
        return super().waiting(min(most, 7))


async def _told(client: Client) -> list[str]:
    rows = await Reader(client, SITE).read("0-0", 100_000)
    entries = [entry for _, entry in rows if not isinstance(entry, Undecodable)]
    ours = [entry for entry in entries if entry.switch == BUSINESS_WRITER]
    assert [(entry.epoch, entry.n) for entry in ours] == sorted((entry.epoch, entry.n) for entry in ours)
    return [getattr(entry.event, "id", "") for entry in ours]


@scenario
async def test_each_line_is_told_once_though_historians_die_in_between(valkey: RedisServer, store: Engine) -> None:
    taking = Taking(store, SITE, At(), nothing_seen)
    expected: list[str] = []
    async with valkey.client() as client:
        for term in range(6):
            ids = [f"s{term}-{n}" for n in range(20)]
            taking.take(teller(), "crm", [item("sale", one, amount=1) for one in ids])
            expected += ids
            lease = Lease(client, SITE, "process:historian")
            await lease.acquire()
            # the settings' writer has the same lease, and a count of its own
            await Writer(client, lease, SETTINGS_WRITER).append([Fact(SettingsChanged(FloorSettings()), NOW_MS)])
            rows = Forgetful(store, SITE)
            relay = OutboxRelay(client, Writer(client, lease, BUSINESS_WRITER, cursor=BUSINESS_WRITER), rows)
            await relay.tell()
            rows.fails = 1
            if term % 2:
                with pytest.raises(StoreError):
                    await relay.tell()
                if term % 3:  # it lives on
                    while await relay.tell():
                        pass
            await lease.release()
        lease = Lease(client, SITE, "process:historian")
        await lease.acquire()
        last = OutboxRelay(
            client, Writer(client, lease, BUSINESS_WRITER, cursor=BUSINESS_WRITER), BusinessOutbox(store, SITE)
        )
        while await last.tell():
            pass
        assert await _told(client) == expected
        assert BusinessOutbox(store, SITE).waiting(1) == []
        await last.tell()  # nothing to tell: the position has moved on by itself
        assert BusinessOutbox(store, SITE).position() == (await Reader(client, SITE).span()).last_id


@scenario
async def test_an_internal_system_writes_into_redis_and_reads_there_what_was_refused(
    valkey: RedisServer, store: Engine
) -> None:
    folder = valkey.folder
    audit = Audit(store, Anchor(folder / "heads.log", ""))
    sources = Sources(store, audit, SITE, At(), Seal(folder / "key"))
    scope = Scope(frozenset({"sales"}), frozenset({"t-a"}))
    source_id, secret = sources.make(system("test"), "WFM", "stream", scope)
    assert secret == ""
    async with valkey.client() as client:

        async def add(body: bytes, source: str = source_id) -> None:
            await client.xadd(business_key(SITE), {"source": source, "item": body})

        right = item("sale", "1", amount=5, agent="PJSIP/1", queue="sales")
        await add(right)
        await add(b"[" + right + b"," + item("sale", "2", amount=5, agent="PJSIP/2") + b"]")
        await add(right, "nobody")
        await add(b"\xff\0{")
        await add(b"")
        await client.xadd(business_key(SITE), {"colour": "red"})
        stream = BusinessStream(client, store, SITE, nothing_seen, now_ms=At())
        assert await stream.read() == 6
        assert await stream.read() == 0
        again = BusinessStream(client, store, SITE, nothing_seen, now_ms=At())  # another historian
        assert await again.read() == 0
        rows: Any = await client.xrange(refused_key(SITE))
        refused = [dict(zip(flat[::2], flat[1::2], strict=True)) for _, flat in rows]
        told = [(fields[b"id"], fields[b"code"]) for fields in refused]
        assert told == [
            (b"2", b"agent"), (b"", b"no_source"), (b"", b"no_json"), (b"", b"empty"), (b"", b"no_source"),
        ]  # fmt: skip
        assert [line.event.id for line in BusinessOutbox(store, SITE).waiting(10)] == ["1"]
