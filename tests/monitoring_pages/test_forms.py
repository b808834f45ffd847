"""What the forms send, refuse and show; whom they answer."""

from __future__ import annotations

from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.supervision.policy import Policy
from dashboard.supervision.standing import Standings
from tests.access_pages.site import PageSite
from tests.directory_pages.pages_site import error_at, text_of, value_at

RULES = "/admin/monitoring/"
PHONE = "/account/phone/"
SALES = Scope(frozenset({"sales"}), frozenset({"sales"}))


def policy(site: PageSite) -> Policy:
    """As gateways and control processes read it."""
    services = site.services
    return Standings(services.site, services.redis, services.engine).fresh().policy


def test_what_is_saved_is_what_was_shown_and_only_within_scope(site: PageSite) -> None:
    of_sales, whole = site.client(Role.MANAGER, SALES), site.client(Role.ADMIN)
    page = text_of(of_sales, RULES)
    assert page.count('name="queue"') == 1
    assert 'name="most_min"' not in page  # the whole floor is not theirs to set
    assert [page.count(name) for name in ("王芳", "李文博", "&lt;img", "<img")] == [1, 1, 0, 0]
    assert (
        of_sales.post(f"{RULES}queues", data={"queue": ["sales"], "announced": ["sales", "support"]}).status_code == 303
    )
    assert policy(site).announced == {"sales"}  # a queue that was not shown is not touched
    for path, data in (
        ("queues", {"queue": ["sales", "support"], "announced": ["support"]}),
        ("", {"most_min": "5"}),
        ("spare", {"agent": "PJSIP/1003", "why": "x"}),
        ("unspare", {"agent": "PJSIP/1003"}),
    ):
        assert of_sales.post(f"{RULES}{path}", data=data).status_code == 403, path
    wrong = whole.post(RULES, data={"most_min": "999", "has_tone": "yes"})
    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, error_at(page, "most_min")) == (422, "Enter a whole number from 1 to 240.")
    assert value_at(page, "most_min") == "999"
    assert whole.post(RULES, data={"most_min": "20", "needs_purpose": "yes"}).status_code == 303
    assert policy(site) == Policy(announced=frozenset({"sales"}), tells_agents=False, most_min=20)
    nobody = whole.post(f"{RULES}spare", data={"agent": "", "why": "x"})
    assert (nobody.status_code, 'id="agent-error"' in nobody.get_data(as_text=True)) == (422, True)
    assert whole.post(f"{RULES}spare", data={"agent": "PJSIP/1003", "why": "<b>"}).status_code == 303
    page = text_of(whole, RULES)
    assert "&lt;b&gt;" in page
    assert "<img" not in page
    assert "PJSIP/1003" not in text_of(of_sales, RULES)
    assert whole.post(f"{RULES}unspare", data={"agent": "PJSIP/1003"}).status_code == 303
    assert policy(site).never == frozenset()


def test_a_phone_is_chosen_by_who_steps_in(site: PageSite) -> None:
    desk = site.client(Role.TRAINER)
    assert PHONE in text_of(desk, "/account/")
    assert "PJSIP/2001" in text_of(desk, PHONE)
    wrong = desk.post(PHONE, data={"switch": "pbx", "device": "2001&x=1"})
    page = wrong.get_data(as_text=True)
    assert (wrong.status_code, bool(error_at(page, "device")), value_at(page, "device")) == (422, True, "2001&x=1")
    agents = desk.post(PHONE, data={"switch": "pbx", "device": "1001"}).get_data(as_text=True)
    assert error_at(agents, "device").startswith("PJSIP/1001 is an agent")
    assert desk.post(PHONE, data={"switch": "branch", "device": "2001", "answers_itself": "yes"}).status_code == 303
    assert value_at(text_of(desk, PHONE), "device") == "PJSIP/2001"
    other = site.client(Role.SUPERVISOR).post(PHONE, data={"switch": "branch", "device": "2001"})
    assert error_at(other.get_data(as_text=True), "device").startswith("PJSIP/2001 is another colleague")
    assert desk.post(f"{PHONE}remove").status_code == 303
    assert value_at(text_of(desk, PHONE), "device") == ""
    analyst = site.client(Role.ANALYST)
    assert PHONE not in text_of(analyst, "/account/")
    assert analyst.get(PHONE).status_code == 403
