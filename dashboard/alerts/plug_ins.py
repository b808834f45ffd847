"""Apprise's plug-ins, one a kind of channel: loaded when the first message goes out, and only those that are used.

A plug-in is made for each message, so none waits for another's pace. Its own log is not ours: it may show addresses, which are secret.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from dashboard.alerts.addresses import Address
from dashboard.alerts.answers import Heard

CONNECT_S: Final = 5.0
READ_S: Final = 10.0

HEARD: Final = Heard()


class NoAddress(ValueError):  # noqa: N818 — what it is
    """The address is none of its kind: the plug-in would not take it."""


def plug_in(kind: str, address: Address, facts: Mapping[str, str]) -> Any:
    """One that is ready to `notify`. `facts`: what a webhook's JSON says besides title and message. Raises `NoAddress`."""
    options = {"asset": _asset(), "cto": CONNECT_S, "rto": READ_S}
    try:
        return _MAKERS[kind](address, options, facts)
    except (TypeError, KeyError, AttributeError) as error:  # Apprise refuses by TypeError
        raise NoAddress(f"The address of this channel is none of {kind}.") from error


def _wecom(address: Address, options: dict[str, Any], _facts: Mapping[str, str]) -> Any:
    return _class("wecombot", "NotifyWeComBot")(key=_query(address.url)["key"], **options)


def _dingtalk(address: Address, options: dict[str, Any], _facts: Mapping[str, str]) -> Any:
    token = _query(address.url)["access_token"]
    one = _class("dingtalk", "NotifyDingTalk")(token=token, secret=address.secret or None, **options)
    one.get_signature = _quoted_once(one.get_signature)
    return one


def _quoted_once(signature: Callable[[], tuple[str, str]]) -> Callable[[], tuple[str, str]]:
    """Apprise quotes it, and `requests` quotes what becomes a part of the address once more; the service says: once."""

    def plain() -> tuple[str, str]:
        at_ms, signed = signature()
        return at_ms, unquote(signed)

    return plain


def _feishu(address: Address, options: dict[str, Any], _facts: Mapping[str, str]) -> Any:
    before, _, token = urlsplit(address.url).path.rstrip("/").rpartition("/")
    if not before.endswith("/hook"):
        raise KeyError("token")
    return _class("feishu", "NotifyFeishu")(token=token, **options)


def _slack(address: Address, options: dict[str, Any], _facts: Mapping[str, str]) -> Any:
    return _native("slack", "NotifySlack", address, options)


def _teams(address: Address, options: dict[str, Any], _facts: Mapping[str, str]) -> Any:
    return _native("workflows", "NotifyWorkflows", address, options)


def _webhook(address: Address, options: dict[str, Any], facts: Mapping[str, str]) -> Any:
    parts = urlsplit(address.url)
    return _class("custom_json", "NotifyJSON")(
        host=parts.hostname,
        port=parts.port,
        user=parts.username,
        password=parts.password,
        fullpath=parts.path or "/",
        secure=parts.scheme == "https",
        params=_query(address.url),
        payload=dict(facts),
        method="POST",
        **options,
    )


_MAKERS: Final[dict[str, Callable[[Address, dict[str, Any], Mapping[str, str]], Any]]] = {
    "wecom": _wecom,
    "dingtalk": _dingtalk,
    "feishu": _feishu,
    "slack": _slack,
    "teams": _teams,
    "webhook": _webhook,
}


def _native(module: str, name: str, address: Address, options: dict[str, Any]) -> Any:
    """By the address as the service gives it out."""
    cls = _class(module, name)
    found = cls.parse_native_url(address.url)
    if not found:
        raise KeyError(module)
    return cls(**(found | options | {"include_image": False}))


@cache
def _class(module: str, name: str) -> Any:
    found = import_module(f"apprise.plugins.{module}")
    HEARD.listen_in(found)
    return getattr(found, name)


@cache
def _asset() -> Any:
    from apprise import AppriseAsset

    logging.getLogger("apprise").disabled = True
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)  # DEBUG shows whole addresses
    return AppriseAsset(app_id="Floorwatch", app_desc="Floorwatch", http_redirects=False, secure_logging=True)


def _query(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
