"""The phone on which a supervisor is called: chosen once, by themselves, on their account page.

Invariants: a device is one endpoint of the switch and nothing else (its name goes into an action of the switch); it is nobody else's: not
another supervisor's, nor an agent's who is somebody else, whose phone would then ring, and hear, for them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any, Final

import redis
from sqlalchemy import Connection, Engine, delete, func, select

from dashboard.access import notices
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.notices import Notice
from dashboard.access.permissions import Permission
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import accounts, agents, supervisor_phones
from dashboard.supervision.policy import Phone
from dashboard.supervision.rights import STEPPING_IN

DEVICE: Final = re.compile(r"(?:PJSIP|SIP)/[A-Za-z0-9][A-Za-z0-9_.-]{0,79}")
"""As the switch names a phone."""


class Phones:
    """The supervisors' phones of one site. `switches`: the names of its links."""

    def __init__(
        self,
        engine: Engine,
        audit: Audit,
        link: redis.Redis,
        site: str,
        now_ms: Callable[[], int],
        switches: Collection[str],
    ) -> None:
        self.switches = tuple(sorted(switches))
        self._engine = engine
        self._audit = audit
        self._redis = link
        self._site = site
        self._now_ms = now_ms

    def is_for(self, actor: Actor) -> bool:
        """Whether this person needs a phone at all: who steps into no call has none to choose."""
        return actor.kind == "person" and any(map(actor.may, STEPPING_IN))

    def own(self, actor: Actor) -> Phone | None:
        """One's own phone; None while none is chosen."""
        self._require(actor)
        with reading(self._engine) as connection:
            return self._phone(connection, actor.account_id)

    def choose(self, actor: Actor, switch: str, device: str, *, answers_itself: bool) -> Phone:
        """From now on this one. A number alone is an endpoint of that name. Raises `Refused`."""
        self._require(actor)
        wanted = Phone(actor.account_id, switch, self._device(switch, device), answers_itself)
        with self._audit.writing() as connection:
            before = self._phone(connection, actor.account_id)
            if before == wanted:
                return wanted
            self._require_free(connection, wanted)
            connection.execute(delete(supervisor_phones).where(self._mine(actor.account_id)))
            row = {
                "site": self._site,
                "account_id": wanted.account_id,
                "switch": wanted.switch,
                "device": wanted.device,
                "answers_itself": wanted.answers_itself,
                "changed_at_ms": self._now_ms(),
            }
            connection.execute(supervisor_phones.insert().values(row))
            self._line(connection, actor, "phone.chosen", before, wanted)
        self._tell()
        return wanted

    def forget(self, actor: Actor) -> None:
        """No phone any more."""
        self._require(actor)
        with self._audit.writing() as connection:
            before = self._phone(connection, actor.account_id)
            if before is None:
                return
            connection.execute(delete(supervisor_phones).where(self._mine(actor.account_id)))
            self._line(connection, actor, "phone.removed", before, None)
        self._tell()

    # -- parts of it ---------------------------------------------------------------------------------------------------

    def _require(self, actor: Actor) -> None:
        if not self.is_for(actor):
            raise Denied(Permission.MONITOR_LISTEN)

    def _device(self, switch: str, device: str) -> str:
        if switch not in self.switches:
            raise Refused("phone.refused.switch", "switch")
        device = device.strip()
        device = device if "/" in device else f"PJSIP/{device}"
        if not DEVICE.fullmatch(device):
            raise Refused("phone.refused.device", "device")
        return device

    def _require_free(self, connection: Connection, wanted: Phone) -> None:
        phones, device = supervisor_phones.c, wanted.device.lower()
        same = (phones.site == self._site) & (phones.switch == wanted.switch) & (func.lower(phones.device) == device)
        if connection.execute(select(phones.account_id).where(same, phones.account_id != wanted.account_id)).first():
            raise Refused("phone.refused.taken", "device", device=wanted.device)
        me = select(accounts.c.person_id).where(accounts.c.id == wanted.account_id)
        person = connection.execute(me).scalar_one_or_none()
        theirs = (agents.c.site == self._site) & (func.lower(agents.c.id) == device) & agents.c.person_id.is_not(None)
        owner = connection.execute(select(agents.c.person_id).where(theirs)).scalars().first()
        if owner is not None and owner != person:
            raise Refused("phone.refused.agents", "device", device=wanted.device)

    def _phone(self, connection: Connection, account_id: str) -> Phone | None:
        row = connection.execute(select(supervisor_phones).where(self._mine(account_id))).one_or_none()
        return None if row is None else Phone(account_id, row.switch, row.device, row.answers_itself)

    def _mine(self, account_id: str) -> Any:
        return (supervisor_phones.c.site == self._site) & (supervisor_phones.c.account_id == account_id)

    def _line(
        self, connection: Connection, actor: Actor, action: str, before: Phone | None, after: Phone | None
    ) -> None:
        details = {
            side: {"switch": one.switch, "device": one.device, "answers_itself": one.answers_itself}
            for side, one in (("before", before), ("after", after))
            if one is not None
        }
        self._audit.append(connection, actor, action, Target("account", actor.account_id, actor.name), details=details)

    def _tell(self) -> None:
        notices.tell(self._redis, self._site, Notice("supervision"))
