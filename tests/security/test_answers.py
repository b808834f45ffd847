"""What every answer of the page server says about itself, whatever the page, whoever asks: so that a new page cannot forget it."""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from dashboard.access.permissions import Role
from dashboard.live.http import ApiError, error_reply, json_reply
from dashboard.pages.doors import FILE, doors
from tests.access_pages.conftest import site
from tests.access_pages.site import PageSite

__all__ = ["site"]

ASSETS = Path(__file__).resolve().parents[2] / "assets"
SAME_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
WITHOUT_A_NEED = ("/no/such/page", "/assets/css/no-such-file.css", "/healthz")
FILES = ("/assets/css/core/tokens.css", "/assets/js/forms/pair_code.js", "/assets/icons/favicon.svg")


def _pages(site: PageSite) -> list[str]:
    """Every address that takes GET and needs no id."""
    rules = site.server.url_map.iter_rules()
    return [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments]


def _is_well_told(answer: TestResponse) -> None:
    headers = answer.headers
    assert {name: headers.get(name) for name in SAME_EVERYWHERE} == SAME_EVERYWHERE
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert re.fullmatch(r"'self'( 'sha256-[\w+/=]+')*", policy["script-src"])
    assert not [name for name in headers.keys() if name.startswith("Access-Control-")]  # noqa: SIM118 — not a dict
    kind = headers.get("Content-Type", "")
    if kind.startswith("text/"):
        assert kind.endswith("; charset=utf-8"), kind


@pytest.mark.parametrize("role", [None, Role.ADMIN, Role.AUDITOR, Role.AGENT])
def test_every_answer_says_how_it_may_be_used(site: PageSite, role: Role | None) -> None:
    client, needs = site.client(role), doors(site.server).routes
    files = {rule.rule for rule in site.server.url_map.iter_rules() if needs[rule.endpoint] == FILE}
    pages = _pages(site)
    assert len(pages) > 30
    for path in (*pages, *WITHOUT_A_NEED, *FILES):
        answer = client.get(path, buffered=True)
        _is_well_told(answer)
        is_file = path in files or path in FILES
        assert is_file or answer.headers["Cache-Control"] == "no-store", path
    reply = error_reply(ApiError(HTTPStatus.FORBIDDEN, "x", "x.")) if role is None else json_reply({})
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_whoever_is_in_can_leave_from_every_page(site: PageSite) -> None:
    for role in (Role.ADMIN, Role.AUDITOR, Role.AGENT, Role.SUPERVISOR):
        client, seen = site.client(role), 0
        for path in _pages(site):
            answer = client.get(path, buffered=True)
            if answer.status_code == 200 and _is_in_the_frame(answer):
                assert 'action="/sign-out"' in answer.text, path
                seen += 1
        assert seen > 3, role
    live = site.client(Role.SUPERVISOR).post("/floor/_dash-update-component", json=LAYOUT)
    assert '"/sign-out"' in json.dumps(live.get_json())


LAYOUT = {
    "output": "page.children",
    "outputs": {"id": "page", "property": "children"},
    "inputs": [{"id": "address", "property": "search", "value": ""}],
    "changedPropIds": ["address.search"],
}


def _is_in_the_frame(answer: TestResponse) -> bool:
    return b"<nav" in answer.get_data()


PLACES_OF_BROWSERS = re.compile(
    r"\b(localStorage|sessionStorage|indexedDB|caches|document\.cookie|showSaveFilePicker)\b"
)
KEPT: dict[str, tuple[set[str], list[str]]] = {
    # a TV's pairing code, over a sign-in; taken out again by the page that it is for
    "js/forms/pair_code.js": ({"sessionStorage"}, ['"floorwatch.pair", found[1].toUpperCase()']),
    "js/forms/screens.js": ({"sessionStorage"}, []),
    # grouping, order and view of the desk
    "js/widgets_desk/desk.js": ({"localStorage"}, ["KEY, JSON.stringify({ group, order, view })"]),
    # whether alerts sound and notify
    "js/widgets_alarms/choices.js": ({"localStorage"}, ["KEY, JSON.stringify(chosen)"]),
    # whether one hears calls by phone or in the browser
    "js/controls/station.js": ({"localStorage"}, ["VIA_KEY, chosen_via"]),
    # how often a TV loaded itself anew for which board, and for what was kept of it
    "js/parts/order.js": ({"sessionStorage"}, ["KEY, JSON.stringify({ wish, tries })"]),
    "js/parts/offline.js": ({"sessionStorage", "caches"}, ['TRIED, "yes"', "EXCHANGES, String(tries + 1)"]),
    # when and why a wall that drew no more loaded itself anew: a day of it
    "js/parts/watchdog.js": (
        {"localStorage"},
        ["KEY, JSON.stringify([...past(), { at: Date.now(), why }].slice(-100))"],
    ),
    # ids of the full screens that a TV has shown, not their words
    "js/parts/announcements.js": ({"localStorage"}, ["KEY, JSON.stringify([...shown(), id].slice(-MOST_KEPT))"]),
    # ids of what was celebrated here, not whose
    "js/widgets/celebration.js": ({"localStorage"}, ["KEY, JSON.stringify([...kept, id].slice(-MOST_KEPT))"]),
    # of a paired TV alone: its last picture, and the pages and files that it is drawn with; tests/screens/test_offline.py and
    # tests/security/test_shared_browser.py say when they go
    "js/parts/picture.js": ({"caches"}, []),
    "js/tv/service_worker.js": ({"caches"}, []),
}
"""Script → where in the browser it keeps something, and what it writes into the storages; docs/security.md has the same in words."""


def test_browsers_keep_what_stands_here_and_nothing_else() -> None:
    scripts = {
        path.relative_to(ASSETS).as_posix(): re.sub(
            r"^\s*(/?\*.*|//.*)$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE
        )
        for path in sorted((ASSETS / "js").rglob("*.js"))
    }
    found = {
        name: (set(PLACES_OF_BROWSERS.findall(text)), re.findall(r"Storage\.setItem\((.*)\);", text))
        for name, text in scripts.items()
        if PLACES_OF_BROWSERS.search(text)
    }
    assert found == KEPT
    assert {name for name, text in scripts.items() if "picture.start(" in text} == {"js/parts/tv.js"}
    assert "if (is_paired) {\n      floorwatch.picture.start(" in scripts["js/parts/tv.js"], (
        "a person's wall keeps none"
    )
