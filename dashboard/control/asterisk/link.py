"""Control's own link to an Asterisk: it follows the switch by the collector's code, hears the events raw besides, and sends.

Invariants: recovery is start-up, as for a collector; nothing is sent on a link whose floor is not known yet; what was being asked when
a link died is answered with `LINK_LOST`, and never sent again.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final, Protocol

from collectors.asterisk.codec import Message, ProtocolError
from collectors.asterisk.control_actions import CONTROL
from collectors.asterisk.login import LinkConfig, open_link
from collectors.asterisk.queue_log import QueueLogLine
from collectors.asterisk.snapshot import SwitchLists
from collectors.asterisk.switch import AsteriskLife
from collectors.asterisk.translate import WANTED_EVENTS, Translator
from collectors.clock import Clock
from collectors.events import Device, Fact
from collectors.link import ActionRefused, LinkError
from collectors.source import Source, SourcePace
from dashboard.control.asterisk import causes
from dashboard.control.asterisk.lines import Lines
from dashboard.control.asterisk.recipes import Action
from dashboard.supervision.reasons import Reason

log = logging.getLogger("floorwatch.control")

WANTED: Final = WANTED_EVENTS | {"OriginateResponse", "DeviceStateChange", "DeviceStateListComplete"}


class Ear(Protocol):
    """Who is told. All of it returns at once."""

    def heard(self, message: Message, facts: list[Fact], at_ms: int) -> None:
        """A live event, and what the translator made of it."""

    def listed(self, at_ms: int) -> None:
        """The whole switch is known (again)."""

    def lost(self, reason: str, at_ms: int) -> None:
        """Nothing is heard any more; a word of LINK_REASONS."""

    def restarted(self) -> None:
        """The switch is another process."""


class _Listening(Translator):
    """The collector's translator, which lets somebody else hear along."""

    def __init__(self, link: ControlLink) -> None:
        super().__init__()
        self._link = link

    def message(self, message: Message, at_ms: int) -> list[Fact]:
        facts = super().message(message, at_ms)
        if self._held is None:
            self._link.heard(message, facts, at_ms)
        return facts

    def link_lost(self, reason: str, since_ms: int, at_ms: int) -> list[Fact]:
        self._link.lost(reason, at_ms)
        return super().link_lost(reason, since_ms, at_ms)

    def booted(self, core_status: Message | None, at_ms: int) -> list[Fact]:
        before = self.boot
        facts = super().booted(core_status, at_ms)
        if before and self.boot != before:
            self._link.restarted()
        return facts

    def snapshot(self, items: Iterable[Message] | SwitchLists, at_ms: int) -> list[Fact]:
        listed = items if isinstance(items, SwitchLists) else list(items)
        facts = super().snapshot(listed, at_ms)
        self._link.listed([] if isinstance(listed, SwitchLists) else listed, at_ms)
        return facts


class _Life(AsteriskLife):
    """A session that also tells the switch's version and the state of every device."""

    version = ""

    async def identity(self) -> Message:
        status = await super().identity()
        try:
            self.version = (await self.session.ask("CoreSettings")).get("AsteriskVersion")
        except ActionRefused:
            self.version = ""
        return status

    async def lists(self) -> list[Message]:
        return [*await super().lists(), *await self._devices()]

    async def _devices(self) -> list[Message]:
        try:
            return await self.session.ask_list("DeviceStateList")
        except ActionRefused as refusal:
            log.warning("%s: phones are not known: %s", self.session.place, refusal.words)
            return []


class ControlLink:
    """See the module. `why_not` None: it is live. `devices`: state by device, as the switch told last."""

    def __init__(self, config: LinkConfig, ear: Ear, clock: Clock, pace: SourcePace | None = None) -> None:
        self.devices: dict[str, Device] = {}
        self.is_live = False
        self.version = ""
        self.sent = 0
        self._config = config
        self._ear = ear
        self._clock = clock
        self._life: _Life | None = None
        self._translator = _Listening(self)
        self.lines = Lines(self._translator)
        self.source: Source[Message, QueueLogLine] = Source(
            self, self._translator, lambda _facts: None, clock, pace=pace
        )

    async def run(self) -> None:
        """Follows the switch until cancelled. Raises LinkError only if the very first link shows that a setting is wrong."""
        await self.source.run()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[_Life]:
        """A new life (see `collectors.link.Switch`)."""
        async with open_link(self._config, self._clock, WANTED, table=CONTROL) as session:
            self._life = _Life(session, self._config, self._clock)
            try:
                yield self._life
            finally:
                self._life, self.is_live = None, False

    async def send(self, action: Action) -> Reason | None:
        """Sends it, once. None: the switch took it. Never raises for the switch's sake."""
        life = self._life
        if life is None or not self.is_live:
            return Reason.SWITCH_DOWN
        self.sent += 1
        try:
            await life.session.ask(action.name, action.headers)
        except ActionRefused as refusal:
            return causes.refused(refusal.words)
        except LinkError:
            return Reason.LINK_LOST
        except ProtocolError as error:
            log.error("%s was not sent: %s", action.name, error)  # noqa: TRY400 — a sentence, no trace
            return Reason.SWITCH_REFUSED
        return None

    # -- what the translator says along its way ------------------------------------------------------------------------

    def heard(self, message: Message, facts: list[Fact], at_ms: int) -> None:
        """A live event."""
        if message.event == "DeviceStateChange":
            self._device(message)
        self._ear.heard(message, facts, at_ms)

    def listed(self, items: list[Message], at_ms: int) -> None:
        """The lists of a resync are read."""
        listed = [item for item in items if item.event == "DeviceStateChange"]
        if listed:
            self.devices.clear()
        for item in listed:
            self._device(item)
        if self._life is not None:
            self.version, self.is_live = self._life.version, True
            self._ear.listed(at_ms)

    def lost(self, reason: str, at_ms: int) -> None:
        """The link is down, or something was missed on it."""
        self.is_live = False
        self._ear.lost(reason, at_ms)

    def restarted(self) -> None:
        """Another process of the switch."""
        self._ear.restarted()

    def _device(self, message: Message) -> None:
        self.devices[message.get("Device")] = causes.DEVICE_WORDS.get(message.get("State"), "unknown")
