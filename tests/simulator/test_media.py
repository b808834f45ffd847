"""Sound over a real websocket: a media server of the tests' own, the simulator that dials it, and what each side hears."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import numpy as np
from websockets.asyncio.server import ServerConnection, serve
from websockets.typing import Subprotocol

from collectors.simulator import SimulatorConfig, SimulatorServer, WebSocketClient
from collectors.simulator.media.voices import FRAME, Tone, tones

from .sessions import MONITOR
from .test_server import http, until

BROWSER = Tone(2100)


class MediaServer:
    """Takes the switch's connections; sends the browser's tone while `talks`."""

    def __init__(self) -> None:
        self.connection: ServerConnection | None = None
        self.texts: list[dict[str, Any]] = []
        self.frames: list[bytes] = []
        self.times: list[float] = []
        self.request = ""
        self.authorization = ""
        self.close_code: int | None = None

    async def serve(self, connection: ServerConnection) -> None:
        self.connection, self.close_code = connection, None
        assert connection.request is not None
        self.request = connection.request.path
        self.authorization = connection.request.headers.get("Authorization", "")
        async for message in connection:
            if isinstance(message, str):
                self.texts.append(json.loads(message))
            else:
                self.frames.append(message)
                self.times.append(time.monotonic())
        self.close_code = connection.close_code

    async def command(self, name: str, **values: str) -> None:
        assert self.connection is not None
        await self.connection.send(json.dumps({"command": name, **values}))

    async def talk(self, seconds: float) -> None:
        """The browser's tone, a frame every 20 ms."""
        assert self.connection is not None
        due, at = time.monotonic(), 0
        while at < seconds * 16_000:
            await self.connection.send(BROWSER.samples(at, FRAME).tobytes())
            at += FRAME
            due += 0.02
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    def heard(self) -> set[int]:
        """The tones of the last 200 ms."""
        return set(tones(np.frombuffer(b"".join(self.frames[-10:]), dtype="<i2")))

    def events(self, name: str) -> list[dict[str, Any]]:
        return [text for text in self.texts if text["event"] == name]


class Line:
    """A simulator with one call, a media server, and an AMI connection that only sends."""

    def __init__(self, simulator: SimulatorServer, media: MediaServer, writer: asyncio.StreamWriter) -> None:
        self.simulator, self.media, self._writer = simulator, media, writer
        self.caller = ""

    @property
    def target(self) -> str:
        return self.simulator.world.talks_by_call[self.caller].offer.phone.unique_id

    def act(self, action: str, *pairs: tuple[str, str], **headers: str) -> None:
        rows = [("Action", action), *headers.items(), *pairs]
        self._writer.write("".join(f"{key}: {value}\r\n" for key, value in rows).encode() + b"\r\n")

    def start(
        self, session: str, mode: str = "listen", options: str = "c(slin16)f(json)v(sid=abc)", name: str = "floorwatch"
    ) -> None:
        self.act(
            "Originate", ("Variable", f"FW_TARGET={self.target}"), ("Variable", f"FW_CALLER={self.caller}"),
            Channel=f"WebSocket/{name}/{options}", Context=MONITOR, Exten=mode, Priority="1", Async="true", ChannelId=session,
        )  # fmt: skip

    def redirect(self, session: str, mode: str) -> None:
        self.act("Redirect", Channel=session, Context=MONITOR, Exten=mode, Priority="1")

    def hears(self, party: str) -> set[int]:
        voices, world = self.simulator.dialler.voices, self.simulator.world
        channel = world.exchange.find(party)
        assert channel is not None
        return set(voices.hears(channel, self.simulator.now())["hertz"])

    async def listening(self, session: str) -> None:
        await until(lambda: session in self.simulator.world.spying.sessions)

    async def gone(self, session: str) -> None:
        await until(lambda: self.simulator.world.exchange.find(session) is None)


@asynccontextmanager
async def line() -> AsyncIterator[Line]:
    media = MediaServer()
    async with serve(media.serve, "127.0.0.1", 0, subprotocols=[Subprotocol("media")]) as listener:
        port = next(iter(listener.sockets)).getsockname()[1]
        clients = (
            WebSocketClient("floorwatch", f"ws://127.0.0.1:{port}/media"),
            WebSocketClient("dead", "ws://127.0.0.1:9/media", retry_s=0.05),
        )
        config = SimulatorConfig(
            agents=8, supervisors=2, port=0, control_port=0, scripted=True, websocket_clients=clients
        )
        async with SimulatorServer(config) as simulator:
            reader, writer = await asyncio.open_connection("127.0.0.1", simulator.port)
            draining = asyncio.create_task(reader.read(-1))
            made = Line(simulator, media, writer)
            made.act("Login", Username="floorwatch-control", Secret="floorwatch-control")
            made.caller = simulator.world.hands.call("sales")
            await until(lambda: made.caller in simulator.world.talks_by_call)
            try:
                yield made
            finally:
                draining.cancel()
                writer.close()


def run(story: Callable[[Line], Any]) -> None:
    async def scenario() -> None:
        async with line() as made:
            await story(made)

    asyncio.run(scenario())


