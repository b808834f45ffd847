"""The settings on their way from the directory to the stream.

Invariant: after every transaction that changed the directory, the newest row of each site says what its rows say. A row is
written only if they differ from the newest, so that a change that touches no number tells the floor nothing. (Changes of the
directory go through `Audit.writing`, one at a time: no two of them can leave an older row as the newest.)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import msgspec
from sqlalchemy import Connection, Engine, delete, func, inspect, select, update

from collectors.events import FloorSettings
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import agents, floor_rules, settings_outbox

_SETTINGS: Final = msgspec.msgpack.Decoder(FloorSettings)

KEPT: Final = 50
"""Rows of each site: enough to look up what was told when."""


def known_sites(connection: Connection) -> set[str]:
    """The sites that have anything in the directory."""
    return {
        *connection.execute(select(floor_rules.c.site)).scalars(),
        *connection.execute(select(agents.c.site).distinct()).scalars(),
    }


def note(connection: Connection, sites: Iterable[str], made_by: str, at_ms: int) -> list[str]:
    """Writes a row for each of the sites whose settings are not what its newest row says. Returns these sites."""
    written = []
    for site in sorted(sites):
        settings = settings_of(rows_of(connection, site))
        newest = _newest(connection, site)
        if newest is not None and newest.settings == settings:
            continue
        values = {"site": site, "made_at_ms": at_ms, "made_by": made_by[:100]}
        connection.execute(settings_outbox.insert().values(**values, settings=msgspec.msgpack.encode(settings)))
        _prune(connection, site)
        written.append(site)
    return written


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """`settings` as a change left them."""

    id: int
    settings: FloorSettings


class Outbox:
    """One site's outbox, for who tells the stream. Calls block on the database: keep them off the event loop."""

    def __init__(self, engine: Engine, site: str) -> None:
        self._engine = engine
        self._site = site

    def newest(self, known: OutboxRow | None = None) -> OutboxRow | None:
        """The newest row; `known` itself if that still is it. None: nothing was ever changed. Raises `StoreError`."""
        mine = settings_outbox.c.site == self._site
        with reading(self._engine) as connection:
            if known is None and not inspect(connection).has_table(settings_outbox.name):
                return None
            newest_id = connection.execute(select(func.max(settings_outbox.c.id)).where(mine)).scalar()
            if known is not None and newest_id == known.id:
                return known
            return _newest(connection, self._site)

    def told(self, row_id: int, at_ms: int, position: str) -> None:
        """Notes that the stream has it from `position` on. Raises `StoreError`."""
        with writing(self._engine) as connection:
            connection.execute(
                update(settings_outbox)
                .where(settings_outbox.c.id == row_id)
                .values(stated_at_ms=at_ms, position=position)
            )


def _newest(connection: Connection, site: str) -> OutboxRow | None:
    query = select(settings_outbox.c.id, settings_outbox.c.settings).where(settings_outbox.c.site == site)
    row = connection.execute(query.order_by(settings_outbox.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    try:
        return OutboxRow(row.id, _SETTINGS.decode(row.settings))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise StoreError(f"Row {row.id} of settings_outbox is damaged ({error}): delete it.") from error


def _prune(connection: Connection, site: str) -> None:
    mine = settings_outbox.c.site == site
    kept = select(settings_outbox.c.id).where(mine).order_by(settings_outbox.c.id.desc()).limit(KEPT)
    connection.execute(delete(settings_outbox).where(mine, settings_outbox.c.id.not_in(kept)))
