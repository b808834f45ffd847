"""How people choose to appear on leaderboards, and what is taken back from who chose to offend.

A person chooses for themselves alone: the account that asks must be linked to them. Who edits leaderboards takes a nickname or picture
back from people in their scope, with a reason that the person is told; nobody gives anybody another one, or puts them on a screen who
does not want it. Each change is one transaction with its line in the audit log; afterwards gateways are told to look again.

A picture is encoded by us, and its id is random: nobody can guess its address, or find out by it whose photograph it is.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import redis
from sqlalchemy import Connection, Engine, Row, insert, select, update

from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.asking import asking
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_pace import within_a_minute
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_own
from dashboard.access.team_tree import parents
from dashboard.access.unavailable import AccessUnavailable
from dashboard.directory.reach import Reach
from dashboard.directory.rows import Person, all_people, one_person
from dashboard.directory.seen import SeenNow
from dashboard.leaderboards.people.appearing import (
    SHOWN_AS,
    TAKES_PART,
    TINTS,
    Appearing,
    ShownAs,
    TakesPart,
    as_chosen,
    drawn_by,
    tint_of,
)
from dashboard.leaderboards.people.nickname import checked_nickname, looks_like, skeleton
from dashboard.refusal import NotThere, Refused
from dashboard.store.engine import StoreError, reading
from dashboard.store.schema import accounts, appearances, people
from dashboard.typed_text import in_one_line
from dashboard.wallboards.picture_reading import portrait

EDIT: Final = Permission.LEADERBOARDS_EDIT
AVATAR_SIDE: Final = 320
"""Dots: a podium of a 4K wall needs no more."""
MOST_A_MINUTE: Final = 10
"""Changes of one person: each is read by every gateway."""
LONGEST_REASON: Final = 300

What = Literal["nickname", "avatar"]
WHAT: Final[tuple[What, ...]] = ("nickname", "avatar")
CHANGED: Final = "appearance.changed"
PICTURE: Final = "appearance.picture"


class UnknownAvatar(NotThere):
    """There is no such picture, or none that this actor may see."""

    def __init__(self) -> None:
        super().__init__("own_place.refused.unknown_avatar")


@dataclass(frozen=True, slots=True)
class Appearance:
    """How somebody appears. `name`, `staff_number`: as the directory has them. `reset_reason`: why something was taken back; ""
    nothing was, or they have chosen anew. `avatar`: address; "": one is drawn in `tint`."""

    person_id: str
    name: str
    staff_number: str
    shown_as: ShownAs = "name"
    nickname: str = ""
    takes_part: TakesPart = "shown"
    avatar: str = ""
    tint: int = 0
    reset_reason: str = ""
    has_chosen: bool = False

    @property
    def shown(self) -> Appearing:
        """As it stands on a screen."""
        name = as_chosen(self.shown_as, self.name, self.nickname, self.staff_number)
        return Appearing(name, self.avatar, self.tint, self.takes_part, self.person_id)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person chose, as it was typed."""

    shown_as: str = "name"
    nickname: str = ""
    takes_part: str = "shown"
    tint: str = ""


