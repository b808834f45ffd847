"""Who sees what: random floors, random scopes, and an oracle that knows nothing of how views are made.

Every agent, queue, team and caller has an id, a name and a number that occur nowhere else, so that "no byte of a frame holds
what is out of scope" can be asked of the bytes.
"""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.access.actor import Actor, Grant
from dashboard.access.masking import masked
from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, NOTHING, Scope
from dashboard.boards import FLOOR, Board, kind_of
from dashboard.boards.document import (
    AgentStatesTile,
    AgentsTile,
    HalfHoursTile,
    LongestWaitTile,
    QueueTableTile,
    WaitingCallersTile,
)
from dashboard.live import api, views
from dashboard.live.api import OutOfScope
from dashboard.live.channels import Channel, Moment
from dashboard.live.dirty import Dirty
from dashboard.live.gateway import Gateway
from dashboard.live.http import Target
from dashboard.live.sight import Sight
from dashboard.live.viewer import Viewer
from dashboard.live.visitor import Visitor
from tests.live.boards import BOARDS, WALL, board_of, number
from tests.live.scene import SETTINGS, Scene
from tests.live.test_gateway import Memory, write

QUEUES = ("QAQ", "QBQ", "QCQ")
TEAMS = {"TAT": "", "TBT": "TAT", "TCT": "TBT", "TDT": ""}
PEOPLE = tuple(f"PJSIP/9{n}9" for n in range(8))
BY_HAND = "by hand"
"""The queue of a session that nobody asked for: that of the agent's call."""
REASONS = ("RAR", "RBR", "RCR")


