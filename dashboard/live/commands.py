"""Commands of people: judged early by the rules, named by an id of our own, sent once, and answered at once to the socket that asked.

Nothing here is a right: the control process finds out anew who asks and what they may do. Here a refusal only comes sooner; one for
want of permission or scope goes on record. Ids and tickets are random and ours; a ticket leaves for one socket, its digest for the
control process.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from dashboard.access.actor import Actor
from dashboard.access.audit_line import Target
from dashboard.access.keys import digest
from dashboard.live import frames
from dashboard.live.clocks import Instant, read_clocks
from dashboard.live.command_fields import require_form
from dashboard.live.command_scene import Ground, ask_of
from dashboard.live.denials import Denials
from dashboard.live.gateway import Gateway
from dashboard.live.outbox import Sent
from dashboard.live.said import Wish
from dashboard.live.screens import Screen
from dashboard.supervision.commands import Request, new_id
from dashboard.supervision.reasons import ON_RECORD, Reason
from dashboard.supervision.rules import why_not
from dashboard.typed_text import in_one_line

AT_ONCE: Final = 60
A_SECOND: Final = 2.0
"""What one account may ask: a selection at once, then at this rate."""

MOST_REMEMBERED: Final = 10_000


class Sends(Protocol):
    """Puts a request where the control process finds it; see `Outbox`."""

    async def send(self, request: Request) -> Sent: ...


class NoControl:
    """Where nothing can be asked of a switch."""

    async def send(self, request: Request) -> Sent:  # noqa: ARG002 — as it is asked
        """It is not sent."""
        return "not_sent"


@dataclass(slots=True)
class _Allowance:
    left: float
    at_ms: float


class CommandPace:
    """How much each account may still ask."""

    def __init__(self) -> None:
        self._accounts: dict[str, _Allowance] = {}

    def allows(self, account: str, at_ms: float) -> bool:
        """Counts one more. `at_ms`: steady."""
        if len(self._accounts) >= MOST_REMEMBERED:
            self._forget(at_ms)
        known = self._accounts.setdefault(account, _Allowance(AT_ONCE, at_ms))
        known.left = min(AT_ONCE, known.left + (at_ms - known.at_ms) / 1000 * A_SECOND)
        known.at_ms = at_ms
        if known.left < 1:
            return False
        known.left -= 1
        return True

    def _forget(self, at_ms: float) -> None:
        """Whose allowance is whole again."""
        whole_ms = AT_ONCE / A_SECOND * 1000
        self._accounts = {name: one for name, one in self._accounts.items() if at_ms - one.at_ms < whole_ms}


class Commands:
    """Takes the wishes of a gateway's screens."""

    def __init__(
        self, gateway: Gateway, sends: Sends, denials: Denials, clocks: Callable[[], Instant] = read_clocks
    ) -> None:
        self._gateway = gateway
        self._sends = sends
        self._denials = denials
        self._clocks = clocks
        self._pace = CommandPace()
        self._under_way: set[asyncio.Task[None]] = set()

    def wished(self, screen: Screen, wish: Wish) -> None:
        """Somebody asks for something. Raises `frames.Refused` for what no page of ours sends, and for too much of it."""
        require_form(wish)
        now, actor = self._clocks(), screen.visitor.actor
        if not screen.visitor.is_person:
            self._on_record(actor, wish, Reason.NOT_PERMITTED)
            self._refuse(screen, wish, Reason.NOT_PERMITTED, now)
        elif not self._pace.allows(actor.account_id, now.steady_ms):
            screen.speaks(now.steady_ms)  # who goes on is closed by that
            self._refuse(screen, wish, Reason.THROTTLED, now)
        else:
            self._judge(screen, actor, wish, now)

    # -- inside -------------------------------------------------------------------------------------------------------

    def _judge(self, screen: Screen, actor: Actor, wish: Wish, now: Instant) -> None:
        floor, people = self._gateway.floor, self._gateway.people
        if floor is None or people is None:
            self._refuse(screen, wish, Reason.CONTROL_DOWN, now)
            return
        ground = self._gateway.desks.ground(floor, people, now.at_ms)
        reason = next((one for one in why_none(ground, actor, wish) if one is not None), None)
        if reason is not None:
            if reason is not Reason.NOT_THERE or is_out_of_sight(ground, wish):
                self._on_record(actor, wish, reason)
            self._refuse(screen, wish, reason, now)
            return
        for switch in ground.switches_of(wish):
            self._send(screen, actor, wish, switch, now)

    def _send(self, screen: Screen, actor: Actor, wish: Wish, switch: str, now: Instant) -> None:
        ticket = secrets.token_urlsafe(32) if wish.via == "browser" else None
        request = request_of(wish, actor, switch, now.at_ms, ticket)
        task = asyncio.ensure_future(self._sent(screen, wish, request, ticket))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _sent(self, screen: Screen, wish: Wish, request: Request, ticket: str | None) -> None:
        desks = self._gateway.desks
        desks.requested(request)
        sent = await self._sends.send(request)
        now_ms = self._clocks().at_ms
        if sent == "sent":
            frame = frames.requested(wish.ref, request.id, ticket, now_ms)
        elif sent == "unsure":
            frame = frames.not_requested(wish.ref, Reason.NOT_CONFIRMED, now_ms, request.id)
        else:
            frame = frames.not_requested(wish.ref, Reason.CONTROL_DOWN, now_ms)
        if sent == "not_sent":
            desks.not_requested(request)
        self._gateway.tally.commands.add(1, wish.kind, sent)
        self._gateway.audience.tell(screen, frame)

    def _refuse(self, screen: Screen, wish: Wish, reason: Reason, now: Instant) -> None:
        self._gateway.tally.commands.add(1, wish.kind, reason)
        self._gateway.audience.tell(screen, frames.not_requested(wish.ref, reason, now.at_ms))

    def _on_record(self, actor: Actor, wish: Wish, reason: Reason) -> None:
        if reason in ON_RECORD:
            about = ("agent", wish.agent) if wish.agent else ("call", wish.visit or wish.opened)
            self._gateway.tally.denied.add(1, wish.kind)
            self._denials.add(actor, wish.kind, Target(*about, reason))


def why_none(ground: Ground, actor: Actor, wish: Wish) -> Iterator[Reason | None]:
    """What is in the way, for each switch that a wish is for. Pure."""
    asker = ground.asker(actor)
    switches = ground.switches_of(wish)
    if not switches:
        yield Reason.SESSION_OVER if wish.opened else Reason.NOT_THERE
    for switch in switches:
        yield why_not(ask_of(wish), asker, ground.scene(wish, switch, asker.phone, actor.account_id))


def is_out_of_sight(ground: Ground, wish: Wish) -> bool:
    """Whether what is "not there" is there, but not for who asks; what is gone from the floor is only a page that was a moment late."""
    floor = ground.floor
    is_there = wish.agent in floor.agents if wish.agent else wish.visit in floor.visits
    return is_there and bool(ground.switches_of(wish))


def request_of(wish: Wish, actor: Actor, switch: str, now_ms: int, ticket: str | None) -> Request:
    """The wish as it travels."""
    return Request(
        id=new_id(),
        kind=wish.kind,
        switch=switch,
        account=actor.account_id,
        session=actor.session,
        address=actor.address,
        asked_at_ms=now_ms,
        agent=wish.agent,
        visit=wish.visit,
        opened=wish.opened,
        mode=wish.mode,
        via=wish.via,
        queue=wish.queue,
        value=wish.value,
        purpose=in_one_line(wish.purpose),
        ticket=digest(ticket) if ticket is not None else "",
        is_sure=wish.sure,
    )
