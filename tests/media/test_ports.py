"""The two ports with real sockets: who is let in, one session's life, and how each side's end reaches the other."""

from __future__ import annotations

import asyncio
import json
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.access.proxies import Proxies
from dashboard.access.unavailable import AccessUnavailable
from dashboard.control.media import Media, MediaConfig, MediaError, page_side
from dashboard.control.media import server as media_server
from dashboard.control.media.chan_websocket import FRAME_BYTES
from dashboard.control.media.page_side import MOST_OF_ONE
from dashboard.control.media.recognition import Recognition
from dashboard.supervision.reasons import Reason
from tests.media.asterisk import SECRET, Leg, authorization, leg, start
from tests.media.test_bridge import TICKET, WANG, Control
from tests.patience import HANG_S
from tests.redis_server import scenario

ORIGIN = "http://127.0.0.1:8050"
COOKIE = "floorwatch_session="
COMMAND = "0123456789abcdef"
LI = Actor("person", "a2", "李强", account_id="a2", session="s2")


class Book:
    """Whose cookie is whose. `is_away`: nobody can say."""

    is_away = False

    def by_session(self, cookie: str, address: str) -> Actor | None:
        assert address == "127.0.0.1"
        if self.is_away:
            raise AccessUnavailable("Away.")
        return {"wang": WANG, "li": LI}.get(cookie)


class Site:
    """A media server that is up, and its control."""

    def __init__(self, **other: object) -> None:
        self.book, self.control = Book(), Control()
        recognition = Recognition(self.book, Proxies())
        config = MediaConfig(SECRET, port=0, media_port=0, pages_port=8050, **other)  # type: ignore[arg-type]
        self.media = Media(config, recognition, self.control)

    @asynccontextmanager
    async def page(
        self, cookie: str = "wang", hello: str | None = None, origin: str | None = ORIGIN, path: str = "/audio"
    ) -> AsyncIterator[ClientConnection]:
        """A browser's socket that has said its first frame."""
        address = f"ws://127.0.0.1:{self.media.page_port}{path}"
        async with connect(address, origin=origin, additional_headers={"Cookie": COOKIE + cookie}) as socket:  # type: ignore[arg-type]
            with suppress(ConnectionClosed):  # who is not known is sent away first
                await socket.send(hello or json.dumps({"ticket": TICKET, "id": COMMAND}))
            yield socket


@asynccontextmanager
async def site(**other: object) -> AsyncIterator[Site]:
    running = Site(**other)
    await running.media.listen()
    try:
        yield running
    finally:
        await running.media.close()


async def until(is_so: Callable[[], bool]) -> None:
    """Waits for what a socket's other end does; fails the test after its time."""
    async with asyncio.timeout(HANG_S):
        while not is_so():
            await asyncio.sleep(0.005)


async def told(socket: ClientConnection) -> dict[str, object]:
    """The next text; sound before it is passed over."""
    async with asyncio.timeout(HANG_S):
        while isinstance(message := await socket.recv(), bytes):
            pass
    found: dict[str, object] = json.loads(message)
    return found


async def closed(socket: ClientConnection) -> int:
    """Its close code."""
    async with asyncio.timeout(HANG_S):
        await socket.wait_closed()
    assert socket.close_code is not None
    return socket.close_code


@asynccontextmanager
async def session(site: Site, mode: str = "listen") -> AsyncIterator[tuple[ClientConnection, Leg]]:
    """A page and a leg that hear each other."""
    site.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode=mode)  # type: ignore[arg-type]
    async with site.page() as page:
        assert (await told(page))["t"] == "ready"
        async with leg(site.media.switch_port, COMMAND) as made:
            await until(lambda: ("switch came", COMMAND) in site.control.heard)
            yield page, made


@scenario
async def test_one_session_from_the_first_frame_to_the_last() -> None:
    async with site() as one, session(one) as (page, made):
        await made.play(3)
        for _ in range(3):
            assert await page.recv() == b"\1\0" * 320
        for _ in range(20):
            await page.send(bytes(FRAME_BYTES))
        await page.send('{"heard":3}')
        await until(lambda: one.media.bridges[COMMAND]._hearing.heard == 3)  # all before it was read, too
        one.media.mode(COMMAND, "barge")
        assert await told(page) == {"t": "mode", "mode": "barge", "may_talk": True}
        await until(lambda: {"command": "SET_MEDIA_DIRECTION", "direction": "both"} in made.commands)
        assert made.frames == [], "what was said while listening arrived nowhere"
        await page.send(b"\2\0" * 320)
        await until(lambda: made.frames == [b"\2\0" * 320])
        one.media.end(COMMAND, Reason.TIME_UP)
        assert await told(page) == {"t": "over", "reason": "time_up"}
        assert (await closed(page), await closed(made.connection)) == (1000, 1000)
        await until(lambda: made.commands[-1] == {"command": "HANGUP"})
        assert one.media.bridges == {}
        assert one.control.heard == [("browser came", COMMAND), ("switch came", COMMAND)]