class World:
    """A random floor, and what is so in it, noted by the one who made it so."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.scene = Scene()
        self.team = {agent: self.random.choice(["", *TEAMS]) for agent in PEOPLE}
        self.members: dict[str, set[str]] = {queue: set() for queue in QUEUES}
        self.crew: dict[str, set[str]] = {queue: set() for queue in QUEUES}
        self.pauses: dict[tuple[str, str], str | None] = {}
        self.waiting: dict[str, tuple[str, str]] = {}
        self.handling: dict[str, tuple[str, str, str]] = {}
        self.own: dict[str, str] = {}
        self.numbers: list[str] = []
        self.sessions: list[tuple[str, str | None, tuple[str, str]]] = []
        """Who is heard, in a call of which queue, and words that occur nowhere else."""
        self.heard: set[str] = set()
        """By whom."""
        self.calls = 0
        self.parents = dict(TEAMS)
        self.tell_settings()
        self.scene.tell(
            e.SnapshotTaken([e.QueueRow(queue) for queue in QUEUES], [], [], [], [], [], []), e.SourceAlive()
        )
        for agent in PEOPLE:
            for queue in self.random.sample(QUEUES, self.random.randint(0, 3)):
                self.join(agent, queue)
        for _ in range(self.random.randint(5, 60)):
            self.step()

    def tell_settings(self) -> None:
        teams = {team: e.TeamSettings(e.Names(f"组{team}", f"Team {team}"), up) for team, up in self.parents.items()}
        self.scene.tell(
            e.SettingsChanged(
                e.FloorSettings(
                    queues={
                        queue: e.QueueSettings(e.Names(f"队{queue}", f"Queue {queue}"), wrap_up_s=15)
                        for queue in QUEUES
                    },
                    agents={agent: e.AgentSettings(f"人{agent}", agent[-3:], self.team[agent]) for agent in PEOPLE},
                    teams=teams,
                    pause_reasons={
                        name: e.PauseReasonSettings(
                            e.Names(name, name), "work_after_call" if name == "RCR" else "rest", 60
                        )
                        for name in REASONS
                    },
                    state_limits_s={"talking": 100, "wrapping_up": 10},
                )
            ),
            switch="settings",
        )

    def join(self, agent: str, queue: str) -> None:
        self.members[queue].add(agent)
        self.crew[queue].add(agent)
        self.scene.tell(e.MembershipAdded(queue, agent, agent, dynamic=True), e.DeviceChanged(agent, "free"))

    def number(self) -> str:
        self.numbers.append(f"1{self.random.randint(3_000_000_000, 9_999_999_999)}")
        return self.numbers[-1]

    def step(self) -> None:
        self.scene.wait(self.random.choice([0, 0.3, 2, 20]))
        choices = (
            self.enter,
            self.answer,
            self.answer,
            self.end,
            self.move,
            self.pause,
            self.pause,
            self.sign,
            self.dial,
            self.listen,
        )
        self.scene.tell(e.SourceAlive())
        self.scene.tell(e.ControlChanged("pbx1"), switch=e.control_writer("pbx1"))
        self.random.choice(choices)()

    def enter(self) -> None:
        self.calls += 1
        call, queue, number = f"c{self.calls}", self.random.choice(QUEUES), self.number()
        self.waiting[call] = (queue, number)
        self.scene.tell(e.QueueEntered(queue, call, 1, number, "caller's name"))

    def answer(self) -> None:
        if not self.waiting:
            return
        call, (queue, number) = self.waiting.popitem()
        agents = sorted(self.members[queue])
        if not agents:
            self.waiting[call] = (queue, number)
            return
        agent = self.random.choice(agents)
        self.handling[call] = (queue, agent, number)
        self.scene.tell(e.OfferStarted(queue, call, 1, agent), e.OfferEnded(queue, call, 1, agent, "answered"))
        self.scene.tell(e.Answered(queue, call, 1, agent, 3))

    def end(self) -> None:
        if self.handling:
            call, (queue, agent, _) = self.handling.popitem()
            self.scene.tell(e.HandlingEnded(queue, call, 1, agent, "caller", 5))

    def move(self) -> None:
        """A waiting caller goes from one queue to another."""
        if self.waiting:
            call, (queue, number) = self.waiting.popitem()
            other = self.random.choice([one for one in QUEUES if one != queue])
            self.calls += 1
            self.waiting[f"c{self.calls}"] = (other, number)
            self.scene.tell(e.QueueLeft(queue, call, 1, "timeout"))
            self.scene.tell(e.QueueEntered(other, f"c{self.calls}", 1, number))

    def pause(self) -> None:
        queue = self.random.choice(QUEUES)
        if not self.members[queue]:
            return
        agent = self.random.choice(sorted(self.members[queue]))
        if self.random.random() < 0.7:
            reason = self.random.choice([*REASONS, None])
            self.pauses[agent, queue] = reason
            self.scene.tell(e.MemberPaused(queue, agent, reason))
        else:
            self.pauses.pop((agent, queue), None)
            self.scene.tell(e.MemberResumed(queue, agent))

    def sign(self) -> None:
        agent, queue = self.random.choice(PEOPLE), self.random.choice(QUEUES)
        if agent in self.members[queue]:
            self.members[queue].discard(agent)
            self.pauses.pop((agent, queue), None)
            self.scene.tell(e.MembershipRemoved(queue, agent))
        else:
            self.join(agent, queue)

    def dial(self) -> None:
        agent = self.random.choice(PEOPLE)
        if agent not in self.scene.floor.agents:
            return
        if agent in self.own:
            self.scene.tell(e.OwnCallEnded(agent, self.own.pop(agent)))
        else:
            self.calls += 1
            self.own[agent] = f"o{self.calls}"
            self.scene.tell(
                e.OwnCallStarted(agent, self.own[agent], "outbound", self.number()),
                e.OwnCallConnected(agent, self.own[agent]),
            )

    def listen(self) -> None:
        """A supervisor steps into a call; or somebody does so by hand."""
        talks: list[tuple[str, str | None, str]] = [
            (agent, queue, f"pbx1/boot1/{call}/1") for call, (queue, agent, _) in self.handling.items()
        ]
        talks += [(agent, None, f"pbx1/boot1/{call}/0") for agent, call in self.own.items()]
        if not talks:
            return
        agent, queue, visit = self.random.choice(talks)
        number = len(self.sessions)
        if self.random.random() < 0.3:
            self.scene.tell(e.MonitoringStarted(f"hand{number}x", agent, f"PJSIP/handx{number}x", "listen"))
            self.heard.add(f"PJSIP/handx{number}x")
            self.sessions.append((agent, BY_HAND, (f"PJSIP/handx{number}x", f"hand{number}x")))
            return
        told = command(f"{number:016x}", agent, queue, visit, by=f"督导x{number}x", purpose=f"缘由x{number}x")
        self.scene.tell(told, switch=e.control_writer("pbx1"))
        if self.random.random() < 0.7:
            self.heard.add(told.by)
            confirmed = msgspec.structs.replace(told, state="confirmed")
            self.scene.tell(confirmed, switch=e.control_writer("pbx1"))
            self.scene.tell(e.MonitoringStarted(told.session or "", agent, "PJSIP/2001", told.mode, told.command))
        self.sessions.append((agent, queue, (told.by, told.purpose)))


def command(name: str, agent: str, queue: str | None, visit: str, *, by: str, purpose: str) -> e.CommandChanged:
    """A supervisor's leg is on its way."""
    return e.CommandChanged(
        name, "monitor.start", "sent", "pbx1", f"a-{name}", by, agent, queue, visit, f"fw-{name}", "listen", "phone",
        "PJSIP/2001", purpose=purpose,
    )  # fmt: skip


