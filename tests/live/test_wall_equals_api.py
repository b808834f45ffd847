"""The number on the wall is the one that the API answers for the same question at the same place in the stream.

Generated: every metric that a tile can show × every window × what a tile may be about (everything, a queue, a team, both) × who looks
(everything, a queue, a team), over a simulated working day, a floor whose link is down, and the recording of a real switch. The wall's
side is what a screen shows after its snapshot and all patches, the API's side is what the real routes answer.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args
from urllib.parse import urlencode

import msgspec
import pytest
from msgspec.structs import replace
from websockets.datastructures import Headers
from websockets.http11 import Request

from collectors.events import (
    BUSINESS_WRITER,
    BusinessFact,
    BusinessKind,
    BusinessTold,
    Entry,
    MeasureSettings,
    SlFormula,
)
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards import Board, Tile
from dashboard.boards.document import (
    AgentStatesTile,
    HalfHoursTile,
    LongestWaitTile,
    QueueTableTile,
    RestQuotaTile,
    ServiceLevelTile,
    TopListTile,
    Window,
)
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.metrics import REGISTRY, needed
from dashboard.floor.state import Floor
from dashboard.live.clocks import Instant
from dashboard.live.gateway import Gateway
from dashboard.live.lines import DIGITS
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.visitor import Visitor
from tests.live.boards import board_of, number
from tests.live.people import Book, Door, access, person
from tests.live.test_gateway import Memory, write
from tests.walls.scenes import DOWN_FOR_MS, Scene, Simulated, failed, recorded

WINDOWS: Final[tuple[Window, ...]] = get_args(Window)
FORMULAS: Final[tuple[SlFormula, ...]] = get_args(SlFormula)
OWN: Final = "custom:seats"
NUMBERS: Final = (
    *(metric.id for metric in REGISTRY.values() if metric.kind != "state" and metric.id != "in_state"),
    OWN,
)
"""What a tile can show: no words, and nothing that only one agent has; and a measure of the site's own."""

GROWING: Final = frozenset(metric.id for metric in REGISTRY.values() if metric.basis == "C")
"""Seconds that grow while nothing happens: in rows they are as of the last change, at most a minute old."""

SERVICE: Final = ("service_level", "service_level_live", "abandon_rate_net")
THRESHOLDS_S: Final = (5, 20, 90)


class Stage:
    """One floor, a gateway that shows boards of it, and its API, at one moment of one clock."""

    def __init__(self, scene: Scene, boards: Mapping[str, Board], scope: Scope) -> None:
        self.scene = scene
        self.now_ms = scene.now_ms
        self.scope = scope
        self.door = Door()
        self.door.by_secret["viewer"] = person(scope, Role.SUPERVISOR)
        entrance = access(self.door, Book())
        self.gateway = Gateway(boards, "test", write)
        self.routes = Routes(
            self.gateway, Positions(), lambda: self.instant, lambda: "", entrance.admission, entrance.denials
        )
        self.show()
        self.sockets = {board: self._open(board) for board in boards}

    @property
    def instant(self) -> Instant:
        return Instant(self.now_ms, float(self.now_ms - self.scene.now_ms))

    def show(self) -> None:
        changes = self.scene.moved(self.now_ms)
        self.gateway.folded(changes, self.scene.floor, self.scene.position, 1, self.instant)

    def live_on(self, seconds: int) -> None:
        """Time passes, and every view is brought up to date."""
        self.now_ms += seconds * 1000
        self.show()
        self.gateway.tick(self.instant)
        self.gateway.second(self.instant)

    def _open(self, board: str) -> Memory:
        socket = Memory()
        screen = self.gateway.opened(socket, Visitor(self.door.by_secret["viewer"]), self.instant)
        self.gateway.heard(screen, msgspec.json.encode({"board": board}).decode(), self.instant)
        return socket

    def shown(self, board: str) -> Any:
        """What stands on the screen, and that it is of where the API is."""
        return self.sockets[board].on_screen()

    def ask(self, path: str, **asked: Any) -> Any:
        """The real route's answer."""
        pairs = [(name, one) for name, many in asked.items() for one in (many if isinstance(many, tuple) else (many,))]
        request = Request(f"/api/v1/{path}?{urlencode(pairs)}", Headers(Authorization="Bearer viewer"))
        response = asyncio.run(self.routes.answer(request, "10.0.0.7"))
        answer = msgspec.json.decode(response.body)
        assert response.status_code == 200, answer
        assert (answer["position"], answer["at"]) == (self.gateway.position, self.now_ms)
        return answer


