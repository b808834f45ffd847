"""How the test call's supervisor is reached: by ringing a phone, or by the switch connecting to a sound server that listens for it."""

from __future__ import annotations

import asyncio
import math
import secrets
from array import array
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from collectors.events import MonitorMode, Via
from collectors.supervisor_legs import leg_of
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.control.asterisk import recipes
from dashboard.control.asterisk.live_call import Outcome
from dashboard.control.asterisk.recipes import Action, Spot
from dashboard.control.media.bridge import Bridge, Key
from dashboard.control.media.config import MediaConfig
from dashboard.control.media.switch_side import SwitchSide
from dashboard.supervision.policy import Phone
from dashboard.supervision.reasons import Reason

FEWEST_FRAMES: Final = 10
"""Half a second has 25; a change of mode takes some."""
SILENT_DB: Final = -60.0
_CONFIRM_EVERY: Final = 25
_OURS: Final = "live call"


class ByPhone:
    """Somebody has to pick it up. What it hears, they hear."""

    via: Via = "phone"
    stay_s = 0.3

    def __init__(self, device: str) -> None:
        self._phone = Phone("", "", device, answers_itself=True)

    def call(self, mode: MonitorMode, spot: Spot) -> tuple[str, Action]:
        """A name that no control process takes for a lost leg of its own."""
        leg = f"live-call-{secrets.token_hex(4)}-supervisor"
        return leg, recipes.call_phone(leg, self._phone, mode, spot, stays=False)

    def changes(self, mode: MonitorMode) -> None:
        """The phone is not ours to tell."""

    def sound(self, mode: MonitorMode) -> tuple[Outcome, str]:  # noqa: ARG002 — only who holds it knows
        return "ok", ""


class Ear:
    """In place of a page: it counts frames, and measures them. Keeps none."""

    def __init__(self) -> None:
        self.frames = 0
        self.bridge: Bridge | None = None
        self._seen = 0
        self._energy = 0.0
        self._samples = 0

    def begin(self) -> None:
        """Count anew."""
        self._seen, self._energy, self._samples = 0, 0.0, 0

    def heard(self) -> tuple[int, float]:
        """Frames since `begin`, and their level in dBFS (-inf: silence)."""
        power = self._energy / self._samples if self._samples else 0.0
        return self._seen, 10 * math.log10(power) if power > 0 else -math.inf

    def waiting_bytes(self) -> int:
        return 0

    def send(self, message: str | bytes) -> None:
        if isinstance(message, str):
            return
        samples = array("h", message)
        self._energy += sum(one * one for one in samples) / 32_768**2
        self._samples += len(samples)
        self._seen += 1
        self.frames += 1
        if self.frames % _CONFIRM_EVERY == 0 and self.bridge is not None:
            self.bridge.page_said(f'{{"heard":{self.frames}}}', asyncio.get_running_loop().time() * 1000)

    def end(self, code: int, reason: str) -> None:
        """Nothing to close."""


class BySound:
    """The switch connects to us, as it would for a browser."""

    via: Via = "browser"
    stay_s = 0.6

    def __init__(self, config: MediaConfig, client: str) -> None:
        self._client = client
        self._ear = Ear()
        self._bridge: Bridge | None = None
        self._side = SwitchSide(config, self._find, lambda _bridge: None)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[BySound]:
        """With the settings' port open. Raises `MediaError`."""
        server = await self._side.listen()
        try:
            yield self
        finally:
            server.close()
            await server.wait_closed()

    def call(self, mode: MonitorMode, spot: Spot) -> tuple[str, Action]:
        command = secrets.token_hex(8)
        self._ear = Ear()
        self._bridge = self._ear.bridge = Bridge(command, Key(_OURS, digest(_OURS)), mode, self)
        at_ms = asyncio.get_running_loop().time() * 1000
        self._bridge.opens(Actor("system", _OURS, _OURS, session=_OURS), _OURS, self._ear, at_ms)
        leg = leg_of(command)
        return leg, recipes.call_browser(leg, command, self._client, mode, spot, stays=False)

    def changes(self, mode: MonitorMode) -> None:
        if self._bridge is not None:
            self._bridge.set_mode(mode)
        self._ear.begin()

    def sound(self, mode: MonitorMode) -> tuple[Outcome, str]:
        frames, level_db = self._ear.heard()
        if frames < FEWEST_FRAMES:
            return "wrong", f"but no sound arrives ({frames} frames): is the connection's format slin16?"
        if mode == "private":
            is_silent = level_db < SILENT_DB
            return (
                ("ok", "nothing is heard, as it should be")
                if is_silent
                else ("wrong", f"but {level_db:.0f} dB is heard")
            )
        if level_db < SILENT_DB:
            return "note", f"{frames} frames of sound, but silent ones"
        return "ok", f"{frames} frames of sound, {level_db:.0f} dB"

    def _find(self, command: str) -> Bridge | None:
        bridge = self._bridge
        return bridge if bridge is not None and bridge.command == command else None

    # -- what a bridge tells whoever asked for it: nothing that the switch's events do not say

    def browser_came(self, command: str) -> None:
        """Our own ear."""

    def switch_came(self, command: str) -> None:
        """ChanSpyStart follows."""

    def browser_left(self, command: str, reason: Reason) -> None:
        """Never: the ear keeps up."""

    def switch_left(self, command: str) -> None:
        """Hangup follows."""