class Oracle:
    """What a scope lets see, by the rule of the whole product and nothing else."""

    def __init__(self, world: World, scope: Scope) -> None:
        self.world = world
        self.scope = scope
        self.teams = {team for team in world.parents if self._is_below(team, world.parents)}

    def _is_below(self, team: str, parents: dict[str, str]) -> bool:
        seen: set[str] = set()
        while team and team not in seen:
            if team in self.scope.teams:
                return True
            seen.add(team)
            team = parents.get(team, "")
        return False

    def queue(self, queue: str) -> bool:
        return self.scope.queues is None or queue in self.scope.queues

    def near(self, agent: str) -> bool:
        return self.scope.queues is None or agent in self.scope.agents or self.world.team[agent] in self.teams

    def agent(self, agent: str) -> bool:
        return self.near(agent) or any(self.queue(queue) and agent in self.world.crew[queue] for queue in QUEUES)

    def session(self, agent: str, queue: str | None) -> bool:
        """A call is its queue's; one outside any queue is told where the agent's presence is."""
        if queue == BY_HAND:
            queue = next((of for of, whose, _ in self.world.handling.values() if whose == agent), None)
        if queue is not None:
            return self.queue(queue) and self.agent(agent)
        return self.near(agent) or any(self.queue(one) and agent in self.world.members[one] for one in QUEUES)

    def hidden(self) -> list[str]:
        """What no byte may hold, for who is told of no sessions."""
        names = [word for _, _, words in self.world.sessions for word in words]
        for agent in PEOPLE:
            if not self.agent(agent):
                names += [agent, f"人{agent}"]
        own = {queue for queue in QUEUES for agent in self.scope.agents if agent in self.world.crew[queue]}
        own_teams = {self.world.team[agent] for agent in self.scope.agents if agent in self.world.team}
        for queue in QUEUES:
            if not self.queue(queue) and queue not in own:
                names += [queue]
        if self.scope.queues is not None:
            names += [team for team in TEAMS if team not in self.teams and team not in own_teams]
        return names + self.world.numbers

    def masked_hidden(self) -> list[str]:
        """Numbers of callers outside: even masked ones stay away."""
        here = [number for queue, number in self.world.waiting.values() if self.queue(queue)]
        here += [
            n for queue, agent, n in self.world.handling.values() if self.queue(queue) or agent in self.scope.agents
        ]
        outside = [number for queue, number in self.world.waiting.values() if not self.queue(queue)]
        outside += [
            n
            for queue, agent, n in self.world.handling.values()
            if not self.queue(queue) and agent not in self.scope.agents
        ]
        shown = {masked(number) for number in here}
        return [kept for number in outside if (kept := masked(number)) not in shown]


