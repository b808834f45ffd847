"""Hold and transfer of the talks that an agent has: by the legs of his that the events name.

Invariants: `Resumed` never comes without its `Held` (a switch sends Unhold with every transfer, and twice for a Local agent);
a talk is `Transferred` once at most.
"""

from __future__ import annotations

from collectors.asterisk.codec import Message
from collectors.asterisk.own_calls import OwnCalls
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.visits import Visit
from collectors.events import Held, Resumed, TransferKind, Transferred


class Talks:
    """What happens inside a talk."""

    def __init__(self, board: Switchboard, own_calls: OwnCalls) -> None:
        self.board = board
        self.own_calls = own_calls

    def hold(self, message: Message) -> None:
        """Hold: by the agent's leg; a caller's own hold is not his."""
        uniqueid = message.get("Uniqueid")
        visit = self._handled(uniqueid)
        if visit is None:
            self.own_calls.hold(uniqueid)
        elif not visit.held:
            visit.held = True
            self.board.out.tell(Held(visit.call, visit.visit, visit.agent))

    def unhold(self, message: Message) -> None:
        """Unhold."""
        uniqueid = message.get("Uniqueid")
        visit = self._handled(uniqueid)
        if visit is None:
            self.own_calls.unhold(uniqueid)
        elif visit.held:
            visit.held = False
            self.board.out.tell(Resumed(visit.call, visit.visit, visit.agent))

    def _handled(self, uniqueid: str) -> Visit | None:
        served = self.board.serves(uniqueid)
        return served[0] if served is not None and served[0].is_handled else None

    def blind_transfer(self, message: Message) -> None:
        """BlindTransfer: the agent sent the caller to `Extension`."""
        if message.get("Result") in {"", "Success"}:
            self._transferred(message.get("TransfererUniqueid"), "blind", message.get("Extension") or None, None)

    def attended_transfer(self, message: Message) -> None:
        """AttendedTransfer, also of an agent who did not wait for the target's answer."""
        if message.get("Result") not in {"", "Success"}:
            return
        target, queue = self._target(message)
        self._transferred(message.get("OrigTransfererUniqueid"), "attended", target, queue)

    def _transferred(self, leg: str, kind: TransferKind, target: str | None, queue: str | None) -> None:
        visit = self._handled(leg)
        if visit is None or visit.transferred:
            return
        visit.transferred = True
        event = Transferred(visit.queue, visit.call, visit.visit, visit.agent, kind, target, queue)
        self.board.out.tell(event)

    def _target(self, message: Message) -> tuple[str | None, str | None]:
        """What the agent dialled for the second call, and the queue that it led to."""
        second = message.get("SecondTransfererUniqueid")
        dialled = ""
        if second and second != message.get("OrigTransfererUniqueid"):
            dialled = message.get("SecondTransfererExten")
        name = message.get("TransferTargetChannel")
        if not dialled and name.startswith("Local/"):
            dialled = name.removeprefix("Local/").partition("@")[0]
        dialled = dialled or message.get("TransferTargetExten")
        uniqueid = message.get("TransferTargetUniqueid")
        channel = self.board.channels.get(uniqueid)
        for call in (uniqueid, second, channel.other_half if channel is not None else ""):
            for visit in self.board.visits.of_call(call):
                if visit.is_waiting or visit.is_handled:
                    return dialled or None, visit.queue
        return dialled or None, None
