"""Commands from a socket to the stream of the control process: judged early, sent once, answered at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from collectors import events as e
from collectors.stream import connect
from collectors.stream.keys import commands_key
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live.command_fields import FIELDS, require_form
from dashboard.live.commands import AT_ONCE, CommandPace
from dashboard.live.frames import Refused
from dashboard.live.outbox import MOST_UNDER_WAY, Outbox
from dashboard.live.said import Wish
from dashboard.supervision.commands import FIELD, Request, decode
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.standing import Standing
from tests.live.people import person
from tests.live.running import Running, frame, running
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario

AGENT, VISIT = "PJSIP/1001", "pbx1/boot1/c1/1"
TALK = (e.QueueEntered("sales", "c1", 1, "13812345678"), e.Answered("sales", "c1", 1, AGENT, 0))
LISTEN = {"kind": "monitor.start", "agent": AGENT, "visit": VISIT, "mode": "listen", "purpose": "新人"}
CONTROL = e.control_writer("pbx1")


class Stream:
    """Where commands go, in memory. `answer`: what becomes of them."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Any = "sent"

    async def send(self, request: Request) -> Any:
        self.requests.append(request)
        return self.answer


class House:
    """A gateway, its floor and a supervisor in front of it."""

    def __init__(self, live: Running, socket: ClientConnection) -> None:
        self.live = live
        self.socket = socket
        self.stream: Stream = live.server.access.commands  # type: ignore[assignment]

    async def say(self, wish: dict[str, Any], ref: int = 7) -> None:
        await self.socket.send(msgspec.json.encode({"command": {"ref": ref, **wish}}).decode())

    async def ask(self, wish: dict[str, Any], ref: int = 7) -> Any:
        await self.say(wish, ref)
        return await frame(self.socket, "command")


@asynccontextmanager
async def house(
    actor: Actor,
    policy: Policy = Policy(announced=frozenset({"sales"})),  # noqa: B008 — frozen
) -> AsyncIterator[House]:
    standing = Standing(policy, {actor.account_id: Phone(actor.account_id, "pbx1", "PJSIP/8001")})
    async with running(beside={"commands": Stream(), "rules": lambda: standing}) as live:
        live.door.by_secret["me"] = actor
        live.tell(*TALK)
        live.tell_control(e.ControlChanged("pbx1", phones={"PJSIP/8001": "free"}))
        cookies = {"Cookie": "floorwatch_session=me", "Origin": f"http://127.0.0.1:{live.port}"}
        async with live.socket(headers=cookies) as socket:
            await socket.send('{"board":"floor"}')
            while (await frame(socket, "desk"))["rules"] is None:
                """The rules are being read."""
            yield House(live, socket)


@scenario
async def test_a_command_goes_on_its_way_with_an_id_of_ours_and_the_one_who_asks() -> None:
    actor = person()
    async with house(actor) as at:
        told = await at.ask(LISTEN)
        (request,) = at.stream.requests
        assert told == {
            "t": "command", "ref": 7, "state": "requested", "at": told["at"], "id": request.id, "ticket": None,
        }  # fmt: skip
        assert len(request.id) == 16
        assert (request.account, request.session, request.address) == (actor.account_id, actor.session, actor.address)
        assert (request.switch, request.agent, request.visit, request.mode) == ("pbx1", AGENT, VISIT, "listen")
        assert (request.purpose, request.ticket) == ("新人", "")
        assert 0 <= request.asked_at_ms - at.live.scene.now_ms < 60_000
        at.live.tell_control(changed(request, "refused", reason="call_over"))
        assert (await frame(at.socket, "command"))["reason"] == "call_over"
        again = await at.ask(LISTEN)
        assert again["id"] != told["id"]


@scenario
async def test_a_purpose_is_one_line_that_turns_nothing_round() -> None:
    async with house(person()) as at:
        await at.ask(LISTEN | {"purpose": "新人\r\nAction: Hangup\x00 \u202eab\u2028 \t<b>"})
        assert at.stream.requests[0].purpose == "新人 Action: Hangup ab <b>"