class Appearances:
    """How the people of one site appear. `seen`: who serves which queue now (`directory.seen`). Calls block on the database."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        link: redis.Redis,
        site: str,
        now_ms: Callable[[], int],
        seen: SeenNow,
    ) -> None:
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms
        self._seen = seen

    # -- one's own -----------------------------------------------------------------------------------------------------

    def is_somebody(self, actor: Actor) -> bool:
        """Whether the account belongs to a person who works here, and so has an appearance."""
        if actor.kind != "person" or not actor.may(Permission.ACCOUNT_OWN):
            return False
        with reading(self._engine) as connection:
            return self._person(connection, actor) is not None

    def own(self, actor: Actor) -> Appearance:
        """How one appears. Raises `Denied` for an account that is linked to nobody who works here."""
        with reading(self._engine) as connection:
            return self._own(connection, actor)

    def choose(self, actor: Actor, wishes: Wishes) -> Appearance:
        """Appear like this from now on. Raises `Refused`, which names the field."""
        with self._audit.writing() as connection:
            before = self._own(connection, actor)
            after = self._checked(connection, before, wishes)
            if after == before:
                return before
            self._require_calm(connection, actor)
            self._keep(connection, after)
            facts = {"before": _facts(before), "after": _facts(after)}
            self._audit.append(connection, actor, CHANGED, _target(before), details=_differing(facts))
        self._tell()
        return after

    def draw(self, actor: Actor, uploaded: bytes) -> Appearance:
        """This picture from now on. Raises `Refused` for what is none."""
        with reading(self._engine) as connection:
            self._own(connection, actor)  # who may not is told so before anything is decoded
        body = portrait(uploaded, AVATAR_SIDE)
        return self._picture(actor, body)

    def undraw(self, actor: Actor) -> Appearance:
        """The drawn one again."""
        return self._picture(actor, None)

    def _picture(self, actor: Actor, body: bytes | None) -> Appearance:
        with self._audit.writing() as connection:
            before = self._own(connection, actor)
            if body is None and not before.avatar:
                return before
            self._require_calm(connection, actor)
            self._keep(connection, before)
            avatar_id = None if body is None else secrets.token_hex(16)
            self._put(connection, before.person_id, avatar=body, avatar_id=avatar_id)
            deed = "appearance.picture" if body is not None else "appearance.picture_removed"
            details = {} if body is None else {"bytes": len(body)}
            self._audit.append(connection, actor, deed, _target(before), details=details)
            after = self._own(connection, actor)
        self._tell()
        return after

    # -- everybody's ---------------------------------------------------------------------------------------------------

    def file(self, actor: Actor, avatar_id: str) -> bytes:
        """A picture (WebP): one's own, or of somebody in scope who is shown. Raises `UnknownAvatar` for every other, as for none, and
        `AccessUnavailable` while the database is away."""
        try:
            with asking(self._engine) as connection:
                query = select(appearances.c.person_id, appearances.c.takes_part, appearances.c.avatar)
                row = connection.execute(query.where(appearances.c.avatar_id == avatar_id)).one_or_none()
                if row is None or row.avatar is None or not self._may_look(connection, actor, row):
                    raise UnknownAvatar
                return bytes(row.avatar)
        except StoreError as error:
            raise AccessUnavailable("The database is away, and with it people's pictures.") from error

    def _may_look(self, connection: Connection, actor: Actor, row: Row[Any, Any, Any]) -> bool:
        if actor.kind == "person" and self._person_id(connection, actor) == row.person_id:
            return True
        needs = [EDIT, *([Permission.LEADERBOARDS_VIEW, Permission.WALL_VIEW] if row.takes_part == "shown" else [])]
        person = one_person(connection, self._site, people.c.id == row.person_id)
        return person is not None and any(
            actor.may(need) and self._reach(connection, actor, need).shows_person(person) for need in needs
        )

    # -- who edits leaderboards ----------------------------------------------------------------------------------------

    def listed(self, actor: Actor) -> list[Appearance]:
        """Who in the actor's scope has a nickname or a picture, by name. Whether they take part is theirs alone."""
        actor.require(EDIT)
        chosen = (appearances.c.nickname != "") | appearances.c.avatar_id.is_not(None)
        with reading(self._engine) as connection:
            reach = self._reach(connection, actor, EDIT)
            rows = {row.person_id: row for row in connection.execute(_rows().where(chosen))}
            everybody = all_people(connection, self._site) if rows else []
        return [
            _appearance(person, rows[person.id])
            for person in everybody
            if person.id in rows and person.left_at_ms is None and reach.shows_person(person)
        ]

    def get(self, actor: Actor, person_id: str) -> Appearance:
        """One of them. Raises `Denied` for who is out of scope, as for nobody."""
        with reading(self._engine) as connection:
            return self._of(connection, self._reached(connection, actor, person_id))

    def reset(self, actor: Actor, person_id: str, what: str, reason: str) -> None:
        """Takes a nickname (`nickname`) or a picture (`avatar`) back, for a reason that the person is told. A nickname that was taken
        back cannot be chosen again. Raises `Refused`; `Denied` for who is out of scope, as for nobody."""
        actor.require(EDIT)
        said = in_one_line(reason)
        if what not in WHAT:
            raise Refused("own_place.refused.what", "what")
        if not said:
            raise Refused("own_place.refused.reason_missing", "reason")
        if len(said) > LONGEST_REASON:
            raise Refused("own_place.refused.reason_long", "reason", most=LONGEST_REASON)
        with self._audit.writing() as connection:
            person = self._reached(connection, actor, person_id)
            before = self._of(connection, person)
            if not (before.nickname if what == "nickname" else before.avatar):
                return
            gone = _without_nickname(before) if what == "nickname" else {"avatar": None, "avatar_id": None}
            self._put(connection, person.id, reset_reason=said, **gone)
            details = {"before": {"nickname": before.nickname}} if what == "nickname" else {}
            action = f"appearance.{what}_reset"
            self._audit.append(connection, actor, action, _target(before), reason=said, details=details)
        self._tell()

    # -- inside --------------------------------------------------------------------------------------------------------

    def _reached(self, connection: Connection, actor: Actor, person_id: str) -> Person:
        person = one_person(connection, self._site, people.c.id == person_id)
        if person is None or not self._reach(connection, actor, EDIT).shows_person(person):
            raise Denied(EDIT, f"person {person_id[:64]}")
        return person

    def _reach(self, connection: Connection, actor: Actor, permission: Permission) -> Reach:
        if actor.require(permission).is_everything:
            return Reach.of(actor, permission, {})
        served = {agent.id: agent.queues for agent in self._seen().agents}
        return Reach.of(actor, permission, parents(connection), served)

    def _person_id(self, connection: Connection, actor: Actor) -> str:
        query = select(accounts.c.person_id).where(accounts.c.id == actor.account_id)
        return connection.execute(query).scalar_one_or_none() or ""

    def _person(self, connection: Connection, actor: Actor) -> Person | None:
        mine = people.c.id == self._person_id(connection, actor)
        return one_person(connection, self._site, mine, people.c.left_at_ms.is_(None))

    def _own(self, connection: Connection, actor: Actor) -> Appearance:
        require_own(actor)
        person = self._person(connection, actor)
        if person is None:
            raise Denied(Permission.ACCOUNT_OWN, "appearance")
        return self._of(connection, person)

    def _of(self, connection: Connection, person: Person) -> Appearance:
        row = connection.execute(_rows().where(appearances.c.person_id == person.id)).one_or_none()
        return _appearance(person, row)

    def _checked(self, connection: Connection, before: Appearance, wishes: Wishes) -> Appearance:
        """What the wishes make of it. Raises `Refused`."""
        if wishes.shown_as not in SHOWN_AS:
            raise Refused("own_place.refused.choice", "shown_as")
        if wishes.takes_part not in TAKES_PART:
            raise Refused("own_place.refused.choice", "takes_part")
        tint = int(wishes.tint) if wishes.tint in map(str, range(TINTS)) else before.tint
        nickname = checked_nickname(wishes.nickname)
        if nickname and nickname != before.nickname:
            self._require_free(connection, before, nickname)
        if wishes.shown_as == "nickname" and not nickname:
            raise Refused("own_place.refused.nickname_missing", "nickname")
        if wishes.shown_as == "staff_number" and not before.staff_number:
            raise Refused("own_place.refused.no_staff_number", "shown_as")
        return Appearance(
            person_id=before.person_id,
            name=before.name,
            staff_number=before.staff_number,
            shown_as=wishes.shown_as,
            nickname=nickname,
            takes_part=wishes.takes_part,
            avatar=before.avatar,
            tint=tint,
            has_chosen=True,
        )

    def _require_free(self, connection: Connection, mine: Appearance, nickname: str) -> None:
        """Nobody else is called so, in the directory or on a screen, and it was not taken from them."""
        others = people.c.id != mine.person_id
        query = select(people.c.display_name, people.c.nickname, people.c.staff_number).where(others)
        taken = [name or "" for row in connection.execute(query) for name in row]
        chosen = select(appearances.c.nickname).where(
            appearances.c.nickname != "", appearances.c.person_id != mine.person_id
        )
        taken += connection.execute(chosen).scalars()
        if looks_like(nickname, taken):
            raise Refused("own_place.refused.nickname_taken", "nickname", nickname=nickname)
        gone = select(appearances.c.reset_nickname).where(appearances.c.person_id == mine.person_id)
        if looks_like(nickname, filter(None, connection.execute(gone).scalars())):
            raise Refused("own_place.refused.nickname_reset", "nickname", nickname=nickname)

    def _require_calm(self, connection: Connection, actor: Actor) -> None:
        now_ms = self._now_ms()
        if sum(within_a_minute(connection, actor, deed, now_ms) for deed in (CHANGED, PICTURE)) >= MOST_A_MINUTE:
            raise Refused("own_place.refused.often", "", most=MOST_A_MINUTE)

    def _keep(self, connection: Connection, wanted: Appearance) -> None:
        self._put(
            connection,
            wanted.person_id,
            shown_as=wanted.shown_as,
            nickname=wanted.nickname,
            takes_part=wanted.takes_part,
            avatar_tint=wanted.tint,
            reset_reason="",
        )

    def _put(self, connection: Connection, person_id: str, **values: Any) -> None:
        row = {"changed_at_ms": self._now_ms(), **values}
        mine = appearances.c.person_id == person_id
        if connection.execute(select(appearances.c.person_id).where(mine)).first() is None:
            connection.execute(insert(appearances).values(person_id=person_id, **row))
        else:
            connection.execute(update(appearances).where(mine).values(row))

    def _tell(self) -> None:
        notices.tell(self._redis, self._site, Notice("leaderboards"))


