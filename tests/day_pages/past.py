"""A day that happened, written by hand: two queues, three agents of two teams, and every kind of call that pages show.

All of it is on 2026-11-20, a Friday, in Shanghai; `DAY_MS` is its midnight.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import Engine, insert

from dashboard.store.engine import writing
from dashboard.store.schema import (
    agent_intervals,
    agent_states,
    agents,
    interval_gaps,
    monitoring_sessions,
    offers,
    own_calls,
    people,
    queues,
    teams,
    visits,
)

DAY: Final = date(2026, 11, 20)
DAY_MS: Final = 1_795_104_000_000
NOW_MS: Final = DAY_MS + 16 * 3_600_000
"""Four in the afternoon of that day."""
HOSTILE: Final = "<img src=x onerror=alert(1)>"
CALLER, OTHER = b"c" * 16, b"o" * 16
WHOLE_NUMBER: Final = "13812345678"
WANG, LI, ZHOU = "PJSIP/1001", "PJSIP/1002", "PJSIP/1003"
CONTACT: Final = "pbx/b1/100.1"
_BOOT: Final = {"site": "main", "switch": "pbx", "boot": "b1"}
_STAFF: Final = ((WANG, "王芳", "1001", "sales"), (LI, "李文博", "1002", "sales"), (ZHOU, HOSTILE, "1003", "care"))


def at(clock: str) -> int:
    """A moment of the day, `HH:MM:SS`."""
    hours, minutes, seconds = map(int, clock.split(":"))
    return DAY_MS + ((hours * 60 + minutes) * 60 + seconds) * 1000


def visit(call: str, clock: str, queue: str = "sales", *, nth: int = 1, **values: Any) -> dict[str, Any]:
    """A visit that was abandoned after 30 s, unless `values` say otherwise."""
    plain = {
        "at_ms": at(clock), "joined_ms": at(clock), "wait_s": 30, "outcome": "abandoned", "reason": None, "rang_at_end": False,
        "is_repeat": False, "number_masked": "138****5678", "number_hash": CALLER, "number": None, "caller_name": None,
        "priority": None, "agent": None, "answered_ms": None, "ended_ms": None, "ended_by": None, "talk_s": None, "hold_s": None,
        "wrap_ms": None, "transfer_kind": None, "transfer_target": None, "transfer_queue": None, "offers": 0, "coverage": "live",
        "revised_at_ms": None,
    }  # fmt: skip
    return _BOOT | {"call": call, "visit": nth, "queue": queue} | plain | values


def handled(call: str, clock: str, agent: str, wait_s: int, talk_s: int | None, **values: Any) -> dict[str, Any]:
    """An answered one; `talk_s` None: nobody saw its length."""
    answered_ms = at(clock) + wait_s * 1000
    hold_s = values.pop("hold_s", 0)
    ended = {
        "wait_s": wait_s, "outcome": "answered", "agent": agent, "answered_ms": answered_ms, "talk_s": talk_s, "hold_s": hold_s,
        "ended_ms": answered_ms + ((talk_s or 60) + hold_s) * 1000, "ended_by": "caller", "wrap_ms": 20_000, "offers": 1,
    }  # fmt: skip
    return visit(call, clock, **ended | values)


def offer(call: str, began: str, agent: str, ring_s: int, outcome: str, queue: str = "sales") -> dict[str, Any]:
    """One ringing."""
    times = {"started_ms": at(began), "ended_ms": at(began) + ring_s * 1000, "ring_s": ring_s}
    who = {"call": call, "visit": 1, "queue": queue, "agent": agent, "outcome": outcome}
    return _BOOT | who | times | {"coverage": "live", "revised_at_ms": None}


def own_call(call: str, began: str, agent: str, talk_s: int | None, kind: str = "outbound") -> dict[str, Any]:
    """A call outside any queue; `talk_s` None: not connected."""
    connected_ms = None if talk_s is None else at(began) + 10_000
    ended_ms = at(began) + (25_000 if talk_s is None else 10_000 + talk_s * 1000)
    number = {"number_masked": "138****5678", "number_hash": CALLER, "number": None}
    times = {"started_ms": at(began), "connected_ms": connected_ms, "ended_ms": ended_ms, "talk_s": talk_s}
    rest = {"ended_by": "agent", "coverage": "live", "revised_at_ms": None}
    return _BOOT | {"call": call, "agent": agent, "kind": kind} | number | times | rest


def state(agent: str, began: str, ended: str | None, name: str, **values: Any) -> dict[str, Any]:
    """One stretch of a state."""
    plain = {
        "reason": None,
        "is_internal": False,
        "queue": None,
        "call": None,
        "coverage": "live",
        "revised_at_ms": None,
    }
    times = {"start_ms": at(began), "end_ms": None if ended is None else at(ended)}
    return {"site": "main", "agent": agent, "state": name} | times | plain | values


VISITS: Final = (
    handled(
        "100.1", "09:10:00", WANG, 12, 180, hold_s=40, number=WHOLE_NUMBER, caller_name=HOSTILE, ended_by="transfer",
        transfer_kind="attended", transfer_queue="care", is_repeat=True,
    ),
    handled("100.1", "09:13:52", ZHOU, 8, 95, queue="care", ended_by="agent") | {"visit": 2},
    visit("101.1", "09:30:00", wait_s=3, number_hash=OTHER, number_masked="139****0000"),
    visit("102.1", "10:00:00", wait_s=75, rang_at_end=True, offers=2),
    visit("103.1", "10:20:00", outcome="left", reason="timeout", wait_s=120, number_hash=None, number_masked=None),
    handled("104.1", "10:40:00", LI, 45, None, revised_at_ms=at("12:00:00"), ended_by="unknown"),
    handled("105.1", "11:00:00", WANG, 5, 600, number_hash=None, number_masked=None, coverage="queue_log"),
    visit("106.1", "11:30:00", queue="care", wait_s=240),
)  # fmt: skip
OFFERS: Final = (
    offer("100.1", "09:10:02", LI, 5, "missed"),
    offer("100.1", "09:10:08", WANG, 4, "answered"),
    offer("100.1", "09:13:55", ZHOU, 5, "answered", "care"),
    offer("102.1", "10:00:30", WANG, 15, "missed"),
    offer("102.1", "10:00:55", LI, 20, "rejected"),
)
OWN_CALLS: Final = (own_call("200.1", "12:05:00", WANG, 65), own_call("201.1", "12:30:00", LI, None))
STATES: Final = (
    state(WANG, "00:00:00", "08:58:00", "signed_out"),
    state(WANG, "08:58:00", "09:10:08", "available"),
    state(WANG, "09:10:08", "09:10:12", "ringing", queue="sales", call="pbx/b1/100.1/1"),
    state(WANG, "09:10:12", "09:12:00", "talking", queue="sales", call="pbx/b1/100.1/1"),
    state(WANG, "09:12:00", "09:12:40", "holding", queue="sales", call="pbx/b1/100.1/1"),
    state(WANG, "09:12:40", "09:13:52", "talking", queue="sales", call="pbx/b1/100.1/1"),
    state(WANG, "09:13:52", "09:14:12", "wrapping_up", queue="sales"),
    state(WANG, "09:14:12", "10:00:30", "available"),
    state(WANG, "10:00:30", "10:00:45", "ringing", queue="sales", call="pbx/b1/102.1/1"),
    state(WANG, "10:00:45", "11:00:05", "available"),
    state(WANG, "11:00:05", "11:10:05", "talking", queue="sales", call="pbx/b1/105.1/1", revised_at_ms=at("11:30:00")),
    state(WANG, "11:10:05", "11:15:00", "talking", queue="care", call="pbx/b1/107.1/1"),
    state(WANG, "11:15:00", "12:05:00", "paused", reason="lunch"),
    state(WANG, "12:05:00", "12:06:15", "talking", call="pbx/b1/200.1/0"),
    state(WANG, "12:06:15", "13:00:00", "unreachable"),
    state(WANG, "13:00:00", "15:30:00", "available"),
    state(WANG, "15:30:00", None, "paused", reason="rest"),
)


def write_past(engine: Engine) -> None:
    """Into a migrated database of the site `main`."""
    named = [{"site": "main", "id": key, "name_zh": zh, "name_en": en} for key, zh, en in
             (("sales", "订单咨询", "Sales"), ("care", "售后服务", "Care"))]  # fmt: skip
    limits = {"service_level_target": 0.8, "threshold_s": 20, "short_abandon_s": 5, "formula": "short_abandons_removed",
              "overflow_counts": False, "wrap_up_s": 20, "wait_amber_s": 60, "wait_red_s": 120}  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(queues), [row | limits for row in named])
        connection.execute(
            insert(teams),
            [
                {"id": "sales", "name_zh": "飞虎队", "name_en": "Tigers"},
                {"id": "care", "name_zh": "向日葵", "name_en": ""},
            ],
        )
        for agent, name, number, team in _STAFF:
            person = {"id": number, "display_name": name, "staff_number": number, "team_id": team, "changed_at_ms": 0}
            connection.execute(insert(people).values(person))
            claimed = {"site": "main", "id": agent, "person_id": number, "is_set_aside": False}
            connection.execute(insert(agents).values(claimed))
        for table, rows in ((visits, VISITS), (offers, OFFERS), (own_calls, OWN_CALLS), (agent_states, STATES)):
            connection.execute(insert(table), list(rows))
        connection.execute(insert(agent_intervals), list(_half_hours()))
        connection.execute(
            insert(interval_gaps).values(site="main", switch="pbx", from_ms=at("13:10:00"), to_ms=at("13:12:00"))
        )
        connection.execute(insert(monitoring_sessions).values(_session()))


def _half_hours() -> list[dict[str, Any]]:
    """From nine to four: each agent signed in, with some work each; nothing that has to fit the calls."""
    found = []
    counters = [column.name for column in agent_intervals.columns if column.type.python_type is int]
    for agent, _, number, team in _STAFF:
        for half in range(18, 32):
            start_ms = DAY_MS + half * 1_800_000
            plain = dict.fromkeys(counters, 0) | {"site": "main", "agent": agent, "team": team, "start_ms": start_ms}
            plain |= {"end_ms": start_ms + 1_800_000}
            time = {"queue": "", "signed_in_ms": 1_800_000, "available_ms": 1_200_000, "talking_ms": 600_000}
            work = {"queue": team, "handled": int(number[-1]), "talk_s": 100 * int(number[-1]), "missed": 1}
            found += [plain | time, plain | work]
    return found


def _session() -> dict[str, Any]:
    return {
        "command": "m1", "site": "main", "switch": "pbx", "account_id": None, "by_name": "张班长", "agent": WANG, "queue": "sales",
        "visit": "pbx/b1/100.1/1", "via": "phone", "purpose": "新人带教", "modes": '[[1, "listen"], [2, "whisper"]]',
        "asked_at_ms": at("09:11:00"), "began_at_ms": at("09:11:02"), "ended_at_ms": at("09:12:30"), "state": "ended",
    }  # fmt: skip
