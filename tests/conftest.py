"""In which order files of tests begin: the long ones first, so that none is alone at the end; those that wait for real time and those
that keep a core busy by turns. Everything else follows in the order of its name. And which files run one after another in one
process, because they work with the same started system.
"""

from __future__ import annotations

import gc
import os
from pathlib import PurePosixPath
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling  # type: ignore[import-untyped]

settings.register_profile(
    "tests", deadline=None, derandomize="SEARCH" not in os.environ, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tests")

FIRST: Final = (
    "pipeline/test_replay_in_real_time.py", "walls/test_boxes_of_states.py", "screens/test_endurance.py", "walls/test_boxes.py",
    "screens/test_desk_and_tv.py", "ui/test_wall_memory.py", "designer/test_story.py", "ui/test_tv_in_browser.py",
    "stepping_in/test_stepping_in.py", "screens/test_offline.py", "pipeline/test_demo.py", "pipeline/test_replay.py",
    "ui/test_floor_in_browser.py", "pipeline/test_link_cut.py", "ui/test_wall_in_browser.py", "ui/test_wall_rotation.py",
    "store/test_backup.py", "security/test_hostile_text.py", "pipeline/test_kill.py", "commands/test_bad_input.py",
    "ui/test_wall_definitions.py", "ui/test_tile_sizes.py",
    "ui/test_pieces_in_browser.py", "simulator/test_traps.py", "directory/test_told.py",
    "directory_pages/test_in_browser.py", "access_pages/test_account_in_browser.py",
    "access_pages/test_sign_in_in_browser.py", "history/test_historian.py",
    "boards/test_ordinary_day.py", "security/test_two_supervisors.py", "pipeline/test_handles.py",
)  # fmt: skip


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keeps the order within each file."""
    room = config.rootpath / "tests"
    gone = [name for name in FIRST if not (room / name).is_file()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py: FIRST names files that are not there: {', '.join(gone)}")
    places = {room / name: place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


TOGETHER: Final = ("designer", "walls")
"""Rooms whose browser tests share what is started once for the package (`browser`, `here`, `place`)."""

APART: Final = ("walls/test_boxes_of_states.py",)
"""So long by itself that it is worth a system of its own."""


class ByFileAndRoom(LoadFileScheduling):  # type: ignore[misc]
    """As `--dist loadfile`, but that the files of a room of `TOGETHER` count as one."""

    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        _, room, name = ("", *PurePosixPath(file).parts)[-3:]
        return room if room in TOGETHER and f"{room}/{name}" not in APART else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """For the whole suite (`make test`); another `--dist` is left as it is."""
    return ByFileAndRoom(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """What was collected stays until the end: several hundred megabytes that no collection of garbage need look through again."""
    gc.collect()
    gc.freeze()
