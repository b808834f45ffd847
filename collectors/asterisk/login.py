"""How a life of an AMI link begins: connect (TLS or not), greeting, login (MD5 challenge or plain), narrowing of events.

Invariant: whatever goes wrong is one `LinkError`, and nothing stays open. There is no wait for `FullyBooted`: an account
without the class `system` never gets it.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

from collectors.asterisk.actions import READING, ActionTable
from collectors.asterisk.session import Pace, Session
from collectors.clock import Clock
from collectors.link import (
    ActionRefused,
    LinkError,
    LoginFailed,
    NoTrust,
    Refused,
    Silent,
    Unreachable,
)

EVENT_MASK = "system,call,agent,user"
"""The classes that the translator reads. Without it VarSet alone is 45 % of the bytes."""


@dataclass(frozen=True, slots=True)
class LinkConfig:
    """Where a switch is and how to log in. `name`: the link's own, as entries carry it. `tls_ca` "": the system's authorities."""

    name: str
    host: str = "127.0.0.1"
    port: int = 5038
    username: str = "floorwatch"
    secret: str = field(default="", repr=False)
    login: Literal["md5", "plain"] = "md5"
    tls: bool = False
    tls_verify: bool = True
    tls_ca: str = ""
    tls_server_name: str = ""
    open_s: float = 10.0
    pace: Pace = field(default_factory=Pace)

    @property
    def place(self) -> str:
        """The switch in a sentence."""
        return f"The switch {self.name!r} at {self.host}:{self.port}"


@asynccontextmanager
async def open_link(
    config: LinkConfig,
    clock: Clock,
    wanted: frozenset[str] | None,
    event_mask: str = EVENT_MASK,
    table: ActionTable = READING,
) -> AsyncIterator[Session]:
    """A session that is logged in, gets live events and pings; closed at the end. It sends only what `table` holds. Raises LinkError."""
    session: Session | None = None
    try:
        try:
            async with asyncio.timeout(config.open_s):
                reader, writer = await _connect(config)
                session = Session(
                    reader, writer, clock, place=config.place, wanted=wanted, pace=config.pace, table=table
                )
                await session.greeted()
                await _log_in(session, config)
                await session.ask("Events", {"EventMask": event_mask})
        except TimeoutError:
            raise _too_slow(config, connected=session is not None) from None
        session.start_pinging()
        yield session
    finally:
        if session is not None:
            await session.close()


async def _connect(config: LinkConfig) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    trust = _trust(config) if config.tls else None
    name = (config.tls_server_name or config.host) if config.tls else None
    try:
        return await asyncio.open_connection(config.host, config.port, ssl=trust, server_hostname=name)
    except ssl.SSLCertVerificationError as error:
        raise NoTrust(f"{config.place} shows a certificate that is not trusted: {error.verify_message}.") from None
    except ssl.SSLError as error:
        raise NoTrust(f"{config.place} does not speak TLS on this port ({error.reason}).") from None
    except socket.gaierror:
        raise Unreachable(f"{config.place} cannot be found: no such host name.") from None
    except ConnectionRefusedError:
        raise Refused(
            f"{config.place} refuses connections: is it running, is the manager enabled on this port?"
        ) from None
    except OSError as error:
        if "Errno 111" in str(error):
            raise _refused(config) from None
        raise Unreachable(f"{config.place} cannot be reached: {error.strerror or error}.") from None


def _refused(config: LinkConfig) -> Refused:
    """Also where a name has several addresses, and asyncio tells of all of them in one text."""
    return Refused(f"{config.place} refuses connections: is it running, is its manager enabled on this port?")


def _trust(config: LinkConfig) -> ssl.SSLContext:
    try:
        trust = ssl.create_default_context(cafile=config.tls_ca or None)
    except OSError as error:
        raise NoTrust(f"The certificate file {config.tls_ca} cannot be used: {error.strerror or error}.") from None
    if not config.tls_verify:
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    return trust


async def _log_in(session: Session, config: LinkConfig) -> None:
    try:
        if config.login == "md5":
            challenge = (await session.ask("Challenge", {"AuthType": "MD5"})).get("Challenge")
            key = hashlib.md5(f"{challenge}{config.secret}".encode(), usedforsecurity=False).hexdigest()
            proof = {"AuthType": "MD5", "Username": config.username, "Key": key}
        else:
            proof = {"Username": config.username, "Secret": config.secret}
        await session.ask("Login", proof)
    except ActionRefused as refusal:
        raise LoginFailed(
            f"{config.place} refused the login of {config.username!r} ({refusal.words}): check user name and secret."
        ) from None


def _too_slow(config: LinkConfig, *, connected: bool) -> LinkError:
    if not connected:
        return Unreachable(f"{config.place} did not answer within {config.open_s:g} s: check host, port and firewall.")
    return Silent(f"{config.place} took the connection but did not finish the login within {config.open_s:g} s.")
