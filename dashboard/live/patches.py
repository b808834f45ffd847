"""What changed between two views, and how a screen applies it.

Invariant: `apply(shown(before), shown(diff(before, after))) == shown(after)`, where `shown` is what JSON makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.live.values import Patch, Row, Rows, RowsPatch, RowT, View


def diff(before: View, after: View) -> Patch:
    """What turns `before` into `after`: two views of one board. Empty: nothing changed."""
    patch: Patch = {}
    for tile, value in after.items():
        old = before[tile]
        if isinstance(value, Rows):
            rows = rows_diff(old, value) if isinstance(old, Rows) else None
            if rows is not None:
                patch[tile] = rows
        elif value != old:
            patch[tile] = value
    return patch


def rows_diff(before: Rows[Row], after: Rows[Row]) -> RowsPatch | None:
    """What turns one keyed list into another; None: nothing."""
    old, new = before.by_id, after.by_id
    changed = [row for key, row in new.items() if (was := old.get(key)) is not row and was != row]
    gone = [key for key in old if key not in new]
    return _rows_patch(changed, gone, list(old), list(new))


def refresh(rows: Rows[RowT], fresh: Mapping[str, RowT | None], order: list[str] | None) -> RowsPatch | None:
    """Put `fresh` rows (None: gone) into `rows`, in place, and say what changed; None: nothing.

    `order` holds every id of the result; without it the order stays, and `fresh` may only hold known ids.
    """
    by_id = rows.by_id
    before = list(by_id) if order is not None else []
    gone = [key for key, row in fresh.items() if row is None and key in by_id]
    changed: list[Row] = []
    for key, row in fresh.items():
        if row is not None and by_id.get(key) != row:
            by_id[key] = row
            changed.append(row)
    for key in gone:
        del by_id[key]
    if order is None:
        return RowsPatch(changed, gone) if changed or gone else None
    if order != list(by_id):
        rows.by_id = {key: by_id[key] for key in order}
    return _rows_patch(changed, gone, before, order)


def _rows_patch(changed: list[Row], gone: list[str], before: list[str], order: list[str]) -> RowsPatch | None:
    """`order` is sent unless dropping `gone` and appending new rows (in the order of `changed`) already gives it."""
    dropped = set(gone)
    known = set(before)
    implied = [key for key in before if key not in dropped] + [row.id for row in changed if row.id not in known]
    moved = None if implied == order else order
    return RowsPatch(changed, gone, moved) if changed or gone or moved is not None else None


def apply(view: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """What a screen does with a patch, on plain JSON objects: the reference for the browser's own code."""
    return {tile: _applied(value, patch[tile]) if tile in patch else value for tile, value in view.items()}


def _applied(value: Any, change: Any) -> Any:
    if value is None or "rows" not in value:
        return change
    rows = {row["id"]: row for row in value["rows"] if row["id"] not in set(change.get("del", ()))}
    rows |= {row["id"]: row for row in change.get("set", ())}
    return {"rows": [rows[key] for key in change.get("order", rows)]}
