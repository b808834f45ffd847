"""What people hear at their desks: what they may do and what is in the way, and how far their commands are."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from collectors import events as e
from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.live import desks
from dashboard.live.desk import desk_of
from dashboard.live.desks import AT_ONCE, UNTOLD_MS
from dashboard.live.visitor import Visitor
from dashboard.supervision.commands import Request
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.standing import Standing
from tests.live.people import person, screen, visitor
from tests.live.test_gateway import Hall, Memory

CONTROL = e.control_writer("pbx1")
AGENT, OTHER = "PJSIP/1001", "PJSIP/1002"
ID = "00000000000000aa"
TALK = (e.QueueEntered("sales", "c1", 1, "13812345678"), e.Answered("sales", "c1", 1, AGENT, 0))
VISIT = "pbx1/boot1/c1/1"
POLICY = Policy(announced=frozenset({"sales", "support"}), most_min=20)


def command(account: str, state: e.CommandState = "sent", **fields: Any) -> e.CommandChanged:
    """A session that is asked for, as the control process tells it."""
    told = e.CommandChanged(
        ID, "monitor.start", state, "pbx1", account, "王芳", AGENT, "sales", VISIT, f"fw-{ID}", "listen", "phone",
        "PJSIP/8001", purpose="新人", ends_at_ms=9_000_000_000_000,
    )  # fmt: skip
    return replace(told, **fields)


class Desk(Hall):
    """A floor, its control process, and one supervisor's page."""

    def __init__(self, who: Visitor | None = None, board: str = "floor") -> None:
        super().__init__(controlled={"pbx1"})
        self.who = who or visitor()
        self.account = self.who.actor.account_id
        self.control(e.ControlChanged("pbx1"))
        self.page, self.socket = self.screen(board, self.who)

    def control(self, *events: e.AnyEvent) -> None:
        self.scene.tell(*events, switch=CONTROL)
        self.fold()

    def stands(self, policy: Policy = POLICY, **fields: Any) -> None:
        self.gateway.rules_are(Standing(policy, **fields), self.scene.now)

    def desk(self, socket: Memory | None = None) -> Any:
        self.gateway.tick(self.scene.now)
        return (socket or self.socket).of("desk")[-1]

    def commands(self, socket: Memory | None = None) -> list[tuple[str, str]]:
        return [(one["state"], one["reason"]) for one in (socket or self.socket).of("command")]


def test_a_desk_tells_what_its_person_may_do_and_what_is_in_the_way() -> None:
    hall = Desk()
    found = hall.desk()
    assert set(found["may"].values()) == {True}
    assert {"monitor.listen", "monitor.barge", "calls.take_over", "agents.pause"} <= found["may"].keys()
    assert "monitor.rules" not in found["may"]
    assert (found["account"], found["rules"], found["phone"], found["sessions"]) == (hall.account, None, None, [])
    assert found["control"] == {"pbx1": {"why_not": "", "why_no_browser": ""}}
    hall.stands(phones={hall.account: Phone(hall.account, "pbx1", "PJSIP/8001")})
    found = hall.desk()
    assert found["rules"] == {"needs_purpose": True, "most_min": 20, "tells_agents": True}
    phone = {"switch": "pbx1", "device": "PJSIP/8001", "state": None, "why_not": "phone_unregistered"}
    assert found["phone"] == phone
    hall.control(e.ControlChanged("pbx1", phones={"PJSIP/8001": "free"}, why_no_browser="browser_unsupported"))
    found = hall.desk()
    assert found["phone"] == phone | {"state": "free", "why_not": ""}
    assert found["control"]["pbx1"]["why_no_browser"] == "browser_unsupported"
    told = len(hall.socket.of("desk"))
    hall.control(e.ControlChanged("pbx1", phones={"PJSIP/8001": "free"}, why_no_browser="browser_unsupported"))
    hall.second()
    hall.tick(*TALK)
    assert len(hall.socket.of("desk")) == told, "nothing of it is another"


