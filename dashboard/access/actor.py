"""Whoever asks for something: a person, a TV, a program with a token, the system itself, or nobody known.

An actor is a value, made for one request (or for one websocket, and made anew when it is checked again). It says what it may
do and where; services ask it and refuse with `Denied`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dashboard.access.permissions import Permission, Role, permissions_of
from dashboard.access.scope import EVERYTHING, NOTHING, Scope

ActorKind = Literal["person", "token", "screen", "system", "nobody"]


class Denied(Exception):  # noqa: N818 — the field's word
    """The actor may not do this (there). `permission` and `target` are for the audit line; answered with 403 or close 4403."""

    def __init__(self, permission: Permission, target: str = "") -> None:
        super().__init__(f"This needs the permission {permission}{f' for {target}' if target else ''}.")
        self.permission = permission
        self.target = target


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in a scope. `permissions`: what the role allows, or less (a token's part of it; a screen's)."""

    role: str
    scope: Scope
    permissions: frozenset[Permission]

    @classmethod
    def of(cls, role: Role | str, scope: Scope = EVERYTHING) -> Grant:
        """The whole role."""
        return cls(str(role), scope, permissions_of(role))


@dataclass(frozen=True, slots=True)
class Actor:
    """`id`: of the account, screen or token. `account_id`: whose it is, for persons and tokens. `session`: the session's id
    as it is kept (hashed). `address`: where the request comes from. `lang`: tag, "" for none chosen."""

    kind: ActorKind
    id: str
    name: str
    grants: tuple[Grant, ...] = ()
    account_id: str = ""
    session: str = ""
    address: str = ""
    lang: str = ""
    board: str = ""
    theme: str = ""
    must_set_up: str = field(default="", compare=False)
    """What a person has to do before anything else (`second_factor`, `password`); "" for nothing. With it nothing else is allowed."""

    def may(self, permission: Permission) -> bool:
        """Whether this is allowed anywhere."""
        return self.kind == "system" or any(permission in grant.permissions for grant in self.grants)

    def scope(self, permission: Permission) -> Scope:
        """Where it is allowed: the union over all grants that hold it."""
        if self.kind == "system":
            return EVERYTHING
        found = NOTHING
        for grant in self.grants:
            if permission in grant.permissions:
                found = found | grant.scope
        return found

    def require(self, permission: Permission) -> Scope:
        """Where it is allowed. Raises `Denied` if nowhere."""
        if not self.may(permission):
            raise Denied(permission)
        return self.scope(permission)

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles held, each once, in order."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))


def system(name: str) -> Actor:
    """Our own processes and commands (`floorwatch user …` run on the server's machine)."""
    return Actor("system", name, name)


NOBODY = Actor("nobody", "", "")
