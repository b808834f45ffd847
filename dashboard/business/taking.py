"""The one way in for business events: from the API, from files, from the stream of internal systems.

An item is taken whole or not at all; a wrong one keeps no right one out. All that is taken of a batch is one transaction: the rows that
say what holds now, and the outbox lines that tell the stream. So what was acknowledged is never lost, and what was not can be told
again: an item that is known changes nothing, however often and in whichever order it comes.

Told under an id that is known, an item corrects what was told before; of two versions the one with the higher revision holds, without
revisions the one that came last. A sale stays a sale: an id whose kind changes is two systems' by mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, and_, bindparam, select, update

from collectors.events import BusinessFact, BusinessTold
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.business import outbox
from dashboard.business.fact import Judged, Whose, judged
from dashboard.business.item import AnyItem, Custom, Item, Withdrawal, document_of, id_of, read
from dashboard.business.outcome import Outcome, Word
from dashboard.business.whom import Whom, whom
from dashboard.directory.seen import SeenNow
from dashboard.refusal import Refused
from dashboard.store.engine import reading, writing
from dashboard.store.schema import business_events, business_measures

_FACT: Final = msgspec.msgpack.Decoder(BusinessFact)

_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Known:
    """What holds under an id: the row as it is, or will be."""

    kind: str
    document: str
    fact: BusinessFact | None
    revision: int
    occurred_ms: int | None = None
    agent: str | None = None
    queue: str | None = None
    due_ms: int | None = None

    @property
    def is_withdrawn(self) -> bool:
        return self.document == WITHDRAWN


WITHDRAWN: Final = '{"withdrawn":true}'


@dataclass(slots=True)
class _Batch:
    """What is taken so far. `known`: by id, as it will be; `there`: ids that have a row."""

    known: dict[str, Known]
    there: frozenset[str]
    changed: dict[str, Known]
    events: list[BusinessTold]


def nothing_more(_connection: Connection, _outcomes: Sequence[Outcome]) -> None:
    """For who has nothing to write beside a batch."""


class Taking:
    """One site's. Calls block on the database; the object may be shared by threads."""

    def __init__(self, engine: Engine, site: str, now_ms: Callable[[], int], seen: SeenNow) -> None:
        self._engine = engine
        self._site = site
        self._now_ms = now_ms
        self._seen = seen

    def take(
        self,
        actor: Actor,
        source: str,
        items: Sequence[bytes | msgspec.Raw],
        *,
        also: Callable[[Connection, Sequence[Outcome]], None] = nothing_more,
        is_repeated: bool = False,
    ) -> list[Outcome]:
        """What became of each, in order. `source`: whose ids these are. `also`: what else belongs to the transaction; told what became
        of each. `is_repeated`: the whole batch was sent before, so that it adds what is missing and corrects nothing. Raises `Denied`,
        `StoreError`."""
        actor.require(Permission.BUSINESS_TELL)
        told = [_readable(raw) for raw in items]
        now_ms = self._now_ms()
        with writing(self._engine) as connection:
            outbox.one_at_a_time(connection)
            batch, outcomes = self._judge_all(connection, actor, source, told, now_ms, is_repeated=is_repeated)
            self._write(connection, source, batch, now_ms)
            also(connection, outcomes)
        return outcomes

    def look(self, actor: Actor, source: str, items: Sequence[bytes | msgspec.Raw]) -> list[Outcome]:
        """What `take` would answer now; nothing is taken."""
        actor.require(Permission.BUSINESS_TELL)
        told = [_readable(raw) for raw in items]
        with reading(self._engine) as connection:
            _, outcomes = self._judge_all(connection, actor, source, told, self._now_ms(), is_repeated=False)
        return outcomes

    def _judge_all(
        self,
        connection: Connection,
        actor: Actor,
        source: str,
        told: Sequence[AnyItem | Outcome],
        now_ms: int,
        *,
        is_repeated: bool,
    ) -> tuple[_Batch, list[Outcome]]:
        """What the items would change, and what becomes of each, in order. `told`: items, or why they are none. Writes nothing."""
        batch = self._batch(connection, source, [one.id for one in told if not isinstance(one, Outcome)])
        items = [one for one in told if isinstance(one, Item)]
        known_agents = [known.agent or "" for known in batch.known.values()]
        found = whom(connection, actor, self._site, items, self._seen, known_agents)
        judge = _Judge(found, self._measures(connection, told), now_ms, source, is_repeated)
        return batch, [one if isinstance(one, Outcome) else judge.taken(batch, one) for one in told]

    # -- the database --------------------------------------------------------------------------------------------------

    def _measures(self, connection: Connection, told: Iterable[AnyItem | Outcome]) -> frozenset[str]:
        """What is declared, if any item asks."""
        if not any(isinstance(one, Custom) for one in told):
            return frozenset()
        mine = (business_measures.c.site == self._site) & business_measures.c.is_removed.is_(False)
        return frozenset(connection.execute(select(business_measures.c.name).where(mine)).scalars())

    def _batch(self, connection: Connection, source: str, ids: Iterable[str]) -> _Batch:
        wanted, known = sorted(set(ids)), dict[str, Known]()
        table = business_events.c
        for start in range(0, len(wanted), _AT_ONCE):
            mine = and_(table.site == self._site, table.source == source)
            query = select(business_events).where(mine, table.event_id.in_(wanted[start : start + _AT_ONCE]))
            known |= {row.event_id: _known(row) for row in connection.execute(query)}
        return _Batch(known, frozenset(known), {}, [])

    def _write(self, connection: Connection, source: str, batch: _Batch, now_ms: int) -> None:
        rows = [
            {"site": self._site, "source": source, "event_id": event_id, "told_at_ms": now_ms, **_values(known)}
            for event_id, known in batch.changed.items()
        ]
        fresh = [row for row in rows if row["event_id"] not in batch.there]
        if fresh:
            connection.execute(business_events.insert(), fresh)
        changed = [_named(row) for row in rows if row["event_id"] in batch.there]
        if changed:
            connection.execute(_UPDATE, changed)
        outbox.put(connection, self._site, batch.events, now_ms)


