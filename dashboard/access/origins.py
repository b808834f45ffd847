"""Whose pages may call, the same for gateway and pages: the Host and Origin of a request, checked before anything else.

A page of another site must not read the floor through a visitor's browser, neither by a websocket of its own (Origin) nor by
pointing its own name at our address (Host: DNS rebinding). So a request must name us by an address, `localhost`, this
machine's name or a host of the configured origins; and a browser's Origin must have that same host (any port: pages and
gateway listen on two, so the pages' own port where it is known) or be configured. Cookies do not know ports: another program
on the same host must not ride on them.
"""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
"""A name or an address, and perhaps a port. Whatever else a URL may hold before a path (`somebody@`) is no Host, and would come
into our own headers and links."""


class WrongOrigin(Exception):  # noqa: N818 — the field's word
    """The request is not for us, or comes from elsewhere; the text is one sentence with the remedy."""


@dataclass(frozen=True, slots=True)
class Callers:
    """The origins that are configured, and the names that this machine has."""

    origins: frozenset[str]
    hosts: frozenset[str]
    pages_port: int | None = None

    @classmethod
    def of(cls, origins: Iterable[str], pages_port: int | None = None) -> Callers:
        """From settings: full origins such as `https://floor.example`, and the port of the pages (None: any). Raises
        `ValueError` for anything else."""
        kept = set()
        hosts = {"localhost", socket.gethostname().lower()}
        for origin in origins:
            parts = urlsplit(origin)
            if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
                raise ValueError(f"live.origins: {origin!r} is no origin; write it like https://floor.example.")
            kept.add(f"{parts.scheme}://{parts.netloc}".lower())
            hosts.add(parts.hostname)
        return cls(frozenset(kept), frozenset(hosts), pages_port)

    def check(self, host: str | None, origin: str | None) -> None:
        """Raises `WrongOrigin`. A request without Origin comes from a program, not from a page."""
        named = _hostname(f"//{host}") if host and _HOST.fullmatch(host) else None
        if named is None or not (named in self.hosts or named.endswith(".localhost") or _is_address(named)):
            raise WrongOrigin(
                f"This gateway does not answer to the name {host or 'none'!r}; "
                "add the address that people use to live.origins."
            )
        if origin is None or origin.lower() in self.origins:
            return
        if _hostname(origin) != named or not self._is_port_of_ours(origin, host or ""):
            raise WrongOrigin(f"Pages of {origin} may not read this floor; add that origin to live.origins.")

    def _is_port_of_ours(self, origin: str, host: str) -> bool:
        """The pages' port, or the very one that the request was sent to (a proxy before both)."""
        scheme = origin.partition("://")[0]
        port = _port(origin)
        return self.pages_port is None or port == self.pages_port or port == _port(f"{scheme}://{host}")


def _port(url: str) -> int | None:
    try:
        parts = urlsplit(url)
        return parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
