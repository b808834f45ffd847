"""Channels, as people set them up: where alerts go, in which language, and how much of the floor whoever reads there may know.

Who sets an address makes this server speak to it and can read along: it needs `alerts.channels` in a scope that covers the channel's.
Addresses are sealed and never shown again, not even to who typed them; of one only its host is. A channel that a rule tells cannot be
removed. Every change has its line in the audit log, without the address.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import redis
from sqlalchemy import Connection, Engine, select

from dashboard.access import notices, team_tree
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.seal import Seal, SealBroken
from dashboard.alerts import addresses
from dashboard.alerts.addresses import Address
from dashboard.alerts.delivering import opened
from dashboard.alerts.ledger import known_rule
from dashboard.alerts.message import test_text
from dashboard.alerts.plug_ins import NoAddress, plug_in
from dashboard.alerts.telling import Fate, tell
from dashboard.mail import MailServer, addresses_in
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import alert_channels, alert_deliveries, alert_rules
from dashboard.typed_text import in_one_line
from layouts.texts import LANGUAGES

LONGEST_NAME: Final = 60
_NEED: Final = Permission.ALERTS_CHANNELS


@dataclass(frozen=True, slots=True)
class ChannelWishes:
    """What a form says. `address` None: the one it has stays."""

    name: str
    kind: str
    address: Address | None
    scope: Scope
    lang: str


@dataclass(frozen=True, slots=True)
class ChannelLine:
    """One of the list. `where`: the address's host, or how many people; "" when it cannot be opened. `last`: what became of the last
    message, as it is kept, and when; None: none yet."""

    id: str
    name: str
    kind: str
    where: str
    scope: Scope
    lang: str
    rules: tuple[str, ...]
    last: tuple[str, int | None] | None


class ChannelBook:
    """The channels of one site."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        link: redis.Redis,
        site: str,
        now_ms: Callable[[], int],
        *,
        seal: Seal,
        mail: MailServer,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms
        self._seal = seal
        self._mail = mail

    @property
    def has_mail(self) -> bool:
        """Whether there is a mail server."""
        return self._mail.is_there

    def listed(self, actor: Actor) -> list[ChannelLine]:
        """Theirs, by name."""
        scope = actor.require(_NEED)
        with reading(self._engine) as connection:
            tree = team_tree.parents(connection)
            rows = [row for row in self._rows(connection) if scope.covers(_scope(row), tree)]
            users, last = self._users(connection), self._last(connection)
        return [
            ChannelLine(
                row.id,
                row.name,
                row.kind,
                self._where(row),
                _scope(row),
                row.lang,
                users.get(row.id, ()),
                last.get(row.id),
            )
            for row in rows
        ]

    def get(self, actor: Actor, channel_id: str) -> ChannelLine:
        """Raises `Denied` for another's as for none."""
        found = next((line for line in self.listed(actor) if line.id == channel_id), None)
        if found is None:
            raise Denied(_NEED, f"alert channel {channel_id[:64]}")
        return found

    def put(self, actor: Actor, channel_id: str, wishes: ChannelWishes) -> str:
        """Makes one (`channel_id` "") or changes it; gives its id. Raises `Refused`; `Denied` for what is not theirs."""
        scope = actor.require(_NEED)
        name = in_one_line(wishes.name)
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Refused("alert.refused.name", "name", most=LONGEST_NAME)
        lang = wishes.lang if wishes.lang in LANGUAGES else LANGUAGES[0]
        with self._changing(actor) as connection:
            before = self._own(connection, scope, channel_id) if channel_id else None
            if not scope.covers(wishes.scope, team_tree.parents(connection)):
                raise Denied(_NEED, "alert channel's scope")
            kind = wishes.kind if before is None else before.kind
            sealed = before.address if before is not None and wishes.address is None else self._sealed(kind, wishes)
            values = {
                "name": name,
                "address": sealed,
                "scope": scopes.dump(wishes.scope),
                "lang": lang,
                "changed_at_ms": self._now_ms(),
            }
            made = channel_id or secrets.token_hex(8)
            if before is None:
                connection.execute(alert_channels.insert().values(id=made, site=self._site, kind=kind, **values))
            else:
                connection.execute(alert_channels.update().where(alert_channels.c.id == made).values(values))
            details = {
                "kind": kind,
                "scope": scopes.dump(wishes.scope),
                "lang": lang,
                "address": "kept" if wishes.address is None else "new",
            }
            target = Target("alert_channel", made, name)
            self._audit.append(connection, actor, "alerts.channel_put", target, details=details)
        return made

    def remove(self, actor: Actor, channel_id: str) -> None:
        """Its address goes; what was told there stays in the history. Raises `Refused` while a rule tells it; `Denied`."""
        scope = actor.require(_NEED)
        with self._changing(actor) as connection:
            row = self._own(connection, scope, channel_id)
            users = self._users(connection).get(channel_id, ())
            if users:
                raise Refused("alert.refused.channel_used", "", rule=users[0])
            gone = {"removed_at_ms": self._now_ms(), "changed_at_ms": self._now_ms(), "address": b""}
            connection.execute(alert_channels.update().where(alert_channels.c.id == channel_id).values(gone))
            self._audit.append(connection, actor, "alerts.channel_removed", Target("alert_channel", row.id, row.name))

    def test(self, actor: Actor, channel_id: str) -> Fate:
        """Sends a line there now; blocks for half a minute at most. On record before it is sent. Raises `Denied`."""
        scope = actor.require(_NEED)
        with self._audit.writing() as connection:
            row = self._own(connection, scope, channel_id)
            self._audit.append(connection, actor, "alerts.channel_tested", Target("alert_channel", row.id, row.name))
        try:
            channel = opened(row, self._seal)
        except (SealBroken, ValueError):
            return Fate(False, "sealed")
        return tell(channel, test_text(channel.lang, actor.name, self._site), self._mail, {"what": "test"})

    # -- parts of it ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _changing(self, actor: Actor) -> Iterator[Connection]:
        actor.require(_NEED)
        with self._audit.writing() as connection:
            yield connection
        notices.tell(self._redis, self._site, Notice("alerts"))

    def _sealed(self, kind: str, wishes: ChannelWishes) -> bytes:
        address = addresses.checked(kind, wishes.address or Address(""))
        if kind == "mail":
            if not self._mail.is_there:
                raise Refused("alert.refused.no_mail", "kind")
            self._mail.checked(addresses_in(address.url), "address")
        else:
            try:
                plug_in(kind, address, {})
            except NoAddress:
                raise Refused("alert.refused.address", "address") from None
        return self._seal.close(addresses.dumped(address))

    def _where(self, row: Any) -> str:
        try:
            address = addresses.loaded(self._seal.open(row.address))
            if row.kind == "mail":
                return ", ".join(_mail_shown(one) for one in addresses_in(address.url))
            return urlsplit(address.url).hostname or ""
        except (SealBroken, ValueError, Refused):
            return ""

    def _mine(self) -> Any:
        return (alert_channels.c.site == self._site) & alert_channels.c.removed_at_ms.is_(None)

    def _rows(self, connection: Connection) -> list[Any]:
        return list(
            connection.execute(select(alert_channels).where(self._mine()).order_by(alert_channels.c.name)).all()
        )

    def _own(self, connection: Connection, scope: Scope, channel_id: str) -> Any:
        query = select(alert_channels).where(self._mine() & (alert_channels.c.id == channel_id))
        row = connection.execute(query).one_or_none()
        if row is None or not scope.covers(_scope(row), team_tree.parents(connection)):
            raise Denied(_NEED, f"alert channel {channel_id[:64]}")
        return row

    def _users(self, connection: Connection) -> Mapping[str, tuple[str, ...]]:
        """Channel → the names of the rules that tell it."""
        mine = (alert_rules.c.site == self._site) & alert_rules.c.removed_at_ms.is_(None)
        found: dict[str, tuple[str, ...]] = {}
        for row in connection.execute(select(alert_rules).where(mine).order_by(alert_rules.c.name)):
            known = known_rule(row)
            for channel_id in known.rule.channels if known.rule is not None else ():
                found[channel_id] = (*found.get(channel_id, ()), known.name)
        return found

    def _last(self, connection: Connection) -> Mapping[str, tuple[str, int | None]]:
        """What became of the newest message of each that was tried."""
        table = alert_deliveries.c
        query = select(table.channel_id, table.error, table.sent_at_ms).where(table.tries > 0)
        rows = connection.execute(query.order_by(table.due_at_ms.desc()).limit(500)).all()
        return {row.channel_id: (row.error, row.sent_at_ms) for row in reversed(rows)}


def _scope(row: Any) -> Scope:
    return scopes.load_or_everything(row.scope)


def _mail_shown(address: str) -> str:
    """Enough to know it by."""
    name, _, host = address.rpartition("@")
    return f"{name[:2]}…@{host}"
