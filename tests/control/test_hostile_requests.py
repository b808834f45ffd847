"""Requests as an enemy would write them: no text in any field makes another action, header or variable at the switch; a request that is
forged, old or replayed does nothing; no key on a supervisor's phone makes a listener more.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.asterisk.codec import ProtocolError, encode
from collectors.asterisk.control_actions import CONTROL
from collectors.events import CommandKind
from dashboard.control.asterisk import recipes
from dashboard.control.asterisk.recipes import Action, Spot
from dashboard.supervision.policy import Phone
from tests.control.simulated_house import SimulatedHouse, simulated_house
from tests.control.simulated_time import SimulatedLoop, in_simulated_time
from tests.redis_server import RedisServer

KINDS: Final[tuple[CommandKind, ...]] = get_args(CommandKind)
FIELDS: Final = ("purpose", "value", "queue", "agent", "visit", "opened")
TEXTS: Final = (
    "x\r\n\r\nAction: Originate\r\nChannel: PJSIP/1001\r\nApplication: System\r\nData: reboot\r\n\r\n",
    "sales\r\nVariable: FW_TARGET=1.1",
    "sales,1)&Hangup()",
    "${SHELL(reboot)}",
    "a|b;c=d,FW_CALLER=1.1",
    "\x00\x1b\u2028\ud83d",
    "lunch\nPaused: false",
)
HEADERS: Final = {
    "Originate": {"Channel", "Context", "Exten", "Priority", "Async", "Timeout", "CallerID", "ChannelId", "Variable"},
    "Redirect": {"Channel", "Context", "Exten", "Priority"},
    "Setvar": {"Channel", "Variable", "Value"},
    "Hangup": {"Channel"},
    "QueuePause": {"Interface", "Paused", "Reason", "Queue"},
    "QueueAdd": {"Queue", "Interface", "MemberName", "StateInterface", "Penalty"},
    "QueueRemove": {"Queue", "Interface"},
    "QueuePenalty": {"Interface", "Penalty", "Queue"},
}
VARIABLES: Final = (
    "FW_TARGET=",
    "FW_CALLER=",
    "FW_SESSION=",
    "FW_QUEUE=",
    "FW_FOLLOW=",
    "PJSIP_HEADER(add,Call-Info)=",
)
any_text = st.one_of(st.sampled_from(TEXTS), st.text(max_size=60))


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(any_text, any_text, any_text)
def test_a_text_is_a_value_or_nothing_is_sent(one: str, two: str, three: str) -> None:
    """Whatever stands in what people and the switch name: one message, with the headers of its recipe, or none."""
    phone = Phone("a", "pbx", one, answers_itself=True)
    for action in (
        recipes.call_phone("fw-" + "f" * 16, phone, "listen", Spot(two, three, one), stays=True),
        recipes.call_browser("fw-" + "f" * 16, "f" * 16, "floorwatch", "listen", Spot(two, three, one), stays=False),
        *recipes.retarget("fw-" + "f" * 16, Spot(one, two)),
        recipes.hang_up(one),
        recipes.move(one, two),
        *recipes.pull(one, two, three),
        recipes.pause(one, two, three),
        recipes.resume(one, two),
        recipes.remove(one, two),
        recipes.add(one, two, name=three, phone="", penalty=two),
        recipes.penalise(one, two, three),
    ):
        _is_one_message(action)


def _is_one_message(action: Action) -> None:
    try:
        body = encode(action.name, action.headers, table=CONTROL)
    except ProtocolError:
        return
    assert body.count(b"\r\n\r\n") == 1
    lines = body.decode("utf-8").removesuffix("\r\n\r\n").split("\r\n")
    assert "\n" not in "".join(lines)
    assert "\r" not in "".join(lines)
    names = [line.partition(": ")[0] for line in lines]
    assert names.count("Action") == 1
    assert set(names) - {"Action", "ActionID"} <= HEADERS[action.name]
    variables = [line.partition(": ")[2] for line in lines if line.startswith("Variable: ")]
    if action.name == "Originate":
        assert all(one.startswith(VARIABLES) for one in variables)
        assert len(variables) == len({one.partition("=")[0] for one in variables})


def test_hostile_fields_and_forged_requests(tmp_path: Path, valkey: RedisServer) -> None:
    async def story(loop: SimulatedLoop) -> None:
        async with simulated_house(loop, tmp_path, valkey) as at:
            caller = at.call("sales")
            at.simulator.flush()
            assert await at.until(lambda: at.visit_of(caller))
            visit = at.visit_of(caller)
            assert visit is not None
            call = {"agent": visit.agent or "", "visit": visit.key}
            await _hostile_fields(at, call)
            await _forged(at, call)
            await _keys(at, call)

    in_simulated_time(story)


async def _hostile_fields(at: SimulatedHouse, call: dict[str, str]) -> None:
    """Through the whole control: what arrives at the switch is what was meant, or nothing."""
    arrived: list[Any] = []
    answer = at.simulator.manager.answer
    at.simulator.manager.answer = lambda session, request: (arrived.append(request), answer(session, request))[1]  # type: ignore[method-assign, func-returns-value]
    commands: list[str] = []
    for kind in KINDS:
        for field in FIELDS:
            for text in TEXTS:
                if field in {"purpose", "value", "queue", "opened"} and kind in {"monitor.start", "call.take_over"}:
                    continue  # who is in may be: below
                clean = text.encode("utf-8", "replace").decode()
                more: dict[str, Any] = {"mode": "listen", "is_sure": field == "visit"} | call | {field: clean}
                commands.append(at.ask(at.seats[len(commands) % 24].actor, kind, **more))
    final = {"refused", "failed", "expired", "confirmed", "ended"}
    assert await at.until(lambda: all(at.state(one) in final for one in commands), 60)
    assert at.world.joins.rows == []
    assert at.visit_of(call["visit"].split("/")[-2]) is not None, "the call goes on"
    _are_meant(arrived)
    told = at.ask(at.seats[0].actor, "monitor.start", mode="listen", purpose=TEXTS[0] + "\u202e13800138000", **call)
    assert await at.until(lambda: at.state(told) == "confirmed"), at.told[told]
    _are_meant(arrived)
    (row,) = [one for one in at.rows() if one["command"] == told]
    assert "\n" not in row["purpose"]
    assert "13800138000" not in row["purpose"]
    at.ask(at.seats[0].actor, "monitor.stop", opened=told)
    assert await at.until(lambda: at.state(told) == "ended")
    assert len(at.world.joins.rows) == 1
    at.simulator.manager.answer = answer  # type: ignore[method-assign]


def _are_meant(arrived: list[Any]) -> None:
    """No other action than ours, no header that its recipe has not, and none of the texts in a variable."""
    for request in arrived:
        known = HEADERS.get(request.action)
        assert request.action in {*HEADERS, "Ping", "QueueStatus", "QueueSummary", "CoreShowChannels", "CoreStatus"}, (
            request
        )
        if known is not None:
            assert {name for name, _ in request.headers} - {"action", "actionid"} <= {one.lower() for one in known}, (
                request
            )
        assert all("reboot" not in value for value in request.all("Variable")), request


async def _forged(at: SimulatedHouse, call: dict[str, str]) -> None:
    """Somebody who can write to Redis, and is nobody at the desk."""
    anna, boris = at.seats[0].actor, at.seats[1].actor
    start = at.ask(anna, "monitor.start", mode="listen", **call)
    assert await at.until(lambda: at.state(start) == "confirmed"), at.told[start]
    joined, actions = len(at.world.joins.rows), at.room.link.sent
    forged: tuple[tuple[str, dict[str, Any], str, str], ...] = (
        ("monitor.start", {"session": "f" * 64, "mode": "listen"}, "refused", "signed_out"),
        ("monitor.start", {"account": boris.account_id, "mode": "listen"}, "refused", "signed_out"),
        ("monitor.stop", {"session": "f" * 64, "opened": start}, "refused", "signed_out"),
        (
            "monitor.stop",
            {"account": boris.account_id, "session": boris.session, "opened": start},
            "refused",
            "not_yours",
        ),
        (
            "monitor.mode",
            {"account": boris.account_id, "session": boris.session, "opened": start, "mode": "barge"},
            "refused",
            "not_yours",
        ),
        (
            "call.take_over",
            {"account": boris.account_id, "session": boris.session, "opened": start},
            "refused",
            "not_yours",
        ),
        ("monitor.mode", {"session": boris.session, "opened": start, "mode": "barge"}, "refused", "signed_out"),
        ("monitor.stop", {"asked_at_ms": 1, "opened": start}, "expired", "too_late"),
        (
            "monitor.mode",
            {"asked_at_ms": at.clock.now_ms() + 60_000, "opened": start, "mode": "barge"},
            "expired",
            "too_late",
        ),
    )
    for kind, more, state, reason in forged:
        command = at.ask(anna, kind, **(call | more))  # type: ignore[arg-type]
        assert await at.until(lambda command=command: at.state(command)), (kind, more)
        told = at.told[command][-1].changed
        assert (told.state, told.reason) == (state, reason), (kind, more, told)
    for more in ({"switch": "other"}, {"id": start}, {"id": "../../etc/passwd"}, {"id": "F" * 16}):
        before = {name: len(rows) for name, rows in at.told.items()}
        at.ask(anna, "monitor.start", mode="barge", **(call | more))
        await at.until(lambda: False, 0.3)
        assert {name: len(rows) for name, rows in at.told.items()} == before
    assert (len(at.world.joins.rows), at.room.link.sent) == (joined, actions)
    assert await at.until(lambda: not at.records.unwritten)
    denied = [row for row in at.denied() if row["actor_id"] == boris.account_id and row["target_name"] == "not_yours"]
    assert {row["action"] for row in denied} == {"monitor.stop", "monitor.mode", "call.take_over"}
    at.ask(anna, "monitor.stop", opened=start)
    assert await at.until(lambda: at.state(start) == "ended")


async def _keys(at: SimulatedHouse, call: dict[str, str]) -> None:
    """Every key, one after the other: still one listener, who listens. On a real switch ChanSpy has no option that listens to keys."""
    start = at.ask(at.seats[0].actor, "monitor.start", mode="listen", **call)
    assert await at.until(lambda: at.state(start) == "confirmed")
    before = len(at.world.joins.rows)
    leg = at.world.exchange.find(f"fw-{start}")
    assert leg is not None
    for key in "0123456789*#ABCD":
        at.world.exchange.says("DTMFBegin", leg, f"Digit: {key}\r\nDirection: Received\r\n")
        at.world.exchange.says("DTMFEnd", leg, f"Digit: {key}\r\nDurationMs: 100\r\nDirection: Received\r\n")
        at.simulator.flush()
        await at.until(lambda: False, 0.05)
    assert len(at.world.joins.rows) == before
    assert at.told[start][-1].changed.mode == "listen"
    assert at.world.joins.rows[-1]["mode"] == "listen"
    at.ask(at.seats[0].actor, "monitor.stop", opened=start)
    assert await at.until(lambda: at.state(start) == "ended")


@pytest.mark.parametrize("folder", ["docs/asterisk"])
def test_the_dialplan_gives_keys_nothing_to_do(folder: str) -> None:
    """Options of ChanSpy that make keys do something: c, d, D, x, X, e (and `n`, `r` for names and recordings)."""
    files = sorted((Path(__file__).parents[2] / folder).glob("*.conf"))
    spied = [
        line
        for file in files
        for line in file.read_text().splitlines()
        if "ChanSpy(" in line and not line.lstrip().startswith(";")
    ]
    assert spied
    for line in spied:
        options = line.partition("ChanSpy(")[2].rpartition(")")[0].partition(",")[2]
        letters = set(_outside_brackets(options))
        assert not letters & set("cdDxXenrv"), line
        assert {"u", "q", "E", "S"} <= letters, line


def _outside_brackets(options: str) -> str:
    depth, kept = 0, ""
    for letter in options:
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(letter, 0)
        kept += letter if depth == 0 and letter.isalpha() else ""
    return kept