ids = st.frozensets
scopes = st.builds(
    Scope,
    st.one_of(st.just(frozenset[str]()), ids(st.sampled_from(QUEUES), max_size=2), st.none()),
    ids(st.sampled_from(tuple(TEAMS)), max_size=2),
    ids(st.sampled_from(PEOPLE), max_size=1),
)
NARROWED = board_of(
    "narrowed",
    AgentsTile(id="agents", signed_out=True, teams=("TAT",)),
    AgentsTile(id="of_queue", signed_out=True, queues=("QAQ", "QCQ")),
    AgentStatesTile(id="states", queues=("QBQ",)),
    QueueTableTile(id="table", queues=("QAQ", "QBQ")),
    WaitingCallersTile(id="callers"),
    LongestWaitTile(id="wait", queues=("QBQ",)),
    number("handled", "calls_handled"),
    HalfHoursTile(id="trend", queues=("QAQ",)),
)
ALL_BOARDS = (*BOARDS.values(), NARROWED)


def frames_of(world: World, scope: Scope, steps: int = 12) -> tuple[bytes, Sight]:
    """Everything that screens of this scope get while the floor goes on: snapshots, patches, answers of the API."""
    sight = Sight(world.scene.floor, Viewer(scope), world.scene.now_ms).watch()
    channels = [Channel(board, sight) for board in ALL_BOARDS]
    moment = Moment(world.scene.now_ms, "1-1", "r")
    bodies = [channel.snapshot(moment, sight, compressed=False).body for channel in channels]
    world.scene.changes = type(world.scene.changes)()
    for _ in range(steps):
        world.step()
        dirty = Dirty(time=True)
        dirty.add(world.scene.changes)
        world.scene.changes = type(world.scene.changes)()
        sight.move(world.scene.now_ms, dirty)
        bodies += [body for channel in channels if (body := channel.advance(sight, moment)) is not None]
    bodies += [channel.snapshot(moment, sight, compressed=False).body for channel in channels]
    return b"\n".join(bodies), sight


def forever(world: World) -> None:
    """Nobody stops being a member and no call ends, so that what was visible at some time is so at the end."""
    world.sign = world.end = world.answer = world.move = world.enter  # type: ignore[method-assign]


@settings(max_examples=40)
@given(st.integers(0, 10_000_000), scopes)
@example(5133285, Scope(frozenset({"QBQ", "QCQ"}), frozenset({"TDT"})))
def test_no_byte_of_a_frame_holds_what_is_out_of_scope(seed: int, scope: Scope) -> None:
    world = World(seed)
    forever(world)
    before = Oracle(world, scope).hidden()
    sent, sight = frames_of(world, scope)
    text = sent.decode()
    oracle = Oracle(world, scope)
    hidden = [word for word in {*before, *oracle.hidden()} if word in text]
    assert not hidden, hidden
    at_rest = b"".join(
        views_bytes(Sight(world.scene.floor, Viewer(scope), world.scene.now_ms), board) for board in ALL_BOARDS
    ).decode()
    assert not [tail for tail in oracle.masked_hidden() if tail in at_rest]
    for agent in PEOPLE:
        assert sight.sees_agent(agent) == oracle.agent(agent)


def views_bytes(sight: Sight, board: Board) -> bytes:
    return Channel(board, sight).snapshot(Moment(0, "", ""), sight, compressed=False).body