@scenario
async def test_a_page_may_be_there_before_its_command() -> None:
    async with site() as one, one.page() as page:
        await asyncio.sleep(0.05)
        assert one.control.heard == []
        one.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode="whisper")
        assert await told(page) == {"t": "ready", "rate": 16000, "mode": "whisper", "may_talk": True}


@scenario
async def test_who_is_not_let_in_as_a_page() -> None:
    async with site() as one:
        one.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode="listen")
        for origin, path, status in (
            ("http://evil.example", "/audio", 403),
            ("http://127.0.0.1:9000", "/audio", 403),
            (ORIGIN, "/media", 404),
        ):
            with pytest.raises(InvalidStatus) as refused:
                async with one.page(origin=origin, path=path):
                    pass
            assert refused.value.response.status_code == status
        one.book.is_away = True
        with pytest.raises(InvalidStatus) as refused:
            async with one.page():
                pass
        assert refused.value.response.status_code == 503
        one.book.is_away = False
        wrong = json.dumps({"ticket": "x", "id": COMMAND})
        for cookie, hello, at, code in (
            ("nobody", None, ORIGIN, 4401),
            ("wang", None, None, 4401),  # a cookie counts only with an Origin of ours
            ("li", None, ORIGIN, 4403),
            ("wang", wrong, ORIGIN, 4403),
            ("wang", "[]", ORIGIN, 4403),
        ):
            async with one.page(cookie, hello, at) as socket:
                assert await closed(socket) == code
        assert one.control.heard == []
        async with one.page() as first, one.page() as second:
            assert {await closed(second), (await told(first))["t"]} == {4403, "ready"}


@scenario
async def test_nobody_takes_the_places_of_the_others() -> None:
    async with site() as one, AsyncExitStack() as pages:
        waiting = [await pages.enter_async_context(one.page()) for _ in range(MOST_OF_ONE)]
        async with one.page() as further:
            assert await closed(further) == 4403
        async with one.page("li") as other:
            one.media.expect(COMMAND, session="s2", ticket=digest(TICKET), mode="listen")
            assert (await told(other))["t"] == "ready"
        assert {await closed(socket) for socket in waiting} == {4403}


