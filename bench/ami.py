"""How fast an AMI stream becomes events: the recording `normal` in 4 KiB chunks, and on into the stream.

Peer, in the same run and on the same bytes: panoramisk's protocol with nothing subscribed, which is its parse alone; and for the
whole way a collector that appends each wanted message as panoramisk gives it, pipelined, without a lease.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager
from redis.asyncio import Redis

from collectors.asterisk.codec import Decoder
from collectors.asterisk.replies import Replies
from collectors.asterisk.translate import WANTED_EVENTS, Translator
from collectors.events import Fact
from collectors.stream import Lease, Writer, connect
from collectors.stream.embedded import EmbeddedValkey

RESULT = Path(__file__).parent / "results" / "ami.json"
RECORDING = Path(__file__).parent.parent / "tests" / "recordings" / "normal" / "ami-1.raw.gz"
CHUNK_BYTES = 4096
RUNS = 7
AT_MS = 1_795_285_400_000

Figure = dict[str, Any]


def chunks() -> list[bytes]:
    """The recording as a socket would give it."""
    data = gzip.decompress(RECORDING.read_bytes())
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def facts_of(data: list[bytes]) -> list[Fact]:
    """What a collector does with the bytes: decode, tell replies from events, translate."""
    decoder, replies, translator = Decoder(WANTED_EVENTS), Replies("bench"), Translator(boot="bench")
    facts: list[Fact] = []
    for at, chunk in enumerate(data):
        for message in decoder.feed(chunk):
            if not replies.take(message):
                facts += translator.message(message, AT_MS + at)
    return facts


def built(data: list[bytes]) -> int:
    """The codec alone, every message of the switch built."""
    decoder = Decoder()
    return sum(len(decoder.feed(chunk)) for chunk in data)


class Silent:
    """A transport that nobody reads."""

    def close(self) -> None:
        """Nothing to close."""


def panoramisk_protocol(take: Callable[[Any], object] | None = None) -> AMIProtocol:
    """panoramisk's protocol, fed by hand. `take`: called with each message, instead of its own dispatch."""
    protocol = AMIProtocol()
    protocol.connection_made(Silent())
    protocol.encoding = "utf8"
    protocol.factory = Manager(loop=None)
    protocol.factory.patterns.clear()
    protocol.factory.connection_lost = lambda *_: None
    if take is not None:
        protocol.factory.dispatch = take
    return protocol


def parsed_by_panoramisk(data: list[bytes]) -> None:
    """The peer's own way from bytes to messages, with nobody subscribed."""
    protocol = panoramisk_protocol()
    for chunk in data:
        protocol.data_received(chunk)


def seconds(work: Callable[[], object]) -> float:
    """How long one run takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def figure(name: str, ours: list[float], peer: list[float], messages: int, target: str | None = None) -> Figure:
    """Messages per second of both, by the median run; the ratio is the median of the runs' own ratios."""
    ratio = statistics.median(theirs / mine for mine, theirs in zip(ours, peer, strict=True))
    found: Figure = {
        "name": name,
        "value": round(messages / statistics.median(ours)),
        "ours": round(messages / statistics.median(ours)),
        "peer": round(messages / statistics.median(peer)),
        "ratio": round(ratio, 1),
        "unit": "messages/s",
        "runs": len(ours),
    }
    return found | ({"target": target} if target else {})


async def appended(url: str, data: list[bytes], site: str) -> float:
    """Seconds for the whole way: bytes → facts → acknowledged entries, an append for each 64 KiB read."""
    async with aclosing(connect(url)) as client:
        lease = Lease(client, site, "pbx")
        await lease.acquire()
        writer = Writer(client, lease, "pbx")
        decoder, replies, translator = Decoder(WANTED_EVENTS), Replies("bench"), Translator(boot="bench")
        begun = time.perf_counter()
        for at in range(0, len(data), 16):
            facts: list[Fact] = []
            for chunk in data[at : at + 16]:
                for message in decoder.feed(chunk):
                    if not replies.take(message):
                        facts += translator.message(message, AT_MS + at)
            await writer.append(facts)
        return time.perf_counter() - begun


async def appended_by_panoramisk(url: str, data: list[bytes], key: str) -> float:
    """Seconds for the naive way: every wanted message as its own flat entry."""
    batch: list[dict[str, str]] = []

    def take(message: Any) -> None:
        if message.get("event") in WANTED_EVENTS:
            batch.append({str(name): str(value) for name, value in message.items()})

    async with aclosing(Redis.from_url(url)) as client:
        protocol = panoramisk_protocol(take)
        begun = time.perf_counter()
        for at in range(0, len(data), 16):
            for chunk in data[at : at + 16]:
                protocol.data_received(chunk)
            pipeline = client.pipeline(transaction=False)
            for fields in batch:
                pipeline.xadd(key, fields)  # type: ignore[arg-type]
            await pipeline.execute()
            batch.clear()
        return time.perf_counter() - begun


async def whole_way(data: list[bytes]) -> tuple[list[float], list[float]]:
    """Both ways into a bundled Valkey, alternating."""
    ours, peer = [], []
    with tempfile.TemporaryDirectory() as folder:
        server = EmbeddedValkey(Path(folder))
        await server.start()
        try:
            for run in range(RUNS):
                ours.append(await appended(server.url, data, f"bench{run}"))
                peer.append(await appended_by_panoramisk(server.url, data, f"peer{run}"))
        finally:
            server.stop()
    return ours, peer


def main() -> None:
    """Measures, prints and keeps the figures."""
    data = chunks()
    messages = built(data)
    facts = len(facts_of(data))
    parsed_by_panoramisk(data)
    ours, codec, peer = [], [], []
    for _ in range(RUNS):
        ours.append(seconds(lambda: facts_of(data)))
        peer.append(seconds(lambda: parsed_by_panoramisk(data)))
        codec.append(seconds(lambda: built(data)))
    whole, naive = asyncio.run(whole_way(data))
    figures = [
        figure("AMI bytes to events (peer: panoramisk, parse alone)", ours, peer, messages, "ratio >= 5"),
        figure("AMI bytes to messages, all built (peer: panoramisk, parse alone)", codec, peer, messages),
        figure("AMI bytes to acknowledged entries (peer: panoramisk, flat XADDs)", whole, naive, messages),
    ]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    result = {"machine": machine, "messages": messages, "events": facts, "chunk_bytes": CHUNK_BYTES, "figures": figures}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