def _rows() -> Any:
    return select(*(column for column in appearances.c if column.name != "avatar"))


def _appearance(person: Person, row: Row[Any] | None) -> Appearance:
    if row is None:
        return Appearance(person.id, person.display_name, person.staff_number, tint=tint_of(person.id))
    return Appearance(
        person_id=person.id,
        name=person.display_name,
        staff_number=person.staff_number,
        shown_as=row.shown_as,
        nickname=row.nickname,
        takes_part=row.takes_part,
        avatar=drawn_by(row.avatar_id),
        tint=row.avatar_tint % TINTS,
        reset_reason=row.reset_reason,
        has_chosen=True,
    )


def _without_nickname(before: Appearance) -> dict[str, Any]:
    """Who was called by it is called by their number, or name."""
    by = before.shown_as if before.shown_as != "nickname" else "staff_number" if before.staff_number else "name"
    return {"nickname": "", "shown_as": by, "reset_nickname": skeleton(before.nickname)[:40]}


def _facts(one: Appearance) -> dict[str, Any]:
    return {"shown_as": one.shown_as, "nickname": one.nickname, "takes_part": one.takes_part, "tint": one.tint}


def _differing(facts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    before, after = facts["before"], facts["after"]
    names = [name for name in after if before[name] != after[name]]
    return {side: {name: values[name] for name in names} for side, values in facts.items()}


def _target(one: Appearance) -> Target:
    return Target("person", one.person_id, one.name)