class Trading(Simulated):
    """A simulated floor of which business systems tell: late, otherwise than before, of nobody in particular."""

    def __init__(self, agents: int, hours: float) -> None:
        super().__init__(agents, hours, lambda known: replace(known, measures={"seats": MeasureSettings(sums="mean")}))
        self._rng = random.Random(3)
        self._facts: list[BusinessFact] = []
        self._n = 0
        self._tell(self.now_ms, 400)

    def moved(self, now_ms: int) -> Changes:
        changes = super().moved(now_ms)
        changes.add(self._tell(now_ms, 30))
        return changes

    def _tell(self, now_ms: int, count: int) -> Changes:
        changes, rng = Changes(), self._rng
        agents, queues = sorted(self.floor.agents), sorted(self.floor.queues)
        for _ in range(count):
            kind = rng.choice(get_args(BusinessKind))
            at_ms = now_ms - rng.choice((1_000, 200_000, 2_000_000, 6_000_000)) * rng.randrange(1, 4)
            agent, queue = rng.choice((*agents, None)), rng.choice((*queues, None))
            fact = BusinessFact(kind, at_ms, agent, queue, rng.randrange(9_999), rng.random() < 0.6, "seats")
            before = rng.choice(self._facts) if self._facts and rng.random() < 0.2 else None
            if before is not None:
                self._facts.remove(before)
            self._facts.append(fact)
            self._n += 1
            told = BusinessTold("crm", f"{self._n}", fact, before)
            entry = Entry("main", BUSINESS_WRITER, "", 1, self._n, now_ms, told)
            changes.add(fold(self.floor, entry, self.position))
        return changes


Narrowed = dict[str, tuple[str, ...]]


def narrowings(floor: Floor, scope: Scope) -> list[Narrowed]:
    """What a tile may name: nothing, a queue, two, a team, a queue and a team, as far as they are in scope."""
    queues = tuple(sorted(floor.queues if scope.queues is None else scope.queues))
    teams = tuple(sorted(floor.settings.teams if scope.is_everything else scope.teams))[:1]
    found: list[Narrowed] = [{}]
    found += [{"queues": queues[:1]}] if queues else []
    found += [{"queues": queues[:2]}] if len(queues) > 1 else []
    found += [{"teams": teams}] if teams else []
    found += [{"queues": queues[:1], "teams": teams}] if queues and teams else []
    return found


def scopes(floor: Floor) -> Iterator[Scope]:
    yield EVERYTHING
    yield Scope(frozenset(sorted(floor.queues)[:1]))
    if floor.settings.teams:
        yield Scope(frozenset(), frozenset(sorted(floor.settings.teams)[:1]))


def asked_of(narrowed: Narrowed) -> Narrowed:
    """The same as parameters."""
    return {name.removesuffix("s"): ids for name, ids in narrowed.items()}


def tiles_of(narrowed: Narrowed, window: Window) -> Iterator[Tile]:
    """Every kind with a value, asking for everything that it can."""
    for metric in NUMBERS:
        yield number(f"n-{metric}", metric, window=window, also=(metric,), trend="line", **narrowed)
    for formula in FORMULAS:
        for threshold_s in THRESHOLDS_S:
            how: Any = {"window": window, "formula": formula, "threshold_s": threshold_s, **narrowed}
            for metric in SERVICE:
                yield number(f"f-{metric}-{formula}-{threshold_s}", metric, **how)
            yield ServiceLevelTile(id=f"s-{formula}-{threshold_s}", also=SERVICE, **how)
    plain: Any = narrowed
    yield ServiceLevelTile(id="service_level", window=window, also=("asa", "aht"), **plain)
    yield LongestWaitTile(id="longest_wait", **plain)
    yield AgentStatesTile(id="agent_states", **plain)
    yield RestQuotaTile(id="rest_quota", **plain)
    yield HalfHoursTile(id="inbound", **plain)
    yield HalfHoursTile(id="outbound", series="outbound", **plain)
    if "teams" not in narrowed:
        yield QueueTableTile(id="table", columns=NUMBERS, window=window, **plain)
    for metric in NUMBERS:
        if "agent" in needed(metric).scopes and needed(metric).kind != "since":
            yield TopListTile(id=f"t-{metric}", metric=metric, window=window, rows=10, **plain)


