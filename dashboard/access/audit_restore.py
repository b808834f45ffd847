"""The audit log after a restore: it has to be whole, and a line of it says what the backup did not have.

The anchor knows the lines that were written after the backup was made; without that line `verify` would take them for cut off.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from dashboard.access.actor import Actor
from dashboard.access.audit import add_line
from dashboard.access.audit_anchor import Anchor, Head
from dashboard.access.audit_check import RESTORED, Chain, purges_told, restores_told, walk
from dashboard.access.audit_line import Target
from dashboard.store.backup_file import BackupError, Manifest


def take_over(
    connection: Connection,
    anchor: Anchor,
    actor: Actor,
    manifest: Manifest,
    *,
    file: str,
    now_ms: int,
    accepts_broken: bool = False,
) -> Head:
    """Looks at the restored log and adds the line; gives the head to be anchored after the commit.

    Raises `BackupError` if the log is broken, unless that is accepted: then the line says so.
    """
    anchored = anchor.read()
    chain = walk(connection, anchored.heads if anchored is not None else ())
    purges_told(chain, now_ms)
    restores_told(chain)
    if chain.broken and not accepts_broken:
        raise BackupError(
            f"The audit log in {file} is not whole ({chain.broken[0]}) Nothing was restored; use another backup, "
            "or accept it with --accept-broken-log."
        )
    details = {"made_at_ms": manifest.made_at_ms, "release": manifest.release, "rows": manifest.rows}
    return add_line(
        connection,
        at_ms=now_ms,
        actor=actor,
        action=RESTORED,
        target=Target("database", "", file),
        details={**details, **_lost(chain.strangers), **_said(chain)},
    )


def _lost(strangers: Sequence[Head]) -> dict[str, Any]:
    if not strangers:
        return {}
    newest = max(strangers, key=lambda head: (head.seq, head.at_ms))
    return {"lost_from": min(head.seq for head in strangers), "lost_to": newest.seq, "lost_hash": newest.hash}


def _said(chain: Chain) -> dict[str, Any]:
    return {"broken": [str(finding) for finding in chain.broken]} if chain.broken else {}
