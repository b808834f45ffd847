"""Figures of the past, each against a sum worked out by hand."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from collectors.events import SlFormula
from dashboard.access.actor import Denied
from dashboard.access.scope import Scope
from dashboard.floor.metrics import Value
from dashboard.floor.service_level import FORMULAS
from dashboard.reports import Archive
from dashboard.reports.figures import Figures
from dashboard.reports.period import Calendar, Period
from tests.reports.past import HOUR, MINUTE, Past, at, day, manager, of_queues, of_teams

DAY = "2026-11-19"


def period(from_day: str, to_day: str = "", zone: str = "Asia/Shanghai", starts_at_min: int = 0) -> Period:
    return Calendar(zone, starts_at_min).period(day(from_day), day(to_day or from_day))


def numbers(figures: Figures, digits: int = 4) -> dict[str, object]:
    return {
        metric: round(value.value, digits) if isinstance(value.value, float) else value.value
        for metric, value in figures.values.items()
    }


def test_a_queue_over_a_day(past: Past, archive: Archive) -> None:
    """Waits 10, 20, 30 answered; 3 and 40 gave up; 90 went by timeout. T 20, s 5."""
    past.queue("sales")
    past.half_hour(
        "sales", at(DAY, "09:00"), answered=(10, 20), abandoned=(3,), handled=1, talk_s=100, hold_s=20, wrap_ms=30_000
    )
    past.half_hour("sales", at(DAY, "09:30"), answered=(30,), abandoned=(40,), left=(90,), handled=2, untimed=1, talk_s=50,
                   missed=4, abandoned_ringing=1, transferred_out=1, overflow_out=1)  # fmt: skip
    past.half_hour("sales", at("2026-11-18", "23:30"), answered=(1, 1, 1))
    metrics = ("offered", "answered", "abandoned", "abandoned_queued", "abandoned_short", "left_otherwise", "service_level",
               "service_level_live", "abandon_rate", "abandon_rate_net", "asa", "max_wait", "avg_abandon_wait", "aht", "avg_talk",
               "avg_wrap_up", "missed_offers", "overflow_out", "waiting", "refused", "occupancy")  # fmt: skip
    table = archive.figures.queues(manager(), metrics, period(DAY))
    assert numbers(table.total) == {
        "offered": 3 + 3, "answered": 2 + 1, "abandoned": 1 + 1, "abandoned_queued": 2 - 1, "abandoned_short": 1,
        "left_otherwise": 1, "service_level": round(2 / (3 + 2 - 1), 4), "service_level_live": round(2 / (3 + 2 - 1), 4),
        "abandon_rate": round(2 / 6, 4), "abandon_rate_net": round((2 - 1) / (6 - 1), 4), "asa": (10 + 20 + 30) / 3,
        "max_wait": 90, "avg_abandon_wait": (3 + 40) / 2, "aht": (100 + 20 + 50 + 30) / 2, "avg_talk": (100 + 50) / 2,
        "avg_wrap_up": 30 / 2, "missed_offers": 4, "overflow_out": 1, "waiting": None, "refused": None, "occupancy": None,
    }  # fmt: skip
    assert table.lines[0].values == table.total.values


@pytest.mark.parametrize(
    ("formula", "met", "counted"),
    [
        ("answered_only", 860, 1000),
        ("abandons_count", 860, 1060),
        ("early_abandons_met", 880, 1060),
        ("early_abandons_ignored", 860, 1040),
        ("short_abandons_removed", 860, 1050),
    ],
)
def test_the_five_formulas_of_last_month(
    past: Past, archive: Archive, formula: SlFormula, met: int, counted: int
) -> None:
    """The dictionary's worked example, spread over two days: 1000 answered, 860 of them within 20 s; 60 gave up, 20 within 20 s and 10 of
    these within 5 s."""
    past.queue("sales", formula="answered_only")
    past.half_hour("sales", at("2026-10-05", "09:00"), answered=[20] * 400 + [21] * 100, abandoned=[5] * 10)
    past.half_hour("sales", at("2026-10-28", "17:30"), answered=[0] * 460 + [700] * 40, abandoned=[6] * 10 + [21] * 40)
    october = period("2026-10-01", "2026-10-31")
    table = archive.figures.queues(manager(), ("service_level",), october, formula=formula)
    assert table.total.values["service_level"].value == met / counted
    own = archive.figures.queues(manager(), ("service_level",), october)
    assert own.total.values["service_level"].value == 860 / 1000
    wide = archive.figures.queues(manager(), ("service_level",), october, formula="answered_only", threshold_s=21)
    assert wide.total.values["service_level"].value == 960 / 1000
    assert formula in FORMULAS


def test_each_queue_counts_by_its_own_settings_and_a_set_by_the_sum(past: Past, archive: Archive) -> None:
    past.queue("sales", threshold_s=10, formula="answered_only")
    past.queue("help", threshold_s=30, formula="abandons_count", overflow_counts=True)
    past.half_hour("sales", at(DAY, "09:00"), answered=(5, 15))
    past.half_hour("help", at(DAY, "09:00"), answered=(25, 35), abandoned=(1,), left=(9,))
    table = archive.figures.queues(manager(), ("service_level",), period(DAY), each=True)
    assert {one.queue: one.values["service_level"].value for one in table.lines} == {
        "sales": 1 / 2,
        "help": 1 / (2 + 1 + 1),
    }
    assert table.total.values["service_level"].value == (1 + 1) / (2 + 4)


def test_a_day_of_23_and_of_25_hours(past: Past, archive: Archive) -> None:
    """New York: on 2026-03-08 the clock jumps from 02:00 to 03:00, on 2026-11-01 from 02:00 back to 01:00."""
    zone = ZoneInfo("America/New_York")
    past.rules("America/New_York")
    past.half_hour("q", at("2026-11-01", "01:30", zone), answered=(1,))
    past.half_hour("q", at("2026-11-01", "01:30", zone, fold=1), answered=(1, 1))
    past.half_hour("q", at("2026-11-01", "23:30", zone), answered=(1, 1, 1))
    past.half_hour("q", at("2026-11-02", "00:00", zone), answered=(1, 1, 1, 1))
    autumn = period("2026-11-01", zone="America/New_York")
    hours = archive.figures.queues(manager(), ("offered",), autumn, "hour")
    assert len(hours.lines) == 25
    assert {one.stretch.clock: one.values["offered"].value for one in hours.lines if one.values["offered"].value} == {
        "01:00−04:00": 1, "01:00−05:00": 2, "23:00": 3,
    }  # fmt: skip
    assert hours.total.values["offered"] == Value(6, 0, 25 * 3600)
    spring = archive.figures.queues(manager(), ("offered",), period("2026-03-08", zone="America/New_York"), "hour")
    assert [one.stretch.clock for one in spring.lines[:4]] == ["00:00", "01:00", "03:00", "04:00"]
    assert spring.total.values["offered"] == Value(0, 0, 23 * 3600)


def test_half_an_hour_of_summer_on_lord_howe(past: Past, archive: Archive) -> None:
    """On 2026-04-05 the clock goes from 02:00 back to 01:30: a day of 24.5 hours."""
    zone = ZoneInfo("Australia/Lord_Howe")
    past.rules("Australia/Lord_Howe")
    past.half_hour("q", at("2026-04-05", "01:30", zone), answered=(1,))
    past.half_hour("q", at("2026-04-05", "01:30", zone, fold=1), answered=(1, 1))
    table = archive.figures.queues(
        manager(), ("offered",), period("2026-04-05", zone="Australia/Lord_Howe"), "interval"
    )
    assert len(table.lines) == 49
    assert [one.stretch.clock for one in table.lines if one.values["offered"].value] == ["01:30+11:00", "01:30+10:30"]


def test_weeks_and_months_are_cut_to_the_period(past: Past, archive: Archive) -> None:
    """2026-10-30 is a Friday."""
    for number, text in enumerate(("2026-10-29", "2026-10-30", "2026-11-01", "2026-11-02"), 1):
        past.half_hour("q", at(text, "10:00"), answered=[1] * number)
    when = period("2026-10-30", "2026-11-03")
    weeks = archive.figures.queues(manager(), ("offered",), when, "week")
    assert [(str(one.stretch.day), one.values["offered"].value) for one in weeks.lines] == [
        ("2026-10-30", 2 + 3),
        ("2026-11-02", 4),
    ]
    months = archive.figures.queues(manager(), ("offered",), when, "month")
    assert [(str(one.stretch.day), one.values["offered"].value) for one in months.lines] == [
        ("2026-10-30", 2),
        ("2026-11-01", 3 + 4),
    ]


def test_a_business_day_that_begins_at_six(past: Past, archive: Archive) -> None:
    past.rules(day_starts_at_min=360)
    past.half_hour("q", at("2026-11-20", "05:30"), answered=(1,))
    past.half_hour("q", at("2026-11-20", "06:00"), answered=(1, 1))
    table = archive.figures.queues(manager(), ("offered",), period(DAY, starts_at_min=360))
    assert table.total.values["offered"].value == 1


def test_gaps_count_each_second_once_and_the_running_day_is_as_long_as_it_has_been(
    past: Past, archive: Archive
) -> None:
    past.gap(at(DAY, "10:00"), at(DAY, "10:01"))
    past.gap(at(DAY, "10:00:30"), at(DAY, "10:02"), "other")
    past.gap(at(DAY, "23:59:50"), at("2026-11-20", "00:00:05"))
    table = archive.figures.queues(manager(), ("offered",), period(DAY, "2026-11-20"), "day")
    assert [(one.values["offered"].gap_s, one.values["offered"].window_s) for one in table.lines] == [
        (120 + 10, 86_400), (5, 12 * 3600 + 600),
    ]  # fmt: skip


def test_a_contact_in_two_queues_is_one(past: Past, archive: Archive) -> None:
    past.half_hour("sales", at(DAY, "09:00"), answered=(1, 1), left=(30,))
    past.half_hour("help", at(DAY, "09:00"), answered=(1,))
    past.visit("sales", at(DAY, "09:01"), "left", call="c", reason="timeout")
    past.visit("help", at(DAY, "09:02"), call="c", visit=2)
    past.visit("sales", at(DAY, "09:03"))
    past.visit("sales", at(DAY, "09:04"))
    for actor, queues, contacts in (
        (manager(), (), 4 - 1), (manager(), ("sales",), 3), (of_queues("help"), (), 1), (of_queues("help", "sales"), (), 4 - 1),
    ):  # fmt: skip
        table = archive.figures.queues(actor, ("contacts_entered",), period(DAY), queues=queues)
        assert table.total.values["contacts_entered"].value == contacts
    before = archive.figures.queues(manager(), ("contacts_entered",), period("2026-11-18"))
    assert before.total.values["contacts_entered"].value is None, "single calls of then are not kept"


@pytest.fixture
def an_agent_of_three_queues_and_two_teams(past: Past) -> None:
    """1001 is of team A until 12:00 and of B after it, and serves sales, help and vip; 1002 is of B and serves help.

    1001, in A, 09:00: sales 2 handled (talk 120), 1 missed; help 1 handled (talk 60); own: 2 dialled, 1 connected (50 s); time: talking 5,
    available 20, paused 5 (小休). In B, 14:00: vip 3 handled (talk 300, hold 30, wrap 30 s); time: talking 10, available 10, ringing 10.
    1002, 14:00: help 1 handled (talk 40); time: available 29, talking 1."""
    past.team("A")
    past.team("B")
    past.team("B1", "B")
    past.agent("1001", "王芳", "B")
    past.agent("1002", "李强", "B1")
    morning, later = at(DAY, "09:00"), at(DAY, "14:00")
    past.work(
        "1001", morning, "sales", "A", handled=2, talk_s=120, missed=1, longest_s=70, last_call_ms=morning + 10 * MINUTE
    )
    past.work("1001", morning, "help", "A", handled=1, talk_s=60, longest_s=60, last_call_ms=morning + 20 * MINUTE)
    own = {"dialled": 2, "connected": 1, "effective": 1, "own_calls": 1, "own_s": 50, "longest_s": 50}
    past.time("1001", morning, "A", {"小休": 5}, talking=5, available=20, counts=own)
    past.work("1001", later, "vip", "B", handled=3, talk_s=300, hold_s=30, wrap_ms=30_000, longest_s=200)
    past.time("1001", later, "B", talking=10, available=10, ringing=10)
    past.work("1002", later, "help", "B1", handled=1, talk_s=40, longest_s=40)
    past.time("1002", later, "B1", talking=1, available=29)


METRICS = ("calls_handled", "calls_missed", "calls_dialled", "connect_rate", "talk_total", "call_count", "aht", "talk", "available",
           "paused", "signed_in", "occupancy", "longest_call")  # fmt: skip


@pytest.mark.usefixtures("an_agent_of_three_queues_and_two_teams")
def test_an_agent_of_three_queues_and_two_teams(archive: Archive) -> None:
    table = archive.figures.agents(manager(), METRICS, period(DAY), with_reasons=True)
    one = {figures.agent: figures for figures in table.lines}
    assert [figures.agent for figures in table.lines] == ["1002", "1001"], "by name: 李强 before 王芳"
    assert numbers(one["1001"]) == {
        "calls_handled": 2 + 1 + 3, "calls_missed": 1, "calls_dialled": 2, "connect_rate": 1 / 2,
        "talk_total": 120 + 60 + 300 + 30 + 50, "call_count": 6 + 1, "aht": (120 + 60 + 300 + 30 + 30) / 6,
        "talk": (5 + 10) * 60, "available": (20 + 10) * 60, "paused": 5 * 60, "signed_in": 60 * 60,
        "occupancy": round(15 / (15 + 30), 4), "longest_call": 200,
    }  # fmt: skip
    assert one["1001"].paused_s == {"小休": 300.0}
    assert table.total.values["calls_handled"].value == 6 + 1
    assert table.total.values["longest_call"].value == 200
    by_team = archive.figures.agents(manager(), ("calls_handled", "signed_in"), period(DAY), each="team")
    assert {line.team: (line.values["calls_handled"].value, line.values["signed_in"].value) for line in by_team.lines} == {
        "A": (3, 1800), "B": (3, 1800), "B1": (1, 1800),
    }  # fmt: skip
    with_subteams = archive.figures.agents(manager(), ("calls_handled",), period(DAY), teams=("B",), each="all")
    assert with_subteams.total.values["calls_handled"].value == 3 + 1
    of_help = archive.figures.agents(
        manager(), ("calls_handled", "calls_dialled", "signed_in"), period(DAY), queues=("help",)
    )
    assert {line.agent: tuple(value.value for value in line.values.values()) for line in of_help.lines} == {
        "1001": (1, 0, 3600), "1002": (1, 0, 1800),
    }  # fmt: skip


@pytest.mark.usefixtures("an_agent_of_three_queues_and_two_teams")
def test_scopes_show_nothing_of_each_other(archive: Archive) -> None:
    def seen(scope: Scope) -> dict[str | None, dict[str, object]]:
        table = archive.figures.agents(manager(scope), METRICS, period(DAY), with_reasons=True)
        assert table.total.values["calls_handled"].value == sum(
            int(str(line.values["calls_handled"].value)) for line in table.lines
        )
        return {line.agent: numbers(line) for line in table.lines}

    of_a = seen(Scope(frozenset(), frozenset({"A"})))
    assert of_a.keys() == {"1001"}
    assert (of_a["1001"]["calls_handled"], of_a["1001"]["signed_in"], of_a["1001"]["calls_dialled"]) == (3, 1800, 2)
    of_b = seen(Scope(frozenset(), frozenset({"B"})))
    assert (of_b["1001"]["calls_handled"], of_b["1001"]["signed_in"], of_b["1001"]["calls_dialled"]) == (3, 1800, 0)
    assert of_b["1002"]["calls_handled"] == 1
    of_sales = seen(Scope(frozenset({"sales"})))
    assert of_sales == {
        "1001": {
            "calls_handled": 2, "calls_missed": 1, "calls_dialled": None, "connect_rate": None, "talk_total": 120, "call_count": 2,
            "aht": 60.0, "talk": 15 * 60, "available": None, "paused": None, "signed_in": None,
            "occupancy": round(15 / (15 + 30), 4), "longest_call": 70,
        }
    }  # fmt: skip
    assert seen(Scope(frozenset({"other"}))) == {}
    table = archive.figures.agents(of_queues("sales"), ("calls_handled",), period(DAY), with_reasons=True)
    assert (table.lines[0].team, table.lines[0].paused_s, table.glimpsed) == ("", {}, 1)
    figures = archive.figures
    with pytest.raises(Denied):
        figures.agents(of_teams("A"), METRICS, period(DAY), teams=("B",))
    with pytest.raises(Denied):
        figures.agents(of_teams("A"), METRICS, period(DAY), agents=("1002",))
    with pytest.raises(Denied):
        figures.agents(of_teams("A"), METRICS, period(DAY), queues=("sales",))
    with pytest.raises(Denied):
        figures.queues(of_queues("sales"), ("offered",), period(DAY), queues=("help",))
    with pytest.raises(Denied):
        figures.queues(manager(role="agent"), ("offered",), period(DAY))


@pytest.mark.usefixtures("an_agent_of_three_queues_and_two_teams")
def test_who_is_asked_about_after_a_change_of_team_is_found_by_the_team_of_then(archive: Archive) -> None:
    """1001 is of B now; A's leader still sees what they did in A."""
    table = archive.figures.agents(of_teams("A"), ("calls_handled",), period(DAY), agents=("1001",), teams=("A",))
    assert table.total.values["calls_handled"].value == 3


