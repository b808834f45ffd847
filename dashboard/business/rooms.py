"""Everything about business events that pages ask, of one site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from sqlalchemy import Engine

from dashboard.access.audit import Audit
from dashboard.access.seal import Seal
from dashboard.business.importing import Imports
from dashboard.business.measures import Measures
from dashboard.business.pace import Pace
from dashboard.business.sources import Sources
from dashboard.business.taking import Taking
from dashboard.business.told import Told
from dashboard.directory.seen import SeenNow


@dataclass(frozen=True, slots=True)
class Business:
    """One field a service."""

    taking: Taking
    sources: Sources
    measures: Measures
    imports: Imports
    told: Told
    pace: Pace

    @classmethod
    def on(
        cls,
        engine: Engine,
        audit: Audit,
        redis: Redis,
        site: str,
        now_ms: Callable[[], int],
        *,
        key_file: Path,
        seen: SeenNow,
    ) -> Business:
        """`key_file`: of the seal; `seen`: what the switch shows."""
        taking = Taking(engine, site, now_ms, seen)
        return cls(
            taking=taking,
            sources=Sources(engine, audit, site, now_ms, Seal(key_file)),
            measures=Measures(engine, audit, site, now_ms),
            imports=Imports(engine, audit, site, now_ms, taking),
            told=Told(engine, site, seen),
            pace=Pace(redis, site, now_ms),
        )
