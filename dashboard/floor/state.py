"""The floor as data: what one site's switches have told so far.

Everything here but `Floor.derived` is what a checkpoint holds; nothing in it is derived from a clock. Ids are the switch's.
Queues and agents are shared by the switches of a site, calls and memberships are not: a visit's key and a membership's key
begin with the switch.

Nothing here refers back to what holds it (calls are named by key), so no structure needs the cycle collector.

Invariants, kept by the folds:
* `Queue.waiting` and `Queue.in_progress` hold exactly the keys of live visits in that phase.
* `Agent.offers` and `Visit.offers` say the same; `Agent.handlings` holds the key of each live handling of the agent.
* `Agent.log` begins a segment at each change of `Agent.code`; the last segment is open, and everything before it has been
  booked to the day.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from collectors.events import (
    CallKind,
    CelebrationCalled,
    CommandChanged,
    Device,
    FloorSettings,
    LeftReason,
    MonitorMode,
    QueueSettings,
)
from dashboard.floor.arrays import Longs, Words, zeros
from dashboard.floor.calendar import Day, business_day
from dashboard.floor.counters import AGENT_COUNTERS, QUEUE_COUNTERS
from dashboard.floor.derived import Derived
from dashboard.floor.display import SIGNED_OUT

Outcome = Literal["waiting", "answered", "abandoned", "left"]
LinkState = Literal["never", "live", "lost", "resync"]


class Row(msgspec.Struct, array_like=True, gc=False):
    """The counters of one queue over one stretch of time, and its waits by outcome. `max_wait_s`: of any visit that left."""

    counts: Longs = msgspec.field(default_factory=lambda: zeros(QUEUE_COUNTERS))
    answered: Longs = msgspec.field(default_factory=lambda: zeros(0))
    abandoned: Longs = msgspec.field(default_factory=lambda: zeros(0))
    left: Longs = msgspec.field(default_factory=lambda: zeros(0))
    max_wait_s: int = 0


class Queue(msgspec.Struct, array_like=True, gc=False):
    """One queue. `tens`: the last hour's facts by 10-second bucket, packed by `ledger.packed`."""

    id: str
    members: dict[str, int] = {}
    """Agents with at least one membership now, with the number of switches that say so."""
    former: dict[str, bool] = {}
    """Agents who were members at some time of the business day and are no more."""
    waiting: dict[str, int] = {}
    """Keys of waiting visits, with the time they joined (or were first heard of)."""
    in_progress: dict[str, str] = {}
    """Keys of connected visits, with the agent."""
    today: Row = msgspec.field(default_factory=Row)
    yesterday: Row = msgspec.field(default_factory=Row)
    quarters: dict[int, Row] = {}
    tens: dict[int, Words] = {}
    strategy: str | None = None
    max_callers: int | None = None
    weight: int | None = None
    service_level_s: int | None = None

    @property
    def crew(self) -> list[str]:
        """Everybody who was a member at any time of the business day."""
        return [*self.members, *self.former]

    def has_in_crew(self, agent: str) -> bool:
        """Whether the agent was a member at any time of the business day."""
        return agent in self.members or agent in self.former


class Visit(msgspec.Struct, array_like=True, gc=False):
    """One stay of one call in one queue, with its handling. `live`: part of the floor as it is now.

    A visit that ended stays here for a while, so that a late fact about it is known as such.
    """

    key: str
    switch: str
    boot: str
    call: str
    visit: int
    queue: str
    seen_ms: int
    joined_ms: int | None = None
    number: str | None = None
    name: str | None = None
    position: int | None = None
    priority: int | None = None
    live: bool = False
    outcome: Outcome = "waiting"
    reason: LeftReason | None = None
    wait_s: int | None = None
    is_repeat: bool = False
    rang_at_end: bool = False
    offers: dict[str, int] = {}
    agent: str = ""
    answered_ms: int | None = None
    hold_ms: int = 0
    held_since_ms: int | None = None
    ended_ms: int | None = None
    ended_by: str = ""
    talk_s: int | None = None
    was_transferred: bool = False


