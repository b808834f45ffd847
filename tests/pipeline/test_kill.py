"""Each process killed with `kill -9` under load: nothing acknowledged is lost, and the numbers are the switch's again."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.patience import HANG_S
from tests.pipeline.agreement import await_agreement
from tests.pipeline.site import Site, site, until
from tests.pipeline.test_link_cut import Screen, age_s, is_beat, start_switch
from tests.ports import free_ports

LIVE_S = 25.0
"""Ten are promised, and kept where the cores are free; here four files of tests share them."""


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, int]]:
    """One site on a busy switch, which survives all of it, and the switch's control port."""
    with site(tmp_path_factory.mktemp("busy")) as here:
        (control_port,) = free_ports(1)
        start_switch(here, control_port, 100)
        here.start_all()
        yield here, control_port


@pytest.mark.pipeline
@pytest.mark.parametrize("victim", ["collect", "history", "live", "valkey"])
def test_killed_under_load(busy: tuple[Site, int], victim: str) -> None:
    here, control_port = busy
    await_agreement(here, control_port, HANG_S)
    here.kill(victim)
    killed_at = time.monotonic()
    if victim == "valkey":
        here.start_valkey()
    else:
        here.start(victim)
    until(lambda: here.status("/readyz") == 200, HANG_S, "the gateway is ready again")
    with Screen(here) as screen:
        screen.until(lambda f: is_beat(f) and f["links"] and f["links"][0]["state"] == "live" and age_s(f) <= 3, HANG_S)
    live_s = time.monotonic() - killed_at
    await_agreement(here, control_port, HANG_S)
    assert live_s <= LIVE_S, f"live again only after {live_s:.1f} s"
