"""The tables, as SQLAlchemy Core knows them, a room each. A test holds them equal to what the migrations build."""

from dashboard.store.schema.access import (
    account_roles,
    accounts,
    api_tokens,
    identities,
    invitations,
    recovery_codes,
    screens,
)
from dashboard.store.schema.alerts import (
    alert_channels,
    alert_deliveries,
    alert_rules,
    alert_timers,
    alert_watch,
    alerts,
)
from dashboard.store.schema.audit_log import audit_lines
from dashboard.store.schema.base import metadata
from dashboard.store.schema.boards import announcements, board_revisions, boards, pictures
from dashboard.store.schema.directory import (
    agents,
    floor_rules,
    pause_reasons,
    people,
    queues,
    settings_outbox,
    teams,
)
from dashboard.store.schema.history import (
    agent_intervals,
    agent_states,
    history_cursors,
    history_rebuilds,
    history_undo,
    interval_gaps,
    offers,
    own_calls,
    queue_intervals,
    visits,
)
from dashboard.store.schema.reports import report_runs, report_schedules
from dashboard.store.schema.state import checkpoints
from dashboard.store.schema.supervision import (
    agent_messages,
    monitored_queues,
    monitoring_rules,
    monitoring_sessions,
    never_monitored,
    supervisor_phones,
)

__all__ = [
    "account_roles",
    "accounts",
    "agent_intervals",
    "agent_messages",
    "agent_states",
    "agents",
    "alert_channels",
    "alert_deliveries",
    "alert_rules",
    "alert_timers",
    "alert_watch",
    "alerts",
    "announcements",
    "api_tokens",
    "audit_lines",
    "board_revisions",
    "boards",
    "checkpoints",
    "floor_rules",
    "history_cursors",
    "history_rebuilds",
    "history_undo",
    "identities",
    "interval_gaps",
    "invitations",
    "metadata",
    "monitored_queues",
    "monitoring_rules",
    "monitoring_sessions",
    "never_monitored",
    "offers",
    "own_calls",
    "pause_reasons",
    "people",
    "pictures",
    "queue_intervals",
    "queues",
    "recovery_codes",
    "report_runs",
    "report_schedules",
    "screens",
    "settings_outbox",
    "supervisor_phones",
    "teams",
    "visits",
]
