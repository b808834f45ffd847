"""Holes around boards, each as somebody would go through it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Title
from dashboard.boards.reading import BoardRefused, document_of, read
from tests.access_pages.site import COOKIE, PageSite, page_site
from tests.screens.test_pages import paired
from tests.store.databases import Databases

SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
NIGHT = Scope(frozenset(), frozenset({"night-team"}))
SUPPORT = Scope(frozenset({"support"}), frozenset({"support-team"}))
TESTS = system("tests")
LONG = "9" * 5_000
WORDS = "Sally is warned for the last time"


@pytest.fixture(scope="module", autouse=True)
def _boards(site: PageSite) -> None:
    directory, library = site.services.directory, site.services.library
    for team, parent in (("sales-team", ""), ("night-team", "sales-team"), ("support-team", "")):
        directory.teams.add(TESTS, {"id": team, "name_en": team.title(), "parent_id": parent})
    for board_id, scope in (("sales-wall", SALES), ("night-wall", NIGHT), ("for-all", EVERYTHING)):
        library.make(TESTS, "number", board_id, Title(en=WORDS), scope)
        library.publish(TESTS, board_id, 1)


def wall(client: FlaskClient, search: str) -> tuple[int, str]:
    """What the wall's callback answers to an address."""
    asked = {
        "output": "page.tree",
        "outputs": {"id": "page", "property": "tree"},
        "inputs": [{"id": "address", "property": "search", "value": search}],
        "changedPropIds": ["address.search"],
    }
    answer = client.post("/wall/_dash-update-component", json=asked)
    return answer.status_code, answer.get_data(as_text=True)


def test_the_words_of_a_board_are_for_who_sees_something_that_it_is_about(site: PageSite) -> None:
    seen = {
        "sales-wall": {"sales": SALES, "its night": NIGHT, "all": EVERYTHING},
        "night-wall": {"sales": SALES, "its night": NIGHT, "all": EVERYTHING},
        "for-all": {"sales": SALES, "support": SUPPORT},
    }
    for board_id, scopes in seen.items():
        for name, scope in scopes.items():
            assert WORDS in wall(site.client(Role.TRAINER, scope), f"?board={board_id}")[1], (board_id, name)
    outside = site.client(Role.TRAINER, SUPPORT)
    for board_id in ("sales-wall", "night-wall"):
        theirs, none = wall(outside, f"?board={board_id}"), wall(outside, "?board=none-board"[: len(board_id) + 7])
        assert WORDS not in theirs[1]
        assert theirs[1].replace(board_id, "none-board") == none[1], "it answers like one that is not there"
        assert wall(outside, f"?board=draft:{board_id}")[1].count(WORDS) == 0
    tv, _ = paired(site, SUPPORT, board="sales-wall")
    assert WORDS in wall(tv, "?as=screen")[1], "a TV shows what it was given"


def test_the_wall_of_a_tv_is_never_a_persons(site: PageSite) -> None:
    """What is kept for the TV in its browser would be theirs, after they have signed out too."""
    client = site.client(Role.MANAGER)
    assert client.get("/wall/?as=screen&board=for-all").location == "/tv"
    assert wall(client, "?as=screen&board=for-all")[0] == 403
    tv, screen_id = paired(site, board="for-all")
    tv.set_cookie(COOKIE, site.signed_in(Role.MANAGER))
    assert tv.get("/wall/?as=screen").status_code == 200
    site.services.screens.revoke(TESTS, screen_id)
    assert tv.get("/wall/?as=screen").location == "/tv", "revoked, whoever else is signed in there"
    assert tv.get("/tv").headers["Clear-Site-Data"] == '"cache"', "and the pictures that it was shown go"
    assert "Clear-Site-Data" not in site.visitor().get("/tv").headers
    assert wall(tv, "?as=screen")[0] == 403
    assert WORDS in wall(tv, "?board=for-all")[1], "the person has their own"


@pytest.fixture(scope="module")
def on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder: Path = tmp_path_factory.mktemp("postgresql")
    databases = Databases("postgresql", folder)
    with page_site(databases.migrated(), folder) as running:
        yield running
    databases.close()


def test_no_address_turns_the_database_off_for_everybody(on_postgresql: PageSite) -> None:
    """A value that PostgreSQL does not take was taken for an outage: two seconds of 503 for all, for one request."""
    site = on_postgresql
    attacker, others = site.client(Role.TRAINER), site.client(Role.MANAGER)
    site.services.library.make(TESTS, "number", "hall", Title(en=WORDS), EVERYTHING)
    site.services.library.publish(TESTS, "hall", 1)
    for path in (
        "/wall/pictures/%00",
        "/wall/?board=draft:%00",
        "/wall/?board=%00",
        "/admin/boards/%00/history",
        "/%00",
    ):
        assert attacker.get(path).status_code == 400, path
        assert WORDS in wall(others, "?board=hall")[1], path
    editor = site.client(Role.MANAGER)
    for search in ("?board=draft:%00", "?board=draft:\0"):
        assert wall(editor, search)[0] == 200
        assert others.get("/admin/boards/").status_code == 200, search
    assert site.services.published.draft("\0", _actor(site)) is None


