"""Who may not be asked about may not go on for ever: without the database, and without Redis, an open session ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard.access.permissions import Role
from dashboard.access.unavailable import AccessUnavailable
from dashboard.control import watch
from dashboard.store import StoreError
from tests.control.house import house
from tests.redis_server import RedisServer, scenario


@pytest.mark.parametrize(
    ("asked", "away"),
    [("standing", StoreError("The database is away.")), ("actor", AccessUnavailable("Redis is away."))],
)
@scenario
async def test_a_session_of_whom_nobody_can_say_ends(
    tmp_path: Path, valkey: RedisServer, monkeypatch: pytest.MonkeyPatch, asked: str, away: Exception
) -> None:
    monkeypatch.setattr(watch, "EVERY_S", 0.1)
    monkeypatch.setattr(watch, "UNKNOWN_MS", 1_000)

    def ask(*_: Any) -> Any:
        raise away

    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, _ = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        confirmed = await at.becomes(start, "confirmed")
        with monkeypatch.context() as patch:
            patch.setattr(at.control.desk._asking, asked, ask)
            await at.becomes(start, "ended", "rules_unavailable")
        assert confirmed.session is not None
        assert at.simulator.world.exchange.find(confirmed.session) is None
        await at.until(lambda: at.row(start)["reason"] == "rules_unavailable")
        (join,) = at.joins
        assert 0.9 <= join["to"] - join["from"] <= 8
