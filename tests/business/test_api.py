"""`POST /api/v1/events` as systems meet it: by token, by signature; wrong, too much, twice; never by a browser's session."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from dashboard.access import redis_link
from dashboard.access.actor import Actor, system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.business.pace import MOST_AT_ONCE, MOST_IN_WINDOW, Pace
from dashboard.business.signing import signature
from dashboard.pages.services import now_ms
from dashboard.store.engine import reading
from dashboard.store.schema import business_events, business_outbox
from tests.access_pages.site import PageSite, page_site
from tests.alert_pages.conftest import _floor as floor
from tests.store.databases import Databases

PATH = "/api/v1/events"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageSite]:
    folder = tmp_path_factory.mktemp("events")
    databases = Databases("sqlite", folder)
    with page_site(databases.migrated(), folder) as running:
        floor(running)
        yield running
    databases.close()


def token(site: PageSite, role: Role = Role.MANAGER, scope: Scope = EVERYTHING, may: str = "business.tell") -> str:
    """A token of a new account."""
    actor = site.services.doorkeeper.by_session(site.signed_in(role, scope), "127.0.0.1")
    assert actor is not None
    return site.services.tokens.make(actor, "CRM", [may], 30)[1]


def sale(item_id: str, amount: float | str = 10, **more: Any) -> dict[str, Any]:
    """A sale of now."""
    return {
        "id": item_id,
        "kind": "sale",
        "at": now_ms(),
        "agent": "PJSIP/1001",
        "queue": "sales",
        "amount": amount,
        **more,
    }


def _post(site: PageSite, body: Any, bearer: str = "", **headers: str) -> tuple[int, Any]:
    if bearer:
        headers["Authorization"] = f"Bearer {bearer}"
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = site.visitor().post(PATH, data=data, headers=headers, content_type="application/json")
    return answer.status_code, answer.get_json()


def _counts(site: PageSite) -> tuple[int, int]:
    with reading(site.services.engine) as connection:
        found = [
            connection.execute(select(func.count()).select_from(table)) for table in (business_events, business_outbox)
        ]
        return int(found[0].scalar() or 0), int(found[1].scalar() or 0)


def test_a_token_tells_and_every_item_has_its_answer(site: PageSite) -> None:
    bearer = token(site)
    before = _counts(site)
    items = [sale("a1"), sale("a2", "1.234"), sale("a3", agent="PJSIP/9999"), sale("a1")]
    status, answer = _post(site, items, bearer)
    assert status == 200
    assert answer["refused"] == 2
    assert [one["outcome"] for one in answer["items"]] == ["taken", "refused", "refused", "same"]
    assert answer["items"][1] == {
        "id": "a2", "outcome": "refused", "code": "amount_decimals", "field": "amount",
        "sentence": "amount has at most two decimals.",
    }  # fmt: skip
    assert _counts(site) == (before[0] + 1, before[1] + 1)
    assert _post(site, sale("a4"), bearer)[0] == 200
    assert _post(site, sale("a5", -1), bearer)[0] == 422
    assert _post(site, {"id": "a4", "withdrawn": True}, bearer)[1]["items"] == [{"id": "a4", "outcome": "withdrawn"}]


def test_who_may_not_tell_is_told_so_and_nothing_is_taken(site: PageSite) -> None:
    before = _counts(site)
    assert _post(site, sale("b1"))[0] == 401
    assert _post(site, sale("b1"), "fw_" + "x" * 43)[0] == 401
    assert _post(site, sale("b1"), "fw_nonsense")[0] == 401
    assert _post(site, sale("b1"), token(site, Role.SUPERVISOR, may="floor.view"))[0] == 403
    assert site.audited()[-1].action == "business.tell"
    assert site.audited()[-1].result == "denied"
    browser = site.client(Role.MANAGER)  # a session opens nothing here
    assert browser.post(PATH, json=sale("b1")).status_code == 401
    assert browser.post(PATH, json=sale("b1"), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert browser.get(PATH).status_code == 405
    narrow = token(site, scope=Scope(frozenset({"support"}), frozenset({"support"})))
    status, answer = _post(site, [sale("b1"), sale("b2", agent="PJSIP/1003", queue="support")], narrow)
    assert (status, [one["outcome"] for one in answer["items"]]) == (200, ["refused", "taken"])
    assert _counts(site) == (before[0] + 1, before[1] + 1)


def test_limits_say_what_they_are(site: PageSite, monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = token(site)
    before = _counts(site)
    assert _post(site, b" ", bearer)[0] == 400
    assert _post(site, [], bearer)[0] == 400
    assert _post(site, [0] * (MOST_AT_ONCE + 1), bearer)[0] == 413
    status, answer = _post(site, b"[" + b" " * 1_000_001 + b"]", bearer)
    assert (status, answer["error"]["code"]) == (413, "413")
    for hostile in (
        b"[" * 900_000,
        b"\xff" * 1000,
        b'[{"id":"\\u0000","kind":"sale"}]',
        b"[1,null,[],{}]",
        b'{"id":"1"',
    ):
        status, answer = _post(site, hostile, bearer)
        assert status in {200, 422}
        assert {one["outcome"] for one in answer["items"]} == {"refused"}
    monkeypatch.setattr("dashboard.business.pace.MOST_IN_WINDOW", 3)
    while (answered := _post(site, [0, 0], bearer))[0] != 429:
        assert answered[0] == 200
    assert MOST_IN_WINDOW == 20_000
    assert "come back in" in answered[1]["error"]["sentence"]
    assert _counts(site) == before


def test_while_redis_is_away_tokens_tell_and_signed_requests_wait() -> None:
    away = Pace(redis_link.connect("unix:///nowhere/at/all", name="test"), "main", now_ms)
    assert away.wait_s("account:1", 5) == 0
    with pytest.raises(AccessUnavailable):
        away.is_repeated("source", "signature")


def test_a_signed_request_counts_for_five_minutes_and_corrects_nothing_twice(site: PageSite) -> None:
    source_id, secret = site.services.business.sources.make(system("test"), "POS", "hmac", EVERYTHING)

    def signed(body: Any, *, at_s: int | None = None, key: str = secret, name: str = source_id) -> tuple[int, Any]:
        data, stamp = json.dumps(body).encode(), str(at_s or int(time.time()))
        headers = {"X-Floorwatch-Source": name, "X-Floorwatch-Timestamp": stamp}
        headers["X-Floorwatch-Signature"] = signature(key, stamp, data)
        return _post(site, data, **headers)

    now_s = int(time.time())
    first, corrected = sale("c1", 1), sale("c1", 2)
    assert signed(first, at_s=now_s)[1]["items"][0]["outcome"] == "taken"
    assert signed(first, at_s=now_s)[1]["items"][0]["outcome"] == "same"
    assert signed(corrected, at_s=now_s)[1]["items"][0]["outcome"] == "corrected"
    assert signed(first, at_s=now_s)[1]["items"][0]["outcome"] == "outdated"  # somebody recorded it
    for wrong in (
        signed(first, key="fws_other"), signed(first, name="0123456789abcdef"), signed(first, name="a b'c"),
        signed(first, at_s=now_s - 301), signed(first, at_s=now_s + 302),
    ):  # fmt: skip
        assert wrong[0] == 401
    site.services.business.sources.remove(Actor("system", "test", "test"), source_id)
    assert signed(sale("c2"))[0] == 401
    assert [line.action for line in site.audited() if line.target_kind == "business_source"] == [
        "business.source_made", "business.signature", "business.source_removed",
    ]  # fmt: skip
    assert secret not in str(site.audited())