@pytest.mark.parametrize(("first", "then"), [("A", "B"), ("B", "A")])
def test_a_line_names_the_last_of_several_teams(past: Past, archive: Archive, first: str, then: str) -> None:
    past.time("1001", at(DAY, "09:00"), first, talking=30)
    past.work("1001", at(DAY, "09:00"), "sales", first, handled=1)
    past.time("1001", at(DAY, "12:00"), then, talking=30)
    past.time("1001", at(DAY, "15:00"), "", talking=30)
    table = archive.figures.agents(manager(), ("talk",), period("2026-11-18", DAY), "day")
    assert [(line.team, line.values["talk"].value) for line in table.lines] == [(then, 90 * 60)]


def test_pauses_of_a_step_are_added_up_by_reason_whatever_it_is_called(past: Past, archive: Archive) -> None:
    odd = '小休","午餐":1},{\\'
    past.time("1001", at(DAY, "09:00"), reasons={odd: 5, "": 1}, available=20)
    past.time("1001", at(DAY, "09:30"), reasons={"小休": 2}, available=20)
    past.time("1001", at(DAY, "10:00"), reasons={odd: 7, "小休": 1}, available=20)
    past.time("1001", at("2026-11-20", "09:00"), reasons={odd: 3}, available=20)
    table = archive.figures.agents(manager(), ("paused",), period(DAY, "2026-11-20"), "day", with_reasons=True)
    assert [line.paused_s for line in table.lines] == [{odd: 720.0, "": 60.0, "小休": 180.0}, {odd: 180.0}]
    assert table.total.paused_s == {odd: 900.0, "": 60.0, "小休": 180.0}
    past.work("1001", at(DAY, "09:00"), "sales", handled=1)
    days = period(DAY, "2026-11-20")
    of_work = archive.figures.agents(of_queues("sales"), ("calls_handled",), days, "day", with_reasons=True)
    assert [(line.values["calls_handled"].value, line.paused_s) for line in of_work.lines] == [(1, {})]


