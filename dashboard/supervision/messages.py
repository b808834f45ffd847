"""Messages to agents: shown on their own page until they end, marked as read by themselves.

Who writes does so only to agents in the scope of `agents.message`; any other is answered like one that does not exist. One sending
is one transaction with its line in the audit log, which holds the text and whom it went to. Bounded: the text, the agents of one
sending, the messages of one account in a minute, and what stands on one page.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import redis
from sqlalchemy import Connection, Engine, Row, delete, func, select, update

from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.asking import asking
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_pace import within_a_minute
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.team_tree import parents
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import agent_messages
from dashboard.supervision.facts import AgentFacts
from dashboard.supervision.rights import reaches
from dashboard.typed_text import in_one_line

SENT: Final = "message.sent"

LONGEST: Final = 300
MINUTES: Final = range(1, 721)
"""How long a message may stand."""

PLAIN_MINUTES: Final = 60
MOST_AGENTS: Final = 200
MOST_A_MINUTE: Final = 10
"""Sendings of one account."""

MOST_ON_A_PAGE: Final = 20
KEPT_DAYS: Final = 30
"""After its end. Who wrote what to whom stays in the audit log."""

_NEED: Final = Permission.AGENTS_MESSAGE


@dataclass(frozen=True, slots=True)
class Message:
    """One as its agent sees it. `by`: name of who wrote it. Times: epoch; `read_at_ms` None: not yet."""

    id: str
    text: str
    by: str
    sent_at_ms: int
    until_ms: int
    read_at_ms: int | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One as its sender sees it."""

    agent: str
    message: Message


class Messages:
    """The messages of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def send(self, actor: Actor, to: Sequence[AgentFacts], text: str, minutes: int = PLAIN_MINUTES) -> tuple[str, ...]:
        """Writes to these agents, all or none; the messages' ids in their order. Raises `Refused`; `Denied` for an agent who is not the
        actor's as for none."""
        actor.require(_NEED)
        text = _checked(text, minutes, len(to))
        now_ms = self._now_ms()
        with self._audit.writing() as connection:
            scope = actor.require(_NEED).with_subteams(parents(connection))
            for agent in to:
                if not reaches(scope, agent):
                    raise Denied(_NEED, f"agent {agent.id[:64]}")
            self._require_calm(connection, actor, now_ms)
            self._require_room(connection, to, now_ms)
            made = {agent.id: secrets.token_hex(8) for agent in to}
            rows = [
                {
                    "id": id_,
                    "site": self._site,
                    "agent": agent,
                    "text": text,
                    "by_account": actor.account_id or None,
                    "by_name": actor.name[:100],
                    "sent_at_ms": now_ms,
                    "until_ms": now_ms + minutes * 60_000,
                }
                for agent, id_ in made.items()
            ]
            connection.execute(agent_messages.insert(), rows)
            self._forget_old(connection, now_ms)
            details = {"text": text, "minutes": minutes, "agents": list(made)}
            one = next(iter(made))
            target = Target("agent", one, one) if len(made) == 1 else Target("agents", str(len(made)), text[:60])
            self._audit.append(connection, actor, SENT, target, details=details)
        for receiver in made:
            notices.tell(self._redis, self._site, Notice("messages", receiver))
        return tuple(made[agent.id] for agent in to)

    def read(self, actor: Actor, message_id: str) -> None:
        """An agent has read it: only who it was written to can say so. Nothing happens the second time."""
        own = actor.require(Permission.OWN_VIEW).agents
        with writing(self._engine) as connection:
            is_it = (agent_messages.c.id == message_id) & (agent_messages.c.site == self._site)
            row = connection.execute(select(agent_messages).where(is_it)).mappings().one_or_none()
            if row is None or row["agent"] not in own:
                raise Denied(Permission.OWN_VIEW, f"message {message_id[:64]}")
            if row["read_at_ms"] is not None:
                return
            connection.execute(update(agent_messages).where(is_it).values(read_at_ms=self._now_ms()))
        notices.tell(self._redis, self._site, Notice("messages", row["agent"]))

    def current(self) -> dict[str, tuple[Message, ...]]:
        """What stands on agents' pages now, by agent, the newest first. For gateways, which show each agent their own. Raises
        `AccessUnavailable`: what is known stays."""
        table = agent_messages.c
        is_current = (table.site == self._site) & (table.until_ms > self._now_ms())
        found: dict[str, list[Message]] = defaultdict(list)
        try:
            with asking(self._engine) as connection:
                query = select(agent_messages).where(is_current).order_by(table.sent_at_ms.desc(), table.id)
                for row in connection.execute(query):
                    found[row.agent].append(_message(row))
        except StoreError as error:
            raise AccessUnavailable("The database is away: messages are only there.") from error
        return {agent: tuple(messages) for agent, messages in found.items()}

    def sent(self, actor: Actor, most: int = 50) -> list[SentMessage]:
        """What one wrote oneself, the newest first, and who has read it."""
        actor.require(_NEED)
        table = agent_messages.c
        mine = (table.site == self._site) & (table.by_account == actor.account_id)
        with reading(self._engine) as connection:
            query = select(agent_messages).where(mine).order_by(table.sent_at_ms.desc(), table.id).limit(most)
            return [SentMessage(row.agent, _message(row)) for row in connection.execute(query)]

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _require_calm(self, connection: Connection, actor: Actor, now_ms: int) -> None:
        if within_a_minute(connection, actor, SENT, now_ms) >= MOST_A_MINUTE:
            raise Refused("message.refused.often", "", most=MOST_A_MINUTE)

    def _require_room(self, connection: Connection, to: Sequence[AgentFacts], now_ms: int) -> None:
        table = agent_messages.c
        is_current = (table.site == self._site) & (table.until_ms > now_ms) & table.read_at_ms.is_(None)
        query = select(table.agent, func.count().label("unread")).where(
            is_current, table.agent.in_([agent.id for agent in to])
        )
        for row in connection.execute(query.group_by(table.agent)):
            if row.unread >= MOST_ON_A_PAGE:
                raise Refused("message.refused.many", "agents", agent=row.agent, most=MOST_ON_A_PAGE)

    def _forget_old(self, connection: Connection, now_ms: int) -> None:
        table = agent_messages.c
        is_old = (table.site == self._site) & (table.until_ms < now_ms - KEPT_DAYS * 86_400_000)
        connection.execute(delete(agent_messages).where(is_old))


def _checked(text: str, minutes: int, agents: int) -> str:
    """The text in one line."""
    text = in_one_line(text)
    if not text:
        raise Refused("message.refused.text_missing", "text")
    if len(text) > LONGEST:
        raise Refused("message.refused.text_long", "text", most=LONGEST, length=len(text))
    if minutes not in MINUTES:
        raise Refused("message.refused.minutes", "minutes", least=MINUTES[0], most=MINUTES[-1])
    if not 1 <= agents <= MOST_AGENTS:
        raise Refused("message.refused.agents", "agents", most=MOST_AGENTS)
    return text


def _message(row: Row[Any]) -> Message:
    return Message(row.id, row.text, row.by_name, row.sent_at_ms, row.until_ms, row.read_at_ms)
