"""Made-up floors, in the values of docs/live-protocol.md: an ordinary one, a crowd, an empty one, one with hostile names."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
Frame = dict[str, Any]

FAMILY = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀英",
    "霞",
    "平",
    "文博",
)
QUEUES: dict[str, Row] = {
    "complaints": {"zh": "投诉升级", "en": "Complaints"},
    "aftersales": {"zh": "售后服务", "en": "After sales"},
    "orders": {"zh": "订单咨询", "en": "Orders"},
    "members": {"zh": "会员专线", "en": "Members"},
    "english": {"zh": "English", "en": "English"},
}
TEAMS: dict[str, Row] = {
    "tigers": {"zh": "飞虎队", "en": "Tigers"},
    "sunflowers": {"zh": "向日葵", "en": "Sunflowers"},
    "comets": {"zh": "彗星组", "en": "Comets"},
}
REASONS: dict[str, Row] = {
    "break": {"zh": "小休", "en": "Break", "category": "rest", "limit_s": 900},
    "lunch": {"zh": "就餐", "en": "Lunch", "category": "rest", "limit_s": 2700},
    "training": {"zh": "培训", "en": "Training", "category": "productive", "limit_s": 0},
}
LIMIT_S = {"talking": 480, "holding": 120, "wrapping_up": 240, "unreachable": 300}
MIX = (
    ["talking"] * 26 + ["available"] * 9 + ["ringing"] * 3 + ["wrapping_up"] * 8 + ["paused"] * 9 + ["holding"] * 2
    + ["unreachable"] + ["signed_out"] * 2
)  # fmt: skip
HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


def number(value: float | None, level: str = "none", **more: Any) -> Row:
    return {"v": value, "level": level, "target": None, "gap_s": 0, "window_s": 36_000, **more}


@dataclass
class ScriptedFloor:
    """One floor. Times are real: a wall ticks."""

    random: random.Random
    agents: int = 60
    queues: dict[str, Row] = field(default_factory=lambda: dict(QUEUES))
    waiting: int = 15
    is_busy: bool = True
    link_failed: bool = False
    hostile: bool = False
    scale: int = 1
    rows: list[Row] = field(default_factory=list)
    callers: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rows = [self._agent(index) for index in range(self.agents)]
        self.callers = sorted((self._caller(index) for index in range(self.waiting)), key=lambda row: row["since"])
        if self.hostile:
            self.rows[0]["name"] = HOSTILE
            self.callers[0]["number"] = HOSTILE

    def now_ms(self) -> int:
        return int(time.time() * 1000)

    def _agent(self, index: int) -> Row:
        state = MIX[index % len(MIX)] if index >= len(MIX) else self.random.choice(MIX)
        name = self.random.choice(FAMILY) + self.random.choice(GIVEN)
        row = {"id": f"PJSIP/{1001 + index}", "name": name, "staff": str(1001 + index), "team": list(TEAMS)[index % 3]}
        longest = 560 if self.random.random() < 0.93 else 900
        row |= self._doing(state, self.random.randint(3, 24 if state == "ringing" else longest))
        return row | {"calls": self.random.randint(4, 46), "missed": self.random.randint(0, 3), "talk": 5400,
                      "aht": self.random.randint(180, 360), "occupancy": self.random.uniform(0.6, 0.93)}  # fmt: skip

    def _doing(self, state: str, for_s: int) -> Row:
        since = self.now_ms() - for_s * 1000
        is_on_call = state in {"talking", "holding", "ringing", "wrapping_up"}
        reason = self.random.choice(list(REASONS)) if state == "paused" else None
        limit_s = LIMIT_S.get(state) or (REASONS[reason]["limit_s"] if reason else 0)
        return {
            "state": state,
            "since": since,
            "reason": reason,
            "queue": self.random.choice(list(self.queues)) if is_on_call else None,
            "number": self._masked() if state in {"talking", "holding", "ringing"} else None,
            "limit_at": since + limit_s * 1000 if limit_s else None,
            "partly": [1, 3] if state == "available" and self.random.random() < 0.2 else None,
        }

    def _masked(self) -> str:
        return f"{self.random.choice(('138', '139', '186', '010', '137'))}****{self.random.randint(0, 9999):04d}"

    def _caller(self, index: int) -> Row:
        age_s = self.random.randint(3, 165)
        level = "red" if age_s > 120 else "amber" if age_s > 60 else "none"
        since = self.now_ms() - age_s * 1000
        queue = self.random.choice(list(self.queues)[:3])
        return {"id": f"pbx1/1/{1000 + index}.{self.random.randint(1, 99)}/1", "queue": queue, "number": self._masked(),
                "since": since, "ringing": self.random.random() < 0.2, "level": level}  # fmt: skip

    def names(self) -> Frame:
        title = {"zh": "客服一部 · 呼入", "en": "Customer care · inbound"}
        return {"queues": self.queues, "teams": TEAMS, "reasons": REASONS, "board": {"title": title}, "site": "main",
                "time_zone": "Asia/Shanghai"}  # fmt: skip

    def view(self) -> Frame:
        return {
            **self._numbers(),
            "agents": {"rows": self.rows},
            "waiting_callers": {"rows": self.callers},
            "trend": self._trend(),
        }

    def _numbers(self) -> Frame:
        offered, answered, abandoned = (
            (1331 * self.scale, 1284 * self.scale, 47 * self.scale) if self.is_busy else (0, 0, 0)
        )
        oldest = self.callers[0] if self.callers else {"since": None, "queue": None, "level": "none"}
        ringing = sum(row["ringing"] for row in self.callers)
        also = {
            "offered": number(offered), "abandoned": number(abandoned), "abandon_rate": number(0.0353 if self.is_busy else None),
            "asa": number(14.2 if self.is_busy else None), "aht": number(276 if self.is_busy else None),
        }  # fmt: skip
        return {
            "service_level": number(
                0.784 if self.is_busy else None, "amber" if self.is_busy else "none", target=0.8,
                formula="short_abandons_removed", threshold_s=20, last_30_min=0.81 if self.is_busy else None,
                answered=answered, offered=offered, also={},
            ),
            "longest_wait": {"since": oldest["since"], "level": oldest["level"], "target": 120, "gap_s": 0, "window_s": 0,
                             "queue": oldest["queue"]},
            "waiting": number(len(self.callers), also={"ringing": number(ringing), "estimated_wait": number(70)}),
            "answered": number(answered, also=also),
            "agent_states": self._states(),
            "queue_table": {"rows": self._queues()},
        }  # fmt: skip

    def _states(self) -> Frame:
        states = [row["state"] for row in self.rows]
        shown = (
            "talking",
            "holding",
            "ringing",
            "wrapping_up",
            "available",
            "paused",
            "unreachable",
            "busy_elsewhere",
            "monitoring",
        )
        counts = {state: states.count(state) for state in shown}
        return {"staffed": sum(counts.values()), "counts": counts, "signed_out": states.count("signed_out")}

    def _queues(self) -> list[Row]:
        rows = []
        levels = (0.61, 0.742, 0.86, 0.95, 0.91)
        for index, queue in enumerate(self.queues):
            oldest = [row["since"] for row in self.callers if row["queue"] == queue]
            sl = levels[index % 5] if self.is_busy else None
            sl_level = "none" if sl is None or sl >= 0.8 else "red" if sl < 0.7 else "amber"
            wait_level = next((row["level"] for row in self.callers if row["queue"] == queue), "none")
            level = (
                "red" if "red" in (sl_level, wait_level) else "amber" if "amber" in (sl_level, wait_level) else "none"
            )
            rows.append(
                {"id": queue, "waiting": len(oldest), "oldest": min(oldest, default=None), "sl": sl, "level": level,
                 "wait_level": wait_level, "sl_level": sl_level, "available": 9 - index if self.agents else 0, "offered": 200,
                 "answered": 190, "abandoned": 9, "values": [len(oldest), min(oldest, default=None), sl]}
            )  # fmt: skip
        return sorted(rows, key=lambda row: ("red", "amber", "none").index(row["level"]))

    def _trend(self) -> Frame:
        now_s = self.now_ms() // 1000
        midnight_s = (now_s + 8 * 3600) // 86_400 * 86_400 - 8 * 3600
        busy = [0] * 16 + [12, 18, 31, 44, 58, 66, 61, 40, 33, 52, 60, 55] if self.is_busy else [0] * 20
        offered = [n * self.scale for n in busy]
        sl = (
            [None] * 16 + [0.92, 0.91, 0.88, 0.86, 0.79, 0.72, 0.75, 0.84, 0.90, 0.83, 0.78, 0.81]
            if self.is_busy
            else [None] * 20
        )
        abandoned = [round(n * 0.05 * (1 + index % 3)) for index, n in enumerate(offered)]
        answered = [n - lost for n, lost in zip(offered, abandoned, strict=True)]
        return {"from": midnight_s * 1000, "step_s": 1800, "offered": offered, "answered": answered, "abandoned": abandoned,
                "sl": sl, "gap_s": [0] * len(offered), "target": 0.8}  # fmt: skip

    def step(self) -> Frame:
        """Something happens: one agent's state, the numbers that follow, sometimes a caller comes or goes."""
        view: Frame = {}
        if self.rows:
            row = self.random.choice(self.rows)
            if not (self.hostile and row is self.rows[0]):
                row |= self._doing(self.random.choice(MIX), 0)
            view["agents"] = {"set": [row], "del": []}
        if self.callers and self.random.random() < 0.4:
            view["waiting_callers"] = self._move_callers()
        numbers = self._numbers()
        view["queue_table"] = {"set": numbers.pop("queue_table")["rows"], "del": []}
        return view | numbers

    def _move_callers(self) -> Frame:
        gone = (
            self.callers.pop(0)
            if len(self.callers) > 12 or (len(self.callers) > 3 and self.random.random() < 0.5)
            else None
        )
        added = self._caller(self.random.randint(0, 8000)) | {"since": self.now_ms(), "level": "none"}
        self.callers.append(added)
        return {"set": [added], "del": [gone["id"]] if gone else [], "order": [row["id"] for row in self.callers]}