def test_a_queue_is_whole_for_who_sees_it_and_nothing_for_who_does_not(past: Past, archive: Archive) -> None:
    past.half_hour("sales", at(DAY, "09:00"), answered=(1, 1))
    past.half_hour("help", at(DAY, "09:00"), answered=(1,))
    for actor, offered, queues in (
        (of_queues("sales"), 2, ["sales"]),
        (of_queues("help"), 1, ["help"]),
        (of_teams("A"), 0, []),
    ):
        table = archive.figures.queues(actor, ("offered",), period(DAY), each=True)
        assert table.total.values["offered"].value == offered
        assert [line.queue for line in table.lines] == queues


def test_days_are_told_apart_over_midnight(past: Past, archive: Archive) -> None:
    """A visit that joined at 23:59 and was answered after midnight belongs to the first day (J), its handling to the second (E)."""
    past.half_hour("q", at(DAY, "23:30"), answered=(120,))
    past.half_hour("q", at("2026-11-20", "00:00"), handled=1, talk_s=200)
    table = archive.figures.queues(manager(), ("answered", "aht"), period(DAY, "2026-11-20"), "day")
    assert [numbers(line) for line in table.lines] == [{"answered": 1, "aht": None}, {"answered": 0, "aht": 200.0}]
    assert HOUR == 60 * MINUTE


