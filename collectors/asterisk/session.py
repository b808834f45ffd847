"""One life of one AMI link. `login.open_link` begins it; the first error, on either side, ends it.

Invariants:

* **The switch never waits for us.** One task reads the socket, decodes, and puts what it heard into a ring; it awaits nothing
  else. A full ring is dropped as a whole and told once (`RingDropped`): the caller resyncs, the link stays up.
* **A dead link is noticed**: once logged in, a ping every `ping_every_s`, and after `missed_pings` of them without a byte from
  the switch the life is over (`Silent`). Any byte is a sign of life: a long list may delay a pong.
* **Every end has one cause** (`LinkError`), the same for the listener and for every open question.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.asterisk.actions import READING, ActionTable
from collectors.asterisk.codec import Decoder, Message, ProtocolError, encode
from collectors.asterisk.replies import Replies
from collectors.clock import Clock
from collectors.events import SourceAlive
from collectors.link import Closed, Heard, LinkError, NotASwitch, RingDropped, Silent, SwitchStopped

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
_CHUNK_BYTES = 65_536
_CLOSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Pace:
    """Deadlines and bounds of a life. `ring_messages`: how far the listener may fall behind, about 1 KB each."""

    ping_every_s: float = 2.0
    missed_pings: int = 3
    answer_s: float = 10.0
    list_s: float = 30.0
    ring_messages: int = 50_000


class Session:
    """A link over an open stream, reading from the start. `place` names the switch in sentences; `table`: what it may be asked.

    Counters: `bytes_read`, `messages_read` (live events and answers), `dropped`; `decoder.skipped` for unwanted events.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        clock: Clock,
        *,
        place: str,
        wanted: frozenset[str] | None = None,
        pace: Pace | None = None,
        table: ActionTable = READING,
    ) -> None:
        self.place = place
        self.table = table
        self.decoder = Decoder(wanted)
        self.bytes_read = 0
        self.messages_read = 0
        self.dropped = 0
        self.last_heard_ms = clock.now_ms()
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._pace = pace or Pace()
        self._replies = Replies(f"fw{secrets.token_hex(4)}")
        self._ring: deque[Heard[Message]] = deque()
        self._ring_size = 0
        self._dropped_now = 0
        self._dropped_since_ms = 0
        self._silent_pings = 0
        self._stops = False
        self._end: LinkError | None = None
        self._news = asyncio.Event()
        self._greeted = asyncio.Event()
        self._reading = asyncio.create_task(self._read())
        self._pinging: asyncio.Task[None] | None = None
        self._pongs: set[asyncio.Task[None]] = set()

    async def greeted(self) -> str:
        """Waits for the switch's banner. Raises the life's LinkError where none comes."""
        await self._greeted.wait()
        if self._end is not None:
            raise self._end
        return self.decoder.banner or ""

    def start_pinging(self) -> None:
        """From now on silence is death. Deadlines of questions are kept by the same beat."""
        self._pinging = asyncio.create_task(self._ping())

    async def close(self) -> None:
        """Ends the life from our side; harmless when it is over."""
        self._finish(Closed(f"{self.place} was left by us."))
        tasks = [self._reading, *self._pongs, *([self._pinging] if self._pinging else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._writer.wait_closed()
        self._writer.transport.abort()

    # -- asking ------------------------------------------------------------------------------------------------------

    async def ask(self, action: str, headers: Headers = ()) -> Message:
        """The switch's reply. Raises ActionRefused where it is an error, LinkError where none came, ProtocolError."""
        (reply,) = await self._send(action, headers, is_list=False)
        return reply

    async def ask_list(self, action: str, headers: Headers = ()) -> list[Message]:
        """The items of a list, without the reply before and the `…Complete` after them. Raises like `ask`."""
        return await self._send(action, headers, is_list=True)

    async def _send(self, action: str, headers: Headers, *, is_list: bool) -> list[Message]:
        if self._end is not None:
            raise self._end
        limit_s = self._pace.list_s if is_list else self._pace.answer_s
        due_at_ms = self._clock.monotonic_ms() + int(limit_s * 1000)
        pairs = list(headers.items() if isinstance(headers, Mapping) else headers)
        action_id, answer = self._replies.expect(action, is_list=is_list, due_at_ms=due_at_ms)
        try:
            self._writer.write(encode(action, [("ActionID", action_id), *pairs], self.table))
            return await answer
        finally:
            self._replies.forget(action_id)

    # -- hearing -----------------------------------------------------------------------------------------------------

    async def heard(self) -> list[Heard[Message]]:
        """Waits for something, then gives all that is there, in order.

        Raises RingDropped once after each overflow, and the life's LinkError when everything before its end was given.
        """
        while True:
            self._news.clear()
            if self._dropped_now:
                dropped = RingDropped(self._dropped_now, self._dropped_since_ms)
                self._dropped_now = 0
                raise dropped
            if self._ring:
                return self.drain()
            if self._end is not None:
                raise self._end
            await self._news.wait()

    def peek(self) -> list[Heard[Message]]:
        """All that is there now, which stays there."""
        return list(self._ring)

    def drain(self) -> list[Heard[Message]]:
        """All that is there now, without waiting."""
        found = list(self._ring)
        self._ring.clear()
        self._ring_size = 0
        return found

    def _keep(self, heard: Heard[Message]) -> None:
        self._ring.append(heard)
        self._ring_size += len(heard.messages)
        if self._ring_size > self._pace.ring_messages:
            if not self._dropped_now:
                self._dropped_since_ms = self._ring[0].at_ms
            self._dropped_now += self._ring_size
            self.dropped += self._ring_size
            self._ring.clear()
            self._ring_size = 0
        self._news.set()

    # -- the two tasks -----------------------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            while chunk := await self._reader.read(_CHUNK_BYTES):
                self._take(chunk)
            self._finish(self._why_closed("closed the connection"))
        except ProtocolError as error:
            self._finish(NotASwitch(f"{self.place}: {error}"))
        except OSError as error:
            self._finish(self._why_closed(f"broke the connection ({error.strerror or error})"))

    def _take(self, chunk: bytes) -> None:
        self.last_heard_ms = self._clock.now_ms()
        self.bytes_read += len(chunk)
        self._silent_pings = 0
        messages = self.decoder.feed(chunk)
        if not self._greeted.is_set():
            self._check_greeting()
        self.messages_read += len(messages)
        live = [message for message in messages if not self._replies.take(message)]
        if live:
            self._stops = self._stops or any(message.event == "Shutdown" for message in live)
            self._keep(Heard(self.last_heard_ms, live))
        if self.decoder.fault is not None:
            raise self.decoder.fault

    def _check_greeting(self) -> None:
        if self.decoder.banner is not None:
            self._greeted.set()
        elif self.decoder.has_begun:
            raise ProtocolError("What answers there is no Asterisk manager interface: check host and port.")

    def _why_closed(self, how: str) -> LinkError:
        if not self._greeted.is_set():
            return Closed(
                f"{self.place} {how} before its greeting: look at permit, deny and the session limits in "
                "its manager.conf."
            )
        if self._stops:
            return SwitchStopped(f"{self.place} was shut down.")
        return Closed(f"{self.place} {how}.")

    async def _ping(self) -> None:
        while self._end is None:
            if self._silent_pings >= self._pace.missed_pings:
                self._finish(Silent(f"{self.place} did not answer {self._silent_pings} pings: the link is dead."))
                return
            self._silent_pings += 1
            pong = asyncio.create_task(self._pong(self._clock.now_ms(), self._clock.monotonic_ms()))
            self._pongs.add(pong)
            pong.add_done_callback(self._forget_pong)
            await self._clock.sleep(self._pace.ping_every_s)
            self._replies.expire(self._clock.monotonic_ms())

    async def _pong(self, sent_at_ms: int, sent_ms: int) -> None:
        reply = await self.ask("Ping")
        round_trip_ms = self._clock.monotonic_ms() - sent_ms
        skew_ms = _skew_ms(reply.get("Timestamp"), sent_at_ms + round_trip_ms // 2)
        self._keep(Heard(self._clock.now_ms(), [], SourceAlive(skew_ms, round_trip_ms)))

    def _forget_pong(self, pong: asyncio.Task[None]) -> None:
        """A ping without an answer is not news by itself: its silence was counted."""
        self._pongs.discard(pong)
        if not pong.cancelled():
            pong.exception()

    def _finish(self, why: LinkError) -> None:
        if self._end is not None:
            return
        self._end = why
        self._replies.fail(why)
        if isinstance(why, Silent):
            self._writer.transport.abort()
        else:
            self._writer.close()
        self._news.set()
        self._greeted.set()


def _skew_ms(timestamp: str, ours_ms: int) -> int | None:
    """The switch's clock (epoch seconds as text, may be missing) minus ours, in ms."""
    try:
        return round(float(timestamp) * 1000) - ours_ms
    except (ValueError, OverflowError):
        return None
