"""Rooms that have no part: who may use them must hold the permission everywhere.

Accounts, sessions and tokens of others belong to no team or queue. An administrator of one team only could otherwise give
themselves the rest.
"""

from __future__ import annotations

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission


def require_everywhere(actor: Actor, permission: Permission) -> None:
    """Raises `Denied` unless it is held without a limit."""
    if not actor.require(permission).is_everything:
        raise Denied(permission, "everything")


def require_own(actor: Actor) -> str:
    """The account of a person who changes what is their own. Raises `Denied` for programs and screens."""
    actor.require(Permission.ACCOUNT_OWN)
    return _person(actor)


def require_setting_up(actor: Actor) -> str:
    """The same, also for a person who may do nothing before this is done (`must_set_up`)."""
    if not actor.must_set_up:
        actor.require(Permission.ACCOUNT_OWN)
    return _person(actor)


def _person(actor: Actor) -> str:
    if actor.kind != "person" or not actor.account_id:
        raise Denied(Permission.ACCOUNT_OWN)
    return actor.account_id
