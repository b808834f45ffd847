"""`floorwatch user …`: accounts from the server's own terminal, for the first day and for when nobody can sign in.

The same services as the pages, so the same rules and the same lines in the audit log. Passwords come from a prompt or from
standard input, never from the command line, where every user of the machine could read them.
"""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO

from rich.console import Console
from rich.table import Table
from rich.text import Text
from sqlalchemy import select

from dashboard.access.account_view import AccountView, RoleGiven
from dashboard.access.actor import Actor
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.access.seal import SealBroken
from dashboard.access.session_record import Session
from dashboard.commands.operator import operator
from dashboard.commands.outcome import note
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.settings import Settings, SettingsError
from dashboard.store.engine import StoreError, reading
from dashboard.store.migrate import require_newest
from dashboard.store.schema import queues, teams
from layouts.texts import catalogue

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class NewPassword:
    """From the prompt. `is_temporary`: its owner has to choose another."""

    text: str
    is_temporary: bool


def add(
    settings: Settings, login: str, name: str, roles: Sequence[str], password: NewPassword | None, say: Say
) -> None:
    """A new account: with a password, or with an invitation that its owner chooses one with."""
    given = [role_of(one) for one in roles]
    with _desk(settings) as (here, actor):
        account_id = here.accounts.create(
            actor,
            login,
            name or login,
            password=password.text if password else "",
            must_choose=bool(password and password.is_temporary),
            roles=given,
        )
        say(f"{login}: added.")
        _note_unknown(here, given)
        if password is None:
            _say_code(here.invitations.invite(actor, account_id), say)


def listed(settings: Settings, say: Say, *, as_json: bool) -> None:
    """All accounts, with roles and state."""
    with _desk(settings) as (here, actor):
        views = here.accounts.listed(actor)
    if as_json:
        say(json.dumps([_as_json(view) for view in views], ensure_ascii=False, indent=1))
    elif views:
        rows = [
            (view.login, view.name, _lines(one.told() for one in view.roles), _state(view), _time(view.last_sign_in_ms))
            for view in views
        ]
        say(_table(("login", "name", "roles", "state", "last sign-in"), rows))
    else:
        say("There is no account yet.")


def set_roles(settings: Settings, login: str, roles: Sequence[str], say: Say) -> None:
    """The roles given by hand are these now."""
    given = [role_of(one) for one in roles]
    with _desk(settings) as (here, actor):
        view = here.accounts.by_login(actor, login)
        here.accounts.set_roles(actor, view.id, given)
        _note_unknown(here, given)
        view = here.accounts.find(actor, view.id)
    say(f"{view.login}: {', '.join(one.told() for one in view.roles) or 'no role'}.")


def set_enabled(settings: Settings, login: str, reason: str, say: Say, *, is_enabled: bool) -> None:
    """Closes an account, or opens it again."""
    with _desk(settings) as (here, actor):
        change = here.accounts.enable if is_enabled else here.accounts.disable
        change(actor, here.accounts.by_login(actor, login).id, reason)
    say(f"{login}: {'enabled' if is_enabled else 'disabled'}.")


def set_password(settings: Settings, login: str, password: NewPassword, say: Say) -> None:
    """A password that somebody else chose; all sessions of the account end."""
    with _desk(settings) as (here, actor):
        view = here.accounts.by_login(actor, login)
        here.accounts.set_password(actor, view.id, password.text, must_choose=password.is_temporary)
    say(f"{login}: the password is set{', to be changed at the next sign-in' if password.is_temporary else ''}.")


def invite(settings: Settings, login: str, say: Say, *, resets: bool) -> None:
    """A code with which its owner chooses a password; `resets`: the one that there is ends now."""
    with _desk(settings) as (here, actor):
        view = here.accounts.by_login(actor, login)
        code = (here.invitations.reset if resets else here.invitations.invite)(actor, view.id)
    _say_code(code, say)


def sessions(settings: Settings, login: str, say: Say) -> None:
    """Where an account is signed in."""
    with _desk(settings) as (here, actor):
        found = here.sessions.of(actor, here.accounts.by_login(actor, login).id)
    rows = [_session_row(one) for one in found]
    say(_table(("signed in", "last seen", "address", "browser"), rows) if rows else f"{login}: no session.")


def revoke(settings: Settings, login: str, say: Say) -> None:
    """Ends all sessions of an account."""
    with _desk(settings) as (here, actor):
        count = here.sessions.revoke_all(actor, here.accounts.by_login(actor, login).id)
    say(f"{login}: {count} sessions ended.")


