"""Messages of people to screens: sent, withdrawn, and looked up again by the gateways.

Who announces does so only to screens whose whole scope they may announce in *and* manage; any other screen is answered like one
that does not exist. "All my screens" is a list of screens at that moment: one that is paired later does not get it. Each
sending and withdrawal is one transaction with its audit line, which holds the text and the screens; after it a copy is
kept in Redis, for gateways while the database is away, and the gateways are told.

Bounded: what stands on one screen, what one account sends in a minute, how long it is valid.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import redis
from sqlalchemy import Connection, Engine, RowMapping, select

from dashboard.access import notices
from dashboard.access import scope as scopes
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_pace import within_a_minute
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.scope import Scope
from dashboard.access.team_tree import parents
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import announcements, screens
from dashboard.wallboards import current_announcements as current
from dashboard.wallboards.announcement import Announcement, AnnouncementWishes, Form, Priority, checked
from dashboard.wallboards.current_announcements import Copies

SENT: Final = "announcement.sent"
WITHDRAWN: Final = "announcement.withdrawn"

MOST_ON_A_SCREEN: Final = 10
MOST_FULL_ON_A_SCREEN: Final = 3
"""Of those that cover a screen: nobody waits minutes for the numbers."""

MOST_A_MINUTE: Final = 6
"""Announcements that one account sends."""

HISTORY: Final = 50
"""How many past ones the page lists."""

_NEED: Final = Permission.SCREENS_ANNOUNCE


@dataclass(frozen=True, slots=True)
class Receiver:
    """A screen that somebody may send announcements to."""

    id: str
    name: str
    board: str


@dataclass(frozen=True, slots=True)
class AnnouncementLine:
    """One of the list. `screens`: names of those that the asking person may see, `others`: how many more there are.
    `may_withdraw`: all of them are theirs."""

    announcement: Announcement
    screens: tuple[str, ...]
    others: int
    made_by: str
    made_at_ms: int
    withdrawn_by: str
    withdrawn_at_ms: int | None
    may_withdraw: bool


class Announcements:
    """The announcements of one site. `now_ms`: the clock (epoch)."""

    def __init__(self, engine: Engine, audit: Audit, link: redis.Redis, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def receivers(self, actor: Actor) -> list[Receiver]:
        """The screens that this actor may send to, by name."""
        _reach_of(actor)
        with reading(self._engine) as connection:
            rows = self._reached(connection, actor)
        found = [Receiver(row["id"], row["name"], row["board"]) for row in rows.values()]
        return sorted(found, key=lambda screen: (screen.name, screen.id))

    def send(self, actor: Actor, wishes: AnnouncementWishes) -> str:
        """Sends it; returns its id. Raises `Refused`; `Denied` for a screen that is not the actor's as for none."""
        _reach_of(actor)
        wanted = checked(wishes)
        now_ms = self._now_ms()
        with self._audit.writing() as connection:
            reached = self._reached(connection, actor)
            for screen_id in wanted.screens:
                if screen_id not in reached:
                    raise Denied(_NEED, screen_id[:64])
            self._require_calm(connection, actor, now_ms)
            self._require_room(connection, wanted, {id_: row["name"] for id_, row in reached.items()}, now_ms)
            made = Announcement(
                id=secrets.token_hex(8),
                form=cast("Form", wanted.form),
                text=wanted.text,
                priority=cast("Priority", wanted.priority),
                until_ms=now_ms + wanted.minutes * 60_000,
                seconds=wanted.seconds,
                screens=wanted.screens,
            )
            connection.execute(announcements.insert().values(self._row(made, actor, now_ms)))
            details = {
                "text": made.text,
                "form": made.form,
                "priority": made.priority,
                "seconds": made.seconds,
                "minutes": wanted.minutes,
                "screens": {id_: reached[id_]["name"] for id_ in made.screens},
            }
            self._audit.append(connection, actor, SENT, _target(made.id, made.text), details=details)
        self._copies.keep(made)
        self._tell(made.id)
        return made.id

    def active(self, actor: Actor) -> list[AnnouncementLine]:
        """What stands on the actor's screens now, the newest first."""
        now_ms = self._now_ms()
        is_active = announcements.c.withdrawn_at_ms.is_(None) & (announcements.c.expires_at_ms > now_ms)
        return self._listed(actor, is_active, most=None)

    def history(self, actor: Actor) -> list[AnnouncementLine]:
        """What stood there, the newest first."""
        now_ms = self._now_ms()
        is_over = announcements.c.withdrawn_at_ms.is_not(None) | (announcements.c.expires_at_ms <= now_ms)
        return self._listed(actor, is_over, most=HISTORY)

    def withdraw(self, actor: Actor, announcement_id: str) -> None:
        """Takes it off the screens. Nothing happens to one that is over. Raises `Denied` for another's as for none."""
        _reach_of(actor)
        now_ms = self._now_ms()
        with self._audit.writing() as connection:
            row = self._own_row(connection, actor, announcement_id)
            if row["withdrawn_at_ms"] is not None or row["expires_at_ms"] <= now_ms:
                return
            gone = {"withdrawn_by": actor.name, "withdrawn_at_ms": now_ms}
            connection.execute(announcements.update().where(announcements.c.id == announcement_id).values(gone))
            details = {"text": row["text"], "screens": current.ids(row)}
            self._audit.append(connection, actor, WITHDRAWN, _target(announcement_id, row["text"]), details=details)
        self._copies.bury(current.announcement(row))
        self._tell(announcement_id)

    @property
    def _copies(self) -> Copies:
        return Copies(self._site, self._redis)

    def _listed(self, actor: Actor, which: Any, *, most: int | None) -> list[AnnouncementLine]:
        _reach_of(actor)
        table = announcements.c
        query = select(announcements).where((table.site == self._site) & which)
        query = query.order_by(table.made_at_ms.desc(), table.id)
        with reading(self._engine) as connection:
            reached = {id_: row["name"] for id_, row in self._reached(connection, actor).items()}
            known = self._known(connection)
            lines: list[AnnouncementLine] = []
            for row in connection.execute(query).mappings():
                line = _line(row, reached, known)
                if line is not None:
                    lines.append(line)
                if most is not None and len(lines) >= most:
                    break
        return lines

    def _own_row(self, connection: Connection, actor: Actor, announcement_id: str) -> RowMapping:
        ours = (announcements.c.id == announcement_id) & (announcements.c.site == self._site)
        row = connection.execute(select(announcements).where(ours)).mappings().one_or_none()
        reached = {id_: one["name"] for id_, one in self._reached(connection, actor).items()}
        line = _line(row, reached, self._known(connection)) if row is not None else None
        if row is None or line is None or not line.may_withdraw:
            raise Denied(_NEED, announcement_id[:64])
        return row

    def _reached(self, connection: Connection, actor: Actor) -> dict[str, RowMapping]:
        """The screens within the actor's reach, by id."""
        within, tree = _reach_of(actor), parents(connection)
        query = select(screens).where(screens.c.site == self._site, screens.c.revoked_at_ms.is_(None))
        return {
            row["id"]: row
            for row in connection.execute(query).mappings()
            if all(scope.covers(scopes.load_or_everything(row["scope"]), tree) for scope in within)
        }

    def _known(self, connection: Connection) -> set[str]:
        """Every screen that is not revoked."""
        query = select(screens.c.id).where(screens.c.site == self._site, screens.c.revoked_at_ms.is_(None))
        return set(connection.execute(query).scalars())

    def _require_calm(self, connection: Connection, actor: Actor, now_ms: int) -> None:
        if within_a_minute(connection, actor, SENT, now_ms) >= MOST_A_MINUTE:
            raise Refused("refused.announcement.often", "", most=MOST_A_MINUTE)

    def _require_room(
        self, connection: Connection, wanted: AnnouncementWishes, names: Mapping[str, str], now_ms: int
    ) -> None:
        on_screens = current.standing(connection, self._site, now_ms)
        for screen_id in wanted.screens:
            on_it = [one.form for one in on_screens if screen_id in one.screens]
            if len(on_it) >= MOST_ON_A_SCREEN:
                raise Refused("refused.announcement.many", "screens", name=names[screen_id], most=MOST_ON_A_SCREEN)
            if wanted.form == "full" and on_it.count("full") >= MOST_FULL_ON_A_SCREEN:
                raise Refused(
                    "refused.announcement.many_full", "screens", name=names[screen_id], most=MOST_FULL_ON_A_SCREEN
                )

    def _row(self, made: Announcement, actor: Actor, now_ms: int) -> dict[str, Any]:
        return {
            "id": made.id,
            "site": self._site,
            "text": made.text,
            "form": made.form,
            "priority": made.priority,
            "seconds": made.seconds,
            "screens": json.dumps(made.screens),
            "made_by": actor.name[:100],
            "made_at_ms": now_ms,
            "expires_at_ms": made.until_ms,
        }

    def _tell(self, announcement_id: str) -> None:
        notices.tell(self._redis, self._site, Notice("announcements", announcement_id))


def _reach_of(actor: Actor) -> tuple[Scope, Scope]:
    """Where the actor may announce, and where they manage screens. Raises `Denied`."""
    return actor.require(_NEED), actor.require(Permission.SCREENS_MANAGE)


def _line(row: RowMapping, reached: Mapping[str, str], known: Collection[str]) -> AnnouncementLine | None:
    """As a person sees it who reaches the screens `reached` (id → name) of all that are `known`; None: not at all. A screen that was
    revoked since counts for nobody."""
    there = [id_ for id_ in current.ids(row) if id_ in known]
    mine = _names(there, reached)
    if not mine:
        return None
    return AnnouncementLine(
        announcement=current.announcement(row),
        screens=mine,
        others=len(there) - len(mine),
        made_by=row["made_by"],
        made_at_ms=row["made_at_ms"],
        withdrawn_by=row["withdrawn_by"],
        withdrawn_at_ms=row["withdrawn_at_ms"],
        may_withdraw=len(mine) == len(there),
    )


def _names(ids: Iterable[str], reached: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(reached[id_] for id_ in ids if id_ in reached)


def _target(announcement_id: str, text: str) -> Target:
    return Target("announcement", announcement_id, text[:60])