def figure(metric: str, answer: Any) -> Any:
    """An API's figure as screens get it: a moment, or a number with the digits that people read."""
    if needed(metric).kind == "since":
        return answer.get("since")
    value = answer["value"]
    return None if value is None else round(value, DIGITS.get(needed(metric).unit, 0))


class Comparison:
    """One board on one stage against the API. `is_kept`: the view was brought up to date by patches, so that rows may hold seconds
    that were right up to a minute ago."""

    def __init__(self, stage: Stage, board: str, narrowed: Narrowed, window: Window, *, is_kept: bool) -> None:
        self.stage = stage
        self.asked: dict[str, Any] = {**asked_of(narrowed), "window": window}
        self.narrowed = narrowed
        self.window = window
        self.shown = stage.shown(board)
        self.settled = frozenset() if not is_kept else GROWING
        self.compared = 0

    def whole(self) -> int:
        """Compares everything; returns how many numbers there were."""
        self.numbers()
        self.formulas()
        self.headlines()
        self.half_hours()
        if "teams" not in self.narrowed:
            self.table()
        self.top_lists()
        return self.compared

    def same(self, tile: str, on_the_wall: Any, by_api: Any) -> None:
        assert on_the_wall == by_api, (self.stage.scope, self.asked, tile)
        self.compared += on_the_wall is not None

    def numbers(self) -> None:
        answers = self.stage.ask("metrics", **self.asked, metric=NUMBERS)["metrics"]
        assert set(NUMBERS) == answers.keys()
        for metric in NUMBERS:
            tile, answer = self.shown[f"n-{metric}"], answers[metric]
            field = "since" if needed(metric).kind == "since" else "v"
            self.same(metric, tile[field], figure(metric, answer))
            self.same(metric, tile["also"][metric][field], figure(metric, answer))
            self.same(metric, tile["gap_s"], round(answer.get("gap_s", 0)))
        if self.window in {"interval", "interval:-1"}:
            back = 1 if self.window == "interval" else 2
            for metric in NUMBERS:
                spark = self.shown[f"n-{metric}"].get("spark", ())
                if len(spark) >= back:
                    self.same(f"spark of {metric}", spark[-back], figure(metric, answers[metric]))

    def formulas(self) -> None:
        for formula in FORMULAS:
            for threshold_s in THRESHOLDS_S:
                asked = {**self.asked, "formula": formula, "threshold_s": threshold_s, "metric": SERVICE}
                answers = self.stage.ask("metrics", **asked)["metrics"]
                of_tile = self.shown[f"s-{formula}-{threshold_s}"]
                self.same("service level", of_tile["v"], figure("service_level", answers["service_level"]))
                assert (of_tile["formula"], of_tile["threshold_s"]) == (formula, threshold_s)
                for metric in SERVICE:
                    by_api = figure(metric, answers[metric])
                    self.same(metric, self.shown[f"f-{metric}-{formula}-{threshold_s}"]["v"], by_api)
                    self.same(metric, of_tile["also"][metric]["v"], by_api)

    def headlines(self) -> None:
        asked = {name: value for name, value in self.asked.items() if name != "window"}
        floor = self.stage.ask("floor", **self.asked)
        metrics = floor["metrics"]
        level = self.shown["service_level"]
        for field, metric in (("v", "service_level"), ("answered", "answered"), ("offered", "offered")):
            self.same(field, level[field], figure(metric, metrics[metric]) or (None if field == "v" else 0))
        for metric in ("asa", "aht"):
            self.same(metric, level["also"][metric]["v"], figure(metric, metrics[metric]))
        recent = self.stage.ask("metrics", **{**asked, "window": "last_30_min"}, metric="service_level")["metrics"]
        self.same("last_30_min", level["last_30_min"], figure("service_level", recent["service_level"]))
        self.same("longest_wait", self.shown["longest_wait"]["since"], metrics["longest_wait"].get("since"))
        self.same("agent_states", self.shown["agent_states"], floor["agents"])
        self.same("rest_quota", self.shown["rest_quota"]["rows"], floor["resting"])

    def half_hours(self) -> None:
        """The interval that runs, and the one before it."""
        for series, metrics in {
            "inbound": {"offered": "offered", "answered": "answered", "abandoned": "abandoned", "sl": "service_level"},
            "outbound": {"offered": "calls_dialled", "answered": "calls_connected", "sl": "connect_rate"},
        }.items():
            if self.window not in {"interval", "interval:-1"}:
                continue
            back = 1 if self.window == "interval" else 2
            tile = self.shown[series]
            answers = self.stage.ask("metrics", **self.asked, metric=tuple(metrics.values()))["metrics"]
            for field, metric in metrics.items():
                if len(tile[field]) >= back:
                    # Queues' own figures of a series are of queues: teams narrow none of them.
                    self.same(f"{series} {field}", tile[field][-back], figure(metric, answers[metric]))

    def table(self) -> None:
        rows = {row["id"]: row for row in self.shown["table"]["rows"]}
        answers = self.stage.ask("queues", **self.asked, metric=NUMBERS)["queues"]
        assert rows.keys() == answers.keys()
        for queue, row in rows.items():
            for metric, value in zip(NUMBERS, row["values"], strict=True):
                if metric not in self.settled:
                    self.same(f"{queue} {metric}", value, figure(metric, answers[queue][metric]))
            for field, metric in (("waiting", "waiting"), ("sl", "service_level"), ("available", "agents_available")):
                self.same(f"{queue} {field}", row[field], figure(metric, answers[queue][metric]))

    def top_lists(self) -> None:
        metrics = [m for m in NUMBERS if f"t-{m}" in self.shown and m not in self.settled]
        agents = self.stage.ask("agents", **self.asked, metric=tuple(metrics), limit=100)
        assert agents["total"] <= 100
        for metric in metrics:
            having = [
                (value, row["id"], row["name"])
                for row in agents["agents"]
                if (value := figure(metric, row["metrics"][metric]))
            ]
            having.sort(key=lambda one: -one[0])
            best = [one[0] for one in having]
            expected = [(1 + best.index(value), agent, name, value) for value, agent, name in having[:10]]
            rows = self.shown[f"t-{metric}"]["rows"]
            self.same(f"top list of {metric}", [(r["rank"], r["id"], r["name"], r["v"]) for r in rows], expected)


