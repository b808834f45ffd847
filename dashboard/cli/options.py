"""What the commands share: their common options, the settings they begin with, a line that is said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dashboard import process_log
from dashboard.commands.outcome import told_in_words

if TYPE_CHECKING:
    from dashboard.settings import Settings

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
    from dashboard.settings import load

    with told_in_words():
        loaded = load(config)
    process_log.begin(loaded.log_level)
    return loaded


def say(line: str) -> None:
    """A line to the terminal, at once."""
    print(line, flush=True)
