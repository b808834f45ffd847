"""Which message answers which action, and which are the items of a list that was asked for. No I/O, no clock.

Invariants:

* An event is an item only while a list of *that* ActionID is open: the ActionIDs of others travel in live events
  (`UserEvent`, `OriginateResponse`), and items are named like live events (`ExtensionStatus`).
* A reply is never a live event: one that came too late, or that nobody waits for, is dropped.
* Every future that was given out ends: by its reply, by its deadline, or by the end of the link.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from collectors.asterisk.codec import Message
from collectors.link import ActionRefused, LinkError, Silent


@dataclass(slots=True)
class _Asked:
    action: str
    is_list: bool
    due_at_ms: int
    answer: asyncio.Future[list[Message]]
    items: list[Message] = field(default_factory=list)


class Replies:
    """The open questions of one link. `prefix` makes its ActionIDs unlike everybody else's."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._asked: dict[str, _Asked] = {}
        self._lists = 0
        self._count = 0

    def expect(self, action: str, *, is_list: bool, due_at_ms: int) -> tuple[str, asyncio.Future[list[Message]]]:
        """A new ActionID, and what will hold the answer: [the response], or the items of a list without its ends."""
        self._count += 1
        action_id = f"{self._prefix}-{self._count}"
        answer: asyncio.Future[list[Message]] = asyncio.get_running_loop().create_future()
        self._asked[action_id] = _Asked(action, is_list, due_at_ms, answer)
        self._lists += is_list
        return action_id, answer

    def take(self, message: Message) -> bool:
        """Whether the message was an answer; a live event is not."""
        if message.event:
            return self._lists > 0 and self._take_item(message)
        asked = self._asked.get(message.action_id)
        if asked is None:
            return True
        if message.response == "Error":
            words = message.get("Message", "no reason given")
            self._settle(message.action_id, ActionRefused(asked.action, words))
        elif not asked.is_list:
            self._settle(message.action_id, [message])
        return True

    def _take_item(self, message: Message) -> bool:
        action_id = message.action_id
        asked = self._asked.get(action_id)
        if asked is None or not asked.is_list:
            return False
        match message.get("EventList"):
            case "":
                asked.items.append(message)
            case "Complete":
                self._settle(action_id, asked.items)
            case other:
                self._settle(action_id, ActionRefused(asked.action, f"the list ended with {other}"))
        return True

    def expire(self, now_ms: int) -> None:
        """Ends what has passed its deadline (on the caller's monotonic clock) with `Silent`."""
        for action_id in [known for known, asked in self._asked.items() if asked.due_at_ms <= now_ms]:
            action = self._asked[action_id].action
            self._settle(action_id, Silent(f"The switch did not finish its answer to {action} in time."))

    def fail(self, error: LinkError) -> None:
        """Ends everything: the link is over."""
        for action_id in list(self._asked):
            self._settle(action_id, error)

    def forget(self, action_id: str) -> None:
        """Nobody waits for this answer any more."""
        asked = self._asked.pop(action_id, None)
        self._lists -= asked is not None and asked.is_list

    def _settle(self, action_id: str, outcome: list[Message] | LinkError) -> None:
        asked = self._asked[action_id]
        self.forget(action_id)
        if asked.answer.done():
            return
        if isinstance(outcome, LinkError):
            asked.answer.set_exception(outcome)
        else:
            asked.answer.set_result(outcome)