@settings(max_examples=20)
@given(st.integers(0, 10_000_000), scopes)
def test_the_api_answers_within_scope_and_does_not_tell_what_is_there(seed: int, scope: Scope) -> None:
    world = World(seed)
    oracle = Oracle(world, scope)
    sight = Sight(world.scene.floor, Viewer(scope), world.scene.now_ms)
    every = "&".join(f"metric={name}" for name in ("state", "pause_reason", "waiting", "calls_handled", "aht"))
    for path in ("floor", "queues", "agents", f"agents?{every}", "metrics", f"metrics?{every}"):
        target = Target.of(f"/api/v1/{path}")
        name = target.path.removeprefix("/api/v1/")
        answer = msgspec.json.encode(api.ANSWERS[name](sight, api.question(sight, name, target))).decode()
        assert not [word for word in oracle.hidden() if word in answer]
    may_ask = {
        **{f"queue={queue}": oracle.queue(queue) for queue in QUEUES},
        **{f"team={team}": scope.is_everything or team in oracle.teams for team in TEAMS},
        **{f"agent={agent}": oracle.agent(agent) for agent in PEOPLE if agent in world.scene.floor.agents},
        "queue=none-such": scope.is_everything,
        "team=none-such": scope.is_everything,
    }
    for asked, may in may_ask.items():
        if may:
            api.question(sight, "metrics", Target.of(f"/api/v1/metrics?{asked}"))
        else:
            with pytest.raises(OutOfScope, match="You may not see this"):
                api.question(sight, "metrics", Target.of(f"/api/v1/metrics?{asked}"))


@settings(max_examples=20)
@given(st.integers(0, 10_000_000), scopes)
def test_a_view_kept_up_to_date_is_the_fresh_one_whatever_the_scope(seed: int, scope: Scope) -> None:
    world = World(seed)
    sight = Sight(world.scene.floor, Viewer(scope), world.scene.now_ms).watch()
    kept = {board.id: views.view(sight, board) for board in ALL_BOARDS}
    for _ in range(10):
        world.scene.changes = type(world.scene.changes)()
        world.step()
        dirty = Dirty(time=True)
        dirty.add(world.scene.changes)
        sight.move(world.scene.now_ms, dirty)
        for board in ALL_BOARDS:
            views.advance(kept[board.id], sight, board)
            again = Sight(world.scene.floor, Viewer(scope), world.scene.now_ms, levels=sight.levels)
            fresh = views.view(again, board)
            assert steady(kept[board.id]) == steady(fresh)


def steady(view: Any) -> Any:
    decoded = msgspec.json.decode(msgspec.json.encode(view, enc_hook=lambda rows: {"rows": list(rows)}))
    for value in decoded.values():
        for row in value.get("rows", ()):
            for growing in ("talk", "occupancy", "aht"):
                row.pop(growing, None)
        if "metric" not in value:
            for also in (value, *value.get("also", {}).values()):
                also.pop("gap_s", None)
    return decoded


def person(scope: Scope) -> Visitor:
    """Who may open every board in one scope."""
    grant = Grant("all", scope, frozenset({Permission.FLOOR_VIEW, Permission.WALL_VIEW, Permission.OWN_VIEW}))
    return Visitor(Actor("person", "p", "王芳", (grant,), account_id="a", session="s", address="10.0.0.7"))


@settings(max_examples=15)
@given(st.integers(0, 10_000_000), st.lists(scopes, min_size=2, max_size=5, unique=True))
def test_many_scopes_and_own_pages_at_one_gateway_each_see_the_floor_as_it_is_for_them(
    seed: int, asked: list[Scope]
) -> None:
    """They share what no scope changes; nothing of one may be in a frame of another, and nothing may be left out."""
    world = World(seed)
    forever(world)
    gateway = Gateway(BOARDS, "r", write, most_views=20)
    own = [Scope(frozenset(), frozenset(), frozenset({agent})) for agent in PEOPLE]
    opened = [(scope, board) for scope in asked for board in ("default", "floor", "agents")]
    opened += [(scope, "me") for scope in own]
    hidden = {scope: set(Oracle(world, scope).hidden()) for scope, _ in opened}
    fold_into(gateway, world)
    sockets = [Memory() for _ in opened]
    for socket, (scope, board) in zip(sockets, opened, strict=True):
        screen = gateway.opened(socket, person(scope), world.scene.now)
        gateway.heard(screen, msgspec.json.encode({"board": board}).decode(), world.scene.now)
    for step in range(12):
        world.step()
        fold_into(gateway, world)
        (gateway.second if step % 3 else gateway.tick)(world.scene.now)
    gateway.second(world.scene.now)
    for socket, (scope, board) in zip(sockets, opened, strict=True):
        levels = None if board == "me" else gateway.sights.of(Viewer(scope), world.scene.now_ms).levels
        fresh = views.view(Sight(world.scene.floor, Viewer(scope), world.scene.now_ms, levels=levels), BOARDS[board])
        assert steady_json(socket.on_screen()) == steady_json(steady(fresh)), (scope, board)
        text = msgspec.json.encode(socket.frames).decode()
        words = hidden[scope] | set(Oracle(world, scope).hidden())
        assert not [word for word in words if word in text], (scope, board)


