"""What was done: the sessions of monitoring, one's own and those of one's scope, and the note that their supervisor writes to them.

Rows are written by the control process, in one transaction with the line in the audit log; here they are read, and noted to. Who
sees an agent by their team, but not the queue of the call, is told of the session and not of the call.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Connection, Engine, Row, false, or_, select, true, update

from collectors.events import MonitorMode, Via
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.refusal import NotThere, Refused
from dashboard.store.engine import reading
from dashboard.store.schema import agents, monitoring_sessions, people

PAGE: Final = 50
LONGEST_NOTE: Final = 2000

_NEED: Final = Permission.MONITOR_VIEW


@dataclass(frozen=True, slots=True)
class PastSession:
    """One session. `queue`, `visit`: None and "" where the call is out of sight. `modes`: as the switch confirmed them, with their
    times. `began_at_ms` None: nobody was ever in the call. `is_mine`: whoever asks held it, and may note to it."""

    command: str
    switch: str
    by: str
    agent: str
    agent_name: str
    queue: str | None
    visit: str
    via: Via
    purpose: str
    modes: tuple[tuple[int, MonitorMode], ...]
    asked_at_ms: int
    began_at_ms: int | None
    ended_at_ms: int | None
    state: str
    reason: str
    note: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Sessions, the newest first. `next`: from where to go on, "" at the end."""

    sessions: tuple[PastSession, ...]
    next: str


class SessionHistory:
    """The past sessions of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._now_ms = now_ms

    def own(self, actor: Actor, after: str = "", most: int = PAGE) -> Page:
        """One's own sessions."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            return self._page(connection, actor, monitoring_sessions.c.account_id == actor.account_id, after, most)

    def all(self, actor: Actor, after: str = "", most: int = PAGE, *, agent: str = "") -> Page:
        """Those in one's scope. `agent`: of this one only."""
        actor.require(_NEED)
        with reading(self._engine) as connection:
            which = in_scope(self._site, _scope(connection, actor))
            if agent:
                which &= monitoring_sessions.c.agent == agent
            return self._page(connection, actor, which, after, most)

    def of_call(self, actor: Actor, contact: str, from_ms: int, to_ms: int) -> tuple[PastSession, ...]:
        """Those in one contact (`switch/boot/call`), the oldest first, as far as its calls are in the actor's scope. `from_ms`, `to_ms`:
        when the contact was here."""
        if not actor.may(_NEED):
            return ()
        table = monitoring_sessions.c
        with reading(self._engine) as connection:
            scope = _scope(connection, actor)
            which = in_scope(self._site, scope) | (
                table.account_id == actor.account_id if actor.account_id else false()
            )
            which &= table.visit.startswith(f"{contact}/", autoescape=True)
            which &= table.asked_at_ms.between(from_ms, to_ms)
            found = self._page(connection, actor, which, "", PAGE).sessions
        return tuple(session for session in reversed(found) if session.visit)

    def note(self, actor: Actor, command: str, text: str) -> None:
        """What its supervisor says of a session; a new note takes the place of the old. Raises `Refused`; `Denied` for somebody
        else's session, and as for none (`NotThere` to who sees everything)."""
        actor.require(_NEED)
        text = text.replace("\r\n", "\n").strip()
        text = "".join(letter if letter.isprintable() or letter == "\n" else " " for letter in text)
        if len(text) > LONGEST_NOTE:
            raise Refused("monitoring.refused.note_long", "note", most=LONGEST_NOTE, length=len(text))
        table = monitoring_sessions.c
        is_it = (table.command == command) & (table.site == self._site) & (table.account_id == actor.account_id)
        with self._audit.writing() as connection:
            row = connection.execute(select(table.agent, table.note).where(is_it)).one_or_none()
            if row is None or not actor.account_id:
                raise self._missing(connection, actor, command)
            if row.note == text:
                return
            connection.execute(update(monitoring_sessions).where(is_it).values(note=text, noted_at_ms=self._now_ms()))
            details = {"command": command, "characters": len(text)}
            self._audit.append(connection, actor, "monitoring.noted", Target("agent", row.agent), details=details)

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _missing(self, connection: Connection, actor: Actor, command: str) -> Denied | NotThere:
        """Who sees everything learns that there is none of this id; everybody else what they would learn of another's."""
        table = monitoring_sessions.c
        is_it = (table.command == command) & (table.site == self._site)
        is_there = connection.execute(select(table.command).where(is_it)).first() is not None
        if actor.scope(_NEED).is_everything and not is_there:
            return NotThere("monitoring.refused.unknown_session")
        return Denied(_NEED, f"session {command[:64]}")

    def _page(self, connection: Connection, actor: Actor, which: Any, after: str, most: int) -> Page:
        table = monitoring_sessions.c
        query = select(monitoring_sessions).where((table.site == self._site) & which & _from(after))
        query = query.order_by(table.asked_at_ms.desc(), table.command.desc()).limit(most + 1)
        rows = connection.execute(query).all()
        names, scope = self._names(connection), _scope(connection, actor)
        sessions = tuple(past_session(row, actor, scope, names.get(row.agent, "")) for row in rows[:most])
        last = rows[most - 1] if len(rows) > most else None
        return Page(sessions, "" if last is None else f"{last.asked_at_ms}-{last.command}")

    def _names(self, connection: Connection) -> dict[str, str]:
        query = select(agents.c.id, people.c.display_name).join(people, people.c.id == agents.c.person_id)
        return {row.id: row.display_name for row in connection.execute(query.where(agents.c.site == self._site))}


