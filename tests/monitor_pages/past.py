"""Sessions that are over, as the control process writes them into the database."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import insert, update

from dashboard.store.engine import writing
from dashboard.store.schema import monitoring_sessions
from tests.access_pages.site import PageSite


def past_session(site: PageSite, account: str, command: str, **changed: Any) -> None:
    """One session of `account`, a minute long, stopped by its supervisor."""
    row = {
        "command": command, "site": site.services.site, "switch": "pbx1", "account_id": account, "by_name": "赵班长",
        "agent": "PJSIP/1001", "queue": "complaints", "visit": "pbx1/1/7.1/1", "via": "phone", "purpose": "新人辅导",
        "modes": [], "asked_at_ms": 1_790_000_000_000, "began_at_ms": 1_790_000_001_000, "ended_at_ms": 1_790_000_061_000,
        "state": "ended", "reason": "stopped",
    } | changed  # fmt: skip
    with writing(site.services.engine) as connection:
        connection.execute(insert(monitoring_sessions).values(row | {"modes": json.dumps(row["modes"])}))


def past_session_ends(site: PageSite, command: str, reason: str) -> None:
    """The end of a session that was written as a running one."""
    row = update(monitoring_sessions).where(monitoring_sessions.c.command == command)
    with writing(site.services.engine) as connection:
        connection.execute(row.values(ended_at_ms=1_790_000_061_000, state="ended", reason=reason))
