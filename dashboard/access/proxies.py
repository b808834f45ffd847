"""Where a request really comes from, behind reverse proxies that are trusted and nobody else.

`X-Forwarded-*` are anybody's words unless a proxy of ours wrote them: they count only when the peer itself is trusted, and are
read from the right, where our own proxies append. Pages and gateway ask here; pure.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

LONGEST_CHAIN = 20
"""Addresses of one chain that are looked at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """`address`: of whoever asks, as text (empty where it is unknown). `is_secure`: whether they spoke TLS with us."""

    address: str
    is_secure: bool


@dataclass(frozen=True, slots=True)
class Proxies:
    """The reverse proxies that are believed."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, trusted: Iterable[str]) -> Proxies:
        """From the setting `access.trusted_proxies`. Raises `ValueError` with one sentence."""
        networks = []
        for entry in trusted:
            try:
                networks.append(ipaddress.ip_network(entry.strip(), strict=False))
            except ValueError:
                raise ValueError(
                    f"access.trusted_proxies: {entry!r} is no address or network; write it like 10.0.0.5 or 10.0.0.0/24."
                ) from None
        return cls(tuple(networks))

    def seen(
        self, peer: str, forwarded_for: Iterable[str], forwarded_proto: Iterable[str], *, is_tls: bool = False
    ) -> Seen:
        """Who asks. `peer`: the connection's own; the others: all values of their headers, as they came."""
        near = _address(peer)
        if near is None or not self._trusts(near):
            return Seen(str(near or ""), is_tls)
        protocols = _words(forwarded_proto)
        is_secure = protocols[-1].lower() in {"https", "wss"} if protocols else is_tls
        for word in reversed(_words(forwarded_for)[-LONGEST_CHAIN:]):
            before = _address(word)
            if before is None:
                break
            near = before
            if not self._trusts(near):
                break
        return Seen(str(near), is_secure)

    def _trusts(self, address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in self.networks)


def _words(values: Iterable[str]) -> list[str]:
    return [word.strip() for value in values for word in value.split(",") if word.strip()]


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as proxies write it: plain, `[v6]`, with a port; v4 that came through a v6 socket is v4."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
