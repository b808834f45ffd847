"""What a channel's address may be, kind by kind: checked when it is typed, and again before anything is sent there.

Whoever sets an address makes this server speak to it, so it needs `alerts.channels`, and only these are addresses: https to the hosts of
the chat services; http or https to any host for one's own webhook (the machine next door is what webhooks are for), but never a link-local
one, where clouds keep their secrets; people's addresses of mail. Redirects are not followed. Pure.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import SplitResult, urlsplit

import msgspec

from dashboard.refusal import Refused

Kind = Literal["wecom", "dingtalk", "feishu", "slack", "teams", "webhook", "mail"]
KINDS: Final[tuple[Kind, ...]] = ("wecom", "dingtalk", "feishu", "slack", "teams", "webhook", "mail")

LONGEST: Final = 1000
LONGEST_SECRET: Final = 200

_HOSTS: Final[dict[str, tuple[str, ...]]] = {
    "wecom": ("qyapi.weixin.qq.com",),
    "dingtalk": ("oapi.dingtalk.com",),
    "feishu": ("open.feishu.cn",),
    "slack": ("hooks.slack.com",),
    "teams": (".logic.azure.com", ".api.powerplatform.com"),
}
"""What a chat service gives out begins so; a name with a dot in front ends so."""


class Address(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`url`: as the service gives it out; of mail: addresses, with commas. `secret`: DingTalk's 加签."""

    url: str
    secret: str = ""


_ADDRESS: Final = msgspec.json.Decoder(Address)


@dataclass(frozen=True, slots=True)
class Channel:
    """One as it is used. `address` is secret."""

    id: str
    name: str
    kind: Kind
    address: Address
    lang: str


def dumped(address: Address) -> str:
    """As it is sealed."""
    return msgspec.json.encode(address).decode()


def loaded(text: str) -> Address:
    """Raises `ValueError`."""
    return _ADDRESS.decode(text)


def checked(kind: str, address: Address) -> Address:
    """The same, in one line. Raises `Refused` at `address` or `secret`. Of mail, the mail server's room checks the rest."""
    if kind not in KINDS:
        raise Refused("alert.refused.kind", "kind")
    if not address.url:
        raise Refused("alert.refused.address_missing", "address")
    if len(address.url) > LONGEST or any(not letter.isprintable() for letter in address.url + address.secret):
        raise Refused("alert.refused.address", "address")
    if len(address.secret) > LONGEST_SECRET:
        raise Refused("alert.refused.address", "secret")
    if kind != "mail":
        _check_url(kind, address.url)
    return address


def _check_url(kind: str, url: str) -> None:
    parts = _split(url)
    host = parts.hostname or ""
    hosts = _HOSTS.get(kind)
    if hosts is None:
        if parts.scheme not in {"http", "https"}:
            raise Refused("alert.refused.scheme", "address")
        if _is_link_local(host):
            raise Refused("alert.refused.link_local", "address")
    elif parts.scheme != "https" or not any(_is_of(host, one) for one in hosts):
        raise Refused(
            "alert.refused.host",
            "address",
            hosts=", ".join(one.replace(".", "*.", 1) if one[0] == "." else one for one in hosts),
        )


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        is_whole = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_whole = False
    if not is_whole or " " in url or "\\" in url:
        raise Refused("alert.refused.address", "address")
    return parts


def _is_of(host: str, known: str) -> bool:
    return host.endswith(known) if known.startswith(".") else host == known


def _is_link_local(host: str) -> bool:
    """However it is written: a name server is asked nothing, but `2852039166` and `0xa9fea9fe` are addresses too."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        try:
            address = ipaddress.ip_address(socket.inet_aton(host))
        except (OSError, ValueError):
            return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_link_local or mapped.is_multicast or mapped.is_unspecified)
