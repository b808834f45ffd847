"""The live protocol on real sockets."""

from __future__ import annotations

import asyncio
import socket
import time

import msgspec
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from collectors import events as e
from dashboard.live.clocks import Instant
from dashboard.live.patches import apply
from dashboard.live.screens import BEHIND_MS
from tests.live.running import HELLO, frame, running
from tests.live.scene import Story
from tests.live.test_views import shown, steady
from tests.redis_server import scenario

CALLER = e.QueueEntered("sales", "c1", 1, "13812345678")


@scenario
async def test_a_snapshot_then_patches_soon_after_the_event() -> None:
    async with running() as live, live.socket() as screen:
        await screen.send(HELLO)
        first = await frame(screen, "snapshot")
        assert first["board"] == "default"
        assert first["names"]["queues"]["sales"]["zh"] == "销售"
        began = time.perf_counter()
        position = live.tell(CALLER)
        patch = await frame(screen, "patch")
        took = time.perf_counter() - began
        assert patch["seq"] == first["seq"] + 1
        assert patch["position"] == position
        assert patch["view"]["waiting"]["v"] == 1
        assert took < 3.0, "20 ms and the machine's own slowness"


@scenario
async def test_what_a_screen_pieces_together_is_the_view() -> None:
    async with running() as live, live.socket() as screen:
        await screen.send(HELLO)
        view = (await frame(screen, "snapshot"))["view"]
        story = Story(live.scene, 5)
        for _ in range(40):
            story.step()
            live.fold()
            await asyncio.sleep(0.002)
        live.tell(e.QueueEntered("sales", "the last", 1))
        channel, patch = live.gateway.channels[0], {"position": ""}
        while patch["position"] != live.scene.position:
            patch = await frame(screen, "patch")
            view = apply(view, patch["view"])
        assert steady(view) == steady(shown(channel.view))


@scenario
async def test_the_heart_beats_on_a_quiet_floor() -> None:
    async with running() as live, live.socket() as screen:
        await screen.send(HELLO)
        first, second = await frame(screen, "beat"), await frame(screen, "beat")
        for _ in range(20):  # one of them may come late, and the next one is the nearer for it
            if 800 <= second["at"] - first["at"] <= 1500:
                break
            first, second = second, await frame(screen, "beat")
        assert 800 <= second["at"] - first["at"] <= 1500
        assert second["links"][0]["switch"] == "pbx1"
        assert second["links"][0]["state"] == "live"


@scenario
async def test_no_number_is_unmasked_in_any_frame() -> None:
    async with running(ticks=False) as live, live.socket() as screen:
        await screen.send('{"board":"floor","seq":0}')
        await frame(screen, "snapshot")
        story = Story(live.scene, 3)
        texts: list[bytes] = []
        for _ in range(150):
            story.step()
            live.fold()
            live.gateway.tick(live.scene.now)
        live.gateway.second(live.scene.now)
        while not texts or b'"t":"beat"' not in texts[-1]:
            texts.append(await screen.recv(decode=False))
        assert len(story.numbers) > 20
        everything = b"".join(texts).decode()
        assert not [number for number in story.numbers if number in everything]
        assert "****" in everything


