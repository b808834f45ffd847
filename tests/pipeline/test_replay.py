"""A recording served over TCP, through collector, Redis and historian, gives the counts of its truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipeline.replayed import play
from tests.pipeline.site import site


@pytest.mark.pipeline
@pytest.mark.parametrize(("name", "within_s"), [("small", 90), ("exits", 90), ("normal", 90), ("nasty", 90)])
def test_counts_are_right_at_forty_times_the_speed(tmp_path: Path, name: str, within_s: float) -> None:
    with site(tmp_path) as here:
        play(here, name, 40, within_s)
