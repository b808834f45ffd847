"""The console's own routes and layout: history and notes are one's own, what is refused has a sentence, words travel as far as needed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.access.actor import NOBODY
from dashboard.access.permissions import Role
from dashboard.pages.live_page import Asked
from dashboard.pages.monitor import view
from dashboard.pages.web_config import WebConfig
from dashboard.settings import ControlSettings, Settings
from layouts.monitor import monitor
from layouts.texts import LANGUAGES, catalogue
from tests.access_pages.site import PageSite
from tests.monitor_pages.past import past_session


def _posted(site: PageSite, cookie: str, **form: str) -> Any:
    origin = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    return site.visitor(cookie, lang="zh-CN").post("/monitor/note", data=form, headers=origin)


def test_history_and_notes_are_ones_own(site: PageSite) -> None:
    mine, other = (site.account(Role.SUPERVISOR, name=name) for name in ("赵班长", "钱班长"))
    past_session(site, mine, "b" * 16, modes=[[1_790_000_001_000, "listen"], [1_790_000_030_000, "barge"]])
    past_session(site, other, "c" * 16)
    told = site.visitor(site.session(mine)).get("/monitor/history").get_json()
    assert [(one["id"], one["modes"], one["note"]) for one in told["sessions"]] == [("b" * 16, ["listen", "barge"], "")]
    assert told["next"] == ""
    kept = _posted(site, site.session(mine), session="b" * 16, note="客户要求退款\x00")
    assert (kept.status_code, kept.get_json()) == (200, {"note": "客户要求退款"})
    refused = _posted(site, site.session(mine), session="c" * 16, note="x")
    assert refused.status_code in {403, 422}, "somebody else's session is none of one's own"
    long = _posted(site, site.session(mine), session="b" * 16, note="长" * 2001)
    assert long.status_code == 422
    assert "2000" in long.get_json()["sentence"]
    assert site.visitor(site.session(mine)).get("/monitor/history").get_json()["sessions"][0]["note"] == "客户要求退款"
    noted = [line for line in site.audited() if line.action == "monitoring.noted" and "b" * 16 in line.details]
    assert len(noted) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_where_its_sound_is_and_brings_the_words_of_reasons(lang: str, site: PageSite) -> None:
    config = WebConfig.of(Settings(control=ControlSettings(port=9054, media_secret="media-secret-of-a-test")))
    page = monitor(
        view(Asked({"lang": lang}, {}, config, NOBODY)), catalogue(lang, "monitor"), catalogue(lang, "forms")
    )
    assert getattr(page, "data-audio") == ":9054"
    words = json.loads(getattr(page, "data-words"))
    assert {"reason.not_on_call", "verb.whisper", "command.confirmed", "state.talking"} <= set(words)
    assert WebConfig.of(Settings()).audio == "", "without a media secret no browser gets sound"
    policy = site.client(Role.TRAINER).get("/monitor/").headers["Content-Security-Policy"]
    assert "connect-src 'self' ws" in policy
