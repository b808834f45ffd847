"""`floorwatch db …`: the schema, backups and their return. All of it also while the product runs, but for `restore`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection

from dashboard.access.audit import Audit, Target
from dashboard.access.audit_anchor import Head
from dashboard.access.audit_restore import take_over
from dashboard.commands.operator import operator
from dashboard.settings import Settings
from dashboard.store.backup import back_up, restore
from dashboard.store.backup_file import Manifest
from dashboard.store.engine import opened, shown
from dashboard.store.migrate import newest, revision_of, upgrade

Say = Callable[[str], None]


def bring_up(settings: Settings, say: Say) -> None:
    """Migrates to this release's schema. Raises `StoreError`; then nothing has changed."""
    with opened(settings.effective_database_url) as engine:
        before = upgrade(engine)
        if before == newest():
            say(f"{shown(engine.url)} has this release's schema ({before}) already.")
        else:
            say(f"{shown(engine.url)}: schema {before or 'none'} → {newest()}.")


def write_backup(settings: Settings, file: Path, say: Say) -> None:
    """Writes a backup and has it on record first. Raises `StoreError`; then there is no file."""
    with opened(settings.effective_database_url) as engine:
        if revision_of(engine) == newest():  # an older schema, before an upgrade, may have no audit log yet
            Audit.of(settings, engine).record(operator(), "database.backed_up", Target("database", "", file.name))
        manifest = back_up(engine, file, _now_ms())
    say(f"{file}: {len(manifest.tables)} tables, {manifest.rows} rows, schema {manifest.revision}.")
    say(
        f"Not in it: {settings.access_key_file}, which opens the second factors, and {settings.history_key_file}, by which "
        "callers' numbers are found again. Keep a copy of both elsewhere."
    )


def read_backup(settings: Settings, file: Path, say: Say, *, replaces: bool, accepts_broken_log: bool) -> None:
    """Puts a backup back, looks whether its audit log is whole, and has it on record. Raises `StoreError`."""
    heads: list[Head] = []
    with opened(settings.effective_database_url) as engine:
        anchor = Audit.of(settings, engine).anchor

        def then(connection: Connection, manifest: Manifest) -> None:
            heads.append(
                take_over(
                    connection,
                    anchor,
                    operator(),
                    manifest,
                    file=file.name,
                    now_ms=_now_ms(),
                    accepts_broken=accepts_broken_log,
                )
            )

        manifest = restore(engine, file, replaces=replaces, then=then)
        anchor.keep(heads[-1])
    say(f"{file}: {manifest.rows} rows are back, schema {newest()}.")


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
