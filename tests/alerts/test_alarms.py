"""What desks hear of alerts: whole, when it is another, and nothing of another's scope."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import replace

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.alerts.current import OpenNow
from dashboard.alerts.rule import Measured, Rule
from dashboard.alerts.whereabouts import Places
from dashboard.boards.document import Hours
from dashboard.live.visitor import Visitor
from tests.live.people import screen as paired
from tests.live.people import visitor
from tests.live.scene import START_MS
from tests.live.test_gateway import Hall, Memory

WAITING = Rule(Measured("waiting", 5, each=True), level="red", sound="alarm")
SALES = Scope(frozenset({"sales"}))
NORTH = Scope(frozenset(), frozenset({"east"}))
"""A team above north."""


def alert(about: str = "sales", rule: Rule = WAITING, **fields: Any) -> OpenNow:
    known: dict[str, Any] = {"level": rule.level, "began_at_ms": START_MS, "value": 6.0, "worst": 9.0}
    known |= {"acknowledged_by": None, "snoozed_until_ms": None}
    return OpenNow(f"id-{about}", "r", "排队过多", rule, rule.measured, about, **(known | fields))


OF_AGENT = Rule(Measured("calls_missed", 3, of="agents", each=True, window="day"))
EVERY = (
    alert("sales"),
    alert("support"),
    alert("", Rule(Measured("waiting", 50))),
    alert("PJSIP/1001", OF_AGENT),
    alert("PJSIP/1002", OF_AGENT),
    alert("PJSIP/nobody", OF_AGENT),
)
"""The last one is of an agent without a team: for who may see everything."""


class Desk(Hall):
    """A floor, and somebody's page."""

    def __init__(self, who: Visitor | None = None, board: str = "floor") -> None:
        super().__init__()
        self.page, self.socket = self.screen(board, who or visitor())

    def are(self, *every: OpenNow) -> None:
        self.gateway.alerts_are(every, self.scene.now)

    def heard(self, socket: Memory | None = None) -> list[Any]:
        return (socket or self.socket).of("alerts")


def ids(frame: Any) -> list[str]:
    return [row["id"] for row in frame["alerts"]]


def test_an_alert_is_told_whole_in_both_languages_and_its_end_too() -> None:
    hall = Desk()
    assert hall.heard() == []  # nothing is known yet
    hall.are(alert())
    (frame,) = hall.heard()
    assert frame == {
        "t": "alerts",
        "at": hall.scene.now_ms,
        "waiting": 1,
        "alerts": [
            {
                "id": "id-sales",
                "rule": "排队过多",
                "level": "red",
                "about": {"zh-CN": "销售", "en": "Sales"},
                "limit": {"zh-CN": "排队数 ≥ 5", "en": "Waiting ≥ 5"},
                "value": 6.0,
                "unit": "visits",
                "since": START_MS,
                "held": False,
                "by": None,
                "may": True,
                "sound": "alarm",
            }
        ],
    }
    hall.second()
    hall.are(alert())
    assert len(hall.heard()) == 1  # nothing of it is another
    hall.are()
    assert (ids(hall.heard()[-1]), hall.heard()[-1]["waiting"]) == ([], 0)


def test_a_page_that_comes_later_hears_what_is_open() -> None:
    hall = Desk()
    hall.are(alert())
    _, later = hall.screen("monitor", visitor())
    hall.second()
    assert [ids(frame) for frame in hall.heard(later)] == [["id-sales"]]


@pytest.mark.parametrize(
    ("scope", "wanted"),
    [
        (EVERYTHING, ["id-sales", "id-support", "id-", "id-PJSIP/1001", "id-PJSIP/1002", "id-PJSIP/nobody"]),
        (SALES, ["id-sales"]),
        (NORTH, ["id-PJSIP/1001"]),
        (Scope(frozenset({"sales"}), frozenset({"north"})), ["id-sales", "id-PJSIP/1001"]),
        (Scope(frozenset({"sales", "support"})), ["id-sales", "id-support"]),
    ],
)
def test_nobody_hears_of_what_is_out_of_their_scope(scope: Scope, wanted: list[str]) -> None:
    hall = Desk(visitor(scope, Role.SUPERVISOR))
    hall.are(*EVERY)
    (frame,) = hall.heard()
    assert ids(frame) == wanted
    said = json.dumps(frame, ensure_ascii=False)
    for name, one in (("售后", "id-support"), ("张1002", "id-PJSIP/1002")):
        assert (name in said) == (one in wanted)


@pytest.mark.parametrize(
    ("who", "board"),
    [
        (visitor(EVERYTHING, Role.TRAINER), "floor"),
        (visitor(EVERYTHING, Role.MANAGER), "default"),
        (visitor(Scope(frozenset(), agents=frozenset({"PJSIP/1001"})), Role.AGENT), "me"),
        (paired("default"), "default"),
    ],
)
def test_walls_screens_agents_and_who_may_see_no_alerts_hear_nothing(who: Visitor, board: str) -> None:
    hall = Desk(who, board)
    hall.are(*EVERY)
    hall.second()
    assert hall.heard() == []


def test_who_may_only_look_is_told_that() -> None:
    hall = Desk(visitor(EVERYTHING, Role.QUALITY))
    hall.are(alert())
    assert [row["may"] for row in hall.heard()[-1]["alerts"]] == [False]


def test_quiet_hours_and_a_snooze_hold_it_and_it_is_told_when_they_are_over() -> None:
    hall = Desk()
    quiet = Rule(WAITING.measured, quiet=(Hours("09:30", "10:01"),))
    hall.are(alert("sales", quiet), alert("support", snoozed_until_ms=START_MS + 90_000))
    assert ([row["held"] for row in hall.heard()[-1]["alerts"]], hall.heard()[-1]["waiting"]) == ([True, True], 0)
    hall.scene.wait(60)
    hall.second()
    assert ([row["held"] for row in hall.heard()[-1]["alerts"]], hall.heard()[-1]["waiting"]) == ([False, True], 1)
    hall.scene.wait(30)
    hall.second()
    assert hall.heard()[-1]["waiting"] == 2


def test_an_acknowledged_one_stays_and_waits_for_nobody() -> None:
    hall = Desk()
    hall.are(alert(acknowledged_by="李经理"))
    frame = hall.heard()[-1]
    assert (frame["waiting"], frame["alerts"][0]["by"]) == (0, "李经理")


def test_a_rule_that_is_not_for_desks_is_not_told_there() -> None:
    hall = Desk()
    hall.are(alert("sales", replace(WAITING, desks=False)))
    assert hall.heard()[-1]["alerts"] == []


def test_who_loses_the_right_loses_the_alerts() -> None:
    hall = Desk()
    hall.are(*EVERY)
    narrow = visitor(SALES, Role.SUPERVISOR)
    hall.gateway.is_now(hall.page, narrow, hall.scene.now)
    hall.second()
    assert ids(hall.heard()[-1]) == ["id-sales"]
    hall.gateway.is_now(hall.page, visitor(EVERYTHING, Role.TRAINER), hall.scene.now)
    hall.second()
    assert ids(hall.heard()[-1]) == []


def test_an_alert_about_several_together_needs_all_of_them() -> None:
    both, places = Measured("waiting", 9, ids=("sales", "support")), Places()
    scopes = (SALES, Scope(frozenset({"support"})), Scope(frozenset({"sales", "support"})))
    assert [places.is_for(scope, both) for scope in scopes] == [False, False, True]
    assert [places.is_for(scope, both, "sales") for scope in scopes] == [True, False, True]
