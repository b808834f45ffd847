"""Paired screens: let in by a code, told what to show, sent away again. The one door to the table `screens`.

Who may manage screens manages those that show no more than they may see themselves; any other screen is answered like one that
does not exist. Every change is one transaction with its audit line; after it the copy in Redis is renewed and the gateways are
told, so that it shows within two seconds.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

import redis
from sqlalchemy import Connection, Engine, RowMapping, select

from dashboard.access import notices
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.keys import digest
from dashboard.access.notices import Notice
from dashboard.access.pairing import Offer, Pairing
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.screen_record import ScreenRecord, ScreenRecords, Seen, Sightings, record_of
from dashboard.access.screen_wishes import ScreenWishes, checked
from dashboard.access.team_tree import parents
from dashboard.access.throttle import Throttle
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import screens
from layouts.texts import LANGUAGES

THEMES: Final = ("dark", "light")
LIVE_MS: Final = 12_000
DELAYED_MS: Final = 30_000
_ACTIONS: Final = {frozenset({"name"}): "screen.renamed", frozenset({"board"}): "screen.moved"}

LinkState = Literal["live", "delayed", "away", "never"]
Walls = Callable[[Actor], Collection[str]]


@dataclass(frozen=True, slots=True)
class ScreenLine:
    """A screen of the list. `has_arrived`: its TV has fetched its token. `seen`: None until it was, or while Redis is away."""

    record: ScreenRecord
    scope: Scope
    seen: Seen | None
    has_arrived: bool
    paired_by: str
    paired_at_ms: int

    def link(self, now_ms: int) -> LinkState:
        """How its socket is: `delayed` when it was just closed, or a sign of life is late."""
        if self.seen is None:
            return "never"
        age_ms = now_ms - self.seen.at_ms
        if self.seen.is_open and age_ms <= LIVE_MS:
            return "live"
        return "delayed" if age_ms <= DELAYED_MS else "away"


class Screens:
    """The screens of one site. `now_ms`: the clock (epoch). `walls`: which boards an actor may put on one."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        link: redis.Redis,
        site: str,
        now_ms: Callable[[], int],
        *,
        pairing: Pairing,
        throttle: Throttle,
        walls: Walls,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms
        self._pairing = pairing
        self._throttle = throttle
        self._walls = walls
        self.records = ScreenRecords(site, link, engine)
        self.sightings = Sightings(site, link)

    def listed(self, actor: Actor) -> list[ScreenLine]:
        """The screens that this actor may manage, by name."""
        within = actor.require(Permission.SCREENS_MANAGE)
        query = select(screens).where(screens.c.site == self._site, screens.c.revoked_at_ms.is_(None))
        with reading(self._engine) as connection:
            tree = parents(connection)
            rows = [
                row
                for row in connection.execute(query).mappings()
                if within.covers(scopes.load_or_everything(row["scope"]), tree)
            ]
        seen = self.sightings.seen(row["id"] for row in rows)
        return sorted(
            (_line(row, seen.get(row["id"])) for row in rows), key=lambda line: (line.record.name, line.record.id)
        )

    def get(self, actor: Actor, screen_id: str) -> ScreenLine:
        """One of them. Raises `Denied` for another's as for none."""
        within = actor.require(Permission.SCREENS_MANAGE)
        with reading(self._engine) as connection:
            row = self._row(connection, screen_id, within)
        return _line(row, self.sightings.seen([screen_id]).get(screen_id))

    def pair(self, actor: Actor, typed_code: str, wishes: ScreenWishes) -> str:
        """Lets the TV in that shows this code; returns the screen's id. Raises `Refused`, `Denied`."""
        within = actor.require(Permission.SCREENS_MANAGE)
        wanted = self._checked(actor, wishes)
        with reading(self._engine) as connection:
            self._require_cover(connection, within, wanted.scope, "")
        code = self._claimed(actor, typed_code)
        screen_id = secrets.token_hex(8)
        try:
            self._insert(actor, within, screen_id, wanted, self._pairing.address_of(code))
        except BaseException:
            self._pairing.release(code)
            raise
        self._pairing.confirm(code, screen_id)
        return screen_id

    def fetch(self, offer: Offer, address: str) -> str | None:
        """The device token, for the TV that holds the pairing's secret: handed out once. None: there is none (any more)."""
        token = secrets.token_urlsafe(32)
        table = screens.c
        is_waiting = (table.id == offer.screen_id) & table.token_hash.is_(None) & table.revoked_at_ms.is_(None)
        with self._audit.writing() as connection:
            row = connection.execute(select(screens).where(is_waiting)).mappings().one_or_none()
            if row is not None:
                connection.execute(screens.update().where(is_waiting).values(token_hash=digest(token)))
                self._audit.append(
                    connection, record_of(row).actor(address, digest(token)), "screen.arrived", target=_target(row)
                )
        self._pairing.finish(offer)
        if row is None:
            return None
        self.records.put(digest(token), record_of(row))
        return token

    def scope_of(self, actor: Actor) -> Scope:
        """Where this actor may manage screens: no screen may show more. Raises `Denied`."""
        return actor.require(Permission.SCREENS_MANAGE)

    def change(self, actor: Actor, screen_id: str, wishes: ScreenWishes) -> None:
        """Name, board, scope, language, theme, address range. What it shows already, it may go on showing. Raises `Refused`,
        `Denied`."""
        board = self.get(actor, screen_id).record.board
        self._update(actor, screen_id, "", self._checked(actor, wishes, board).columns)

    def rename(self, actor: Actor, screen_id: str, name: str) -> None:
        """Another name and nothing else."""
        self._change_one(actor, screen_id, name=name)

    def move(self, actor: Actor, screen_id: str, board: str) -> None:
        """To another board."""
        self._change_one(actor, screen_id, board=board)

    def blank(self, actor: Actor, screen_id: str, *, is_blank: bool) -> None:
        """Makes it black, or lets it show its board again."""
        self._update(actor, screen_id, "screen.blanked" if is_blank else "screen.unblanked", {"is_blank": is_blank})

    def reload(self, actor: Actor, screen_id: str) -> None:
        """Lets its page load itself anew."""
        self._update(actor, screen_id, "screen.reloaded", {"reload_wanted_at_ms": self._now_ms()})

    def revoke(self, actor: Actor, screen_id: str) -> None:
        """Sends it away for good: its token counts no more."""
        within = actor.require(Permission.SCREENS_MANAGE)
        with self._audit.writing() as connection:
            row = self._row(connection, screen_id, within)
            gone = {"token_hash": None, "revoked_at_ms": self._now_ms()}
            connection.execute(screens.update().where(screens.c.id == screen_id).values(gone))
            self._audit.append(connection, actor, "screen.revoked", target=_target(row))
        if row["token_hash"]:
            self.records.bury(row["token_hash"])
        self._tell(screen_id)
        self.sightings.forget(screen_id)

    def _checked(self, actor: Actor, wishes: ScreenWishes, board: str = "") -> ScreenWishes:
        """`board`: what it shows now, whoever chose it."""
        return checked(wishes, {*self._walls(actor), *([board] if board else [])}, LANGUAGES, THEMES)

    def _require_wall(self, actor: Actor, board: str) -> None:
        """Again, where nobody else changes anything: it may have been removed meanwhile."""
        if board not in self._walls(actor):
            raise Refused("refused.screen.board", "board")

    def _claimed(self, actor: Actor, typed_code: str) -> str:
        """The code, taken. Wrong ones make the account and its address wait ever longer, and nobody else."""
        wait_s = self._throttle.enter("pairing", actor.address, actor.account_id)
        if wait_s:
            raise Refused("refused.screen.wait", "code", wait_s=wait_s)
        try:
            code = self._pairing.claim(typed_code)
        except Refused:
            self._audit.denied(actor, "screen.paired", Target("screen"))
            raise
        self._throttle.passed("pairing", actor.address, actor.account_id)
        return code

    def _insert(self, actor: Actor, within: Scope, screen_id: str, wanted: ScreenWishes, tv_address: str) -> None:
        with self._audit.writing() as connection:
            self._require_cover(connection, within, wanted.scope, "")  # again: a team may have moved meanwhile
            self._require_wall(actor, wanted.board)
            row = wanted.columns | {
                "id": screen_id,
                "site": self._site,
                "token_hash": None,
                "is_blank": False,
                "paired_by": actor.name,
                "paired_at_ms": self._now_ms(),
            }
            connection.execute(screens.insert().values(row))
            target = Target("screen", screen_id, wanted.name)
            details = {"after": wanted.columns, "tv_address": tv_address}
            self._audit.append(connection, actor, "screen.paired", target=target, details=details)

    def _change_one(self, actor: Actor, screen_id: str, **changed: str) -> None:
        line = self.get(actor, screen_id)
        now = line.record
        fields: dict[str, Any] = {"name": now.name, "board": now.board, "lang": now.lang, "theme": now.theme}
        wishes = ScreenWishes(scope=line.scope, address_range=now.address_range, **(fields | changed))
        columns = self._checked(actor, wishes, now.board).columns
        self._update(actor, screen_id, "", {name: columns[name] for name in changed})

    def _update(self, actor: Actor, screen_id: str, action: str, wanted: Mapping[str, Any]) -> None:
        """One change in one transaction with its line; nothing where nothing is different. `action` "": by what changed."""
        within = actor.require(Permission.SCREENS_MANAGE)
        with self._audit.writing() as connection:
            row = self._row(connection, screen_id, within)
            after = {name: value for name, value in wanted.items() if row[name] != value}
            if not after:
                return
            if "scope" in after:
                self._require_cover(connection, within, scopes.load(after["scope"]), screen_id)
            if "board" in after:
                self._require_wall(actor, after["board"])
            connection.execute(screens.update().where(screens.c.id == screen_id).values(after))
            details = {"before": {name: row[name] for name in after}, "after": after}
            done = action or _ACTIONS.get(frozenset(after), "screen.changed")
            self._audit.append(connection, actor, done, target=_target(row), details=details)
        if row["token_hash"]:
            self.records.put(row["token_hash"], record_of({**row, **after}))
        self._tell(screen_id)

    def _row(self, connection: Connection, screen_id: str, within: Scope) -> RowMapping:
        ours = (screens.c.id == screen_id) & (screens.c.site == self._site) & screens.c.revoked_at_ms.is_(None)
        row = connection.execute(select(screens).where(ours)).mappings().one_or_none()
        if row is None or not within.covers(scopes.load_or_everything(row["scope"]), parents(connection)):
            raise Denied(Permission.SCREENS_MANAGE, screen_id)
        return row

    def _require_cover(self, connection: Connection, within: Scope, wanted: Scope, screen_id: str) -> None:
        if not within.covers(wanted, parents(connection)):
            raise Denied(Permission.SCREENS_MANAGE, screen_id)

    def _tell(self, screen_id: str) -> None:
        notices.tell(self._redis, self._site, Notice("screen", screen_id))


def _target(row: RowMapping) -> Target:
    return Target("screen", row["id"], row["name"])


def _line(row: RowMapping, seen: Seen | None) -> ScreenLine:
    has_arrived = row["token_hash"] is not None
    return ScreenLine(
        record_of(row),
        scopes.load_or_everything(row["scope"]),
        seen,
        has_arrived,
        row["paired_by"],
        row["paired_at_ms"],
    )
