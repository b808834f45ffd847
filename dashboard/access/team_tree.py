"""The tree of teams as a scope needs it: subtrees are counted from it wherever a permission is checked."""

from __future__ import annotations

from sqlalchemy import Connection, select

from dashboard.store.schema import teams


def parents(connection: Connection) -> dict[str, str]:
    """Each team's parent, "" for none."""
    return {row.id: row.parent_id or "" for row in connection.execute(select(teams.c.id, teams.c.parent_id))}
