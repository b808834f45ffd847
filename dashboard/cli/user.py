"""`floorwatch user …`: accounts, from the server's own command line."""

from __future__ import annotations

from typing import Annotated

import typer

from dashboard.cli.options import ConfigOption, JsonOption, say, settings
from dashboard.commands.outcome import fail, told_in_words

commands = typer.Typer(help="Accounts: who may sign in, and as what.", no_args_is_help=True)

LoginArgument = Annotated[str, typer.Argument(metavar="LOGIN", help="What is typed at sign-in.")]
ReasonOption = Annotated[str, typer.Option(help="Why: for the audit log.")]
FinalOption = Annotated[bool, typer.Option("--final", help="Its owner need not choose another at the next sign-in.")]
RolesArgument = Annotated[
    list[str] | None, typer.Argument(metavar="ROLE", help="As supervisor, or supervisor:team=sales,queue=600.")
]


@commands.command("add")
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
        room.add(loaded, login, name, role or (), typed, say)


@commands.command("first-admin")
def user_first_admin(config: ConfigOption = None) -> None:
    """Print a new start code for the first administrator; the one before is void."""
    from dashboard.commands import first_admin

    loaded = settings(config)
    with told_in_words():
        if not first_admin.print_code(loaded):
            fail("there is an administrator already: floorwatch user add makes another one.")


@commands.command("list")
def user_list(as_json: JsonOption = False, config: ConfigOption = None) -> None:
    """Print all accounts."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.listed(loaded, say, as_json=as_json)


@commands.command("role")
def user_role(login: LoginArgument, roles: RolesArgument = None, config: ConfigOption = None) -> None:
    """Make these the account's roles; none: take all away. Roles from the OpenID provider stay."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_roles(loaded, login, roles or (), say)


@commands.command("disable")
def user_disable(login: LoginArgument, reason: ReasonOption = "", config: ConfigOption = None) -> None:
    """Close an account: sessions end, tokens open nothing."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_enabled(loaded, login, reason, say, is_enabled=False)


@commands.command("enable")
def user_enable(login: LoginArgument, reason: ReasonOption = "", config: ConfigOption = None) -> None:
    """Open a closed account again."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_enabled(loaded, login, reason, say, is_enabled=True)


@commands.command("password")
def user_password(login: LoginArgument, final: FinalOption = False, config: ConfigOption = None) -> None:
    """Set a password, asked for or read from standard input; sessions end."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.set_password(loaded, login, room.typed_password(is_temporary=not final), say)


@commands.command("invite")
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
        room.invite(loaded, login, say, resets=reset)


@commands.command("sessions")
def user_sessions(login: LoginArgument, config: ConfigOption = None) -> None:
    """Print where an account is signed in."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.sessions(loaded, login, say)


@commands.command("revoke")
def user_revoke(login: LoginArgument, config: ConfigOption = None) -> None:
    """End all sessions of an account."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.revoke(loaded, login, say)


@commands.command("reset-second-factor")
def user_reset_second_factor(login: LoginArgument, config: ConfigOption = None) -> None:
    """Take away a second factor whose owner lost phone and recovery codes."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.reset_second_factor(loaded, login, say)


@commands.command("rotate-key")
def user_rotate_key(config: ConfigOption = None) -> None:
    """Make a new key for second factors, and seal all of them with it."""
    from dashboard.commands import users as room

    loaded = settings(config)
    with told_in_words():
        room.rotate_key(loaded, say)


# -- a switch to try it with -------------------------------------------------------------------------------------------