def fold_into(gateway: Gateway, world: World) -> None:
    scene = world.scene
    changes, scene.changes = scene.changes, type(scene.changes)()
    gateway.folded(changes, scene.floor, scene.position, 1, scene.now)


def steady_json(view: Any) -> Any:
    """Without what only a row's last computing tells, nor gaps that grow."""
    for value in view.values():
        for row in value.get("rows", ()):
            for growing in ("talk", "occupancy", "aht"):
                row.pop(growing, None)
        for one in (value, *value.get("also", {}).values()):
            for growing in ("gap_s", "window_s"):
                one.pop(growing, None)
    return view


@settings(max_examples=20)
@given(st.integers(0, 10_000_000), st.frozensets(st.sampled_from(QUEUES), min_size=1, max_size=2))
def test_totals_of_queues_in_scope_are_whole(seed: int, queues: frozenset[str]) -> None:
    """A scope of queues counts what a board of these queues counts for who sees everything."""
    world = World(seed)
    tiles = tuple(tile for tile in WALL.tiles if kind_of(tile) not in {"agents", "waiting_callers"})
    wall = board_of("b", *tiles)
    named = board_of("b", *tiles, queues=tuple(sorted(queues)))
    now_ms = world.scene.now_ms
    by_scope = views.view(Sight(world.scene.floor, Viewer(Scope(queues)), now_ms), wall)
    by_board = views.view(Sight(world.scene.floor, Viewer(EVERYTHING), now_ms), named)
    assert steady(by_scope) == steady(by_board)


@given(st.integers(0, 10_000_000))
@settings(max_examples=10)
def test_who_sees_nothing_sees_nothing(seed: int) -> None:
    world = World(seed)
    sight = Sight(world.scene.floor, Viewer(NOTHING), world.scene.now_ms)
    for board in BOARDS.values():
        for tile, value in views.view(sight, board).items():
            shown = msgspec.json.decode(msgspec.json.encode(value, enc_hook=lambda rows: {"rows": list(rows)}))
            assert not shown.get("rows"), tile
            assert not shown.get("v"), tile
            counts = [shown.get(name) for name in ("staffed", "signed_out", "answered", "offered", "since")]
            assert not any(sum(count) if isinstance(count, list) else count for count in counts), tile
            assert not any(also["v"] for also in shown.get("also", {}).values()), tile


def test_a_team_scope_reaches_down_and_follows_when_teams_move() -> None:
    world = World(1)
    scope = Scope(frozenset(), frozenset({"TAT"}))
    sight = Sight(world.scene.floor, Viewer(scope), world.scene.now_ms).watch()
    assert sight.scope.teams == {"TAT", "TBT", "TCT"}
    world.parents = {"TAT": "", "TBT": "", "TCT": "TBT", "TDT": "TAT"}
    world.tell_settings()
    sight.move(world.scene.now_ms, Dirty(settings=True))
    assert sight.scope.teams == {"TAT", "TDT"}


