"""What claims mean here: roles by groups and nothing else, names made harmless."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.access.account_view import RoleGiven
from dashboard.access.oidc_groups import groups_of, is_multi_factor, roles_of, shown_name, wished_login
from dashboard.access.scope import NOTHING, Scope
from dashboard.settings import OidcRole

MEANINGS = {
    "floor-managers": OidcRole(role="manager"),
    "/sales/leads": OidcRole(role="supervisor", teams=("sales",), queues=("600",)),
    "agents": OidcRole(role="agent"),
    "also-managers": OidcRole(role="manager"),
}


@pytest.mark.parametrize(
    ("claims", "claim", "groups"),
    [
        ({"groups": ["a", "b"]}, "groups", {"a", "b"}),
        ({"groups": "a"}, "groups", {"a"}),
        ({"groups": ["a", 5, None, ["b"], {"c": 1}]}, "groups", {"a"}),
        ({"groups": {"a": 1}}, "groups", set()),
        ({}, "groups", set()),
        ({"realm_access": {"roles": ["a"]}}, "realm_access.roles", {"a"}),
        ({"realm_access": "a"}, "realm_access.roles", set()),
        ({"https://x.example/groups": ["a"]}, "https://x.example/groups", {"a"}),
        ({"groups": [f"g{n}" for n in range(5000)]}, "groups", {f"g{n}" for n in range(2000)}),
    ],
)
def test_groups_are_read_from_the_claim(claims: dict[str, Any], claim: str, groups: set[str]) -> None:
    assert groups_of(claims, claim) == groups


def test_a_group_gives_its_role_in_its_scope_and_no_other_group_gives_anything() -> None:
    assert roles_of({"floor-managers"}, MEANINGS) == (RoleGiven("manager", origin="oidc"),)
    assert roles_of({"/sales/leads"}, MEANINGS) == (
        RoleGiven("supervisor", Scope(frozenset({"600"}), frozenset({"sales"})), "oidc"),
    )
    assert roles_of({"agents"}, MEANINGS) == (RoleGiven("agent", NOTHING, "oidc"),)
    assert roles_of({"also-managers", "floor-managers"}, MEANINGS) == (RoleGiven("manager", origin="oidc"),)  # once
    assert roles_of({"Floor-Managers", "sales/leads", "admin", ""}, MEANINGS) == ()


def test_names_are_one_harmless_line() -> None:
    assert shown_name({"name": " 李娜 ", "sub": "x"}) == "李娜"
    assert shown_name({"name": "a\u202eb\x00\r\nc\u2028d\u200b", "sub": "x"}) == "a b c d"
    assert shown_name({"name": "\u200b", "nickname": ["n"], "preferred_username": "li.na"}) == "li.na"
    assert shown_name({"name": "n" * 5000}) == "n" * 100
    assert shown_name({}) == "?"


def test_a_login_is_made_of_plain_letters() -> None:
    assert wished_login({"preferred_username": "Li.Na@Example.TEST"}) == "li.na"
    assert wished_login({"preferred_username": "李娜", "email": "<li>@x"}) == "li"
    assert wished_login({"name": "..--"}) == "oidc"
    assert wished_login({"preferred_username": "a" * 500}) == "a" * 40


def test_more_than_a_password_is_what_the_provider_says_it_was() -> None:
    claims: dict[str, Any]
    for claims in ({"amr": ["pwd", "mfa"]}, {"amr": ["pwd", "otp"]}, {"amr": ["hwk"]}, {"acr": "phr"}):
        assert is_multi_factor(claims), claims
    for claims in (
        {},
        {"amr": ["pwd"]},
        {"amr": ["pwd", "sms"]},
        {"amr": "mfa"},
        {"amr": [["mfa"]]},
        {"acr": "1"},
        {"acr": 1},
    ):
        assert not is_multi_factor(claims), claims
