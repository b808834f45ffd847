"""Entry ↔ bytes: one packed field per record, because eight flat fields cost twice the time on both sides."""

from __future__ import annotations

import msgspec

from collectors.events import SCHEMA, Entry
from collectors.stream.errors import StreamError

FIELD = b"e"
"""The one field of a record."""

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Entry)

pack = _encoder.encode
"""`pack(entry) -> bytes`."""


class Undecodable(msgspec.Struct, frozen=True):
    """A record that this release cannot read, as it was found. `reason` is for people."""

    packed: bytes
    reason: str


def unpack(packed: bytes) -> Entry:
    """The entry of a record. Raises `StreamError` on anything that this release cannot read."""
    try:
        entry = _decoder.decode(packed)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StreamError(f"Not an entry of this release: {error}") from error
    if entry.schema > SCHEMA:
        raise StreamError(f"Written by a newer release (schema {entry.schema}, this one reads up to {SCHEMA}).")
    return entry


def unpack_or_explain(packed: bytes | None) -> Entry | Undecodable:
    """As `unpack`, but what cannot be read is a value: a reader goes on past it."""
    if packed is None:
        return Undecodable(b"", "The record has no field 'e'.")
    try:
        return unpack(packed)
    except StreamError as error:
        return Undecodable(packed, str(error))
