"""The directory as a file that imports as unchanged. Every export is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from dashboard.access.actor import Actor
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.directory import Directory
from dashboard.directory.tables import KINDS, Kind, head
from dashboard.sheets import write_csv, write_xlsx

Form = Literal["csv", "xlsx"]
ACTION = "directory.exported"

FORMS: Final = {"csv": write_csv, "xlsx": write_xlsx}
MEDIA_TYPES: Final[dict[Form, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Export:
    """A file to be handed out."""

    name: str
    media_type: str
    body: bytes


def export(directory: Directory, audit: Audit, actor: Actor, kind: Kind, form: Form, lang: str, now_ms: int) -> Export:
    """All of a table that the actor may see, heads and words in `lang`. The line on record comes first: without it, no file."""
    actor.require(Permission.DIRECTORY_EXPORT)
    actor.require(Permission.DIRECTORY_VIEW)
    table = KINDS[kind](directory, actor, lang)
    rows = [list(row) for row in table.rows()]
    body = FORMS[form]([head(kind, name, lang) for name in table.names], rows)
    zone = directory.rules.time_zone()
    name = f"floorwatch-{kind}-{datetime.fromtimestamp(now_ms / 1000, zone):%Y%m%d-%H%M}.{form}"
    audit.record(actor, ACTION, target=Target("directory", kind, kind), details={"file": name, "lines": len(rows)})
    return Export(name, MEDIA_TYPES[form], body)
