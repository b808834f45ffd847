"""Stepping into a call, from the click to the supervisor's ringing phone and to what the page shows: 100 calls, 25 changes a second.

Everything is the product's own process, as it is installed: switch (simulated), collector, Valkey, SQLite on the disk, historian,
control, pages, gateway. A click is the frame that a page sends; four supervisors take turns. The phone rings when the switch says so
on a link of our own; a command is done when its page's frame says `confirmed`. Where the time goes is read from the records of the
same commands: when the gateway took them, when Valkey had them, what control told at each state. The switch's own share is in it: a
phone answers after 300 ms, a Redirect of ChanSpy takes some 110 ms on a real Asterisk, and as long on the simulated one.

Peer, in the same run: a panel as they are usually made (`bench/peer_panel.py`).
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as connect_page
from websockets.typing import Origin

from bench.chain import ROOT, SITE, STARTS_WITHIN_S, Chain, Load
from collectors.events import CommandChanged
from collectors.stream import START, Reader, Undecodable, connect, id_ms
from collectors.stream.embedded import socket_path
from collectors.stream.keys import commands_key
from dashboard.access.accounts import RoleGiven
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from dashboard.floor.state import Visit
from dashboard.replica import Replica
from dashboard.supervision.commands import decode
from dashboard.supervision.policies import General, Marks
from tests.keyring import ADDRESS, HERE
from tests.pipeline.site import until
from tests.ports import free_port, free_ports

RESULT = Path(__file__).parent / "results" / "stepping_in.json"
LOAD = Load(agents=190, queues=8, calls_per_hour=9_500, talk_mean_s=55, wrap_up_s=5, supervisors=9, listens_per_hour=0)
SWITCH = "pbx1"
PEOPLE = 4
SELECTION = 50
ROUNDS = 120
PEER_ROUNDS = 30
MODES = ("whisper", "barge", "private", "listen")
TARGET_RING_MS, TARGET_MODE_MS = 300, 250
PATIENCE_S = 8.0
SEEN_S = 0.1
"""Before the next click on the same agent: so long the row takes to show what was done."""
SETTLE_S = 25.0
PEER_USER = ("sup", "ami-secret")
Figure = dict[str, Any]
Samples = dict[str, list[float]]


def now_ms() -> float:
    return time.time_ns() / 1e6


# -- the house ---------------------------------------------------------------------------------------------------------


class House(Chain):
    """A chain with a control process, and people who may step in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, LOAD)
        sound, media = free_ports(2)
        self.more_settings.append(f'[control]\nport = {sound}\nmedia_port = {media}\nmedia_secret = "bench"')

    @property
    def settings(self) -> Path:
        file = super().settings
        account = 'control_username = "floorwatch-control"\ncontrol_secret = "floorwatch-control"'
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(f"[switches.{SWITCH}]", f"[switches.{SWITCH}]\n{account}"), encoding="utf-8")
        return file

    def start_gateway(self) -> None:
        """The product's own."""
        self.start("control")
        self.start("live")

    def rules(self, queues: list[str]) -> None:
        """Callers of every queue are told."""
        manager = self.keys.actor(Role.MANAGER)
        self.keys.services.policies.put_general(manager, General(True, False, False, 30, False))
        self.keys.services.policies.put_queues(manager, {queue: Marks(is_announced=True) for queue in queues})

    def person(self, number: int) -> tuple[str, str]:
        """Somebody with phone 800N: what their browser sends, and the phone."""
        services, device = self.keys.services, f"PJSIP/{8001 + number}"
        given = [RoleGiven(Role.SUPERVISOR, EVERYTHING)]
        account = services.accounts.create(HERE, f"bench-{number}", f"Bench {number}", roles=given)
        cookie = services.sessions.begin(account, ADDRESS, "bench", stage="full", second_factor="totp")
        actor = services.doorkeeper.by_session(cookie, ADDRESS)
        assert actor is not None
        services.phones.choose(actor, SWITCH, device, answers_itself=False)
        return f"{cookie_name('session', is_secure=False)}={cookie}", device

    @property
    def valkey(self) -> str:
        return f"unix://{socket_path(self.folder)}"

    @contextmanager
    def panel(self) -> Iterator[str]:
        """The peer's server."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "bench.peer_panel:server", "-k", "gthread", "--threads", "4"]
        login = {"PEER_AMI_PORT": str(self.switch_port), "PEER_USER": PEER_USER[0], "PEER_SECRET": PEER_USER[1]}
        with (self.folder / "panel.log").open("wb") as log:
            process = subprocess.Popen(
                [*command, "--no-control-socket", "--bind", f"127.0.0.1:{port}"],
                cwd=ROOT, env=os.environ | login, stdout=log, stderr=log,
            )  # fmt: skip
            try:
                until(lambda: self.status("/state?device=PJSIP/0", port) == 200, 30, "the panel answers")
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()
                process.wait(10)

    def cpu_s(self, *names: str) -> float:
        """CPU that these processes have used so far."""
        ticks = 0
        for name in names:
            numbers = Path(f"/proc/{self.processes[name].pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
            ticks += sum(map(int, numbers.split()[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")


# -- who looks ---------------------------------------------------------------------------------------------------------


class Ringing:
    """A link of our own to the switch: when which phone rang, by unique id and by device; when who began to hear whom."""

    def __init__(self) -> None:
        self.rang: dict[str, float] = {}
        self.began: dict[str, float] = {}

    async def run(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        user, secret = PEER_USER
        writer.write(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\nEvents: call\r\n\r\n".encode())
        await reader.readline()
        while True:
            text = await reader.readuntil(b"\r\n\r\n")
            if text.startswith(b"Event: Newstate") and b"ChannelStateDesc: Ringing" in text:
                self._note(self.rang, text, b"Uniqueid", b"Channel")
            elif text.startswith(b"Event: ChanSpyStart"):
                self._note(self.began, text, b"SpyerUniqueid", b"SpyerChannel")

    @staticmethod
    def _note(into: dict[str, float], text: bytes, *names: bytes) -> None:
        at, fields = now_ms(), dict(line.split(b": ", 1) for line in text.splitlines() if b": " in line)
        unique, channel = (fields[name].decode() for name in names)
        into[unique] = into[channel.rpartition("-")[0]] = at


@dataclass
class Page:
    """A supervisor's open page. `told`: when each state of a command was on it."""

    socket: ClientConnection
    device: str
    answers: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: dict[str, dict[str, float]] = field(default_factory=lambda: defaultdict(dict))
    why: dict[str, str] = field(default_factory=dict)
    clicks: dict[str, float] = field(default_factory=dict)
    ref: int = 0
    seen: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self) -> None:
        async for text in self.socket:
            frame, self.seen = str(text), True
            if not frame.startswith('{"t":"command"'):
                continue
            news, self.news = self.news, asyncio.Event()
            news.set()
            said = json.loads(frame)
            if "ref" in said:
                self.answers[said["ref"]] = said | {"seen": now_ms()}
            else:
                self.told[said["id"]].setdefault(said["state"], now_ms())
                self.why[said["id"]] = said["reason"]

    async def click(self, kind: str, **more: Any) -> str:
        """Asks, and gives the command's id: "" when the gateway refused it."""
        self.ref += 1
        ref, clicked = self.ref, now_ms()
        await self.socket.send(json.dumps({"command": {"ref": ref, "kind": kind, **more}}))
        await self.hears(lambda: ref in self.answers)
        answer = self.answers.pop(ref)
        if answer["state"] != "requested":
            return ""
        self.clicks[answer["id"]] = clicked
        return str(answer["id"])

    async def becomes(self, command: str, *states: str) -> str:
        """The first of these states, or of the final ones, that the page has heard."""
        wanted = {*states, "refused", "failed", "expired", "ended"}
        await self.hears(lambda: not wanted.isdisjoint(self.told[command]))
        return next((state for state in self.told[command] if state in wanted), "")

    async def hears(self, is_so: Callable[[], bool]) -> None:
        """Until a frame makes it so."""
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                while not is_so():
                    await self.news.wait()

    def took(self, command: str, state: str) -> float:
        return self.told[command][state] - self.clicks[command]


