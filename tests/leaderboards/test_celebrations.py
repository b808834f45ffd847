"""Celebrations wait in the order of their causes, are told once, and are as old as they are."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, update

from dashboard.leaderboards.celebrations.outbox import Call, CelebrationOutbox, call
from dashboard.store import StoreError
from dashboard.store.engine import writing
from dashboard.store.schema import leaderboard_outbox

LEADER = Call("leader:b1:0::2", "b1", "leader", "PJSIP/1")
GOAL = Call("goal:b1:0:sales", "b1", "goal", what="sales")


def test_a_cause_is_noted_once_and_told_once_in_order(engine: Engine) -> None:
    outbox = CelebrationOutbox(engine, "main", lambda: 9)
    with writing(engine) as connection:
        assert call(connection, "main", LEADER, 5)
        assert call(connection, "main", GOAL, 6)
        assert not call(connection, "main", LEADER, 7)
        assert call(connection, "other", Call("leader:b2:0::2", "b2", "leader"), 7)
    assert [(line.event, line.at_ms) for line in outbox.waiting(9)] == [(LEADER.event, 5), (GOAL.event, 6)]
    assert outbox.position() == ""
    (first, _) = outbox.waiting(9)
    outbox.told([first.id], "7-0")
    assert (outbox.position(), [line.event for line in outbox.waiting(9)]) == ("7-0", [GOAL.event])
    with writing(engine) as connection:
        assert not call(connection, "main", LEADER, 8)  # told is called, for ever
    outbox.told([], "8-0")
    assert (outbox.position(), len(outbox.waiting(9))) == ("8-0", 1)


def test_a_damaged_line_is_named(engine: Engine) -> None:
    with writing(engine) as connection:
        call(connection, "main", LEADER, 5)
        connection.execute(update(leaderboard_outbox).values(event=b"\xc1"))
    with pytest.raises(StoreError, match="leaderboard_outbox is damaged"):
        CelebrationOutbox(engine, "main", lambda: 9).waiting(9)
