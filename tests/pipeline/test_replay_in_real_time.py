"""A recording at the speed at which it happened gives the durations of its truth too. It takes as long as it took."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.replayed import play, truth_of
from tests.pipeline.site import site


@pytest.mark.pipeline
@pytest.mark.timeout(400)
def test_waits_and_talk_are_right_in_real_time(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        floor = play(here, "small", 1, 240)
    truth = truth_of("small")
    for queue, values in truth["queues"].items():
        found = floor["queues"][queue]
        assert found["asa"] == pytest.approx(values["mean_wait_answered"], abs=0.001), queue
        assert found["avg_abandon_wait"] == (
            pytest.approx(values["mean_wait_abandoned"]) if values["abandoned"] else None
        )
    talks = {agent["name"]: agent for agent in floor["agents"].values()}
    for name, values in truth["agents"].items():
        found = talks[name]
        assert found["calls_handled"] == values["calls_taken"], name
        assert found["talk_handled"] == values["talk_seconds"], name
        assert found["paused_any_queue"] == pytest.approx(
            values["pause_seconds_any_queue"], abs=1 + len(values["pause"])
        ), name