async def waited(look: Callable[[], Any]) -> Any:
    """The first true value; "" when none came."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if value := look():
            return value
        await asyncio.sleep(0.002)
    return ""


@asynccontextmanager
async def page(on: House, number: int) -> AsyncIterator[Page]:
    """On the board of the console, as `/monitor` has it."""
    cookie, device = on.person(number)
    socket = await connect_page(
        f"ws://127.0.0.1:{on.live_port}/live",
        additional_headers={"Cookie": cookie},
        origin=Origin(f"http://127.0.0.1:{on.web_port}"),
        max_size=None,
    )
    await socket.send('{"board":"monitor","seq":0}')
    made = Page(socket, device)
    task = asyncio.create_task(made.listen())
    try:
        yield made
    finally:
        await socket.close()
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


# -- ours --------------------------------------------------------------------------------------------------------------


class Measured:
    """`samples`: ms by what was measured. `lost`: commands that came to another end, and why (a call that was over)."""

    def __init__(self, on: House, replica: Replica, ringing: Ringing) -> None:
        self.on = on
        self.replica = replica
        self.ringing = ringing
        self.samples: Samples = defaultdict(list)
        self.lost: dict[str, int] = defaultdict(int)
        self.commands: dict[str, tuple[str, float]] = {}
        """What was asked and when, by id, of those that were done."""

    def talks(self) -> list[Visit]:
        """Calls that are talked in, the newest first."""
        found = [one for one in self.replica.floor.visits.values() if one.live and one.agent and one.answered_ms]
        return sorted(found, key=lambda one: -(one.answered_ms or 0))

    async def round(self, at: Page, *, takes_over: bool) -> None:
        """In, through all modes, out; and somebody is sent for a break and back."""
        one = self.talks()[random.randrange(3)]
        opened = await at.click("monitor.start", agent=one.agent, visit=one.key, mode="listen")
        if not opened or await at.becomes(opened, "confirmed") != "confirmed":
            self.lost[f"start: {at.why.get(opened, 'refused at the gateway')}"] += 1
            return
        rang = self.ringing.rang[f"fw-{opened}"]
        self._add("click to ringing", opened, rang - at.clicks[opened])
        self._add("ringing to the page's frame", opened, at.told[opened]["confirmed"] - rang)
        self._add("click to the page's frame", opened, at.took(opened, "confirmed"))
        if await self._modes(at, opened):
            if takes_over:
                await self._done(at, "take over", "call.take_over", opened=opened)
            await self._done(at, "stop", "monitor.stop", opened=opened)
        await at.becomes(opened, "ended")
        await self._break(at)

    async def _modes(self, at: Page, opened: str) -> bool:
        for mode in MODES:
            before = self.ringing.began.get(f"fw-{opened}")
            command = await self._done(at, "mode switch", "monitor.mode", opened=opened, mode=mode)
            if not command:
                return False
            heard = self.ringing.began[f"fw-{opened}"]
            if heard != before:
                self._add("mode switch, to the switch's ChanSpyStart", command, heard - at.clicks[command])
        return True

    async def _break(self, at: Page) -> None:
        busy = {one.agent for one in self.talks()}
        agent = random.choice([one for one in self.members() if one not in busy])
        if await self._done(at, "pause", "agent.pause", agent=agent, value=self.pause_reason):
            await asyncio.sleep(SEEN_S)
            await self._done(at, "resume", "agent.resume", agent=agent)

    def members(self) -> list[str]:
        """Agents who are signed in and not on a break."""
        found = (one for one in self.replica.floor.agents.values() if one.memberships)
        return [one.id for one in found if not any(each.is_paused for each in one.memberships.values())]

    @property
    def pause_reason(self) -> str:
        return next(iter(self.replica.floor.settings.pause_reasons), "")

    async def selection(self, at: Page, colleague: Page) -> None:
        """Many agents at once; and a colleague's click meanwhile."""
        agents, clicked = self.members()[:SELECTION], now_ms()
        commands = [at.click("agent.pause", agent=agent, value=self.pause_reason) for agent in agents]
        one = self.talks()[0]
        opening = asyncio.create_task(colleague.click("monitor.start", agent=one.agent, visit=one.key, mode="listen"))
        names = await asyncio.gather(*commands)
        ends = [await at.becomes(name, "confirmed") for name in names]
        last = max(at.told[name][end] for name, end in zip(names, ends, strict=True) if end)
        self.lost["pause of a selection"] += sum(end != "confirmed" for end in ends)
        self.samples[f"a selection of {SELECTION} paused, until the last is confirmed"].append(last - clicked)
        opened = await opening
        await colleague.becomes(opened, "confirmed")
        took = self.ringing.rang[f"fw-{opened}"] - colleague.clicks[opened]
        self.samples["click to ringing meanwhile, by a colleague"].append(took)
        await self._done(colleague, "stop", "monitor.stop", opened=opened)

    async def _done(self, at: Page, what: str, kind: str, **more: Any) -> str:
        command = await at.click(kind, **more)
        state = await at.becomes(command, "confirmed") if command else ""
        if state != "confirmed":
            self.lost[f"{what}: {at.why.get(command, 'refused at the gateway')}"] += 1
            return ""
        self._add(what, command, at.took(command, "confirmed"))
        return command

    def _add(self, what: str, command: str, took: float) -> None:
        self.samples[what].append(took)
        self.commands[command] = (what, now_ms() - took)


