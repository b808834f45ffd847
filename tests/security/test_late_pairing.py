"""A team that moves out of a supervisor's scope while a screen is being paired takes the screen along: it is not let in."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from dashboard.access.actor import Denied
from dashboard.access.scope import Scope
from dashboard.store.engine import writing
from dashboard.store.schema import teams
from tests.screens.conftest import (
    MANAGER,
    SALES,
    Room,
    database_url,
    databases,
    engine,
    room,
    supervisor,
    valkey_server,
)
from tests.screens.conftest import wishes as wished

__all__ = ["database_url", "databases", "engine", "room", "valkey_server"]

NIGHT = Scope(frozenset(), frozenset({"night-team"}))


def test_a_scope_that_was_lost_between_look_and_deed_lets_no_screen_in(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = room.pairing.claim

    def slow_claim(typed: str) -> str:
        with writing(room.engine) as connection:
            connection.execute(update(teams).where(teams.c.id == "night-team").values(parent_id=None))
        return claim(typed)

    offer = room.pairing.start(room.tv)
    monkeypatch.setattr(room.pairing, "claim", slow_claim)
    with pytest.raises(Denied):
        room.screens.pair(supervisor("leader", SALES), offer.code, wished(NIGHT))
    monkeypatch.undo()
    still = room.pairing.look(offer.cookie)
    assert still is not None
    assert not still.screen_id, "nothing came of it, and the code waits again"
    assert room.screens.listed(MANAGER) == []
    assert room.screens.pair(MANAGER, offer.code, wished(NIGHT))
