"""Every role before every board and every path of a running gateway, and what a narrow scope keeps from it.

The whole site runs: a simulated switch, collector, historian, gateway. Who comes is made by the product's own services.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from collectors.simulator import SimulatorConfig
from collectors.simulator.staff import plan
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from tests.pipeline.site import Site, site, until
from tests.pipeline.test_link_cut import start_switch
from tests.ports import free_ports
from tests.security.matrix import API, BOARDS

pytestmark = pytest.mark.pipeline
AGENTS = 30
STAFF = plan(SimulatorConfig(agents=AGENTS))
OURS, FOREIGN = STAFF.queues[0].id, STAFF.queues[1].id
NARROW = Scope(frozenset({OURS}), frozenset({STAFF.teams[0].id}))
OF_THE_WHOLE_SYSTEM = frozenset({Role.ADMIN, Role.AUDITOR})


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running floor."""
    with site(tmp_path_factory.mktemp("gateway")) as made:
        (control_port,) = free_ports(1)
        start_switch(made, control_port, AGENTS)
        made.start_all()
        until(lambda: made.get("/api/v1/agents")["total"] == AGENTS, 20, "the floor is known")
        yield made


def first_answer(here: Site, headers: dict[str, str], board: str) -> int | dict[str, Any]:
    """What a browser's socket is told first: a snapshot, or the code that it is closed with."""
    with connect(
        f"ws://127.0.0.1:{here.live_port}/live",
        origin=Origin(f"http://127.0.0.1:{here.web_port}"),
        additional_headers=headers,
        compression=None,
    ) as socket:
        try:
            socket.send(json.dumps({"board": board, "seq": 0}))
            while True:
                frame: dict[str, Any] = json.loads(socket.recv(timeout=10))
                if frame["t"] == "snapshot":
                    return frame
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def status(here: Site, path: str, headers: dict[str, str]) -> int:
    """Of a GET at the gateway."""
    asked = urllib.request.Request(f"http://127.0.0.1:{here.live_port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 — always http
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


@pytest.mark.parametrize("scope", [EVERYTHING, NARROW], ids=["everything", "narrow"])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_at_the_gateway(here: Site, role: Role, scope: Scope) -> None:
    if scope is NARROW and role in OF_THE_WHOLE_SYSTEM:
        pytest.skip("this role cannot be limited: accounts refuse it (tests/access/test_accounts.py)")
    headers = here.keys.headers(role, scope=scope)
    refused = set()
    for board, roles in BOARDS.items():
        found = first_answer(here, headers, board)
        if role in roles:
            assert isinstance(found, dict), (role, board, found)
        else:
            assert found == 4403, (role, board, found)
            refused.add(board)
    for path, roles in API.items():
        expected = 200 if role in roles else 403
        assert status(here, path, headers) == expected, (role, path)
        if expected == 403:
            refused.add(path)
    account = here.keys.account(role, scope=scope)
    until(lambda: refused <= told(here, account), 5, f"each refusal is on record: {refused}")


def told(here: Site, account: str) -> set[str]:
    """What the audit log says was denied to an account."""
    from tests.access.ledger import lines_of

    lines = lines_of(here.keys.services.engine)
    return {line.target_id for line in lines if line.actor_id == account and line.result == "denied"}


def test_nobody_known_is_told_so(here: Site) -> None:
    for headers in ({}, {"Cookie": "floorwatch_session=made-up"}, {"Authorization": "Bearer fw_made-up"}):
        assert first_answer(here, headers, "default") == 4401
        assert {status(here, path, headers) for path in API} == {401}
    assert [status(here, path, {}) for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_narrow_scope_may_not_even_ask_about_the_rest(here: Site) -> None:
    headers = here.keys.headers(Role.SUPERVISOR, scope=NARROW)
    other_team = STAFF.teams[1].id
    stranger = next(a.interface for a in STAFF.agents if a.team == other_team and OURS not in a.queues)
    assert status(here, f"/api/v1/queues?queue={OURS}", headers) == 200
    for question in (f"queues?queue={FOREIGN}", f"floor?queue={FOREIGN}", f"agents?queue={FOREIGN}",
                     f"agents?team={other_team}", f"metrics?agent={stranger}", "queues?queue=no-such-queue"):  # fmt: skip
        assert status(here, f"/api/v1/{question}", headers) == 403, question


def test_an_agent_is_told_of_no_queue_and_of_nobody_else(here: Site) -> None:
    """An account without a person is nobody's agent: it may ask, and there is nothing."""
    headers = here.keys.headers(Role.AGENT)
    for name, empty in (("queues", "queues"), ("agents", "agents")):
        asked = urllib.request.Request(f"http://127.0.0.1:{here.live_port}/api/v1/{name}", headers=headers)
        with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 — always http
            assert not json.load(answer)[empty]
    asked = urllib.request.Request(f"http://127.0.0.1:{here.live_port}/api/v1/floor", headers=headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:  # noqa: S310 — always http
        floor = json.load(answer)
    assert floor["agents"]["staffed"] == 0
    assert not floor["metrics"]["offered"]["value"]


def test_the_bytes_of_a_narrow_scope_hold_nothing_of_the_rest(here: Site) -> None:
    """Frames of the wall and of the desk, half a minute's patches of a busy floor included, looked through as text."""
    headers = here.keys.headers(Role.SUPERVISOR, scope=NARROW)
    strangers = [a for a in STAFF.agents if a.team != STAFF.teams[0].id and OURS not in a.queues]
    foreign = [queue.id for queue in STAFF.queues if queue.id != OURS]
    words = {f'"{queue}"' for queue in foreign} | {f'"{a.interface}"' for a in strangers} | {a.name for a in strangers}
    words |= {queue.zh for queue in STAFF.queues if queue.id != OURS} | {team.zh for team in STAFF.teams[1:]}
    assert len(strangers) > 3
    for board in ("default", "floor"):
        text = heard(here, headers, board, 5.0)
        assert f'"{OURS}"' in text
        assert {word for word in words if word in text} == set()
    text = heard(here, here.keys.headers(Role.MANAGER), "floor", 3.0)
    assert words <= {word for word in words if word in text}, "all of them are on the floor, so that they could be seen"


def heard(here: Site, headers: dict[str, str], board: str, for_s: float) -> str:
    """All frames of so many seconds, in one text."""
    frames = []
    with connect(
        f"ws://127.0.0.1:{here.live_port}/live",
        origin=Origin(f"http://127.0.0.1:{here.web_port}"),
        additional_headers=headers,
        compression=None,
        max_size=None,
    ) as socket:
        socket.send(json.dumps({"board": board, "seq": 0}))
        until_s = time.monotonic() + for_s
        while (left_s := until_s - time.monotonic()) > 0:
            try:
                frames.append(str(socket.recv(timeout=left_s)))
            except TimeoutError:
                break
    assert sum('"t":"patch"' in frame for frame in frames) >= 1
    return "\n".join(frames)