@scenario
async def test_screens_that_do_not_read_are_dropped_with_bounded_memory_and_others_see_everything() -> None:
    async with running(ticks=False) as live, live.socket() as good:
        await good.send('{"board":"floor","seq":0}')
        await frame(good, "snapshot")
        lazy = [socket.create_connection(("127.0.0.1", live.port)) for _ in range(20)]
        for sock in lazy:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            sock.sendall(_upgrade(live.port) + _masked(b'{"board":"floor","seq":0}'))
        while sum(screen.board == "floor" for screen in live.gateway.audience.screens) < 20:
            await asyncio.sleep(0.01)
        live.tell(*[e.MembershipAdded("sales", f"Local/{n}@agents", "x" * 300, dynamic=True) for n in range(200)])
        for second in range(int(BEHIND_MS / 1000) + 4):
            now = Instant(live.scene.now_ms + second * 1000, 10_000_000.0 + second * 1000)
            live.tell(*[e.AgentNamed(f"Local/{n}@agents", f"{second}" * 300) for n in range(200)])
            live.gateway.tick(now)
            assert len((await frame(good, "patch"))["view"]["agents"]["set"]) == 200, "others see every change"
            live.gateway.second(now)
            await frame(good, "beat")
            unsent = [screen.socket.waiting_bytes() for screen in live.gateway.audience.screens]
            assert max(unsent) < 300_000, "one frame each at most"
        ended = [screen for screen in live.gateway.audience.screens if screen.has_ended]
        assert len(ended) == 20
        assert live.gateway.tally.closed.value("4008") == 20
        for sock in lazy:
            sock.close()


def _upgrade(port: int) -> bytes:
    return (
        f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Authorization: Bearer all\r\n"
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def _masked(text: bytes) -> bytes:
    return bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text


@scenario
async def test_one_view_for_twenty_real_screens() -> None:
    async with running(ticks=False) as live:
        screens = [await live.socket() for _ in range(20)]
        for screen in screens:
            await screen.send(HELLO)
            await frame(screen, "snapshot")
        live.tell(CALLER)
        live.gateway.tick(live.scene.now)
        patches = [await screen.recv(decode=False) for screen in screens]
        assert len(set(patches)) == 1
        assert live.gateway.tally.encoded.value("patch") == 1
        assert live.gateway.tally.frames.value("patch") == 20
        for screen in screens:
            await screen.close()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"\x00", 1003),
        ("no json", 1007),
        ('{"board":1}', 1008),
        ('{"board":"default","x":"' + "y" * 4100 + '"}', 1009),
    ],
)
def test_hostile_frames_close_the_socket_with_a_code(message: str | bytes, code: int) -> None:
    @scenario
    async def story() -> None:
        async with running() as live, live.socket() as screen, live.socket() as other:
            await other.send(HELLO)
            await screen.send(message)
            with pytest.raises(ConnectionClosed) as closed:
                await frame(screen, "never")
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == code
            await frame(other, "snapshot")

    story()


@scenario
async def test_a_flood_of_frames_closes_the_socket() -> None:
    async with running() as live, live.socket() as screen:
        for _ in range(100):
            await screen.send('{"ack":1}')
        with pytest.raises(ConnectionClosed) as closed:
            await frame(screen, "never")
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1008
        while live.gateway.audience.screens:
            await asyncio.sleep(0.01)


@scenario
async def test_pages_of_other_sites_are_refused_in_words() -> None:
    async with running(origins=("https://floor.example",)) as live:
        async with live.socket(origin="https://floor.example"):
            pass
        async with live.socket(origin="http://127.0.0.1:9999"):
            pass
        with pytest.raises(InvalidStatus) as refused:
            async with live.socket(origin="https://evil.example"):
                pass
        assert refused.value.response.status_code == 403
        assert b"live.origins" in bytes(refused.value.response.body)
        assert live.gateway.tally.refused.value("origin") == 1


@scenario
async def test_one_screen_too_many_is_refused_in_words() -> None:
    async with running(most_screens=1) as live, live.socket() as first:
        await first.send(HELLO)
        await frame(first, "snapshot")
        with pytest.raises(InvalidStatus) as refused:
            async with live.socket():
                pass
        assert refused.value.response.status_code == 503
        assert "live.max_screens" in msgspec.json.decode(bytes(refused.value.response.body))["error"]["sentence"]


@scenario
async def test_the_end_tells_screens_to_come_back() -> None:
    async with running() as live:
        screen = await live.socket()
        await screen.send(HELLO)
        await frame(screen, "snapshot")
    with pytest.raises(ConnectionClosed) as closed:
        await frame(screen, "never")
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    assert live.gateway.audience.screens == set()
