"""`floorwatch demo`: the whole product in the foreground, on a simulated switch or a recording, with nothing to install.

It writes a settings file and a floor file into its data folder, then keeps up the same processes that a real site runs,
each started by the same command, plus the bundled Valkey and the switch. Everything listens on loopback only.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from collectors.simulator import SimulatorConfig, floor_file
from collectors.simulator.staff import plan
from collectors.stream.embedded import EmbeddedValkey
from dashboard import floor_file as floor_files
from dashboard.demo_accounts import DemoAccount, demo_accounts, lines
from dashboard.demo_alerts import demo_alerts
from dashboard.demo_business import DemoBusiness, crm_token, customers_of
from dashboard.demo_leaderboards import demo_leaderboards
from dashboard.demo_monitoring import demo_monitoring
from dashboard.demo_past import demo_past
from dashboard.directory.seeding import seed
from dashboard.pages.services import Services, now_ms
from dashboard.runner import Child, Runner
from dashboard.settings import CONFIG_VARIABLE, SettingsError, load
from dashboard.store import upgrade

PAST_H = 5.0
"""The floor has been at work for so long when the demo starts: its queue_log tells it, as on a site that begins at noon."""
PAST_AGENT_HOURS = 400.0
"""A larger floor has a shorter past: living it must not take longer than a visitor waits."""
READY_WITHIN_S = 60.0
SWITCH = "demo"
SUPERVISORS = 6
"""Phones from PJSIP/8001 on, for people who step into calls."""
_CONTROL_ACCOUNT = (
    'control_username = "floorwatch-control"',
    'control_secret = "floorwatch-control"',
    'websocket_client = "floorwatch"',
)


@dataclass(frozen=True)
class DemoConfig:
    """`port` and the six after it are used. `replay`: a recording instead of the simulator. `has_past`: four weeks of history are
    written first (none with a recording). `data` None: a new folder, removed at the end.
    """

    agents: int = 60
    queues: int = 0
    calls_per_hour: float = 0
    seed: int = 1
    replay: Path | None = None
    speed: float = 1.0
    data: Path | None = None
    port: int = 8050
    host: str = "127.0.0.1"
    has_past: bool = True


def addresses(config: DemoConfig, language: str = "zh-CN") -> list[str]:
    """What to open in the browser: the day, a board, the page of an unattended TV."""
    base = f"http://{config.host}:{config.port}"
    return [f"{base}/today/?lang={language}", f"{base}/wall/?lang={language}", f"{base}/tv?lang={language}"]


def _leaderboards(config: DemoConfig) -> str:
    return f"http://{config.host}:{config.port}/admin/leaderboards/"


async def run(config: DemoConfig, say: Callable[[str], None]) -> None:
    """Run until cancelled. Raises `SettingsError` if a port is taken or the data folder cannot be used."""
    began = time.monotonic()
    _refuse_taken_ports(config)
    folder = _folder(config)
    runner = Runner(say)
    valkey = EmbeddedValkey(folder)
    tasks: list[asyncio.Task[None]] = []
    try:
        ami_port = _free_port()
        _write_settings(config, folder, ami_port)
        await valkey.start()
        keeper = asyncio.create_task(valkey.keep())
        tasks.append(keeper)
        accounts = await asyncio.to_thread(_people, config, folder)
        for child in children(config, folder, ami_port):
            runner.start(child)
        await _until_live(config)
        if config.replay is None:
            tasks.append(asyncio.create_task(_business(config, folder)))
        desk, wall, tv = addresses(config)
        for line in lines(accounts, folder):
            say(line)
        say(f"Live after {time.monotonic() - began:.1f} s. Open {desk}")
        say(f"  a board: {wall}   leaderboards: {_leaderboards(config)}   an unattended TV: {tv}")
        say("  in English: ?lang=en   Ctrl-C ends all of it")
        await keeper
    finally:
        await runner.stop()
        for task in tasks:
            task.cancel()
        valkey.stop()
        if config.data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _people(config: DemoConfig, folder: Path) -> list[DemoAccount]:
    """The directory of the simulated floor, an account for each role, and the weeks before today."""
    settings = load(str(folder / "floorwatch.toml"))
    services = Services.of(settings)
    try:
        upgrade(services.engine)
        if config.replay is not None:
            return demo_accounts(folder, services, team="", queue="")
        seed(services.audit, settings.site, floor_files.read(settings.floor_file), now_ms())
        staff = plan(_world(config))
        accounts = demo_accounts(folder, services, team=staff.teams[0].id, queue=staff.queues[0].id)
        demo_monitoring(services, staff)
        demo_alerts(services)
        demo_leaderboards(services)
        crm_token(services, folder)
        if config.has_past:
            demo_past(settings, services.engine, SWITCH, _world(config), now_ms())
        return accounts
    finally:
        services.close()


async def _business(config: DemoConfig, folder: Path) -> None:
    """A CRM's work, until the demo ends."""
    settings = load(str(folder / "floorwatch.toml"))
    services = Services.of(settings)
    try:
        token = await asyncio.to_thread(crm_token, services, folder)
        staff = plan(_world(config))
        customers = customers_of(staff, config.seed)
        await DemoBusiness(services.engine, settings.site, customers, token, config.host, config.port).run()
    finally:
        services.close()


