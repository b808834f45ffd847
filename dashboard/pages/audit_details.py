"""The details of a line of the audit log as rows: before and after side by side, everything else as it stands there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from dashboard.access.audit_line import AuditLine
from layouts.forms.audit import Change
from layouts.texts import Catalogue

_WORDS: Final = {
    "person": "column.people.",
    "team": "column.teams.",
    "queue": "column.queues.",
    "reason": "column.reasons.",
    "screen": "screens.",
}
"""How the forms of a room call its fields."""


def changes_of(line: AuditLine, texts: Catalogue) -> tuple[Change, ...]:
    """`before` and `after`, and each of `changes`, field by field."""
    details = _details(line)
    found = list(_fields("", details, line.action, texts))
    changes = details.get("changes")
    for change in changes if isinstance(changes, list) else []:
        if isinstance(change, dict):
            action = str(change.get("action", ""))
            word = texts.words.get(f"action.{action}", action)
            what = " ".join(part for part in (word, str(change.get("name") or change.get("id") or "")) if part)
            found += list(_fields(what, change, action, texts)) or [Change(what, "", "", "")]
    return tuple(found)


def details_of(line: AuditLine, texts: Catalogue) -> tuple[tuple[str, str], ...]:
    """The rest."""
    rest = {name: value for name, value in _details(line).items() if name not in {"before", "after", "changes"}}
    return tuple((_field_word(name, line.action, texts), _shown(value)) for name, value in rest.items())


def _fields(what: str, change: Mapping[str, Any], action: str, texts: Catalogue) -> Iterator[Change]:
    before, after = change.get("before"), change.get("after")
    if not isinstance(before, dict) and not isinstance(after, dict):
        if before is not None or after is not None:
            yield Change(what, "", _shown(before), _shown(after))
        return
    before, after = (side if isinstance(side, dict) else {} for side in (before, after))
    for name in dict.fromkeys((*before, *after)):
        yield Change(what, _field_word(name, action, texts), _shown(before.get(name)), _shown(after.get(name)))


def _field_word(name: str, action: str, texts: Catalogue) -> str:
    """As the forms call it; its own name where no form does."""
    prefix = _WORDS.get(action.partition(".")[0], "")
    asked = (f"{prefix}{name}", f"{prefix}{name.removesuffix('_id')}", f"audit.field.{name}")
    return next((texts.words[word] for word in asked if word in texts.words and word.count(".")), name)


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return json.dumps(value)
        case list() if all(isinstance(item, str | int) for item in value):
            return ", ".join(map(str, value))
        case _:
            return json.dumps(value, ensure_ascii=False)


def _details(line: AuditLine) -> dict[str, Any]:
    try:
        found = json.loads(line.details)
    except ValueError:  # a line that was changed behind our back is shown too
        found = line.details
    return found if isinstance(found, dict) else {"": found}
