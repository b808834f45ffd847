"""What tiles hold: the values of the live protocol, typed (docs/live-protocol.md names every field).

Ids, numbers and timestamps only; words and formats are the screen's. Values are frozen and compared whole; keyed lists
(`Rows`) are patched row by row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Generic, Literal, TypeVar

import msgspec

from collectors.events import MonitorMode, Via
from dashboard.floor.crew import CrewState

Level = Literal["none", "ok", "amber", "red"]
WORST_FIRST: dict[str, int] = {"red": 0, "amber": 1, "ok": 2, "none": 3}


class Value(msgspec.Struct, frozen=True):
    """What a tile holds."""


class Number(Value, frozen=True):
    """A number against its target. `v` None: no value. `window_s` is 0 while nothing is missing (`gap_s` 0)."""

    v: float | None
    level: Level = "none"
    target: float | None = None
    gap_s: float = 0
    window_s: int = 0


class Since(Value, frozen=True):
    """A number that grows from a moment (epoch, ms), or is one. None: no value."""

    since: int | None
    level: Level = "none"
    target: float | None = None
    gap_s: float = 0
    window_s: int = 0


Figure = Number | Since
Trend = Literal["up", "down", "same"]


class NumberValue(Number, frozen=True, kw_only=True):
    """`level_at`: since when the level is shown. `trend`: the last full interval against the one before it. `spark`: the day's last
    intervals, the last one running; None: not known."""

    level_at: int | None = None
    also: dict[str, Figure] = {}
    trend: Trend | None = None
    spark: list[float | None] = []
    spark_from: int | None = None
    spark_step_s: int = 0


class SinceValue(Since, frozen=True, kw_only=True):
    """The same of what grows; it has no line."""

    level_at: int | None = None
    also: dict[str, Figure] = {}


class ServiceLevelValue(Number, frozen=True, kw_only=True):
    level_at: int | None = None
    formula: str
    threshold_s: int
    last_30_min: float | None
    answered: int
    offered: int
    also: dict[str, Figure] = {}


class LongestWaitValue(Value, frozen=True):
    """`since`: when the oldest visit that still waits joined (epoch, ms); None: nobody waits."""

    since: int | None
    queue: str | None
    level: Level
    target: float | None
    gap_s: float = 0
    window_s: int = 0
    level_at: int | None = None


class AgentStatesValue(Value, frozen=True):
    staffed: int
    counts: dict[CrewState, int]
    signed_out: int


class HalfHoursValue(Value, frozen=True, rename={"from_ms": "from"}):
    """The business day so far, one place per interval, the last one running. Outbound: dialled, connected, nobody, connect rate;
    None where an interval is not known yet."""

    from_ms: int
    step_s: int
    offered: list[int | None]
    answered: list[int | None]
    abandoned: list[int]
    sl: list[float | None]
    gap_s: list[float]
    target: float | None
    series: Literal["inbound", "outbound"] = "inbound"


class Row(msgspec.Struct, frozen=True):
    """A row of a keyed list."""

    id: str


class QueueLine(Row, frozen=True):
    waiting: int
    oldest: int | None
    sl: float | None
    level: Level
    wait_level: Level
    sl_level: Level
    available: int
    offered: int
    answered: int
    abandoned: int
    values: list[float | None] = []


class WaitingLine(Row, frozen=True):
    queue: str
    number: str | None
    since: int
    ringing: bool
    level: Level


class AgentLine(Row, frozen=True):
    name: str
    staff: str
    team: str
    state: str
    since: int | None
    reason: str | None
    queue: str | None
    number: str | None
    limit_at: int | None
    partly: tuple[int, int] | None
    calls: int
    missed: int
    aht: float | None
    talk: float
    occupancy: float | None


class Listener(msgspec.Struct, frozen=True):
    """Somebody in an agent's call. `id`, `account`: None for who did not ask for it here."""

    id: str | None
    account: str | None
    by: str
    mode: MonitorMode | None
    since: int


class DeskAgentLine(AgentLine, frozen=True):
    """The same for who helps. `visit`: the contact that the row shows. `barred`: why the rules let nobody hear it."""

    visit: str | None
    barred: str | None
    listeners: list[Listener]


class SessionLine(Row, frozen=True):
    """An open monitoring session. `state`: of the command that opened it, or `unexplained`. `since` None: it still rings."""

    account: str | None
    by: str
    agent: str
    name: str
    staff: str
    queue: str | None
    visit: str | None
    mode: MonitorMode | None
    via: Via | None
    since: int | None
    state: str
    ends_at: int | None
    reason: str
    purpose: str
    level: Level


class OwnListener(msgspec.Struct, frozen=True):
    """Who is in one's own call, as an agent is told."""

    by: str
    mode: MonitorMode | None
    since: int


class OwnValue(Value, frozen=True):
    """`tone`: with a sound."""

    listeners: list[OwnListener]
    tone: bool


class MessageLine(Row, frozen=True):
    """What somebody wrote to an agent. `read`: when it was read."""

    text: str
    by: str
    at: int
    read: int | None


class TopLine(Row, frozen=True):
    """`rank` from 1; equal figures share one."""

    rank: int
    name: str
    staff: str
    team: str
    v: float


