"""The standings of the recording `normal`: ours, and those that a script of a few lines makes of what the switch itself kept (truth.json).

The script shares nothing with us but the question: so many points of 60 for calls taken (40 are all), so many of 40 for few offers left
to ring out (none is all, 8 is nothing), no rank below 5 calls.
"""

from __future__ import annotations

import json
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from collectors.asterisk.recording import entries
from dashboard.floor.fold import fold
from dashboard.floor.metrics import value
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Least, Part, QualityFloor, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.floor.state import Floor as FloorState

NORMAL = Path(__file__).parent.parent / "recordings" / "normal"
TWO_NAMES = {"PJSIP/1008", "Heidi Sand"}
"""queue_log calls one agent by two names; the truth has her twice, so her place is not compared."""

METRICS = ("calls_handled", "calls_missed", "calls_rejected")
SCHEME = Scheme(
    (Part("calls_handled", 60, target=40), Part("calls_missed", 40, target=0, low=8)),
    quality=(QualityFloor("calls_missed", 5),),
    least=Least(calls=5),
)


def of_the_truth() -> list[tuple[str, int, Decimal]]:
    """(name, rank, score) of everybody, best first; rank 0: none."""
    agents = json.loads((NORMAL / "truth.json").read_text())["agents"]
    rows = []
    for name, did in agents.items():
        if name in TWO_NAMES:
            continue
        taken, missed = Decimal(did["calls_taken"]), Decimal(did["ringnoanswer"])
        parts = (min(taken / 40, Decimal(1)) * 60, max((8 - missed) / 8, Decimal(0)) * 40)
        points = sum((part.quantize(Decimal("0.01"), ROUND_HALF_UP) for part in parts), Decimal(0))
        rows.append((name, points, taken >= 5 and missed <= 5))
    ranked = sorted((points for _, points, has_rank in rows if has_rank), reverse=True)
    found = [(name, ranked.index(points) + 1 if has_rank else 0, points) for name, points, has_rank in rows]
    return sorted(found, key=lambda row: (row[1] == 0, row[1], row[0]))


def test_standings_of_a_real_switch_are_what_its_own_log_says() -> None:
    floor, now_ms = FloorState("site"), 0
    for entry in entries(NORMAL):
        fold(floor, entry)
        now_ms = max(now_ms, entry.at_ms)
    dids, names = [], {}
    for agent in floor.agents.values():
        names[agent.id] = agent.name
        told = [value(floor, one, agents=[agent.id], now_ms=now_ms).value or 0 for one in METRICS]
        taken, missed, refused = (int(number) for number in told)
        # the switch's log does not tell what rang out from what the phone refused
        dids.append(Did(agent.id, {"calls_handled": taken, "calls_missed": missed + refused}, taken))
    ours = [
        (names[one.id], one.rank, Decimal(one.score) / 100)
        for one in score(SCHEME, dids)
        if names[one.id] not in TWO_NAMES
    ]
    truth = of_the_truth()
    known = {name for name, _, _ in truth}
    assert sorted((one for one in ours if one[0] in known), key=lambda row: (row[1] == 0, row[1], row[0])) == truth
    assert [rank for _, rank, _ in truth].count(0) >= 2
    assert len({rank for _, rank, _ in truth}) >= 5
