"""What periods came to, for people: looked at with all its evidence, published, corrected with a reason.

Who may see everybody's place (`leaderboards.whole`) sees it of their own scope; who edits leaderboards publishes and corrects results of
leaderboards that lie wholly in theirs. Looking at everybody's places is on record as every change is. What was frozen first is never
changed: a correction stands beside it, with who made it and why, and the newest one counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, Final

import msgspec
import redis
from sqlalchemy import Connection, Engine, Row, func, select

from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope, load_or_everything
from dashboard.access.team_tree import parents
from dashboard.directory.settings_of import rows_of, settings_of
from dashboard.floor.metrics import known
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.results.export import ResultFile
from dashboard.leaderboards.results.frozen import Counted, Frozen, digest, dumps, frozen
from dashboard.leaderboards.scheme_checks import number_mistakes
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.whole import reaches, sees
from dashboard.refusal import NotThere, Refused
from dashboard.reports.files import File, Format
from dashboard.reports.names import names_of
from dashboard.store.engine import reading
from dashboard.store.schema import leaderboard_corrections, leaderboard_results, leaderboards
from dashboard.typed_text import in_one_line
from layouts.texts import Catalogue

LONGEST_REASON: Final = 500
_WHOLE: Final = Permission.LEADERBOARDS_WHOLE
_EDIT: Final = Permission.LEADERBOARDS_EDIT

Recount = Callable[[Frozen, Leaderboard], tuple[Did, ...]]
"""The evidence of a period, read anew from the history. Blocks on the database."""


class UnknownResult(NotThere):
    """There is no such result: told only to whom nothing is hidden."""

    def __init__(self, result_id: str) -> None:
        super().__init__("leaderboards.refused.no_result", id=result_id)


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One of the list. `corrected`: how often."""

    id: str
    leaderboard_id: str
    name: str
    bounds: Bounds
    frozen_at_ms: int
    published_at_ms: int | None
    corrected: int


@dataclass(frozen=True, slots=True)
class Changed:
    """What somebody corrects: values of agents (agent, metric, value; None: no value), and agents who are taken out."""

    values: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    without: frozenset[str] = frozenset()


