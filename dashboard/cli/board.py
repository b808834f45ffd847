"""`floorwatch board …`: boards of the screens, from and into files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, say, settings
from dashboard.commands.outcome import told_in_words

commands = typer.Typer(help="Boards of the screens, from and into files.", no_args_is_help=True)

BoardFile = Annotated[Path, typer.Argument(metavar="FILE", help="A board as JSON: docs/boards.md.")]


@commands.command("check")
def board_check(file: BoardFile) -> None:
    """Say everything that is wrong with a board's file, each with its place; end with 1 if anything is. Needs no database."""
    from dashboard.commands import boards as room

    with told_in_words():
        raise typer.Exit(room.examine(file, say))


@commands.command("list")
def board_list(config: ConfigOption = None) -> None:
    """The templates and the boards of the site."""
    from dashboard.commands import boards as room

    loaded = settings(config)
    with told_in_words():
        room.show(loaded, say)


@commands.command("export")
def board_export(
    board_id: Annotated[str, typer.Argument(metavar="BOARD", help="Its short name, or a template's.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new file.")],
    config: ConfigOption = None,
) -> None:
    """Write a board as it is published (else its draft) to a file that can be imported again."""
    from dashboard.commands import boards as room

    loaded = settings(config)
    with told_in_words():
        room.write_out(loaded, board_id, file, say)


@commands.command("import")
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
        raise typer.Exit(room.read_in(loaded, file, board_id, say, replaces=replace, publishes=publish))
