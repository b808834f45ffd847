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

from dashboard import process_log
from dashboard.commands.outcome import fail, note, run_until_told, told_in_words
from dashboard.settings import CONFIG_VARIABLE, Settings, load

app = typer.Typer(
    name="floorwatch",
    help="Real-time supervisor dashboard of a call centre.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

ConfigOption = Annotated[
    str | None,
    typer.Option("--config", metavar="FILE", help="Settings file (else FLOORWATCH_CONFIG, else floorwatch.toml)."),
]
SwitchOption = Annotated[
    str | None, typer.Option("--switch", metavar="NAME", help="Which switch, if there are several.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]
PortOption = Annotated[int, typer.Option(help="Port; 0: any free one.", min=0, max=65535)]
HostOption = Annotated[str, typer.Option(help="Address to listen on.")]
QueueLogOption = Annotated[Path | None, typer.Option("--queue-log", metavar="FILE", help="Write a queue_log there.")]


def settings(config: str | None) -> Settings:
    """The settings, with logging set up; ends with one line and code 2 if they are wrong."""
    with told_in_words():
        loaded = load(config)
    process_log.begin(loaded.log_level)
    return loaded


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
def web(config: ConfigOption = None) -> None:
    """Run the pages on gunicorn (replaces this process). Prints a one-time code while there is no administrator."""
    from dashboard.commands import first_admin

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


# -- what is kept ------------------------------------------------------------------------------------------------------

db = typer.Typer(help="The database: its schema, backup and restore.", no_args_is_help=True)
app.add_typer(db, name="db")
audit = typer.Typer(help="The audit log: whether it is whole, its purge, its export.", no_args_is_help=True)
app.add_typer(audit, name="audit")


@db.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database to this release's schema."""
    from dashboard.commands import db as room

    loaded = settings(config)
    with told_in_words():
        room.bring_up(loaded, _say)


@db.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; its folder must be there.")],
    config: ConfigOption = None,
) -> None:
    """Write everything in the database to one file, also while the product runs."""
    from dashboard.commands import db as room

    loaded = settings(config)
    with told_in_words():
        room.write_backup(loaded, file, _say)


@db.command("restore")
def db_restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup, from SQLite or PostgreSQL.")],
    replace: Annotated[bool, typer.Option("--replace", help="Replace what the database holds.")] = False,
    accept_broken_log: Annotated[
        bool, typer.Option("--accept-broken-log", help="Restore even if the backup's audit log is not whole.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Put a backup back, all of it or nothing. Stop the product's processes first."""
    from dashboard.commands import db as room

    loaded = settings(config)
    with told_in_words():
        room.read_backup(loaded, file, _say, replaces=replace, accepts_broken_log=accept_broken_log)


@audit.command("verify")
def audit_verify(config: ConfigOption = None) -> None:
    """Read the whole audit log; end with 1 if a line was changed, removed, put elsewhere, put in or cut off."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.examine(loaded, _say))


@audit.command("purge")
def audit_purge(config: ConfigOption = None) -> None:
    """Remove the lines that are older than audit.retention_days."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        room.remove_old(loaded, _say)


@audit.command("export")
def audit_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file: .csv or .xlsx.")],
    config: ConfigOption = None,
) -> None:
    """Write the audit log to a table; that is on record too."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        room.export(loaded, file, _say)


directory = typer.Typer(help="People, teams, queues and pause reasons, from and into files.", no_args_is_help=True)
app.add_typer(directory, name="directory")


@directory.command("import")
def directory_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX; the column names say which table it is.")],
    yes: Annotated[bool, typer.Option("--yes", help="Import it; else only say what it would do.")] = False,
    config: ConfigOption = None,
) -> None:
    """Say row by row what a file would change; with --yes change it, all of it or nothing."""
    from dashboard.commands import directory as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.read_in(loaded, file, _say, does_it=yes))


@directory.command("export")
def directory_export(
    kind: Annotated[str, typer.Argument(metavar="TABLE", help="people, teams, queues or reasons.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file: .csv or .xlsx.")],
    config: ConfigOption = None,
) -> None:
    """Write a table that can be imported again; that is on record."""
    from dashboard.commands import directory as room

    loaded = settings(config)
    with told_in_words():
        room.write_out(loaded, kind, file, _say)


board = typer.Typer(help="Boards of the screens, from and into files.", no_args_is_help=True)
app.add_typer(board, name="board")

BoardFile = Annotated[Path, typer.Argument(metavar="FILE", help="A board as JSON: docs/boards.md.")]


@board.command("check")
def board_check(file: BoardFile) -> None:
    """Say everything that is wrong with a board's file, each with its place; end with 1 if anything is. Needs no database."""
    from dashboard.commands import boards as room

    with told_in_words():
        raise typer.Exit(room.examine(file, _say))


@board.command("list")
def board_list(config: ConfigOption = None) -> None:
    """The templates and the boards of the site."""
    from dashboard.commands import boards as room

    loaded = settings(config)
    with told_in_words():
        room.show(loaded, _say)


@board.command("export")
def board_export(
    board_id: Annotated[str, typer.Argument(metavar="BOARD", help="Its short name, or a template's.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")],
    config: ConfigOption = None,
) -> None:
    """Write a board as it is published (else its draft) to a file that can be imported again."""
    from dashboard.commands import boards as room

    loaded = settings(config)
    with told_in_words():
        room.write_out(loaded, board_id, file, _say)


@board.command("import")
def board_import(
    file: BoardFile,
    board_id: Annotated[str, typer.Option("--id", help="Its short name; else the one in the file.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace the draft of the board of that name.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Let screens show it at once.")] = False,
    config: ConfigOption = None,
) -> None:
    """Take a board from a file as a draft; with any mistake nothing is saved, and it ends with 1."""
    from dashboard.commands import boards as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.read_in(loaded, file, board_id, _say, replaces=replace, publishes=publish))


user = typer.Typer(help="Accounts: who may sign in, and as what.", no_args_is_help=True)
app.add_typer(user, name="user")

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="What is typed at sign-in.")]
ReasonOption = Annotated[str, typer.Option(help="Why: for the audit log.")]
FinalOption = Annotated[bool, typer.Option("--final", help="Its owner need not choose another at the next sign-in.")]
RolesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ROLE", help="As supervisor, or supervisor:team=sales,queue=600.")
]