STEPS = ("page and gateway, to Valkey", "asker and rules", "audit line", "to sending", "done by the switch")


async def where(on: House, measured: Measured, at: list[Page]) -> dict[str, Samples]:
    """By kind: what each step of the commands took, from the records of the processes themselves (whole ms: half a one is added)."""
    clicks = {name: ms for one in at for name, ms in one.clicks.items()}
    asked, told = await records(on)
    found: dict[str, Samples] = {}
    for command, states in told.items():
        kind, clicked = states["kind"], clicks.get(command)
        if clicked is None or command not in asked or not {"authorised", "audited", "sent"} <= set(states):
            continue
        done = measured.ringing.rang.get(f"fw-{command}") if kind == "monitor.start" else states.get("confirmed")
        if done is None:
            continue
        times = (clicked, asked[command], states["authorised"], states["audited"], states["sent"], done)
        into = found.setdefault(kind, defaultdict(list))
        for name, begin, end in zip(STEPS, times, times[1:], strict=False):
            into[name].append(end - begin)
    return found


async def records(on: House) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """When each command was in Valkey; when control told each state first."""
    client = connect(on.valkey)
    try:
        asked: dict[str, float] = {}
        rows: Any = await client.xrange(commands_key(SITE))
        for stream_id, fields in rows:
            request = decode(fields[1])  # as `inbox` reads it: [FIELD, body]
            if request is not None:
                asked[request.id] = id_ms(stream_id.decode()) + 0.5
        reader, after, told = Reader(client, SITE), START, dict[str, dict[str, Any]]()
        while rows := await reader.read(after):
            after = rows[-1][0]
            for _, entry in rows:
                if not isinstance(entry, Undecodable) and isinstance(entry.event, CommandChanged):
                    states = told.setdefault(entry.event.command, {"kind": entry.event.kind})
                    states.setdefault(entry.event.state, entry.at_ms + 0.5)
        return asked, told
    finally:
        await client.aclose()