def test_a_control_process_that_is_silent_is_away_and_a_lost_link_is_said() -> None:
    hall = Desk()
    hall.tick(e.LinkLost("closed", hall.scene.now_ms))
    assert hall.desk()["control"]["pbx1"]["why_not"] == "switch_down"
    hall.scene.wait(10)
    hall.second()
    assert hall.desk()["control"]["pbx1"]["why_not"] == "switch_down"
    hall.second()
    assert hall.desk()["control"]["pbx1"]["why_not"] == "control_down"
    off = Hall(controlled=set())
    _, socket = off.screen("floor")
    off.second()
    assert socket.of("desk")[-1]["control"]["pbx1"]["why_not"] == "control_off"


def test_rights_that_hold_in_a_part_name_the_agents_and_queues_of_that_part() -> None:
    grants = (Grant.of(Role.QUALITY), Grant("some", Scope(frozenset(), frozenset({"north"})), frozenset({Permission.AGENTS_PAUSE})),
              Grant("queue", Scope(frozenset({"sales"})), frozenset({Permission.CALLS_MOVE})))  # fmt: skip
    hall = Desk(Visitor(Actor("person", "p", "王芳", grants, account_id="a", session="s")))
    may = hall.desk()["may"]
    assert may["monitor.listen"] is True
    assert may["agents.pause"] == {"agents": ["PJSIP/1001", "PJSIP/1003"], "queues": []}
    assert may["calls.move"]["queues"] == ["sales"]
    assert "monitor.whisper" not in may
    hall.tick(e.MembershipAdded("sales", "PJSIP/1005", "1005", dynamic=True))
    may = hall.desk()["may"]
    assert may["agents.pause"]["agents"] == ["PJSIP/1001", "PJSIP/1003", "PJSIP/1005"]
    assert "PJSIP/1005" in may["calls.move"]["agents"]


def test_rights_that_change_while_a_page_is_open_are_told() -> None:
    hall = Desk()
    assert "monitor.barge" in hall.desk()["may"]
    grant = Grant("less", EVERYTHING, frozenset({Permission.FLOOR_VIEW, Permission.MONITOR_VIEW}))
    less = Actor("person", hall.account, "王芳", (grant,), account_id=hall.account, session=hall.who.actor.session)
    hall.gateway.is_now(hall.page, Visitor(less), hall.scene.now)
    assert hall.desk()["may"] == {"monitor.view": True}


@pytest.mark.parametrize("who", [screen("default"), Visitor(Actor("token", "t", "n", person().grants, account_id="a"))])
def test_programs_and_screens_have_no_desk(who: Visitor) -> None:
    hall = Desk(who, "default" if who.orders else "floor")
    hall.tick(*TALK)
    hall.second()
    assert not hall.socket.of("desk")
    rows = [frame["view"]["agents"]["rows"] for frame in hall.socket.of("snapshot")]
    assert rows
    assert not [row for row in rows[0] if row.keys() & {"visit", "barred", "listeners"}]


def test_how_far_a_command_is_is_told_at_once_to_all_pages_of_who_asked_and_to_nobody_else() -> None:
    hall = Desk()
    hall.scene.tell(*TALK)
    _, second = hall.screen("monitor", hall.who)
    _, colleague = hall.screen("floor", visitor())
    hall.control(command(hall.account))
    assert hall.commands() == hall.commands(second) == [("sent", "")], "from the fold, before any tick"
    assert not colleague.of("command")
    told = hall.socket.of("command")[0]
    assert (told["id"], told["session"], told["agent"], told["mode"]) == (ID, ID, AGENT, "listen")
    (session,) = hall.desk()["sessions"]
    assert (session["state"], session["since"], session["purpose"]) == ("sent", None, "新人")
    assert (session["number"], session["name"]) == ("138****5678", "张1001")
    hall.scene.wait(1)
    hall.control(command(hall.account, "confirmed"))
    assert hall.desk()["sessions"][0]["since"] == hall.scene.now_ms
    assert hall.desk(colleague)["sessions"] == []
    hall.scene.wait(5)
    hall.control(command(hall.account, "ended", reason="call_ended"))
    assert hall.desk()["sessions"] == []
    assert hall.commands() == [("sent", ""), ("confirmed", ""), ("ended", "call_ended")]


