"""Orders that were sent and are not done yet: confirmed by the switch's own events, failed by others, or by time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from collectors.asterisk.codec import Message
from collectors.clock import Clock
from collectors.events import CommandChanged
from dashboard.access.actor import Actor
from dashboard.control.asterisk.link import ControlLink
from dashboard.control.orders import Order, Sign, signs_of
from dashboard.control.records import Records
from dashboard.control.told import of_command
from dashboard.supervision.commands import Request
from dashboard.supervision.reasons import Reason


@dataclass(slots=True, eq=False)
class _Sent:
    """`awaits`: what is still to be seen."""

    request: Request
    actor: Actor
    order: Order
    awaits: set[Sign]
    due_ms: int


class SentOrders:
    """Of one switch."""

    def __init__(
        self, link: ControlLink, records: Records, say: Callable[[CommandChanged], None], clock: Clock
    ) -> None:
        self._link = link
        self._records = records
        self._say = say
        self._clock = clock
        self._open: list[_Sent] = []

    async def send(self, request: Request, actor: Actor, make: Callable[[], Order | Reason]) -> None:
        """Made when it is sent, from what is so then; between the two nothing is awaited."""
        made, now_ms = make(), self._clock.now_ms()
        if now_ms > request.deadline_ms:
            self._over(request, actor, Reason.TOO_LATE)
            return
        if isinstance(made, Reason):
            self._over(request, actor, made)
            return
        sent = _Sent(request, actor, made, set(made.awaits), now_ms + made.wait_ms)
        self._open.append(sent)
        self._say(of_command(request, "sent", None, actor.name))
        for action in made.actions:
            reason = await self._link.send(action)
            if reason is not None:
                self._end(sent, reason)
                return

    def heard(self, message: Message) -> None:
        """A live event."""
        if not self._open:
            return
        signs = signs_of(message)
        for sent in tuple(self._open):
            if not sent.awaits.isdisjoint(signs):
                sent.awaits.difference_update(signs)
                if not sent.awaits:
                    self._open.remove(sent)
                    self._say(of_command(sent.request, "confirmed", None, sent.actor.name))
                continue
            failed = next((sent.order.fails[sign] for sign in signs if sign in sent.order.fails), None)
            if failed is not None:
                self._end(sent, failed)

    def lost(self, why: Reason) -> None:
        """Nothing is heard any more."""
        for sent in tuple(self._open):
            self._end(sent, why)

    def tick(self, now_ms: int) -> None:
        """What time alone decides."""
        for sent in tuple(self._open):
            if now_ms >= sent.due_ms:
                self._end(sent, Reason.NOT_CONFIRMED)

    def _end(self, sent: _Sent, reason: Reason) -> None:
        if sent in self._open:
            self._open.remove(sent)
            self._over(sent.request, sent.actor, reason)

    def _over(self, request: Request, actor: Actor, reason: Reason) -> None:
        state: Literal["expired", "failed"] = "expired" if reason is Reason.TOO_LATE else "failed"
        self._say(of_command(request, state, reason, actor.name))
        self._records.failed(request, actor, state, reason)
