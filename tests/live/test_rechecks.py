"""Looking again: whose turn it is, whom a notice is about, and which answer counts. Time is an argument."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from dashboard.access.actor import Actor
from dashboard.access.notices import Notice
from dashboard.access.unavailable import AccessUnavailable
from dashboard.live import rechecks
from dashboard.live.rechecks import BATCH, EVERY_S, Rechecks
from dashboard.live.screens import Screen
from dashboard.live.visitor import Visitor
from tests.live.people import screen, visitor
from tests.live.test_gateway import Memory
from tests.redis_server import scenario


class Hall:
    """Visitors at sockets, and what is found out about them."""

    def __init__(self) -> None:
        self.now_s = 100.0
        self.asked: list[tuple[Visitor, bool]] = []
        self.answers: dict[Visitor, Visitor | Exception | None] = {}
        self.found: list[tuple[Screen, Visitor | None]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.rechecks = Rechecks(self.again, lambda *found: self.found.append(found), lambda: self.now_s)

    async def again(self, visitors: Sequence[Visitor], *, at_once: bool) -> list[Visitor | Exception | None]:
        self.asked += [(one, at_once) for one in visitors]
        answers = [self.answers.get(one, one) for one in visitors]
        if not at_once:
            await self.gate.wait()
        return answers

    def opens(self, who: Visitor, *, heard: int = 0) -> Screen:
        socket = Screen(Memory(), who, 0.0)
        self.rechecks.add(socket, who, heard)
        return socket

    async def wait_s(self, seconds: float) -> None:
        """Time passes; what is due is done."""
        self.now_s += seconds
        await turns()


async def turns() -> None:
    """Whoever has something to do has done it: a look takes a few turns of the loop, and nothing here waits for time or for others."""
    for _ in range(50):
        await asyncio.sleep(0)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rechecks, "LOOK_S", 0.0)
    monkeypatch.setattr(rechecks, "PAUSE_S", 0.0)


async def running(hall: Hall) -> asyncio.Task[None]:
    task = asyncio.ensure_future(hall.rechecks.run())
    await turns()
    return task


@scenario
async def test_everybody_is_looked_at_within_thirty_seconds_and_again_thirty_later() -> None:
    hall = Hall()
    everybody = [visitor() for _ in range(BATCH + 20)]
    for who in everybody:
        hall.opens(who)
    task = await running(hall)
    assert hall.asked == []
    await hall.wait_s(EVERY_S)
    assert {who for who, _ in hall.asked} == set(everybody)
    await hall.wait_s(EVERY_S - 1)
    assert len(hall.asked) == len(everybody)
    await hall.wait_s(2)
    assert len(hall.asked) == 2 * len(everybody)
    assert hall.found == [], "nothing changed"
    task.cancel()


@scenario
async def test_sockets_of_one_session_are_looked_at_once_and_all_hear_of_it() -> None:
    hall = Hall()
    who = visitor()
    sockets = [hall.opens(who), hall.opens(who)]
    gone = hall.opens(who)
    hall.rechecks.drop(gone, who)
    hall.answers[who] = None
    task = await running(hall)
    await hall.wait_s(EVERY_S)
    assert len(hall.asked) == 1
    assert sorted(map(id, (socket for socket, _ in hall.found))) == sorted(map(id, sockets))
    assert all(now is None for _, now in hall.found)
    task.cancel()


@pytest.mark.parametrize("kind", ["session", "account", "screen", "token", "everybody"])
def test_a_notice_is_about_whom_it_names_and_at_once(kind: str) -> None:
    @scenario
    async def story() -> None:
        hall = Hall()
        person, tv = visitor(), screen()
        program = Visitor(Actor("token", "t1", "t", session="digest", account_id="a-t"))
        other = visitor()
        for who in (person, tv, program, other):
            hall.opens(who)
        task = await running(hall)
        named = {"session": person.actor.session, "account": person.actor.account_id, "screen": tv.actor.id}
        named |= {"token": "digest", "everybody": ""}
        hall.rechecks.notice(Notice(kind, named[kind]))  # type: ignore[arg-type]
        await turns()
        about = {"session": [person], "account": [person], "screen": [tv], "token": [program]}
        expected = about.get(kind, [person, tv, program, other])
        assert {who for who, at_once in hall.asked if at_once} == set(expected)
        assert len(hall.asked) == len(expected)
        task.cancel()

    story()


@scenario
async def test_a_notice_about_an_account_is_about_its_programs_too() -> None:
    hall = Hall()
    program = Visitor(Actor("token", "t1", "t", session="digest", account_id="a-t"))
    hall.opens(program)
    task = await running(hall)
    hall.rechecks.notice(Notice("account", "a-t"))
    await turns()
    assert hall.asked == [(program, True)]
    task.cancel()


@scenario
async def test_who_may_less_than_before_is_told_on_and_asked_about_as_they_are_now() -> None:
    hall = Hall()
    who = visitor()
    now = Visitor(replace(who.actor, grants=()))
    socket = hall.opens(who)
    hall.answers[who] = now
    task = await running(hall)
    await hall.wait_s(EVERY_S)
    assert hall.found == [(socket, now)]
    await hall.wait_s(EVERY_S)
    assert hall.asked == [(who, False), (now, False)]
    assert hall.found == [(socket, now)], "told once"
    task.cancel()


@scenario
async def test_a_notice_waits_for_nobodys_turn_and_an_older_answer_does_not_count() -> None:
    hall = Hall()
    who = visitor()
    hall.opens(who)
    hall.answers[who] = Visitor(replace(who.actor, grants=()))
    task = await running(hall)
    hall.gate.clear()
    await hall.wait_s(EVERY_S)
    assert hall.asked == [(who, False)], "asked, and the stores hang"
    hall.answers[who] = None
    hall.rechecks.notice(Notice("account", who.actor.account_id))
    await turns()
    assert [now for _, now in hall.found] == [None]
    hall.gate.set()
    await turns()
    assert len(hall.found) == 1, "the first question's answer was another one, and is dropped"
    task.cancel()


@scenario
async def test_whoever_came_while_a_notice_did_is_looked_at_at_once() -> None:
    hall = Hall()
    heard = hall.rechecks.heard
    hall.rechecks.notice(Notice("account", "somebody"))
    task = await running(hall)
    hall.opens(visitor(), heard=heard)
    hall.opens(visitor(), heard=hall.rechecks.heard)
    await turns()
    assert len(hall.asked) == 1
    task.cancel()


@scenario
async def test_when_nobody_can_say_what_is_open_stays_and_is_looked_at_soon() -> None:
    hall = Hall()
    who = visitor()
    hall.opens(who)
    hall.answers[who] = AccessUnavailable("away")
    task = await running(hall)
    await hall.wait_s(EVERY_S)
    await hall.wait_s(rechecks.UNREACHABLE_S + 0.1)
    assert len(hall.asked) == 2
    assert hall.found == []
    hall.answers[who] = None
    await hall.wait_s(rechecks.UNREACHABLE_S + 0.1)
    assert [now for _, now in hall.found] == [None]
    task.cancel()