def compare(scene: Scene, scope: Scope, *, seconds: int, windows: tuple[Window, ...] = WINDOWS) -> int:
    """All boards of one viewer, fresh and after time has passed; returns how many numbers were the same."""
    boards = {
        f"b{place}-{window.replace(':', '')}": (narrowed, window)
        for place, narrowed in enumerate(narrowings(scene.floor, scope))
        for window in windows
    }
    made = {name: board_of(name, *tiles_of(*about)) for name, about in boards.items()}
    stage = Stage(scene, made, scope)
    compared = sum(Comparison(stage, name, *about, is_kept=False).whole() for name, about in boards.items())
    if seconds:
        for _ in range(2):
            stage.live_on(seconds)
        compared += sum(Comparison(stage, name, *about, is_kept=True).whole() for name, about in boards.items())
    return compared


@pytest.mark.parametrize("place", [0, 1, 2])
def test_on_a_simulated_working_day(place: int) -> None:
    scene = Trading(14, 1.2)
    scope = list(scopes(scene.floor))[place]
    assert compare(scene, scope, seconds=17) > 5_000


def test_while_the_link_is_down_and_numbers_are_incomplete() -> None:
    scene = failed()
    stage_windows: tuple[Window, ...] = ("day", "interval", "last_5_min")
    assert compare(scene, EVERYTHING, seconds=0, windows=stage_windows) > 500
    assert scene.now_ms - scene.floor.core.links["pbx"].alive_ms >= DOWN_FOR_MS


@pytest.mark.parametrize("place", [0, 1])
def test_on_a_real_switchs_recording(place: int) -> None:
    scene = recorded("small")
    scope = list(scopes(scene.floor))[place]
    assert compare(scene, scope, seconds=0) > 1_000
