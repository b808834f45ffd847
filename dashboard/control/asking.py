"""Who asks, and what holds for them: found anew for every command and every few seconds of a session. Blocks; for threads.

A request only names the session at the desk that it came from. Neither the gateway nor the page is believed about rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from dashboard.access.actor import Actor
from dashboard.supervision.facts import Asker
from dashboard.supervision.standing import Standing


class Finds(Protocol):
    """See `dashboard.access.doorkeeper.Doorkeeper`. Raises `AccessUnavailable`."""

    def again(self, actor: Actor) -> Actor | None: ...


class Knows(Protocol):
    """See `dashboard.supervision.standing.Standings`. Raises `StoreError`."""

    def fresh(self) -> Standing: ...


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody at the desk: account, session, address, as a request names them."""

    account: str
    session: str
    address: str


@dataclass(frozen=True, slots=True)
class Found:
    """`actor` None: their session is over. `standing`: rules, phones and teams as they are now."""

    actor: Actor | None
    standing: Standing

    @property
    def asker(self) -> Asker | None:
        """As the rules look at them."""
        actor, standing = self.actor, self.standing
        if actor is None:
            return None
        own = standing.own_agents.get(actor.account_id, frozenset())
        return Asker.of(actor, standing.parents, own, standing.phones.get(actor.account_id))


class Asking:
    """Asks access and the rules."""

    def __init__(self, doorkeeper: Finds, standings: Knows) -> None:
        self._doorkeeper = doorkeeper
        self._standings = standings

    def look(self, who: Who) -> Found:
        """Raises `AccessUnavailable`, `StoreError`: then nobody can say, and nothing new is allowed."""
        return Found(self.actor(who), self.standing())

    def actor(self, who: Who) -> Actor | None:
        """None: their session at the desk is over. Raises `AccessUnavailable`, `StoreError`."""
        named = Actor("person", who.account, "", account_id=who.account, session=who.session, address=who.address)
        actor = self._doorkeeper.again(named)
        if actor is not None and (actor.account_id != who.account or actor.must_set_up):
            return None
        return actor

    def standing(self) -> Standing:
        """What holds for everybody. Raises `StoreError`."""
        return self._standings.fresh()
