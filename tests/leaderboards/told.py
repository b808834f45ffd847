"""Several days of a small floor as entries of a stream: calls, pauses, and a business system that tells late, twice and otherwise."""

from __future__ import annotations

import random
from typing import Final

from collectors import events as e
from dashboard.floor.changes import Changes
from dashboard.floor.fold import fold
from dashboard.floor.metrics import REGISTRY
from tests.live.scene import AGENTS, QUEUES, Scene, Story

HALF_HOUR_MS: Final = 1_800_000
DAY_MS: Final = 86_400_000
FIGURES: Final = tuple(sorted(one.id for one in REGISTRY.values() if "agent" in one.scopes and one.basis != "now"))
"""Metrics that can be counted of an agent over a period."""


class Told(Scene):
    """A scene whose entries are kept: `entries`, each as it was folded."""

    def __init__(self, start_ms: int) -> None:
        super().__init__(start_ms)
        self.entries: list[e.Entry] = []
        self._told: dict[str, e.BusinessFact] = {}
        self._by_writer: dict[str, int] = {}

    def tell(self, *events: e.AnyEvent, switch: str = "pbx1") -> Changes:
        """Folds events that happen now, and keeps them."""
        merged = Changes()
        for event in events:
            n = self._by_writer[switch] = self._by_writer.get(switch, 0) + 1
            entry = e.Entry("main", switch, self.boot, 1, n, self.now_ms, event)
            self.entries.append(entry)
            merged.add(fold(self.floor, entry, f"{len(self.entries)}-0"))
        self.changes.add(merged)
        return merged

    def business(self, rng: random.Random, back_ms: int) -> Changes:
        """A fact of some time ago, now and then one that corrects, or takes back, what was told before."""
        name = f"{rng.randrange(40)}"
        kinds: tuple[e.BusinessKind, ...] = ("sale", "satisfaction", "resolution", "complaint", "ticket", "qa")
        occurred_ms = self.now_ms - rng.randrange(back_ms)
        fact = e.BusinessFact(
            rng.choice(kinds),
            occurred_ms,
            rng.choice(AGENTS),
            rng.choice(QUEUES),
            rng.randrange(9_000),
            rng.random() < 0.6,
        )
        new = fact if rng.random() < 0.9 else None
        told = e.BusinessTold("crm", name, new, self._told.pop(name, None))
        if new is not None:
            self._told[name] = new
        return self.tell(told, switch=e.BUSINESS_WRITER)


def some_days(start_ms: int, days: int, seed: int, steps: int = 60) -> Told:
    """Days of work from `start_ms` on, each of some hours; the last entry is at the beginning of a half-hour."""
    scene, rng = Told(start_ms), random.Random(seed)
    scene.opened()
    story = Story(scene, seed)
    for day in range(days):
        scene.now_ms = max(scene.now_ms, start_ms + day * DAY_MS)
        for _ in range(steps):
            story.step()
            scene.wait(rng.randrange(600))
            if rng.random() < 0.3:
                scene.business(rng, max(scene.now_ms - start_ms, 1) + 1)
    scene.now_ms = (scene.now_ms // HALF_HOUR_MS + 1) * HALF_HOUR_MS
    scene.tell(e.SourceAlive())
    return scene
