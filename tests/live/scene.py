"""A small floor for tests: real entries, folded."""

from __future__ import annotations

import random

from collectors import events as e
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from dashboard.live.clocks import Instant

START_MS = 1_763_690_400_000
"""2025-11-21 10:00 in Shanghai."""

SETTINGS = e.FloorSettings(
    queues={
        "sales": e.QueueSettings(e.Names("销售", "Sales"), wrap_up_s=5, wait_amber_s=20, wait_red_s=40),
        "support": e.QueueSettings(e.Names("售后", "Support")),
    },
    agents={f"PJSIP/{n}": e.AgentSettings(f"张{n}", str(n), "north" if n % 2 else "south") for n in range(1001, 1007)},
    teams={
        "east": e.TeamSettings(e.Names("东区", "East")),
        "north": e.TeamSettings(e.Names("北组", "North"), "east"),
        "south": e.TeamSettings(e.Names("南组", "South")),
    },
    pause_reasons={"lunch": e.PauseReasonSettings(e.Names("就餐", "Lunch"), "rest", 1800)},
    state_limits_s={"talking": 480},
)
QUEUES = ("sales", "support")
AGENTS = tuple(SETTINGS.agents)


class Scene:
    """A floor and the entries that make it. Time only moves by `wait`."""

    def __init__(self, start_ms: int = START_MS) -> None:
        self.floor = Floor("main")
        self.now_ms = self._start_ms = start_ms
        self.changes = Changes()
        self.boot = "boot1"
        """Of the switch: another one after it restarted."""
        self._n = 0

    @property
    def now(self) -> Instant:
        return Instant(self.now_ms, float(self.now_ms - self._start_ms))

    @property
    def position(self) -> str:
        return self.floor.position

    def wait(self, seconds: float) -> Scene:
        self.now_ms += round(seconds * 1000)
        return self

    def tell(self, *events: e.AnyEvent, switch: str = "pbx1") -> Changes:
        """Fold events that happen now; the changes are also added up in `changes`."""
        merged = Changes()
        for event in events:
            self._n += 1
            entry = e.Entry("main", switch, self.boot, 1, self._n, self.now_ms, event)
            merged.add(fold(self.floor, entry, f"{self.now_ms}-{self._n}"))
        self.changes.add(merged)
        return merged

    def opened(self) -> Scene:
        """Settings, a live link, two queues, four agents signed in."""
        self.tell(e.SettingsChanged(SETTINGS), switch="settings")
        members = [
            e.MemberRow(queue, agent, agent, dynamic=True, device="free") for queue in QUEUES for agent in AGENTS[:4]
        ]
        self.tell(e.SnapshotTaken([e.QueueRow(q) for q in QUEUES], members, [], [], [], [], []), e.SourceAlive())
        return self


class Story:
    """Random but plausible events, from a seed: callers come, ring, talk, go; agents pause, sign in and out, dial."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.random = random.Random(seed)
        self.calls = 0
        self.numbers: list[str] = []
        self.waiting: dict[str, str] = {}
        self.ringing: dict[str, tuple[str, str]] = {}
        self.talking: dict[str, tuple[str, str]] = {}
        self.dialling: dict[str, str] = {}

    def step(self) -> Changes:
        """Some time passes and one thing happens."""
        self.scene.wait(self.random.choice([0, 0.05, 0.4, 1, 3, 9, 40]))
        choices = [self.enter, self.ring, self.answer, self.hang_up, self.abandon, self.pause, self.sign, self.dial]
        return self.random.choice(choices)() or self.scene.tell(e.SourceAlive())

    def number(self) -> str:
        number = f"1{self.random.randint(3_000_000_000, 9_999_999_999)}"
        self.numbers.append(number)
        return number

    def enter(self) -> Changes:
        self.calls += 1
        call = f"c{self.calls}"
        self.waiting[call] = self.random.choice(QUEUES)
        return self.scene.tell(e.QueueEntered(self.waiting[call], call, 1, self.number(), "<b>name</b>"))

    def ring(self) -> Changes | None:
        call = next((call for call in self.waiting if call not in self.ringing), None)
        agent = self.random.choice(AGENTS[:4])
        if call is None or any(agent == other for _, other in self.ringing.values()):
            return None
        self.ringing[call] = (self.waiting[call], agent)
        return self.scene.tell(e.OfferStarted(self.waiting[call], call, 1, agent))

    def answer(self) -> Changes | None:
        if not self.ringing:
            return None
        call, (queue, agent) = self.ringing.popitem()
        self.talking[call] = (queue, agent)
        del self.waiting[call]
        return self.scene.tell(
            e.OfferEnded(queue, call, 1, agent, "answered"),
            e.Answered(queue, call, 1, agent, self.random.randint(0, 90)),
        )

    def hang_up(self) -> Changes | None:
        if not self.talking:
            return None
        call, (queue, agent) = self.talking.popitem()
        return self.scene.tell(e.HandlingEnded(queue, call, 1, agent, "caller", self.random.randint(1, 900)))

    def abandon(self) -> Changes | None:
        call = next((call for call in self.waiting if call not in self.ringing), None)
        if call is None:
            return None
        return self.scene.tell(e.QueueAbandoned(self.waiting.pop(call), call, 1, self.random.randint(0, 60)))

    def pause(self) -> Changes:
        agent, queue = self.random.choice(AGENTS), self.random.choice(QUEUES)
        if self.random.random() < 0.5:
            return self.scene.tell(e.MemberPaused(queue, agent, self.random.choice(["lunch", "tea", None])))
        return self.scene.tell(e.MemberResumed(queue, agent))

    def sign(self) -> Changes:
        agent, queue = self.random.choice(AGENTS), self.random.choice(QUEUES)
        if self.random.random() < 0.4:
            return self.scene.tell(e.MembershipRemoved(queue, agent))
        return self.scene.tell(e.MembershipAdded(queue, agent, agent, dynamic=True), e.DeviceChanged(agent, "free"))

    def dial(self) -> Changes:
        agent = self.random.choice(AGENTS)
        if agent in self.dialling:
            return self.scene.tell(e.OwnCallEnded(agent, self.dialling.pop(agent)))
        self.calls += 1
        self.dialling[agent] = f"o{self.calls}"
        return self.scene.tell(
            e.OwnCallStarted(agent, self.dialling[agent], "outbound", self.number()),
            e.OwnCallConnected(agent, self.dialling[agent]),
        )
