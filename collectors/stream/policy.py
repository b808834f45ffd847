"""Which Redis we accept: one that cannot throw events away behind our back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from redis.exceptions import ResponseError

from collectors.clock import Clock, SystemClock
from collectors.stream.connection import Client
from collectors.stream.errors import RedisRefused, StreamDown, told_as_stream_errors
from collectors.stream.keys import events_key

OLDEST = {"Redis": 7, "Valkey": 8}
_RETRY_S = 0.2


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What the server says of itself. `warnings`: sentences for the log and for `floorwatch doctor`."""

    product: str
    version: str
    run_id: str
    policy: str
    maxmemory: int
    used_memory: int
    is_durable: bool
    warnings: tuple[str, ...]


async def check_redis(client: Client, site: str | None = None) -> ServerFacts:
    """Raises `RedisRefused` if this server could evict or expire the stream or is too old, `StreamDown` if it is away."""
    with told_as_stream_errors():
        facts: dict[str, Any] = await client.info()
        expires = site is not None and await client.pttl(events_key(site)) >= 0
        cluster = await _is_cluster(client)
    product, version = _product(facts)
    policy = str(facts.get("maxmemory_policy", "noeviction"))
    _refuse_if_old(product, version)
    if policy.startswith("allkeys"):
        raise RedisRefused(
            f"This {product} may evict events (maxmemory-policy {policy}): set 'maxmemory-policy noeviction'."
        )
    if expires:
        raise RedisRefused(
            f"The stream {events_key(str(site))!r} has a time to live and will vanish: run PERSIST on it."
        )
    durable = bool(int(facts.get("aof_enabled", 0)))
    return ServerFacts(
        product,
        version,
        str(facts.get("run_id", "")),
        policy,
        int(facts.get("maxmemory", 0)),
        int(facts.get("used_memory", 0)),
        durable,
        tuple(_warnings(product, policy, durable=durable, cluster=cluster)),
    )


async def await_redis(client: Client, site: str, within_s: float, clock: Clock | None = None) -> ServerFacts:
    """`check_redis` of a process that starts: a server that is not there yet may come within `within_s` seconds.

    Raises `RedisRefused` at once, `StreamDown` if it is still away by then.
    """
    clock = clock or SystemClock()
    deadline_ms = clock.monotonic_ms() + within_s * 1000
    while True:
        try:
            return await check_redis(client, site)
        except StreamDown:
            if clock.monotonic_ms() >= deadline_ms:
                raise
        await clock.sleep(_RETRY_S)


def _warnings(product: str, policy: str, *, durable: bool, cluster: bool) -> list[str]:
    warnings = []
    if not durable:
        warnings.append(
            f"This {product} keeps no append-only file: a restart of it loses the day. Set 'appendonly yes'."
        )
    if policy.startswith("volatile"):
        warnings.append(
            f"maxmemory-policy {policy} may evict leases when memory is short: set 'maxmemory-policy noeviction'."
        )
    if cluster:
        warnings.append("This is a Redis Cluster: only the node that owns the site's slot answers here.")
    return warnings


def _product(facts: dict[str, Any]) -> tuple[str, str]:
    if "valkey_version" in facts:
        return "Valkey", str(facts["valkey_version"])
    return "Redis", str(facts.get("redis_version", "0"))


def _refuse_if_old(product: str, version: str) -> None:
    if int(version.partition(".")[0] or 0) < OLDEST[product]:
        raise RedisRefused(f"{product} {version} is too old: Redis 7 or Valkey 8 at least.")


async def _is_cluster(client: Client) -> bool:
    try:
        facts: dict[str, Any] = await client.info("cluster")
    except ResponseError:
        return False
    return bool(int(facts.get("cluster_enabled", 0)))