class Floor:
    """A small floor to look at one agent by several eyes."""

    def __init__(self) -> None:
        self.scene = Scene().opened()

    def row(self, scope: Scope, agent: str = "PJSIP/1001") -> Any:
        sight = Sight(self.scene.floor, Viewer(scope), self.scene.now_ms)
        return msgspec.to_builtins(sight.agent_line(agent))

    def states(self, scope: Scope) -> Any:
        sight = Sight(self.scene.floor, Viewer(scope), self.scene.now_ms)
        shown = msgspec.to_builtins(views.view(sight, FLOOR)["agent_states"])
        return {state: n for state, n in shown["counts"].items() if n} | {"out": shown["signed_out"]}


SALES = Scope(frozenset({"sales"}))
SUPPORT = Scope(frozenset({"support"}))
NORTH = Scope(frozenset(), frozenset({"north"}))
MYSELF = Scope(frozenset(), frozenset(), frozenset({"PJSIP/1001"}))


def test_a_pause_elsewhere_shows_nowhere_but_to_ones_own_team() -> None:
    floor = Floor()
    floor.scene.tell(e.MemberPaused("support", "PJSIP/1001", "lunch"))
    assert floor.row(SALES)["state"] == "available"
    assert floor.row(SALES)["partly"] is None
    assert (floor.row(SUPPORT)["state"], floor.row(SUPPORT)["reason"]) == ("paused", "lunch")
    assert floor.row(SUPPORT)["limit_at"] == floor.scene.now_ms + 1_800_000
    assert floor.row(NORTH)["partly"] == floor.row(MYSELF)["partly"] == (1, 2)
    floor.scene.wait(10).tell(e.MemberPaused("sales", "PJSIP/1001", "tea"))
    assert (floor.row(SALES)["reason"], floor.row(SUPPORT)["reason"]) == ("tea", "lunch")
    assert floor.row(SUPPORT)["since"] == floor.scene.now_ms - 10_000


def test_work_elsewhere_is_busy_elsewhere_until_it_ends_and_ones_own_is_ones_own() -> None:
    floor = Floor()
    floor.scene.tell(e.QueueEntered("support", "c1", 1, "13812345678"), e.Answered("support", "c1", 1, "PJSIP/1001", 0))
    for scope in (SALES, NORTH):
        row = floor.row(scope)
        assert (row["state"], row["queue"], row["number"], row["limit_at"]) == ("busy_elsewhere", None, None, None)
        assert floor.states(scope)["busy_elsewhere"] == 1
    for scope in (SUPPORT, MYSELF, EVERYTHING):
        row = floor.row(scope)
        assert (row["state"], row["queue"], row["number"]) == ("talking", "support", "138****5678")
    assert floor.states(MYSELF) == {"talking": 1, "out": 0}
    floor.scene.wait(60).tell(e.HandlingEnded("support", "c1", 1, "PJSIP/1001", "caller", 60))
    assert floor.row(SALES)["state"] in {"available", "busy_elsewhere"}


def test_a_pause_that_is_work_after_a_call_names_its_queue_only_to_who_sees_it() -> None:
    floor = Floor()
    reasons = {"notes": e.PauseReasonSettings(e.Names("话后处理", "Notes"), "work_after_call", 60)}
    floor.scene.tell(e.SettingsChanged(msgspec.structs.replace(SETTINGS, pause_reasons=reasons)), switch="settings")
    floor.scene.tell(e.QueueEntered("support", "c1", 1, "13812345678"), e.Answered("support", "c1", 1, "PJSIP/1001", 0))
    floor.scene.wait(60).tell(e.HandlingEnded("support", "c1", 1, "PJSIP/1001", "caller", 60))
    floor.scene.wait(60).tell(*(e.MemberPaused(queue, "PJSIP/1001", "notes") for queue in ("sales", "support")))
    for scope, queue in ((EVERYTHING, "support"), (SUPPORT, "support"), (SALES, None), (NORTH, None)):
        row = floor.row(scope)
        assert (row["state"], row["reason"], row["queue"]) == ("wrapping_up", "notes", queue)


