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
    MONITOR_VIEW = "monitor.view"
    """Who is listening to whom, with how much of a say."""
    MONITOR_LISTEN = "monitor.listen"
    MONITOR_WHISPER = "monitor.whisper"
    """Be heard by the agent alone, and hear the call. Private whisper needs `monitor.listen` too."""
    MONITOR_BARGE = "monitor.barge"
    """Be heard by both."""
    CALLS_TAKE_OVER = "calls.take_over"
    CALLS_MOVE = "calls.move"
    """Waiting callers to another queue, or to oneself."""
    CALLS_HANG_UP = "calls.hang_up"
    AGENTS_PAUSE = "agents.pause"
    """Pause and resume agents."""
    AGENTS_SIGN_OUT = "agents.sign_out"
    AGENTS_QUEUES = "agents.queues"
    """Add agents to queues, take them out, change their penalty."""
    AGENTS_MESSAGE = "agents.message"
    """Messages to agents' own pages."""
    MONITOR_RULES = "monitor.rules"
    """Which queues may be monitored, who never, how long; what agents are told of it."""
    REPORTS_VIEW = "reports.view"
    """What happened in the scope: the day, reports, single calls with masked numbers, agents' days."""
    REPORTS_EXPORT = "reports.export"
    """The same as files, and by e-mail."""
    ALERTS_VIEW = "alerts.view"
    """Alerts about the scope, as they come and as they were."""
    ALERTS_ANSWER = "alerts.answer"
    """Acknowledge and snooze them."""
    ALERTS_EDIT = "alerts.edit"
    """Rules about the scope."""
    ALERTS_CHANNELS = "alerts.channels"
    """Where alerts go: chat groups, webhooks, mail addresses, with their secrets."""
    LEADERBOARDS_VIEW = "leaderboards.view"
    """Leaderboards as the floor sees them: the first ones, by the name that each chose."""
    LEADERBOARDS_WHOLE = "leaderboards.whole"
    """Everybody's place in the scope with its evidence, also of who is not shown, on the page and as a file."""
    LEADERBOARDS_EDIT = "leaderboards.edit"
    """Make, change and end leaderboards and contests about the scope; publish and correct what they came to."""
    BUSINESS_TELL = "business.tell"
    """Business events of the scope: by token, or as a file."""
    BUSINESS_SOURCES = "business.sources"
    """Which systems tell business events, with their secrets; which measures there are."""
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

_STEPPING_IN: Final = frozenset(
    {
        _P.MONITOR_VIEW, _P.MONITOR_LISTEN, _P.MONITOR_WHISPER, _P.MONITOR_BARGE, _P.CALLS_TAKE_OVER, _P.CALLS_MOVE, _P.CALLS_HANG_UP,
        _P.AGENTS_PAUSE, _P.AGENTS_SIGN_OUT, _P.AGENTS_QUEUES, _P.AGENTS_MESSAGE,
    }
)  # fmt: skip
"""Everything by which a supervisor helps on the floor."""

PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.ADMIN: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE, _P.BOARDS_EDIT,
            _P.DIRECTORY_VIEW, _P.DIRECTORY_EDIT, _P.DIRECTORY_EXPORT, _P.ACCOUNTS_VIEW, _P.ACCOUNTS_EDIT, _P.AUDIT_VIEW, _P.METRICS_READ,
            _P.MONITOR_RULES, _P.ALERTS_CHANNELS, _P.BUSINESS_SOURCES,
        }
    ),
    Role.MANAGER: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE,
            _P.BOARDS_EDIT, _P.DIRECTORY_VIEW, _P.DIRECTORY_EDIT, _P.DIRECTORY_EXPORT, _P.MONITOR_RULES,
            _P.REPORTS_VIEW, _P.REPORTS_EXPORT, _P.ALERTS_VIEW, _P.ALERTS_ANSWER, _P.ALERTS_EDIT, _P.ALERTS_CHANNELS,
            _P.LEADERBOARDS_VIEW, _P.LEADERBOARDS_WHOLE, _P.LEADERBOARDS_EDIT, _P.BUSINESS_TELL, _P.BUSINESS_SOURCES,
        }
    ) | _STEPPING_IN,
    Role.SUPERVISOR: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL, _P.SCREENS_MANAGE, _P.SCREENS_ANNOUNCE,
            _P.BOARDS_EDIT, _P.DIRECTORY_VIEW, _P.REPORTS_VIEW, _P.REPORTS_EXPORT, _P.ALERTS_VIEW, _P.ALERTS_ANSWER, _P.ALERTS_EDIT,
            _P.LEADERBOARDS_VIEW, _P.LEADERBOARDS_WHOLE, _P.LEADERBOARDS_EDIT,
        }
    ) | _STEPPING_IN,
    Role.QUALITY: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.NUMBERS_REVEAL, _P.MONITOR_VIEW, _P.MONITOR_LISTEN,
            _P.REPORTS_VIEW, _P.ALERTS_VIEW, _P.LEADERBOARDS_VIEW, _P.BUSINESS_TELL,
        }
    ),
    Role.TRAINER: frozenset(
        {_P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.MONITOR_VIEW, _P.MONITOR_WHISPER, _P.LEADERBOARDS_VIEW}
    ),
    Role.ANALYST: frozenset(
        {
            _P.ACCOUNT_OWN, _P.FLOOR_VIEW, _P.WALL_VIEW, _P.DIRECTORY_VIEW, _P.DIRECTORY_EXPORT, _P.REPORTS_VIEW, _P.REPORTS_EXPORT,
            _P.ALERTS_VIEW, _P.LEADERBOARDS_VIEW, _P.LEADERBOARDS_WHOLE,
        }
    ),
    Role.AGENT: frozenset({_P.ACCOUNT_OWN, _P.OWN_VIEW}),
    Role.AUDITOR: frozenset({_P.ACCOUNT_OWN, _P.AUDIT_VIEW, _P.AUDIT_EXPORT, _P.ACCOUNTS_VIEW, _P.DIRECTORY_VIEW}),
}  # fmt: skip
"""Admins run the system, so they hear no call, see no whole number and export no audit; auditors see what was done, not the floor;
quality hears and is not heard; trainers whisper, and never more."""

SCREEN_PERMISSIONS: Final = frozenset({_P.WALL_VIEW, _P.LEADERBOARDS_VIEW})
"""What an unattended TV may do."""

TOKEN_PERMISSIONS: Final = frozenset(
    {
        _P.FLOOR_VIEW, _P.WALL_VIEW, _P.OWN_VIEW, _P.DIRECTORY_EXPORT, _P.AUDIT_EXPORT, _P.METRICS_READ, _P.LEADERBOARDS_VIEW,
        _P.BUSINESS_TELL,
    }
)  # fmt: skip
"""What an API token may be given at most: reading, and telling business events. A token changes nothing else and opens no account."""


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role allows; nothing for a role that this release does not know."""
    try:
        return PERMISSIONS[Role(role)]
    except ValueError:
        return frozenset()
