"""Every way into the page server has a need: a new route or callback without one fails here, before it fails in use."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.access.actor import NOBODY, Actor, Grant
from dashboard.access.permissions import SCREEN_PERMISSIONS, Permission, Role
from dashboard.access.scope import EVERYTHING
from dashboard.pages.doors import FILE, PUBLIC, SETTING_UP, SIGNED_IN, Need, doors, needs
from tests.access_pages.site import PageSite

ROOT = Path(__file__).resolve().parents[2]

OPEN_TO_ANYBODY = re.compile(
    r"/healthz|/assets/.*|/(wall|leaderboard|floor|me|monitor|today|queues)/(assets/.*|_dash-component-suites/.*|_favicon\.ico)"
    r"|/sign-in(/.*)?|/sign-out|/first-admin|/welcome|/tv(/.*)?|/api/v1/events"
)
"""What may be public at all. A page that is not among these is for somebody."""


def test_every_rule_has_a_need(site: PageSite) -> None:
    needs = doors(site.server).routes
    rules = list(site.server.url_map.iter_rules())
    assert len(rules) > 40
    assert [f"{rule.rule} ({rule.endpoint})" for rule in rules if rule.endpoint not in needs] == []
    assert set(needs) == {rule.endpoint for rule in rules}


@pytest.mark.parametrize(
    ("need", "kinds"),
    [
        (FILE, {"person", "owing", "token", "screen", "nobody"}),
        (PUBLIC, {"person", "owing", "token", "screen", "nobody"}),
        (SETTING_UP, {"person", "owing"}),
        (SIGNED_IN, {"person", "screen"}),
        (needs(Permission.WALL_VIEW), {"person", "token", "screen"}),
        (needs(Permission.FLOOR_VIEW, Permission.AUDIT_VIEW), {"person", "token"}),
        (needs(Permission.AUDIT_VIEW), set()),
        (needs(), set()),
    ],
)
def test_a_need_is_met_by(need: Need, kinds: set[str]) -> None:
    grants = (Grant.of(Role.MANAGER),)
    actors = {
        "person": Actor("person", "a", "A", grants, account_id="a"),
        "owing": Actor("person", "a", "A", account_id="a", must_set_up="password"),
        "token": Actor("token", "t", "T", grants, account_id="a"),
        "screen": Actor("screen", "s", "S", (Grant("screen", EVERYTHING, SCREEN_PERMISSIONS),)),
        "nobody": NOBODY,
    }
    assert {kind for kind, actor in actors.items() if need.is_met_by(actor)} == kinds


def test_every_callback_has_a_need_and_is_there(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    pages = sorted({page for page, _ in doors(site.server).callbacks})
    found = {
        (page, callback["output"])
        for page in pages
        if (answer := client.get(f"/{page}/_dash-dependencies")).status_code == 200
        for callback in answer.get_json()
    }
    named = {(page, output) for page, output in doors(site.server).callbacks if page != "me"}
    assert found == named
    assert len(found) >= 2


def test_every_page_of_dash_is_known_to_the_table(site: PageSite) -> None:
    of_dash = {
        rule.rule.split("/")[1] for rule in site.server.url_map.iter_rules() if "/_dash-update-component" in rule.rule
    }
    assert of_dash == {page for page, _ in doors(site.server).callbacks}


def test_what_is_public_is_what_should_be(site: PageSite) -> None:
    needs = doors(site.server).routes
    for rule in site.server.url_map.iter_rules():
        need = needs[rule.endpoint]
        if need in {FILE, PUBLIC}:
            assert OPEN_TO_ANYBODY.fullmatch(rule.rule), f"{rule.rule} is open to anybody"
        else:
            assert need in {SIGNED_IN, SETTING_UP} or need.permissions


def test_nobody_gets_anything_of_a_page_that_is_for_somebody(site: PageSite) -> None:
    """Each rule, filled in with something: the answer is the sign-in or a refusal, never the page."""
    needs, nobody = doors(site.server).routes, site.client()
    tried = 0
    for rule in site.server.url_map.iter_rules():
        if needs[rule.endpoint] in {FILE, PUBLIC}:
            continue
        path = re.sub(
            r"<(?:any\((\w+)[^)]*\)|(?:(int):)?)[^>]*>", lambda found: found[1] or ("1" if found[2] else "x"), rule.rule
        )
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            answer = nobody.open(path, method=method)
            is_sent_away = answer.status_code == 303 and (answer.location or "").startswith("/sign-in")
            assert is_sent_away or answer.status_code in {401, 403}, f"{method} {path}: {answer.status_code}"
            tried += 1
    assert tried > 50


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_leads_only_where_one_may_go(site: PageSite, role: Role) -> None:
    client = site.client(role)
    text = client.get("/account/").get_data(as_text=True)
    ways = re.findall(r'<nav class="places".*?</nav>', text, re.DOTALL)[0]
    led_to = [str(href) for href in re.findall(r'href="(/[^"]*)"', ways)]
    assert "/account/" in led_to
    for href in led_to:
        answer = client.get(href)
        assert answer.status_code == 200, href
        answer.close()
    assert client.get("/").location == led_to[0]


def test_roles_see_their_own_places(site: PageSite) -> None:
    def places(role: Role) -> set[str]:
        text = site.client(role).get("/account/").get_data(as_text=True)
        return set(re.findall(r'href="/(\w[\w/]*)/"', re.findall(r'<nav class="places".*?</nav>', text, re.DOTALL)[0]))

    assert places(Role.AUDITOR) == {"admin/people", "admin/queues", "admin/accounts", "audit", "account"}
    assert places(Role.AGENT) == {"me", "account"}
    assert places(Role.SUPERVISOR) == {
        "today", "reports", "alerts", "floor", "monitor", "wall", "admin/leaderboards", "screens", "admin/boards", "admin/people",
        "admin/queues", "account",
    }  # fmt: skip


def test_a_need_without_a_permission_lets_nobody_in() -> None:
    from dashboard.access.actor import NOBODY, Actor, Grant

    admin = Actor("person", "1", "x", (Grant.of(Role.ADMIN),))
    assert not Need("permission").is_met_by(admin)
    assert not Need("permission", frozenset({Permission.AUDIT_EXPORT})).is_met_by(admin)
    assert not SIGNED_IN.is_met_by(NOBODY)
