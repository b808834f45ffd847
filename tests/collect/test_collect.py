"""The process `floorwatch collect` on a real Redis and a scripted switch: start, standby, take-over, outages, its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from collectors.asterisk.login import LinkConfig
from collectors.collect import CollectConfig, CollectError, run
from collectors.events import Entry, LinkLost, LinkRestored, QueueEntered, SnapshotTaken, SourceAlive
from collectors.stream import START, Lease, Reader, Undecodable
from tests.asterisk.loop import until
from tests.asterisk.scripted import SECRET, STARTED, ScriptedSwitch, listing, message, refusal, scripted
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import RedisServer, scenario


def config_for(switch: ScriptedSwitch, server: RedisServer, **changes: object) -> CollectConfig:
    link = LinkConfig("pbx", port=switch.port, username="sup", secret=SECRET)
    values: dict[str, object] = {"site": "main", "redis_url": server.url, "link": link, "start_within_s": HANG_S}
    return CollectConfig(**values | changes)  # type: ignore[arg-type]


@asynccontextmanager
async def collecting(config: CollectConfig) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(run(config))
    try:
        yield task
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Stream:
    """The stream as it grows; heartbeats left out."""

    def __init__(self, server: RedisServer) -> None:
        self._server = server
        self._at = START
        self.entries: list[Entry] = []

    async def read(self) -> list[Entry]:
        async with self._server.client() as client:
            for stream_id, entry in await Reader(client, "main").read(self._at):
                self._at = stream_id
                assert not isinstance(entry, Undecodable)
                if not isinstance(entry.event, SourceAlive):
                    self.entries.append(entry)
        return self.entries

    async def until(self, kind: type, count: int = 1) -> list[Entry]:
        async with asyncio.timeout(HANG_S):
            while sum(isinstance(entry.event, kind) for entry in await self.read()) < count:
                await asyncio.sleep(0.01)
        return self.entries

    @property
    def kinds(self) -> list[type]:
        return [type(entry.event) for entry in self.entries]


def joined(call: str) -> bytes:
    return message(("Event", "QueueCallerJoin"), ("Queue", "sales"), ("Uniqueid", call), ("Channel", f"PJSIP/{call}"))


@scenario
async def test_a_switch_gets_into_the_stream_and_a_clean_end_says_so(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch:
        async with collecting(config_for(switch, valkey)):
            await stream.until(SnapshotTaken)
            switch.peer.push(joined("1.1"))
            await stream.until(QueueEntered)
        await stream.read()
        assert stream.kinds == [LinkRestored, SnapshotTaken, QueueEntered, LinkLost]
        assert isinstance(stream.entries[-1].event, LinkLost)
        assert stream.entries[-1].event.reason == "shutdown"
        assert {(entry.site, entry.switch) for entry in stream.entries} == {("main", "pbx")}
        assert {entry.boot for entry in stream.entries[1:]} == {STARTED}
        assert [entry.n for entry in stream.entries] == sorted({entry.n for entry in stream.entries})
        assert switch.peer.is_over
        async with valkey.client() as client:
            assert await Lease(client, "main", "pbx").try_acquire()


@scenario
async def test_a_standby_leaves_the_switch_alone_and_takes_over_with_a_marked_gap(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch:
        async with collecting(config_for(switch, valkey)) as first:
            await stream.until(SnapshotTaken)
            async with collecting(config_for(switch, valkey)):
                await asyncio.sleep(0.6)
                assert len(switch.peers) == 1
                first.cancel()
                entries = await stream.until(SnapshotTaken, 2)
        _, _, lost, restored, taken = entries[:5]
        assert (lost.event, restored.event) == (LinkLost("shutdown", lost.at_ms), LinkRestored(lost.at_ms))
        assert isinstance(taken.event, SnapshotTaken)
        assert taken.event.gap_from_ms == lost.at_ms
        assert taken.epoch > lost.epoch
        assert [entry.boot for entry in entries[1:5]] == [STARTED] * 4


@scenario
async def test_a_take_over_knows_the_calls_that_are_open(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch:
        async with collecting(config_for(switch, valkey)):
            await stream.until(SnapshotTaken)
            switch.peer.push(joined("1.1"))
            await stream.until(QueueEntered)
        entry = (("Event", "QueueEntry"), ("Queue", "sales"), ("Uniqueid", "1.1"), ("Position", "1"), ("Wait", "3"))
        channel = (
            ("Event", "CoreShowChannel"),
            ("Uniqueid", "1.1"),
            ("Channel", "PJSIP/1.1"),
            ("Duration", "00:00:03"),
        )
        switch.answers["QueueStatus"] = lambda asked: listing(asked, "QueueStatusComplete", entry)
        switch.answers["CoreShowChannels"] = lambda asked: listing(asked, "CoreShowChannelsComplete", channel)
        async with collecting(config_for(switch, valkey)):
            taken = (await stream.until(SnapshotTaken, 2))[-1].event
            assert isinstance(taken, SnapshotTaken)
            assert [(row.call, row.visit) for row in taken.waiting] == [("1.1", 1)]
    assert stream.kinds.count(QueueEntered) == 1


@scenario
async def test_row_6_a_stolen_lease_stops_the_writing_and_ends_in_a_marked_gap(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch, collecting(config_for(switch, valkey)), valkey.client() as client:
        await stream.until(SnapshotTaken)
        await client.delete("floor:{main}:lease:pbx")
        thief = Lease(client, "main", "pbx")
        assert await thief.try_acquire()
        known_ms = (await stream.read())[-1].at_ms
        switch.peer.push(joined("1.1"))
        await until(lambda: switch.peer.is_over)
        assert QueueEntered not in {type(entry.event) for entry in await stream.read()}
        await thief.release()
        entries = await stream.until(SnapshotTaken, 2)
        lost, restored = entries[2].event, entries[3].event
        assert isinstance(lost, LinkLost)
        assert lost.reason == "lease_lost"
        assert known_ms <= lost.since_ms <= entries[2].at_ms
        assert restored == LinkRestored(lost.since_ms)
        assert entries[2].epoch > thief.epoch - 1


@scenario
async def test_row_4_while_redis_hangs_the_link_stays_up_and_nothing_is_lost(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch, collecting(config_for(switch, valkey)):
        await stream.until(SnapshotTaken)
        with valkey.paused():
            for n in range(50):
                switch.peer.push(joined(f"1.{n}"))
                await asyncio.sleep(0.01)
        entries = await stream.until(QueueEntered, 50)
        calls = [entry.event.call for entry in entries if isinstance(entry.event, QueueEntered)]
        assert calls == [f"1.{n}" for n in range(50)]
        assert len(switch.peers) == 1
        assert LinkLost not in stream.kinds


@scenario
async def test_redis_killed_and_started_again(valkey: RedisServer) -> None:
    stream = Stream(valkey)
    async with scripted() as switch, collecting(config_for(switch, valkey)):
        await stream.until(SnapshotTaken)
        switch.peer.push(joined("1.1"))
        await stream.until(QueueEntered)
        async with valkey.client(answer_s=HANG_S) as client:
            await client.execute_command("WAITAOF", 1, 0, 30_000)  # type: ignore[no-untyped-call]  # redis-py types no raw commands
        valkey.kill()
        switch.peer.push(joined("1.2"))
        valkey.start()
        switch.peer.push(joined("1.3"))
        entries = await stream.until(QueueEntered, 3)
        calls = [entry.event.call for entry in entries if isinstance(entry.event, QueueEntered)]
        assert calls == ["1.1", "1.2", "1.3"]
        assert len(switch.peers) == 1


@scenario
async def test_a_wrong_password_at_the_start_is_one_sentence_and_in_the_stream(valkey: RedisServer) -> None:
    async with scripted({"Login": lambda asked: refusal(asked, "Authentication failed")}) as switch:
        with pytest.raises(CollectError, match=r"refused the login of 'sup' \(Authentication failed\)") as caught:
            await run(config_for(switch, valkey))
        assert "\n" not in str(caught.value)
    entries = await Stream(valkey).read()
    assert [entry.event for entry in entries] == [LinkLost("login_failed", entries[0].at_ms)]


@scenario
async def test_redis_away_at_the_start_is_one_sentence(valkey: RedisServer) -> None:
    valkey.kill()
    async with scripted() as switch:
        with pytest.raises(CollectError, match="Redis cannot be reached"):
            await run(config_for(switch, valkey, start_within_s=0.2))
        assert switch.peers == []


@scenario
async def test_an_evicting_redis_is_refused(valkey: RedisServer) -> None:
    async with scripted() as switch, valkey.client() as client:
        await client.config_set("maxmemory-policy", "allkeys-lru")
        with pytest.raises(CollectError, match="set 'maxmemory-policy noeviction'"):
            await run(config_for(switch, valkey))


@scenario
async def test_its_vital_signs(valkey: RedisServer) -> None:
    port = free_port()
    stream = Stream(valkey)

    async def ask(path: str) -> str:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\n\r\n".encode())
        answer = (await reader.read()).decode()
        writer.close()
        return answer

    async with scripted() as switch, collecting(config_for(switch, valkey, vitals_port=port)):
        await stream.until(SnapshotTaken)
        assert "200 OK" in await ask("/readyz")
        text = await ask("/metrics")
        for line in (
            'floorwatch_link_up{switch="pbx"} 1',
            'floorwatch_links_total{switch="pbx"} 1',
            'floorwatch_snapshots_total{switch="pbx"} 1',
            'floorwatch_events_total{type="SnapshotTaken"} 1',
        ):
            assert line in text
        with pytest.raises(CollectError, match=r"set vitals\.collector_port to a free port"):
            await run(config_for(switch, valkey, vitals_port=port, site="other"))
        switch.peer.close()
        await stream.until(LinkLost)
        assert "503" in await ask("/readyz")
        assert "closed the connection" in await ask("/readyz")


@scenario
async def test_the_queue_log_is_followed(valkey: RedisServer, tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_text("1795286400|NONE|NONE|NONE|QUEUESTART|\n")
    stream = Stream(valkey)
    async with scripted() as switch, collecting(config_for(switch, valkey, queue_log=str(log))):
        await stream.until(SnapshotTaken)
        switch.peer.push(joined("1.1"))
        await stream.until(QueueEntered)