@scenario
async def test_a_ticket_is_told_to_who_asked_and_only_its_digest_travels() -> None:
    async with house(person()) as at:
        told = await at.ask(LISTEN | {"via": "browser"})
        (request,) = at.stream.requests
        assert request.via == "browser"
        assert request.ticket == digest(told["ticket"])
        assert len(told["ticket"]) >= 32


@scenario
async def test_what_is_refused_is_refused_at_once_and_never_sent() -> None:
    async with house(person()) as at:
        for wish, reason in (
            (LISTEN | {"visit": "pbx1/boot1/c0/1"}, "call_changed"),
            (LISTEN | {"agent": "PJSIP/1002"}, "not_on_call"),
            (LISTEN | {"agent": "PJSIP/none"}, "not_there"),
            (LISTEN | {"visit": "nowhere/b/c/1"}, "not_there"),
            ({"kind": "monitor.stop", "opened": "00000000000000aa"}, "session_over"),
            ({"kind": "call.move", "visit": VISIT, "queue": "support"}, "not_waiting"),
            ({"kind": "agent.resume", "agent": AGENT}, "already_so"),
            ({"kind": "agent.penalty", "agent": AGENT, "queue": "sales", "value": "high"}, "wrong_value"),
            ({"kind": "call.hang_up", "visit": VISIT, "agent": AGENT}, "not_confirmed_twice"),
            ({k: v for k, v in LISTEN.items() if k != "purpose"}, "reason_missing"),
        ):
            told = await at.ask(wish)
            assert (told["state"], told["reason"], told["id"], told["ref"]) == ("refused", reason, None, 7), wish
        assert at.stream.requests == []
        assert at.live.book.refused == [], "nobody tried what they may not"


LISTENS, LEADS = frozenset({Role.QUALITY}), frozenset({Role.SUPERVISOR, Role.MANAGER})
BY_ROLE: tuple[tuple[dict[str, Any], frozenset[Role]], ...] = (
    (LISTEN, LEADS | LISTENS),
    (LISTEN | {"mode": "whisper"}, LEADS | {Role.TRAINER}),
    (LISTEN | {"mode": "barge"}, LEADS),
    (LISTEN | {"mode": "private"}, LEADS),
    ({"kind": "call.take_over", "agent": AGENT, "visit": VISIT, "purpose": "急"}, LEADS),
    ({"kind": "call.hang_up", "agent": AGENT, "visit": VISIT, "sure": True}, LEADS),
    ({"kind": "call.move", "visit": VISIT, "queue": "support"}, LEADS),
    ({"kind": "call.pull", "visit": VISIT}, LEADS),
    ({"kind": "agent.pause", "agent": AGENT, "value": "lunch"}, LEADS),
    ({"kind": "agent.resume", "agent": AGENT}, LEADS),
    ({"kind": "agent.sign_out", "agent": AGENT}, LEADS),
    ({"kind": "agent.add", "agent": AGENT, "queue": "support"}, LEADS),
    ({"kind": "agent.penalty", "agent": AGENT, "queue": "sales", "value": "3"}, LEADS),
)
"""Each command, and whose it is. What stands in the way of these beside rights is no matter here."""


@scenario
@pytest.mark.parametrize("role", [Role.ADMIN, Role.ANALYST, Role.QUALITY, Role.TRAINER, Role.SUPERVISOR, Role.MANAGER])
async def test_each_role_has_its_commands_and_no_other(role: Role) -> None:
    async with house(person(role=role)) as at:
        for wish, roles in BY_ROLE:
            before, told = len(at.stream.requests), await at.ask(wish)
            is_forbidden = told.get("reason") in {"not_permitted", "mode_not_permitted"}
            assert is_forbidden == (role not in roles), (wish, told)
            assert (told["state"] == "refused") or role in roles
            assert not is_forbidden or before == len(at.stream.requests)


