"""A handshake that began before a right was taken away and ends after it: the late socket must not keep what the others lost."""

from __future__ import annotations

import pytest

from dashboard.access.actor import Actor
from dashboard.access.notices import Notice
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live import rechecks
from dashboard.live.visitor import Visitor
from tests.live.people import person
from tests.live.test_rechecks import Hall, running, turns
from tests.redis_server import scenario

NARROW = Scope(frozenset({"600"}))


def _grown_less(actor: Actor) -> Visitor:
    less = person(NARROW, Role.SUPERVISOR)
    return Visitor(Actor("person", actor.id, actor.name, less.grants, actor.account_id, actor.session, actor.address))


@pytest.mark.parametrize("is_told", [True, False])
def test_a_socket_that_comes_late_with_old_rights_loses_them_too(
    monkeypatch: pytest.MonkeyPatch, *, is_told: bool
) -> None:
    """`is_told`: a notice of the change was heard, or was lost and only the turn of the others found it out."""
    monkeypatch.setattr(rechecks, "LOOK_S", 0.0)
    monkeypatch.setattr(rechecks, "PAUSE_S", 0.0)

    @scenario
    async def story() -> None:
        hall = Hall()
        before = Visitor(person(EVERYTHING))
        now = _grown_less(before.actor)
        hall.answers = {before: now, now: now}
        first = hall.opens(before, heard=0)
        task = await running(hall)
        if is_told:
            hall.rechecks.notice(Notice("account", before.actor.account_id))
            await turns()
        else:
            await hall.wait_s(rechecks.EVERY_S)
        assert [who for socket, who in hall.found if socket is first] == [now]
        late = hall.opens(before, heard=0)  # its cookie was read before the change
        await turns()
        assert [who for socket, who in hall.found if socket is late] == [now]
        task.cancel()

    story()
