"""Queues, pause reasons and the business day: everything that has a number the floor counts with."""

from __future__ import annotations

import pytest

from collectors.events import FloorSettings, Names, PauseReasonSettings, QueueSettings
from dashboard.access.actor import Denied
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory import Unknown
from dashboard.directory.entries import FORMULAS, RulesEntry
from dashboard.directory.reasons import DEFAULTS
from dashboard.directory.seen import Seen
from dashboard.refusal import Refused
from dashboard.store.engine import writing
from dashboard.store.schema import floor_rules
from tests.directory.office import ADMIN, Office, actor

SALES = {
    "name_zh": "销售", "name_en": "Sales", "service_level_target": "0.9", "threshold_s": "15", "short_abandon_s": "3",
    "formula": "abandons_count", "overflow_counts": "yes", "wrap_up_s": "20", "wait_amber_s": "30", "wait_red_s": "60",
}  # fmt: skip


def test_a_queue_comes_back_and_reaches_the_floor(office: Office) -> None:
    office.directory.queues.put(ADMIN, "*", {"threshold_s": 30, "name_zh": "其他"})
    office.directory.queues.put(ADMIN, "sales", SALES)
    assert office.settings.queues == {
        "sales": QueueSettings(Names("销售", "Sales"), 0.9, 15, 3, "abandons_count", True, 20, 30, 60)
    }
    assert office.settings.default_queue.threshold_s == 30
    assert office.told_settings == office.settings
    listed = office.directory.queues.listed(ADMIN)
    assert [row.id for row in listed] == ["*", "sales"]
    assert office.directory.queues.get(ADMIN, "sales") == listed[1]
    unconfirmed = office.directory.queues.get(ADMIN, "600").entry
    assert (unconfirmed.threshold_s, unconfirmed.name_zh) == (30, "")
    office.directory.queues.put(ADMIN, "600", {"name_zh": "六百"})  # the rest as `*` has it
    assert office.settings.queues["600"].threshold_s == 30


def test_a_queue_changes_by_name_and_falls_back_when_removed(office: Office) -> None:
    queues = office.directory.queues
    queues.put(ADMIN, "sales", SALES)
    queues.put(ADMIN, "sales", {"threshold_s": 10})
    assert office.log()[-1] == (
        "queue.changed", "sales", {"before": {"threshold_s": 15}, "after": {"threshold_s": 10}},
    )  # fmt: skip
    before = office.traces()
    queues.put(ADMIN, "sales", {"threshold_s": "10"})
    assert office.traces() == before
    queues.remove(ADMIN, "sales")
    assert office.told_settings == office.settings == FloorSettings()
    with pytest.raises(Unknown):
        queues.remove(ADMIN, "sales")


FAULTS = (
    ({"service_level_target": "1.2"}, "at_most", "service_level_target"),
    ({"service_level_target": "0"}, "more_than", "service_level_target"),
    ({"service_level_target": "nan"}, "no_number", "service_level_target"),
    ({"threshold_s": "0"}, "at_least", "threshold_s"),
    ({"threshold_s": "twenty"}, "no_whole_number", "threshold_s"),
    ({"threshold_s": "2.5"}, "no_whole_number", "threshold_s"),
    ({"threshold_s": ""}, "no_whole_number", "threshold_s"),
    ({"wrap_up_s": "90000"}, "at_most", "wrap_up_s"),
    ({"wait_red_s": "9" * 5000}, "no_whole_number", "wait_red_s"),
    ({"formula": "best"}, "no_choice", "formula"),
    ({"overflow_counts": "perhaps"}, "no_yes_or_no", "overflow_counts"),
    ({"wait_amber_s": "120", "wait_red_s": "60"}, "amber_above_red", "wait_red_s"),
    ({"name_zh": "销\x7f售"}, "control_character", "name_zh"),
)


def test_a_queues_faults(office: Office) -> None:
    for values, word, field in FAULTS:
        with pytest.raises(Refused) as refused:
            office.directory.queues.put(ADMIN, "sales", values)
        assert (refused.value.word, refused.value.field) == (f"directory.refused.{word}", field)
    assert office.traces() == (0, 0, 0)


def test_queues_within_a_scope(office: Office) -> None:
    office.directory.queues.put(ADMIN, "600", {})
    office.directory.queues.put(ADMIN, "700", {})
    office.seen = Seen(1, (), ("600", "601", "800"))
    manager = actor(Role.MANAGER, Scope(frozenset({"600", "601"}), frozenset()))
    queues = office.directory.queues
    assert [row.id for row in queues.listed(manager)] == ["*", "600"]
    assert queues.unconfirmed(manager) == ["601"]
    assert queues.unconfirmed(ADMIN) == ["601", "800"]
    assert queues.put(manager, "601", {"name_zh": "x"}).entry.name_zh == "x"
    before = office.traces()
    for denied in (
        lambda: queues.get(manager, "700"),
        lambda: queues.put(manager, "700", {}),
        lambda: queues.put(manager, "*", {"threshold_s": 5}),
        lambda: queues.remove(manager, "700"),
        lambda: queues.put(actor(Role.ANALYST), "600", {"threshold_s": 5}),
        lambda: queues.listed(actor(Role.TRAINER)),
    ):
        with pytest.raises(Denied):
            denied()
    assert office.traces() == before


