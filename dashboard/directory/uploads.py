"""Files that were looked at and wait to be confirmed: what is done is byte for byte what was looked at.

They wait on the server, not in the browser, bound to the account that sent them. Each account has one: a new one takes the
old one's place, so that nobody can fill Redis with them.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

import redis

from collectors.stream.keys import site_key
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.access.unavailable import told_as_unavailable
from dashboard.refusal import Refused

KEPT_S: Final = 900


class Uploads:
    """The waiting files of a site, in Redis. Raises `AccessUnavailable` while it is away. `permission`: what whoever sends one needs;
    `room`: files of another room than the directory's do not take the place of its own."""

    def __init__(
        self,
        client: redis.Redis,
        site: str,
        permission: Permission = Permission.DIRECTORY_EDIT,
        *,
        room: str = "",
    ) -> None:
        self._client = client
        self._site = site
        self._permission = permission
        self._name = f"upload:{room}:" if room else "upload:"

    def keep(self, actor: Actor, name: str, body: bytes) -> str:
        """Keeps the file for 15 minutes; gives its id."""
        actor.require(self._permission)
        upload_id = secrets.token_hex(16)
        key = self._key(actor)
        with told_as_unavailable(), self._client.pipeline(transaction=True) as pipe:
            pipe.delete(key)
            pipe.hset(key, mapping={"id": upload_id, "name": name, "body": body})
            pipe.expire(key, KEPT_S)
            pipe.execute()
        return upload_id

    def find(self, actor: Actor, upload_id: str) -> tuple[str, bytes]:
        """Its name and content. Raises `Refused` when it is gone, or was never this account's."""
        actor.require(self._permission)
        with told_as_unavailable():
            found = self._client.hmget(self._key(actor), ["id", "name", "body"])
        kept, name, body = (value if isinstance(value, bytes) else b"" for value in found)
        if not kept or not hmac.compare_digest(kept, upload_id.encode()):
            raise Refused("import.upload_gone", "file")
        return name.decode(), body

    def forget(self, actor: Actor) -> None:
        """It has been done."""
        with told_as_unavailable():
            self._client.delete(self._key(actor))

    def _key(self, actor: Actor) -> str:
        return site_key(self._site, f"{self._name}{actor.account_id or actor.id}")
