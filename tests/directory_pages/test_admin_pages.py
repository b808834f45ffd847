"""The pages under /admin, as their visitors meet them: what each role may, what is said at a wrong field, what stays typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.directory.importing import take
from dashboard.directory.seen import Seen, SeenAgent
from dashboard.sheets import read
from tests.access_pages.site import PageSite, page_site
from tests.directory_pages.pages_site import error_at, report, text_of, value_at
from tests.store.databases import Databases

HOSTILE = "<img src=x onerror=alert(1)>"
PAGES = (
    "/admin/people/", "/admin/teams/", "/admin/agents/", "/admin/queues/", "/admin/reasons/", "/admin/business-day/",
    "/admin/first-run/", "/admin/sheets/", "/admin/people/new", "/admin/teams/new", "/admin/teams/one?team=tiger",
    "/admin/agents/one?agent=PJSIP/1009", "/admin/queues/one?queue=sales", "/admin/queues/one?queue=*",
    "/admin/reasons/one?reason=Lunch", "/admin/reasons/one",
)  # fmt: skip
TABLES = (
    f"班组编号,中文名称,英文名称,上级班组\ncare,客服部,Care,\ntiger,飞虎队,Tigers,care\nsun,{HOSTILE},Sunflower,care\n",
    f"姓名,工号,班组,坐席（交换机）\n王芳,0042,tiger,PJSIP/1001\n{HOSTILE},1003,sun,PJSIP/1003\n",
    f"队列编号,中文名称,英文名称\nsales,售前,Sales\nsupport,{HOSTILE},Support\n",
    f"原因（交换机）,中文名称\nLunch,就餐\n{HOSTILE},{HOSTILE}\n",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("admin")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        fill(running)
        yield running
    databases.close()


def fill(site: PageSite) -> None:
    agents = [
        ("PJSIP/1001", "Wang Fang", ("sales",)),
        ("PJSIP/1003", "", ("support",)),
        ("PJSIP/1009", HOSTILE, ("support",)),
    ]
    report(
        site,
        Seen(1, tuple(SeenAgent(*agent, calls=3) for agent in agents), ("sales", "support", "vip"), ("Lunch", "acw")),
    )
    actor = Actor("person", "seed", "seed", (Grant.of(Role.MANAGER),), account_id="seed")
    for table in TABLES:
        assert take(site.services.directory, actor, table.encode(), "t.csv", "zh-CN").is_done


@pytest.fixture(scope="module")
def manager(site: PageSite) -> FlaskClient:
    return site.client(Role.MANAGER)


def person_path(client: FlaskClient, name: str) -> str:
    found = re.search(rf'<a href="(/admin/people/[0-9a-f]+)">{re.escape(name)}</a>', text_of(client, "/admin/people/"))
    assert found, name
    return found.group(1)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_every_page_is_whole_and_runs_nothing_that_was_typed(site: PageSite, lang: str) -> None:
    client = site.visitor(site.signed_in(Role.MANAGER), lang=lang)
    for path in PAGES:
        page = text_of(client, path)
        assert f'<html lang="{lang}"' in page
        assert "<h1>" in page
        assert HOSTILE not in page
        tags = re.sub(r'"[^"]*"', '""', page)  # what is typed stands in values, in quotes
        assert not re.search(r"<(script|style)>|<[^>]*\s(on\w+|style)=", tags), path


@pytest.mark.parametrize("path", [*PAGES, "/admin/people/{wang}"])
def test_who_may_only_look_sees_no_way_to_change(site: PageSite, manager: FlaskClient, path: str) -> None:
    path = path.format(wang=person_path(manager, "王芳").rpartition("/")[2])
    answer = site.client(Role.AUDITOR).get(path)
    is_form = any(word in path for word in ("new", "one", "first-run", "sheets"))
    assert answer.status_code == (403 if is_form else 200)
    if answer.status_code == 200:
        main = answer.get_data(as_text=True).partition("<main")[2]
        assert 'method="post"' not in main
        assert "/new" not in main
        assert "/one?" not in main


CHANGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("/admin/people/new", {"display_name": "x"}),
    ("/admin/people/{wang}", {"display_name": "x"}),
    ("/admin/people/{wang}/leave", {}),
    ("/admin/people/{wang}/come-back", {}),
    ("/admin/teams/new", {"name_zh": "x"}),
    ("/admin/teams/one?team=tiger", {"name_zh": "x"}),
    ("/admin/teams/remove?team=tiger", {}),
    ("/admin/agents/one?agent=PJSIP/1009", {"deed": "set_aside"}),
    ("/admin/queues/one?queue=sales", {"name_zh": "x"}),
    ("/admin/queues/remove?queue=sales", {}),
    ("/admin/reasons/one?reason=Lunch", {"name_zh": "x"}),
    ("/admin/reasons/remove?reason=Lunch", {}),
    ("/admin/reasons/defaults", {}),
    ("/admin/business-day/", {"time_zone": "UTC"}),
    ("/admin/first-run/", {"agent.0": "PJSIP/1009", "do.0": "aside"}),
    ("/admin/sheets/check/00", {}),
    ("/admin/sheets/check", {}),
)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.ANALYST, Role.AGENT, None])
def test_nobody_changes_anything_without_the_permission(
    site: PageSite, manager: FlaskClient, role: Role | None
) -> None:
    client, wang = site.client(role), person_path(manager, "王芳").rpartition("/")[2]
    before = [line.seq for line in site.audited() if line.result == "ok"]
    for path, form in CHANGES:
        answer = client.post(path.format(wang=wang), data=form)
        assert answer.status_code == (303 if role is None else 403), path
        assert role is not None or "/sign-in" in answer.headers["Location"]
    after = [line.seq for line in site.audited() if line.result == "ok"]
    assert after == before


def test_a_supervisor_sees_their_scope_and_no_more(site: PageSite, manager: FlaskClient) -> None:
    client = site.client(Role.SUPERVISOR, Scope(frozenset({"sales"}), frozenset({"tiger"})))
    people, teams, queues = (text_of(client, f"/admin/{name}/") for name in ("people", "teams", "queues"))
    assert "王芳" in people
    assert "1003" not in people
    assert "Tigers" in teams
    assert "Sunflower" not in teams
    assert "Sales" in queues
    assert "Support" not in queues
    other = person_path(manager, "&lt;img src=x onerror=alert(1)&gt;")
    assert client.get(other).status_code == 403


def test_a_person_is_added_changed_and_leaves(manager: FlaskClient) -> None:
    form = {"display_name": "孙丽", "staff_number": "0042", "joined_on": "2025-01-02", "team_id": "tiger"}
    refused = manager.post("/admin/people/new", data=form | {"agents": "PJSIP/1009"})
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "0042" in error_at(page, "staff_number")
    assert (value_at(page, "display_name"), value_at(page, "joined_on")) == ("孙丽", "2025-01-02")
    assert re.search(r'value="PJSIP/1009"[^>]*checked', page)
    assert (
        manager.post("/admin/people/new", data=form | {"staff_number": "0043", "agents": "PJSIP/1009"}).status_code
        == 303
    )
    path = person_path(manager, "孙丽")
    assert "PJSIP/1009" in text_of(manager, "/admin/people/?q=0043")
    assert manager.post(path, data=form | {"staff_number": "0043", "display_name": "孙丽丽"}).status_code == 303
    assert "PJSIP/1009" not in text_of(manager, "/admin/people/?q=0043")  # no box was ticked: the agent is free again
    assert manager.post(f"{path}/leave").status_code == 303
    assert "孙丽丽" not in text_of(manager, "/admin/people/")
    assert "孙丽丽" in text_of(manager, "/admin/people/?left=yes")
    assert manager.post(f"{path}/come-back").status_code == 303
    assert manager.post(f"{path}/leave").status_code == 303


@pytest.mark.parametrize(
    ("query", "found"), [("q=wang", False), ("q=王", True), ("q=００４２", True), ("q=pjsip/1001", True),
                         ("team=care", True), ("team=sun", False), ("q=王&team=tiger", True), ("team=nowhere", False)],
)  # fmt: skip
def test_people_are_found_by_name_number_agent_and_team(manager: FlaskClient, query: str, found: bool) -> None:  # noqa: FBT001
    page = text_of(manager, f"/admin/people/?{query}")
    assert ("王芳" in page.partition("<main")[2]) is found
    assert found or "form row" in page  # the search stays, so that one can ask again


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/admin/people/new", {"display_name": ""}, "display_name"),
        ("/admin/people/new", {"display_name": "x", "joined_on": "32.13.2025"}, "joined_on"),
        ("/admin/people/new", {"display_name": "x", "team_id": "nowhere"}, "team_id"),
        ("/admin/people/new", {"display_name": "x", "agents": "PJSIP/1001"}, "agents"),
        ("/admin/teams/new", {"id": "tiger", "name_zh": "x"}, "id"),
        ("/admin/teams/one?team=care", {"name_zh": "x", "parent_id": "tiger"}, "parent_id"),
        ("/admin/agents/one?agent=PJSIP/1009", {"deed": "claim", "person_id": ""}, "person_id"),
        ("/admin/agents/one?agent=PJSIP/1009", {"deed": "claim", "person_id": "ffff"}, "person_id"),
        ("/admin/reasons/one", {"reason": "", "category": "rest"}, "reason"),
        ("/admin/reasons/one?reason=Lunch", {"category": "rest", "limit_min": "long"}, "limit_min"),
        ("/admin/business-day/", {"time_zone": "Mars/Base", "day_starts_at": "00:00", "interval_min": "30"}, "time_zone"),
        ("/admin/business-day/", {"time_zone": "UTC", "day_starts_at": "25:00", "interval_min": "30"}, "day_starts_at"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field(
    manager: FlaskClient, path: str, form: dict[str, str], field: str
) -> None:
    answer = manager.post(path, data=form)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert error_at(page, field), page
    assert len(re.findall(r'class="error"', page)) == 1


QUEUE = {
    "name_zh": "贵宾", "name_en": "VIP", "service_level_target": "90", "threshold_s": "10", "short_abandon_s": "5",
    "formula": "abandons_count", "overflow_counts": "yes", "wrap_up_s": "30", "wait_amber_s": "20", "wait_red_s": "40",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("service_level_target", "much"),
        ("threshold_s", "0"),
        ("wrap_up_s", "1.5"),
        ("wait_red_s", "10"),
        ("short_abandon_s", "-1"),
    ],
)
def test_a_queues_wrong_limit_stays_typed_and_is_told(manager: FlaskClient, name: str, typed: str) -> None:
    page = manager.post("/admin/queues/one?queue=vip", data=QUEUE | {name: typed}).get_data(as_text=True)
    assert error_at(page, name)
    assert value_at(page, name) == typed
    assert re.search(r'value="abandons_count"[^>]*checked', page)


def test_a_queue_is_confirmed_and_follows_the_others_again(site: PageSite, manager: FlaskClient) -> None:
    assert "Unconfirmed" in text_of(manager, "/admin/queues/")
    assert manager.post("/admin/queues/one?queue=vip", data=QUEUE).status_code == 303
    page = text_of(manager, "/admin/queues/")
    assert "Unconfirmed" not in page
    assert "90% in 10 s" in page
    assert [line.action for line in site.audited()][-1] == "queue.added"
    assert manager.post("/admin/queues/remove?queue=vip").status_code == 303
    assert "Unconfirmed" in text_of(manager, "/admin/queues/")


def test_reasons_the_floor_uses_are_listed_until_they_are_in_the_catalogue(manager: FlaskClient) -> None:
    assert ">acw</a>" in text_of(manager, "/admin/reasons/")
    form = {"name_en": "After-call work", "category": "work_after_call", "limit_min": "1.5", "quota": ""}
    assert manager.post("/admin/reasons/one?reason=acw", data=form).status_code == 303
    page = text_of(manager, "/admin/reasons/")
    assert ">acw</a>" not in page
    assert "After-call work" in page
    assert "1.5" in page
    assert manager.post("/admin/reasons/remove?reason=acw").status_code == 303


def test_a_team_that_is_used_stays(manager: FlaskClient) -> None:
    answer = manager.post("/admin/teams/remove?team=tiger")
    assert answer.status_code == 422
    assert 'class="notice bad"' in answer.get_data(as_text=True)
    assert manager.post("/admin/teams/new", data={"name_zh": "空组", "parent_id": "care"}).status_code == 303
    found = re.search(r'href="(/admin/teams/one\?team=[0-9a-f]{8})">空组', text_of(manager, "/admin/teams/"))
    assert found
    assert manager.post(found.group(1).replace("one", "remove")).status_code == 303
    assert "空组" not in text_of(manager, "/admin/teams/")


def test_the_business_day_keeps_its_limits(manager: FlaskClient) -> None:
    form = {"time_zone": "Asia/Shanghai", "day_starts_at": "06:00", "interval_min": "15", "effective_call_s": "20",
            "state_limits_s.paused": "900", "state_limits_s.talking": ""}  # fmt: skip
    assert manager.post("/admin/business-day/", data=form).status_code == 303
    page = text_of(manager, "/admin/business-day/")
    assert (value_at(page, "day_starts_at"), value_at(page, "state_limits_s.paused")) == ("06:00", "900")
    assert value_at(page, "state_limits_s.talking") == ""
    wrong = manager.post("/admin/business-day/", data=form | {"state_limits_s.paused": "soon"}).get_data(as_text=True)
    assert error_at(wrong, "state_limits_s.paused")


def test_an_agent_is_set_aside_released_and_claimed_by_somebody_else(manager: FlaskClient) -> None:
    path = "/admin/agents/one?agent=PJSIP/1009"
    for deed, shown in (("set_aside", "Nobody’s, on purpose"), ("release", "Unclaimed")):
        assert manager.post(path, data={"deed": deed}).status_code == 303
        assert shown in text_of(manager, path)
    wang = person_path(manager, "王芳").rpartition("/")[2]
    assert manager.post(path, data={"deed": "claim", "person_id": wang}).status_code == 303
    assert ">王芳</a>" in text_of(manager, path)
    assert manager.post(path, data={"deed": "release"}).status_code == 303


def upload(client: FlaskClient, body: bytes, name: str = "t.csv") -> tuple[int, str, str]:
    """Status, address and content of the page that an upload leads to."""
    head = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    data = b"--x\r\n" + head.encode() + body + b"\r\n--x--\r\n"
    answer = client.post("/admin/sheets/check", data=data, content_type="multipart/form-data; boundary=x")
    if answer.status_code != 303:
        return answer.status_code, "", answer.get_data(as_text=True)
    path = answer.headers["Location"]
    return 303, path, text_of(client, path)


def test_the_file_that_is_confirmed_is_the_one_that_was_looked_at(site: PageSite, manager: FlaskClient) -> None:
    status, path, page = upload(manager, "姓名,工号\n钱一,3001\n".encode())
    assert (status, "Import 1 rows" in page) == (303, True)
    stranger = site.client(Role.MANAGER)
    assert stranger.post(path).status_code == 422  # bound to the account that sent it
    assert manager.post(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 422
    assert manager.post(path).status_code == 303
    assert "钱一" in text_of(manager, "/admin/people/?q=3001")
    assert manager.post(path).status_code == 422  # once
    _, old, _ = upload(manager, "姓名,工号\n钱二,3002\n".encode())
    upload(manager, "姓名,工号\n钱三,3003\n".encode())
    assert "upload it again" in manager.post(old).get_data(as_text=True).replace(
        "upload the file again", "upload it again"
    )


def test_a_file_that_fits_no_more_is_not_done(manager: FlaskClient) -> None:
    _, path, page = upload(manager, "姓名,工号,坐席（交换机）\n吴一,4001,PJSIP/1009\n".encode())
    assert "Import 1 rows" in page
    wang = person_path(manager, "王芳").rpartition("/")[2]
    claimed = {"deed": "claim", "person_id": wang}
    assert (
        manager.post("/admin/agents/one?agent=PJSIP/1009", data=claimed).status_code == 303
    )  # by somebody else meanwhile
    answer = manager.post(path)
    assert answer.status_code == 409
    assert "belongs to 王芳" in answer.get_data(as_text=True)
    assert "吴一" not in text_of(manager, "/admin/people/")
    assert manager.post("/admin/agents/one?agent=PJSIP/1009", data={"deed": "release"}).status_code == 303


@pytest.mark.parametrize(
    ("body", "name", "sentence"),
    [
        (b"", "", "Choose a file"),
        (b"a,b\n1,2\n", "t.csv", "none of our tables"),
        (b"\xff\xd8\xff\xe0JFIF", "t.xlsx", "unknown encoding"),
        (b"PK\x03\x04", "t.xlsx", "cannot be opened"),
        (b"name\n" + b"x" * 5_300_000, "t.csv", "larger than 5 MB"),
        (b"x" * 6_100_000, "t.csv", ""),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_words(
    manager: FlaskClient, body: bytes, name: str, sentence: str
) -> None:
    status, _, page = upload(manager, body, name)
    assert status == (422 if sentence else 413)
    assert sentence in error_at(page, "file")


def test_an_export_is_on_record_and_downloads(site: PageSite) -> None:
    client = site.client(Role.ANALYST)
    answer = client.post("/admin/sheets/export", data={"kind": "people", "form": "csv"})
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''floorwatch-people-")
    assert "王芳" in [line.cells[0] for line in read(answer.data, "t.csv").lines]
    line = site.audited()[-1]
    assert (line.action, line.target_id) == ("directory.exported", "people")
    assert client.get("/admin/sheets/export").status_code == 405
    assert site.client(Role.SUPERVISOR).post("/admin/sheets/export").status_code == 403


def test_of_many_people_a_page_is_shown(tmp_path: Path) -> None:
    databases = Databases("sqlite", tmp_path)
    with page_site(databases.migrated(), tmp_path) as site:
        client = site.client(Role.MANAGER)
        assert "There is nobody yet" in text_of(client, "/admin/people/")
        assert "Nothing is known of the switch yet" in text_of(client, "/admin/first-run/")
        for empty in ("teams", "agents", "reasons"):
            assert 'class="nothing_yet"' in text_of(client, f"/admin/{empty}/")
        actor = Actor("person", "seed", "seed", (Grant.of(Role.MANAGER),), account_id="seed")
        rows = "".join(f"人{n:03},{n:04}\n" for n in range(250))
        assert take(site.services.directory, actor, f"姓名,工号\n{rows}".encode(), "t.csv", "en").is_done
        first, last = text_of(client, "/admin/people/"), text_of(client, "/admin/people/?page=3&q=人")
        assert ("250 people" in first, "page=2" in first, "人100" in first) == (True, True, False)
        assert ("人249" in last, "page=2&amp;" in last or "page=2" in last, "page=4" in last) == (True, True, False)
    databases.close()


def test_what_both_sections_have_stays_in_the_one_it_was_opened_from(manager: FlaskClient) -> None:
    for path in ("/admin/sheets/?of=queues", "/admin/first-run/?of=queues"):
        assert 'href="/admin/reasons/"' in text_of(manager, path)
        assert 'href="/admin/teams/"' in text_of(manager, path.partition("?")[0])


@pytest.mark.parametrize(
    "path", ["people/ffff", "teams/one?team=ffff", "agents/one?agent=PJSIP/9", "reasons/remove?reason=x"]
)
def test_what_is_not_there_is_said_so(manager: FlaskClient, path: str) -> None:
    answer = manager.post(f"/admin/{path}") if "remove" in path else manager.get(f"/admin/{path}")
    assert answer.status_code == 404
    assert "Traceback" not in answer.get_data(as_text=True)
