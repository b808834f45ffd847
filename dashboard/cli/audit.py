"""`floorwatch audit …`: whether the log is whole, its purge, its export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, say, settings
from dashboard.commands.outcome import told_in_words

commands = typer.Typer(help="The audit log: whether it is whole, its purge, its export.", no_args_is_help=True)


@commands.command("verify")
def audit_verify(config: ConfigOption = None) -> None:
    """Read the whole audit log; end with 1 if a line was changed, removed, put elsewhere, put in or cut off."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.examine(loaded, say))


@commands.command("purge")
def audit_purge(config: ConfigOption = None) -> None:
    """Remove the lines that are older than audit.retention_days."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        room.remove_old(loaded, say)


@commands.command("export")
def audit_export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file: .csv or .xlsx.")],
    config: ConfigOption = None,
) -> None:
    """Write the audit log to a table; that is on record too."""
    from dashboard.commands import audit_log as room

    loaded = settings(config)
    with told_in_words():
        room.export(loaded, file, say)
