"""A floor as bytes and back: what a restart begins from, and what two replicas are compared by.

The bytes hold `state.Core`, whole and in a fixed order, behind the fold's version; what is derived is made anew on load. Arrays
travel as little-endian bytes. A checkpoint of another version is refused: its owner rebuilds the day from the stream.
"""

from __future__ import annotations

import sys
from hashlib import blake2b
from sys import intern
from typing import Any, Final, TypeVar

import msgspec

from dashboard.floor.arrays import Longs, Words
from dashboard.floor.display import AVAILABLE, WRAPPING_UP
from dashboard.floor.state import Core, Floor

FOLD_VERSION: Final = 7
"""Rises whenever the same entries would give another floor, or the bytes another shape."""


_Array = TypeVar("_Array", Longs, Words)


class CheckpointError(Exception):
    """The bytes are no checkpoint of this version. The text says which version they are, where they tell."""


class _Checkpoint(msgspec.Struct, array_like=True):
    version: int
    core: Core


def _plain(value: Any) -> bytes:
    if isinstance(value, Longs):
        return _little_endian(value).tobytes()
    if isinstance(value, Words):
        return _little_endian(value).tobytes()
    raise NotImplementedError(f"a {type(value).__name__} can't be in a checkpoint")


def _rich(kind: type, value: Any) -> Longs | Words:
    if kind is Longs:
        return _little_endian(Longs("q", value))
    if kind is Words:
        return _little_endian(Words("I", value))
    raise NotImplementedError(f"a {kind.__name__} can't be in a checkpoint")


def _little_endian(array: _Array) -> _Array:
    if sys.byteorder == "big":
        array = type(array)(array.typecode, array)
        array.byteswap()
    return array


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_plain)
_DECODER: Final = msgspec.msgpack.Decoder(_Checkpoint, dec_hook=_rich)
_VERSION: Final = msgspec.msgpack.Decoder(tuple[int, msgspec.Raw])


def dump(floor: Floor) -> bytes:
    """The whole floor, without what is derived."""
    return _ENCODER.encode(_Checkpoint(FOLD_VERSION, floor.core))


def load(data: bytes) -> Floor:
    """The floor that `dump` gave. Raises `CheckpointError` for other bytes, or another fold's."""
    try:
        version, _ = _VERSION.decode(data)
        if version != FOLD_VERSION:
            raise CheckpointError(
                f"checkpoint of fold version {version}, this is {FOLD_VERSION}: rebuild from the stream"
            )
        core = _DECODER.decode(data).core
        _share(core)
    except (msgspec.DecodeError, ValueError) as error:
        raise CheckpointError(f"not a checkpoint: {error}") from error
    return Floor(core.site, core)


def _share(core: Core) -> None:
    """One string for each id again: decoding makes a new one at every place, a third of the floor's memory."""
    for agent in core.agents.values():
        agent.id = intern(agent.id)
        agent.memberships = {intern(key): membership for key, membership in agent.memberships.items()}
        agent.devices = {intern(switch): device for switch, device in agent.devices.items()}
        agent.handlings = {intern(key): is_held for key, is_held in agent.handlings.items()}
        for membership in agent.memberships.values():
            membership.queue, membership.switch = intern(membership.queue), intern(membership.switch)
    for queue in core.queues.values():
        queue.members = {intern(agent): n for agent, n in queue.members.items()}
        queue.in_progress = {intern(key): intern(agent) for key, agent in queue.in_progress.items()}
        queue.waiting = {intern(key): since_ms for key, since_ms in queue.waiting.items()}
    for visit in core.visits.values():
        visit.key, visit.switch, visit.boot = intern(visit.key), intern(visit.switch), intern(visit.boot)
        visit.queue, visit.agent = intern(visit.queue), intern(visit.agent)
    _share_business(core)
    core.agents = {agent.id: agent for agent in core.agents.values()}
    core.visits = {visit.key: visit for visit in core.visits.values()}
    core.endings = [(at_ms, intern(key)) for at_ms, key in core.endings]


def _share_business(core: Core) -> None:
    business = core.business
    business.measures = {intern(measure): True for measure in business.measures}
    business.agents = {intern(agent): told for agent, told in business.agents.items()}
    business.queues = {intern(queue): told for queue, told in business.queues.items()}
    for told in (business.whole, *business.agents.values(), *business.queues.values()):
        told.today, told.yesterday = _interned(told.today), _interned(told.yesterday)
        told.quarters = {quarter: _interned(amounts) for quarter, amounts in told.quarters.items()}
        told.tens = {ten: _interned(amounts) for ten, amounts in told.tens.items()}


def _interned(amounts: dict[str, int]) -> dict[str, int]:
    return {intern(measure): amount for measure, amount in amounts.items()}


def state_hash(floor: Floor, now_ms: int) -> str:
    """One short text for the floor as it is at `now_ms`: equal for replicas at one position of the stream and one `now`."""
    digest = blake2b(dump(floor), digest_size=16)
    for agent in floor.agents.values():
        code = agent.code
        if code == WRAPPING_UP and 0 < agent.wrap_until_ms <= now_ms:
            code = AVAILABLE
        digest.update(bytes((code,)))
    digest.update(now_ms.to_bytes(8, "big"))
    return digest.hexdigest()
