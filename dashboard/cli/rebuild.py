"""`floorwatch rebuild …`: history made anew."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, say, settings
from dashboard.commands.outcome import run_until_told

commands = typer.Typer(help="Make history anew, from the stream or from queue_log files.", no_args_is_help=True)

AnewOption = Annotated[bool, typer.Option("--anew", help="Give up another rebuild that is not done.")]


@commands.command("stream")
def rebuild_stream(anew: AnewOption = False, config: ConfigOption = None) -> None:
    """From the stream, as far back as it tells everything. Stop `floorwatch history` first."""
    from dashboard.commands import rebuild as room

    loaded = settings(config)
    run_until_told(lambda: room.from_stream(loaded, anew=anew, say=say))


@commands.command("queue-log")
def rebuild_queue_log(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SWITCH=]PATH…", help="Files or folders, plain or gzip; none: what the settings name."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only before this day; else up to what was watched live."),
    ] = None,
    names: Annotated[
        Path | None, typer.Option(metavar="FILE", help="CSV: a name in the log, its interface. For people who left.")
    ] = None,
    anew: AnewOption = False,
    config: ConfigOption = None,
) -> None:
    """From the switches' own logs, years of them. Stop `floorwatch history` first."""
    from dashboard.commands import rebuild as room

    loaded = settings(config)
    day = until.date() if until is not None else None
    run_until_told(lambda: room.from_logs(loaded, paths or [], until=day, names=names, anew=anew, say=say))
