"""Checkpoints in a real database: state and position together, the newest kept, one fold version at a time."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import Engine

from dashboard.store import Checkpoints, StoreError, open_store
from dashboard.store.engine import writing
from dashboard.store.schema import checkpoints
from tests.store.databases import Databases


def test_a_checkpoint_comes_back_as_it_was_saved(engine: Engine) -> None:
    ours = Checkpoints(engine, "main", 3)
    ours.save("1700000000000-2", b"\x00state" * 1000, 1700000000500)
    found = ours.load("1700000000000-2")
    assert found is not None
    assert (found.state, found.stream_id, found.taken_at_ms) == (b"\x00state" * 1000, "1700000000000-2", 1700000000500)


def test_positions_are_ordered_as_redis_orders_them(engine: Engine) -> None:
    ours = Checkpoints(engine, "main", 1)
    for stream_id in ("1000-9", "1000-10", "999-99999", "10000-0"):
        ours.save(stream_id, b"s", 0)
    assert ours.positions() == ["10000-0", "1000-10", "1000-9", "999-99999"]


def test_only_the_newest_are_kept(engine: Engine) -> None:
    ours = Checkpoints(engine, "main", 1)
    for n in range(8):
        ours.save(f"1000-{n}", b"s", 0, keep=3)
    assert ours.positions() == ["1000-7", "1000-6", "1000-5"]
    assert ours.load("1000-4") is None


def test_other_sites_and_fold_versions_stay_apart(engine: Engine) -> None:
    old, new, other = Checkpoints(engine, "main", 1), Checkpoints(engine, "main", 2), Checkpoints(engine, "north", 2)
    old.save("1000-0", b"old", 1000)
    new.save("1000-0", b"new", 2000, keep=1)
    other.save("1000-0", b"other", 1000, keep=1)
    assert [room.load("1000-0").state for room in (old, new, other)] == [b"old", b"new", b"other"]  # type: ignore[union-attr]
    assert new.forget_older_versions(before_ms=1500) == 1
    assert (old.positions(), new.positions(), other.positions()) == ([], ["1000-0"], ["1000-0"])


def test_the_same_position_twice_changes_nothing(engine: Engine) -> None:
    ours = Checkpoints(engine, "main", 1)
    ours.save("1000-0", b"first", 1)
    ours.save("1000-0", b"first", 2)
    found = ours.load("1000-0")
    assert found is not None
    assert found.taken_at_ms == 1


def test_state_and_position_are_written_together_or_not_at_all(engine: Engine) -> None:
    """A transaction that fails after the row leaves the older checkpoints, none of them pruned."""
    ours = Checkpoints(engine, "main", 1)
    ours.save("1000-0", b"s", 0)
    failing = Checkpoints(engine, "main", 1)
    failing._prune = lambda *_: (_ for _ in ()).throw(RuntimeError("killed"))  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        failing.save("2000-0", b"s", 0, keep=1)
    assert ours.positions() == ["1000-0"]


def test_a_damaged_state_is_told_in_one_sentence(engine: Engine) -> None:
    ours = Checkpoints(engine, "main", 1)
    ours.save("1000-0", b"s", 0)
    with writing(engine) as connection:
        connection.execute(checkpoints.update().values(state=b"not packed"))
    with pytest.raises(StoreError, match="damaged"):
        ours.load("1000-0")


def test_two_writers_queue_up(engine: Engine) -> None:
    def save_many(first: int) -> None:
        ours = Checkpoints(engine, "main", 1)
        for n in range(first, first + 40):
            ours.save(f"{n}-0", b"s", 0, keep=100)

    threads = [threading.Thread(target=save_many, args=(first,)) for first in (1000, 2000)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Checkpoints(engine, "main", 1).positions()) == 80


def test_a_database_that_nobody_prepared_yet_has_none(databases: Databases) -> None:
    """The gateway may start before the first historian has: no reason for a warning."""
    empty = open_store(databases.empty())
    assert Checkpoints(empty, "main", 3).positions() == []
    empty.dispose()