def children(config: DemoConfig, folder: Path, ami_port: int) -> list[Child]:
    """The processes in the order of their start."""
    command = [sys.executable, "-m", "dashboard.cli"]
    env = {CONFIG_VARIABLE: str(folder / "floorwatch.toml"), "PYTHONUNBUFFERED": "1"}
    return [
        Child("switch", [*command, *_switch_arguments(config, folder, ami_port)], env, once=True),
        Child("collector", [*command, "collect"], env),
        Child("historian", [*command, "history"], env),
        *([Child("control", [*command, "control"], env)] if config.replay is None else []),
        Child("live", [*command, "live"], env),
        Child("web", [*command, "web"], env),
    ]


def _switch_arguments(config: DemoConfig, folder: Path, ami_port: int) -> list[str]:
    shared = ["--port", str(ami_port), "--queue-log", str(folder / "queue_log"), "--speed", str(config.speed)]
    if config.replay is not None:
        return ["replay", str(config.replay.absolute()), "--stay", *shared]
    sizes = [
        "--agents",
        str(config.agents),
        "--queues",
        str(config.queues),
        "--calls-per-hour",
        str(config.calls_per_hour),
    ]
    sizes += ["--supervisors", str(SUPERVISORS), "--media", f"ws://{config.host}:{config.port + 5}/media"]
    past_h = min(PAST_H, PAST_AGENT_HOURS / config.agents)
    return ["simulate", *sizes, "--seed", str(config.seed), "--history-hours", f"{past_h:.2f}", *shared]


def _write_settings(config: DemoConfig, folder: Path, ami_port: int) -> None:
    account = "floorwatch" if config.replay is None else "sup"
    lines = [
        'site = "demo"',
        f'data = "{folder}"',
        f'floor_file = "{folder / "floor.toml"}"' if config.replay is None else "",
        f"[switches.{SWITCH}]",
        f"port = {ami_port}",
        f'username = "{account}"',
        f'secret = "{"floorwatch" if config.replay is None else "ami-secret"}"',
        f'queue_log = "{folder / "queue_log"}"',
        *(_CONTROL_ACCOUNT if config.replay is None else ()),
        "[web]",
        f'host = "{config.host}"',
        f"port = {config.port}",
        "[live]",
        f'host = "{config.host}"',
        f"port = {config.port + 1}",
        "[history]",
        "checkpoint_every_s = 5",
        "[access]",
        "second_factor = []",  # a visitor of a demo need not set up a telephone first
        "[vitals]",
        f"collector_port = {config.port + 2}",
        f"history_port = {config.port + 3}",
        f"control_port = {config.port + 6}",
        "[control]",
        f'host = "{config.host}"',
        f"port = {config.port + 4}",
        f"media_port = {config.port + 5}",
        'media_secret = "ws-secret"',  # the simulated switch's own, on loopback
    ]
    (folder / "floorwatch.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    if config.replay is None:
        (folder / "floor.toml").write_text(floor_file(_world(config)), encoding="utf-8")


def _world(config: DemoConfig) -> SimulatorConfig:
    return SimulatorConfig(agents=config.agents, queues=config.queues, seed=config.seed, supervisors=SUPERVISORS)


def _folder(config: DemoConfig) -> Path:
    if config.data is None:
        return Path(tempfile.mkdtemp(prefix="floorwatch-demo-"))
    folder = config.data.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _refuse_taken_ports(config: DemoConfig) -> None:
    for port in range(config.port, config.port + 7):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((config.host, port))
            except OSError:
                raise SettingsError(f"--port {config.port}: port {port} is in use; choose another one.") from None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_live(config: DemoConfig) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    waiting = [(config.port + 1, "/readyz"), (config.port, "/healthz")]
    while waiting and time.monotonic() < deadline:
        port, path = waiting[0]
        if await _answers(config.host, port, path):
            waiting.pop(0)
        else:
            await asyncio.sleep(0.1)


async def _answers(host: str, port: int, path: str) -> bool:
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(1):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
                return b" 200 " in await reader.readline()
            finally:
                writer.close()
    return False
