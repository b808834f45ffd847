"""Messages from a desk to agents' own pages: whom they may go to, what is refused, what goes on record."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.store import StoreError
from dashboard.supervision.facts import AgentFacts
from dashboard.supervision.messages import Message
from tests.live.people import person
from tests.live.running import Running, frame, running
from tests.patience import HANG_S
from tests.redis_server import scenario

AGENT, OTHER = "PJSIP/1001", "PJSIP/1002"


class Letters:
    """What is written and read, in memory. `fails`: why not."""

    def __init__(self) -> None:
        self.written: list[tuple[str, list[AgentFacts], str]] = []
        self.read_by: list[tuple[str, str]] = []
        self.fails: Exception | None = None

    def send(self, actor: Actor, to: Sequence[AgentFacts], text: str) -> tuple[str, ...]:
        if self.fails is not None:
            raise self.fails
        self.written.append((actor.account_id, list(to), text))
        return tuple(f"m{number}" for number, _ in enumerate(to))

    def read(self, actor: Actor, message_id: str) -> None:
        if message_id == "theirs":
            raise Denied(Permission.OWN_VIEW, "message theirs")
        self.read_by.append((actor.account_id, message_id))

    def current(self) -> Mapping[str, tuple[Message, ...]]:
        return {}


async def write(live: Running, actor: Actor, agents: list[str], text: str = "你好") -> Any:
    live.door.by_secret["me"] = actor
    cookies = {"Cookie": "floorwatch_session=me", "Origin": f"http://127.0.0.1:{live.port}"}
    async with live.socket(headers=cookies) as page:
        await page.send(json.dumps({"message": {"ref": 3, "agents": agents, "text": text}}))
        return await frame(page, "message")


@scenario
async def test_a_message_goes_to_a_selection_of_ones_own_agents_and_to_nobody_else() -> None:
    letters = Letters()
    async with running(beside={"letters": letters}) as live:
        manager = person()
        told = await write(live, manager, [AGENT, OTHER, AGENT])
        assert (told["state"], told["ids"], told["ref"]) == ("sent", ["m0", "m1"], 3)
        ((account, to, text),) = letters.written
        assert (account, text, [one.id for one in to]) == (manager.account_id, "你好", [AGENT, OTHER])
        assert to[0].team == "north"
        assert to[0].served == {"sales", "support"}
        north = Scope(frozenset(), frozenset({"north"}))
        leader = person(north)
        assert (await write(live, leader, [AGENT, OTHER]))["reason"] == "not_there"
        sees_all = person(EVERYTHING, Role.ANALYST)
        mixed = Actor("person", "p", "n", (*leader.grants, *sees_all.grants), account_id="a", session="x")
        assert (await write(live, mixed, [OTHER]))["reason"] == "out_of_scope"
        assert (await write(live, person(role=Role.TRAINER), [AGENT]))["reason"] == "not_permitted"
        assert (await write(live, manager, ["PJSIP/none"]))["reason"] == "not_there"
        assert len(letters.written) == 1
        async with asyncio.timeout(HANG_S):
            while len(live.book.refused) < 3:
                await asyncio.sleep(0.01)
        assert [(what, target.id) for _, what, target in live.book.refused] == [
            ("agents.message", OTHER), ("agents.message", OTHER), ("agents.message", AGENT),
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("fails", "reason"),
    [
        (Refused("message.refused.often", "", most=10), "throttled"),
        (Refused("message.refused.many", "agents", agent=AGENT, most=20), "throttled"),
        (Refused("message.refused.text_missing", "text"), "reason_missing"),
        (Refused("message.refused.text_long", "text"), "wrong_value"),
        (Denied(Permission.AGENTS_MESSAGE, "agent x"), "out_of_scope"),
        (StoreError("full"), "audit_unavailable"),
        (AccessUnavailable("away"), "audit_unavailable"),
        (RuntimeError("a mistake"), "audit_unavailable"),
    ],
)
@scenario
async def test_why_nothing_was_written_is_said(fails: Exception, reason: str) -> None:
    letters = Letters()
    letters.fails = fails
    async with running(beside={"letters": letters}) as live:
        assert (await write(live, person(), [AGENT]))["reason"] == reason


@scenario
async def test_an_agent_notes_what_they_have_read_and_nobody_else_can() -> None:
    letters = Letters()
    async with running(beside={"letters": letters}) as live:
        agent = person(Scope(frozenset(), frozenset(), frozenset({AGENT})), Role.AGENT)
        live.door.by_secret["me"] = agent
        cookies = {"Cookie": "floorwatch_session=me", "Origin": f"http://127.0.0.1:{live.port}"}
        async with live.socket(headers=cookies) as page, live.socket() as program:
            live.door.by_secret["all"] = Actor("token", "t", "n", agent.grants, account_id="a", session="t")
            await page.send('{"read":"theirs"}')
            await page.send('{"read":"m1"}')
            async with asyncio.timeout(HANG_S):
                while not (letters.read_by and live.book.refused):
                    await asyncio.sleep(0.01)
            assert letters.read_by == [(agent.account_id, "m1")]
            ((_, what, target),) = live.book.refused
            assert (what, target.id) == ("own.view", "theirs")
            del program
