"""`floorwatch directory …`: people, teams, queues and pause reasons, from and into files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, say, settings
from dashboard.commands.outcome import told_in_words

commands = typer.Typer(help="People, teams, queues and pause reasons, from and into files.", no_args_is_help=True)


@commands.command("import")
def directory_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or XLSX; the column names say which table it is.")],
    yes: Annotated[bool, typer.Option("--yes", help="Import it; else only say what it would do.")] = False,
    config: ConfigOption = None,
) -> None:
    """Say row by row what a file would change; with --yes change it, all of it or nothing."""
    from dashboard.commands import directory as room

    loaded = settings(config)
    with told_in_words():
        raise typer.Exit(room.read_in(loaded, file, say, does_it=yes))


@commands.command("export")
def directory_export(
    kind: Annotated[str, typer.Argument(metavar="TABLE", help="people, teams, queues or reasons.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file: .csv or .xlsx.")],
    config: ConfigOption = None,
) -> None:
    """Write a table that can be imported again; that is on record."""
    from dashboard.commands import directory as room

    loaded = settings(config)
    with told_in_words():
        room.write_out(loaded, kind, file, say)
