"""The one place that talks to Redis about events: keys, packing, append under a lease, read, trim, refuse.

Import from here; the modules inside are rooms, not an interface. What the whole package promises:

* **Only the lease's holder writes.** The fencing check and the XADDs are one script, so a writer that slept through its
  own replacement writes nothing (`LeaseLost`).
* **Once, in order.** An append whose answer was lost may be sent again: the server keeps a cursor beside the stream and
  skips what it has. An acknowledged entry that the server no longer has is noticed at the next append (`StreamReset`).
* **A reader never skips silently.** Every read proves that the entry at the reader's position is still there; if it is
  not, the reader is told whether unread entries were trimmed (`Trimmed`) or the server lost its newest (`LostTail`).
* **One error type**: everything raised is a `StreamError`, with one sentence for people.
"""

from collectors.stream.connection import Client, connect
from collectors.stream.dead_letters import DeadLetter, DeadLetters
from collectors.stream.errors import (
    LeaseLost,
    LostTail,
    RedisRefused,
    StreamDown,
    StreamError,
    StreamFull,
    StreamOverflow,
    StreamReset,
    Trimmed,
)
from collectors.stream.keys import START, cursor_key, dead_key, events_key, id_ms, lease_key, newer
from collectors.stream.lease import Lease
from collectors.stream.packing import Undecodable, pack, unpack
from collectors.stream.policy import ServerFacts, await_redis, check_redis
from collectors.stream.reader import Reader, Span
from collectors.stream.retention import RETENTION_MS, trim_older, trim_to_save_memory
from collectors.stream.writer import Writer

__all__ = [
    "RETENTION_MS",
    "START",
    "Client",
    "DeadLetter",
    "DeadLetters",
    "Lease",
    "LeaseLost",
    "LostTail",
    "Reader",
    "RedisRefused",
    "ServerFacts",
    "Span",
    "StreamDown",
    "StreamError",
    "StreamFull",
    "StreamOverflow",
    "StreamReset",
    "Trimmed",
    "Undecodable",
    "Writer",
    "await_redis",
    "check_redis",
    "connect",
    "cursor_key",
    "dead_key",
    "events_key",
    "id_ms",
    "lease_key",
    "newer",
    "pack",
    "trim_older",
    "trim_to_save_memory",
    "unpack",
]