def test_what_the_source_does_not_know_has_no_value(past: Past, archive: Archive) -> None:
    """The day before was made anew from the switch's own log, which knows neither holds nor wrap-up nor time in state."""
    before = "2026-11-18"
    past.half_hour("q", at(before, "09:00"), answered=(5,), handled=1, talk_s=60, missed=2, coverage="queue_log")
    past.half_hour("q", at(DAY, "09:00"), answered=(5,), handled=1, talk_s=50, hold_s=10, wrap_ms=20_000, rejected=3)
    past.work("1001", at(before, "09:00"), "q", handled=1, talk_s=60, coverage="queue_log")
    past.work("1001", at(DAY, "09:00"), "q", handled=1, talk_s=40)
    past.time("1001", at(DAY, "09:00"), available=30)
    days = period(before, DAY)
    queues = archive.figures.queues(
        manager(), ("answered", "aht", "avg_talk", "rejected_offers", "missed_offers"), days, "day"
    )
    assert [list(numbers(line).values()) for line in queues.lines] == [[1, None, 60.0, None, 2], [1, 80.0, 50.0, 3, 0]]
    assert (queues.total.values["aht"].value, queues.not_live) == ((60 + 50 + 10 + 20) / 2, 1)
    agents = archive.figures.agents(
        manager(), ("calls_handled", "calls_dialled", "signed_in", "paused", "occupancy"), days, "day"
    )
    assert [list(numbers(line).values()) for line in agents.lines] == [[1, None, None, 0, None], [1, 0, 1800, 0, 0]]
