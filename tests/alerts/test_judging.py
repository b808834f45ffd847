"""Rules against a floor, second by second: what begins, what ends, and what nothing is known of."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from collectors import events as e
from dashboard.alerts.judging import Cause, Judged, Key, KnownRule, evaluate
from dashboard.alerts.rule import Measured, Rule
from dashboard.boards.document import Hours
from tests.floor.site import Site
from tests.floor.world import T0

WAITING = Measured("waiting", 2, of="queues", ids=("sales",), each=True)
SETTINGS = e.FloorSettings(
    agents={"PJSIP/1": e.AgentSettings("Li Na", "001", "blue"), "PJSIP/2": e.AgentSettings("Wang", "002", "green")},
    teams={"blue": e.TeamSettings(), "green": e.TeamSettings()},
    queues={"sales": e.QueueSettings(), "support": e.QueueSettings()},
)


class Day:
    """A floor, rules, and what was found at each look. Seconds after `T0`."""

    def __init__(self, *rules: Rule, **more: Any) -> None:
        self.site = Site(SETTINGS)
        self.rules = [KnownRule(f"rule-{n}", f"Rule {n}", rule, True, **more) for n, rule in enumerate(rules, start=1)]
        self.state: dict[Key, Cause] = {}
        self.calls = 0

    def join(self, at_s: float, queue: str = "sales", *, calls: int = 1) -> None:
        for _ in range(calls):
            self.calls += 1
            self.site.tell(at_s, e.QueueEntered(queue, f"c{self.calls}", 1))

    def leave(self, at_s: float, call: int, queue: str = "sales") -> None:
        self.site.tell(at_s, e.QueueAbandoned(queue, f"c{call}", 1))

    def look(self, at_s: float, *, is_alive: bool = True) -> Judged:
        if is_alive:
            self.site.tell(at_s, e.SourceAlive())
        judged = evaluate(self.state, self.rules, self.site.floor, T0 + round(at_s * 1000))
        self.state = judged.state
        return judged

    def looks(self, from_s: int, to_s: int) -> list[tuple[int, str, str]]:
        """(second, what, about) of everything that happened."""
        found: list[tuple[int, str, str]] = []
        for at_s in range(from_s, to_s + 1):
            judged = self.look(at_s)
            found += [(at_s, "began", one.about) for one in judged.began]
            found += [(at_s, one.why, one.key[1]) for one in judged.ended]
        return found


def test_it_fires_once_after_the_hold_time_and_recovers_once_after_its_own() -> None:
    day = Day(Rule(WAITING, hold_s=10, recover_s=5))
    day.join(0, calls=2)
    assert day.looks(1, 40) == [(11, "began", "sales")]
    day.leave(41, 1)
    assert day.looks(41, 60) == [(46, "recovered", "sales")]
    assert day.state == {}


def test_what_flaps_fires_nothing_and_ends_nothing() -> None:
    day = Day(Rule(WAITING, hold_s=10, recover_s=10))
    day.join(0)
    for turn in range(4):
        day.join(turn * 8 + 1)
        assert day.looks(turn * 8 + 1, turn * 8 + 6) == []
        day.leave(turn * 8 + 7, day.calls)
        assert day.looks(turn * 8 + 7, turn * 8 + 8) == []


def test_a_limit_of_the_number_itself_is_reached_and_hold_0_is_at_once() -> None:
    day = Day(Rule(WAITING, hold_s=0, recover_s=0))
    day.join(0, calls=2)
    assert day.looks(1, 1) == [(1, "began", "sales")]
    day.leave(2, 1)
    assert day.looks(2, 2) == [(2, "recovered", "sales")]


def test_each_by_itself_and_all_together() -> None:
    each = Measured("waiting", 2, each=True)
    day = Day(Rule(each, hold_s=0), Rule(Measured("waiting", 3), hold_s=0))
    day.join(0, "sales", calls=2)
    day.join(0, "support", calls=2)
    judged = day.look(1)
    assert [(one.rule.id, one.about, one.value) for one in judged.began] == [
        ("rule-1", "sales", 2),
        ("rule-1", "support", 2),
        ("rule-2", "", 4),
    ]
    assert judged.standing["rule-2"].value == 4
    assert (judged.standing["rule-1"].causes, judged.standing["rule-1"].unknown) == (2, 0)


def test_less_is_worse_where_the_metric_says_so() -> None:
    day = Day(Rule(Measured("agents_available", 0, ids=("sales",)), hold_s=0, recover_s=0))
    assert [one.about for one in day.look(1).began] == [""]
    day.site.tell(2, e.MembershipAdded("sales", "PJSIP/1", dynamic=True))
    assert [one.why for one in day.look(2).ended] == ["recovered"]


def test_a_silent_source_fires_nothing_recovers_nothing_and_says_so() -> None:
    day = Day(Rule(WAITING, hold_s=0, recover_s=0))
    day.join(0, calls=2)
    day.look(1)
    assert day.look(3, is_alive=False).standing["rule-1"].unknown == 0
    judged = day.look(20, is_alive=False)
    assert (judged.began, judged.ended, judged.standing["rule-1"].unknown) == ([], [], 1)
    assert judged.standing["rule-1"].value is None  # nobody is shown what it was
    assert day.state["rule-1", "sales"].alert is not None
    lost = Day(Rule(WAITING, hold_s=0))
    lost.look(1)
    lost.site.tell(2, e.LinkLost("refused", T0 + 2000))
    lost.join(3, calls=2)
    assert lost.look(3, is_alive=False).began == []


def test_an_incomplete_window_is_not_known_until_it_is_whole_again() -> None:
    day = Day(Rule(Measured("abandoned", 1, ids=("sales",), each=True, window="last_5_min"), hold_s=0, recover_s=0))
    day.join(0)
    day.leave(1, 1)
    assert len(day.look(2).began) == 1
    day.site.tell(10, e.LinkLost("refused", T0 + 3000))
    day.site.tell(13, e.LinkRestored(), e.SnapshotTaken([], [], [], [], [], [], [], T0 + 3000))
    assert day.look(14).standing["rule-1"].unknown == 1
    assert day.look(200).ended == []
    assert [one.why for one in day.look(330).ended] == [
        "recovered"
    ]  # the gap has left the window, and so has the caller


def test_no_value_is_known_and_good() -> None:
    day = Day(Rule(Measured("service_level", 0.8, ids=("sales",), window="last_5_min"), hold_s=0, recover_s=0))
    assert day.look(1).began == []
    day.join(2)
    day.leave(32, 1)
    assert [one.value for one in day.look(33).began] == [0]
    assert [one.why for one in day.look(400).ended] == ["recovered"]


def test_a_hold_time_goes_on_over_a_short_break_and_begins_anew_after_a_long_one() -> None:
    day = Day(Rule(WAITING, hold_s=30))
    day.join(0, calls=2)
    day.look(1)
    day.look(20, is_alive=False)  # nothing is known for a while
    assert [one.at_ms for one in day.look(31).began] == [T0 + 31_000]
    late = Day(Rule(WAITING, hold_s=30))
    late.join(0, calls=2)
    late.look(1)
    assert late.look(62).began == []
    assert late.look(91).began == []
    assert len(late.look(92).began) == 1
    just = Day(Rule(WAITING, hold_s=30))
    just.join(0, calls=2)
    just.look(1)
    assert len(just.look(61).began) == 1  # a minute is a short one still


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"is_on": False}, "rule_off"),
        ({"is_removed": True}, "rule_removed"),
        ({"rule": Rule(Measured("waiting", 1, ids=("sales",), each=True), hold_s=0)}, "rule_changed"),
        ({"rule": Rule(Measured("waiting", 2, ids=("support",), each=True), hold_s=0)}, "rule_changed"),
        ({"rule": None}, "rule_changed"),
        ({"rule": Rule(WAITING, weekdays=(1,), hold_s=0)}, "off_hours"),
    ],
)
def test_a_rule_that_is_changed_or_goes_ends_its_alert_and_says_why(change: dict[str, Any], why: str) -> None:
    day = Day(Rule(WAITING, hold_s=0))
    day.join(0, calls=2)
    day.look(1)
    known = day.rules[0]
    fields = {"id": known.id, "name": known.name, "rule": known.rule, "is_on": True, "is_removed": False}
    day.rules = [KnownRule(**(fields | change))]
    assert [one.why for one in day.look(2).ended] == [why]


def test_a_rule_that_is_changed_while_its_source_is_away_ends_what_it_fired() -> None:
    day = Day(Rule(WAITING, hold_s=0))
    day.join(0, calls=2)
    day.look(1)
    day.site.tell(2, e.LinkLost("refused", T0 + 2000))
    assert day.look(3, is_alive=False).ended == []
    known = day.rules[0]
    day.rules = [KnownRule(known.id, known.name, Rule(Measured("waiting", 2, ids=("support",), each=True)), True)]
    assert [one.why for one in day.look(4, is_alive=False).ended] == ["rule_changed"]


def test_a_rule_that_the_database_has_no_more_ends_too() -> None:
    day = Day(Rule(WAITING, hold_s=0))
    day.join(0, calls=2)
    day.look(1)
    day.rules = []
    assert [one.why for one in day.look(2).ended] == ["rule_removed"]


def test_what_only_tells_differently_goes_on() -> None:
    day = Day(Rule(WAITING, hold_s=0))
    day.join(0, calls=2)
    day.look(1)
    known = day.rules[0]
    day.rules = [KnownRule(known.id, "Another name", Rule(WAITING, hold_s=99, sound="alarm", channels=("c",)), True)]
    judged = day.look(2)
    assert (judged.began, judged.ended) == ([], [])


def test_the_worst_value_is_remembered() -> None:
    day = Day(Rule(WAITING, hold_s=0, recover_s=0))
    day.join(0, calls=5)
    day.look(1)
    for call in (1, 2, 3, 4):
        day.leave(2, call)
    (ended,) = day.look(2).ended
    assert (ended.alert.value, ended.alert.worst) == (5, 5)
    few = Day(Rule(Measured("waiting", 3, ids=("sales",), each=True, worse="below"), hold_s=0, recover_s=0))
    few.join(0, calls=3)
    few.look(1)
    few.leave(2, 1)
    few.look(2)
    few.join(3, calls=3)
    (ended,) = few.look(3).ended
    assert (ended.alert.value, ended.alert.worst) == (3, 2)  # where less is worse, the least


def test_how_a_rule_stands_is_its_worst_number_and_whose() -> None:
    for worse, about, number in (("above", "sales", 3), ("below", "support", 1)):
        day = Day(Rule(Measured("waiting", 9, ids=("sales", "support"), each=True, worse=worse)))  # type: ignore[arg-type]
        day.join(0, calls=3)
        day.join(0, "support")
        standing = day.look(1).standing["rule-1"]
        assert (standing.value, standing.about, standing.causes) == (number, about, 2)


def test_who_is_gone_has_no_alert() -> None:
    day = Day(Rule(Measured("paused", 0, of="agents", each=True, window="day", worse="above"), hold_s=0))
    day.site.tell(1, e.MembershipAdded("sales", "PJSIP/1", dynamic=True))
    assert [one.about for one in day.look(2).began] == ["PJSIP/1"]
    del day.site.floor.agents["PJSIP/1"]
    assert [one.why for one in day.look(3).ended] == ["gone"]


NOON = Rule(WAITING, hold_s=0, recover_s=0, hours=(Hours("09:00", "12:00"),))
HOURS = Rule(WAITING, hold_s=0, recover_s=0, weekdays=(7,), hours=(Hours("22:00", "06:00"),))
"""`T0` is Sunday 2026-11-22 in Shanghai."""


@pytest.mark.parametrize(
    ("weekday_and_clock", "is_on"),
    [
        ("0 21:59", False),
        ("0 22:00", True),
        ("1 05:59", True),
        ("1 06:00", False),
        ("1 22:30", False),
        ("0 05:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_in_which_they_began(weekday_and_clock: str, is_on: bool) -> None:  # noqa: FBT001 — a table
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from dashboard.alerts.judging import is_at_work

    days, clock = weekday_and_clock.split()
    at = datetime.fromisoformat(f"2026-11-22T{clock}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    at += timedelta(days=int(days))
    assert is_at_work(HOURS, round(at.timestamp() * 1000), "Asia/Shanghai") is is_on
    by_day = {
        clock: at.replace(hour=int(clock[:2]), minute=int(clock[3:])) for clock in ("08:59", "09:00", "11:59", "12:00")
    }
    at_noon = [is_at_work(NOON, round(one.timestamp() * 1000), "Asia/Shanghai") for one in by_day.values()]
    assert at_noon == [False, True, True, False]


def test_the_same_state_rules_floor_and_moment_give_the_same() -> None:
    day = Day(Rule(WAITING, hold_s=10))
    day.join(0, calls=2)
    day.look(1)
    kept = dict(day.state)
    one = evaluate(kept, day.rules, day.site.floor, T0 + 20_000)
    two = evaluate(kept, day.rules, day.site.floor, T0 + 20_000)
    assert one == two
    assert kept == day.state  # what was given in stays as it was


def test_what_business_systems_tell_is_known_though_the_switch_is_silent() -> None:
    day = Day(
        Rule(Measured("csat", 0.5, of="queues", ids=("sales",), window="last_30_min", worse="below"), hold_s=0),
        Rule(Measured("custom:seats", 3, of="agents", ids=("PJSIP/1",), window="day", worse="above"), hold_s=0),
        Rule(Measured("waiting", 1, of="queues", ids=("sales",)), hold_s=0),
    )
    assert not day.look(0).began, "nobody has told of anything"
    facts = [e.BusinessFact("satisfaction", T0 + n, "PJSIP/1", "sales", good=n == 0) for n in range(3)]
    facts.append(e.BusinessFact("custom", T0, "PJSIP/1", value=400, name="seats"))
    told = [e.BusinessTold("crm", f"{n}", fact) for n, fact in enumerate(facts)]
    settings = msgspec.structs.replace(SETTINGS, measures={"seats": e.MeasureSettings()})
    day.site.tell(1, e.SettingsChanged(settings), switch=e.SETTINGS_WRITER)
    day.join(1)
    day.site.tell(60, *told, switch=e.BUSINESS_WRITER)
    assert [(one.rule.id, one.value) for one in day.look(61, is_alive=False).began] == [
        ("rule-1", 1 / 3),
        ("rule-2", 4),
    ]
