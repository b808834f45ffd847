"""One line of the audit log as a value: how its text is made safe, and how its hash is made. Pure.

Invariants: whatever comes in, a line is one line (no control characters, no marks that turn the writing direction), has a bounded
size, and holds no caller's whole number. The hash covers every field and the hash of the line before.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from dashboard.access.actor import Actor
from dashboard.access.masking import masked_in

FIRST_HASH: Final = "0" * 64
"""What the first line of all names as the line before it."""

REASON_LENGTH: Final = 500
_TEXT_LENGTH = 500
_ITEMS = 100
_DEPTH = 5
_DETAILS_LENGTH = 20_000
_ACTION = re.compile(r"[a-z0-9_]{1,30}\.[a-z0-9_]{1,33}")
_UNSAFE_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


@dataclass(frozen=True, slots=True)
class Target:
    """What was acted on. `kind`: the directory's or access's word (`account`, `queue`, `screen`); `name`: as people know it."""

    kind: str = ""
    id: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class AuditLine:
    """A line as it stands in the database. `details` is JSON."""

    seq: int
    at_ms: int
    actor_kind: str
    actor_id: str
    actor_name: str
    role: str
    action: str
    target_kind: str
    target_id: str
    target_name: str
    reason: str
    address: str
    result: str
    details: str
    previous_hash: str
    hash: str

    def hash_of_fields(self) -> str:
        """What `hash` has to be: SHA-256 of all other fields as canonical JSON."""
        fields = {name: getattr(self, name) for name in self.__slots__ if name != "hash"}
        text = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def safe(text: str, length: int) -> str:
    """The text as it may stand in a line: one line, `length` characters at most."""
    return _clipped("".join(map(_visible, text[: length + 1])), length)


def told(text: str, length: int, *, is_prose: bool = False) -> str:
    """The same for what people wrote: callers' numbers are masked."""
    return _clipped(masked_in(safe(text, 2 * length), is_prose=is_prose), length)


def details_text(details: Mapping[str, Any]) -> str:
    """Details as canonical JSON, each text made safe, whatever is too much left out (and that said)."""
    text = json.dumps(_plain(details, _DEPTH), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if len(text) <= _DETAILS_LENGTH:
        return text
    return json.dumps({"left_out": len(text), "keys": _plain(sorted(map(str, details)), 1)}, ensure_ascii=False)


def made(
    *,
    seq: int,
    previous_hash: str,
    at_ms: int,
    actor: Actor,
    action: str,
    target: Target,
    reason: str,
    result: str,
    details: Mapping[str, Any],
) -> AuditLine:
    """A whole line. Raises `ValueError` for an action that is no `room.deed`: that is a mistake of ours, not of a caller."""
    if not _ACTION.fullmatch(action):
        raise ValueError(f"An action is written room.deed, in small letters: {action[:80]!r} is not.")
    unsigned = AuditLine(
        seq=seq,
        at_ms=at_ms,
        actor_kind=actor.kind,
        actor_id=safe(actor.id, 64),
        actor_name=told(actor.name, 100),
        role=safe(",".join(actor.roles), 100),
        action=action,
        target_kind=safe(target.kind, 32),
        target_id=safe(target.id, 200),
        target_name=told(target.name, 200),
        reason=told(reason, REASON_LENGTH, is_prose=True),
        address=safe(actor.address, 64),
        result=safe(result, 16),
        details=details_text(details),
        previous_hash=previous_hash,
        hash="",
    )
    return AuditLine(**{**asdict(unsigned), "hash": unsigned.hash_of_fields()})


def _visible(character: str) -> str:
    is_unsafe = unicodedata.category(character) in _UNSAFE_CATEGORIES or character in _TURNING
    return "\ufffd" if is_unsafe else character


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1] + "…"


def _plain(value: Any, depth: int) -> Any:
    """JSON's own kinds only, bounded in every direction."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return told(value, _TEXT_LENGTH)
        case Mapping() if depth:
            kept = list(value.items())[:_ITEMS]
            return {told(str(name), 100): _plain(item, depth - 1) for name, item in kept} | _rest(len(value))
        case Sequence() | frozenset() | set() if depth and not isinstance(value, bytes | bytearray):
            items = sorted(value, key=str) if isinstance(value, frozenset | set) else list(value)
            rest = [f"… +{len(items) - _ITEMS}"] if len(items) > _ITEMS else []
            return [_plain(item, depth - 1) for item in items[:_ITEMS]] + rest
        case bytes() | bytearray():
            return f"{len(value)} bytes"
        case _:
            return told(str(value), _TEXT_LENGTH)


def _rest(length: int) -> dict[str, str]:
    return {"…": f"+{length - _ITEMS}"} if length > _ITEMS else {}
