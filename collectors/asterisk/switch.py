"""An Asterisk as a switch source sees it: what to open, what tells its boot, and which lists make a snapshot.

Invariants: a life that does not hear what happens is no life (`Deaf`); a list that the collector cannot do without and may not have
is told in words that name the missing class; a list that only adds detail is left out without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType

from collectors.asterisk.actions import READING, ActionTable
from collectors.asterisk.codec import Message
from collectors.asterisk.login import LinkConfig, open_link
from collectors.asterisk.rights import classes_of, missing_reads, words_of
from collectors.asterisk.session import Session
from collectors.clock import Clock
from collectors.link import ActionRefused, Deaf, Heard

WRITE_CLASS = MappingProxyType(
    {"CoreStatus": "reporting", "CoreShowChannels": "reporting", "ExtensionStateList": "reporting"}
)
"""The smallest write class of manager.conf that allows each action; the others need none."""

_CHANNELS_LISTED = Message.of({"Event": "CoreShowChannelsComplete"})
"""Without it an empty switch would look like one that does not list its channels, and what was missed would stay."""

_MUST_HEAR = frozenset({"call", "agent"})
_SETTLE_S = 1.0


class AsteriskLife:
    """A session, asked only for what a collector needs. `session` itself is for who may ask for more (see `ActionTable`)."""

    def __init__(self, session: Session, config: LinkConfig, clock: Clock) -> None:
        self.session = session
        self._config = config
        self._clock = clock
        self._unproven = set(_MUST_HEAR)
        self._listed: list[Message] | None = None

    @property
    def last_heard_ms(self) -> int:
        """When the switch last sent a byte."""
        return self.session.last_heard_ms

    @property
    def counts(self) -> dict[str, int]:
        """What this life has read so far: bytes, messages, unwanted events, and what was dropped."""
        session = self.session
        return {
            "bytes": session.bytes_read,
            "messages": session.messages_read,
            "skipped": session.decoder.skipped,
            "dropped": session.dropped,
        }

    async def heard(self) -> list[Heard[Message]]:
        """See `Session.heard`."""
        return self._noted(await self.session.heard())

    def drain(self) -> list[Heard[Message]]:
        """See `Session.drain`."""
        return self._noted(self.session.drain())

    @property
    def is_in_doubt(self) -> bool:
        """Whether a class that must be heard was not heard yet."""
        return bool(self._unproven)

    def _noted(self, heard: list[Heard[Message]]) -> list[Heard[Message]]:
        if self._unproven:
            self._unproven -= classes_of(message for chunk in heard for message in chunk.messages)
        return heard

    async def identity(self) -> Message:
        """What tells one boot of the switch from another: its CoreStatus."""
        try:
            return await self.session.ask("CoreStatus")
        except ActionRefused as refusal:
            raise self._in_words(refusal) from None

    async def lists(self) -> list[Message]:
        """Everything that the switch says of its queues, members, callers, channels and bridges now."""
        try:
            parts = await asyncio.gather(*map(self.session.ask_list, ("QueueStatus", "CoreShowChannels", "BridgeList")))
        except ActionRefused as refusal:
            raise self._in_words(refusal) from None
        items = [*(item for part in parts for item in part), _CHANNELS_LISTED]
        if any(item.get("StateInterface").startswith("hint:") for item in items):
            items += await self._hints()
        if self._listed is not None and self._unproven:
            await self._check_hearing(self._listed, items)
        self._listed = items if self._unproven else []
        return items

    async def _check_hearing(self, before: list[Message], after: list[Message]) -> None:
        """Raise Deaf where the lists differ and no event told it, even a moment later."""
        if not missing_reads(before, after, _MUST_HEAR - self._unproven):
            return
        await self._clock.sleep(_SETTLE_S)
        self._noted(self.session.peek())
        for missing in sorted(missing_reads(before, after, _MUST_HEAR - self._unproven)):
            raise Deaf(f"{self._config.place}: the account {self._config.username!r} {words_of(missing)}")

    async def _hints(self) -> list[Message]:
        """Which phone is behind a hint; a detail."""
        try:
            return await self.session.ask_list("ExtensionStateList")
        except ActionRefused:
            return []

    def _in_words(self, refusal: ActionRefused) -> ActionRefused:
        action, place, user = refusal.action, self._config.place, self._config.username
        missing = WRITE_CLASS.get(action)
        if missing is not None and "ermission denied" in refusal.words:
            sentence = f"{place} refused {action}: add the class {missing!r} to 'write' of the account {user!r} in its manager.conf."
        else:
            sentence = f"{place} refused {action} ({refusal.words}): is app_queue loaded, and a version from 16 on?"
        return ActionRefused(action, refusal.words, sentence)


class AsteriskSwitch:
    """Opens lives of one link. `wanted`: the events that are built. `table`: what may be sent."""

    def __init__(self, config: LinkConfig, clock: Clock, wanted: frozenset[str], table: ActionTable = READING) -> None:
        self.config = config
        self._clock = clock
        self._wanted = wanted
        self._table = table

    @asynccontextmanager
    async def open(self) -> AsyncIterator[AsteriskLife]:
        """A life that is logged in and subscribed. Raises LinkError."""
        async with open_link(self.config, self._clock, self._wanted, table=self._table) as session:
            yield AsteriskLife(session, self.config, self._clock)