class _Judge:
    """Holds one item after the other against what is known."""

    def __init__(
        self,
        found: Whom,
        measures: frozenset[str],
        now_ms: int,
        source: str,
        is_repeated: bool,  # noqa: FBT001
    ) -> None:
        self._whom = found
        self._measures = measures
        self._now_ms = now_ms
        self._source = source
        self._is_repeated = is_repeated

    def taken(self, batch: _Batch, item: AnyItem) -> Outcome:
        """Adds to the batch what the item changes."""
        known = batch.known.get(item.id)
        try:
            if known is not None and not self._whom.allows(known.agent, known.queue):
                raise Refused("business.refused.not_yours", "id")  # noqa: TRY301 — a refusal is an outcome
            word, after = self._withdrawn(item, known) if isinstance(item, Withdrawal) else self._told(item, known)
        except Refused as refused:
            return Outcome(item.id, "refused", refused)
        if after is not None:
            self._note(batch, item.id, known, after)
        return Outcome(item.id, word)

    def _told(self, item: Item, known: Known | None) -> tuple[Word, Known | None]:
        document = document_of(item)
        if known is not None:
            if known.kind != item.kind:
                raise Refused("business.refused.other_kind", "kind", kind=item.kind, known=known.kind)
            if known.document == document:
                return "same", replace(known, revision=item.revision) if item.revision > known.revision else None
            if self._is_outdated(item.revision, known):
                return "outdated", None
        agent, queue = self._whom.of(item)
        before = known.fact if known is not None and known.agent == agent else None
        team = before.team if before is not None else self._whom.team_of(agent)
        found = judged(item, Whose(agent, queue, team), self._measures, self._now_ms)
        return "taken" if known is None else "corrected", _after(item, document, known, found, agent, queue)

    def _withdrawn(self, item: Withdrawal, known: Known | None) -> tuple[Word, Known | None]:
        if known is None:
            raise Refused("business.refused.unknown_id", "id")
        if known.is_withdrawn:
            return "same", None
        if self._is_outdated(item.revision, known):
            return "outdated", None
        revision = item.revision or known.revision
        return "withdrawn", replace(known, document=WITHDRAWN, fact=None, due_ms=None, revision=revision)

    def _is_outdated(self, revision: int, known: Known) -> bool:
        return self._is_repeated or 0 < revision <= known.revision

    def _note(self, batch: _Batch, event_id: str, known: Known | None, after: Known) -> None:
        before = known.fact if known is not None else None
        if after.fact != before:
            batch.events.append(BusinessTold(self._source, event_id, after.fact, before))
        batch.known[event_id] = batch.changed[event_id] = after


def _readable(raw: bytes | msgspec.Raw) -> AnyItem | Outcome:
    try:
        return read(raw)
    except Refused as refused:
        return Outcome(id_of(raw), "refused", refused)


def _after(
    item: Item, document: str, known: Known | None, found: Judged, agent: str | None, queue: str | None
) -> Known:
    revision = item.revision or (known.revision if known is not None else 0)
    return Known(item.kind, document, found.fact, revision, found.occurred_ms, agent, queue, found.due_ms)


def fact_of(packed: bytes | None) -> BusinessFact | None:
    """A fact as a row keeps it."""
    return None if packed is None else _FACT.decode(packed)


def packed_fact(fact: BusinessFact | None) -> bytes | None:
    """A fact for a row."""
    return None if fact is None else msgspec.msgpack.encode(fact)


def _known(row: Any) -> Known:
    return Known(
        row.kind,
        row.document,
        fact_of(row.fact),
        row.revision,
        row.occurred_ms,
        row.agent,
        row.queue,
        row.due_ms,
    )


def _values(known: Known) -> dict[str, Any]:
    return {
        "kind": known.kind,
        "document": known.document,
        "fact": packed_fact(known.fact),
        "revision": known.revision,
        "occurred_ms": known.occurred_ms,
        "agent": known.agent,
        "queue": known.queue,
        "due_ms": known.due_ms,
    }


_KEY: Final = ("site", "source", "event_id")
_VALUES: Final = (
    "kind", "document", "fact", "revision", "occurred_ms", "agent", "queue", "due_ms", "told_at_ms",
)  # fmt: skip
_UPDATE: Final = (
    update(business_events)
    .where(*(business_events.c[name] == bindparam(f"its_{name}") for name in _KEY))
    .values({name: bindparam(f"new_{name}") for name in _VALUES})
)


def _named(row: Mapping[str, Any]) -> dict[str, Any]:
    return {f"its_{name}": row[name] for name in _KEY} | {f"new_{name}": row[name] for name in _VALUES}
