"""The peer of stepping in: a supervisor panel as they are usually made. A click is an HTTP POST; the server logs in to AMI anew, sends
an Originate of ChanSpy, and answers; how it went is seen when the page asks next, once a second. Another mode is hanging up and
calling again. It has no rights, no rules and no record: what it does is less, and what differs is the way.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, request

HOST, PORT = "127.0.0.1", int(os.environ.get("PEER_AMI_PORT", "5038"))
LOGIN = (("Username", os.environ.get("PEER_USER", "sup")), ("Secret", os.environ.get("PEER_SECRET", "")))
OPTIONS = {"listen": "qES", "whisper": "qESw", "barge": "qESB", "private": "qESW"}
Message = dict[str, str]

server = Flask("peer")


class Link:
    """One login, for one request."""

    def __init__(self, link: socket.socket) -> None:
        self._link = link
        self._lines = link.makefile("rb")
        self._lines.readline()  # the banner

    def ask(self, action: str, *headers: tuple[str, str], until: str = "") -> list[Message]:
        """What comes back: the response, and with `until` the events up to that one."""
        lines = [f"{name}: {value}" for name, value in (("Action", action), ("ActionID", "1"), *headers)]
        self._link.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        found: list[Message] = []
        while True:
            message = self._message()
            if message.get("ActionID") == "1":
                found.append(message)
                if not until or message.get("Event") == until or message.get("Response") == "Error":
                    return found

    def _message(self) -> Message:
        found: Message = {}
        while line := self._lines.readline().decode().rstrip("\r\n"):
            name, _, value = line.partition(": ")
            found[name] = value
        return found


@contextmanager
def ami() -> Iterator[Link]:
    """Logged in, without events."""
    with socket.create_connection((HOST, PORT), timeout=5) as connected:
        link = Link(connected)
        link.ask("Login", *LOGIN, ("Events", "off"))
        yield link
        link.ask("Logoff")


def mine(link: Link, device: str) -> list[Message]:
    """The channels of a phone."""
    shown = link.ask("CoreShowChannels", until="CoreShowChannelsComplete")
    return [one for one in shown if one.get("Channel", "").startswith(f"{device}-")]


def hang_up(link: Link, device: str) -> None:
    """Until nothing of it is left: a phone that still hangs up is busy."""
    while channels := mine(link, device):
        for channel in channels:
            link.ask("Hangup", ("Channel", channel["Channel"]))
        time.sleep(0.01)


@server.post("/spy")
def spy() -> dict[str, str]:
    """Call the supervisor's phone into ChanSpy; what it is in already ends first."""
    wish = request.form
    with ami() as link:
        hang_up(link, wish["device"])
        link.ask(
            "Originate",
            ("Channel", wish["device"]),
            ("Application", "ChanSpy"),
            ("Data", f"{wish['target']},{OPTIONS[wish['mode']]}"),
            ("Async", "true"),
        )
    return {"status": "ok"}


@server.post("/stop")
def stop() -> dict[str, str]:
    """Hang up."""
    with ami() as link:
        hang_up(link, request.form["device"])
    return {"status": "ok"}


@server.get("/state")
def state() -> dict[str, str]:
    """What the page asks once a second: what the phone is in."""
    with ami() as link:
        data = [one.get("ApplicationData", "") for one in mine(link, request.args["device"])]
    return {"in": data[0] if data else ""}
