"""A made-up floor of 200 people that moves every tile of the board `tests.walls.every_tile`, step by step."""

from __future__ import annotations

from dataclasses import dataclass

from tests.ui.scripted_floor import Frame, Row, ScriptedFloor, number

RESTING = ("break", "lunch", "training")
BEST = 5
SELDOM = ("answered", "yesterday", "interval", "before", "lost")
OFTEN = 0.1


@dataclass
class EveryTileFloor(ScriptedFloor):
    """The values of all its tiles; a step moves some of each."""

    agents: int = 200

    def view(self) -> Frame:
        """Everything."""
        return {
            **self._numbers(),
            "agents": {"rows": self.rows},
            "waiting_callers": {"rows": self.callers},
            "half_hours": self._chart(),
            "top_list": {"rows": self._best()},
            "rest_quota": {"rows": self._resting()},
        }

    def step(self) -> Frame:
        """Something happens to somebody, and the numbers that follow; the others' turn comes now and then."""
        found = super().step()
        for tile in SELDOM:
            if self.random.random() > OFTEN:
                del found[tile]
        if self.random.random() < OFTEN:
            found |= {"half_hours": self._chart(), "top_list": {"rows": self._best()}}
            found["rest_quota"] = {"set": self._resting()[:1], "del": []}
        return found

    def _numbers(self) -> Frame:
        found = super()._numbers()
        source = self.random
        amount = source.randint(900, 1_300_000)
        found["answered"] |= {
            "v": amount, "trend": source.choice(("up", "down", "same")), "spark_from": self.now_ms() - 8 * 3_600_000,
            "spark_step_s": 1800, "spark": [source.randint(0, 90) for _ in range(16)],
        }  # fmt: skip
        for tile in ("yesterday", "interval", "before", "lost"):
            level = source.choice(("none", "ok", "amber", "red"))
            found[tile] = number(source.randint(0, 99_999), level, level_at=self.now_ms(), gap_s=source.randint(0, 90))
        for row in found["queue_table"]["rows"]:
            row["values"] = [row["waiting"], source.randint(0, 999)]
        return found

    def _chart(self) -> Row:
        chart = self._trend()
        offered = chart["offered"]
        offered[-1] = self.random.randint(0, 90)
        return chart | {"series": "inbound"}

    def _best(self) -> list[Row]:
        best = self.random.sample(self.rows, BEST)
        return [
            {"id": row["id"], "rank": rank, "name": row["name"], "staff": row["staff"], "team": "", "v": 90 - rank * 7}
            for rank, row in enumerate(best, start=1)
        ]

    def _resting(self) -> list[Row]:
        return [
            {"id": reason, "now": self.random.randint(0, 16), "quota": 15, "level": self.random.choice(("none", "amber", "red"))}
            for reason in RESTING
        ]  # fmt: skip
