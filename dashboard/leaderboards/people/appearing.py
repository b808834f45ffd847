"""How agents appear on leaderboards, as gateways read it: everybody of a site at once, without pictures.

Whoever has chosen nothing appears by their name and takes part. Agents whom no person has are not in it: they appear as the floor calls
them. Until it was read once nobody is shown: somebody may have chosen that.
"""

from __future__ import annotations

from typing import Final, Literal
from zlib import crc32

import msgspec
from sqlalchemy import Connection, Row, select

from dashboard.store.schema import agents, appearances, people

ShownAs = Literal["name", "nickname", "staff_number"]
TakesPart = Literal["shown", "only_me", "no"]

SHOWN_AS: Final[tuple[ShownAs, ...]] = ("name", "nickname", "staff_number")
TAKES_PART: Final[tuple[TakesPart, ...]] = ("shown", "only_me", "no")
TINTS: Final = 12
"""Tints of avatars that are drawn: 0 to 11, `--tint-0` … in tokens.css."""

AVATARS: Final = "/avatars/"
"""Where pictures of people are; what follows is the picture's id, and another picture has another one."""


class Appearing(msgspec.Struct, frozen=True):
    """`name`: as they chose. `avatar`: address of their picture; "": one is drawn in `tint`. `takes_part`: `only_me`: nobody else is
    shown their place; `no`: not at all. `person`: who it is, for those who are several agents; "": nobody."""

    name: str
    avatar: str = ""
    tint: int = 0
    takes_part: TakesPart = "shown"
    person: str = ""

    @property
    def is_shown(self) -> bool:
        """Whether others may see their place."""
        return self.takes_part == "shown"


def appearing(connection: Connection, site: str) -> dict[str, Appearing]:
    """Agent id → how they appear, of every agent whom a person has."""
    chosen = (column for column in appearances.c if column.name not in {"avatar", "person_id"})
    query = (
        select(agents.c.id, people.c.id.label("person_id"), people.c.display_name, people.c.staff_number, *chosen)
        .join(people, people.c.id == agents.c.person_id)
        .outerjoin(appearances, appearances.c.person_id == people.c.id)
        .where(agents.c.site == site, people.c.left_at_ms.is_(None))
    )
    return {row.id: _appearing(row) for row in connection.execute(query)}


def as_chosen(shown_as: str, name: str, nickname: str, staff_number: str) -> str:
    """What stands on the screen. Who chose a nickname or number that is no more is called by the other one before their name."""
    by = {"nickname": nickname, "staff_number": staff_number}
    return by.get(shown_as) or (nickname or staff_number if shown_as in by else "") or name


def drawn_by(avatar_id: str | None) -> str:
    """Address of a picture; "" for none."""
    return f"{AVATARS}{avatar_id}" if avatar_id else ""


def tint_of(person_id: str) -> int:
    """The tint of who has chosen none: always the same one."""
    return crc32(person_id.encode()) % TINTS


def of_agent(known: dict[str, Appearing], agent: str, floor_name: str) -> Appearing:
    """How an agent appears; whom no person has, as the floor calls them."""
    return known.get(agent) or Appearing(floor_name or agent, tint=tint_of(agent))


def _appearing(row: Row[tuple[object, ...]]) -> Appearing:
    number = row.staff_number or ""
    if row.shown_as is None:
        return Appearing(row.display_name, tint=tint_of(row.person_id), person=row.person_id)
    name = as_chosen(row.shown_as, row.display_name, row.nickname, number)
    return Appearing(name, drawn_by(row.avatar_id), row.avatar_tint % TINTS, row.takes_part, row.person_id)
