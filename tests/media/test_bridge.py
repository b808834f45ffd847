"""One session between two wires: who is let in, what passes, how it ends."""

from __future__ import annotations

import json

import pytest

from collectors.events import MonitorMode
from dashboard.access.actor import Actor
from dashboard.access.keys import digest
from dashboard.control.media.bridge import Bridge, Key
from dashboard.control.media.chan_websocket import FRAME_BYTES
from dashboard.control.media.pace import MESSAGES, SLOW_MS, UNHEARD
from dashboard.supervision.reasons import Reason

TICKET = "a ticket"
WANG = Actor("person", "a1", "王芳", account_id="a1", session="s1")
SOUND = bytes(FRAME_BYTES)
XOFF, XON = '{"event":"MEDIA_XOFF"}', '{"event":"MEDIA_XON"}'
FLUSH = {"command": "FLUSH_MEDIA"}


class Line:
    """A wire that keeps what it was given."""

    def __init__(self) -> None:
        self.texts: list[dict[str, object]] = []
        self.frames = 0
        self.ended: list[int] = []
        self.waiting = 0

    def waiting_bytes(self) -> int:
        return self.waiting

    def send(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            self.frames += 1
        else:
            self.texts.append(json.loads(message))

    def end(self, code: int, reason: str) -> None:  # noqa: ARG002 — the protocol has it
        self.ended.append(code)


class Control:
    """What was told to it."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, ...]] = []

    def browser_came(self, command: str) -> None:
        self.heard.append(("browser came", command))

    def switch_came(self, command: str) -> None:
        self.heard.append(("switch came", command))

    def browser_left(self, command: str, reason: Reason) -> None:
        self.heard.append(("browser left", command, reason))

    def switch_left(self, command: str) -> None:
        self.heard.append(("switch left", command))


class Session:
    """A bridge with both its wires and its control."""

    def __init__(self, mode: MonitorMode = "listen", *, is_up: bool = True) -> None:
        self.control, self.page, self.leg = Control(), Line(), Line()
        self.bridge = Bridge("c1", Key("s1", digest(TICKET)), mode, self.control)
        if is_up:
            assert self.bridge.opens(WANG, TICKET, self.page, 0.0)
            assert self.bridge.leg_came(self.leg)

    def say(self, frames: int, at_ms: float = 1_000.0) -> int:
        """Frames of the microphone, in real time from `at_ms` on; how many of them the switch got."""
        before = self.leg.frames
        for i in range(frames):
            assert self.bridge.page_said(SOUND, at_ms + i * 20)
        return self.leg.frames - before


def test_in_order_from_the_page_to_the_leg_and_back() -> None:
    session = Session()
    session.bridge.leg_said(session.leg, SOUND)
    assert session.page.frames == 1
    assert session.page.texts == [{"t": "ready", "rate": 16000, "mode": "listen", "may_talk": False}]
    assert session.leg.texts == [{"command": "SET_MEDIA_DIRECTION", "direction": "in"}]
    assert session.control.heard == [("browser came", "c1"), ("switch came", "c1")]


@pytest.mark.parametrize(
    ("actor", "ticket"),
    [
        (WANG, "another"),
        (WANG, ""),
        (WANG, digest(TICKET)),
        (Actor("person", "a1", "王芳", account_id="a1", session="s2"), TICKET),
        (Actor("person", "a2", "李强", account_id="a2", session=""), TICKET),
    ],
)
def test_only_who_asked_hears_it(actor: Actor, ticket: str) -> None:
    session = Session(is_up=False)
    assert not session.bridge.opens(actor, ticket, session.page, 0.0)
    assert (session.page.texts, session.control.heard) == ([], [])
    assert session.bridge.opens(WANG, TICKET, session.page, 0.0), "a wrong try uses nothing up"


def test_a_session_that_lacks_its_key_opens_for_nobody() -> None:
    bridge = Bridge("c1", Key("", digest("")), "listen", Control())
    assert not bridge.opens(Actor("person", "a1", "", session=""), "", Line(), 0.0)
    assert not Bridge("c1", Key("s1", ""), "listen", Control()).opens(WANG, "", Line(), 0.0)


def test_a_ticket_is_used_once_and_a_second_leg_is_none_of_it() -> None:
    session = Session()
    assert not session.bridge.opens(WANG, TICKET, Line(), 0.0)
    other = Line()
    assert not session.bridge.leg_came(other)
    session.bridge.leg_said(other, SOUND)
    assert session.page.frames == 0
    assert not session.bridge.leg_gone(other)


def test_a_leg_before_its_page_is_not_let_in() -> None:
    session = Session(is_up=False)
    assert not session.bridge.leg_came(session.leg)


def test_the_microphone_passes_as_control_says_and_never_while_listening() -> None:
    session = Session()
    assert session.say(10) == 0
    session.bridge.set_mode("whisper")
    assert session.leg.texts[-1] == {"command": "SET_MEDIA_DIRECTION", "direction": "both"}
    assert session.page.texts[-1] == {"t": "mode", "mode": "whisper", "may_talk": True}
    assert session.say(10, 2_000.0) == 10
    modes: tuple[MonitorMode, ...] = ("barge", "private", "takeover")
    for mode in modes:
        session.bridge.set_mode(mode)
        assert session.leg.texts[-2:] == [FLUSH, {"command": "SET_MEDIA_DIRECTION", "direction": "both"}]
        assert session.say(5, 3_000.0 + 1_000 * modes.index(mode)) == 5
    session.bridge.set_mode("listen")
    assert session.leg.texts[-2:] == [FLUSH, {"command": "SET_MEDIA_DIRECTION", "direction": "in"}]
    assert session.say(10, 9_000.0) == 0


@pytest.mark.parametrize("message", [b"", bytes(FRAME_BYTES - 1), bytes(FRAME_BYTES + 2), "{}", '{"heard":"1"}', "\0"])
def test_what_is_no_frame_of_ours_ends_the_page_and_reaches_nobody(message: str | bytes) -> None:
    session = Session("barge")
    assert not session.bridge.page_said(message, 0.0)
    assert session.leg.frames == 0


def test_a_page_that_floods_is_sent_away() -> None:
    session = Session("barge")
    said = [session.bridge.page_said(SOUND, 0.0) for _ in range(MESSAGES + 1)]
    assert said == [True] * MESSAGES + [False]
    assert session.leg.frames == 4
    assert session.bridge.lost_to_switch == MESSAGES - 4


def test_a_full_switch_is_given_nothing_until_it_has_room() -> None:
    session = Session("barge")
    session.bridge.leg_said(session.leg, XOFF)
    assert session.leg.texts[-1] == FLUSH
    assert session.say(5) == 0
    session.bridge.leg_said(session.leg, XON)
    assert session.say(5, 2_000.0) == 5
    session.leg.waiting = 5 * FRAME_BYTES
    assert session.say(5, 3_000.0) == 0


def test_a_page_that_is_too_slow_ends_the_session() -> None:
    session = Session()
    for _ in range(UNHEARD + int(SLOW_MS / 20)):
        session.bridge.leg_said(session.leg, SOUND)
    assert session.page.frames == UNHEARD
    assert session.page.texts[-1] == {"t": "over", "reason": "browser_slow"}
    assert session.leg.texts[-1] == {"command": "HANGUP"}
    assert session.control.heard[-1] == ("browser left", "c1", Reason.BROWSER_SLOW)
    session.bridge.page_gone(session.page)
    assert session.control.heard[-1][-1] is Reason.BROWSER_SLOW, "told once"


def test_a_page_that_hears_in_time_loses_nothing() -> None:
    session = Session()
    for i in range(1, 1_001):
        session.bridge.leg_said(session.leg, SOUND)
        if i % 25 == 0:
            assert session.bridge.page_said(json.dumps({"heard": i}), i * 20.0)
    assert (session.page.frames, session.bridge.lost_to_page) == (1_000, 0)


def test_a_page_that_is_gone_hangs_up() -> None:
    session = Session("barge")
    session.bridge.page_gone(Line())
    assert not session.leg.ended, "another page's end is none of it"
    session.bridge.page_gone(session.page)
    assert session.leg.texts[-1] == {"command": "HANGUP"}
    assert session.leg.ended == [1000]
    assert session.control.heard[-1] == ("browser left", "c1", Reason.BROWSER_GONE)


def test_an_end_reaches_both_sides_once_and_nothing_passes_after_it() -> None:
    session = Session("barge")
    for _ in range(2):
        session.bridge.end(Reason.RIGHTS_WITHDRAWN)
    assert session.page.texts[-1] == {"t": "over", "reason": "rights_withdrawn"}
    assert (session.page.ended, session.leg.ended) == ([1000], [1000])
    session.bridge.leg_said(session.leg, SOUND)
    session.bridge.set_mode("listen")
    assert session.say(3) == 0
    assert session.page.frames == 0
    assert not session.bridge.leg_gone(session.leg)
    assert session.control.heard == [("browser came", "c1"), ("switch came", "c1")]


def test_a_page_that_follows_gets_the_next_calls_leg() -> None:
    session = Session("whisper")
    assert session.bridge.leg_gone(session.leg)
    assert session.control.heard[-1] == ("switch left", "c1")
    session.bridge.move("c2", "listen")
    assert session.page.texts[-1] == {"t": "moved", "id": "c2", "mode": "listen", "may_talk": False}
    before, session.leg = session.leg, Line()
    assert session.bridge.leg_came(session.leg)
    session.bridge.leg_said(before, SOUND)
    assert session.page.frames == 0, "the old leg is nobody's"
    session.bridge.leg_said(session.leg, SOUND)
    assert session.page.frames == 1
    assert session.control.heard[-1] == ("switch came", "c2")


def test_a_ticket_that_comes_after_the_end_opens_nothing() -> None:
    session = Session(is_up=False)
    session.bridge.end(Reason.RIGHTS_WITHDRAWN)
    assert not session.bridge.opens(WANG, TICKET, session.page, 0.0)
    assert (session.page.texts, session.control.heard) == ([], [])


def test_a_leg_that_still_stands_when_its_page_moves_on_is_hung_up() -> None:
    session = Session("whisper")
    session.bridge.move("c2", "whisper")
    assert session.leg.texts[-1] == {"command": "HANGUP"}
    assert session.leg.ended == [1000]
