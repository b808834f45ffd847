"""Whose number, for whom, and what is on record: the rules, and the frames on a real socket."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from typing import Any

import pytest

from collectors import events as e
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission, Role
from dashboard.access.redis_link import connect
from dashboard.access.revealing import A_MINUTE, NotRevealed, RevealCount, reason_of
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live.reveals import find
from dashboard.live.said import Wanted
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer
from tests.live.people import person
from tests.live.running import frame, running
from tests.live.scene import Scene
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario

SALES = Scope(frozenset({"sales"}))
NORTH = Scope(frozenset(), frozenset({"north"}))
VISIT = "pbx1/boot1/c1/1"
CALLER = e.QueueEntered("sales", "c1", 1, "13812345678")
MASKED = "138****5678"


@pytest.mark.parametrize("text", ["", "  ", "ab", " a \n b"[:3], "x" * 201, "a\x00bc", "abc\u202e"])
def test_a_reason_is_a_line_of_words(text: str) -> None:
    with pytest.raises(NotRevealed, match="reason_missing"):
        reason_of(text)


def test_a_reason_is_kept_in_one_line() -> None:
    assert reason_of("  客户\n 投诉 ") == "客户 投诉"
    assert reason_of("x" * 200) == "x" * 200


class Desk:
    """A floor with a caller in `sales`, one in `support`, and an agent with each."""

    def __init__(self) -> None:
        self.scene = Scene().opened()
        self.scene.tell(
            CALLER,
            e.QueueEntered("support", "c2", 1, "13987654321"),
            e.QueueEntered("support", "c3", 1, "13700001111"),
            e.Answered("support", "c3", 1, "PJSIP/1001", 1),
            e.OwnCallStarted("PJSIP/1002", "o1", "outbound", "13600002222"),
            e.OwnCallConnected("PJSIP/1002", "o1"),
        )

    def ask(self, actor: Actor, wanted: Wanted, sees: Scope | None = None) -> str:
        """The number, or why not; with a mark for what goes on record as denied."""
        sight = Sight(self.scene.floor, Viewer(sees or actor.scope(Permission.FLOOR_VIEW)), self.scene.now_ms)
        try:
            return find(sight, actor, wanted).number
        except NotRevealed as refused:
            return refused.code + ("!" if refused.is_denied else "")


@pytest.mark.parametrize(
    ("who", "wanted", "answer"),
    [
        (person(), Wanted("r", MASKED, visit=VISIT), "13812345678"),
        (person(SALES), Wanted("r", MASKED, visit=VISIT), "13812345678"),
        (person(SALES), Wanted("r", "139****4321", visit="pbx1/boot1/c2/1"), "gone!"),
        (person(SALES), Wanted("r", MASKED, visit="pbx1/boot1/none/1"), "gone"),
        (person(), Wanted("r", "139****0000", visit=VISIT), "gone"),
        (person(role=Role.ADMIN), Wanted("r", MASKED, visit=VISIT), "denied!"),
        (person(role=Role.TRAINER), Wanted("r", MASKED, visit=VISIT), "denied!"),
        (person(), Wanted("r", "137****1111", agent="PJSIP/1001"), "13700001111"),
        (person(SALES), Wanted("r", "137****1111", agent="PJSIP/1001"), "gone"),
        (person(NORTH), Wanted("r", "137****1111", agent="PJSIP/1001"), "gone"),
        (person(NORTH), Wanted("r", "136****2222", agent="PJSIP/1002"), "gone!"),
        (person(SALES), Wanted("r", "136****2222", agent="PJSIP/1002"), "13600002222"),
        (person(), Wanted("r", "137****1111", agent="PJSIP/1003"), "gone"),
        (Actor("token", "t", "t", person().grants), Wanted("r", MASKED, visit=VISIT), "denied!"),
    ],
)
def test_who_gets_which_number(who: Actor, wanted: Wanted, answer: str) -> None:
    assert Desk().ask(who, wanted) == answer


def test_seeing_more_than_one_may_reveal_is_denied() -> None:
    """A manager of sales who may look at everything as a trainer."""
    assert Desk().ask(person(SALES), Wanted("r", "139****4321", visit="pbx1/boot1/c2/1"), EVERYTHING) == "denied!"


async def ask(screen: Any, **wanted: str) -> Any:
    await screen.send(json.dumps({"reveal": {"visit": VISIT, "number": MASKED, "reason": "called back", **wanted}}))
    return await frame(screen, "revealed", "error")


@scenario
async def test_on_record_first_then_told_to_one_and_never_too_many() -> None:
    async with running(most_reveals=2) as live, live.socket() as screen, live.socket() as other:
        live.tell(CALLER)
        for one in (screen, other):
            await one.send('{"board":"floor"}')
            await frame(one, "snapshot")
        live.book.is_full = True
        assert (await ask(screen))["code"] == "audit_unavailable"
        assert live.book.recorded == []
        live.book.is_full = False
        told = await ask(screen)
        assert (told["t"], told["visit"], told["number"]) == ("revealed", VISIT, "13812345678")
        ((_, action, target, reason),) = live.book.recorded
        assert (action, target.kind, target.id, target.name, reason) == (
            "number.revealed", "call", VISIT, MASKED, "called back",
        )  # fmt: skip
        assert (await ask(screen))["code"] == "throttled"
        assert (await ask(screen, reason="x"))["code"] == "reason_missing"
        assert (await ask(screen, visit="pbx1/boot1/none/1"))["code"] == "gone"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await frame(other, "revealed", "error")
        assert [what for _, what, _ in live.book.refused] == ["number.revealed"]


@scenario
async def test_whoever_shows_no_board_has_nothing_revealed() -> None:
    async with running() as live, live.socket() as screen:
        live.tell(CALLER)
        assert (await ask(screen))["code"] == "gone"


@scenario
async def test_who_lost_the_right_while_it_was_written_down_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as live, live.socket() as screen:
        live.tell(CALLER)
        await screen.send('{"board":"floor"}')
        await frame(screen, "snapshot")
        before = live.door.by_secret["all"]
        begun, may_end = threading.Event(), threading.Event()
        write = live.book.record

        def slowly(*line: Any, **reason: Any) -> int:
            begun.set()
            may_end.wait(HANG_S)
            return write(*line, **reason)

        monkeypatch.setattr(live.book, "record", slowly)
        asked = asyncio.ensure_future(ask(screen))
        assert await asyncio.to_thread(begun.wait, HANG_S)
        live.door.by_secret["all"] = replace(before, grants=person(role=Role.TRAINER).grants)
        live.server.rechecks.everybody()
        (socket,) = live.gateway.audience.screens
        async with asyncio.timeout(HANG_S):
            while socket.visitor.actor == before:
                await asyncio.sleep(0.005)
        may_end.set()
        assert (await asked)["code"] == "denied"
        assert live.book.recorded, "it is on record all the same"


def test_an_account_has_thirty_numbers_revealed_in_a_minute_and_no_more(valkey: RedisServer) -> None:
    now_ms = 1_700_000_000_000 // 60_000 * 60_000
    link = connect(valkey.url)
    here, elsewhere = (RevealCount(link, "main", lambda: now_ms) for _ in range(2))
    assert not any((here, elsewhere)[n % 2].is_too_many("a1") for n in range(A_MINUTE))
    assert here.is_too_many("a1")
    assert elsewhere.is_too_many("a1"), "counted over all gateways"
    assert not here.is_too_many("a2")
    now_ms += 60_000
    assert not here.is_too_many("a1")
    link.close()