def test_what_is_told_at_once_counts_at_once() -> None:
    """A click that follows on the heels of "confirmed", before any tick, is judged by it."""
    hall = Desk()
    hall.tick(*TALK)
    hall.control(command(hall.account))
    people = hall.gateway.people
    assert people is not None
    ground = hall.gateway.desks.ground(hall.scene.floor, people, hall.scene.now_ms)
    assert [one.state for one in [ground.session(ID)] if one] == ["sent"]
    hall.control(command(hall.account, "confirmed"))
    assert [one.state for one in [ground.session(ID)] if one] == ["confirmed"]
    assert hall.desk()["sessions"][0]["state"] == "confirmed"


def test_a_page_that_comes_again_hears_what_is_open_and_what_ended_lately() -> None:
    hall = Desk()
    hall.control(command(hall.account, "confirmed"))
    _, again = hall.screen("monitor", hall.who)
    assert hall.commands(again) == [("confirmed", "")]
    assert hall.desk(again)["sessions"][0]["id"] == ID
    hall.control(command(hall.account, "ended", reason="stopped"))
    _, later = hall.screen("floor", hall.who)
    assert hall.commands(later) == [("ended", "stopped")]
    hall.scene.wait(31)
    _, much_later = hall.screen("floor", hall.who)
    assert hall.commands(much_later) == []


def test_a_command_that_nobody_takes_expires_and_one_that_is_taken_does_not() -> None:
    hall = Desk()
    for name in ("00000000000000bb", ID):
        asked = Request(name, "monitor.start", "pbx1", hall.account, "s", "", hall.scene.now_ms, AGENT, VISIT)
        hall.gateway.desks.requested(asked)
    hall.control(command(hall.account, "refused", reason="call_over"))
    hall.scene.wait(UNTOLD_MS / 1000)
    hall.second()
    hall.second()
    assert hall.commands() == [("refused", "call_over"), ("expired", "control_down")]
    assert hall.socket.of("command")[-1]["id"] == "00000000000000bb"


def test_a_page_that_is_full_holds_up_nobody_and_hears_its_desk_later() -> None:
    hall = Desk()
    hall.desk()
    hall.socket.unsent = 10
    told = len(hall.socket.of("desk"))
    _, colleague = hall.screen("floor", visitor())
    hall.stands()
    assert hall.desk(colleague)["rules"] is not None
    assert len(hall.socket.of("desk")) == told
    hall.socket.unsent = 0
    assert hall.desk()["rules"] is not None


def test_a_desk_is_made_once_for_a_person_and_a_hundred_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    hall = Desk()
    everybody = [visitor() for _ in range(150)]
    pages = [hall.screen("floor", who) for who in everybody for _ in range(3)]
    while hall.gateway.someone_waits:
        hall.gateway.tick(hall.scene.now)
    made: list[str] = []
    plain = desk_of

    def counted(actor: Actor, *rest: Any) -> Any:
        made.append(actor.account_id)
        return plain(actor, *rest)

    monkeypatch.setattr(desks, "desk_of", counted)
    hall.stands()
    hall.gateway.tick(hall.scene.now)
    assert len(made) == AT_ONCE
    hall.gateway.tick(hall.scene.now)
    assert len(made) == len(set(made)) == 151
    assert all(socket.of("desk")[-1]["rules"] for _, socket in pages)
    made.clear()
    hall.control(command(hall.account))
    hall.gateway.tick(hall.scene.now)
    assert made == [hall.account], "somebody else's command costs nobody"


def test_one_call_taken_over_by_another_is_said() -> None:
    hall = Desk()
    hall.control(command(hall.account, "confirmed"))
    other = command("b", "confirmed", command="00000000000000bb", session="fw-00000000000000bb", kind="call.take_over")
    hall.control(replace(other, mode="takeover"))
    assert hall.desk()["sessions"][0]["taken"] is True
