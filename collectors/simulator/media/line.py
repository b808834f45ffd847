"""One websocket channel as chan_websocket has it: what it says, what it takes, its queue of sound. No I/O, no clock.

Invariants: a frame that came is played once, in its turn, 20 ms a piece, and at most 1000 wait (XOFF at 900, XON at 800); what is
sent in a direction that is not open is dropped; a command that means nothing changes nothing.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .codecs import CODECS, Codec
from .voices import FRAME, RATE, WINDOW

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collectors.simulator.channels import Channel

    Samples = NDArray[np.int16]

XOFF, XON, FULL = 900, 800, 1000


class Options(NamedTuple):
    """What stands behind the connection's name in `WebSocket/NAME/…`."""

    codec: Codec
    speaks_json: bool
    direction: str
    values: str
    """Further parameters of the address."""
    answers: bool


def options_of(text: str, *, speaks_json: bool) -> Options | None:
    """`c(slin16)f(json)v(sid=1)d(in)n`; None for a codec that is not here."""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        letter, place = text[place], place + 1
        value = ""
        if text[place : place + 1] == "(":
            end = text.find(")", place)
            end = len(text) if end < 0 else end
            value, place = text[place + 1 : end], end + 1
        found[letter] = value
    codec = CODECS.get(found.get("c", "slin"))
    if codec is None:
        return None
    if "f" in found:
        speaks_json = found["f"] == "json"
    return Options(codec, speaks_json, found.get("d", "both"), found.get("v", "").replace(",", "&"), "n" not in found)


class Microphone:
    """What the line has played lately: the voice of whoever sits behind the media server."""

    def __init__(self) -> None:
        self._last: Samples = np.zeros(WINDOW + FRAME, dtype=np.int16)

    def hears(self, frame: Samples) -> None:
        self._last = np.concatenate((self._last[len(frame) :], frame))

    def samples(self, at: int, count: int) -> Samples:  # noqa: ARG002 - it has only the present
        return self._last[-count:]


class Line:
    """`say` takes a text for the media server, `ends` what happens when that one hangs up."""

    def __init__(self, channel: Channel, connection: str, options: Options) -> None:
        self.channel = channel
        self.connection = connection
        self.options = options
        self.direction = options.direction
        self.microphone = Microphone()
        self.say: Callable[[str], None] = lambda _text: None
        self.hang_up: Callable[[], None] = lambda: None
        self.answer: Callable[[], None] = lambda: None
        self.is_closed = False
        self.frames_dropped = 0
        self._queue: deque[Samples] = deque()
        self._rest = b""
        self._is_full = self._reports_drained = False
        self._at = 0
        self._commands: dict[str, Callable[[dict[str, Any]], None]] = {
            "GET_STATUS": self._status, "FLUSH_MEDIA": self._flush, "REPORT_QUEUE_DRAINED": self._report_drained,
            "HANGUP": lambda _: self.hang_up(), "ANSWER": lambda _: self.answer(), "SET_MEDIA_DIRECTION": self._turn,
        }  # fmt: skip

    # -- what it says

    def starts(self, values: dict[str, str]) -> None:
        """MEDIA_START: the first message; `values` are the channel's variables."""
        codec = self.options.codec
        own = {
            "MEDIA_WEBSOCKET_CONNECTION_ID": self.connection, "MEDIA_WEBSOCKET_OPTIMAL_FRAME_SIZE": str(codec.frame_bytes),
        }  # fmt: skip
        self._event(
            "MEDIA_START", connection_id=self.connection, channel=self.channel.name, channel_id=self.channel.unique_id,
            format=codec.name, optimal_frame_size=codec.frame_bytes, ptime=20, channel_variables={**values, **own},
        )  # fmt: skip

    def _event(self, name: str, **values: Any) -> None:
        if self.options.speaks_json:
            self.say(json.dumps({"event": name, **values}, separators=(",", ":")))
            return
        plain = "".join(f" {key}:{value}" for key, value in values.items() if not isinstance(value, dict))
        self.say(f"{name}{plain}")

    # -- what it takes

    def takes_text(self, text: str) -> None:
        """A command."""
        values: dict[str, Any] = {}
        if text.lstrip().startswith("{"):
            try:
                values = json.loads(text)
            except ValueError:
                return
            name = str(values.get("command", ""))
        else:
            name, _, rest = text.strip().partition(" ")
            values = dict(pair.partition(":")[::2] for pair in rest.split())
        command = self._commands.get(name)
        if command is not None:
            command(values)

    def takes_sound(self, data: bytes) -> None:
        """A message of sound, of any length: cut into frames, each to be played in its turn."""
        if self.direction == "in":
            return
        codec, data = self.options.codec, self._rest + data
        whole = len(data) // codec.frame_bytes * codec.frame_bytes
        self._rest = data[whole:]
        for start in range(0, whole, codec.frame_bytes):
            if len(self._queue) >= FULL:
                self.frames_dropped += 1
                continue
            self._queue.append(codec.decode(data[start : start + codec.frame_bytes]))
            if len(self._queue) >= XOFF and not self._is_full:
                self._is_full = True
                self._event("MEDIA_XOFF", channel_id=self.channel.unique_id)

    # -- 20 ms pass

    def plays(self) -> None:
        """The next frame that came is heard; silence when there is none."""
        if self._queue:
            self.microphone.hears(self._queue.popleft())
            if self._is_full and len(self._queue) <= XON:
                self._is_full = False
                self._event("MEDIA_XON", channel_id=self.channel.unique_id)
        else:
            self.microphone.hears(np.zeros(FRAME, dtype=np.int16))
        if self._reports_drained and not self._queue:
            self._reports_drained = False
            self._event("QUEUE_DRAINED", channel_id=self.channel.unique_id)

    def next_at(self, now: float) -> int:
        """The sample number of the next frame that is sent: one after the other, whatever the clock's jitter."""
        wanted = int(now * RATE)
        if abs(wanted - self._at) > 5 * FRAME:
            self._at = wanted
        at, self._at = self._at, self._at + FRAME
        return at

    @property
    def may_send(self) -> bool:
        return self.direction != "out"

    # -- commands

    def _status(self, _values: dict[str, Any]) -> None:
        self._event(
            "STATUS", channel_id=self.channel.unique_id, queue_length=len(self._queue), xon_level=XON, xoff_level=XOFF,
            queue_full=self._is_full, bulk_media=False, media_paused=False,
        )  # fmt: skip

    def _flush(self, _values: dict[str, Any]) -> None:
        self._queue.clear()
        self._rest = b""
        if self._is_full:
            self._is_full = False
            self._event("MEDIA_XON", channel_id=self.channel.unique_id)

    def _report_drained(self, _values: dict[str, Any]) -> None:
        self._reports_drained = True

    def _turn(self, values: dict[str, Any]) -> None:
        if values.get("direction") in {"in", "out", "both"}:
            self.direction = str(values["direction"])
