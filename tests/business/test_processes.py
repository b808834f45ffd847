"""Ten thousand items in a burst, doubled, late, out of order, corrected and withdrawn, while page server and historian are killed: what the
stream and the history hold is a plain sum of what holds."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, func, select

from collectors.events import BusinessTold
from collectors.stream import Reader, Undecodable
from dashboard.pages.services import now_ms
from dashboard.store.engine import reading
from dashboard.store.schema import business_intervals, business_outbox
from tests.access_pages.site import PageSite, page_site
from tests.alert_pages.conftest import STAFF
from tests.alert_pages.conftest import _floor as floor
from tests.business.test_api import PATH, token
from tests.patience import HANG_S
from tests.ports import free_port
from tests.redis_server import scenario
from tests.store.databases import Databases

ROOT = Path(__file__).resolve().parents[2]
IDS, POSTED, AT_ONCE = 3_000, 10_000, 500
DAY_MS = 86_400_000
PATIENCE_S = 150.0

Sums = dict[str, tuple[int, int]]


def _burst(chance: random.Random, at_ms: int) -> tuple[list[dict[str, Any]], Sums]:
    """What is posted, and per agent the number and the cents of the sales that hold at the end."""
    posted, holds = [], dict[str, tuple[str, int]]()
    for n in range(IDS):
        agent, when = chance.choice(STAFF)[0], at_ms - chance.randrange(20 * DAY_MS)
        for revision in range(1, chance.randrange(2, 5)):
            cents = chance.randrange(1, 100_000)
            if revision > 1 and chance.random() < 0.1:
                posted.append({"id": f"s{n}", "withdrawn": True, "revision": revision})
                holds.pop(f"s{n}", None)
                break
            fields = {"at": when, "agent": agent, "amount": f"{cents // 100}.{cents % 100:02d}", "revision": revision}
            posted.append({"id": f"s{n}", "kind": "sale", **fields})
            holds[f"s{n}"] = (agent, cents)
    posted += chance.choices(posted, k=POSTED - len(posted))
    first = sorted(range(len(posted)), key=lambda _: chance.random())
    sums: Sums = {}
    for agent, cents in holds.values():
        count, total = sums.get(agent, (0, 0))
        sums[agent] = (count + 1, total + cents)
    # a withdrawal needs something to withdraw, so the first versions come first; the rest comes in any order
    return sorted((posted[n] for n in first), key=lambda one: one["revision"] > 1), sums


@contextmanager
def _web(site: PageSite, folder: Path) -> Iterator[tuple[int, int]]:
    """The page server as a process: its port, and gunicorn's process id."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("FLOORWATCH_")} | {
        "FLOORWATCH_DATA": str(folder),
        "FLOORWATCH_REDIS_URL": site.settings.redis_url,
        "FLOORWATCH_DATABASE_URL": site.settings.database_url,
    }
    command = [sys.executable, "-m", "gunicorn", "dashboard.app:server", "-k", "gthread", "--no-control-socket"]
    bound = ["-b", f"127.0.0.1:{port}", "--threads", "4", "--log-level", "error"]
    process = subprocess.Popen([*command, *bound], cwd=ROOT, env=environment)
    try:
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(HANG_S)


@contextmanager
def _historians(site: PageSite) -> Iterator[Callable[[], int]]:
    """Starts historians; ends those that are left."""
    config = {"site": site.services.site, "redis_url": site.settings.redis_url, "write_every_s": 0.5}
    line = json.dumps(config | {"database_url": site.settings.database_url, "checkpoint_every_s": 0.5}) + "\n"
    nursery = subprocess.Popen(
        [sys.executable, "-m", "tests.history.nursery"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    pids: list[int] = []

    def start() -> int:
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        nursery.stdin.write(line)
        nursery.stdin.flush()
        pids.append(int(nursery.stdout.readline()))
        return pids[-1]

    try:
        yield start
    finally:
        for pid in pids:
            _kill(pid)
        nursery.communicate(timeout=HANG_S)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _worker(master: int) -> int:
    return int(Path(f"/proc/{master}/task/{master}/children").read_text().split()[0])


def _until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def _post(port: int, bearer: str, items: list[dict[str, Any]], meanwhile: Callable[[], None]) -> Counter[str]:
    """Again until it is answered, as every client does. `meanwhile`: happens once, between the first request and its answer."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        assert time.monotonic() < deadline, "nobody answers"
        link = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        with closing(link), suppress(OSError, http.client.HTTPException):
            link.request("POST", PATH, json.dumps(items), {"Authorization": f"Bearer {bearer}"})
            meanwhile()
            meanwhile = _nothing
            with link.getresponse() as answer:
                told = json.loads(answer.read())
            if answer.status == 200:
                return Counter(one["outcome"] for one in told["items"])
        time.sleep(0.1)


def _nothing() -> None:
    pass


def _written(engine: Engine) -> Sums:
    table = business_intervals.c
    query = select(table.agent, table.measure, func.sum(table.amount).label("amount")).group_by(
        table.agent, table.measure
    )
    with reading(engine) as connection:
        found = {(row.agent, row.measure): int(row.amount) for row in connection.execute(query)}
    agents = {agent for agent, _ in found}
    return {agent: (found.get((agent, "sales"), 0), found.get((agent, "sales_amount"), 0)) for agent in agents}


@scenario
async def _stream_says(site: PageSite, expected: Sums) -> None:
    async with site.redis.client() as client:
        sums: Counter[tuple[str, str]] = Counter()
        position = "0-0"
        reader = Reader(client, site.services.site)
        while rows := await reader.read(position):
            position = rows[-1][0]
            for _, entry in rows:
                if isinstance(entry, Undecodable) or not isinstance(entry.event, BusinessTold):
                    continue
                for fact, sign in ((entry.event.replaces, -1), (entry.event.fact, 1)):
                    if fact is not None:
                        sums[fact.agent or "", "n"] += sign
                        sums[fact.agent or "", "cents"] += sign * fact.value
        assert {agent: (sums[agent, "n"], sums[agent, "cents"]) for agent in expected} == expected


def test_a_burst_is_a_plain_sum_though_everybody_is_killed(tmp_path: Path) -> None:
    databases = Databases("sqlite", tmp_path)
    with page_site(databases.migrated(), tmp_path) as site, _web(site, tmp_path) as (port, gunicorn):
        floor(site)
        bearer = token(site)
        posted, expected = _burst(random.Random(11), now_ms() - 1000)
        assert len(posted) == POSTED
        with _historians(site) as start:
            historian = start()
            outcomes: Counter[str] = Counter()
            for number, first in enumerate(range(0, POSTED, AT_ONCE)):
                victim = historian if number in {4, 12} else _worker(gunicorn) if number in {8, 16} else 0
                meanwhile = partial(_kill, victim) if victim else _nothing
                outcomes += _post(port, bearer, posted[first : first + AT_ONCE], meanwhile)
                if victim == historian:
                    historian = start()
            assert outcomes["refused"] == 0

            def is_told() -> bool:
                with reading(site.services.engine) as connection:
                    return connection.execute(select(business_outbox.c.id).limit(1)).first() is None

            _until(is_told, "the stream hears everything")
            _stream_says(site, expected)
            _until(lambda: _written(site.services.engine) == expected, "the history holds a plain sum")
    databases.close()
