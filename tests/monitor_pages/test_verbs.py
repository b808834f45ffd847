"""Why a verb is off, and what is sent for it: the page's tables against the server's own words and shapes."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page

from dashboard.access.permissions import Permission
from dashboard.live import said
from dashboard.live.command_fields import require_form
from dashboard.supervision.reasons import Reason
from layouts.texts import LANGUAGES, catalogue

ASSETS = Path(__file__).resolve().parents[2] / "assets" / "js"
TABLES = ("controls/verbs.js",)
ROW = {
    "id": "PJSIP/1001",
    "state": "talking",
    "visit": "pbx1/1/7.1/1",
    "queue": "sales",
    "barred": None,
    "partly": None,
}
CALLER = {"id": "pbx1/1/9.1/1", "queue": "sales"}
ALL = {permission.value: True for permission in Permission}
FACTS: dict[str, Any] = {
    "is_heard": True, "has_rules": True, "is_live": True, "may": ALL, "control": {"pbx1": {"why_not": ""}}, "session": None,
    "via_reason": "", "phone_reason": "", "visit": "",
}  # fmt: skip
OWN = {"id": "a" * 16, "agent": ROW["id"], "mode": "listen", "state": "confirmed", "taken": False}
PAGE_WORDS = {"not_heard"}
"""Reasons that only a page has."""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """The tables alone, without a page around them."""
    found = browser.new_page()
    for name in TABLES:
        found.add_script_tag(path=ASSETS / name)
    yield found
    found.close()


def _why_off(page: Page, name: str, row: Any, **changed: Any) -> str:
    return str(page.evaluate("([n, r, f]) => floorwatch.verbs.why_off(n, r, f)", [name, row, FACTS | changed]))


@pytest.mark.browser
def test_why_each_verb_is_off(page: Page) -> None:
    verbs = page.evaluate("() => floorwatch.verbs.VERBS")
    of_callers = {name for name, verb in verbs.items() if verb["on"] == "waiting"}
    row_of = {name: CALLER if name in of_callers else ROW for name in verbs}
    on = {name for name in verbs if not _why_off(page, name, row_of[name])}
    assert on == set(verbs), (
        "an agent who talks can be helped in every way; whether they are paused, too, only the switch knows"
    )
    asked: list[tuple[str, Any, dict[str, Any], str]] = [
        ("listen", ROW, {"is_heard": False}, "not_heard"),
        ("listen", None, {}, "not_there"),
        ("move", None, {}, "not_waiting"),
        ("listen", ROW, {"may": {}}, "not_permitted"),
        ("listen", ROW, {"may": {"monitor.whisper": True}}, "mode_not_permitted"),
        ("private", ROW, {"may": {"monitor.whisper": True}}, "mode_not_permitted"),
        ("whisper", ROW, {"may": {"monitor.whisper": {"agents": ["PJSIP/1002"], "queues": []}}}, "out_of_scope"),
        ("move", CALLER, {"may": {"calls.move": {"agents": [], "queues": ["support"]}}}, "out_of_scope"),
        ("listen", ROW, {"has_rules": False}, "rules_unavailable"),
        ("listen", ROW, {"is_live": False}, "switch_down"),
        ("listen", ROW, {"visit": "pbx1/1/6.1/1"}, "call_changed"),
        ("listen", ROW, {"control": {"pbx1": {"why_not": "control_down"}}}, "control_down"),
        ("listen", ROW, {"control": {}}, "control_off"),
        ("pause", ROW | {"visit": None}, {"control": {"a": {"why_not": "switch_down"}, "b": {"why_not": ""}}}, ""),
        ("listen", ROW | {"state": "available", "visit": None}, {}, "not_on_call"),
        ("barge", ROW | {"barred": "takes_cards"}, {}, "takes_cards"),
        ("takeover", ROW | {"barred": "not_announced"}, {}, "not_announced"),
        ("hang_up", ROW | {"barred": "not_announced"}, {}, ""),
        ("listen", ROW, {"via_reason": "phone_unregistered"}, "phone_unregistered"),
        ("pull", CALLER, {"phone_reason": "no_phone"}, "no_phone"),
        ("listen", ROW, {"session": OWN | {"agent": "PJSIP/1002"}}, "already_in"),
        ("listen", ROW, {"session": OWN}, "same_mode"),
        ("whisper", ROW, {"session": OWN, "via_reason": "phone_busy"}, ""),
        ("whisper", ROW, {"session": OWN | {"state": "sent"}}, "not_started_yet"),
        ("whisper", ROW, {"session": OWN | {"taken": True}}, "taken_over"),
        ("pause", ROW | {"state": "paused"}, {}, "already_so"),
        ("resume", ROW | {"state": "paused"}, {}, ""),
        ("resume", ROW | {"state": "available"}, {}, "already_so"),
        ("resume", ROW | {"state": "available", "partly": [1, 3]}, {}, ""),
        ("sign_out", ROW | {"state": "signed_out"}, {}, "already_so"),
        ("message", ROW | {"state": "signed_out"}, {"is_live": False, "control": {}}, ""),
    ]  # fmt: skip
    found = [_why_off(page, name, row, **changed) for name, row, changed, _ in asked]
    assert found == [why for *_, why in asked]


@pytest.mark.browser
def test_every_command_of_the_page_is_one_that_the_gateway_takes(page: Page) -> None:
    verbs = page.evaluate("() => floorwatch.verbs.VERBS")
    kinds = set()
    for (name, verb), session, via in itertools.product(verbs.items(), (None, OWN), ("phone", "browser")):
        if verb["kind"] == "message":
            continue
        more = {"via": via, "purpose": "新人辅导", "queue": "support", "value": "5"}
        row = CALLER if verb["on"] == "waiting" else ROW
        command = page.evaluate("([n, r, s, m]) => floorwatch.verbs.command_of(n, r, s, m)", [name, row, session, more])
        taken = said.read(msgspec.json.encode({"command": {"ref": 1, **command}}).decode())
        assert isinstance(taken, said.Command)
        require_form(taken.command)
        kinds.add(command["kind"])
        if "opened" in command:
            assert "visit" not in command, "a change of a session names the session alone"
            assert "via" not in command
    assert kinds >= {"monitor.start", "monitor.mode", "call.take_over", "call.hang_up", "agent.pause", "call.move"}


def test_every_reason_that_a_page_can_say_has_its_sentence_in_both_languages() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((ASSETS / "controls").glob("*.js")))
    said_by_pages = set(re.findall(r'"([a-z]+(?:_[a-z]+)+)"', source)) & {*Reason, *PAGE_WORDS}
    assert len(said_by_pages) > 15
    for lang in LANGUAGES:
        words = catalogue(lang, "monitor").words
        assert [reason for reason in Reason if f"reason.{reason}" not in words] == []
        assert [word for word in PAGE_WORDS if f"off.{word}" not in words] == []
