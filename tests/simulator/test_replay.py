"""A replayed recording: every live byte, in order, once; the recorder's own replies only as answers."""

from __future__ import annotations

import asyncio
import gzip
import json
import shutil
from collections import defaultdict
from pathlib import Path

import pytest

from collectors.simulator import RecordingServer, ReplayConfig, SimulatorError
from collectors.simulator.requests import Request
from collectors.simulator.tape import Piece, Reply, key_of, tapes

from .desk import messages
from .worlds import RECORDINGS

FAST = 20_000.0
LOGIN = b"Action: Login\r\nActionID: mine-1\r\nUsername: u\r\nSecret: s\r\n\r\n"


async def watch(server: RecordingServer, *actions: bytes) -> bytes:
    """Log in, send `actions`, read to the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(LOGIN + b"".join(actions))
    data = await reader.read()
    writer.close()
    return data


async def watch_all(server: RecordingServer, times: int, *actions: bytes) -> list[bytes]:
    """Come back after every hole."""
    received: list[bytes] = []
    while len(received) < times:
        try:
            received.append(await watch(server, *actions))
        except ConnectionRefusedError:
            await asyncio.sleep(0.001)
    return received


@pytest.mark.parametrize("name", ["small", "exits"])
def test_every_live_byte_once_and_in_order(name: str) -> None:
    async def scenario() -> bytes:
        async with RecordingServer(ReplayConfig(RECORDINGS / name, speed=FAST, port=0)) as server:
            return await watch(server)

    received = asyncio.run(scenario())
    tape = tapes(RECORDINGS / name)[0]
    live = b"".join(item.data for item in tape.items if isinstance(item, Piece))
    assert received == (
        b"Asterisk Call Manager/12.0.0\r\nResponse: Success\r\nActionID: mine-1\r\nMessage: Authentication accepted\r\n\r\n"
        + tape.booted
        + live
    )
    whole = gzip.decompress((RECORDINGS / name / "ami-1.raw.gz").read_bytes())
    assert live.count(b"Event: QueueCallerJoin\r\n") == whole.count(b"Event: QueueCallerJoin\r\n")
    assert b"ActionID: rec1-" not in live


def test_a_tape_holds_every_byte_of_its_connection() -> None:
    for name, number in (("small", 1), ("nasty", 3)):
        tape = tapes(RECORDINGS / name)[number - 1]
        whole = gzip.decompress((RECORDINGS / name / f"ami-{number}.raw.gz").read_bytes())
        kept = sum(len(item.data) for item in tape.items) + len(tape.booted)
        banner = whole.index(b"\r\n") + 2
        login = whole[banner : whole.index(b"\r\n\r\n") + 4]
        assert kept + banner + len(login) == len(whole)


def test_actions_are_answered_from_the_recording_with_the_askers_id() -> None:
    async def scenario() -> bytes:
        async with RecordingServer(ReplayConfig(RECORDINGS / "small", speed=FAST, port=0)) as server:
            return await watch(
                server, b"Action: QueueStatus\r\nActionID: mine-2\r\n\r\n", b"Action: CoreStatus\r\nActionID: mine-3\r\n\r\n",
                b"Action: QueueStatus\r\nActionID: mine-4\r\nQueue: sales\r\n\r\n", b"Action: Ping\r\nActionID: mine-5\r\n\r\n",
                b"Action: BridgeInfo\r\nActionID: mine-6\r\n\r\n",
            )  # fmt: skip

    answers: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    for event in messages(asyncio.run(scenario())):
        answers[event.get("ActionID")].append((event.name, event.get("Queue"), event.get("Message")))
    assert answers["mine-2"][0] == ("", "", "Queue status will follow")
    assert answers["mine-2"][-1] == ("QueueStatusComplete", "", "")
    assert len(answers["mine-2"]) == 16
    assert {queue for name, queue, _ in answers["mine-4"] if name == "QueueMember"} == {"sales"}
    assert len(answers["mine-3"]) == len(answers["mine-5"]) == 1
    assert "Invalid/unknown command: BridgeInfo" in str(answers["mine-6"])


def test_a_waiting_answer_comes_in_its_own_place() -> None:
    async def scenario() -> bytes:
        async with RecordingServer(ReplayConfig(RECORDINGS / "normal", speed=FAST, port=0)) as server:
            return await watch(server, b"Action: QueueStatus\r\nActionID: mine-2\r\n\r\n")

    received = asyncio.run(scenario())
    tape = tapes(RECORDINGS / "normal")[0]
    place = next(n for n, item in enumerate(tape.items) if isinstance(item, Reply) and item.key[0] == "queuestatus")
    before = b"".join(item.data for item in tape.items[:place] if isinstance(item, Piece))
    assert received.index(b"ActionID: mine-2\r\nEventList: start") > received.index(before[-200:]) > 0


def test_holes_refuse_and_the_log_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"

    async def scenario() -> list[bytes]:
        config = ReplayConfig(RECORDINGS / "nasty", speed=FAST, port=0, queue_log_path=log)
        async with RecordingServer(config) as server:
            received = await watch_all(server, 5)
            await server.played()
            return received

    received = asyncio.run(scenario())
    for number, data in enumerate(received, 1):
        live = b"".join(item.data for item in tapes(RECORDINGS / "nasty")[number - 1].items if isinstance(item, Piece))
        assert data.endswith(live)
        assert live
    assert log.read_bytes() == (RECORDINGS / "nasty" / "queue_log").read_bytes()


def test_a_mask_hides_classes() -> None:
    async def scenario() -> bytes:
        async with RecordingServer(ReplayConfig(RECORDINGS / "small", speed=FAST, port=0)) as server:
            return await watch(server, b"Action: Events\r\nEventMask: agent\r\n\r\n")

    received = asyncio.run(scenario())
    assert b"Event: QueueCallerJoin\r\n" in received
    assert b"Event: VarSet\r\n" not in received
    assert b"Event: Hangup\r\n" not in received


def test_time_is_the_recordings_own_divided_by_speed() -> None:
    async def scenario() -> tuple[float, float]:
        async with RecordingServer(ReplayConfig(RECORDINGS / "small", speed=FAST, port=0)) as server:
            reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
            writer.write(LOGIN + b"Action: Ping\r\n\r\n")
            text = await reader.readuntil(b"Timestamp: ")
            first = float((await reader.readline()).strip())
            assert text
            await reader.read()
            writer.close()
            return first, server.now()

    first, last = asyncio.run(scenario())
    spans = json.loads((RECORDINGS / "small" / "connections.json").read_text(encoding="utf-8"))
    assert spans[0]["first"] <= first <= spans[0]["last"]
    assert last >= spans[0]["last"]


def test_a_recording_that_ends_in_mid_line_is_served_as_it_is(tmp_path: Path) -> None:
    copy = tmp_path / "cut"
    shutil.copytree(RECORDINGS / "exits", copy)
    whole = gzip.decompress((copy / "ami-1.raw.gz").read_bytes())
    cut = whole[: whole.rindex(b"ChannelState") + 5]
    (copy / "ami-1.raw.gz").write_bytes(gzip.compress(cut))

    async def scenario() -> bytes:
        async with RecordingServer(ReplayConfig(copy, speed=FAST, port=0)) as server:
            return await watch(server)

    assert asyncio.run(scenario()).endswith(cut[-60:])


def test_a_wrong_password_is_refused_where_one_is_asked() -> None:
    async def scenario() -> bytes:
        config = ReplayConfig(RECORDINGS / "small", speed=FAST, port=0, username="u", secret="right")
        async with RecordingServer(config) as server:
            return await watch(server)

    assert asyncio.run(scenario()).endswith(b"ActionID: mine-1\r\nMessage: Authentication failed\r\n\r\n")


def test_what_is_no_recording_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SimulatorError, match="is no recording"):
        RecordingServer(ReplayConfig(tmp_path))


def test_a_key_is_the_action_with_its_filters() -> None:
    plain = Request([("action", "QueueStatus"), ("actionid", "1")])
    other = Request([("action", "queuestatus"), ("actionid", "2")])
    of_sales = Request([("action", "QueueStatus"), ("queue", "sales")])
    assert key_of(plain) == key_of(other) != key_of(of_sales)
