"""Changes, told at once to every process: who holds a session, token or screen of it, or shows a board of it, looks again.

A notice carries no decision, only what to look at again, so that a lost or forged one does no harm: gateways look again by
themselves every 30 s.
"""

from __future__ import annotations

import contextlib
from typing import Final, Literal

import msgspec
import redis

from dashboard.access.keys import notices_channel

Kind = Literal[
    "session", "account", "token", "screen", "everybody", "boards", "announcements", "supervision", "messages", "alerts",
    "leaderboards",
]  # fmt: skip


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`id`: of the session (`Actor.session`), account, token or screen; "" for everybody (teams were rearranged).
    `boards`: a board (`id`) was published, changed or removed. `announcements`: one was sent or withdrawn. `supervision`: the rules of
    monitoring, or a supervisor's phone, were changed. `messages`: an agent (`id`) was written to, or has read it. `alerts`: one
    began, ended or was answered, or rules were changed. `leaderboards`: one (`id`) was made, changed, ended or corrected, or somebody
    chose how to appear ("")."""

    kind: Kind
    id: str = ""


_NOTICE: Final = msgspec.json.Decoder(Notice)


def encode(notice: Notice) -> bytes:
    """As published on `keys.notices_channel`."""
    return msgspec.json.encode(notice)


def decode(body: bytes) -> Notice | None:
    """None for what is no notice of ours."""
    try:
        return _NOTICE.decode(body)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def publish(link: redis.Redis, site: str, notice: Notice) -> None:
    """To everybody who holds sockets open; in a pipeline, with the rest of it. Raises the client library's errors."""
    link.publish(notices_channel(site), encode(notice))


def tell(link: redis.Redis, site: str, notice: Notice) -> None:
    """The same, for who has no use for an error: without Redis everybody looks by themselves."""
    with contextlib.suppress(redis.RedisError):
        publish(link, site, notice)
