"""One session's sound between the supervisor's page and the switch's leg. Pure but for the two wires, which never wait.

Invariants: nothing is kept: a frame goes on at once or never. The microphone passes only in a mode that lets it, which control says
and no page. A page opens its session once, with the ticket, as the person who asked. When one side is gone the other hears of it
at once. What people say is neither written down nor logged.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Protocol

from collectors.events import MonitorMode
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.control.media import chan_websocket, page_frames
from dashboard.control.media.chan_websocket import FRAME_BYTES
from dashboard.control.media.hears import Hears
from dashboard.control.media.pace import UNSENT_BYTES, Allowance, Hearing, Playing
from dashboard.supervision.reasons import Reason


class Wire(Protocol):
    """One side's connection; see `dashboard.web_socket`."""

    def waiting_bytes(self) -> int: ...

    def send(self, message: str | bytes) -> None: ...

    def end(self, code: int, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Key:
    """What opens a session: the asker's session, and the digest of the ticket that only their page was given."""

    session: str
    ticket: str

    def is_shown_by(self, actor: Actor, ticket: str) -> bool:
        """In the same time whatever is wrong with it."""
        is_them = hmac.compare_digest(actor.session.encode(), self.session.encode())
        has_it = hmac.compare_digest(digest(ticket).encode(), self.ticket.encode())
        return is_them & has_it & bool(self.session) & bool(self.ticket)


def may_talk(mode: MonitorMode) -> bool:
    """Whether the microphone passes."""
    return mode != "listen"


class Bridge:
    """`command`: that opened the session. `is_kept`: the page waits for a next leg. Frames left out are counted: `lost_to_page`,
    `lost_to_switch`."""

    def __init__(self, command: str, key: Key, mode: MonitorMode, hears: Hears) -> None:
        self.command = command
        self.mode = mode
        self.is_over = False
        self.is_kept = False
        self.lost_to_page = 0
        self.lost_to_switch = 0
        self._key = key
        self._hears = hears
        self._page: Wire | None = None
        self._leg: Wire | None = None
        self._is_used = False
        self._is_full = False
        self._hearing = Hearing()
        self._playing = Playing()
        self._allowance = Allowance(0.0)

    @property
    def awaits_leg(self) -> bool:
        """Whether a leg may come now."""
        return not self.is_over and self._page is not None and self._leg is None

    # -- the page

    def opens(self, actor: Actor, ticket: str, wire: Wire, at_ms: float) -> bool:
        """Whether this page may hear it: the right one, for the first time."""
        if not self._key.is_shown_by(actor, ticket) or self._is_used or self.is_over:
            return False
        self._is_used = True
        self._page = wire
        self._allowance = Allowance(at_ms)
        wire.send(page_frames.ready(self.mode, may_talk=may_talk(self.mode)))
        self._hears.browser_came(self.command)
        return True

    def page_said(self, message: str | bytes, at_ms: float) -> bool:
        """Sound, or how far it has heard. False: this is no page of ours."""
        if self.is_over:
            return True
        if self._allowance.is_spent(at_ms):
            return False
        if isinstance(message, bytes):
            self._spoken(message, at_ms)
            return len(message) == FRAME_BYTES
        heard = page_frames.heard(message)
        if heard is not None:
            self._hearing.confirms(heard)
        return heard is not None

    def page_gone(self, wire: Wire) -> None:
        """Its connection is closed, whatever for."""
        if wire is self._page and not self.is_over:
            self._page_left(Reason.BROWSER_GONE)

    def _spoken(self, frame: bytes, at_ms: float) -> None:
        leg = self._leg
        if leg is None or not may_talk(self.mode) or len(frame) != FRAME_BYTES:
            return
        if self._is_full or leg.waiting_bytes() > UNSENT_BYTES or not self._playing.takes(at_ms):
            self.lost_to_switch += 1
            return
        leg.send(frame)

    def _page_left(self, reason: Reason) -> None:
        self.end(reason)
        self._hears.browser_left(self.command, reason)

    # -- the leg

    def leg_came(self, wire: Wire) -> bool:
        """The switch's leg stands; False: there is one, or nobody is there to hear it."""
        if not self.awaits_leg:
            return False
        self._leg = wire
        self._is_full = False
        self._set_direction()
        self._hears.switch_came(self.command)
        return True

    def leg_said(self, wire: Wire, message: str | bytes) -> None:
        """Sound, or that it wants less of ours."""
        if wire is not self._leg or self.is_over:
            return
        if isinstance(message, bytes):
            self._sounded(message)
            return
        said = chan_websocket.decode(message)
        if isinstance(said, chan_websocket.Full):
            self._is_full = True
            self._flush()
        elif isinstance(said, chan_websocket.HasRoom):
            self._is_full = False

    def leg_gone(self, wire: Wire) -> bool:
        """Its connection is closed; True where it was the session's own."""
        if wire is not self._leg or self.is_over:
            return False
        self._leg = None
        self._hears.switch_left(self.command)
        return True

    def _sounded(self, frame: bytes) -> None:
        page = self._page
        if page is None or len(frame) != FRAME_BYTES:
            return
        if self._hearing.takes(page.waiting_bytes()):
            page.send(frame)
            return
        self.lost_to_page += 1
        if self._hearing.is_too_slow:
            self._page_left(Reason.BROWSER_SLOW)

    # -- control

    def set_mode(self, mode: MonitorMode) -> None:
        """From now on. What was said in the mode before is not played in this one."""
        if self.is_over or mode == self.mode:
            return
        could_talk, self.mode = may_talk(self.mode), mode
        if self._leg is not None:
            if could_talk:
                self._flush()
            self._set_direction()
        if self._page is not None:
            self._page.send(page_frames.mode_is(mode, may_talk=may_talk(mode)))

    def move(self, command: str, mode: MonitorMode) -> None:
        """The page stays and becomes that of the next call's `command`; the leg before is nobody's."""
        leg, self._leg = self._leg, None
        if leg is not None:
            _hang_up(leg)
        self.command, self.mode = command, mode
        self._is_full = self.is_kept = False
        self._playing.forget()
        if self._page is not None:
            self._page.send(page_frames.moved(command, mode, may_talk=may_talk(mode)))

    def end(self, reason: Reason) -> None:
        """Both sides, for good."""
        if self.is_over:
            return
        self.is_over = True
        if self._page is not None:
            self._page.send(page_frames.over(reason))
            self._page.end(page_frames.OVER, reason.value)
        if self._leg is not None:
            _hang_up(self._leg)

    def _set_direction(self) -> None:
        if self._leg is not None:
            self._leg.send(chan_websocket.direction("both" if may_talk(self.mode) else "in"))

    def _flush(self) -> None:
        if self._leg is not None:
            self._leg.send(chan_websocket.flush())
        self._playing.forget()


def _hang_up(leg: Wire) -> None:
    leg.send(chan_websocket.hang_up())
    leg.end(page_frames.OVER, "over")