def reset_second_factor(settings: Settings, login: str, say: Say) -> None:
    """For who lost phone and recovery codes."""
    with _desk(settings) as (here, actor):
        here.second_factors.reset(actor, here.accounts.by_login(actor, login).id)
    say(f"{login}: has no second factor any more.")


def rotate_key(settings: Settings, say: Say) -> None:
    """A new key for second factors; all of them sealed with it."""
    with _desk(settings) as (here, actor):
        count = here.second_factors.reseal(actor)
    say(
        f"{settings.access_key_file}: a new key is its first line, and {count} second factors are sealed with it. "
        "Older lines open older backups of the database; remove them when those are gone."
    )


def role_of(text: str) -> RoleGiven:
    """`supervisor`, or `supervisor:team=sales,queue=600`. Raises `SettingsError`."""
    word, _, where = text.partition(":")
    if word not in set(Role):
        raise SettingsError(f"{text}: there is no role {word!r}. There are {', '.join(Role)}.")
    if not where:
        return RoleGiven(word)
    found: dict[str, set[str]] = {"team": set(), "queue": set()}
    for part in where.split(","):
        kind, separator, name = part.partition("=")
        if kind not in found or not separator or not name:
            raise SettingsError(f"{text}: write where it holds like {word}:team=sales,queue=600.")
        found[kind].add(name)
    return RoleGiven(word, Scope(frozenset(found["queue"]), frozenset(found["team"])))


def typed_password(*, is_temporary: bool) -> NewPassword:
    """Asked for twice at a terminal; else the first line of standard input. Raises `SettingsError` for none."""
    if sys.stdin.isatty():
        text = getpass.getpass("New password: ")
        if text != getpass.getpass("Once more: "):
            raise SettingsError("the two passwords are not the same.")
    else:
        text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise SettingsError("no password came: type one, or write it to standard input.")
    return NewPassword(text, is_temporary)


# ----------------------------------------------------------------------------------------------------------------------


@contextmanager
def _desk(settings: Settings) -> Iterator[tuple[Services, Actor]]:
    """The services, and who is at the terminal. What they refuse becomes a sentence."""
    services = Services.of(settings)
    try:
        require_newest(services.engine)
        yield services, operator()
    except Refused as refused:
        raise SettingsError(catalogue("en", "forms", "access")(refused.word, **refused.values)) from None
    except SealBroken as error:
        raise StoreError(str(error)) from error
    finally:
        services.close()


def _note_unknown(here: Services, given: Sequence[RoleGiven]) -> None:
    """A wrong id shows nothing to nobody; the directory may also come later."""
    with reading(here.engine) as connection:
        known_teams = set(connection.execute(select(teams.c.id)).scalars())
        known_queues = set(connection.execute(select(queues.c.id).where(queues.c.site == here.site)).scalars())
    for one in given:
        where = Scope(frozenset()) if one.scope.is_everything else one.scope
        missing = [f"team {name!r}" for name in sorted(where.teams - known_teams)]
        missing += [f"queue {name!r}" for name in sorted((where.queues or frozenset()) - known_queues)]
        if missing:
            note(f"{one.role}: not in the directory (yet): {', '.join(missing)}.")


def _say_code(code: str, say: Say) -> None:
    say(f"Code, good once and for 24 hours, for the page /welcome: {code}")


def _as_json(view: AccountView) -> dict[str, object]:
    return {
        "login": view.login,
        "name": view.name,
        "person": view.person_name,
        "roles": [one.told() for one in view.roles],
        "state": _state(view),
        "second_factor": view.has_second_factor,
        "last_sign_in_ms": view.last_sign_in_ms,
    }


def _state(view: AccountView) -> str:
    if not view.is_enabled:
        return "disabled"
    if view.must_choose:
        return "temporary password"
    return "enabled" if view.has_password else "no password"


def _session_row(session: Session) -> tuple[str, ...]:
    return _time(session.created_at_ms), _time(session.seen_at_ms), session.address, session.browser


def _time(at_ms: int | None) -> str:
    return "–" if at_ms is None else f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%d %H:%M} UTC"


def _lines(words: Iterator[str]) -> str:
    return "\n".join(words)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    console = Console(width=132, record=True, file=StringIO())
    made = Table(*heads)
    for row in rows:
        made.add_row(*(Text(cell) for cell in row))
    console.print(made)
    return console.export_text().rstrip()
