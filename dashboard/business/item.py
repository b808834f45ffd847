"""One item as a business system tells it: its documents, and reading them with suspicion.

An item is one JSON object. `kind` says which of the documents below it is; what a document does not name is refused, so that a
misspelt field is never silently left out. Everything that can be wrong with an item alone is found here; whether its agent is known
and allowed is `whom`'s.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final, TypeVar, cast

import msgspec

from collectors.events import BusinessKind
from dashboard.refusal import Refused

LONGEST_ID: Final = 128
_MOST_DIGITS: Final = 20
MOST_REVISION: Final = 2_000_000_000


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every item has. `id`: the system's own name for it. `at`: when, ISO 8601 with its zone, or epoch ms. `agent` (the switch's id)
    or `staff_number`: whose; `queue`: of which queue. `revision`: the system's own count of its versions, rising; without one, what
    comes later counts."""

    id: str
    kind: BusinessKind
    at: int | str = 0
    agent: str = ""
    staff_number: str = ""
    queue: str = ""
    revision: int = 0


class Sale(Item, frozen=True, kw_only=True):
    """`amount`: in the site's currency, two decimals at most, as a number or as text."""

    amount: Decimal


class Satisfaction(Item, frozen=True, kw_only=True):
    """What a caller answered: `satisfied`, or a `score` on a `scale` (4 of 5). Both: what was said counts, the score is kept."""

    score: Decimal | None = None
    scale: int = 5
    satisfied: bool | None = None


class Resolution(Item, frozen=True, kw_only=True):
    """Whether the first contact was enough."""

    resolved: bool


class Complaint(Item, frozen=True, kw_only=True):
    """Somebody complained."""


class Ticket(Item, frozen=True, kw_only=True):
    """Something to be done by `due`; `done` when it was. `at` is not asked: `opened`, if at all."""

    due: int | str
    opened: int | str = 0
    done: int | str | None = None


class Review(Item, frozen=True, kw_only=True):
    """A quality review: `score` from 0 to 100."""

    score: Decimal


class Custom(Item, frozen=True, kw_only=True):
    """A measure that the site has declared: its `name`, and an `amount`, which may be below zero."""

    name: str
    amount: Decimal


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was told under this id is taken back."""

    id: str
    withdrawn: bool
    kind: str = ""
    revision: int = 0


class _Peek(msgspec.Struct, frozen=True):
    id: str = ""
    kind: str = ""
    withdrawn: bool = False


KINDS: Final[dict[str, type[Item]]] = {
    "sale": Sale,
    "satisfaction": Satisfaction,
    "resolution": Resolution,
    "complaint": Complaint,
    "ticket": Ticket,
    "qa": Review,
    "custom": Custom,
}
"""Every kind of item, by its word."""

_READ: Final[tuple[type[Any], ...]] = (_Peek, Withdrawal, *KINDS.values())
_READERS: Final = {document: msgspec.json.Decoder(document) for document in _READ}

AnyItem = Item | Withdrawal

_Document = TypeVar("_Document", _Peek, Withdrawal, Item)
_Any = TypeVar("_Any", Item, Withdrawal)

_PLACE = re.compile(r" - at `\$\.?([^`]*)`$")
_UNKNOWN = re.compile(r"unknown field `(.*)`", re.DOTALL)
_MISSING = re.compile(r"missing required field `(.*)`", re.DOTALL)
_EXPECTED = re.compile(r"Expected `([^`]*)`")


def read(raw: bytes | msgspec.Raw) -> AnyItem:
    """The item of some JSON. Raises `Refused` with the field that is wrong."""
    peek = _decoded(raw, _Peek)
    if peek.withdrawn:
        return _checked(_decoded(raw, Withdrawal))
    if not peek.kind:
        raise Refused("business.refused.missing", "kind", named="kind")
    document = KINDS.get(peek.kind)
    if document is None:
        raise Refused("business.refused.kind", "kind", kind=shown(peek.kind), kinds=", ".join(KINDS))
    return _checked(_decoded(raw, document))


def id_of(raw: bytes | msgspec.Raw) -> str:
    """The id of an item that is refused, if it has one that can be shown."""
    try:
        return shown(_READERS[_Peek].decode(raw).id)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""


def shown(text: str) -> str:
    """Hostile text in a sentence: printable, and short."""
    kept = "".join(letter for letter in text[:80] if letter.isprintable())
    return kept if len(text) <= 80 else f"{kept}…"


def document_of(item: AnyItem) -> str:
    """The item as it is kept: equal items give equal text, however they were written down."""
    told: dict[str, Any] = msgspec.to_builtins(item, builtin_types=(Decimal,))
    plain = {
        name: str(value.normalize() + 0) if isinstance(value, Decimal) else value
        for name, value in told.items()
        if value not in ("", None) and name != "revision"
    }
    return msgspec.json.encode(plain, order="deterministic").decode()


def _decoded(raw: bytes | msgspec.Raw, document: type[_Document]) -> _Document:
    try:
        return cast("_Document", _READERS[document].decode(raw))
    except msgspec.ValidationError as error:
        raise _refused(str(error)) from None
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raise Refused("business.refused.no_json") from None


def _refused(said: str) -> Refused:
    """What the decoder says of a document, as a sentence of ours about a field."""
    place = _PLACE.search(said)
    field = shown(place[1]) if place else ""
    if found := _UNKNOWN.search(said):
        return Refused("business.refused.unknown_field", shown(found[1]), named=shown(found[1]))
    if found := _MISSING.search(said):
        return Refused("business.refused.missing", shown(found[1]), named=shown(found[1]))
    if not field:
        return Refused("business.refused.no_item")
    expected = _EXPECTED.search(said)
    return Refused("business.refused.form", field, named=field, expected=expected[1] if expected else "?")


def _checked(item: _Any) -> _Any:
    if not 1 <= len(item.id) <= LONGEST_ID or not item.id.isprintable() or item.id != item.id.strip():
        raise Refused("business.refused.id", "id", most=LONGEST_ID)
    if not 0 <= item.revision <= MOST_REVISION:
        raise Refused("business.refused.revision", "revision", most=MOST_REVISION)
    if getattr(item, "agent", "") and getattr(item, "staff_number", ""):
        raise Refused("business.refused.two_agents", "staff_number")
    for name in ("amount", "score"):
        number = getattr(item, name, None)
        if number is not None and (not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS):
            raise Refused("business.refused.form", name, named=name, expected="decimal")
    return item