# -- the peer ----------------------------------------------------------------------------------------------------------


class Panel:
    """A page of the peer: posts, and asks once a second."""

    def __init__(self, address: str, device: str) -> None:
        self._address = address
        self._device = device

    async def post(self, path: str, **form: str) -> None:
        body = urllib.parse.urlencode({"device": self._device, **form}).encode()
        asked = urllib.request.Request(f"{self._address}{path}", data=body)  # noqa: S310 — always http
        await asyncio.to_thread(lambda: urllib.request.urlopen(asked, timeout=10).read())  # noqa: S310

    async def shows(self, options: str) -> float:
        """When its timer's answer says so. The timer runs since the page was opened."""
        address = f"{self._address}/state?{urllib.parse.urlencode({'device': self._device})}"
        await asyncio.sleep(random.random())  # where in its second the click fell
        for _ in range(8):
            body = await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=10).read())  # noqa: S310
            if json.loads(body)["in"].endswith(options):
                return now_ms()
            await asyncio.sleep(1)
        return 0.0


async def peer(measured: Measured, address: str, device: str) -> Samples:
    """The same with the panel."""
    from bench.peer_panel import OPTIONS

    panel, ringing, found = Panel(address, device), measured.ringing, defaultdict[str, list[float]](list)
    for _ in range(PEER_ROUNDS):
        target = measured.talks()[random.randrange(3)].agent
        for what, mode in (("", "listen"), ("mode switch", "whisper")):
            ringing.rang.pop(device, None)
            ringing.began.pop(device, None)
            clicked = now_ms()
            shown = asyncio.create_task(panel.shows(f",{OPTIONS[mode]}"))
            await panel.post("/spy", target=target, mode=mode)
            rang = await waited(lambda: ringing.rang.get(device))
            seen, heard = await shown, ringing.began.get(device)
            if not (rang and seen and heard):
                measured.lost["peer: the call was over"] += 1
                break
            if not what:
                found["click to ringing"].append(rang - clicked)
                found["click to the page's frame"].append(seen - clicked)
            else:
                found["mode switch"].append(seen - clicked)
                found["mode switch, to the switch's ChanSpyStart"].append(heard - clicked)
        await panel.post("/stop")
        await asyncio.sleep(0.3)
    return found


# -- results -----------------------------------------------------------------------------------------------------------