@user.command("add")
def user_add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="The name that others see; else the login.")] = "",
    role: Annotated[
        list[str] | None, typer.Option(help="As supervisor, or supervisor:team=sales,queue=600; repeatable.")
    ] = None,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password (or read it from standard input), not an invitation.")
    ] = False,
    final: FinalOption = False,
    config: ConfigOption = None,
) -> None:
    """Make an account; without --password print a code with which its owner chooses one."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        typed = room.typed_password(is_temporary=not final) if password else None
        room.add(loaded, login, name, role or (), typed, _say)


@user.command("first-admin")
def user_first_admin(config: ConfigOption = None) -> None:
    """Print a new start code for the first administrator; the one before is void."""
    from dashboard.commands import first_admin

    loaded = settings(config)
    with told_in_words():
        if not first_admin.print_code(loaded):
            fail("there is an administrator already: floorwatch user add makes another one.")


@user.command("list")
def user_list(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Print all accounts."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.listed(loaded, _say, as_json=as_json)


@user.command("role")
def user_role(login: LoginArgument, roles: RolesArgument = None, config: ConfigOption = None) -> None:
    """Make these the account's roles; none: take all away. Roles from the OpenID provider stay."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_roles(loaded, login, roles or (), _say)


@user.command("disable")
def user_disable(login: LoginArgument, reason: ReasonOption = "", config: ConfigOption = None) -> None:
    """Close an account: sessions end, tokens open nothing."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_enabled(loaded, login, reason, _say, is_enabled=False)


@user.command("enable")
def user_enable(login: LoginArgument, reason: ReasonOption = "", config: ConfigOption = None) -> None:
    """Open a closed account again."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_enabled(loaded, login, reason, _say, is_enabled=True)


@user.command("password")
def user_password(login: LoginArgument, final: FinalOption = False, config: ConfigOption = None) -> None:
    """Set a password, asked for or read from standard input; sessions end."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_password(loaded, login, room.typed_password(is_temporary=not final), _say)


@user.command("invite")
def user_invite(
    login: LoginArgument,
    reset: Annotated[
        bool, typer.Option("--reset", help="The password and the sessions that there are end now.")
    ] = False,
    config: ConfigOption = None,
) -> None:
    """Print a code with which its owner chooses a new password."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.invite(loaded, login, _say, resets=reset)


@user.command("sessions")
def user_sessions(login: LoginArgument, config: ConfigOption = None) -> None:
    """Print where an account is signed in."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.sessions(loaded, login, _say)


@user.command("revoke")
def user_revoke(login: LoginArgument, config: ConfigOption = None) -> None:
    """End all sessions of an account."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.revoke(loaded, login, _say)


@user.command("reset-second-factor")
def user_reset_second_factor(login: LoginArgument, config: ConfigOption = None) -> None:
    """Take away a second factor whose owner lost phone and recovery codes."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.reset_second_factor(loaded, login, _say)


@user.command("rotate-key")
def user_rotate_key(config: ConfigOption = None) -> None:
    """Make a new key for second factors, and seal all of them with it."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.rotate_key(loaded, _say)


# -- a switch to try it with -------------------------------------------------------------------------------------------


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
    port: Annotated[int, typer.Option(min=1, max=65532, help="Port of the pages; the next three are used too.")] = 8050,
) -> None:
    """Run the whole product on a simulated switch, in the foreground."""
    from dashboard import demo as room

    wanted = room.DemoConfig(agents, queues, calls_per_hour, seed, replay, speed, data=data, port=port)
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
def doctor(config: ConfigOption = None) -> None:
    """Check settings, Redis, database, switch login and rights; say in words what is wrong."""
    from dashboard.commands import doctor as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.examine(loaded, lambda line: print(line, flush=True)))


def _say(line: str) -> None:
    print(line, flush=True)


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


if __name__ == "__main__":
    main()
