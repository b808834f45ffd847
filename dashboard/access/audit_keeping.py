"""How long lines of the audit log are kept. What is purged is named by a line, with the hash at which the log goes on.

Only whole stretches at the beginning go, so that what stays is still one chain.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_check import LEAST_DAYS, PURGED
from dashboard.access.permissions import Permission
from dashboard.store.engine import reading
from dashboard.store.schema import audit_lines

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Purged:
    """The lines that are gone, both ends counted."""

    first: int
    last: int


def purge(audit: Audit, actor: Actor, retention_days: int) -> Purged | None:
    """Removes the lines older than `retention_days` (180 at least); None if there were none. Raises `StoreError`.

    Only our own processes and commands may: nobody who is on record removes the record.
    """
    if actor.kind != "system":
        raise Denied(Permission.AUDIT_EXPORT, "audit.purge")
    before_ms = audit.now_ms() - max(retention_days, LEAST_DAYS) * _DAY_MS
    table = audit_lines.c
    young = select(func.min(table.seq)).where(table.at_ms >= before_ms)
    oldest = select(table.seq, table.at_ms).order_by(table.seq).limit(1)
    with reading(audit.engine) as connection:  # mostly there is nothing to do, and no writer to wait for
        first = connection.execute(oldest).one_or_none()
    if first is None or first.at_ms >= before_ms:
        return None
    with audit.writing() as connection:
        seq, _ = connection.execute(oldest).one()
        newest = connection.execute(select(func.max(table.seq))).scalar_one()
        last = (connection.execute(young).scalar() or newest + 1) - 1
        if last < seq:
            return None
        last_hash = connection.execute(select(table.hash).where(table.seq == last)).scalar_one()
        details = {"from": seq, "to": last, "last_hash": last_hash, "older_than_ms": before_ms}
        audit.append(connection, actor, PURGED, Target("audit", f"{seq}-{last}"), details=details)
        connection.execute(delete(audit_lines).where(table.seq <= last))
    return Purged(seq, last)
