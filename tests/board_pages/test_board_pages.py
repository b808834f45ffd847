"""Boards through their pages: made, listed, in and out as files, gone back, taken away; pictures; two supervisors apart."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import delete

from dashboard.access import scope as scopes
from dashboard.access.permissions import Role
from dashboard.boards import TEMPLATES
from dashboard.pages.services import now_ms
from dashboard.store.engine import writing
from dashboard.store.schema import board_revisions, boards, pictures, screens
from tests.access_pages.site import PageSite
from tests.board_pages.uploads import as_file, png, send, wrong_document
from tests.keyring import HERE
from tests.wallboards.library_room import SALES, SUPPORT, document, with_picture

ROOT = "/admin/boards/"


@pytest.fixture(autouse=True)
def empty(site: PageSite) -> Iterator[None]:
    """Each test begins without boards and pictures."""
    yield
    with writing(site.services.engine) as connection:
        for table in (board_revisions, boards, pictures, screens):
            connection.execute(delete(table))


@pytest.fixture(scope="module", autouse=True)
def floor(site: PageSite) -> None:
    """Two teams and two queues."""
    for team, queue in (("sales-team", "sales"), ("support-team", "support")):
        site.services.directory.teams.add(HERE, {"id": team, "name_en": f"Team {team}"})
        site.services.directory.queues.put(HERE, queue, {"name_en": f"Queue {queue}"})


@pytest.fixture
def manager(site: PageSite) -> FlaskClient:
    return site.client(Role.MANAGER)


@pytest.fixture
def seller(site: PageSite) -> FlaskClient:
    return site.client(Role.SUPERVISOR, SALES)


@pytest.fixture
def helper(site: PageSite) -> FlaskClient:
    return site.client(Role.SUPERVISOR, SUPPORT)


def text(client: FlaskClient, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return html.unescape(answer.get_data(as_text=True))


def made(client: FlaskClient, board_id: str = "sales", **fields: str) -> None:
    """A draft from the smallest template."""
    form = {"source": "number", "id": board_id, "title": "销售", "title_en": "Sales <b>wall</b>", "queues": "sales"}
    answer = client.post(f"{ROOT}new", data=form | fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    assert answer.headers["Location"] == f"{ROOT}{board_id}?said=board_made"


def screen(site: PageSite, board: str, scope: scopes.Scope, name: str) -> str:
    row = {
        "id": f"{name:0>16}", "site": site.services.site, "name": name, "board": board, "scope": scopes.dump(scope),
        "lang": "en", "theme": "dark", "is_blank": False, "paired_by": "tests", "paired_at_ms": now_ms(),
    }  # fmt: skip
    with writing(site.services.engine) as connection:
        connection.execute(screens.insert().values(row))
    return str(row["id"])


def test_a_board_is_made_listed_and_found_in_the_navigation(manager: FlaskClient, seller: FlaskClient) -> None:
    empty = text(seller, ROOT)
    assert "There is no board of your own yet" in empty
    assert empty.count("<li><svg") == len(TEMPLATES)
    assert 'href="/admin/boards/"' in text(seller, "/screens/")
    form = text(seller, f"{ROOT}new?source=number")
    assert 'value="one-number"' in form, "an id is proposed"
    assert "everything" not in re.findall(r'name="(\w+)"', form), "a supervisor of sales makes nothing for everybody"
    made(seller)
    listed = seller.get(ROOT).get_data(as_text=True)
    assert "Sales &lt;b&gt;wall&lt;/b&gt;" in listed
    assert "Not published yet" in listed
    assert "Queue sales" in listed
    assert "Sales &lt;b&gt;wall&lt;/b&gt;" in manager.get(ROOT).get_data(as_text=True)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"id": "Sales!"}, "small letters, digits"),
        ({"id": "default"}, "name of a template or a page"),
        ({"title": "", "title_en": ""}, "needs a title"),
        ({"queues": ""}, "Choose to whom the board belongs"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(
    seller: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    form = {"source": "number", "id": "sales", "title": "销售", "title_en": "Kept", "queues": "sales"} | fields
    answer = seller.post(f"{ROOT}new", data={name: value for name, value in form.items() if value or name == "title"})
    assert answer.status_code == 422
    page = html.unescape(answer.get_data(as_text=True))
    assert sentence in page
    assert ("Kept" in page) == ("title_en" not in fields)
    assert "There is no board of your own yet" in text(seller, ROOT)


def test_an_import_tells_every_mistake_with_its_place_and_saves_nothing(site: PageSite, seller: FlaskClient) -> None:
    lines = len(site.audited())
    answer = send(seller, f"{ROOT}import", "wall.json", as_file(wrong_document()), id="mine", queues="sales")
    assert answer.status_code == 422
    page = html.unescape(answer.get_data(as_text=True))
    told = re.findall(r"<li>(.*?)</li>", page.split('<ol class="mistakes">')[1].split("</ol>")[0])
    assert len(told) >= 20
    assert any("Page 1" in one and "piechart" in one for one in told)
    assert "<svg onload" not in answer.get_data(as_text=True)
    zh = site.visitor(site.signed_in(Role.SUPERVISOR, SALES), lang="zh-CN")
    in_chinese = send(zh, f"{ROOT}import", "wall.json", as_file(wrong_document()), queues="sales").get_data(
        as_text=True
    )
    assert "第 1 页" in in_chinese
    assert "There is no board of your own yet" in text(seller, ROOT)
    assert len(site.audited()) == lines


def test_a_board_goes_out_and_comes_in_again(site: PageSite, seller: FlaskClient) -> None:
    exported = seller.get(f"{ROOT}number/export")
    assert exported.headers["Content-Disposition"] == "attachment; filename*=UTF-8''number.json"
    assert exported.headers["Cache-Control"] == "no-store"
    answer = send(seller, f"{ROOT}import", "wall.json", exported.data, id="mine", queues="sales")
    assert answer.headers["Location"] == f"{ROOT}mine?said=board_imported"
    again = seller.get(f"{ROOT}mine/export").data
    assert json.loads(again) == json.loads(exported.data) | {"id": "mine"}
    taken = send(seller, f"{ROOT}import", "wall.json", exported.data, id="mine", queues="sales")
    assert (taken.status_code, "is taken" in taken.get_data(as_text=True)) == (422, True)
    other = as_file(document(red=3))
    replaced = send(seller, f"{ROOT}import", "w.json", other, id="mine", queues="sales", replaces="yes")
    assert replaced.status_code == 303
    assert site.services.library.get(HERE, "mine").draft_version == 2
    for body, sentence in ((b"\xff\xfe", "UTF-8"), (b"[", "JSON"), (b"[" * 100_000, ""), (b"x" * 600_000, "512")):
        refused = send(seller, f"{ROOT}import", "w.json", body, queues="sales")
        assert refused.status_code == 422
        assert sentence in refused.get_data(as_text=True)
    assert "Choose a file" in seller.post(f"{ROOT}import", data={"queues": "sales"}).get_data(as_text=True)


def test_history_says_who_changed_what_and_goes_back(site: PageSite, manager: FlaskClient, seller: FlaskClient) -> None:
    made(seller)
    library = site.services.library
    library.save_draft(HERE, "sales", document(red=5), 1)
    library.publish(HERE, "sales", 2, "calmer <i>")
    library.save_draft(HERE, "sales", document(red=8), 2)
    library.publish(HERE, "sales", 3)
    library.save_draft(HERE, "sales", document(red=9), 3)
    page = seller.get(f"{ROOT}sales/history").get_data(as_text=True)
    shown = html.unescape(page)
    assert "calmer &lt;i&gt;" in page
    assert "Changes that are not published" in shown
    assert re.search(r"5.*8", shown)
    assert 'restore?revision=1"' in page
    assert 'restore?revision=2"' not in page, "it is shown already"
    asked = html.unescape(seller.get(f"{ROOT}sales/restore?revision=1").get_data(as_text=True))
    assert "changes that were never published" in asked
    late = seller.post(f"{ROOT}sales/restore", data={"revision": "1", "version": "3"})
    assert (late.status_code, "changed this board meanwhile" in late.get_data(as_text=True)) == (422, True)
    done = seller.post(f"{ROOT}sales/restore", data={"revision": "1", "version": "4"})
    assert done.headers["Location"] == f"{ROOT}sales/history?said=board_restored"
    assert "Went back to revision 1" in text(seller, f"{ROOT}sales/history")
    published = site.services.published.find("sales")
    assert published is not None
    assert published.revision == 3
    for odd in ("0", "99", "x", "", "9" * 400):
        assert seller.get(f"{ROOT}sales/restore?revision={odd}").status_code == 403
        assert seller.post(f"{ROOT}sales/restore", data={"revision": odd, "version": "5"}).status_code == 403
        assert manager.get(f"{ROOT}sales/restore?revision={odd}").status_code == 404
    old = json.loads(seller.get(f"{ROOT}sales/export?revision=2").data)
    assert old["pages"][0]["tiles"][0]["limits"]["red"] == 8


def test_a_board_on_a_screen_is_not_removed(site: PageSite, seller: FlaskClient) -> None:
    made(seller)
    site.services.library.publish(HERE, "sales", 1)
    mine = screen(site, "sales", SALES, "1")
    screen(site, "sales", scopes.EVERYTHING, "2")
    answer = seller.post(f"{ROOT}sales/remove")
    assert answer.status_code == 422
    assert "Others that you do not manage: 1" in html.unescape(answer.get_data(as_text=True))
    listed = text(seller, "/screens/")
    assert "Sales <b>wall</b>" in listed, "screens have boards by their title"
    form = {"name": "1", "board": "default", "lang": "en", "theme": "dark", "queues": "sales"}
    assert seller.post(f"/screens/{mine}/", data=form).status_code == 303
    assert seller.post(f"/screens/{mine}/", data=form | {"board": "sales"}).status_code == 303
    assert seller.post(f"/screens/{mine}/", data=form | {"board": "nothing"}).status_code == 422
    with writing(site.services.engine) as connection:
        connection.execute(delete(screens))
    assert seller.post(f"{ROOT}sales/remove").headers["Location"] == f"{ROOT}?said=board_removed"
    assert [line.action for line in site.audited() if line.target_id == "sales"][-1] == "board.removed"


def test_another_supervisors_board_is_not_there(site: PageSite, seller: FlaskClient, helper: FlaskClient) -> None:
    made(seller)
    site.services.library.publish(HERE, "sales", 1)
    assert "Sales <b>wall</b>" not in text(helper, ROOT)
    assert "Sales <b>wall</b>" not in text(helper, f"{ROOT}new")
    assert "Sales <b>wall</b>" not in text(helper, "/screens/")
    for page in ("history", "export", "remove", "restore?revision=1"):
        assert helper.get(f"{ROOT}sales/{page}").status_code == helper.get(f"{ROOT}nothing/{page}").status_code == 403
    for page in ("remove", "restore"):
        data = {"revision": "1", "version": "1"}
        assert helper.post(f"{ROOT}sales/{page}", data=data).status_code == 403
    copied = helper.post(f"{ROOT}new", data={"source": "sales", "id": "x", "title": "x", "queues": "support"})
    assert copied.status_code == 403
    foreign = helper.post(f"{ROOT}new", data={"source": "number", "id": "x", "title": "x", "queues": "sales"})
    assert foreign.status_code == 403
    replaced = send(helper, f"{ROOT}import", "w.json", as_file(document()), id="sales", queues="support", replaces="1")
    assert replaced.status_code == 403
    tv = screen(site, "default", SUPPORT, "3")
    form = {"name": "TV", "board": "sales", "lang": "en", "theme": "dark", "queues": "support"}
    assert helper.post(f"/screens/{tv}/", data=form).status_code == 422
    assert site.services.library.get(HERE, "sales").revision == 1


def test_pictures_come_go_and_stay_while_they_are_shown(
    site: PageSite, manager: FlaskClient, seller: FlaskClient
) -> None:
    page = f"{ROOT}pictures/"
    assert send(seller, page, "logo.png", png()).headers["Location"] == f"{page}?said=picture_added"
    listed = text(seller, page)
    (picture_id,) = re.findall(r'<img src="/wall/pictures/([0-9a-f]{32})" alt="logo"', listed)
    address = f"/wall/pictures/{picture_id}"
    answer = site.client(Role.TRAINER).get(address)
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.data)).size == (320, 120)
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "private, no-cache", (
        "whoever has signed out is not shown what their browser has"
    )
    known = {"If-None-Match": answer.headers["ETag"]}
    again = seller.get(address, headers=known)
    assert (again.status_code, again.data, again.headers["Cache-Control"]) == (304, b"", "private, no-cache")
    assert site.visitor().get(address, headers=known).status_code == 303
    assert site.client(Role.AGENT).get(address, headers=known).status_code == 403
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert site.client(Role.AGENT).get(address).status_code == 403
    assert site.visitor().get(address).status_code == 303
    assert seller.get("/wall/pictures/0123").status_code == 404
    site.services.library.imported(
        HERE, as_file(with_picture(picture_id)), scope=scopes.EVERYTHING, board_id="logo-wall"
    )
    used = seller.post(f"{page}{picture_id}/remove")
    assert (used.status_code, "Boards of others: 1" in used.get_data(as_text=True)) == (422, True)
    assert "Logo wall" not in used.get_data(as_text=True), "a board of others has no name here"
    assert "Logo wall" in manager.post(f"{page}{picture_id}/remove").get_data(as_text=True)
    manager.post(f"{ROOT}logo-wall/remove")
    assert seller.post(f"{page}{picture_id}/remove").headers["Location"] == f"{page}?said=picture_removed"
    assert seller.get(address).status_code == 404
    for name, body, sentence in (
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "SVG"),
        ("x.png", b"no picture", "no PNG"),
        ("x.png", png()[:60], "damaged"),
        ("x.png", png() + b"\0" * 5_300_000, "5 MB"),
    ):
        refused = send(seller, page, name, body)
        assert (refused.status_code, sentence in refused.get_data(as_text=True)) == (422, True), name
    assert "No picture yet" in text(seller, page)
