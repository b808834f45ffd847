"""Pages and gateway keep nothing of whoever came and went: no file, no socket, no thread.

`MANY=2000` in the environment makes it two thousand of each; thirty here.
"""

from __future__ import annotations

import os
import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from functools import partial
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from dashboard.access.accounts import RoleGiven
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING
from tests.keyring import HERE
from tests.patience import HANG_S
from tests.pipeline.site import START_S, Site, site, until
from tests.screens.conftest import wishes

pytestmark = pytest.mark.pipeline

MANY = int(os.environ.get("MANY", "30"))
WARM = 10
LEEWAY = 4
"""Of handles: a connection more or less in a pool of several threads."""
PASSWORD = "seven green herons waiting"


class Straight(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: its cookies are looked at."""

    def redirect_request(self, *_: object) -> None:
        return None


OPENER = urllib.request.build_opener(Straight)


@pytest.mark.timeout(300 + MANY)
def test_whoever_comes_and_goes_leaves_nothing_behind(tmp_path: Path) -> None:
    with site(tmp_path) as here:
        roles = [RoleGiven(Role.QUALITY)]
        here.keys.services.accounts.create(HERE, "qian", "Qian", password=PASSWORD, roles=roles)
        here.start("live")
        here.start("web")
        until(lambda: here.status("/healthz", here.web_port) == 200, START_S, "the pages are served")
        until(lambda: here.status("/healthz") == 200, START_S, "the gateway listens")
        for number in range(WARM):
            _comes_and_goes(here, number)
        before = {name: _held(here.processes[name].pid) for name in ("web", "live")}
        for number in range(MANY):
            _comes_and_goes(here, number)
        for name, (handles, threads) in before.items():
            pid = here.processes[name].pid
            until(
                partial(_holds_at_most, pid, handles + LEEWAY, threads + LEEWAY),
                HANG_S,
                f"{name} gives its handles and threads back",
            )


def _comes_and_goes(here: Site, number: int) -> None:
    """Somebody signs in and out, somebody unknown is at the gateway's door, and a TV is paired and sent away."""
    form = {"login": "qian", "password": PASSWORD}
    signed_in = _sent(here, "/sign-in", form)
    cookie = signed_in["Set-Cookie"].partition(";")[0]
    assert _sent(here, "/sign-out", {}, cookie)["Location"]
    with connect(f"ws://127.0.0.1:{here.live_port}/live", additional_headers={"Cookie": cookie}) as socket:
        assert _end_of(socket) == 4401
    if number % 10 == 0:
        _tv_comes_and_goes(here)


def _tv_comes_and_goes(here: Site) -> None:
    services, manager = here.keys.services, here.keys.actor(Role.MANAGER)
    offer = services.pairing.start(f"10.0.0.{os.urandom(1)[0]}")
    screen_id = services.screens.pair(manager, offer.code, wishes(EVERYTHING, lang="en"))
    answer = _sent(here, "/tv", None, f"floorwatch_pairing={offer.cookie}")
    cookies = [value.partition(";")[0] for value in answer.get_all("Set-Cookie", [])]
    (device,) = [value for value in cookies if value.startswith("floorwatch_screen=")]
    origin = f"http://127.0.0.1:{here.web_port}"
    address, headers = f"ws://127.0.0.1:{here.live_port}/live?as=screen", {"Cookie": device, "Origin": origin}
    with connect(address, additional_headers=headers) as socket:
        assert '"beat"' in str(socket.recv(timeout=HANG_S))
        services.screens.revoke(manager, screen_id)
        assert _end_of(socket) == 4401


def _end_of(socket: ClientConnection) -> int:
    """The code that it is closed with."""
    try:
        while True:
            socket.recv(timeout=HANG_S)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else 0


def _sent(here: Site, path: str, form: dict[str, str] | None, cookie: str = "") -> Message:
    """The answer's headers."""
    body = None if form is None else urllib.parse.urlencode(form).encode()
    asked = urllib.request.Request(f"http://127.0.0.1:{here.web_port}{path}", body, {"Cookie": cookie})
    headers: Message
    try:
        with OPENER.open(asked, timeout=HANG_S) as answer:
            status, headers = answer.status, answer.headers
    except urllib.error.HTTPError as error:
        with error:
            status, headers = error.code, error.headers
    assert status < 400, f"{path}: {status}"
    return headers


def _held(pid: int) -> tuple[int, int]:
    """Open files and threads of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    processes = [Path(f"/proc/{one}") for one in (pid, *children)]
    handles, threads = (sum(len(list((one / kind).iterdir())) for one in processes) for kind in ("fd", "task"))
    return handles, threads


def _holds_at_most(pid: int, handles: int, threads: int) -> bool:
    held = _held(pid)
    return held[0] <= handles and held[1] <= threads