def test_the_api_says_of_an_agents_state_no_more_than_their_row() -> None:
    floor = Floor()
    floor.scene.tell(e.QueueEntered("support", "c1", 1, "13812345678"), e.Answered("support", "c1", 1, "PJSIP/1001", 0))
    floor.scene.tell(e.MemberPaused("support", "PJSIP/1002", "lunch"))
    asked = "metrics?metric=state&metric=pause_reason&metric=in_state&agent=PJSIP/"
    found = {}
    for scope in (SALES, SUPPORT):
        sight = Sight(floor.scene.floor, Viewer(scope), floor.scene.now_ms)
        for agent in ("1001", "1002"):
            target = Target.of(f"/api/v1/{asked}{agent}")
            figures = api.metrics(sight, api.question(sight, "metrics", target))["metrics"]
            found[scope, agent] = (figures["state"]["value"], figures["pause_reason"]["value"])
    assert found[SUPPORT, "1001"] == ("talking", None)
    assert found[SALES, "1001"] == ("busy_elsewhere", None)
    assert found[SUPPORT, "1002"] == ("paused", "lunch")
    assert found[SALES, "1002"] == ("available", None)


def test_of_two_calls_the_one_in_scope_is_shown() -> None:
    floor = Floor()
    floor.scene.tell(
        e.QueueEntered("support", "c1", 1, "13812345678"), e.Answered("support", "c1", 1, "PJSIP/1001", 0),
        e.QueueEntered("sales", "c2", 1, "13987654321"), e.Answered("sales", "c2", 1, "PJSIP/1001", 0),
    )  # fmt: skip
    assert (floor.row(SALES)["queue"], floor.row(SALES)["number"]) == ("sales", "139****4321")
    assert (floor.row(SUPPORT)["queue"], floor.row(SUPPORT)["number"]) == ("support", "138****5678")


def test_a_team_without_queues_sees_its_agents_and_no_callers() -> None:
    floor = Floor()
    floor.scene.tell(e.QueueEntered("sales", "c1", 1, "13812345678"))
    sight = Sight(floor.scene.floor, Viewer(NORTH), floor.scene.now_ms)
    view = views.view(sight, FLOOR)
    assert {row.id for row in view["agents"]} == {"PJSIP/1001", "PJSIP/1003"}  # type: ignore[union-attr]
    assert not list(view["waiting_callers"])  # type: ignore[arg-type]
    assert floor.states(NORTH) == {"available": 2, "out": 0}
    names = views.names(sight, FLOOR)
    assert names["queues"] == {}
    assert set(names["teams"]) == {"north"}


def test_who_left_the_queue_today_is_signed_out_there_whatever_they_do_elsewhere() -> None:
    floor = Floor()
    floor.scene.tell(e.MembershipRemoved("sales", "PJSIP/1001"))
    floor.scene.tell(e.QueueEntered("support", "c1", 1, "13812345678"), e.Answered("support", "c1", 1, "PJSIP/1001", 0))
    row = floor.row(SALES)
    assert (row["state"], row["since"], row["queue"], row["number"]) == ("signed_out", None, None, None)


def test_wrap_up_elsewhere_ends_by_time_alone() -> None:
    floor = Floor()
    scope = Scope(frozenset({"support"}))
    sight = Sight(floor.scene.floor, Viewer(scope), floor.scene.now_ms).watch()
    view = views.view(sight, FLOOR)
    floor.scene.tell(e.QueueEntered("sales", "c1", 1), e.Answered("sales", "c1", 1, "PJSIP/1001", 0))
    floor.scene.wait(10).tell(e.HandlingEnded("sales", "c1", 1, "PJSIP/1001", "caller", 10))
    dirty = Dirty()
    dirty.add(floor.scene.changes)
    sight.move(floor.scene.now_ms, dirty)
    views.advance(view, sight, FLOOR)
    assert view["agents"].by_id["PJSIP/1001"].state == "busy_elsewhere"  # type: ignore[union-attr]
    sight.move(floor.scene.wait(6).now_ms, Dirty(time=True))
    views.advance(view, sight, FLOOR)
    assert view["agents"].by_id["PJSIP/1001"].state == "available"  # type: ignore[union-attr]