@scenario
async def test_what_somebody_may_not_is_on_record() -> None:
    trainer = person(role=Role.TRAINER)
    async with house(trainer) as at:
        assert (await at.ask(LISTEN))["reason"] == "mode_not_permitted"
        assert (await at.ask({"kind": "agent.pause", "agent": AGENT, "value": "lunch"}))["reason"] == "not_permitted"
        assert (await at.ask(LISTEN | {"mode": "whisper"}))["state"] == "requested"
        async with asyncio.timeout(HANG_S):
            while len(at.live.book.refused) < 2:
                await asyncio.sleep(0.01)
        assert [(what, target.id, target.name) for _, what, target in at.live.book.refused] == [
            ("monitor.start", AGENT, "mode_not_permitted"),
            ("agent.pause", AGENT, "not_permitted"),
        ]


@scenario
@pytest.mark.parametrize(
    ("policy", "reason"),
    [
        (Policy(), "not_announced"),
        (Policy(announced=frozenset({"sales"}), card_queues=frozenset({"sales"})), "takes_cards"),
        (Policy(announced=frozenset({"sales"}), never=frozenset({AGENT})), "never_monitored"),
    ],
    ids=str,
)
async def test_what_the_rules_forbid_is_on_record_too(policy: Policy, reason: str) -> None:
    """It never reaches the control process, so nobody else writes it down."""
    async with house(person(), policy) as at:
        assert (await at.ask(LISTEN))["reason"] == reason
        async with asyncio.timeout(HANG_S):
            while not at.live.book.refused:
                await asyncio.sleep(0.01)
        assert [(what, target.id, target.name) for _, what, target in at.live.book.refused] == [
            ("monitor.start", AGENT, reason)
        ]


@scenario
async def test_who_is_out_of_sight_is_not_there_and_the_attempt_is_on_record() -> None:
    async with house(person(Scope(frozenset({"vip"})))) as at:
        for agent in ("PJSIP/none", AGENT):
            assert (await at.ask(LISTEN | {"agent": agent}))["reason"] == "not_there"
        async with asyncio.timeout(HANG_S):
            while not at.live.book.refused:
                await asyncio.sleep(0.01)
        assert [(what, target.id) for _, what, target in at.live.book.refused] == [("monitor.start", AGENT)]


@scenario
async def test_rights_that_hold_elsewhere_are_no_rights_here() -> None:
    actor = person(Scope(frozenset({"support"})))
    listens = person(EVERYTHING, Role.ANALYST)
    mixed = replace(actor, grants=(*actor.grants, *listens.grants))
    async with house(mixed) as at:
        assert (await at.ask(LISTEN))["reason"] == "out_of_scope"
    async with house(actor) as at:
        assert (await at.ask(LISTEN | {"agent": "PJSIP/1005"}))["reason"] == "not_there"
        assert at.stream.requests == []


@scenario
async def test_programs_step_into_nothing() -> None:
    async with running(beside={"commands": Stream()}) as live, live.socket() as socket:
        token = person()
        live.door.by_secret["all"] = Actor("token", "t", "n", token.grants, account_id="a", session="t")
        async with live.socket() as program:
            live.tell(*TALK)
            at = House(live, program)
            assert (await at.ask(LISTEN))["reason"] == "not_permitted"
            assert at.stream.requests == []
        del socket


@scenario
async def test_where_redis_is_away_it_is_said_at_once_and_where_nobody_knows_that_is_said() -> None:
    async with house(person()) as at:
        at.stream.answer = "not_sent"
        told = await at.ask(LISTEN)
        assert (told["state"], told["reason"], told["id"]) == ("refused", "control_down", None)
        at.stream.answer = "unsure"
        told = await at.ask(LISTEN)
        assert (told["state"], told["reason"], told["id"]) == ("failed", "not_confirmed", at.stream.requests[-1].id)


