"""Another's id in every path and form: what lies outside one's scope answers as if it were not there, and stays as it was."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Table, insert, select

from dashboard.access import scope as scopes
from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.boards.document import Title
from dashboard.pages.services import now_ms
from dashboard.store.engine import reading, writing
from dashboard.store.schema import (
    accounts,
    agents,
    api_tokens,
    board_revisions,
    boards,
    people,
    queues,
    screens,
    teams,
)
from tests.access_pages.site import PageSite

SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
SUPPORT = Scope(frozenset({"support"}), frozenset({"support-team"}))
TESTS = system("tests")


@dataclass(frozen=True)
class World:
    """Ids of the support side, which nobody of sales may see or touch."""

    person: str
    screen: str
    own_screen: str
    agent: str = "PJSIP/2001"
    board: str = "support-wall"


@pytest.fixture(scope="module")
def world(site: PageSite) -> World:
    directory = site.services.directory
    for team, queue in (("sales-team", "sales"), ("support-team", "support")):
        directory.teams.add(TESTS, {"id": team, "name_en": team.title()})
        directory.queues.put(TESTS, queue, {"name_en": queue.title()})
    ours = directory.people.add(TESTS, {"display_name": "Sally Sales", "team_id": "sales-team", "staff_number": "1001"})
    theirs = directory.people.add(
        TESTS, {"display_name": "Sam Support", "team_id": "support-team", "staff_number": "2001"}
    )
    directory.agents.claim(TESTS, "PJSIP/1001", ours.id)
    directory.agents.claim(TESTS, "PJSIP/2001", theirs.id)
    for board, scope in (("sales-wall", SALES), ("support-wall", SUPPORT)):
        title = Title(en=f"{board} of Sam Support")
        version = site.services.library.make(TESTS, "number", board, title, scope).draft_version
        site.services.library.publish(TESTS, board, version)
    return World(theirs.id, _screen(site, "Support TV", SUPPORT), _screen(site, "Sales TV", SALES))


def _screen(site: PageSite, name: str, scope: Scope) -> str:
    screen_id = secrets.token_hex(8)
    row = {
        "id": screen_id, "site": site.services.site, "name": name, "board": "default", "scope": scopes.dump(scope),
        "lang": "en", "theme": "dark", "is_blank": False, "paired_by": "tests", "paired_at_ms": now_ms(),
    }  # fmt: skip
    with writing(site.services.engine) as connection:
        connection.execute(insert(screens).values(row))
    return screen_id


KEPT = (people, teams, queues, agents, screens, api_tokens, boards, board_revisions)


def kept(site: PageSite) -> dict[str, list[Any]]:
    """All rows that such requests could change."""

    def rows(table: Table) -> list[Any]:
        with reading(site.services.engine) as connection:
            return sorted(map(tuple, connection.execute(select(table)).all()), key=str)

    return {table.name: rows(table) for table in KEPT}


PERSON = {"display_name": "Taken Over", "team_id": "sales-team", "staff_number": "2001", "agents": "PJSIP/2001"}
QUEUE = {"name_en": "Taken", "service_level_target": "10", "threshold_s": "1"}
BOARD = {"source": "number", "id": "mine", "title": "Mine", "queues": "sales"}
BOARD_PAGES = ("", "/draft", "/history", "/export", "/export?revision=1", "/restore?revision=1", "/remove")
BACK = {"revision": "1", "version": "1"}
SCREEN = {"name": "Taken", "board": "agents", "scope": "all", "lang": "en", "theme": "dark", "everything": "yes"}


def attempts(world: World) -> list[tuple[Role, str, str, Mapping[str, str], str]]:
    """(role in the scope of sales, method, path, form, the same path about something that is not there)."""
    person, screen = f"/admin/people/{world.person}", f"/screens/{world.screen}/"
    nobody, no_screen = "/admin/people/0123456789abcdef", "/screens/0123456789abcdef/"
    board, no_board = f"/admin/boards/{world.board}", "/admin/boards/no-such-board"
    return [
        *((Role.SUPERVISOR, "GET", f"{board}{page}", {}, f"{no_board}{page}") for page in BOARD_PAGES),
        (Role.SUPERVISOR, "POST", f"{board}/remove", {}, f"{no_board}/remove"),
        (Role.SUPERVISOR, "POST", f"{board}/restore", BACK, f"{no_board}/restore"),
        (Role.SUPERVISOR, "POST", "/admin/boards/new", BOARD | {"source": world.board}, "/admin/boards/none/restore"),
        (Role.SUPERVISOR, "GET", person, {}, nobody),
        (Role.ANALYST, "GET", person, {}, nobody),
        (Role.MANAGER, "GET", person, {}, nobody),
        (Role.MANAGER, "POST", person, PERSON, nobody),
        (Role.MANAGER, "POST", f"{person}/leave", {}, f"{nobody}/leave"),
        (Role.MANAGER, "POST", f"{person}/come-back", {}, f"{nobody}/come-back"),
        (Role.MANAGER, "GET", "/admin/teams/one?team=support-team", {}, "/admin/teams/one?team=none"),
        (Role.MANAGER, "POST", "/admin/teams/one?team=support-team", {"name_en": "Mine"}, "/admin/teams/one?team=none"),
        (Role.MANAGER, "POST", "/admin/teams/remove?team=support-team", {}, "/admin/teams/remove?team=none"),
        (Role.MANAGER, "GET", "/admin/queues/one?queue=support", {}, "/admin/queues/one?queue=none"),
        (Role.MANAGER, "POST", "/admin/queues/one?queue=support", QUEUE, "/admin/queues/one?queue=none"),
        (Role.MANAGER, "POST", "/admin/queues/remove?queue=support", {}, "/admin/queues/remove?queue=none"),
        (Role.MANAGER, "GET", f"/admin/agents/one?agent={world.agent}", {}, "/admin/agents/one?agent=none"),
        (
            Role.MANAGER,
            "POST",
            f"/admin/agents/one?agent={world.agent}",
            {"deed": "release"},
            "/admin/agents/one?agent=none",
        ),
        (Role.SUPERVISOR, "GET", screen, {}, no_screen),
        (Role.SUPERVISOR, "POST", screen, SCREEN, no_screen),
        (Role.SUPERVISOR, "POST", f"{screen}blank", {}, f"{no_screen}blank"),
        (Role.SUPERVISOR, "POST", f"{screen}unblank", {}, f"{no_screen}unblank"),
        (Role.SUPERVISOR, "POST", f"{screen}reload", {}, f"{no_screen}reload"),
        (Role.SUPERVISOR, "GET", f"{screen}revoke", {}, f"{no_screen}revoke"),
        (Role.SUPERVISOR, "POST", f"{screen}revoke", {}, f"{no_screen}revoke"),
    ]


def test_what_is_outside_ones_scope_answers_as_if_it_were_not_there(site: PageSite, world: World) -> None:
    before = kept(site)
    clients = {role: site.client(role, SALES) for role in (Role.SUPERVISOR, Role.ANALYST, Role.MANAGER)}
    for role, method, path, form, missing in attempts(world):
        found = [clients[role].open(way, method=method, data=dict(form)) for way in (path, missing)]
        assert {answer.status_code for answer in found} <= {403, 404}, (role, method, path)
        assert found[0].status_code == found[1].status_code, f"{method} {path} tells that it exists"
        assert "Sam Support" not in found[0].get_data(as_text=True)
    assert kept(site) == before


def test_who_sees_everything_is_told_that_it_is_not_there(site: PageSite, world: World) -> None:
    """In a designed page. Screens answer everybody alike."""
    client = site.client(Role.ADMIN)
    for _role, method, _path, form, missing in attempts(world):
        if not missing.startswith(("/admin/people/", "/admin/teams/", "/admin/agents/")):
            continue
        answer = client.open(missing, method=method, data=dict(form))
        assert answer.status_code == 404, (method, missing)
        assert "There is no such page" in answer.get_data(as_text=True)


def test_lists_and_files_hold_only_ones_own(site: PageSite, world: World) -> None:
    for role in (Role.SUPERVISOR, Role.MANAGER, Role.ANALYST):
        client = site.client(role, SALES)
        listed = client.get("/admin/people/").get_data(as_text=True)
        assert "Sally Sales" in listed
        assert "Sam Support" not in listed
        agents_listed = client.get("/admin/agents/").get_data(as_text=True)
        assert world.agent not in agents_listed
        assert "Support" not in client.get("/admin/queues/").get_data(as_text=True)
    seen = site.client(Role.SUPERVISOR, SALES).get("/screens/").get_data(as_text=True)
    assert "Sales TV" in seen
    assert "Support TV" not in seen
    everything = site.client(Role.SUPERVISOR).get("/screens/").get_data(as_text=True)
    assert "Support TV" in everything
    exported = site.client(Role.ANALYST, SALES).post("/admin/sheets/export", data={"kind": "people", "form": "csv"})
    assert exported.status_code == 200
    text = exported.get_data().decode("utf-8-sig")
    assert "Sally Sales" in text
    assert "Sam Support" not in text


def test_ones_own_scope_still_works(site: PageSite, world: World) -> None:
    """So that the refusals above are about the scope and not about the form."""
    client = site.client(Role.SUPERVISOR, SALES)
    answer = client.post(f"/screens/{world.own_screen}/blank")
    assert answer.status_code == 303
    mine = site.services.directory.people.by_staff_number(TESTS, "1001")
    assert mine is not None
    assert client.get(f"/admin/people/{mine.id}").status_code == 200


def test_anothers_session_and_token_stay_theirs(site: PageSite) -> None:
    victim = site.account(Role.MANAGER)
    cookie = site.session(victim)
    actor = site.services.doorkeeper.by_session(cookie, "127.0.0.1")
    assert actor is not None
    token_id, secret = site.services.tokens.make(actor, "theirs", ["floor.view"], 1)
    attacker = site.client(Role.MANAGER)
    assert attacker.post("/account/sessions/revoke/", data={"session": actor.session}).status_code in {403, 404, 422}
    assert attacker.post("/account/tokens/revoke/", data={"token": token_id}).status_code in {403, 404, 422}
    assert site.services.doorkeeper.by_session(cookie, "127.0.0.1") is not None
    assert site.services.doorkeeper.by_token(secret, "127.0.0.1") is not None
    for path in ("roles/", "disable/", "invite/", "reset-password/", "sessions/revoke/", "tokens/revoke/"):
        assert attacker.post(f"/admin/accounts/{victim}/{path}", data={"role": "admin"}).status_code == 403


def test_nobody_makes_himself_more(site: PageSite) -> None:
    """A manager cannot reach roles at all; a form with more fields than the page has changes nothing more."""
    account = site.account(Role.MANAGER)
    client = site.visitor(site.session(account))
    with reading(site.services.engine) as connection:
        before = connection.execute(select(accounts).where(accounts.c.id == account)).one()
    client.post("/account/language/", data={"lang": "en", "role": "admin", "version": "99", "login": "root", "id": "x"})
    with reading(site.services.engine) as connection:
        after = connection.execute(select(accounts).where(accounts.c.id == account)).one()
    assert (after.login, after.id) == (before.login, before.id)
    found = site.services.doorkeeper.by_session(site.session(account), "127.0.0.1")
    assert found is not None
    assert found.roles == ("manager",)
