"""`floorwatch …`: the command line. Each command reads its arguments, loads the settings and calls one room.

Imports of the rooms happen inside the commands: `floorwatch --help` must answer at once, and a collector need not load Dash.
"""

from __future__ import annotations

import json
import os
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli import audit, board, db, directory, rebuild, user
from dashboard.cli.options import (
    ConfigOption,
    HostOption,
    JsonOption,
    PortOption,
    QueueLogOption,
    SwitchOption,
    say,
    settings,
)
from dashboard.commands.outcome import fail, note, run_until_told, told_in_words

app = typer.Typer(
    name="floorwatch",
    help="Real-time supervisor dashboard of a call centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for name, room in (
    ("db", db),
    ("audit", audit),
    ("directory", directory),
    ("board", board),
    ("user", user),
    ("rebuild", rebuild),
):
    app.add_typer(room.commands, name=name)


@app.callback(invoke_without_command=True)
def version(*, show: Annotated[bool, typer.Option("--version", help="Print the version and end.")] = False) -> None:
    """Real-time supervisor dashboard of a call centre."""
    if show:
        print(installed_version("floorwatch"))
        raise typer.Exit


# -- the processes of a site -------------------------------------------------------------------------------------------


@app.command()
def collect(switch: SwitchOption = None, config: ConfigOption = None) -> None:
    """Run the collector of one switch: its events into the stream."""
    from dashboard.commands import processes

    loaded = settings(config)
    run_until_told(lambda: processes.collector(loaded, switch))


@app.command()
def history(config: ConfigOption = None) -> None:
    """Run the historian: checkpoints and history."""
    from dashboard.commands import processes

    loaded = settings(config)
    run_until_told(lambda: processes.historian(loaded))


@app.command()
def live(config: ConfigOption = None) -> None:
    """Run the live gateway: websockets for the screens, and the live API."""
    from dashboard.commands import processes

    loaded = settings(config)
    run_until_told(lambda: processes.gateway(loaded))


@app.command()
def control(switch: SwitchOption = None, config: ConfigOption = None) -> None:
    """Run the control of the switches: stepping into calls, pausing agents, moving callers."""
    from dashboard.commands import processes

    loaded = settings(config)
    run_until_told(lambda: processes.control(loaded, switch))


@app.command()
def web(config: ConfigOption = None) -> None:
    """Run the pages on gunicorn (replaces this process). Prints a one-time code while there is no administrator."""
    from dashboard.commands import first_admin
    from dashboard.settings import CONFIG_VARIABLE

    loaded = settings(config)
    with told_in_words():
        first_admin.announce(loaded)
    if config:
        os.environ[CONFIG_VARIABLE] = config
    arguments = [
        *("-k", "gthread", "--threads", str(loaded.web.threads), "--workers", str(loaded.web.workers)),
        *("--bind", f"{loaded.web.host}:{loaded.web.port}", "--graceful-timeout", "3", "--no-control-socket"),
        *("--worker-tmp-dir", "/dev/shm" if Path("/dev/shm").is_dir() else "/tmp"),  # noqa: S108 — gunicorn's heartbeat file, made safely by it
    ]
    os.execv(sys.executable, [sys.executable, "-m", "gunicorn", "dashboard.app:server", *arguments])  # noqa: S606 — our own interpreter


@app.command()
def demo(
    agents: Annotated[int, typer.Option(min=1, max=5000, help="Agents on the floor.")] = 60,
    queues: Annotated[int, typer.Option(min=0, max=200, help="Queues; 0: fitting the agents.")] = 0,
    calls_per_hour: Annotated[float, typer.Option(min=0, help="Calls an hour; 0: fitting the agents.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same calls.")] = 1,
    replay: Annotated[Path | None, typer.Option(metavar="DIR", help="A recording instead of the simulator.")] = None,
    speed: Annotated[float, typer.Option(min=0.01, help="How fast the switch's time runs.")] = 1.0,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the data here; else it is removed at the end.")
    ] = None,
    port: Annotated[int, typer.Option(min=1, max=65529, help="Port of the pages; the next six are used too.")] = 8050,
    past: Annotated[bool, typer.Option(help="Four weeks of history before today.")] = True,
) -> None:
    """Run the whole product on a simulated switch, in the foreground."""
    from dashboard import demo as room

    wanted = room.DemoConfig(agents, queues, calls_per_hour, seed, replay, speed, data=data, port=port, has_past=past)
    run_until_told(lambda: room.run(wanted, lambda line: print(line, flush=True)))


