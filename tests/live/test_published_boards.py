"""Boards from the library to the screens: the real services, a real Redis, both databases, real gateways."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards import Board, Page, Title
from dashboard.boards.document import NumberTile, Place
from dashboard.boards.reading import document_of
from tests.live.running import frame
from tests.live.test_handshake import NOBODYS, SALES, SOON_S, House, database_url, databases, house, within
from tests.live.test_process import open_floor
from tests.redis_server import RedisServer, scenario

__all__ = ["database_url", "databases", "house"]

NORTH = Title("北厅", "North hall")


def with_one_number(board: Board, metric: str) -> dict[str, Any]:
    """The same board with one number of today, as a document."""
    tile = NumberTile(id=metric, metric=metric, at=Place(0, 0, 12, 12))
    return document_of(msgspec.structs.replace(board, pages=(Page((tile,)),)))


async def ask(socket: Any, board: str) -> None:
    await socket.send(json.dumps({"board": board}))


@scenario
async def test_a_board_goes_from_its_draft_to_the_screens_and_away_again(house: House, valkey: RedisServer) -> None:
    library, keys = house.services.library, house.keys
    desk = keys.actor(Role.SUPERVISOR, scope=SALES)
    made = library.make(desk, "default", "north", NORTH, SALES)
    version = library.save_draft(desk, "north", with_one_number(made.draft, "answered"), made.draft_version)
    editor = keys.cookie(Role.SUPERVISOR, scope=SALES)
    elsewhere = keys.cookie(Role.SUPERVISOR, scope=Scope(frozenset({"support"})))
    auditor = keys.cookie(Role.MANAGER)
    async with valkey.client() as client, house.gateway() as gate:
        await open_floor(client)
        async with gate.browser(editor) as draft, gate.browser(elsewhere) as other, gate.browser(auditor) as wall:
            await ask(draft, "draft:north")
            await ask(other, "draft:north")
            await ask(wall, "north")
            first = await frame(draft, "snapshot")
            assert (first["board"], first["revision"], list(first["view"])) == ("draft:north", version, ["answered"])
            assert (await frame(other, "error"))["code"] == "unknown_board"
            assert (await frame(wall, "error", "snapshot"))["code"] in {"unknown_board", "starting"}
            revision = library.publish(desk, "north", version)
            shown = await within(SOON_S, frame(wall, "snapshot"))
            assert (shown["board"], shown["revision"], list(shown["view"])) == ("north", revision, ["answered"])
            assert shown["names"]["board"]["title"] == {"zh": "北厅", "en": "North hall"}
            board = library.get(desk, "north").draft
            version = library.save_draft(desk, "north", with_one_number(board, "offered"), version)
            redrawn = await within(SOON_S, frame(draft, "snapshot"))
            assert (redrawn["revision"], list(redrawn["view"])) == (version, ["offered"])
            revision = library.publish(desk, "north", version)
            shown = await within(SOON_S, frame(wall, "snapshot"))
            assert (shown["revision"], list(shown["view"])) == (revision, ["offered"])
            library.remove(desk, "north")
            assert (await within(SOON_S, frame(wall, "error")))["code"] == "unknown_board"
            assert (await within(SOON_S, frame(draft, "error")))["code"] == "unknown_board"


@scenario
async def test_a_gateway_that_starts_without_the_database_shows_what_redis_has(
    house: House, valkey: RedisServer
) -> None:
    """A TV that is paired with a board of the library stays a TV of that board."""
    library = house.services.library
    desk = house.keys.actor(Role.MANAGER)
    made = library.make(desk, "default", "north", NORTH, EVERYTHING)
    version = library.save_draft(desk, "north", with_one_number(made.draft, "answered"), made.draft_version)
    revision = library.publish(desk, "north", version)
    _, device = house.paired("north")
    async with valkey.client() as client, house.gateway(database_url=NOBODYS) as gate:
        await open_floor(client)
        async with gate.browser(device, "screen", "/live?as=screen") as tv:
            await ask(tv, "whatever")
            shown = await frame(tv, "snapshot")
            assert (shown["board"], shown["revision"], list(shown["view"])) == ("north", revision, ["answered"])