@scenario
async def test_an_agent_of_two_switches_is_asked_for_at_both() -> None:
    async with house(person()) as at:
        at.live.scene.tell(e.SourceAlive(), e.MembershipAdded("sales", AGENT, "1001", dynamic=True), switch="pbx2")
        at.live.scene.tell(
            e.SnapshotTaken([], [e.MemberRow("sales", AGENT, dynamic=True)], [], [], [], [], []), switch="pbx2"
        )
        at.live.scene.tell(e.ControlChanged("pbx2"), switch=e.control_writer("pbx2"))
        at.live.fold()
        told = [
            await at.ask({"kind": "agent.pause", "agent": AGENT, "value": "lunch"}),
            await frame(at.socket, "command"),
        ]
        assert {one["id"] for one in told} == {one.id for one in at.stream.requests}
        assert sorted(one.switch for one in at.stream.requests) == ["pbx1", "pbx2"]


@scenario
async def test_a_selection_fits_and_a_flood_is_closed() -> None:
    async with house(person()) as at:
        wish = {"kind": "agent.resume", "agent": AGENT}
        for ref in range(AT_ONCE + 30):
            await at.say(wish, ref)
        reasons = await until_closed(at)
        assert reasons[:AT_ONCE] == ["already_so"] * AT_ONCE
        assert set(reasons[AT_ONCE:]) <= {"throttled", "already_so"}
        assert "throttled" in reasons
        assert at.socket.close_code == 1008


@scenario
async def test_a_wish_of_no_form_closes_the_socket() -> None:
    async with house(person()) as at:
        await at.say(LISTEN | {"queue": "sales"})
        with pytest.raises(ConnectionClosed):
            await frame(at.socket, "command")
        assert at.socket.close_code == 1008


async def until_closed(at: House) -> list[str]:
    """Why each was refused."""
    reasons = []
    with suppress(ConnectionClosed):
        while True:
            reasons.append((await frame(at.socket, "command"))["reason"])
    return reasons


def test_each_kind_has_its_forms_and_no_other() -> None:
    values: dict[str, Any] = {
        "agent": AGENT, "visit": VISIT, "opened": "00000000000000aa", "mode": "listen", "via": "browser", "queue": "sales",
        "value": "lunch", "purpose": "新人", "sure": True,
    }  # fmt: skip
    assert set(values) == set(Wish.__struct_fields__) - {"ref", "kind"}
    for kind, forms in FIELDS.items():
        for form in forms:
            whole = {name: values[name] for name in form.needs | form.may}
            require_form(Wish(1, kind, **whole))
            for name, value in values.items():
                other = {n: v for n, v in whole.items() if n != name} if name in whole else whole | {name: value}
                is_form = any(one.needs <= other.keys() <= one.needs | one.may for one in forms)
                with nullcontext() if is_form else pytest.raises(Refused):
                    require_form(Wish(1, kind, **other))


def test_the_pace_is_an_accounts_and_comes_back() -> None:
    pace = CommandPace()
    assert [pace.allows("a", 0) for _ in range(AT_ONCE + 1)] == [True] * AT_ONCE + [False]
    assert pace.allows("b", 0)
    assert [pace.allows("a", 1_000) for _ in range(3)] == [True, True, False]


@scenario
async def test_the_outbox_puts_a_request_into_the_stream_or_says_that_it_did_not(valkey: RedisServer) -> None:
    client = connect(valkey.url, answer_s=HANG_S, attempts=1)
    outbox = Outbox(client, "main")
    request = Request("00000000000000aa", "monitor.start", "pbx1", "a", "s", "10.0.0.7", 9, AGENT, VISIT, mode="listen")
    assert await outbox.send(request) == "sent"
    entries: Any = await client.xrange(commands_key("main"))
    ((_, fields),) = entries
    assert decode(dict(zip(fields[::2], fields[1::2], strict=True))[FIELD]) == request
    valkey.kill()
    assert await outbox.send(request) == "not_sent"
    found = await asyncio.gather(*(outbox.send(request) for _ in range(MOST_UNDER_WAY + 5)))
    assert set(found) == {"not_sent"}
    valkey.start()
    assert await outbox.send(request) == "sent"
    await client.aclose()


def changed(request: Request, state: e.CommandState, reason: str = "") -> e.CommandChanged:
    return e.CommandChanged(
        request.id, request.kind, state, request.switch, request.account, "王芳", request.agent, reason=reason
    )