class Membership(msgspec.Struct, array_like=True, gc=False):
    """One agent in one queue of one switch. `since_ms`: when it became ready, paused, or paused for another reason."""

    queue: str
    switch: str
    since_ms: int
    is_dynamic: bool = False
    is_paused: bool = False
    reason: str | None = None
    penalty: int = 0


class OwnCall(msgspec.Struct, array_like=True, gc=False):
    """An agent's call outside any queue."""

    switch: str
    boot: str
    kind: CallKind
    started_ms: int
    number: str | None = None
    connected_ms: int | None = None
    is_on_hold: bool = False


class Monitoring(msgspec.Struct, array_like=True, gc=False):
    """One supervisor hearing one agent, or (`takeover`) talking in their place. `started_ms`: since when it is this agent;
    `mode_since_ms`: since when it is this mode."""

    session: str
    switch: str
    boot: str
    agent: str
    started_ms: int
    supervisor: str | None = None
    mode: MonitorMode | None = None
    command: str | None = None
    mode_since_ms: int = 0


class Command(msgspec.Struct, array_like=True, gc=False):
    """What somebody asked of a switch, as it was told last, at `at_ms`. `confirmed_ms`: when the switch said yes."""

    told: CommandChanged
    at_ms: int
    confirmed_ms: int | None = None


class Control(msgspec.Struct, array_like=True, gc=False):
    """What the control process of a switch can do, told at `at_ms` (it says so every 5 s). Fields as in `ControlChanged`."""

    switch: str
    at_ms: int
    why_not: str = ""
    why_no_browser: str = ""
    phones: dict[str, Device] = {}
    version: str = ""


class Agent(msgspec.Struct, array_like=True, gc=False):
    """One agent: axes (memberships, devices, calls), the display state that follows, counters of two days and logs.

    `log`: display states, `start_ms << 8 | code`, oldest first. `facts`: counted facts, packed by `ledger.pack_fact`. Both
    reach back to the previous interval and an hour at least. `pauses`: closed pauses by queue, flat triples (from, to,
    reason's place).
    """

    id: str
    name: str = ""
    memberships: dict[str, Membership] = {}
    devices: dict[str, Device] = {}
    offers: dict[str, int] = {}
    handlings: dict[str, bool] = {}
    """Keys of live handlings; True while on hold."""
    own_calls: dict[str, OwnCall] = {}
    listening: dict[str, int] = {}
    """Monitoring sessions in which this agent is the listener, with their start."""
    monitored: dict[str, str | None] = {}
    """Monitoring sessions that hear this agent, with the supervisor."""
    presence: int = 0
    activity: int = 0
    code: int = SIGNED_OUT
    since_ms: int = 0
    presence_since_ms: int = 0
    activity_since_ms: int = 0
    pause_reason: str | None = None
    paused_queues: int = 0
    member_queues: int = 0
    wrap_until_ms: int = 0
    wrapped_queue: str = ""
    wrapped_ms: int = 0
    today: Longs = msgspec.field(default_factory=lambda: zeros(AGENT_COUNTERS))
    yesterday: Longs = msgspec.field(default_factory=lambda: zeros(AGENT_COUNTERS))
    log: Longs = msgspec.field(default_factory=lambda: zeros(0))
    facts: Longs = msgspec.field(default_factory=lambda: zeros(0))
    paused_today_ms: dict[int, int] = {}
    """Time paused today by the reason's place in `Floor.reasons`."""
    paused_yesterday_ms: dict[int, int] = {}
    pauses: dict[str, Longs] = {}
    wrapped_visit: str = ""
    """Key of the visit whose handling ended last, at `wrapped_ms`, for `wrapped_queue`."""


class Link(msgspec.Struct, array_like=True, gc=False):
    """One switch's link and how far its writer has been read. `gaps`: flat pairs (from, to) of unknown time."""

    switch: str
    boot: str = ""
    epoch: int = -1
    n: int = -1
    state: LinkState = "never"
    since_ms: int = 0
    alive_ms: int = 0
    reason: str | None = None
    skew_ms: int | None = None
    round_trip_ms: int | None = None
    snapshot_ms: int = 0
    gap_from_ms: int | None = None
    gaps: Longs = msgspec.field(default_factory=lambda: zeros(0))


