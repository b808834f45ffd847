"""A wall stays open for weeks: what an update leaves behind adds up. A board with every kind of tile, whose pages take turns, while
announcements come and end. The long run (100,000 updates) is `bench.browser_memory`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dashboard.access.scope import EVERYTHING
from dashboard.boards.reading import written
from tests.access_pages.site import PageSite
from tests.board_pages.uploads import png
from tests.keyring import HERE
from tests.ui.conftest import Open
from tests.ui.every_tile_floor import EveryTileFloor
from tests.ui.gateway_script import ScriptedGateway
from tests.ui.wall_memory import BOARD, Watched
from tests.walls.every_tile import every_tile

pytestmark = pytest.mark.browser

WARM_UP = 2_000
UPDATES = 3_000
MOST_GROWTH = 0.08
"""The engine's own warming up is half of it."""

SMALL = (960, 540)
"""What is kept is the same on a small screen, and each of the thousands of frames is painted in a quarter of the time."""

SOME_NODES = 20
"""Rows come and go, and what is said for the first time makes its node."""


@pytest.fixture
def gateway(site: PageSite, gateway_port: int) -> Iterator[ScriptedGateway]:
    """It speaks for a published board with every kind of tile."""
    services = site.services
    board = every_tile(BOARD, services.pictures.add(HERE, "logo", png()))
    services.library.imported(HERE, written(board), scope=EVERYTHING)
    services.library.publish(HERE, BOARD, 1)
    gateway = ScriptedGateway(EveryTileFloor(random.Random(7)), port=gateway_port)
    gateway.revision = 1
    gateway.further[BOARD] = gateway.floor.view()
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.mark.timeout(300)
def test_updates_leave_neither_heap_nor_nodes_behind(gateway: ScriptedGateway, open_page: Open) -> None:
    """Seen to fail with a text of 90 letters kept of each frame (15 %; 5 % without), and with a node."""
    watched = Watched(open_page(f"/wall/?board={BOARD}", is_new=True, size=SMALL), gateway)
    watched.update(WARM_UP)
    before = watched.look()
    watched.update(UPDATES)
    after = watched.look()
    assert after.nodes <= before.nodes + SOME_NODES
    assert after.heap_mb <= before.heap_mb * (1 + MOST_GROWTH), f"{before.heap_mb:.2f} → {after.heap_mb:.2f} MB"