def _actor(site: PageSite) -> Any:
    return site.services.doorkeeper.by_session(site.signed_in(Role.MANAGER), "127.0.0.1")


def test_numbers_of_thousands_of_digits_break_nothing(site: PageSite) -> None:
    client, board = site.client(Role.MANAGER), "/admin/boards/for-all"
    for form in (
        {"revision": LONG, "version": "1"},
        {"revision": "1", "version": LONG},
        {"revision": "²", "version": "٣"},
    ):
        assert client.post(f"{board}/restore", data=form).status_code in {404, 422}, form
    for page in (f"/restore?revision={LONG}", "/restore?revision=-1", "/restore"):
        assert client.get(f"{board}{page}").status_code == 404, page
    draft = document_of(site.services.library.get(TESTS, "for-all").draft)
    for version in (10**40, -(10**40), 2**63, 0, -1):
        body = {"version": version, "document": draft, "note": ""}
        for page in ("draft", "publish"):
            assert client.post(f"{board}/{page}", json=body).status_code == 409, (page, version)
    assert site.services.library.get(TESTS, "for-all").draft_version == 1


def test_what_is_wrong_with_a_draft_is_told_in_fewer_bytes_than_it_has(site: PageSite) -> None:
    tile = {"kind": "text", "id": "x" * 300_000, **{f"unknown{n}": 0 for n in range(150)}}
    document = {"format": 1, "id": "for-all", "title": {"en": "x"}, "pages": [{"tiles": [tile]}]}
    answer = site.client(Role.MANAGER).post("/admin/boards/for-all/draft", json={"version": 1, "document": document})
    assert answer.status_code == 422
    assert len(answer.get_json()["mistakes"]) == 100
    assert len(answer.get_data()) < 100_000


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u2028"], ids=ascii)
def test_no_text_turns_its_direction(sign: str) -> None:
    """A number that reads as another one, on a wall and in lists."""
    document: dict[str, Any] = {
        "format": 1,
        "id": "x",
        "title": {"en": f"90{sign}01"},
        "pages": [
            {"tiles": [{"kind": "text", "id": "t", "at": {"x": 0, "y": 0, "w": 9, "h": 9}, "text": {"zh": sign}}]}
        ],
    }
    with pytest.raises(BoardRefused) as refused:
        read(document)
    assert [(one.word, one.field) for one in refused.value.mistakes] == [
        ("no_sign", "title.en"),
        ("no_sign", "text.zh"),
    ]
    document["title"]["en"], document["pages"][0]["tiles"][0]["text"]["zh"] = "عربى\u200f 90", "a\nb"
    assert read(document).title.en.startswith("عربى")


def test_anothers_board_is_refused_after_the_same_questions_as_none(site: PageSite) -> None:
    """So that it takes no longer either."""
    client = site.client(Role.SUPERVISOR, SUPPORT)
    client.get("/admin/boards/")
    for page in ("", "/draft", "/history", "/export"):
        asked = [
            _questions(site.services.engine, lambda path=path: client.get(path))
            for path in (f"/admin/boards/sales-wall{page}", f"/admin/boards/no-such-wall{page}")
        ]
        assert asked[0] == asked[1], page


def _questions(engine: Engine, deed: Any) -> list[str]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        found.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        assert deed().status_code == 403
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return found


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/x-www-form-urlencoded"])
def test_a_draft_that_another_page_sends_is_not_taken(site: PageSite, kind: str) -> None:
    client = site.client(Role.MANAGER)
    document = document_of(site.services.library.get(TESTS, "for-all").draft) | {"title": {"en": "Theirs"}}
    body = json.dumps({"version": 1, "document": document, "note": ""})
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        for page in ("draft", "publish"):
            path = f"/admin/boards/for-all/{page}"
            assert client.post(path, data=body, headers=headers, content_type=kind).status_code == 403
        for path in ("/admin/boards/for-all/remove", "/admin/boards/pictures/", "/screens/announce"):
            assert client.post(path, headers=headers).status_code == 403
    stored = site.services.library.get(TESTS, "for-all")
    assert (stored.draft_version, stored.revision, stored.title.en) == (1, 1, WORDS)
