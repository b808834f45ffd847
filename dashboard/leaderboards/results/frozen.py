"""What a period came to, as it stays: standings with the evidence they were made from, and what was corrected later.

Invariants: a period of a leaderboard is frozen once (the database refuses a second row), and what was frozen is never changed; the newest
correction counts, the first standings stay to be looked at. From the evidence and the document the standings can be made anew.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Row, insert, select

from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import dumped, readable
from dashboard.store.schema import leaderboard_corrections, leaderboard_results

GRACE_MS: Final = 300_000
"""So long after a period's end what was told late is still counted, before it is frozen."""

BY_ITSELF: Final = ""
"""Who publishes what repeats: nobody in person. A contest waits for somebody."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a period comes to: the standings (everybody's, also of who is not shown) and what they are made from."""

    standings: tuple[Standing, ...]
    evidence: tuple[Did, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """What was said later, and why."""

    id: str
    reason: str
    counted: Counted
    made_by: str
    made_at_ms: int


@dataclass(frozen=True, slots=True)
class Frozen:
    """A period that is over. `counted_from_ms`: from when on it counted. `first`: as it was frozen; `position`: of the stream up to
    which everything is in it. `document` None: this release cannot read as what it counted."""

    id: str
    leaderboard_id: str
    bounds: Bounds
    counted_from_ms: int
    document: Leaderboard | None
    first: Counted
    position: str
    frozen_at_ms: int
    published_by: str
    published_at_ms: int | None
    corrections: tuple[Correction, ...] = ()

    @property
    def counted(self) -> Counted:
        """What counts: the newest."""
        return self.corrections[-1].counted if self.corrections else self.first

    @property
    def is_published(self) -> bool:
        """Whether it may be shown to more than those who keep leaderboards."""
        return self.published_at_ms is not None


def freeze(
    connection: Connection,
    leaderboard_id: str,
    document: Leaderboard,
    bounds: Bounds,
    counted_from_ms: int,
    counted: Counted,
    position: str,
    at_ms: int,
) -> bool:
    """Keeps what a period came to; False if that was done before."""
    if is_frozen(connection, leaderboard_id, bounds.from_ms):
        return False
    repeats = document.period.kind != "contest"
    values = {
        "id": secrets.token_hex(8),
        "leaderboard_id": leaderboard_id,
        "from_ms": bounds.from_ms,
        "to_ms": bounds.to_ms,
        "counted_from_ms": counted_from_ms,
        "document": dumped(document),
        **dumps(counted),
        "position": position,
        "frozen_at_ms": at_ms,
        "published_by": BY_ITSELF,
        "published_at_ms": at_ms if repeats else None,
    }
    connection.execute(insert(leaderboard_results).values(values))
    return True


def is_frozen(connection: Connection, leaderboard_id: str, from_ms: int) -> bool:
    """Whether the period that began then has its row."""
    table = leaderboard_results.c
    this = (table.leaderboard_id == leaderboard_id) & (table.from_ms == from_ms)
    return connection.execute(select(table.id).where(this)).first() is not None


def frozen(connection: Connection, row: Row[Any]) -> Frozen:
    """Of a row of `leaderboard_results`, with its corrections."""
    table = leaderboard_corrections.c
    query = select(leaderboard_corrections).where(table.result_id == row.id).order_by(table.made_at_ms, table.id)
    return Frozen(
        id=row.id,
        leaderboard_id=row.leaderboard_id,
        bounds=Bounds(row.from_ms, row.to_ms),
        counted_from_ms=row.counted_from_ms,
        document=readable(row.document, row.leaderboard_id),
        first=_loaded(row.standings, row.evidence),
        position=row.position,
        frozen_at_ms=row.frozen_at_ms,
        published_by=row.published_by,
        published_at_ms=row.published_at_ms,
        corrections=tuple(
            Correction(one.id, one.reason, _loaded(one.standings, one.evidence), one.made_by, one.made_at_ms)
            for one in connection.execute(query).all()
        ),
    )


def dumps(counted: Counted) -> dict[str, str]:
    """The columns `standings` and `evidence`: what is read back gives the same text again, so that a digest holds."""
    again = _loaded(_text(counted.standings), _text(counted.evidence))  # a whole number of a metric becomes 20.0
    return {"standings": _text(again.standings), "evidence": _text(again.evidence)}


def digest(columns: Mapping[str, Any]) -> str:
    """SHA-256 of standings and evidence as they are kept: what the audit log holds of them."""
    return hashlib.sha256(f"{columns['standings']}\n{columns['evidence']}".encode()).hexdigest()


def _text(values: Sequence[Did | Standing]) -> str:
    return msgspec.json.encode(values).decode()


def _loaded(standings: str, evidence: str) -> Counted:
    """Other releases may have kept more of them, never less than these need."""
    return Counted(_STANDINGS.decode(standings), _EVIDENCE.decode(evidence))


_STANDINGS: Final = msgspec.json.Decoder(tuple[Standing, ...])
_EVIDENCE: Final = msgspec.json.Decoder(tuple[Did, ...])
