"""What access costs: a thousand TVs and desks that come back at once, the pages of a large house, the audit log, on both databases.

The peer of coming back is the same gateway with a door that lets everybody in; the peer of a page's guard is the same page with
somebody who is known already. Looking again at open sockets is `bench.rechecks`.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask.testing import FlaskClient
from sqlalchemy import Engine, func, insert, select

from bench.entrance import HEADER, entrance
from bench.fold import Traffic, folded
from collectors.stream.embedded import bundled
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import system
from dashboard.access.audit import Audit, head_of
from dashboard.access.audit_check import verify
from dashboard.access.audit_line import Target, made
from dashboard.access.cookies import cookie_name
from dashboard.access.keys import digest
from dashboard.access.permissions import Role
from dashboard.access.revealing import Reveals
from dashboard.access.scope import EVERYTHING, dump
from dashboard.access.screen_record import Sightings
from dashboard.app import create
from dashboard.boards import SHIPPED
from dashboard.floor.changes import Changes
from dashboard.live.admission import Admission
from dashboard.live.clocks import read_clocks
from dashboard.live.config import LiveConfig
from dashboard.live.denials import Denials
from dashboard.live.gateway import Gateway
from dashboard.live.positions import Positions
from dashboard.live.routes import Routes
from dashboard.live.screens import write_all
from dashboard.live.server import Access, LiveServer
from dashboard.pages.guard import Guard
from dashboard.pages.services import Services
from dashboard.settings import AuditSettings, Settings
from dashboard.store import upgrade
from dashboard.store.engine import writing
from dashboard.store.schema import audit_lines, people, screens
from tests import postgres_server
from tests.redis_server import running

RESULT = Path(__file__).parent / "results" / "access.json"
SCREENS = 1_000
PEOPLE = 5_000
TVS = 200
LINES = 100_000
RUNS = 3
LOADS = 30
HERE = system("bench")
ADDRESS = "127.0.0.1"
PASSWORD = "seven green herons waiting"  # noqa: S105 — of accounts that live for seconds
Figure = dict[str, Any]

COMING_BACK = r"""
import json, selectors, socket, sys, time
port, headers = int(sys.argv[1]), json.load(sys.stdin)
selector, began, missing = selectors.DefaultSelector(), time.perf_counter(), len(headers)
def come(header):
    path = "/live?as=screen" if "screen=" in header else "/live"
    upgrade = (f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n{header}\r\n"
               "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode()
    hello = json.dumps({"board": "default", "seq": 0}).encode()
    link = socket.create_connection(("127.0.0.1", port))
    link.sendall(upgrade + bytes([0x81, 0x80 | len(hello), 0, 0, 0, 0]) + hello)
    link.setblocking(False)
    selector.register(link, selectors.EVENT_READ, [header, bytearray(), False])
for header in headers:
    come(header)
while missing:
    for key, _ in selector.select():
        header, seen, is_there = key.data
        try:
            body = key.fileobj.recv(1 << 18)
        except ConnectionError:
            body = b""
        if not body:
            if b" 403 " in seen or b" 401 " in seen:
                sys.exit(f"refused: {bytes(seen)}")
            selector.unregister(key.fileobj)
            if not is_there:
                come(header)
        elif not is_there:
            seen.extend(body)
            if b'"t":"snapshot"' in seen:
                key.data[1:], missing = [b"", True], missing - 1
print(time.perf_counter() - began)
"""
"""The browsers' side, in a process of its own: seconds until the last has its snapshot."""


@contextmanager
def site(database: str) -> Iterator[Services]:
    """A site's services on a Valkey and a database (`sqlite`, `postgresql`) of its own."""
    with tempfile.TemporaryDirectory() as folder, running(bundled()) as redis:
        url = f"sqlite:///{folder}/floorwatch.sqlite"
        if database == "postgresql":
            server = postgres_server.shared()
            url = server.url(server.make())
        audit = AuditSettings(anchor=f"{folder}/audit-heads.log")
        services = Services.of(
            Settings(site="bench", data=Path(folder), redis_url=redis.url, database_url=url, audit=audit)
        )
        try:
            upgrade(services.engine)
            yield services
        finally:
            services.close()


# -- coming back -------------------------------------------------------------------------------------------------------


def cookies_of(services: Services, count: int) -> list[str]:
    """Headers of so many browsers, half of them paired TVs, half desks with a session."""
    tv, desk = (cookie_name(kind, is_secure=False) for kind in ("screen", "session"))
    tokens = [f"{number:043d}" for number in range(count // 2)]
    pair(services.engine, tokens)
    accounts = [
        services.accounts.create(HERE, f"desk-{number}", f"Desk {number}", roles=[RoleGiven(Role.SUPERVISOR)])
        for number in range(50)
    ]
    sessions = [
        services.sessions.begin(accounts[number % 50], ADDRESS, "bench", second_factor="totp")
        for number in range(count // 2)
    ]
    origin = "Origin: http://127.0.0.1:8050\r\nCookie: "
    return [*(f"{origin}{tv}={token}" for token in tokens), *(f"{origin}{desk}={cookie}" for cookie in sessions)]


def pair(engine: Engine, tokens: list[str]) -> None:
    """Rows of paired screens with these device tokens."""
    rows = [
        {
            "id": f"{number:016x}", "site": "bench", "name": f"TV {number}", "board": "default", "scope": dump(EVERYTHING),
            "lang": "zh-CN", "theme": "dark", "token_hash": digest(token), "is_blank": False, "paired_by": "bench",
            "paired_at_ms": 0,
        }
        for number, token in enumerate(tokens)
    ]  # fmt: skip
    with writing(engine) as connection:
        connection.execute(insert(screens), rows)


def door_of(services: Services) -> Access:
    """As `dashboard.live.process` puts it together."""
    admission = Admission(services.doorkeeper)
    denials = Denials(services.audit, admission.in_thread, lambda: None)
    reveals = Reveals(services.audit, lambda _account: False)
    return Access(admission, denials, reveals, Sightings(services.site, services.redis))


async def back_s(access: Access, headers: list[str]) -> float:
    """A gateway that has just started; until all screens have their snapshot."""
    gateway, positions = Gateway(SHIPPED, "bench", write_all), Positions()
    routes = Routes(gateway, positions, read_clocks, str, access.admission, access.denials)
    server = LiveServer(LiveConfig("bench", "", "", port=0), gateway, routes, positions, access)
    listening = await server.listen()
    floor, _ = folded(Traffic(500), 20_000)
    server.folded(Changes(), floor, f"{floor.stream_ms}-0", 1)
    tasks = [asyncio.ensure_future(server.tick_forever()), asyncio.ensure_future(server.look_after_visitors())]
    port = listening.sockets[0].getsockname()[1]
    pipe = asyncio.subprocess.PIPE
    browsers = await asyncio.create_subprocess_exec(
        sys.executable, "-c", COMING_BACK, str(port), stdin=pipe, stdout=pipe
    )
    told, _ = await browsers.communicate(json.dumps(headers).encode())
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await server.close(listening)
    return float(told)


def coming_back(services: Services, database: str) -> list[Figure]:
    """By turns with the peer."""
    headers, ours, peers = cookies_of(services, SCREENS), [], []
    for _ in range(RUNS):
        peers.append(asyncio.run(back_s(entrance(), [HEADER] * SCREENS)))
        ours.append(asyncio.run(back_s(door_of(services), headers)))
    name = f"{SCREENS} screens come back at once ({database}): until the last has its snapshot"
    peer = statistics.median(peers)
    return [
        {
            "name": name,
            **spread(ours, "s"),
            "peer": f"a door open to all: {peer:.2f} s",
            "ratio": round(statistics.median(ours) / peer, 2),
        }
    ]


# -- pages -------------------------------------------------------------------------------------------------------------


def pages(services: Services, database: str) -> list[Figure]:
    """Of a house with `PEOPLE` people, `TVS` screens and `LINES` lines of audit log."""
    with writing(services.engine) as connection:
        connection.execute(insert(people), [_person(number) for number in range(PEOPLE)])
    pair(services.engine, [f"{number:043d}" for number in range(TVS)])
    manager, admin = (seat(services, role) for role in (Role.MANAGER, Role.ADMIN))
    auditor = seat(services, Role.AUDITOR)
    figures = [
        milliseconds(f"/admin/people/ with {PEOPLE} people", database, loading(admin, "/admin/people/")),
        milliseconds(f"/admin/people/?q= with {PEOPLE} people", database, loading(admin, "/admin/people/?q=4999")),
        milliseconds(f"/screens/ with {TVS} screens", database, loading(manager, "/screens/")),
        milliseconds(f"/audit/ with {LINES} lines", database, loading(auditor, "/audit/")),
        milliseconds(
            f"/audit/ with {LINES} lines, a word in all of them sought",
            database,
            loading(auditor, "/audit/?text=nowhere-at-all"),
        ),
        milliseconds("/sign-in, a password checked", database, signing_in(services)),
    ]
    return [*figures, guards_share(services, manager, database)]


def _person(number: int) -> dict[str, Any]:
    return {
        "id": f"{number:016x}",
        "display_name": f"Person {number}",
        "staff_number": str(number),
        "changed_at_ms": 0,
    }


def seat(services: Services, role: Role) -> FlaskClient:
    """A browser in which somebody is signed in."""
    account = services.accounts.create(HERE, role.value, role.value, roles=[RoleGiven(role)])
    client = create(services).test_client()
    cookie = services.sessions.begin(account, ADDRESS, "bench", second_factor="totp")
    client.set_cookie(cookie_name("session", is_secure=False), cookie)
    return client


def loading(client: FlaskClient, path: str) -> Callable[[], None]:
    """One load of a page."""

    def load() -> None:
        answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status}"

    return load


def signing_in(services: Services) -> Callable[[], None]:
    """One sign-in, somebody else each time."""
    password = services.accounts.passwords.hash(PASSWORD)
    server, number = create(services), 0
    with services.accounts.writing() as change:
        for one in range(2 * LOADS):
            change.create(HERE, f"agent-{one}", f"Agent {one}", password_hash=password, roles=[RoleGiven(Role.QUALITY)])

    def sign_in() -> None:
        nonlocal number
        form = {"login": f"agent-{number}", "password": PASSWORD}
        assert server.test_client().post("/sign-in", data=form).status_code == 303
        number += 1

    return sign_in


def guards_share(services: Services, client: FlaskClient, database: str) -> Figure:
    """Finding out who asks, against the same page where that is known."""
    page = loading(client, "/account/")
    whole = [spent_ms(page) for _ in range(2 * LOADS)]
    cookie = client.get_cookie(cookie_name("session", is_secure=False))
    assert cookie is not None
    actor = services.doorkeeper.by_session(cookie.value, ADDRESS)
    with patch.object(Guard, "_by_cookies", lambda _guard: actor):
        known = [spent_ms(page) for _ in range(2 * LOADS)]
    took, peer = statistics.median(whole), statistics.median(known)
    return {
        "name": f"who asks, in each page ({database})", "value": round(took - peer, 2), "unit": "ms",
        "peer": f"/account/ with somebody known: {peer:.1f} ms", "ratio": round(took / peer, 2),
    }  # fmt: skip


def milliseconds(name: str, database: str, work: Callable[[], None]) -> Figure:
    """Median and 95th percentile of `LOADS` times, after a first one."""
    work()
    times = sorted(spent_ms(work) for _ in range(LOADS))
    return {
        "name": f"{name} ({database})", "value": round(statistics.median(times), 1), "unit": "ms",
        "p95": round(times[int(0.95 * len(times))], 1), "target": 300,
    }  # fmt: skip


def spent_ms(work: Callable[[], None]) -> float:
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


# -- the audit log -----------------------------------------------------------------------------------------------------


def log_of(services: Services, database: str) -> list[Figure]:
    """Lines written one by one as they happen, then all of a long log checked."""
    audit: Audit = services.audit
    appended = []
    for _ in range(RUNS):
        began = time.perf_counter()
        for number in range(200):
            audit.record(HERE, "queue.changed", Target("queue", str(number)), details={"before": {}, "after": {}})
        appended.append(200 / (time.perf_counter() - began))
    lengthen(audit)
    with services.engine.connect() as connection:
        lines = connection.execute(select(func.count()).select_from(audit_lines)).scalar_one()
    checked = []
    for _ in range(RUNS):
        began = time.perf_counter()
        assert verify(services.engine, audit.anchor, audit.now_ms()).is_intact
        checked.append(lines / (time.perf_counter() - began))
    return [
        {"name": f"audit: lines written, each on the disk and anchored ({database})", **spread(appended, "lines/s")},
        {"name": f"audit: lines checked of {lines} ({database})", **spread(checked, "lines/s")},
    ]


def lengthen(audit: Audit) -> None:
    """As many lines as a year has, in one transaction."""
    with audit.writing() as connection:
        head = head_of(connection)
        rows, previous = [], head.hash
        for seq in range(head.seq + 1, LINES):
            line = made(
                seq=seq, previous_hash=previous, at_ms=audit.now_ms(), actor=HERE, action="account.sign_in",
                target=Target("account", f"{seq % 500:016x}", f"Agent {seq % 500}"), reason="", result="ok",
                details={"via": "password", "second_factor": ""},
            )  # fmt: skip
            rows.append({name: getattr(line, name) for name in line.__slots__})
            previous = line.hash
        for first in range(0, len(rows), 2_000):
            connection.execute(insert(audit_lines), rows[first : first + 2_000])
        audit.append(connection, HERE, "audit.exported")


def spread(values: list[float], unit: str) -> Figure:
    """The median of several runs, and all of them."""
    return {"value": round(statistics.median(values), 2), "unit": unit, "runs": [round(value, 2) for value in values]}


def measure() -> Iterator[Figure]:
    """All figures, on one site of each kind."""
    for database in ("sqlite", "postgresql"):
        with site(database) as services:
            yield from coming_back(services, database)
        with site(database) as services:
            yield from log_of(services, database)
            yield from pages(services, database)


def main() -> None:
    figures = []
    for figure in measure():
        figures.append(figure)
        print(f"{figure['name']}: {figure['value']} {figure['unit']} {figure.get('p95', '')} {figure.get('peer', '')}")
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}"
    RESULT.write_text(json.dumps({"machine": machine, "figures": figures}, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
