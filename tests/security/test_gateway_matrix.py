"""Every role before every board and every path of a running gateway, and what a narrow scope keeps from it.

The whole site runs: a simulated switch, collector, historian, gateway. Who comes is made by the product's own services.
"""

from __future__ import annotations

import itertools
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from socket import create_connection
from typing import Any

import pytest
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from collectors.simulator import SimulatorConfig
from collectors.simulator.staff import plan
from dashboard.access.cookies import cookie_name
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.screen_wishes import ScreenWishes
from dashboard.boards.document import Title
from tests.keyring import HERE
from tests.patience import HANG_S
from tests.pipeline.site import Site, site, until
from tests.pipeline.test_link_cut import start_switch
from tests.ports import free_ports
from tests.security.matrix import API, BOARDS, FLOOR, STORED

pytestmark = pytest.mark.pipeline
AGENTS = 30
STAFF = plan(SimulatorConfig(agents=AGENTS))
OURS, FOREIGN = STAFF.queues[0].id, STAFF.queues[1].id
NARROW = Scope(frozenset({OURS}), frozenset({STAFF.teams[0].id}))
PLACES = itertools.count()
OF_THE_WHOLE_SYSTEM = frozenset({Role.ADMIN, Role.AUDITOR})


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running floor."""
    with site(tmp_path_factory.mktemp("gateway")) as made:
        (control_port,) = free_ports(1)
        start_switch(made, control_port, AGENTS)
        made.start_all()
        until(lambda: made.get("/api/v1/agents")["total"] == AGENTS, HANG_S, "the floor is known")
        _hang(made)
        yield made


def _hang(here: Site) -> None:
    """The boards of the matrix."""
    library = here.keys.services.library
    scopes = {"ours": NARROW, "theirs": Scope(frozenset({FOREIGN})), "of-all": EVERYTHING, "drafted": NARROW}
    for board_id, scope in scopes.items():
        library.make(HERE, "number", board_id, Title(en=board_id), scope)
        if board_id != "drafted":
            library.publish(HERE, board_id, 1)
    headers = here.keys.headers(Role.MANAGER)
    until(lambda: isinstance(first_answer(here, headers, "of-all"), dict), HANG_S, "the gateway has read them")


def first_answer(here: Site, headers: dict[str, str], board: str) -> int | str | dict[str, Any]:
    """What a browser's socket is told first: a snapshot, the word of an error, or the code that it is closed with."""
    # The log takes 20 different refusals a minute from one place, so that nobody can flood it.
    place = f"127.0.1.{next(PLACES) // 10 % 200 + 1}"
    with connect(
        f"ws://127.0.0.1:{here.live_port}/live",
        sock=create_connection(("127.0.0.1", here.live_port), source_address=(place, 0)),
        origin=Origin(f"http://127.0.0.1:{here.web_port}"),
        additional_headers=headers,
        compression=None,
    ) as socket:
        try:
            socket.send(json.dumps({"board": board, "seq": 0}))
            while True:
                frame: dict[str, Any] = json.loads(socket.recv(timeout=HANG_S))
                if frame["t"] == "snapshot":
                    return frame
                if frame["t"] == "error":
                    return str(frame["code"])
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 1006


def status(here: Site, path: str, headers: dict[str, str]) -> int:
    """Of a GET at the gateway."""
    asked = urllib.request.Request(f"http://127.0.0.1:{here.live_port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
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
    for board, seen in STORED.items():
        found = first_answer(here, headers, board)
        if role in seen[scope is NARROW]:
            assert isinstance(found, dict), (role, board, found)
            assert found["board"] == board
        else:
            assert found == ("unknown_board" if role in FLOOR else 4403), (role, board, found)
            refused |= {board} if role not in FLOOR else set()
    for path, roles in API.items():
        expected = 200 if role in roles else 403
        assert status(here, path, headers) == expected, (role, path)
        if expected == 403:
            refused.add(path)
    account = here.keys.account(role, scope=scope)
    until(lambda: refused <= told(here, account), HANG_S, f"each refusal is on record: {refused}")


def test_a_tv_is_shown_its_own_board_whatever_it_asks_for(here: Site) -> None:
    """One that it was given, by somebody who edits it, also where the TV sees nothing of what it is about."""
    services, manager = here.keys.services, here.keys.actor(Role.MANAGER)
    offer = services.pairing.start("127.0.0.1")
    screen = ScreenWishes(name="TV", board="theirs", scope=NARROW, lang="en", theme="dark")
    services.screens.pair(manager, offer.code, screen)
    found = services.pairing.look(offer.cookie)
    assert found is not None
    token = services.screens.fetch(found, "127.0.0.1")
    headers = {"Cookie": f"{cookie_name('screen', is_secure=False)}={token}"}
    for asked in (*BOARDS, *STORED):
        shown = first_answer(here, headers, asked)
        assert isinstance(shown, dict), (asked, shown)
        assert shown["board"] == "theirs", asked
    assert {path: status(here, path, headers) for path in API} == dict.fromkeys(API, 403)


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
        with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
            assert not json.load(answer)[empty]
    asked = urllib.request.Request(f"http://127.0.0.1:{here.live_port}/api/v1/floor", headers=headers)
    with urllib.request.urlopen(asked, timeout=HANG_S) as answer:  # noqa: S310 — always http
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
    """All frames of so many seconds, and on to the first patch, in one text."""
    frames: list[str] = []
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
        while not any('"t":"patch"' in frame for frame in frames):
            frames.append(str(socket.recv(timeout=HANG_S)))
    return "\n".join(frames)
