"""A scripted AMI server on a real socket: answers as the recorded switch does, and misbehaves where a test says so.

A test gives `answers` (action → the bytes to send, made from the action's message) on top of the usual ones, and `greet` to
decide what happens to each new connection before any action. `Peer` is one connection, for pushing and cutting.
"""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from collectors.asterisk.codec import Decoder, Message

BANNER = b"Asterisk Call Manager/12.0.0\r\n"
CHALLENGE = "193746110"
SECRET = "ami-secret"
STARTED = "2026-11-21 18:39:53"


def message(*pairs: tuple[str, str]) -> bytes:
    return "".join(f"{key}: {value}\r\n" for key, value in pairs).encode() + b"\r\n"


def reply(asked: Message, *pairs: tuple[str, str], response: str = "Success") -> bytes:
    return message(("Response", response), ("ActionID", asked.action_id), *pairs)


def refusal(asked: Message, words: str = "Permission denied") -> bytes:
    return reply(asked, ("Message", words), response="Error")


def listing(asked: Message, complete: str, *items: tuple[tuple[str, str], ...]) -> bytes:
    """A whole list: the reply, its items, its end."""
    action_id = ("ActionID", asked.action_id)
    end = message(("Event", complete), action_id, ("EventList", "Complete"), ("ListItems", str(len(items))))
    start = reply(asked, ("EventList", "start"), ("Message", "will follow"))
    return start + b"".join(message(*item, action_id) for item in items) + end


Answer = Callable[[Message], bytes]


def login(asked: Message) -> bytes:
    key = hashlib.md5(f"{CHALLENGE}{SECRET}".encode()).hexdigest()  # noqa: S324 — the protocol's own
    if asked.get("Secret") == SECRET or asked.get("Key") == key:
        return reply(asked, ("Message", "Authentication accepted"))
    return refusal(asked, "Authentication failed")


def core_status(asked: Message) -> bytes:
    date, _, time = STARTED.partition(" ")
    return reply(asked, ("CoreStartupDate", date), ("CoreStartupTime", time))


USUAL: dict[str, Answer] = {
    "Challenge": lambda asked: reply(asked, ("Challenge", CHALLENGE)),
    "Login": login,
    "Events": lambda asked: reply(asked, ("Events", "On")),
    "Ping": lambda asked: reply(asked, ("Ping", "Pong"), ("Timestamp", "1795286400.250000")),
    "CoreStatus": core_status,
    "QueueStatus": lambda asked: listing(asked, "QueueStatusComplete"),
    "CoreShowChannels": lambda asked: listing(asked, "CoreShowChannelsComplete"),
    "BridgeList": lambda asked: listing(asked, "BridgeListComplete"),
    "ExtensionStateList": lambda asked: listing(asked, "ExtensionStateListComplete"),
    "Logoff": lambda asked: reply(asked, response="Goodbye"),
}


class Peer:
    """One connection of a client. `asked` holds its actions, in order."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.asked: list[Message] = []
        self.is_over = False

    @property
    def actions(self) -> list[str]:
        return [asked.get("Action") for asked in self.asked]

    def push(self, data: bytes) -> None:
        """Bytes to the client, as they are."""
        self.writer.write(data)

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        """The connection breaks without a goodbye."""
        self.writer.transport.abort()


Greet = Callable[[Peer], Awaitable[bool]]


async def banner(peer: Peer) -> bool:
    """The usual greeting; False would end the connection there."""
    peer.push(BANNER)
    return True


class ScriptedSwitch:
    """See the module. `answers` may be changed while it runs; an action without an answer is left unanswered."""

    def __init__(self, answers: dict[str, Answer] | None = None, greet: Greet = banner) -> None:
        self.answers = USUAL | (answers or {})
        self.greet = greet
        self.peers: list[Peer] = []
        self.port = 0

    @property
    def peer(self) -> Peer:
        """The newest connection."""
        return self.peers[-1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = Peer(reader, writer)
        self.peers.append(peer)
        try:
            if await self.greet(peer):
                await self._answer(peer)
        except OSError:
            pass
        finally:
            peer.is_over = True
            writer.close()

    async def _answer(self, peer: Peer) -> None:
        decoder = Decoder()
        while chunk := await peer.reader.read(65_536):
            for asked in decoder.feed(chunk):
                peer.asked.append(asked)
                answer = self.answers.get(asked.get("Action"))
                if answer is not None:
                    peer.push(answer(asked))


@asynccontextmanager
async def scripted(
    answers: dict[str, Answer] | None = None, greet: Greet = banner, trust: ssl.SSLContext | None = None, port: int = 0
) -> AsyncIterator[ScriptedSwitch]:
    """A scripted switch that listens on a free port of 127.0.0.1."""
    switch = ScriptedSwitch(answers, greet)
    server = await asyncio.start_server(switch.serve, "127.0.0.1", port, ssl=trust)
    switch.port = server.sockets[0].getsockname()[1]
    try:
        yield switch
    finally:
        server.close()
        for peer in switch.peers:
            peer.reset()
        await server.wait_closed()
