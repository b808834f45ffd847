"""`next` leads to a page of this server, or counts as not given."""

from __future__ import annotations

import pytest

from dashboard.pages.local_path import local_path


@pytest.mark.parametrize(
    "path",
    [
        "/", "/floor/", "/floor/?team=sales&lang=en", "/wall/?board=a%2Fb", "/admin/people/?q=%E6%9D%8E", "/a:b@c",
        "/audit/?next=https://evil.example", "/audit/?q=//evil.example",
    ],
)  # fmt: skip
def test_a_path_of_ours_is_kept(path: str) -> None:
    assert local_path(path) == path


def test_letters_beyond_ascii_are_encoded() -> None:
    assert local_path("/floor/?q=李") == "/floor/?q=%E6%9D%8E"
    assert local_path("/／evil.example") == "/%EF%BC%8Fevil.example"


@pytest.mark.parametrize(
    "path",
    [
        None, "", "floor", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example",
        "https:evil.example", "HTTPS:/evil.example", "javascript:alert(1)", "data:text/html,x", " /floor/", "/ floor", "/\t/evil.example",
        "/\n/evil.example", "/floor/\r\nSet-Cookie: a=b", "/floor/\x00", "/%2f/evil.example", "/%2F%2Fevil.example", "/%5cevil.example",
        "/%252f%252fevil.example", "/%255cevil.example", "/%0d%0aSet-Cookie:a=b", "/%250d%250aLocation:x", "/.//evil.example",
        "/floor//evil.example", "/%", "/%zz", "/<script>", '/"', "/#//evil.example", "/[::1]", "/" + "a" * 1000, "/%09/evil.example",
        "/sign-in", "/sign-in/oidc?next=/", "/sign-out", "/first-admin", "/welcome", "/\u2028",
    ],
)  # fmt: skip
def test_everything_else_counts_as_not_given(path: str | None) -> None:
    assert local_path(path, "/home/") == "/home/"
