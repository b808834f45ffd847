"""What the pages of leaderboards send, ask, refuse and show; whom they answer, and whom they tell nothing."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from collectors.events import FloorSettings
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.marks import Mark
from dashboard.leaderboards.document import Leaderboard
from dashboard.leaderboards.results.frozen import Counted, freeze
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.pages.admin.leaderboards.fields import document_of, fields_of
from dashboard.pages.services import now_ms
from dashboard.store.engine import reading, writing
from dashboard.store.schema import leaderboard_results, leaderboards
from tests.access_pages.site import PageSite
from tests.directory_pages.pages_site import error_at, text_of
from tests.leaderboard_pages.conftest import MINUTE_MS, yesterday

ROOT = "/admin/leaderboards/"
DAY_TEAM = Scope(frozenset(), frozenset({"day"}))
SERVICE = TEMPLATES["service"]


def form_of(document: Leaderboard, **changed: Any) -> dict[str, Any]:
    filled = fields_of(document, FloorSettings())
    return {
        **filled.values,
        **{name: list(one) for name, one in filled.lists.items()},
        "deed": "save",
        **{name.replace("__", "."): one for name, one in changed.items()},
    }


def made(client: FlaskClient, document: Leaderboard = SERVICE, **changed: Any) -> str:
    """The id of a leaderboard that a form has made."""
    answer = client.post(f"{ROOT}new/", data=form_of(document, **changed))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return answer.headers["Location"].split("?")[0].rstrip("/").rsplit("/", 1)[-1]


def stored(site: PageSite, leaderboard_id: str) -> Any:
    from dashboard.access.actor import system

    return site.services.leaderboards.get(system("test"), leaderboard_id)


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_form_gives_back_what_it_was_made_from(template: str) -> None:
    settings, document = FloorSettings(), TEMPLATES[template]
    assert document_of(fields_of(document, settings), settings) == document


def test_a_template_is_tried_saved_and_switched_on(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    assert "Service stars" in text_of(client, ROOT)
    page = text_of(client, f"{ROOT}new/?template=service")
    assert "Example: 5 an hour → 25 of 40 points" in page
    tried = client.post(f"{ROOT}new/", data=form_of(SERVICE, deed="try")).get_data(as_text=True)
    for said in ("91.38", "88.13", "78.37", "66.46", "too few calls", "56 ÷ 8.0 h = 7", "at least 80.0%"):
        assert said in tried, said
    running = client.post(f"{ROOT}new/", data=form_of(SERVICE, deed="try_running")).get_data(as_text=True)
    assert "The period is running" in running
    assert "91.38" not in running
    one = made(client)
    assert "Made, and still off" in text_of(client, f"{ROOT}{one}/?said=leaderboard_made")
    assert client.post(f"{ROOT}{one}/on", data={"version": "1"}).status_code == 303
    assert client.post(f"{ROOT}{one}/on", data={"version": "1"}).status_code == 422  # of a version that is gone
    assert "Open the screen" in text_of(client, ROOT)
    standings = text_of(client, f"{ROOT}{one}/standings")
    assert "The period is running" in standings
    copy = client.post(f"{ROOT}{one}/copy")
    assert client.get(copy.headers["Location"]).status_code == 200
    assert client.post(f"{ROOT}{one}/remove", data={"version": "2"}).status_code == 303
    assert client.get(f"{ROOT}{one}/").status_code in {403, 404}
    actions = [line.action for line in site.audited()]
    assert {"leaderboard.made", "leaderboard.on", "leaderboard.whole_read", "leaderboard.removed"} <= set(actions)


def test_what_is_tried_has_no_link_that_would_lose_what_is_typed(
    site: PageSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.pages.admin.leaderboards.editor.MOST", 2)
    client = site.client(Role.MANAGER)
    tried = client.post(f"{ROOT}new/", data=form_of(SERVICE, deed="try")).get_data(as_text=True)
    assert "1 to 2 of 5" in tried
    assert "?from=" not in tried


def test_every_mistake_stands_at_its_field(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    wrong = {
        "title__zh": "", "title__en": "", "scheme__parts__0__full": "x", "scheme__parts__1__full": "70", "scheme__parts__2__weight": "0",
        "period__kind": "contest", "period__from": "2026-03-01T09:15", "period__to": "soon", "who__without": "S9999", "top": "2",
        "scheme__quality__0__least": "180", "celebrations__quiet": "noon", "prizes__0__rank": "40", "prizes__0__en": "Cup",
        "badges__0__least": "", "goals__0__target": "-",
    }  # fmt: skip
    answer = client.post(f"{ROOT}new/", data=form_of(SERVICE, **wrong))
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    for field, sentence in {
        "title.zh": "Enter a name.",
        "scheme.parts.0.full": "Enter a number",
        "scheme.parts.1.full": "cannot be the same",
        "scheme.parts.2.weight": "from 1 to 100",
        "period.from": "steps of 30 minutes",
        "period.to": "a date and a time",
        "who.without": "no staff number S9999",
        "scheme.quality.0.least": "from 0 to 100",
        "celebrations.quiet": "12:00-13:30",
        "prizes.0.rank": "Only the first",
        "badges.0.least": "Enter a number",
        "goals.0.target": "Enter a number",
        "top": "from 3 to 50",
    }.items():
        assert sentence in error_at(page, field), field
    assert 'value="S' not in page or "S9999" in page  # what was typed is still there


def test_a_change_in_the_middle_of_a_period_asks_from_when_it_counts(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    one = made(client, title__en="Asked")
    assert client.post(f"{ROOT}{one}/on", data={"version": "1"}).status_code == 303
    looks = client.post(f"{ROOT}{one}/", data=form_of(SERVICE, title__en="Renamed", version="2"))
    assert looks.status_code == 303  # words ask nothing
    answer = client.post(f"{ROOT}{one}/", data=form_of(SERVICE, scheme__parts__0__full="9", version="3"))
    assert answer.status_code == 422
    assert "choose whether it counts from now" in error_at(answer.get_data(as_text=True), "counts")
    again = form_of(SERVICE, scheme__parts__0__full="9", version="3", counts="from_now")
    assert client.post(f"{ROOT}{one}/", data=again).status_code == 303
    kept = stored(site, one)
    assert kept.document.scheme.parts[0].target == 9
    assert (
        0 <= now_ms() - kept.since_ms < 31 * MINUTE_MS
    )  # the half-hour that runs; just after midnight that is the day's first
    whole = form_of(SERVICE, scheme__parts__0__full="10", version="4", counts="from_begin")
    assert client.post(f"{ROOT}{one}/", data=whole).status_code == 303
    assert stored(site, one).since_ms == 0
    late = client.post(f"{ROOT}{one}/", data=form_of(SERVICE, title__en="Mine", version="2"))
    assert late.status_code == 422  # somebody else was faster
    assert "has changed" in late.get_data(as_text=True) or "changed" in late.get_data(as_text=True)


def test_while_a_period_is_counted_it_is_neither_switched_off_nor_removed_and_says_why(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    one = made(client)
    assert client.post(f"{ROOT}{one}/on", data={"version": "1"}).status_code == 303
    with writing(site.services.engine) as connection:
        ended_ms = now_ms() - MINUTE_MS
        marks.put(connection, [Mark(one, "ran", "", ended_ms - MINUTE_MS, ended_ms - MINUTE_MS, str(ended_ms))])
    for deed in ("off", "remove"):
        answer = client.post(f"{ROOT}{one}/{deed}", data={"version": "2"})
        assert answer.status_code == 422
        assert "is still being counted" in answer.get_data(as_text=True)
    assert stored(site, one).is_on


def test_one_of_another_release_is_told_so_and_can_be_made_anew(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    one = made(client, title__en="From tomorrow", title__zh="")
    with writing(site.services.engine) as connection:
        connection.execute(leaderboards.update().where(leaderboards.c.id == one).values(document='{"format":2}'))
    page = client.get(f"{ROOT}{one}/").get_data(as_text=True)
    assert "was saved by another release" in page
    assert "From tomorrow" in page
    assert "Service stars" not in page, "a template's name is not this one's"
    assert client.post(f"{ROOT}{one}/", data=form_of(SERVICE, title__en="Anew", version="1")).status_code == 303
    assert stored(site, one).document.title.en == "Anew"


def frozen_result(site: PageSite, leaderboard_id: str) -> str:
    """Yesterday is over: as the historian freezes it, of what the pages count themselves."""
    document = stored(site, leaderboard_id).document
    bounds = Bounds(*yesterday(now_ms()))
    from dashboard.access.actor import system

    found = site.services.leaderboards_tried.before_saving(system("test"), document, Scope(None, frozenset()), "last")
    assert found is not None
    dids: tuple[Did, ...] = tuple(found.dids.values())
    with writing(site.services.engine) as connection:
        counted = Counted(score(document.scheme, dids), dids)
        freeze(connection, leaderboard_id, document, bounds, bounds.from_ms, counted, "1-0", now_ms())
    with reading(site.services.engine) as connection:
        this = leaderboard_results.c.leaderboard_id == leaderboard_id
        return str(connection.execute(select(leaderboard_results.c.id).where(this)).scalar_one())


def contest() -> dict[str, Any]:
    """All of yesterday."""
    zone = ZoneInfo("Asia/Shanghai")
    begins = datetime.fromtimestamp(yesterday(now_ms())[0] / 1000, UTC).astimezone(zone)
    ends = begins + timedelta(days=1)
    return {
        "period__kind": "contest",
        "period__from": f"{begins:%Y-%m-%dT%H:%M}",
        "period__to": f"{ends:%Y-%m-%dT%H:%M}",
    }


def test_a_result_is_opened_published_corrected_and_handed_out(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    one = made(client, **contest())
    result = frozen_result(site, one)
    root = f"{ROOT}results/{result}/"
    assert "Not published" in text_of(client, f"{ROOT}{one}/standings")
    assert "No period is running now" in text_of(client, f"{ROOT}{one}/standings")
    assert client.post(f"{ROOT}{one}/export", data={"format": "csv"}).status_code == 303
    page = text_of(client, root)
    assert "91.38" in page
    assert client.post(f"{root}publish").status_code == 303
    assert client.post(f"{root}publish").status_code == 422
    wrong = {"agent": "PJSIP/1001", "metric": "calls_served", "value": "40", "seen": "0", "deed": "correct"}
    answer = client.post(f"{root}correct", data=wrong)
    assert answer.status_code == 422
    assert "stays on record" in error_at(answer.get_data(as_text=True), "reason")
    assert client.post(f"{root}correct", data=wrong | {"value": "x", "reason": "r"}).status_code == 422
    assert client.post(f"{root}correct", data=wrong | {"reason": "Counted twice"}).status_code == 303
    after = text_of(client, root)
    assert "Counted twice" in after
    assert "81.38" in after  # 40 in 8 hours: 25 points instead of 35
    runs = made(client)
    for kind, begins in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        for address in (f"{root}export", f"{ROOT}{runs}/export"):
            file = client.post(address, data={"format": kind})
            assert file.status_code == 200, address
            assert file.data.startswith(begins)
            assert "attachment" in file.headers["Content-Disposition"]
    assert zipfile.ZipFile(io.BytesIO(client.post(f"{root}export", data={"format": "xlsx"}).data)).testzip() is None
    actions = [line.action for line in site.audited()]
    assert actions.count("leaderboard.exported") == 5
    assert {"leaderboard.published", "leaderboard.corrected"} <= set(actions)


def test_who_leads_one_team_sees_and_makes_only_their_own(site: PageSite) -> None:
    manager, leader = site.client(Role.MANAGER), site.client(Role.SUPERVISOR, DAY_TEAM)
    everybodys = made(manager)
    assert leader.get(f"{ROOT}{everybodys}/").status_code == 403
    assert leader.post(f"{ROOT}{everybodys}/on", data={"version": "1"}).status_code == 403
    tried = leader.post(f"{ROOT}new/", data=form_of(SERVICE, deed="try")).get_data(as_text=True)
    assert "王芳" in tried
    assert "赵敏" not in tried
    assert "S1003" not in tried
    refused = leader.post(f"{ROOT}new/", data=form_of(SERVICE, who__without="S1003"))
    assert refused.status_code == 422
    assert "赵敏" not in refused.get_data(as_text=True)
    foreign = leader.post(f"{ROOT}new/", data=form_of(SERVICE, **{"who.teams": ["night"]}))
    assert foreign.status_code == 422
    assert made(leader, title__en="Ours")
    analyst = site.client(Role.ANALYST)
    assert analyst.get(f"{ROOT}{everybodys}/").status_code == 403
    assert analyst.get(ROOT).status_code == 200
    for role in (Role.AGENT, Role.ADMIN):
        assert site.client(role).get(ROOT).status_code == 403
    assert site.client(Role.TRAINER).get(f"{ROOT}{everybodys}/standings").status_code == 403


HOSTILE = '<img src=x onerror="alert(1)">'


def test_what_people_type_stays_text(site: PageSite) -> None:
    client = site.client(Role.MANAGER)
    one = made(client, title__en=HOSTILE, title__zh=HOSTILE, rules__en=HOSTILE)
    for path in (ROOT, f"{ROOT}{one}/", f"{ROOT}{one}/standings"):
        page = text_of(client, path)
        assert "<img src=x" not in page
        assert "&lt;img" in page
