"""Published boards with the database away, with Redis away, with an empty Redis, and with copies that are not ours."""

from __future__ import annotations

import json
import logging

import pytest
import redis
from sqlalchemy import Engine, update

from dashboard.access import redis_link
from dashboard.access.keys import boards_key
from dashboard.access.unavailable import AccessUnavailable
from dashboard.boards.document import Place
from dashboard.boards.reading import BoardRefused
from dashboard.store import open_store
from dashboard.store.engine import writing
from dashboard.store.schema import board_revisions, boards
from dashboard.wallboards.published import PublishedBoards
from tests.wallboards.library_room import MANAGER, NAME, SALES, SITE, LibraryRoom, document


def nowhere(room: LibraryRoom) -> PublishedBoards:
    """Of the same site, by a process whose database is away."""
    return PublishedBoards(SITE, room.redis, away())


def away() -> Engine:
    return open_store("postgresql://nobody@127.0.0.1:1/none")


def publish(room: LibraryRoom, *ids: str) -> None:
    for board_id in ids:
        room.library.make(MANAGER, "number", board_id, NAME, SALES)
        room.library.publish(MANAGER, board_id, 1)


def test_the_copy_is_what_is_shown_while_the_database_is_away(room: LibraryRoom) -> None:
    with pytest.raises(AccessUnavailable):
        nowhere(room).all()
    publish(room, "a", "b")
    assert nowhere(room).all() == room.published.all()
    assert set(nowhere(room).all()) == {"a", "b"}
    with pytest.raises(AccessUnavailable):
        nowhere(room).draft("a", MANAGER)


def test_a_site_without_boards_has_a_copy_too(room: LibraryRoom) -> None:
    assert room.published.all() == {}
    assert nowhere(room).all() == {}
    publish(room, "a")
    room.library.remove(MANAGER, "a")
    assert nowhere(room).all() == {}
    assert PublishedBoards("north", room.redis, room.engine).all() == {}


def test_an_empty_redis_is_filled_by_the_next_who_asks(room: LibraryRoom) -> None:
    publish(room, "a")
    room.redis.flushdb()
    with pytest.raises(AccessUnavailable):
        nowhere(room).all()
    assert set(room.published.all()) == {"a"}
    assert nowhere(room).all() == room.published.all()


def test_an_older_copy_is_made_new_by_whoever_asks(room: LibraryRoom) -> None:
    publish(room, "a")
    old = room.redis.hgetall(boards_key(SITE))
    room.library.save_draft(MANAGER, "a", document(red=3), 1)
    room.library.publish(MANAGER, "a", 2)
    room.redis.delete(boards_key(SITE))
    room.redis.hset(boards_key(SITE), mapping=old)  # type: ignore[arg-type]
    assert nowhere(room).all()["a"].revision == 1
    assert PublishedBoards(SITE, room.redis, room.engine).all()["a"].revision == 2
    assert nowhere(room).all()["a"].revision == 2


def test_without_redis_the_database_alone_is_enough(room: LibraryRoom) -> None:
    publish(room, "a")
    dead = redis_link.connect("redis://127.0.0.1:1", answer_s=0.2)
    lonely = PublishedBoards(SITE, dead, room.engine)
    assert set(lonely.all()) == {"a"}
    with pytest.raises(AccessUnavailable):
        PublishedBoards(SITE, dead, away()).all()


def test_one_board_is_found_without_the_others(room: LibraryRoom, caplog: pytest.LogCaptureFixture) -> None:
    publish(room, "a", "b")
    everything = room.published.all()
    dead = redis_link.connect("redis://127.0.0.1:1", answer_s=0.2)
    for asked in (room.published, PublishedBoards(SITE, dead, room.engine), nowhere(room)):
        assert asked.find("b") == everything["b"]
        assert (asked.find("c"), asked.find("C\0")) == (None, None)
    with pytest.raises(AccessUnavailable):
        PublishedBoards(SITE, dead, away()).find("b")
    with writing(room.engine) as connection:
        newer = update(board_revisions).where(board_revisions.c.board_id == "a").values(document='{"format": 99}')
        connection.execute(newer)
    room.redis.flushdb()
    asked = PublishedBoards(SITE, room.redis, room.engine)
    with caplog.at_level(logging.WARNING, "floorwatch.boards"):
        assert asked.find("b") == everything["b"]
        assert caplog.records == [], "the other board is not read"
        assert asked.find("a") is None
    assert not room.redis.exists(boards_key(SITE)), "who asks for one renews nothing"
    with pytest.raises(AccessUnavailable):
        nowhere(room).find("b")


def test_what_this_release_cannot_read_is_left_out_and_said_once(
    room: LibraryRoom, caplog: pytest.LogCaptureFixture
) -> None:
    publish(room, "a", "b")
    with writing(room.engine) as connection:
        newer = update(board_revisions).where(board_revisions.c.board_id == "a").values(document='{"format": 99}')
        connection.execute(newer)
    asked = PublishedBoards(SITE, room.redis, room.engine)
    with caplog.at_level(logging.WARNING, "floorwatch.boards"):
        for _ in range(3):
            assert set(asked.all()) == {"b"}
    assert [record.getMessage() for record in caplog.records] == [
        "Board 'a', revision 1, is none of this release, and left out: future_format."
    ]


def test_a_tile_that_a_newer_release_wants_larger_blanks_no_wall(room: LibraryRoom) -> None:
    publish(room, "a")
    narrow = document(at={"x": 0, "y": 0, "w": 1, "h": 1}) | {"id": "a"}
    with pytest.raises(BoardRefused):
        room.library.save_draft(MANAGER, "a", narrow, 1)
    with writing(room.engine) as connection:
        connection.execute(update(board_revisions).values(document=json.dumps(narrow)))
        connection.execute(update(boards).values(draft=json.dumps(narrow)))
    assert PublishedBoards(SITE, room.redis, room.engine).all()["a"].board.tiles[0].at == Place(0, 0, 1, 1)
    assert room.library.get(MANAGER, "a").draft.tiles[0].at == Place(0, 0, 1, 1)
    assert room.library.history(MANAGER, "a")[0].board is not None
    with pytest.raises(BoardRefused):
        room.library.save_draft(MANAGER, "a", narrow, 1)


def test_rubbish_in_the_copy_is_no_board(room: LibraryRoom) -> None:
    publish(room, "a")
    key = boards_key(SITE)
    for field, body in (("x", b"{"), (b"\xff", b"[1]"), ("y", b'[1,"[]"]'), ("z", b'[1,"' + b"[" * 5000 + b'"]')):
        room.redis.hset(key, field, body)
    assert set(nowhere(room).all()) == {"a"}
    assert [nowhere(room).find(field) for field in ("x", "y", "z")] == [None, None, None]
    room.redis.set(key, "no hash") if room.redis.delete(key) else None
    for ask in (nowhere(room).all, lambda: nowhere(room).find("a")):
        with pytest.raises(AccessUnavailable):
            ask()


def test_a_reading_costs_no_second_reading_of_the_same_document(room: LibraryRoom) -> None:
    publish(room, "a")
    assert room.published.all()["a"].board is room.published.all()["a"].board
    assert isinstance(room.redis, redis.Redis)