class Told(msgspec.Struct, array_like=True, gc=False):
    """What business systems told of one agent, one queue or everybody: amounts by measure (`dashboard.floor.business`), of each day,
    quarter of an hour and 10-second bucket of which something was told."""

    today: dict[str, int] = {}
    yesterday: dict[str, int] = {}
    quarters: dict[int, dict[str, int]] = {}
    tens: dict[int, dict[str, int]] = {}


class Business(msgspec.Struct, array_like=True):
    """What business systems told. `n`: how many facts were booked or taken back. `measures`: all that were ever told of. Agents and
    queues are here as they were named, whether a switch knows them or not; `whole` has what was told of neither, too."""

    n: int = 0
    measures: dict[str, bool] = {}
    whole: Told = msgspec.field(default_factory=Told)
    agents: dict[str, Told] = {}
    queues: dict[str, Told] = {}


class Celebration(msgspec.Struct, array_like=True, gc=False):
    """Something that screens celebrate, called at `at_ms`."""

    told: CelebrationCalled
    at_ms: int


class Core(msgspec.Struct, array_like=True):
    """Everything of a floor that a checkpoint holds."""

    site: str
    position: str = ""
    stream_ms: int = 0
    watched_since_ms: int = 0
    settings: FloorSettings = FloorSettings()
    today: Day = business_day(0, "Asia/Shanghai")
    yesterday: Day = business_day(-1, "Asia/Shanghai")
    reasons: list[str] = msgspec.field(default_factory=lambda: [""])
    queues: dict[str, Queue] = {}
    agents: dict[str, Agent] = {}
    visits: dict[str, Visit] = {}
    monitorings: dict[str, Monitoring] = {}
    links: dict[str, Link] = {}
    endings: list[tuple[int, str]] = []
    """Visits that are over, with the time from which they may be forgotten."""
    reentries: dict[str, list[tuple[int, str]]] = {}
    """Calls that joined more than one queue: (joined, queue) of each visit."""
    refusals_reported: bool = False
    callers_by_hour: dict[int, tuple[Longs, Longs]] = {}
    commands: dict[str, Command] = {}
    """What was asked, by the command's id: what is open, and for a while what is over."""
    command_endings: list[tuple[int, str]] = []
    """Commands, with a time from which they may be forgotten if nothing was told of them since."""
    controls: dict[str, Control] = {}
    """Control processes by their switch's name."""
    business: Business = msgspec.field(default_factory=Business)
    celebrations: dict[str, Celebration] = {}
    """Called within the last few minutes, by the cause's id, oldest first."""


class Floor:
    """The floor of one site. Changed only by `fold`; read by `metrics.value` and the queries beside it."""

    __slots__ = ("agents", "core", "derived", "queues", "reasons", "settings", "visits")

    def __init__(self, site: str, core: Core | None = None) -> None:
        self.core = core or Core(site)
        self.queues = self.core.queues
        self.agents = self.core.agents
        self.visits = self.core.visits
        self.reasons = self.core.reasons
        self.settings = self.core.settings
        self.derived = Derived(self)

    @property
    def site(self) -> str:
        return self.core.site

    @property
    def position(self) -> str:
        """The stream id of the last entry folded; empty before the first."""
        return self.core.position

    @property
    def stream_ms(self) -> int:
        """Stream time: the newest time of any live entry."""
        return self.core.stream_ms

    def queue_settings(self, queue: str) -> QueueSettings:
        """The settings of one queue, or those of every queue without its own."""
        return self.settings.queues.get(queue, self.settings.default_queue)

    def agent_name(self, agent_id: str) -> str:
        """The agent's name: the directory's, else the switch's; "" where neither has one."""
        settings, agent = self.settings.agents.get(agent_id), self.agents.get(agent_id)
        return (settings.name if settings is not None else "") or (agent.name if agent is not None else "")

    def queues_of(self, agent_id: str) -> frozenset[str]:
        """The queues of which the agent is a member, or was one today."""
        return frozenset(queue.id for queue in self.queues.values() if queue.has_in_crew(agent_id))