@scenario
async def test_strangers_who_do_not_leave_take_nobodys_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are told to go and stay on the line: the few that are waited for are theirs, all other places are for who is known."""
    monkeypatch.setattr(page_side, "MOST_PAGES", 1)
    monkeypatch.setattr(page_side, "MOST_STRANGERS", 3)
    key = "dGhlIHNhbXBsZSBub25jZQ=="
    async with site() as one, AsyncExitStack() as lines:
        handshake = (
            f"GET /audio HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: {ORIGIN}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        ).encode()
        answers = []
        for _ in range(5):
            reader, writer = await asyncio.open_connection("127.0.0.1", one.media.page_port)
            lines.callback(writer.close)
            writer.write(handshake)
            answers.append((await reader.readline()).split()[1])
        assert answers == [b"101"] * 3 + [b"401"] * 2
        one.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode="listen")
        async with one.page() as page:
            assert (await told(page))["t"] == "ready"
            with pytest.raises(InvalidStatus) as refused:
                async with one.page("li"):
                    pass
            assert refused.value.response.status_code == 503


@scenario
async def test_a_bearer_is_no_page() -> None:
    async with site() as one:
        shown = {"Authorization": "Bearer wang", "Cookie": COOKIE + "wang"}
        address = f"ws://127.0.0.1:{one.media.page_port}/audio"
        async with connect(address, origin=ORIGIN, additional_headers=shown) as socket:  # type: ignore[arg-type]
            assert await closed(socket) == 4401


@scenario
async def test_who_is_not_let_in_as_a_switch() -> None:
    async with site() as one:
        port = one.media.switch_port
        one.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode="listen")
        with pytest.raises(InvalidStatus) as refused:
            async with leg(port, COMMAND):
                pass
        assert refused.value.response.status_code == 404, "its page is not there"
        async with one.page() as page:
            await told(page)
            shown = [{"Authorization": "Basic ="}, {"Authorization": "Bearer x"}, {"X-Nothing": "x"}]
            for headers in (authorization("asterisk", "wrong"), authorization("other"), authorization("", ""), *shown):
                with pytest.raises(InvalidStatus) as refused:
                    async with leg(port, COMMAND, headers=headers):
                        pass
                assert refused.value.response.status_code == 401
            for other in (f"{COMMAND}&sid={COMMAND}", "fedcba9876543210", ""):
                with pytest.raises(InvalidStatus) as refused:
                    async with leg(port, other):
                        pass
                assert refused.value.response.status_code == 404
            for first in (start("fedcba9876543210"), start(COMMAND, format="slin"), "{}", '{"event":"MEDIA_XON"}'):
                async with leg(port, COMMAND, first) as made:
                    assert await closed(made.connection) == 1008
            assert one.control.heard == [("browser came", COMMAND)]
            async with leg(port, COMMAND):
                await until(lambda: ("switch came", COMMAND) in one.control.heard)
                with pytest.raises(InvalidStatus):
                    async with leg(port, COMMAND):
                        pass


@scenario
async def test_a_page_that_is_gone_hangs_up_and_one_that_is_no_page_too() -> None:
    for is_hostile in (False, True):
        async with site() as one, session(one, "barge") as (page, made):
            if is_hostile:
                await page.send(bytes(FRAME_BYTES - 2))
                assert await closed(page) == 1008
            else:
                page.transport.abort()
            await closed(made.connection)
            await until(lambda: made.commands[-1] == {"command": "HANGUP"})
            assert one.control.heard[-1] == ("browser left", COMMAND, Reason.BROWSER_GONE)
            assert one.media.bridges == {}


@scenario
async def test_a_page_that_takes_nothing_is_ended_and_its_memory_is_bounded() -> None:
    async with site() as one, session(one) as (page, made):
        page.transport.pause_reading()
        await made.play(400)
        await until(lambda: ("browser left", COMMAND, Reason.BROWSER_SLOW) in one.control.heard)
        await until(lambda: made.commands[-1] == {"command": "HANGUP"})
        page.transport.abort()


@scenario
async def test_a_leg_that_is_gone_is_explained_by_control_or_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    for said in (Reason.TRANSFERRED, None):
        monkeypatch.setattr(media_server, "SAY_WHY_S", HANG_S if said else 0.05)
        async with site() as one, session(one) as (page, made):
            await made.connection.close()
            await until(lambda: ("switch left", COMMAND) in one.control.heard)
            if said is not None:
                one.media.end(COMMAND, said)
            assert (await told(page))["reason"] == (said or Reason.CALL_ENDED)


@scenario
async def test_a_page_that_follows_keeps_its_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media_server, "SAY_WHY_S", 0.02)
    following = "fedcba9876543210"
    async with site() as one, session(one) as (page, made):
        one.media.keep(COMMAND)
        await made.connection.close()
        await until(lambda: ("switch left", COMMAND) in one.control.heard)
        await asyncio.sleep(0.06)
        one.media.move(COMMAND, following, "whisper")
        assert await told(page) == {"t": "moved", "id": following, "mode": "whisper", "may_talk": True}
        async with leg(one.media.switch_port, following) as following_leg:
            await until(lambda: ("switch came", following) in one.control.heard)
            await page.send(bytes(FRAME_BYTES))
            await until(lambda: len(following_leg.frames) == 1)


@scenario
async def test_a_server_that_stops_says_so() -> None:
    async with site() as one, session(one) as (page, _):
        stopping = asyncio.create_task(one.media.close())
        assert await told(page) == {"t": "over", "reason": "control_restarted"}
        await stopping
        with pytest.raises(ConnectionClosed):
            await page.recv()


@scenario
async def test_ports_that_cannot_be_opened_are_named(tmp_path: Path) -> None:
    recognition = Recognition(Book(), Proxies())
    off = Media(MediaConfig(""), recognition, Control())
    await off.listen()
    assert (off.why_not, off.page_port) == (Reason.BROWSER_OFF, 0)
    await off.close()
    async with site() as one:
        for taken, named in (
            (MediaConfig(SECRET, port=one.media.page_port, media_port=0), "control.port"),
            (MediaConfig(SECRET, port=0, media_port=one.media.switch_port), "control.media_port"),
            (MediaConfig(SECRET, port=0, media_port=0, certificate=str(tmp_path / "no.pem")), "media_certificate"),
            (MediaConfig(SECRET, port=0, media_port=0, origins=("floor.example",)), "origins"),
        ):
            with pytest.raises(MediaError, match=named):
                await Media(taken, recognition, Control()).listen()


@scenario
async def test_switches_speak_tls_where_there_is_a_certificate(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate for a TLS server can be made")
    file = tmp_path / "media.pem"
    names = ("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1")
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2")
    command = [openssl, "req", "-x509", *curve, *names, "-keyout", str(tmp_path / "key"), "-out", str(file)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: ASYNC221 — nothing else runs yet
    async with site(certificate=str(file), key=str(tmp_path / "key")) as one:
        one.media.expect(COMMAND, session="s1", ticket=digest(TICKET), mode="listen")
        async with one.page() as page:
            await told(page)
            trust = ssl.create_default_context(cafile=str(file))
            async with leg(one.media.switch_port, COMMAND, tls=trust) as made:
                await made.play(1)
                assert await page.recv() == b"\1\0" * 320
