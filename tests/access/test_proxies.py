"""Whose word counts about where a request comes from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access.proxies import Proxies, Seen

BEHIND = Proxies.of(["127.0.0.1", "10.0.0.0/24", "fd00::/8"])


@pytest.mark.parametrize(
    ("peer", "forwarded", "protocol", "seen"),
    [
        ("192.168.1.7", ["1.2.3.4"], ["https"], Seen("192.168.1.7", False)),
        ("127.0.0.1", ["1.2.3.4"], ["https"], Seen("1.2.3.4", True)),
        ("127.0.0.1", [], [], Seen("127.0.0.1", False)),
        ("127.0.0.1", ["6.6.6.6, 1.2.3.4"], ["https"], Seen("1.2.3.4", True)),
        ("127.0.0.1", ["6.6.6.6", "1.2.3.4, 10.0.0.9"], ["http, https"], Seen("1.2.3.4", True)),
        ("127.0.0.1", ["1.2.3.4"], ["https, http"], Seen("1.2.3.4", False)),
        ("127.0.0.1", ["<script>, 10.0.0.9"], [], Seen("10.0.0.9", False)),
        ("127.0.0.1", ["[2001:db8::1]:4711"], [], Seen("2001:db8::1", False)),
        ("127.0.0.1", ["1.2.3.4:5678"], [], Seen("1.2.3.4", False)),
        ("::ffff:127.0.0.1", ["1.2.3.4"], [], Seen("1.2.3.4", False)),
        ("fd00::1", ["2001:db8::9"], ["wss"], Seen("2001:db8::9", True)),
        ("", ["1.2.3.4"], ["https"], Seen("", False)),
    ],
)
def test_only_a_trusted_peer_is_believed_and_only_from_the_right(
    peer: str, forwarded: list[str], protocol: list[str], seen: Seen
) -> None:
    assert BEHIND.seen(peer, forwarded, protocol) == seen


def test_without_trusted_proxies_nothing_is_believed() -> None:
    assert Proxies.of([]).seen("127.0.0.1", ["1.2.3.4"], ["https"], is_tls=False) == Seen("127.0.0.1", False)
    assert Proxies.of([]).seen("127.0.0.1", ["1.2.3.4"], ["http"], is_tls=True) == Seen("127.0.0.1", True)


@given(st.lists(st.text(max_size=60), max_size=5), st.lists(st.text(max_size=20), max_size=3))
def test_hostile_headers_never_break_it_and_never_become_an_address(forwarded: list[str], protocol: list[str]) -> None:
    seen = BEHIND.seen("127.0.0.1", forwarded, protocol)
    assert set(seen.address) <= set("0123456789abcdef.:")


def test_a_setting_that_is_no_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"access\.trusted_proxies: 'nginx'"):
        Proxies.of(["nginx"])