@app.command()
def simulate(
    agents: Annotated[int, typer.Option(min=1, max=5000, help="Agents on the floor.")] = 60,
    queues: Annotated[int, typer.Option(min=0, max=200, help="Queues; 0: fitting the agents.")] = 0,
    calls_per_hour: Annotated[float, typer.Option(min=0, help="Calls an hour; 0: fitting the agents.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed, the same calls.")] = 1,
    speed: Annotated[float, typer.Option(min=0.01, help="How fast its time runs.")] = 1.0,
    history_hours: Annotated[
        float, typer.Option(min=0, max=24, help="Hours already lived, told by its queue_log.")
    ] = 0,
    host: HostOption = "127.0.0.1",
    port: PortOption = 5038,
    trap: Annotated[
        list[int] | None, typer.Option(help="Switch on a numbered trap (docs/simulator.md); repeatable.")
    ] = None,
    noise: Annotated[
        list[str] | None, typer.Option(help="Noise of a real switch: varset, newexten, cel, rtcp, cdr; repeatable.")
    ] = None,
    queue_log: QueueLogOption = None,
    truth: Annotated[Path | None, typer.Option(metavar="FILE", help="Write its own truth there when it ends.")] = None,
    control_port: Annotated[int | None, typer.Option(help="Loopback port that answers with its truth.")] = None,
    *,
    supervisors: Annotated[
        int, typer.Option(min=0, max=500, help="Supervisors' phones, PJSIP/8001 and on; 0: fitting the agents.")
    ] = 0,
    media: Annotated[
        str, typer.Option(metavar="URI", help="Where it carries calls for browsers.")
    ] = "ws://127.0.0.1:8055/media",
) -> None:
    """Run a simulated switch that speaks AMI."""
    from collectors import simulator

    with told_in_words():
        wanted = simulator.SimulatorConfig(
            agents=agents,
            queues=queues,
            calls_per_hour=calls_per_hour,
            seed=seed,
            speed=speed,
            history_hours=history_hours,
            host=host,
            port=port,
            traps=frozenset(trap or ()),
            noise=frozenset(noise or ()),
            queue_log_path=queue_log,
            truth_path=truth,
            control_port=control_port,
            supervisors=supervisors,
            websocket_clients=(simulator.WebSocketClient("floorwatch", media),),
        )
    run_until_told(lambda: simulator.run(wanted))


@app.command()
def replay(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder with ami-N.raw.gz and its companions.")],
    speed: Annotated[float, typer.Option(min=0.01, help="Times faster than it was.")] = 1.0,
    host: HostOption = "127.0.0.1",
    port: PortOption = 5038,
    queue_log: QueueLogOption = None,
    stay: Annotated[bool, typer.Option("--stay", help="Keep the last connection open after its last byte.")] = False,
    account: Annotated[str, typer.Option(help="Folder of another account's connections inside the recording.")] = "",
) -> None:
    """Serve a recording of a switch over TCP."""
    from collectors import simulator

    with told_in_words():
        wanted = simulator.ReplayConfig(
            directory=directory, speed=speed, host=host, port=port, queue_log_path=queue_log, stay=stay, account=account
        )
    run_until_told(lambda: simulator.replay(wanted))


# -- looking -----------------------------------------------------------------------------------------------------------


@app.command()
def fold(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a recording.")],
    as_json: JsonOption = False,
    queue_log: Annotated[
        bool, typer.Option("--queue-log/--no-queue-log", help="Use the recording's queue_log.")
    ] = True,
    user_events: Annotated[
        bool, typer.Option("--user-events/--no-user-events", help="Use the dialplan's UserEvents.")
    ] = True,
) -> None:
    """Fold a recording, offline, and print the floor's metrics over all of it."""
    from dashboard.commands import numbers

    with told_in_words():
        found = numbers.of_recording(directory, queue_log=queue_log, user_events=user_events, notice=note)
        print(_shown(found, as_json=as_json))


@app.command()
def floor(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Print the running system's floor: the day's metrics by queue and agent."""
    from dashboard.commands import numbers

    loaded = settings(config)
    with told_in_words():
        print(_shown(numbers.of_running_system(loaded), as_json=as_json))


@app.command()
def tail(
    from_start: Annotated[bool, typer.Option("--from-start", help="From the oldest entry, not from now.")] = False,
    follow: Annotated[bool, typer.Option("--follow/--no-follow", help="Go on until Ctrl-C.")] = True,
    heartbeats: Annotated[bool, typer.Option("--heartbeats", help="Show SourceAlive too.")] = False,
    config: ConfigOption = None,
) -> None:
    """Print the stream, readable."""
    from dashboard.commands import tail as room

    loaded = settings(config)
    run_until_told(
        lambda: room.follow(
            loaded.effective_redis_url,
            loaded.site,
            lambda line: print(line, flush=True),
            from_start=from_start,
            follows=follow,
            heartbeats=heartbeats,
        )
    )


@app.command()
def doctor(
    live_call: Annotated[
        bool, typer.Option("--live-call", help="Place one test call at the switch that proves each way of stepping in.")
    ] = False,
    switch: SwitchOption = None,
    phone: Annotated[
        str,
        typer.Option(metavar="PJSIP/2001", help="With --live-call: ring this phone, else a browser's way is tried."),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="With --live-call: although calls are going on.")] = False,
    config: ConfigOption = None,
) -> None:
    """Check settings, Redis, database, switch login and rights; say in words what is wrong."""
    loaded = settings(config)
    with told_in_words():
        if live_call:
            from dashboard.commands import live_call as test_call

            raise typer.Exit(test_call.examine(loaded, test_call.Asked(switch, phone, yes), say))
        from dashboard.commands import doctor as room

        raise typer.Exit(room.examine(loaded, say))


def _shown(numbers: dict[str, dict[str, dict[str, object]]], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(numbers, ensure_ascii=False, indent=1)
    from dashboard.commands.numbers import table

    return table(numbers)


def main() -> None:
    """Entry point of the `floorwatch` command."""
    try:
        app()
    except KeyboardInterrupt:
        fail("interrupted.", 130)
