"""Open sessions: what was asked, matched with what the switch says; and how rows, the console and agents' own pages tell of it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from collectors import events as e
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.live.sessions_now import GRACE_MS, SessionNow, sessions_now
from dashboard.live.visitor import Visitor
from dashboard.supervision.messages import Message
from dashboard.supervision.policy import Policy
from dashboard.supervision.standing import Standing
from tests.live.people import person, visitor
from tests.live.test_desks import AGENT, CONTROL, ID, OTHER, TALK, VISIT, command
from tests.live.test_gateway import Hall

LEG = f"fw-{ID}"
STARTED = e.MonitoringStarted(LEG, AGENT, "PJSIP/8001", "listen", ID)
BY_HAND = e.MonitoringStarted("1700000000.1", AGENT, "PJSIP/9999", "barge")


class Stage(Hall):
    """A call, and who steps into it. The control process is alive."""

    def __init__(self, policy: Policy = Policy(announced=frozenset({"sales"}))) -> None:  # noqa: B008 — frozen
        super().__init__()
        self.gateway.rules_are(Standing(policy), self.scene.now)
        self.tick(*TALK)
        self.control(e.ControlChanged("pbx1"))

    def control(self, *events: e.AnyEvent) -> None:
        self.scene.tell(*events, switch=CONTROL)
        self.fold()
        self.gateway.tick(self.scene.now)

    def now(self) -> list[SessionNow]:
        return sessions_now(self.scene.floor, self.scene.now_ms)


def test_a_session_is_there_from_the_asking_to_the_end() -> None:
    stage = Stage()
    stage.control(command("a"))
    (one,) = stage.now()
    assert (one.state, one.since_ms, one.is_heard) == ("sent", None, False)
    stage.scene.wait(2)
    stage.tick(STARTED)
    stage.control(command("a", "confirmed"))
    (one,) = stage.now()
    assert (one.id, one.account, one.by, one.agent, one.queue, one.visit) == (ID, "a", "王芳", AGENT, "sales", VISIT)
    assert (one.mode, one.via, one.is_heard) == ("listen", "phone", True)
    stage.tick(replace(STARTED, mode="barge"))
    assert stage.now()[0].mode == "barge", "the switch's own word"
    stage.control(command("a", "ended", reason="stopped"))
    stage.tick(e.MonitoringStopped(LEG, AGENT))
    assert stage.now() == []


@pytest.mark.parametrize(
    "told",
    [
        command("a", "refused", reason="no_phone"),
        command("a", "failed", reason="phone_declined"),
        command("a", "expired", reason="too_late"),
        command("a", kind="agent.pause", session=None),
        command("a", "confirmed", kind="monitor.mode", command="00000000000000bb"),
        command("a", "confirmed", kind="call.take_over", command="00000000000000bb"),
    ],
)
def test_what_opens_no_session_is_none(told: e.CommandChanged) -> None:
    stage = Stage()
    stage.control(told)
    assert stage.now() == []


def test_who_took_a_call_over_is_in_a_session_and_hears_nobody() -> None:
    stage = Stage()
    stage.control(command("a", "confirmed", kind="call.take_over", mode="takeover"))
    (one,) = stage.now()
    assert (one.mode, one.is_heard) == ("takeover", False)


def test_a_spy_whom_nobody_asked_for_is_told_at_once_and_one_of_ours_only_when_nothing_explains_it() -> None:
    stage = Stage()
    stage.tick(BY_HAND)
    (one,) = stage.now()
    assert (one.state, one.by, one.account, one.queue, one.visit) == ("unexplained", "PJSIP/9999", None, "sales", VISIT)
    stage.tick(e.MonitoringStopped("1700000000.1", AGENT), STARTED)
    assert stage.now() == [], "the control process has not told of it yet"
    stage.scene.wait(GRACE_MS / 1000 + 0.1)
    (one,) = stage.now()
    assert one.state == "unexplained"
    stage.control(command("a", "confirmed"))
    assert [one.state for one in stage.now()] == ["confirmed"]
    stage.control(command("a", "ended"))
    assert stage.now() == []
    stage.scene.wait(GRACE_MS / 1000 + 0.1)
    assert [one.state for one in stage.now()] == ["unexplained"], "it was said to be over, and is not"


def test_what_nobody_can_tell_of_is_not_told() -> None:
    stage = Stage()
    stage.control(command("a"))
    stage.scene.wait(13)
    assert stage.now() == [], "it rang, and its control process is away"
    stage.control(command("a", "confirmed"), e.ControlChanged("pbx1"))
    stage.tick(STARTED)
    stage.scene.wait(600)
    assert [one.id for one in stage.now()] == [ID], "the switch says that it goes on"


def test_a_session_that_follows_its_caller_is_told_of_the_agent_who_has_them() -> None:
    stage = Stage()
    stage.control(command("a", "confirmed"))
    stage.tick(STARTED)
    stage.tick(
        e.QueueEntered("support", "c2", 1), e.Answered("support", "c2", 1, OTHER, 0), replace(STARTED, agent=OTHER)
    )
    (one,) = stage.now()
    assert (one.agent, one.queue, one.visit) == (OTHER, "support", "pbx1/boot1/c2/1")


# -- as it is shown -----------------------------------------------------------------------------------------------------


def row(socket: Any, tile: str, name: str) -> Any:
    return next(one for one in socket.on_screen()[tile]["rows"] if one["id"] == name)


def test_rows_and_the_console_tell_who_listens_without_a_flicker() -> None:
    stage = Stage()
    _, floor = stage.screen("floor")
    _, console = stage.screen("monitor")
    _, wall = stage.screen("default")
    own = row(floor, "agents", AGENT)
    assert (own["visit"], own["barred"], own["listeners"]) == (VISIT, None, [])
    stage.control(command("a"))
    ringing = row(console, "sessions", ID)
    assert (ringing["state"], ringing["since"], ringing["name"], ringing["purpose"]) == ("sent", None, "张1001", "新人")
    assert row(floor, "agents", AGENT)["listeners"] == []
    stage.tick(STARTED)
    stage.control(command("a", "confirmed"))
    (listener,) = row(floor, "agents", AGENT)["listeners"]
    assert (listener["by"], listener["mode"], listener["account"], listener["id"]) == ("王芳", "listen", "a", ID)
    frames = len(floor.frames)
    stage.tick(e.MonitoringStopped(LEG, AGENT))
    stage.tick(replace(STARTED, mode="whisper"))
    for frame in floor.of("patch")[frames:]:
        for one in frame["view"].get("agents", {}).get("set", ()):
            assert one["id"] != AGENT or one["listeners"], "nobody left in between"
    assert row(floor, "agents", AGENT)["listeners"][0]["mode"] == "whisper"
    assert row(console, "sessions", ID)["mode"] == "whisper"
    stage.tick(BY_HAND)
    stray = row(console, "sessions", "pbx1/boot1/1700000000.1/0")
    assert (stray["level"], stray["state"], stray["account"], stray["by"]) == ("red", "unexplained", None, "PJSIP/9999")
    assert len(row(floor, "agents", AGENT)["listeners"]) == 2
    assert "listeners" not in row(wall, "agents", AGENT)


def test_what_ends_by_time_alone_shows_within_the_second() -> None:
    stage = Stage()
    _, floor = stage.screen("floor")
    stage.tick(STARTED)
    assert row(floor, "agents", AGENT)["listeners"] == []
    for _ in range(5):
        stage.second()
    assert row(floor, "agents", AGENT)["listeners"][0]["id"] is None


def test_why_nobody_may_hear_a_call_is_on_its_row_and_follows_the_rules() -> None:
    stage = Stage()
    _, socket = stage.screen("floor")
    for policy, word in (
        (Policy(), "not_announced"),
        (Policy(announced=frozenset({"sales"}), card_queues=frozenset({"sales"})), "takes_cards"),
        (Policy(never=frozenset({AGENT})), "never_monitored"),
        (Policy(announced=frozenset({"sales"})), None),
    ):
        stage.gateway.rules_are(Standing(policy), stage.scene.now)
        stage.gateway.tick(stage.scene.now)
        assert row(socket, "agents", AGENT)["barred"] == word
    stage.tick(e.OwnCallStarted(OTHER, "o1", "outbound"), e.OwnCallConnected(OTHER, "o1"))
    assert row(socket, "agents", OTHER)["barred"] == "own_call"
    unread = Hall()
    _, early = unread.screen("floor")
    assert row(early, "agents", AGENT)["barred"] == "rules_unavailable"


def test_who_sees_the_floor_and_no_sessions_is_told_of_none() -> None:
    stage = Stage()
    analyst = person(role=Role.ANALYST)
    _, socket = stage.screen("floor", Visitor(analyst))
    stage.tick(STARTED, BY_HAND)
    assert not row(socket, "agents", AGENT).keys() & {"visit", "barred", "listeners"}
    page, refused = stage.screen("monitor", Visitor(analyst))
    assert refused.ended is not None
    assert refused.ended[0] == 4403
    assert page.viewer is None


def me(agent: str) -> Visitor:
    return visitor(Scope(frozenset(), frozenset(), frozenset({agent})), Role.AGENT)


def test_an_agent_is_told_who_is_in_as_the_rules_say() -> None:
    stage = Stage(Policy(announced=frozenset({"sales"}), has_tone=True))
    _, mine = stage.screen("me", me(AGENT))
    _, other = stage.screen("me", me(OTHER))
    stage.tick(STARTED)
    stage.control(command("a", "confirmed"))
    told = mine.on_screen()["own"]
    assert told == {"listeners": [{"by": "王芳", "mode": "listen", "since": stage.scene.now_ms}], "tone": True}
    assert not row(mine, "agents", AGENT).keys() & {"listeners", "visit"}
    assert other.on_screen()["own"] == {"listeners": [], "tone": True}
    stage.gateway.rules_are(Standing(Policy(tells_agents=False)), stage.scene.now)
    stage.gateway.tick(stage.scene.now)
    assert mine.on_screen()["own"] == {"listeners": [], "tone": False}


def test_messages_stand_on_their_own_agents_page_until_their_time_is_over() -> None:
    stage = Stage()
    _, mine = stage.screen("me", me(AGENT))
    _, other = stage.screen("me", me(OTHER))
    _, desk = stage.screen("floor", visitor())
    now_ms = stage.scene.now_ms
    first = Message("m1", "开会 <b>", "王芳", now_ms - 5, now_ms + 3_600_000, None)
    second = Message("m2", "谢谢", "王芳", now_ms, now_ms + 2_000, None)
    stage.gateway.messages_are({AGENT: (first, second)}, stage.scene.now)
    stage.gateway.tick(stage.scene.now)
    assert [one["id"] for one in mine.on_screen()["messages"]["rows"]] == ["m2", "m1"]
    read = Message("m1", "开会 <b>", "王芳", now_ms - 5, now_ms + 3_600_000, now_ms + 1)
    stage.gateway.messages_are({AGENT: (read, second)}, stage.scene.now)
    stage.gateway.tick(stage.scene.now)
    assert row(mine, "messages", "m1") == {
        "id": "m1",
        "text": "开会 <b>",
        "by": "王芳",
        "at": now_ms - 5,
        "read": now_ms + 1,
    }
    for _ in range(3):
        stage.second()
    stage.gateway.tick(stage.scene.now)
    assert [one["id"] for one in mine.on_screen()["messages"]["rows"]] == ["m1"]
    for socket in (other, desk):
        assert "开会" not in str(socket.frames)
