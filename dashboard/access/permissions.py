"""The one table of who may do what. A role is a set of permissions; where they hold is the scope it was given in.

Nothing is allowed that stands not here: an unknown role has no permission, and no role has "everything".
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    """What can be allowed. The word before the dot is the room, the word after it the deed."""

    FLOOR_VIEW = "floor.view"
    """Agents, queues and callers of the scope, live, at the desk and by the API."""
    WALL_VIEW = "wall.view"
    """Boards of the scope."""
    OWN_VIEW = "own.view"
    """One's own state and numbers as an agent."""
    NUMBERS_REVEAL = "numbers.reveal"
    """A caller's whole number, one at a time, with a reason, on record."""
    SCREENS_MANAGE = "screens.manage"
    """Pair, rename, move, blank, reload and revoke screens that show no more than the scope."""
    SCREENS_ANNOUNCE = "screens.announce"
    """Messages to screens that show no more than the scope."""
    BOARDS_EDIT = "boards.edit"
    """Make, change, publish and remove boards of the scope, and pictures for them."""
    DIRECTORY_VIEW = "directory.view"
    DIRECTORY_EDIT = "directory.edit"
    DIRECTORY_EXPORT = "directory.export"
    ACCOUNTS_VIEW = "accounts.view"
    ACCOUNTS_EDIT = "accounts.edit"
    """Accounts, their roles, their passwords' reset, other people's sessions and tokens."""
    ACCOUNT_OWN = "account.own"
    """One's own password, second factor, sessions and API tokens."""
    AUDIT_VIEW = "audit.view"
    AUDIT_EXPORT = "audit.export"
    METRICS_READ = "metrics.read"
    """The counts of the processes, for a monitoring system."""


class Role(StrEnum):
    """What people are, in the field's words. A paired screen is no role: it has `SCREEN_PERMISSIONS`."""

    ADMIN = "admin"
    MANAGER = "manager"
    SUPERVISOR = "supervisor"
    QUALITY = "quality"
    TRAINER = "trainer"
    ANALYST = "analyst"
    AGENT = "agent"
    AUDITOR = "auditor"


_P = Permission

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE, _P.BOARDS_EDIT,
            _P.DIRECTORY_VIEW, _P.DIRECTORY_EDIT, _P.DIRECTORY_EXPORT, _P.ACCOUNTS_VIEW, _P.ACCOUNTS_EDIT, _P.AUDIT_VIEW, _P.METRICS_READ,
        }
    ),
    Role.MANAGER: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE,
            _P.BOARDS_EDIT, _P.DIRECTORY_VIEW, _P.DIRECTORY_EDIT, _P.DIRECTORY_EXPORT,
        }
    ),
    Role.SUPERVISOR: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE,
            _P.BOARDS_EDIT, _P.DIRECTORY_VIEW,
        }
    ),
    Role.QUALITY: frozenset({_P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL}),
    Role.TRAINER: frozenset({_P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW}),
    Role.ANALYST: frozenset({_P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.DIRECTORY_VIEW, _P.DIRECTORY_EXPORT}),
    Role.AGENT: frozenset({_P.ACCOUNT_OWN, _P.OWN_VIEW}),
    Role.AUDITOR: frozenset({_P.ACCOUNT_OWN, _P.AUDIT_VIEW, _P.AUDIT_EXPORT, _P.ACCOUNTS_VIEW, _P.DIRECTORY_VIEW}),
}  # fmt: skip
"""Admins run the system, so they see no whole number and export no audit; auditors see what was done, not the floor."""

SCREEN_PERMISSIONS: Final = frozenset({_P.WALL_VIEW})
"""What an unattended TV may do."""

TOKEN_PERMISSIONS: Final = frozenset(
    {_P.FLOOR_VIEW, _P.WALL_VIEW, _P.OWN_VIEW, _P.DIRECTORY_EXPORT, _P.AUDIT_EXPORT, _P.METRICS_READ}
)
"""What an API token may be given at most: reading. A token changes nothing and opens no account."""


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role allows; nothing for a role that this release does not know."""
    try:
        return PERMISSIONS[Role(role)]
    except ValueError:
        return frozenset()
