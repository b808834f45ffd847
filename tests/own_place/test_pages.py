"""The pages of one's appearance, the pictures' addresses, and taking something back, over HTTP."""

from __future__ import annotations

import io
import itertools

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.store.engine import reading, writing
from dashboard.store.schema import agents, appearances, people, teams
from tests.access_pages.conftest import site
from tests.access_pages.site import PageSite
from tests.board_pages.uploads import png, send

__all__ = ["site"]

OWN, ADMIN = "/me/appearance/", "/admin/leaderboards/appearances/"
SALES, SUPPORT = (Scope(frozenset({team}), frozenset({team})) for team in ("sales", "support"))


_numbers = itertools.count(1001)


class Person:
    """Somebody of a team, with an account and a browser."""

    def __init__(self, site: PageSite, name: str, team: str = "sales", role: Role = Role.AGENT) -> None:
        self.id = f"p-{name}"
        with writing(site.services.engine) as connection:
            if connection.execute(select(teams.c.id).where(teams.c.id == team)).first() is None:
                connection.execute(teams.insert().values(id=team))
            row = {"id": self.id, "display_name": name, "team_id": team, "staff_number": f"0{name}", "changed_at_ms": 0}
            connection.execute(people.insert().values(row))
            agent = {"site": site.services.site, "id": f"PJSIP/{name}", "person_id": self.id, "is_set_aside": False}
            connection.execute(agents.insert().values(agent))
        self.client = site.visitor(site.session(site.account(role, EVERYTHING, name=name, person_id=self.id)))

    def choose(self, **fields: str) -> TestResponse:
        """What the form posts."""
        return self.client.post(OWN, data={"shown_as": "name", "nickname": "", "takes_part": "shown", **fields})

    def picture(self) -> str:
        """Uploads one; its address."""
        assert send(self.client, f"{OWN}picture", "me.png", png(size=(600, 400))).status_code == 303
        body = self.client.get(OWN).get_data(as_text=True)
        return body.partition('<img src="')[2].partition('"')[0]


@pytest.fixture
def li(site: PageSite) -> Person:
    return Person(site, f"Li{next(_numbers)}")


def texts(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def test_an_agent_chooses_and_what_is_wrong_stands_at_its_field(li: Person) -> None:
    shown = texts(li.client.get(OWN))
    assert "How you appear" in shown
    assert shown.count('name="tint"') == 12
    assert li.choose(shown_as="nickname", nickname="Deer", takes_part="only_me", tint="5").status_code == 303
    shown = texts(li.client.get(OWN))
    assert "Only you see your place" in shown
    assert 'value="Deer"' in shown
    refused = li.choose(shown_as="nickname", nickname="<script>alert(1)</script>")
    assert refused.status_code == 422
    assert "Use letters, digits" in texts(refused)
    assert "<script>alert" not in texts(refused)
    assert 'aria-describedby="nickname-hint nickname-error"' in texts(refused)
    assert li.choose(shown_as="x", takes_part="y", tint="99; drop").status_code == 422
    assert "default-src 'none'" in refused.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in refused.headers["Content-Security-Policy"]
    assert "unsafe-inline" in li.client.get("/me/").headers["Content-Security-Policy"]


def test_hostile_pictures_are_told_at_their_field_and_change_nothing(li: Person) -> None:
    for body, sentence in (
        (b"", "PNG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">', "SVG"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "cannot be read"),
        (png() + b"\0" * 5 * 1024 * 1024, "MB"),
    ):
        answer = send(li.client, f"{OWN}picture", "../../etc/me.png", body)
        assert answer.status_code == 422, sentence
        assert sentence in texts(answer)
    assert li.client.post(f"{OWN}picture", data={"file": "no file"}).status_code == 422
    assert "/avatars/" not in texts(li.client.get(OWN))


def test_a_picture_is_for_who_is_signed_in_and_may_see_the_person(site: PageSite, li: Person) -> None:
    address = li.picture()
    answer = li.client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/webp")
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    with Image.open(io.BytesIO(answer.data)) as image:
        assert image.size == (320, 320)
    assert site.client(Role.MANAGER).get(address).status_code == 200
    assert site.client(Role.TRAINER, SALES).get(address).status_code == 200
    strangers: list[FlaskClient] = [
        site.client(Role.TRAINER, SUPPORT),
        site.client(Role.AUDITOR),
        Person(site, "Bo").client,
    ]
    for stranger in strangers:
        for path in (address, "/avatars/" + "0" * 32, "/avatars/..%2f..%2fetc", "/avatars/%F0%9F%A6%8C"):
            told = stranger.get(path)
            assert (told.status_code, told.headers["Cache-Control"]) == (404, "no-store"), path
    nobody = site.visitor().get(address)
    assert nobody.status_code == 303
    assert li.client.post(f"{OWN}picture/remove").status_code == 303
    assert li.client.get(address).status_code == 404


def test_who_edits_leaderboards_takes_back_within_the_scope(site: PageSite, li: Person) -> None:
    li.choose(shown_as="nickname", nickname="Rude")
    address = li.picture()
    boss, stranger = site.client(Role.SUPERVISOR, SALES), site.client(Role.SUPERVISOR, SUPPORT)
    one = f"{ADMIN}{li.id}/"
    assert li.id in texts(boss.get(ADMIN))
    assert li.id in texts(boss.get(f"{ADMIN}?q=rUdE"))
    assert "Nobody here" in texts(boss.get(f"{ADMIN}?q=zzz"))
    assert li.id not in texts(stranger.get(ADMIN))
    assert "takes_part" not in texts(boss.get(ADMIN)) + texts(boss.get(one))
    for denied in (
        stranger.get(one),
        stranger.post(one, data={"what": "nickname", "reason": "x"}),
        li.client.get(ADMIN),
    ):
        assert denied.status_code == 403
    assert boss.get(f"{ADMIN}nobody/").status_code == 403
    assert "Say why" in texts(boss.post(one, data={"what": "nickname", "reason": " "}))
    assert boss.post(one, data={"what": "nickname", "reason": "Not <b>kind</b>"}).status_code == 303
    assert boss.post(one, data={"what": "avatar", "reason": "Not you"}).status_code == 303
    assert boss.get(address).status_code == 404
    shown = texts(li.client.get(OWN))
    assert "Not you" in shown
    assert "/avatars/" not in shown
    lines = [line for line in site.audited() if line.target_id == li.id]
    assert [(line.action, line.reason) for line in lines][-2:] == [
        ("appearance.nickname_reset", "Not <b>kind</b>"),
        ("appearance.avatar_reset", "Not you"),
    ]
    line = texts(site.client(Role.AUDITOR).get(f"/audit/{lines[-2].seq}/"))
    assert "Nickname taken back" in line
    assert "Not &lt;b&gt;kind" in line


def test_an_account_that_is_nobody_is_told_so_and_changes_nothing(site: PageSite) -> None:
    client = site.client(Role.ADMIN)
    assert "belongs to nobody" in texts(client.get(OWN))
    with reading(site.services.engine) as connection:
        before = connection.execute(select(appearances.c.person_id)).all()
    assert client.post(OWN, data={"shown_as": "name", "takes_part": "no", "person_id": "p-Bo"}).status_code == 422
    assert send(client, f"{OWN}picture", "me.png", png()).status_code == 422
    assert client.post(f"{OWN}picture/remove").status_code == 422
    with reading(site.services.engine) as connection:
        assert connection.execute(select(appearances.c.person_id)).all() == before
