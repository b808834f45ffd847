"""A database with the past of a large centre, for benches of what reads it: `python -m bench.past_floor URL [URL …]`.

Ten million calls of 500 agents in 20 queues, made by the simulator's model and written in bulk; each URL gets the same rows. The
directory has the same people, queues and teams. It takes minutes and gigabytes, so it is no part of `make bench` by itself.
"""

from __future__ import annotations

import argparse
import hmac
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import Engine

from collectors.simulator import SimulatorConfig, floor_file
from collectors.simulator.past import PastConfig, days_for
from dashboard import floor_file as floor_files
from dashboard.access.audit import Audit
from dashboard.access.audit_anchor import Anchor
from dashboard.directory.seeding import seed
from dashboard.past_floor import Made, Naming, Telling, make_past
from dashboard.store import open_store, upgrade

KEY = b"bench"


def arguments() -> argparse.ArgumentParser:
    """What can be asked for."""
    parser = argparse.ArgumentParser(prog="bench.past_floor", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("urls", nargs="+", metavar="URL", help="databases without a history, at the same time")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--contacts", type=int, default=10_000_000, help="about so many calls")
    size.add_argument("--days", type=int, default=0, help="instead: so many days")
    parser.add_argument("--last-day", type=date.fromisoformat, default=None, help="yesterday, unless given")
    parser.add_argument("--agents", type=int, default=500)
    parser.add_argument("--queues", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--site", default="main")
    parser.add_argument("--switch", default="pbx")
    parser.add_argument("--states-days", type=int, default=62, help="single states of agents of so many last days")
    return parser


def hashed(number: str) -> bytes:
    """A number as the history keeps it, by the bench's key."""
    return hmac.digest(KEY, number.encode(), "sha256")[:16]


def directory(engine: Engine, site: str, floor: SimulatorConfig) -> None:
    """The floor's people, queues, teams and pause reasons, as a first start brings them in."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "floor.toml"
        file.write_text(floor_file(floor), encoding="utf-8")
        audit = Audit(engine, Anchor(Path(folder) / "heads.log"))
        seed(audit, site, floor_files.read(str(file)), time.time_ns() // 1_000_000)


def run(asked: argparse.Namespace) -> Made:
    """Makes what was asked for; says how far it is."""
    floor = SimulatorConfig(agents=asked.agents, queues=asked.queues, seed=asked.seed)
    last_day = asked.last_day or datetime.now(UTC).date() - timedelta(days=1)
    config = PastConfig(floor, last_day, 1)
    config = PastConfig(floor, last_day, asked.days or days_for(asked.contacts, config))
    engines = [open_store(url, is_patient=True) for url in asked.urls]
    for engine in engines:
        upgrade(engine)
        directory(engine, asked.site, floor)
    bar = (TextColumn("{task.fields[contacts]:,} calls"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bar) as progress:
        task = progress.add_task("", total=config.days + 1, contacts=0)
        return make_past(
            engines,
            Naming(asked.site, asked.switch, "past", hashed),
            config,
            Telling(
                states_days=asked.states_days,
                progress=lambda day, contacts: progress.update(task, completed=day, contacts=contacts),
            ),
        )


if __name__ == "__main__":
    began = time.perf_counter()
    made = run(arguments().parse_args())
    took_s = time.perf_counter() - began
    Console().print(f"{made.contacts:,} calls in {took_s:.0f} s; rows: {made.rows}")