def test_a_reason_comes_back_and_reaches_the_floor(office: Office) -> None:
    reasons = office.directory.reasons
    values = {"name_zh": "开会", "category": "productive", "limit_min": "7.5", "quota": "3", "icon": "people"}
    reasons.put(ADMIN, "Meeting", values)
    assert office.settings.pause_reasons == {
        "Meeting": PauseReasonSettings(Names("开会", ""), "productive", 450, 3, "people")
    }
    assert office.told_settings == office.settings
    assert reasons.get(ADMIN, "Meeting").entry.limit_min == 7.5
    before = office.traces()
    reasons.put(ADMIN, "Meeting", {"limit_min": 7.5})
    assert office.traces() == before
    reasons.put(ADMIN, "Meeting", {"category": "rest"})
    assert office.log()[-1][2] == {"before": {"category": "productive"}, "after": {"category": "rest"}}
    reasons.remove(ADMIN, "Meeting")
    with pytest.raises(Unknown):
        reasons.get(ADMIN, "Meeting")
    assert [action for action, *_ in office.log()] == ["reason.added", "reason.changed", "reason.removed"]


def test_unknown_reasons_are_listed_and_the_usual_ones_added_on_demand(office: Office) -> None:
    reasons = office.directory.reasons
    office.seen = Seen(1, reasons=("Coffee", "小休"))
    assert reasons.unknown(ADMIN) == ["Coffee", "小休"]
    reasons.put(ADMIN, "小休", {"limit_min": 10})
    assert reasons.add_defaults(ADMIN) == len(DEFAULTS) - 1
    assert reasons.add_defaults(ADMIN) == 0
    assert reasons.unknown(ADMIN) == ["Coffee"]
    assert {row.reason for row in reasons.listed(ADMIN)} == {"小休", "就餐", "培训", "会议", "话后处理", "外呼"}
    assert office.settings.pause_reasons["小休"].limit_s == 600
    assert office.settings.pause_reasons["话后处理"].category == "work_after_call"


def test_what_holds_for_the_whole_floor_needs_a_scope_of_everything(office: Office) -> None:
    manager = actor(Role.MANAGER, Scope(frozenset({"600"}), frozenset({"a"})))
    directory = office.directory
    for denied in (
        lambda: directory.reasons.put(manager, "x", {}),
        lambda: directory.reasons.remove(manager, "x"),
        lambda: directory.reasons.add_defaults(manager),
        lambda: directory.rules.put(manager, {"interval_min": 15}),
        lambda: directory.rules.put(actor(Role.SUPERVISOR), {"interval_min": 15}),
        lambda: directory.rules.get(actor(Role.AGENT)),
        lambda: directory.reasons.listed(actor(Role.AGENT)),
    ):
        with pytest.raises(Denied):
            denied()
    assert office.traces() == (0, 0, 0)
    assert directory.rules.get(manager) == RulesEntry()


def test_the_rules_come_back_and_reach_the_floor(office: Office) -> None:
    rules = office.directory.rules
    values = {
        "time_zone": "Europe/Berlin", "day_starts_at": "06:30", "interval_min": "15", "effective_call_s": "45",
        "state_limits_s": {"talking": "480", "paused": 900},
    }  # fmt: skip
    put = rules.put(ADMIN, values)
    assert rules.get(ADMIN) == put
    told = office.told_settings
    assert told == office.settings == FloorSettings(
        time_zone="Europe/Berlin", day_starts_at_min=390, interval_min=15, effective_call_s=45,
        state_limits_s={"paused": 900, "talking": 480},
    )  # fmt: skip
    before = office.traces()
    rules.put(ADMIN, values)
    assert office.traces() == before
    rules.put(ADMIN, {"interval_min": 60})
    assert office.log()[-1] == (
        "rules.changed",
        "main",
        {"before": {"interval_min": 15}, "after": {"interval_min": 60}},
    )
    for bad, word, field in (
        ({"time_zone": "Mars/Olympus"}, "no_time_zone", "time_zone"),
        ({"day_starts_at": "24:00"}, "no_time_of_day", "day_starts_at"),
        ({"day_starts_at": "6:30"}, "no_time_of_day", "day_starts_at"),
        ({"day_starts_at": "٠٦:٣٠"}, "no_time_of_day", "day_starts_at"),
        ({"interval_min": "20"}, "no_choice", "interval_min"),
        ({"state_limits_s": {"talking": "-1"}}, "at_least", "state_limits_s.talking"),
        ({"state_limits_s": {"sleeping": "1"}}, "no_choice", "state_limits_s.sleeping"),
    ):
        with pytest.raises(Refused) as refused:
            rules.put(ADMIN, bad)
        assert (refused.value.word, refused.value.field) == (f"directory.refused.{word}", field)


def test_pages_write_times_in_the_sites_zone_whoever_reads(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    rules = office.directory.rules
    assert rules.time_zone().key == "Asia/Shanghai"
    rules.put(ADMIN, {"time_zone": "Europe/Berlin"})
    assert rules.time_zone().key == "Asia/Shanghai"  # remembered for some seconds
    monkeypatch.setattr("dashboard.directory.rules.ZONE_KEPT_S", -1)
    assert rules.time_zone().key == "Europe/Berlin"
    with writing(office.engine) as connection:
        connection.execute(floor_rules.update().values(time_zone="Mars/Olympus"))
    assert rules.time_zone().key == "Europe/Berlin"


def test_forms_offer_every_formula() -> None:
    from collectors.events import SlFormula

    assert set(FORMULAS) == set(SlFormula.__args__)  # type: ignore[attr-defined]
