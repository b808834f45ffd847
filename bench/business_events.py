"""Business events through the real route: gunicorn with one worker of four threads (the product's default), SQLite on this disk, Valkey,
and a historian that tells the stream.

In batches and one by one, over kept connections, until the last answer; and how long until the stream holds everything. In the
batches every tenth item is a repetition and every twentieth a correction, as systems do it.
"""

from __future__ import annotations

import http.client
import json
import math
import os
import platform
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from dashboard.pages.services import now_ms
from dashboard.store.engine import reading
from dashboard.store.schema import business_outbox
from tests.access_pages.site import PageSite, page_site
from tests.alert_pages.conftest import STAFF
from tests.alert_pages.conftest import _floor as floor
from tests.business.test_api import PATH, token
from tests.business.test_processes import _historians, _web
from tests.store.databases import Databases

RESULT: Final = Path(__file__).parent / "results" / "business_events.json"
BATCHED, BATCH, CLIENTS = 19_000, 100, 2
"""Below the 20,000 items in 10 s that one source may tell."""
SINGLE, SINGLE_CLIENTS = 3_000, 4
WANTED: Final = 1_000

Figure = dict[str, Any]
Items = list[dict[str, Any]]


def items(count: int, prefix: str, *, again: bool) -> Items:
    """Sales of now. `again`: with repetitions and corrections among them."""
    chance, made = random.Random(3), Items()
    for n in range(count):
        sale = {
            "id": f"{prefix}{n}",
            "kind": "sale",
            "at": now_ms() - 1000,
            "queue": "sales",
            "amount": f"{n % 997}.50",
        }
        sale["agent"] = chance.choice(STAFF)[0]
        if again and made and n % 10 == 0:
            sale = chance.choice(made)
        elif again and made and n % 20 == 1:
            sale = chance.choice(made) | {"amount": "1.00"}
        made.append(sale)
    return made


def post(port: int, bearer: str, bodies: Sequence[bytes]) -> list[float]:
    """One client: one after the other over one connection; seconds each took."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers, took = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}, list[float]()
    for body in bodies:
        begun = time.perf_counter()
        link.request("POST", PATH, body, headers)
        answer = link.getresponse()
        told = json.loads(answer.read())
        assert answer.status == 200, told
        assert told["refused"] == 0, told
        took.append(time.perf_counter() - begun)
    link.close()
    return took


def cpu_s(pid: int) -> float:
    """User and system time of gunicorn's worker."""
    child = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    fields = Path(f"/proc/{child}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(
    port: int, gunicorn: int, bearer: str, bodies: Sequence[bytes], count: int, clients: int
) -> dict[str, float]:
    """Items a second, the 99th percentile of a request, and the server's time an item."""
    spent, begun = cpu_s(gunicorn), time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        took = [
            one for found in pool.map(lambda n: post(port, bearer, bodies[n::clients]), range(clients)) for one in found
        ]
    whole_s = time.perf_counter() - begun
    took.sort()
    return {
        "per_s": count / whole_s,
        "p99_ms": 1000 * took[math.ceil(0.99 * len(took)) - 1],
        "cpu_ms": 1000 * (cpu_s(gunicorn) - spent) / count,
    }


def told_within_s(site: PageSite) -> float:
    """From now until nothing waits for the stream."""
    begun = time.perf_counter()
    while True:
        with reading(site.services.engine) as connection:
            if connection.execute(select(business_outbox.c.id).limit(1)).first() is None:
                return time.perf_counter() - begun
        time.sleep(0.02)


def figures(way: str, found: dict[str, float], told_s: float, **more: str) -> list[Figure]:
    """Of one way of telling. `more`: what else is to be said of how many."""
    return [
        {"name": f"{way}: items", "value": round(found["per_s"]), "unit": "items/s", **more},
        {"name": f"{way}: a request, p99", "value": round(found["p99_ms"], 1), "unit": "ms"},
        {"name": f"{way}: page server's time an item", "value": round(found["cpu_ms"], 3), "unit": "ms"},
        {"name": f"{way}: from the last answer until the stream has all", "value": round(told_s, 2), "unit": "s"},
    ]


def main() -> None:
    """Writes the result file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        databases = Databases("sqlite", folder)
        with page_site(databases.migrated(), folder) as site, _web(site, folder) as (port, gunicorn):
            floor(site)
            bearer = token(site)
            with _historians(site) as start:
                start()
                while True:
                    try:
                        post(port, bearer, [json.dumps(items(1, "warm", again=False)).encode()])
                        break
                    except OSError:
                        time.sleep(0.1)
                told_within_s(site)
                many = items(BATCHED, "b", again=True)
                bodies = [json.dumps(many[n : n + BATCH]).encode() for n in range(0, BATCHED, BATCH)]
                found = measured(port, gunicorn, bearer, bodies, BATCHED, CLIENTS)
                batched = figures(
                    f"in batches of {BATCH}, {CLIENTS} clients", found, told_within_s(site), target=f"≥ {WANTED}"
                )
                other = token(site)
                single = [json.dumps(one).encode() for one in items(SINGLE, "s", again=False)]
                found = measured(port, gunicorn, other, single, SINGLE, SINGLE_CLIENTS)
                alone = figures(f"one by one, {SINGLE_CLIENTS} clients", found, told_within_s(site))
        databases.close()
    load = f"load {os.getloadavg()[1]:.0f}"
    cores = f"{os.cpu_count()} cores shared with others ({load})"
    machine = f"{cores}, {platform.python_implementation()} {platform.python_version()}, SQLite FULL"
    RESULT.write_text(
        json.dumps({"machine": machine, "figures": [*batched, *alone]}, indent=2, ensure_ascii=False) + "\n",
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