class Results:
    """The results of one site. Calls block on the database; may be shared by threads. `now_ms`: the clock (epoch)."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        link: redis.Redis,
        site: str,
        now_ms: Callable[[], int],
        recount: Recount,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms
        self._recount = recount

    # -- looking -------------------------------------------------------------------------------------------------------

    def listed(self, actor: Actor, leaderboard_id: str) -> list[ResultLine]:
        """Of a leaderboard (a removed one too) of which the actor may see anybody's place, newest first. Raises `Denied`."""
        within = actor.require(_WHOLE)
        table, said = leaderboard_results.c, leaderboard_corrections.c
        with reading(self._engine) as connection:
            row = connection.execute(select(leaderboards).where(self._mine(leaderboard_id))).one_or_none()
            if row is None or not reaches(within, load_or_everything(row.scope), parents(connection)):
                raise Denied(_WHOLE, f"leaderboard {leaderboard_id[:64]}")
            corrected = select(func.count()).where(said.result_id == table.id).scalar_subquery()
            columns = (table.id, table.from_ms, table.to_ms, table.frozen_at_ms, table.published_at_ms)
            query = select(*columns, corrected.label("corrected")).where(table.leaderboard_id == leaderboard_id)
            found = connection.execute(query.order_by(table.from_ms.desc())).all()
        return [
            ResultLine(
                one.id,
                leaderboard_id,
                row.name,
                Bounds(one.from_ms, one.to_ms),
                one.frozen_at_ms,
                one.published_at_ms,
                one.corrected,
            )
            for one in found
        ]

    def whole(self, actor: Actor, result_id: str) -> Frozen:
        """Everybody's place in the actor's scope, with the evidence. On record. Raises `UnknownResult`, `Denied`."""
        found, name = self._whole(actor, result_id)
        self._audit.record(actor, "leaderboard.whole_read", _target(found, name), details=_period(found))
        return found

    def exported(self, actor: Actor, result_id: str, kind: Format, texts: Catalogue) -> File:
        """The same as a file, in the words of `texts` (room `leaderboards`). On record. Raises `UnknownResult`, `Denied`, and `Refused`
        for a result of another release."""
        found, name = self._whole(actor, result_id)
        document = _readable(found)
        with reading(self._engine) as connection:
            names = names_of(connection, self._site, settings_of(rows_of(connection, self._site)), {})
        details = _period(found) | {"form": kind, "lines": len(found.counted.standings)}
        self._audit.record(actor, "leaderboard.exported", _target(found, name), details=details)
        return ResultFile(found, document, names, texts, actor.name).file(kind)

    def _whole(self, actor: Actor, result_id: str) -> tuple[Frozen, str]:
        within = actor.require(_WHOLE)
        with reading(self._engine) as connection:
            row, name, scope = self._row(connection, actor, _WHOLE, result_id)
            tree = parents(connection)
            if not reaches(within, scope, tree):
                raise _out_of_reach(_WHOLE, result_id)
            found = frozen(connection, row)
        return found if within.covers(scope, tree) else _within(found, within.with_subteams(tree)), name

    # -- changing ------------------------------------------------------------------------------------------------------

    def publish(self, actor: Actor, result_id: str) -> None:
        """Everybody who may see the leaderboard may see how it ended. Raises `Refused` if they may already, `Denied`."""
        with self._changing(actor, result_id) as (connection, found, name):
            if found.is_published:
                raise Refused("leaderboards.refused.published_already")
            values = {"published_by": actor.name[:100], "published_at_ms": self._now_ms()}
            this = leaderboard_results.c.id == found.id
            connection.execute(leaderboard_results.update().where(this).values(values))
            details = _period(found) | {"sha256": digest(dumps(found.counted))}
            self._audit.append(connection, actor, "leaderboard.published", _target(found, name), details=details)
        self._tell(found)

    def correct(self, actor: Actor, result_id: str, changed: Changed, reason: str, seen: int) -> Frozen:
        """Other values, or somebody taken out, because of `reason`; the standings are made anew of it. `seen`: how many corrections the
        person knew of. Raises `Refused` (with its field) and `Denied`."""
        said = _reason(reason)
        with self._changing(actor, result_id) as (connection, found, name):
            evidence = _corrected(found.counted.evidence, changed)
            details = {"values": changed.values, "without": sorted(changed.without)}
            self._put(connection, actor, found, name, evidence, said, seen, details)
        return self._told(found)

    def recount(self, actor: Actor, result_id: str, reason: str, seen: int) -> Frozen:
        """What the history says now (something was told late, or corrected there), because of `reason`; whoever was taken out stays out,
        values that somebody wrote are given up. Raises `Refused` if it says the same, and `Denied`."""
        said = _reason(reason)
        with reading(self._engine) as connection:
            before, _ = self._own(connection, actor, result_id)
        gone = {did.id for did in before.first.evidence} - {did.id for did in before.counted.evidence}
        evidence = tuple(did for did in self._recount(before, _readable(before)) if did.id not in gone)
        with self._changing(actor, result_id) as (connection, found, name):
            if evidence == found.counted.evidence:
                raise Refused("leaderboards.refused.same_again")
            self._put(connection, actor, found, name, evidence, said, seen, {"recounted": True})
        return self._told(found)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _put(
        self,
        connection: Connection,
        actor: Actor,
        found: Frozen,
        name: str,
        evidence: tuple[Did, ...],
        reason: str,
        seen: int,
        details: Mapping[str, Any],
    ) -> None:
        if seen != len(found.corrections):
            by = found.corrections[-1].made_by if found.corrections else "–"
            raise Refused("leaderboards.refused.corrected_meanwhile", who=by)
        document = _readable(found)
        measures = settings_of(rows_of(connection, self._site)).measures
        columns = dumps(Counted(score(document.scheme, evidence, measures), evidence))
        last_ms = max((one.made_at_ms for one in found.corrections), default=0)
        values = {
            "id": secrets.token_hex(8),
            "result_id": found.id,
            "reason": reason,
            "made_by": actor.name[:100],
            "made_at_ms": max(self._now_ms(), last_ms + 1),  # the newest counts, whatever clocks say
            **columns,
        }
        connection.execute(leaderboard_corrections.insert().values(values))
        proof = {"sha256_before": digest(dumps(found.counted)), "sha256": digest(columns)}
        facts = {**_period(found), **details, **proof}
        action = "leaderboard.corrected"
        self._audit.append(connection, actor, action, _target(found, name), reason=reason, details=facts)

    def _told(self, found: Frozen) -> Frozen:
        self._tell(found)
        with reading(self._engine) as connection:
            row = connection.execute(select(leaderboard_results).where(leaderboard_results.c.id == found.id)).one()
            return frozen(connection, row)

    @contextmanager
    def _changing(self, actor: Actor, result_id: str) -> Iterator[tuple[Connection, Frozen, str]]:
        actor.require(_EDIT)
        with self._audit.writing() as connection:
            yield connection, *self._own(connection, actor, result_id)

    def _own(self, connection: Connection, actor: Actor, result_id: str) -> tuple[Frozen, str]:
        row, name, scope = self._row(connection, actor, _EDIT, result_id)
        if not actor.scope(_EDIT).covers(scope, parents(connection)):
            raise _out_of_reach(_EDIT, result_id)
        return frozen(connection, row), name

    def _row(
        self, connection: Connection, actor: Actor, need: Permission, result_id: str
    ) -> tuple[Row[Any], str, Scope]:
        within = actor.require(need)
        query = (
            select(leaderboard_results, leaderboards.c.name, leaderboards.c.scope)
            .join(leaderboards, leaderboards.c.id == leaderboard_results.c.leaderboard_id)
            .where(leaderboards.c.site == self._site, leaderboard_results.c.id == result_id)
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownResult(result_id) if within.is_everything else _out_of_reach(need, result_id)
        return row, row.name, load_or_everything(row.scope)

    def _mine(self, leaderboard_id: str) -> Any:
        return (leaderboards.c.site == self._site) & (leaderboards.c.id == leaderboard_id)

    def _tell(self, found: Frozen) -> None:
        notices.tell(self._redis, self._site, Notice("leaderboards", found.leaderboard_id))


def _corrected(evidence: tuple[Did, ...], changed: Changed) -> tuple[Did, ...]:
    """Raises `Refused` for somebody or a metric that is not in it, and for no change at all."""
    known = {did.id: did for did in evidence}
    for agent in (*changed.values, *sorted(changed.without)):
        if agent not in known:
            raise Refused("leaderboards.refused.no_contestant", "agent", name=agent[:64])
    for agent, values in changed.values.items():
        foreign = sorted(set(values) - set(known[agent].values))
        if foreign:
            raise Refused("leaderboards.refused.no_value_of", "metric", name=foreign[0][:64])
        for metric, value in values.items():
            _require_possible(metric, value)
    made = tuple(_with(did, changed.values.get(did.id, {})) for did in evidence if did.id not in changed.without)
    if made == evidence:
        raise Refused("leaderboards.refused.nothing_corrected")
    return made


def _require_possible(metric: str, value: float | None) -> None:
    """Raises `Refused` for what is no number, or none that the metric can have."""
    found = known(metric)
    if value is not None:
        wrong = (
            [Refused("leaderboards.refused.number", "value")]
            if found is None
            else number_mistakes(found, value, "value")
        )
        for refused in wrong:
            raise refused


def _with(did: Did, values: Mapping[str, float | None]) -> Did:
    return msgspec.structs.replace(did, values={**did.values, **values}) if values else did


def _reason(text: str) -> str:
    said = in_one_line(text)
    if not said:
        raise Refused("leaderboards.refused.reason_missing", "reason")
    if len(said) > LONGEST_REASON:
        raise Refused("leaderboards.refused.reason_long", "reason", most=LONGEST_REASON)
    return said


def _readable(found: Frozen) -> Leaderboard:
    if found.document is None:
        raise Refused("leaderboards.refused.unreadable", id=found.leaderboard_id)
    return found.document


def _within(found: Frozen, within: Scope) -> Frozen:
    """Only who is of teams in the scope; a team's own place like that of its members. Why something was corrected that is none of theirs is
    not told: it may name others."""

    def part(counted: Counted) -> Counted:
        return Counted(
            tuple(one for one in counted.standings if sees(within, one.id, one.team)),
            tuple(one for one in counted.evidence if sees(within, one.id, one.team)),
        )

    first = before = part(found.first)
    corrections = []
    for one in found.corrections:
        counted = part(one.counted)
        is_of_theirs = counted.evidence != before.evidence
        corrections.append(replace(one, counted=counted, reason=one.reason if is_of_theirs else ""))
        before = counted
    return replace(found, first=first, corrections=tuple(corrections))


def _period(found: Frozen) -> dict[str, Any]:
    return {"result": found.id, "from_ms": found.bounds.from_ms, "to_ms": found.bounds.to_ms}


def _target(found: Frozen, name: str) -> Target:
    return Target("leaderboard", found.leaderboard_id, name)


def _out_of_reach(need: Permission, result_id: str) -> Denied:
    return Denied(need, f"leaderboard result {result_id[:64]}")
