"""What people ask, from the request in Redis to the simulated switch and back into the stream."""

from __future__ import annotations

from pathlib import Path

from dashboard.access.permissions import Role
from tests.control.house import house
from tests.redis_server import RedisServer, scenario


@scenario
async def test_a_supervisor_listens_and_leaves(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, caller = await at.talk()
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen", purpose="new here")
        confirmed = await at.becomes(start, "confirmed")
        assert at.states(start) == ["authorised", "audited", "sent", "confirmed"]
        assert (confirmed.session, confirmed.mode, confirmed.supervisor) == (f"fw-{start}", "listen", "PJSIP/8001")
        stop = await at.ask(anna, "monitor.stop", opened=start)
        await at.becomes(stop, "confirmed")
        ended = await at.becomes(start, "ended", "stopped")
        assert ended.ends_at_ms is not None
        (join,) = at.joins
        assert (join["call"], join["agent"], join["mode"]) == (caller, agent, "listen")
        assert join["to"] is not None