TARGETS = {"click to ringing": TARGET_RING_MS, "mode switch": TARGET_MODE_MS}
PEERS = "{p50:.0f} / {p95:.0f} ms (p50/p95), a panel: POST, fresh login, Originate, asked once a second"


def percentile(values: list[float], percent: int) -> float:
    """The nearest-rank percentile."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def figures(ours: Samples, peers: Samples, steps: dict[str, Samples]) -> list[Figure]:
    rows: list[Figure] = []
    for what, values in ours.items():
        p95 = percentile(values, 95)
        row: Figure = {"name": f"{what}, p95", "value": round(p95), "unit": "ms"}
        row |= {"p50": round(statistics.median(values)), "most": round(max(values)), "commands": len(values)}
        if what in TARGETS:
            row["target"] = TARGETS[what]
        if theirs := peers.get(what):
            p50, theirs_p95 = statistics.median(theirs), percentile(theirs, 95)
            row |= {"peer": PEERS.format(p50=p50, p95=theirs_p95), "ratio": round(theirs_p95 / p95, 1)}
        rows.append(row)
    for kind, samples in steps.items():
        for step, values in samples.items():
            row = {"name": f"{kind}: {step}, p50", "value": round(statistics.median(values), 1), "unit": "ms"}
            rows.append(row | {"p95": round(percentile(values, 95), 1), "commands": len(values)})
    return rows


def lost_row(lost: dict[str, int]) -> Figure:
    """Clicks without a figure: most often the call was over before."""
    theirs = sum(count for what, count in lost.items() if what.startswith("peer"))
    row: Figure = {"name": "clicks without a figure", "value": sum(lost.values()) - theirs, "unit": "clicks"}
    return row | {"peer": f"{theirs} of {PEER_ROUNDS} rounds"}


async def measure(on: House, address: str) -> list[Figure]:
    replica, ringing = Replica(Reader(connect(on.valkey), SITE)), Ringing()
    tasks = [asyncio.create_task(replica.run(lambda *_: None)), asyncio.create_task(ringing.run(on.switch_port))]
    await waited(lambda: len(replica.floor.queues) >= LOAD.queues)
    on.rules(sorted(replica.floor.queues))
    measured = Measured(on, replica, ringing)
    async with page(on, 0) as a, page(on, 1) as b, page(on, 2) as c, page(on, 3) as d:
        pages = [a, b, c, d]
        await asyncio.sleep(SETTLE_S)
        began, used, position = time.monotonic(), on.cpu_s("control", "live"), replica.position
        events, calls = 0, []
        for number in range(ROUNDS):
            calls.append(len(measured.talks()))
            await measured.round(pages[number % PEOPLE], takes_over=number % 4 == 3)
        took_s, used = time.monotonic() - began, on.cpu_s("control", "live") - used
        steps = await where(on, measured, pages)
        events = await counted(on, position, replica.position)
        for number in range(3):
            async with page(on, PEOPLE + 1 + number) as at:
                await waited(lambda: at.seen)
                await measured.selection(at, pages[number])
        peers = await peer(measured, address, f"PJSIP/{8001 + PEOPLE}")
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print("lost:", dict(measured.lost))
    return [
        *figures(measured.samples, peers, steps),
        {"name": "calls that are talked in, median", "value": statistics.median(calls), "unit": "calls"},
        {"name": "changes of the floor", "value": round(events / took_s), "unit": "events/s"},
        {"name": "CPU of gateway and control, 4 pages", "value": round(100 * used / took_s, 1), "unit": "% of a core"},
        lost_row(measured.lost),
    ]


async def counted(on: House, begin: str, end: str) -> int:
    """Entries of the stream between two positions."""
    client = connect(on.valkey)
    try:
        reader, after, found = Reader(client, SITE), begin, 0
        while id_ms(after) < id_ms(end) and (rows := await reader.read(after)):
            found, after = found + len(rows), rows[-1][0]
        return found
    finally:
        await client.aclose()


def main() -> None:
    import tempfile

    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="floorwatch-bench-") as folder:
        on = House(Path(folder))
        try:
            on.begin()
            until(lambda: on.get("/api/v1/floor"), STARTS_WITHIN_S, "the floor is there")
            with on.panel() as address:
                found = asyncio.run(measure(on, address))
        finally:
            on.close()
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, load {load:.1f} before, {os.getloadavg()[0]:.1f} after"
    RESULT.write_text(json.dumps({"machine": machine, "figures": found}, ensure_ascii=False, indent=1) + "\n")
    for one in found:
        print(one)


if __name__ == "__main__":
    main()