class ScorePart(msgspec.Struct, frozen=True):
    """A part of a score. `points` of `most`, in hundredths of the score; `v`: the metric's value that was used."""

    metric: str
    points: int
    most: int
    v: float | None


class StandingLine(Row, frozen=True):
    """Somebody's place on a leaderboard. `id`: opaque, another one on each leaderboard, nobody's agent id. `move`: places won since an
    hour ago; None: was not there. `name`: as they chose to appear. `avatar`: address of their picture; "": one is drawn in `tint`.
    `score`: in hundredths. `badges`: ids; `streak`: working days on end with one of them. `group`: whom they are compared with; a team or
    queue, or the number of a step of time with the company. `name` "": somebody who is not told here."""

    rank: int
    move: int | None
    name: str
    avatar: str
    tint: int
    score: int
    parts: list[ScorePart]
    badges: list[str]
    streak: int
    team: str = ""
    group: str = ""


class OwnPart(msgspec.Struct, frozen=True):
    """A part of one's own score, with its name (`zh`, `en`) and `unit`. `points` of `most` in hundredths; `v`: the number that was used;
    `before`: that of the time before, where progress counts; `to`: the value that alone would win the next place, None: none would."""

    metric: str
    zh: str
    en: str
    unit: str
    points: int
    most: int
    v: float | None
    before: float | None = None
    to: float | None = None
    per_hour: bool = False


class OwnAsked(msgspec.Struct, frozen=True):
    """What is still missing for a rank. `metric`: `calls`, `minutes`, or the metric of a quality floor, with its name and `unit`."""

    metric: str
    zh: str
    en: str
    unit: str
    v: float | None
    least: float
    less: bool = False


class OwnPlaceLine(Row, frozen=True, rename={"from_ms": "from", "to_ms": "to"}):
    """One's own place on a leaderboard, and nothing of anybody else. `id`: the leaderboard's; `zh`, `en`: its title. `rank` 0: none, and
    `why_not` says why. `score` and `needed` (points to the next place) in hundredths; `lift`: the metric that would lift most. `only_me`:
    nobody else is shown it."""

    zh: str
    en: str
    period: str
    state: PeriodState
    from_ms: int
    to_ms: int
    rank: int
    score: int
    parts: list[OwnPart]
    asked: list[OwnAsked]
    needed: int = 0
    lift: str = ""
    why_not: str = ""
    only_me: bool = False


class TeamLine(Row, frozen=True):
    """A team's place in the race. `score`: mean of its members' in hundredths; `of`: how many count."""

    rank: int
    score: int
    of: int


class GoalLine(Row, frozen=True):
    """How far a goal is (`id`: its metric and place in the list). `reached`: it holds now."""

    metric: str
    v: float | None
    target: float
    reached: bool


class Best(msgspec.Struct, frozen=True):
    """A reason to smile: who won most places (`climber`), whose streak is longest (`streak`), who just won a badge (`badge`)."""

    kind: Literal["climber", "streak", "badge"]
    name: str
    avatar: str
    tint: int
    v: int
    badge: str = ""


class BestsValue(Value, frozen=True):
    bests: list[Best]


PeriodState = Literal["to_come", "running", "over", "final"]
"""over: it has ended, and is being counted. final: as it was frozen."""


class LeaderboardValue(Value, frozen=True, rename={"from_ms": "from", "to_ms": "to"}):
    """What stands above a leaderboard. `ranked`: how many have a rank; `top`: how many are shown of them. `gap_s`: missing of the period.
    `loading`: the days before today are still being read."""

    period: str
    state: PeriodState
    from_ms: int
    to_ms: int
    ranked: int
    top: int
    groups: list[str] = []
    gap_s: float = 0
    window_s: int = 0
    loading: bool = False


class CelebrationValue(Value, frozen=True):
    """What is to be celebrated, once; `at`: when it was called. A screen that comes later than a few seconds after shows nothing of it."""

    id: str
    kind: str
    at: int
    name: str
    avatar: str
    tint: int
    what: str = ""
    sound: str = "none"


class RestLine(Row, frozen=True):
    """A pause reason: how many rest for it now, of how many who may at once (0: no quota)."""

    now: int
    quota: int
    level: Level


RowT = TypeVar("RowT", bound=Row)


class Rows(Generic[RowT]):
    """A keyed list: rows in their order, found by id."""

    __slots__ = ("by_id",)

    def __init__(self, rows: Iterable[RowT] = ()) -> None:
        self.by_id: dict[str, RowT] = {row.id: row for row in rows}

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.by_id.values())

    def __len__(self) -> int:
        return len(self.by_id)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Rows({list(self)!r})"


class RowsPatch(msgspec.Struct, frozen=True, omit_defaults=True, rename={"gone": "del"}):
    """What changed in a keyed list: whole changed rows, ids that went, and the new order where it is another."""

    set: list[Row] = []
    gone: list[str] = []
    order: list[str] | None = None


TileValue = Value | Rows[Any] | None
View = dict[str, TileValue]
"""Tile id → value."""

Patch = dict[str, Value | RowsPatch | None]
"""Tile id → new value (None: there is nothing to celebrate any more) or what changed in its list."""