def _scope(connection: Connection, actor: Actor) -> Scope:
    return actor.scope(_NEED).with_subteams(parents(connection))


def _from(after: str) -> Any:
    """What comes after a mark of `Page.next`; from the beginning for any other text."""
    at_ms, _, command = after.partition("-")
    if not (at_ms.isascii() and at_ms.isdigit() and len(at_ms) <= 16):
        return true()
    table = monitoring_sessions.c
    return or_(table.asked_at_ms < int(at_ms), (table.asked_at_ms == int(at_ms)) & (table.command < command))


def in_scope(site: str, scope: Scope) -> Any:
    """Which rows of `monitoring_sessions` may be known to who holds `monitor.view` in this scope (subteams in it)."""
    if scope.is_everything:
        return true()
    theirs = select(agents.c.id).join(people, people.c.id == agents.c.person_id)
    of_teams = theirs.where(agents.c.site == site, people.c.team_id.in_(sorted(scope.teams)))
    wanted = [
        monitoring_sessions.c.queue.in_(sorted(scope.queues or ())) if scope.queues else false(),
        monitoring_sessions.c.agent.in_(of_teams) if scope.teams else false(),
    ]
    return or_(*wanted)


def past_session(row: Row[Any], actor: Actor, scope: Scope, name: str) -> PastSession:
    """A row as this actor may see it."""
    is_mine = bool(actor.account_id) and row.account_id == actor.account_id
    is_seen = is_mine or scope.has_queue(row.queue)
    modes: tuple[tuple[int, MonitorMode], ...] = ()
    with contextlib.suppress(ValueError, TypeError):
        modes = tuple((int(at_ms), mode) for at_ms, mode in json.loads(row.modes))
    return PastSession(
        command=row.command,
        switch=row.switch,
        by=row.by_name,
        agent=row.agent,
        agent_name=name,
        queue=row.queue if is_seen else None,
        visit=row.visit if is_seen else "",
        via=cast("Via", row.via),
        purpose=row.purpose,
        modes=modes,
        asked_at_ms=row.asked_at_ms,
        began_at_ms=row.began_at_ms,
        ended_at_ms=row.ended_at_ms,
        state=row.state,
        reason=row.reason,
        note=row.note,
        is_mine=is_mine,
    )
