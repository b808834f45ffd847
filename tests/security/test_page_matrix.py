"""Every role before every route of the page server, in a wide and in a narrow scope: the matrix says who passes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.pages.doors import doors
from tests.access_pages.site import PageSite
from tests.security.matrix import ANYBODY, who_may

SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
OF_THE_WHOLE_SYSTEM = frozenset({Role.ADMIN, Role.AUDITOR})
"""These roles hold for everything or not at all."""


def callback(path: str) -> dict[str, object]:
    """What a browser posts when the Dash page of `path` opens."""
    of_page = "children" if path.startswith("/floor/") else "tree"
    return {
        "output": f"page.{of_page}",
        "outputs": {"id": "page", "property": of_page},
        "inputs": [{"id": "address", "property": "search", "value": ""}],
        "changedPropIds": ["address.search"],
    }


def routes(site: PageSite) -> Iterator[tuple[str, str]]:
    """(method, rule) of all that is not open to anybody."""
    for rule in sorted(site.server.url_map.iter_rules(), key=lambda rule: rule.rule):
        if not ANYBODY.fullmatch(rule.rule):
            for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
                yield method, rule.rule


def filled_in(rule: str) -> str:
    """A path of the rule; ids are none that exist."""
    return re.sub(r"<(?:(\w+)(?:\((\w+)[^)]*\))?:)?[^>]+>", _value, rule)


def _value(found: re.Match[str]) -> str:
    return found[2] or ("1" if found[1] == "int" else "nobody")


def test_every_route_is_in_the_matrix_once(site: PageSite) -> None:
    found = list(routes(site))
    assert len(found) > 70
    for method, rule in found:
        assert who_may(method, rule)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("scope", [EVERYTHING, SALES], ids=["everything", "sales"])
def test_a_role_passes_where_the_matrix_says_and_nowhere_else(site: PageSite, role: Role, scope: Scope) -> None:
    if scope is SALES and role in OF_THE_WHOLE_SYSTEM:
        pytest.skip("this role cannot be limited: accounts refuse it (tests/access/test_accounts.py)")
    account = site.account(role, scope)
    refused = set()
    for number, (method, rule) in enumerate(routes(site)):
        path = filled_in(rule)
        body = callback(path) if path.endswith("/_dash-update-component") else None
        # The log takes 20 different refusals a minute from one place, so that nobody can flood it.
        place = {"REMOTE_ADDR": f"127.0.1.{number // 10 + 1}"}
        answer = site.visitor(site.session(account)).open(path, method=method, json=body, environ_base=place)
        if role in who_may(method, rule):
            # What is not there, not complete or not in the scope is another question; the door is open.
            assert answer.status_code != 401, (role, method, path)
            assert "/sign-in" not in (answer.location or ""), (role, method, path)
            if answer.status_code == 403:
                is_about_something = "<" in rule or rule.endswith("/revoke/")  # named in the form, which is empty here
                assert is_about_something or scope is not EVERYTHING, (role, method, path)
        else:
            assert answer.status_code == 403, (role, method, path, answer.status_code)
            refused.add(path)
        answer.close()
    lines = [line for line in site.audited() if line.actor_id == account and line.result == "denied"]
    assert len(refused) > 10 or role is Role.ADMIN
    assert refused <= {line.target_name for line in lines}, "each refusal is on record"


def test_a_refusal_is_one_line_with_who_what_and_where_from(site: PageSite) -> None:
    account = site.account(Role.TRAINER)
    site.visitor(site.session(account)).get("/admin/accounts/")
    line = next(line for line in reversed(site.audited()) if line.actor_id == account)
    assert (line.result, line.target_name, line.address, line.role) == (
        "denied",
        "/admin/accounts/",
        "127.0.0.1",
        "trainer",
    )


def test_the_table_of_doors_knows_no_route_that_is_gone(site: PageSite) -> None:
    rules = {rule.endpoint for rule in site.server.url_map.iter_rules()}
    assert set(doors(site.server).routes) <= rules
