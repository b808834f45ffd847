"""The designer's requests: who may, in which scope, what is wrong and where, and that nothing is overwritten unseen."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access.actor import system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Title
from dashboard.boards.reading import MOST_BYTES, document_of
from dashboard.wallboards.stored import StoredBoard
from tests.access_pages.site import COOKIE, PageSite

SALES = Scope(frozenset({"sales"}))
SUPPORT = Scope(frozenset({"support"}))


@pytest.fixture(scope="module", autouse=True)
def _queues(site: PageSite) -> None:
    for queue, zh, en in (("sales", "销售咨询", "Sales"), ("support", "技术支持", "Support")):
        site.services.directory.queues.put(system("test"), queue, {"name_zh": zh, "name_en": en})


class Board:
    """A new board, and one who edits it."""

    def __init__(self, site: PageSite, scope: Scope = EVERYTHING, *, lang: str = "en") -> None:
        self.site = site
        self.id = f"b-{secrets.token_hex(4)}"
        cookie = site.signed_in(Role.MANAGER, lang=lang, name="Manager Wang")
        actor = site.services.doorkeeper.by_session(cookie, "127.0.0.1")
        assert actor is not None
        self.actor = actor
        self.client = site.visitor(cookie, lang=lang)
        site.services.library.make(actor, "default", self.id, Title("东区", "East"), scope)

    @property
    def now(self) -> StoredBoard:
        """As the library has it."""
        return self.site.services.library.get(self.actor, self.id)

    def save(self, document: Any, version: int = 1, client: FlaskClient | None = None) -> tuple[int, dict[str, Any]]:
        """Status and body."""
        answer = (client or self.client).post(
            f"/admin/boards/{self.id}/draft", json={"version": version, "document": document}
        )
        return answer.status_code, answer.get_json()

    def document(self) -> dict[str, Any]:
        """The draft, to be changed."""
        found: dict[str, Any] = json.loads(json.dumps(document_of(self.now.draft)))
        return found


def _tile(document: dict[str, Any], tile_id: str) -> dict[str, Any]:
    return next(tile for page in document["pages"] for tile in page["tiles"] if tile["id"] == tile_id)


@pytest.mark.parametrize(("lang", "words"), [("en", "Add a tile"), ("zh-CN", "添加组件")])
def test_the_page_shows_the_draft_and_what_is_in_its_scope(site: PageSite, lang: str, words: str) -> None:
    board = Board(site, SALES, lang=lang)
    answer = board.client.get(f"/admin/boards/{board.id}")
    assert answer.status_code == 200
    assert words in answer.text
    assert ("销售咨询" if lang == "zh-CN" else "Sales") in answer.text
    assert 'value="sales"' in answer.text
    assert 'value="support"' not in answer.text


def test_only_the_preview_of_a_draft_may_be_framed_and_only_the_designer_frames(site: PageSite) -> None:
    board = Board(site)
    policies = {
        address: board.client.get(address).headers["Content-Security-Policy"]
        for address in (
            f"/admin/boards/{board.id}",
            f"/wall/?board=draft:{board.id}",
            "/wall/?board=default",
            "/floor/?board=draft:x",
            "/account/",
        )
    }
    designer, draft, *others = policies.values()
    assert "frame-src 'self';" in designer
    assert "frame-ancestors 'none'" in designer
    assert "unsafe-inline" not in designer
    assert "frame-ancestors 'self'" in draft
    assert "frame-src 'none';" in draft
    for policy in others:
        assert "frame-ancestors 'none'" in policy
        assert "frame-src 'none';" in policy


def test_a_good_draft_is_saved_and_told_by_whom(site: PageSite) -> None:
    board = Board(site)
    document = board.document()
    _tile(document, "waiting")["limits"] = {"red": 40}
    status, body = board.save(document)
    assert status == 200
    assert body["version"] == board.now.draft_version == 2
    assert "Manager Wang" in body["saved"]
    assert body["packed"][0]["waiting"]["w"] == 6
    assert _tile(document_of(board.now.draft), "waiting")["limits"]["red"] == 40


@pytest.mark.parametrize(("lang", "sentence"), [("en", "Page 1"), ("zh-CN", "第 1 页")])
def test_every_mistake_names_its_tile_and_field_and_nothing_is_saved(site: PageSite, lang: str, sentence: str) -> None:
    board = Board(site, lang=lang)
    before, document = board.document(), board.document()
    tile = _tile(document, "waiting")
    tile |= {"limits": {"amber": 40, "red": 3}, "also": ["ringing", "nonsense"]}
    document["ticker"] = {"messages": [{"text": {"en": "a"}}, {"text": {}}]}
    status, body = board.save(document)
    assert status == 422
    found = {(one["page"], one["tile"], one["field"]): one["sentence"] for one in body["mistakes"]}
    assert set(found) >= {(0, "waiting", "limits.red"), (0, "waiting", "also.1"), (-1, "", "ticker.messages.1.text")}
    assert found[0, "waiting", "limits.red"].startswith(sentence)
    assert board.now.draft_version == 1
    assert board.document() == before


def test_somebody_elses_draft_is_not_overwritten_unseen(site: PageSite) -> None:
    board = Board(site)
    mine, theirs = board.document(), board.document()
    mine["title"]["en"], theirs["title"]["en"] = "Mine", "Theirs"
    other = site.client(Role.MANAGER)
    assert board.save(theirs, 1, other)[0] == 200
    status, body = board.save(mine, 1)
    assert status == 409
    assert body["version"] == 2
    assert body["sentence"]
    assert board.now.draft.title.en == "Theirs"
    seen = board.client.get(f"/admin/boards/{board.id}/draft").get_json()
    assert (seen["version"], seen["document"]["title"]["en"]) == (2, "Theirs")
    assert board.save(mine, body["version"])[0] == 200  # told, and chosen
    assert board.now.draft.title.en == "Mine"
    assert board.client.post(f"/admin/boards/{board.id}/publish", json={"version": 2}).status_code == 409


def test_it_is_published_with_a_note_and_once(site: PageSite) -> None:
    board = Board(site)
    address = f"/admin/boards/{board.id}/publish"
    first = board.client.post(address, json={"version": 1, "note": "new\u202e order\n"})
    assert first.status_code == 200
    assert first.get_json()["shown"] == 1
    assert not first.get_json()["is_changed"]
    (revision,) = site.services.library.history(board.actor, board.id)
    assert revision.note == "new order"
    again = board.client.post(address, json={"version": 1})
    assert again.status_code == 422
    assert again.get_json()["sentence"]


def test_queues_out_of_the_boards_scope_are_refused(site: PageSite) -> None:
    board = Board(site, SALES)
    document = board.document() | {"queues": ["support"]}
    status, body = board.save(document)
    assert status == 422
    assert body["mistakes"][0]["field"].startswith("queues")
    assert board.now.draft_version == 1


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.ADMIN, Role.MANAGER, Role.SUPERVISOR}])
def test_who_may_not_edit_boards_gets_nowhere(site: PageSite, role: Role) -> None:
    board, client = Board(site), site.client(role)
    assert client.get(f"/admin/boards/{board.id}").status_code == 403
    assert client.get(f"/admin/boards/{board.id}/draft").status_code == 403
    assert board.save(board.document(), 1, client)[0] == 403
    assert client.post(f"/admin/boards/{board.id}/publish", json={"version": 1}).status_code == 403
    assert board.now.revision == 0


def test_a_supervisor_edits_what_lies_in_their_scope_and_no_more(site: PageSite) -> None:
    supervisor = site.client(Role.SUPERVISOR, SALES)
    ours, theirs, everybodys = Board(site, SALES), Board(site, SUPPORT), Board(site)
    assert supervisor.get(f"/admin/boards/{ours.id}").status_code == 200
    assert ours.save(ours.document() | {"seed": 1}, 1, supervisor)[0] == 422
    for board in (theirs, everybodys):
        unknown = supervisor.get("/admin/boards/no-such-board")
        found = supervisor.get(f"/admin/boards/{board.id}")
        assert found.status_code == unknown.status_code
        assert board.save(board.document(), 1, supervisor)[0] == unknown.status_code
        assert board.id not in found.text


def test_a_removed_board_is_not_there(site: PageSite) -> None:
    board = Board(site)
    document = board.document()
    site.services.library.remove(board.actor, board.id)
    assert board.client.get(f"/admin/boards/{board.id}").status_code == 404
    assert board.save(document)[0] == 404


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b'{"version": "1"}', b'{"version": 1, "document": {}, "more": 1}', b"\xff\xfe", b"[" * 50_000],
)
def test_what_is_no_draft_is_refused(site: PageSite, body: bytes) -> None:
    board = Board(site)
    for what in ("draft", "publish"):
        answer = board.client.post(f"/admin/boards/{board.id}/{what}", data=body, content_type="application/json")
        assert answer.status_code == 400
    assert board.now.draft_version == 1
    assert board.now.revision == 0


def test_a_document_has_a_largest_size(site: PageSite) -> None:
    board = Board(site)
    document = board.document()
    _tile(document, "waiting")["title"] = {"en": "x" * MOST_BYTES}
    assert board.save(document)[0] == 400
    answer = board.client.post(
        f"/admin/boards/{board.id}/draft", data=b"x" * 2_000_000, content_type="application/json"
    )
    assert answer.status_code == 413


def test_another_site_saves_nothing(site: PageSite) -> None:
    board = Board(site)
    body = {"version": 1, "document": board.document() | {"title": {"en": "Foreign"}}}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = board.client.post(f"/admin/boards/{board.id}/draft", json=body, headers=headers)
        assert answer.status_code == 403
    assert board.now.draft.title.en == "East"


def test_hostile_words_stay_text(site: PageSite) -> None:
    board = Board(site)
    document = board.document()
    document["title"] = {"en": '"><script>alert(1)</script>', "zh": "<img src=x onerror=alert(1)>"}
    assert board.save(document)[0] == 200
    text = board.client.get(f"/admin/boards/{board.id}").text
    assert "<script>alert" not in text
    assert "<img" not in text


def test_nobody_is_sent_to_sign_in(site: PageSite) -> None:
    board = Board(site)
    nobody = site.visitor()
    assert nobody.get(f"/admin/boards/{board.id}").status_code == 303
    assert nobody.post(f"/admin/boards/{board.id}/draft", json={}).status_code == 401
    assert COOKIE not in nobody.get(f"/admin/boards/{board.id}").headers.get("Set-Cookie", "")