def ordinary(source: random.Random) -> ScriptedFloor:
    return ScriptedFloor(source)


def crowd(source: random.Random) -> ScriptedFloor:
    queues = {f"q{index}": {"zh": f"业务{index}线", "en": f"Line {index}"} for index in range(18)}
    return ScriptedFloor(source, agents=500, queues={**QUEUES, **queues}, waiting=48, scale=31)


def hall(source: random.Random) -> ScriptedFloor:
    return ScriptedFloor(source, agents=5000, waiting=60, scale=90)


def empty(source: random.Random) -> ScriptedFloor:
    return ScriptedFloor(source, agents=0, queues={}, waiting=0, is_busy=False)


def quiet(source: random.Random) -> ScriptedFloor:
    return ScriptedFloor(source, agents=20, waiting=0, is_busy=False)


def link_failed(source: random.Random) -> ScriptedFloor:
    return ScriptedFloor(source, link_failed=True)


def hostile(source: random.Random) -> ScriptedFloor:
    queues = {
        "bad": {"zh": HOSTILE, "en": HOSTILE},
        "long": {"zh": "国际长途预付费充值退款与投诉升级专线", "en": "International prepaid refunds and escalations"},
    }
    return ScriptedFloor(source, agents=120, queues={**queues, **QUEUES}, hostile=True)


FLOORS: dict[str, Callable[[random.Random], ScriptedFloor]] = {
    "ordinary": ordinary, "crowd": crowd, "hall": hall, "empty": empty, "quiet": quiet, "link_failed": link_failed, "hostile": hostile,
}  # fmt: skip
