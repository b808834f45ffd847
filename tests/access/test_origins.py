"""Which pages may open the websocket, under which names we answer."""

from __future__ import annotations

import pytest

from dashboard.access.origins import Callers, WrongOrigin

PLAIN = Callers.of(())
CONFIGURED = Callers.of(["https://floor.example", "http://wall.example:8050"])


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8051", "http://127.0.0.1:8050"),
        ("localhost:8051", "http://localhost:8050"),
        ("[::1]:8051", "http://[::1]:8050"),
        ("192.168.1.5:8051", "http://192.168.1.5:8050"),
        ("127.0.0.1:8051", None),
    ],
)
def test_pages_of_the_same_host_may(host: str, origin: str | None) -> None:
    PLAIN.check(host, origin)


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8051", "http://evil.example"),
        ("127.0.0.1:8051", "null"),
        ("127.0.0.1:8051", ""),
        ("127.0.0.1:8051", "http://127.0.0.1.evil.example"),
        ("127.0.0.1:8051", "http://["),
        ("evil.example:8051", "http://evil.example"),
        ("evil.example:8051", None),
        ("", None),
        (None, None),
    ],
)
def test_others_may_not_not_even_under_a_name_of_their_own(host: str | None, origin: str | None) -> None:
    with pytest.raises(WrongOrigin, match=r"live\.origins"):
        PLAIN.check(host, origin)


def test_configured_origins_may_and_their_hosts_are_ours() -> None:
    CONFIGURED.check("floor.example", "https://floor.example")
    CONFIGURED.check("127.0.0.1:8051", "https://FLOOR.example")
    CONFIGURED.check("127.0.0.1:8051", "http://wall.example:8050")
    with pytest.raises(WrongOrigin):
        CONFIGURED.check("127.0.0.1:8051", "http://floor.example:81")


@pytest.mark.parametrize("origin", ["*", "floor.example", "wss://floor.example", "https://floor.example/wall"])
def test_a_setting_that_is_no_origin_is_refused_by_name(origin: str) -> None:
    with pytest.raises(ValueError, match=r"live\.origins"):
        Callers.of([origin])
