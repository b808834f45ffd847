"""The stream's share: entries appended, read and folded per second, on the bundled Valkey over its Unix socket.

Peer, in the same run: the same entries as eight flat fields, one pipelined XADD each without a lease check; and read back
through the client library's own parser into the same kind of object.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

import msgspec
from redis.asyncio import Redis

from collectors.events import Entry, Event, Fact
from collectors.stream import START, Client, Lease, Reader, Writer, connect, events_key, pack, unpack
from collectors.stream.embedded import EmbeddedValkey
from collectors.stream.writer import BATCH
from dashboard.floor.checkpoint import dump, load
from dashboard.replica import Replica

RESULT = Path(__file__).parent / "results" / "stream.json"
RECORDING = Path(__file__).parent.parent / "tests" / "recordings" / "normal"
COUNT = 30_000
RUNS = 5

Figure = dict[str, Any]


def facts() -> list[Fact]:
    """The recording's events, over and over, each round as later calls, so that a floor grows as in a day."""
    from collectors.asterisk.recording import entries

    recorded = list(entries(RECORDING))
    span_ms = recorded[-1].at_ms - recorded[0].at_ms + 1000
    made: list[Fact] = []
    for turn in range(COUNT // len(recorded) + 1):
        for entry in recorded:
            event = entry.event
            call = getattr(event, "call", None)
            if call is not None:
                event = msgspec.structs.replace(event, call=f"{call}-{turn}")
            made.append(Fact(event, entry.at_ms + turn * span_ms, None, entry.boot))
    return made[:COUNT]


async def per_second(work: Callable[[], Awaitable[int]]) -> float:
    """Entries per second of one run."""
    begun = time.perf_counter()
    count = await work()
    return count / (time.perf_counter() - begun)


def flat(fact: Fact, n: int) -> dict[str, str]:
    """The peer's record: eight fields of text."""
    event: Event = fact.event
    return {
        "site": "bench",
        "switch": "pbx",
        "boot": fact.boot,
        "epoch": "1700000000",
        "n": str(n),
        "at_ms": str(fact.at_ms),
        "type": type(event).__name__,
        "event": msgspec.json.encode(event).decode(),
    }


async def append_packed(client: Client, made: list[Fact]) -> int:
    """Ours: stamp, pack, and append in batches under the lease."""
    lease = Lease(client, "bench", "pbx")
    await lease.acquire()
    writer = Writer(client, lease, "pbx")
    for first in range(0, len(made), BATCH):
        await writer.append(made[first : first + BATCH])
    await lease.release()
    return len(made)


async def append_flat(client: Client, made: list[Fact]) -> int:
    """The peer: pipelines of as many XADDs, eight fields each."""
    for first in range(0, len(made), BATCH):
        pipeline = client.pipeline(transaction=False)
        for n, fact in enumerate(made[first : first + BATCH], first):
            pipeline.xadd("flat", flat(fact, n))  # type: ignore[arg-type]
        await pipeline.execute()
    return len(made)


async def read_packed(client: Client) -> int:
    """Ours: read and unpack everything."""
    reader, position, count = Reader(client, "bench"), START, 0
    while rows := await reader.read(position):
        position, count = rows[-1][0], count + len(rows)
    return count


async def read_flat(client: Redis) -> int:
    """The peer: read everything, numbers and event parsed, by the client library's own reader."""
    position, count = START, 0
    while answer := await client.xread({"flat": position}, count=1000):
        rows: Any = answer[0][1]  # type: ignore[index]
        for _, fields in rows:
            int(fields[b"epoch"]), int(fields[b"n"]), int(fields[b"at_ms"]), msgspec.json.decode(fields[b"event"])
        position, count = rows[-1][0].decode(), count + len(rows)
    return count


async def catch_up(client: Client) -> int:
    """A replica without a checkpoint: read, unpack, fold."""
    replica = Replica(Reader(client, "bench"))
    await replica.catch_up()
    return replica.events_by_type.total()


async def restart(client: Client) -> tuple[float, float, int]:
    """Milliseconds to dump and to load the floor of all these entries, and its bytes."""
    replica = Replica(Reader(client, "bench"))
    await replica.catch_up()
    begun = time.perf_counter()
    state = dump(replica.floor)
    dumped = time.perf_counter()
    load(state)
    return (dumped - begun) * 1000, (time.perf_counter() - dumped) * 1000, len(state)


async def round_trip_ms(client: Client, other: Client, made: list[Fact]) -> list[float]:
    """From append to a blocked reader having the entry, one at a time."""
    lease = Lease(client, "bench", "pbx")
    await lease.acquire()
    writer, reader = Writer(client, lease, "pbx"), Reader(other, "bench")
    position = await writer.append(made[:1])
    times: list[float] = []
    for fact in made[1:301]:
        reading = asyncio.create_task(reader.read(position, block_ms=900))
        await asyncio.sleep(0.001)
        begun = time.perf_counter()
        await writer.append([fact])
        position = (await reading)[-1][0]
        times.append((time.perf_counter() - begun) * 1000)
    await lease.release()
    return times


async def bytes_per_entry(client: Client, key: str, count: int) -> float:
    """What the server itself spends on one record."""
    return float(await client.memory_usage(key, samples=0) or 0) / count


async def measure(url: str) -> list[Figure]:
    """All figures, each the median of `RUNS`."""
    made = facts()
    runs: dict[str, list[float]] = {}

    def note(name: str, value: float) -> None:
        runs.setdefault(name, []).append(value)

    async with (
        aclosing(connect(url)) as client,
        aclosing(connect(url)) as other,
        aclosing(Redis.from_url(url)) as plain,
    ):
        for _ in range(RUNS):
            await client.flushall()
            note("append", await per_second(lambda: append_packed(client, made)))
            note("append_flat", await per_second(lambda: append_flat(client, made)))
            note("read", await per_second(lambda: read_packed(client)))
            note("read_flat", await per_second(lambda: read_flat(plain)))
            note("catch_up", await per_second(lambda: catch_up(client)))
            note("bytes", await bytes_per_entry(client, events_key("bench"), COUNT))
            note("bytes_flat", await bytes_per_entry(client, "flat", COUNT))
            dump_ms, load_ms, _ = await restart(client)
            note("dump_ms", dump_ms)
            note("load_ms", load_ms)
            times = sorted(await round_trip_ms(client, other, made))
            note("trip_p50", times[len(times) // 2])
            note("trip_p99", times[int(len(times) * 0.99)])
    return figures(runs)


def figures(runs: dict[str, list[float]]) -> list[Figure]:
    """Rows as they are printed and stored."""

    def figure(key: str, name: str, unit: str, peer: str = "", digits: int = 0) -> Figure:
        value = statistics.median(runs[key])
        row: Figure = {"name": name, "value": round(value, digits or None), "unit": unit, "runs": len(runs[key])}
        if peer:
            other = statistics.median(runs[peer])
            row |= {"peer": f"{round(other, digits or None)} with eight flat fields", "ratio": round(value / other, 2)}
        return row

    return [
        figure("append", "XADD, packed, fenced, in batches", "entries/s", "append_flat"),
        figure("read", "XREAD with unpack", "entries/s", "read_flat"),
        figure("catch_up", "replica catching up (read, unpack, fold)", "entries/s"),
        figure("bytes", "server memory per entry", "bytes", "bytes_flat", 1),
        figure("trip_p50", "append to a waiting reader, p50", "ms", digits=2),
        figure("trip_p99", "append to a waiting reader, p99", "ms", digits=2),
        figure("dump_ms", f"dump of the floor after {COUNT} entries", "ms", digits=1),
        figure("load_ms", f"load of the floor after {COUNT} entries", "ms", digits=1),
    ]


def codec_per_second() -> list[Figure]:
    """pack and unpack alone."""
    made = facts()
    packed = [pack(Entry("bench", "pbx", f.boot, 1_700_000_000, n, f.at_ms, f.event)) for n, f in enumerate(made)]
    speeds = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        for record in packed:
            unpack(record)
        speeds.append(len(packed) / (time.perf_counter() - begun))
    mean = sum(map(len, packed)) / len(packed)
    return [
        {"name": "unpack alone", "value": round(statistics.median(speeds)), "unit": "entries/s", "runs": RUNS},
        {"name": "packed entry, mean", "value": round(mean, 1), "unit": "bytes", "runs": 1},
    ]


async def with_server() -> list[Figure]:
    """Starts a Valkey in a folder of its own and measures on it."""
    with tempfile.TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        valkey = EmbeddedValkey(Path(folder))
        await valkey.start()
        try:
            return await measure(valkey.url)
        finally:
            valkey.stop()


def main() -> None:
    """Measures, prints, stores."""
    found = asyncio.run(with_server()) + codec_per_second()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, Valkey bundled, AOF everysec"
    RESULT.parent.mkdir(exist_ok=True)
    content = {"machine": machine, "entries": COUNT, "figures": found}
    RESULT.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in found:
        print(f"{row['name']}: {row['value']} {row['unit']}  {row.get('peer', '')}")


if __name__ == "__main__":
    main()
