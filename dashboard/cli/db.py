"""`floorwatch db …`: schema, backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, say, settings
from dashboard.commands.outcome import told_in_words

commands = typer.Typer(help="The database: its schema, backup and restore.", no_args_is_help=True)


@commands.command("upgrade")
def db_upgrade(config: ConfigOption = None) -> None:
    """Bring the database to this release's schema."""
    from dashboard.commands import db as room

    loaded = settings(config)
    with told_in_words():
        room.bring_up(loaded, say)


@commands.command("backup")
def db_backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file; its folder must be there.")],
    config: ConfigOption = None,
) -> None:
    """Write everything in the database to one file, also while the product runs."""
    from dashboard.commands import db as room

    loaded = settings(config)
    with told_in_words():
        room.write_backup(loaded, file, say)


@commands.command("restore")
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
        room.read_backup(loaded, file, say, replaces=replace, accepts_broken_log=accept_broken_log)
