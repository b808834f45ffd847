"""Keys and ids."""

from __future__ import annotations

import pytest

from collectors.stream import StreamError, cursor_key, dead_key, events_key, id_ms, lease_key, newer


def test_all_keys_of_a_site_share_its_hash_tag() -> None:
    keys = [events_key("main"), dead_key("main"), lease_key("main", "a{b}"), cursor_key("main", "a")]
    assert {key[key.index("{") : key.index("}") + 1] for key in keys} == {"{main}"}
    assert events_key("main") == "floor:{main}:events"


@pytest.mark.parametrize("site", ["", "a}b", "{a", "a b", "a:b", "中", "x" * 65])
def test_a_site_name_that_would_break_the_tag_is_refused(site: str) -> None:
    with pytest.raises(StreamError, match="site name"):
        events_key(site)


def test_ids_compare_as_numbers() -> None:
    assert newer("1000-10", "1000-9")
    assert newer("10000-0", "9999-5")
    assert not newer("5-5", "5-5")
    assert id_ms("1700000000123-4") == 1_700_000_000_123
