"""At which field of the form a mistake in the document is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from dashboard.refusal import Refused

_FIELDS: Final = (
    (re.compile(r"^(scheme\.parts\.\d+)\.(target|high)$"), r"\1.full"),
    (re.compile(r"^(scheme\.parts\.\d+)\.low$"), r"\1.zero"),
    (re.compile(r"^(prizes\.\d+)\.prize$"), r"\1.zh"),
    (re.compile(r"^(badges\.\d+)\.(title|id)$"), r"\1.zh"),
    (re.compile(r"^celebrations\.quiet.*$"), "celebrations.quiet"),
    (re.compile(r"^period\.hours$"), "period.hours.from"),
    (re.compile(r"^rules$"), "rules.zh"),
    (re.compile(r"^(prizes|goals|badges|scheme\.parts|scheme\.quality)$"), r"\1.0.metric"),
)


def errors_of(wrong: Iterable[Refused]) -> list[Refused]:
    """The same, each at the field of the form that it is about; the first one of a field."""
    found: dict[str, Refused] = {}
    for one in wrong:
        field = field_of(one.field)
        found.setdefault(field, Refused(one.word, field, **one.values))
    return list(found.values())


def field_of(path: str) -> str:
    """The field of the form that stands for a place in the document."""
    for pattern, field in _FIELDS:
        path = pattern.sub(field, path)
    return path