def test_a_browser_listens_speaks_and_takes_over() -> None:
    async def story(at: Line) -> None:
        media, agent = at.media, at.target
        at.start("fw-1")
        await at.listening("fw-1")
        await until(lambda: len(media.frames) >= 15)
        (started,) = media.events("MEDIA_START")
        assert (media.request, media.authorization) == ("/media?sid=abc", "Basic YXN0ZXJpc2s6d3Mtc2VjcmV0")
        assert (started["channel_id"], started["format"], started["optimal_frame_size"]) == ("fw-1", "slin16", 640)
        assert started["channel_variables"]["FW_TARGET"] == agent
        assert {len(frame) for frame in media.frames} == {640}
        assert media.heard() == {400, 1000}
        talking = asyncio.create_task(media.talk(120))
        await asyncio.sleep(0.3)
        assert (at.hears(at.caller), at.hears(agent)) == ({400}, {1000})  # who listens is not heard
        for mode, caller, other in (("whisper", {400}, {1000, 2100}), ("barge", {400, 2100}, {1000, 2100})):
            at.redirect("fw-1", mode)
            count = len(media.frames)
            await until(lambda count=count: len(media.frames) >= count + 15)
            expected = (caller, other, {400, 1000})
            await until(lambda now=expected: (at.hears(at.caller), at.hears(agent), media.heard()) == now)
        gaps = np.diff(media.times)
        assert sorted(gaps)[-2] > 0.1  # two changes of mode
        assert float(np.median(gaps)) < 0.03
        at.redirect("fw-1", "takeover")
        await until(lambda: at.simulator.world.exchange.find(agent) is None)
        await until(lambda: (at.hears(at.caller), media.heard()) == ({2100}, {1000}))
        at.act("Hangup", Channel="fw-1")
        await until(lambda: media.close_code is not None)
        assert media.close_code == 1000
        talking.cancel()
        rows = await http(at.simulator.control.port, "GET /joins")
        assert [row["mode"] for row in rows] == ["listen", "whisper", "barge", "takeover"]
        assert {(row["supervisor"], row["call"]) for row in rows} == {("WebSocket/floorwatch", at.caller)}

    run(story)


def test_sound_that_is_not_wanted_is_dropped_and_too_much_is_said() -> None:
    async def story(at: Line) -> None:
        media = at.media
        at.start("fw-1", "whisper", "c(slin16)f(json)d(in)")
        await at.listening("fw-1")
        await media.talk(0.4)
        assert at.hears(at.target) == {1000}  # d(in): nothing of ours is taken
        await media.command("SET_MEDIA_DIRECTION", direction="both")
        assert media.connection is not None
        await media.connection.send(BROWSER.samples(0, FRAME).tobytes() * 1100)  # 22 s in one message
        await media.command("GET_STATUS")  # at once: twenty milliseconds of it are played in so many
        await until(lambda: media.events("MEDIA_XOFF"))
        await until(lambda: media.events("STATUS"))
        await until(lambda: at.hears(at.target) == {1000, 2100})
        status = media.events("STATUS")[0]
        assert 900 < status["queue_length"] <= 1000
        assert status["queue_full"]
        await media.command("REPORT_QUEUE_DRAINED")
        await media.command("FLUSH_MEDIA")
        await media.command("NO_SUCH_THING")
        await until(lambda: media.events("QUEUE_DRAINED"))
        await until(lambda: at.hears(at.target) == {1000})
        assert media.events("MEDIA_XON")

    run(story)


def test_every_end_of_a_line() -> None:
    async def story(at: Line) -> None:
        media, world = at.media, at.simulator.world
        at.start("fw-1")
        await at.listening("fw-1")
        await media.command("HANGUP")
        await at.gone("fw-1")
        await until(lambda: media.close_code == 1000)
        at.start("fw-2")
        await at.listening("fw-2")
        assert media.connection is not None
        await media.connection.close()  # the server hangs up, as a phone does
        await at.gone("fw-2")
        assert not world.spying.sessions
        at.start("fw-3", name="dead")
        await until(lambda: world.exchange.find("fw-3") is not None)
        await at.gone("fw-3")
        at.start("fw-4")
        await at.listening("fw-4")
        before = len(media.frames)
        await until(lambda: len(media.frames) > before)
        assert world.hands.caller_hangs_up(at.caller)
        await at.gone("fw-4")
        await until(lambda: media.close_code == 1000)
        assert [text["event"] for text in media.texts] == ["MEDIA_START"] * 3

    run(story)


def test_the_control_port_moves_people_and_says_what_they_hear() -> None:
    async def story(at: Line) -> None:
        port, world = at.simulator.control.port, at.simulator.world
        agent = world.talks_by_call[at.caller].member.agent.plan.extension
        assert await http(port, "POST /phone/8001/busy") == {"done": True}
        rows = await http(port, "GET /phones")
        assert [(row["extension"], row["does"]) for row in rows] == [("8001", "busy"), ("8002", "answer")]
        assert await http(port, f"POST /agent/{agent}/hold") == {"done": True}
        heard = await http(port, f"GET /hears/{at.caller}")
        assert (heard["hertz"], heard["speakers"]) == ([330], ["moh"])
        assert (await http(port, f"GET /hears/{agent}"))["hertz"] == []
        assert await http(port, f"POST /agent/{agent}/unhold") == {"done": True}
        assert {tuple(row["hertz"]) for row in await http(port, "GET /hears")} == {(400,), (1000,)}
        second = (await http(port, "POST /call?queue=support&number=13800000001"))["done"]
        assert second in {row["id"] for row in await http(port, "GET /channels")}
        assert await http(port, f"POST /caller/{second}/hangup") == {"done": True}
        assert await http(port, "POST /caller/none/hangup") == {"done": False}
        assert "error" in await http(port, "POST /agent/1001/dance")
        assert "error" in await http(port, "GET /hears/nobody")

    run(story)
