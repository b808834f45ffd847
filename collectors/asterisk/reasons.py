"""Why callers left unanswered: what the dialplan and the log say after the queue's own event did not.

Invariants: a reason is told once, and only where it was unknown; "abandoned" comes from the log only where the caller's leg is gone,
because the log says so too when somebody moved a waiting caller elsewhere.
"""

from __future__ import annotations

from collectors.asterisk.codec import Message
from collectors.asterisk.queue_calls import QueueCalls
from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import QUEUE_STATUS, REFUSALS
from collectors.asterisk.visits import Visit
from collectors.events import CallerRefused


class Reasons:
    """Explanations of visits that ended, or are about to."""

    def __init__(self, board: Switchboard, calls: QueueCalls) -> None:
        self.board = board
        self.calls = calls

    def dialplan_said(self, message: Message) -> None:
        """UserEvent(QueueExit,Queue: …,Status: ${QUEUESTATUS}[,Uniqueid: …])."""
        call, queue, status = message.get("Uniqueid"), message.get("Queue"), message.get("Status").upper()
        refusal = REFUSALS.get(status)
        if refusal is not None and call and queue:
            self.board.out.tell(CallerRefused(queue, call, refusal))
        reason = QUEUE_STATUS.get(status)
        visit = self.newest(call, queue)
        if reason is not None and visit is not None:
            self.calls.explained(visit, reason)

    def newest(self, call: str, queue: str = "") -> Visit | None:
        """The last visit of a call, in any queue where `queue` is ""."""
        visits = [visit for visit in self.board.visits.of_call(call) if not queue or visit.queue == queue]
        return visits[-1] if visits else None
