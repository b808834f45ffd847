"""How far a stream was read, or what waits in an outbox was told: kept in the transaction of what was done with it."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from dashboard.store.schema import business_cursors


def position_of(connection: Connection, site: str, name: str) -> str:
    """ "" for nowhere yet."""
    mine = (business_cursors.c.site == site) & (business_cursors.c.name == name)
    return connection.execute(select(business_cursors.c.position).where(mine)).scalar() or ""


def set_position(connection: Connection, site: str, name: str, position: str) -> None:
    """From here on the next time."""
    mine = (business_cursors.c.site == site) & (business_cursors.c.name == name)
    changed = connection.execute(update(business_cursors).where(mine).values(position=position))
    if not changed.rowcount:
        connection.execute(business_cursors.insert().values(site=site, name=name, position=position))
