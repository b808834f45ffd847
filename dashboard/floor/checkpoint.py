"""A floor as bytes and back: what a restart begins from, and what two replicas are compared by.

The bytes hold `state.Core`, whole and in a fixed order, behind the fold's version; what is derived is made anew on load. Arrays
travel as little-endian bytes. A checkpoint of another version is refused: its owner rebuilds the day from the stream.
"""

from __future__ import annotations

import sys
from hashlib import blake2b
from typing import Any, Final

import msgspec

from dashboard.floor.arrays import Longs
from dashboard.floor.display import AVAILABLE, WRAPPING_UP
from dashboard.floor.state import Core, Floor

FOLD_VERSION: Final = 2
"""Rises whenever the same entries would give another floor, or the bytes another shape."""


class CheckpointError(Exception):
    """The bytes are no checkpoint of this version. The text says which version they are, where they tell."""


class _Checkpoint(msgspec.Struct, array_like=True):
    version: int
    core: Core


def _plain(value: Any) -> bytes:
    if not isinstance(value, Longs):
        raise NotImplementedError(f"a {type(value).__name__} can't be in a checkpoint")
    return _little_endian(value).tobytes()


def _rich(kind: type, value: Any) -> Longs:
    if kind is not Longs:
        raise NotImplementedError(f"a {kind.__name__} can't be in a checkpoint")
    return _little_endian(Longs("q", value))


def _little_endian(array: Longs) -> Longs:
    if sys.byteorder == "big":
        array = Longs("q", array)
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
    except (msgspec.DecodeError, ValueError) as error:
        raise CheckpointError(f"not a checkpoint: {error}") from error
    return Floor(core.site, core)


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
