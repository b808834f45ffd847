"""A page's own assets as it gets them: all in one file of each kind, each once, in Dash's order; kept for good by their content."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard.access.permissions import Role
from tests.access_pages.site import PageSite

ASSETS = Path(__file__).resolve().parents[2] / "assets"
FOLDERS = {
    "wall": {"js": ["base", "parts", "widgets"], "css": ["core", "wall"]},
    "floor": {
        "js": ["audio", "base", "controls", "parts", "widgets", "widgets_alarms", "widgets_controls", "widgets_desk"],
        "css": ["alarms", "controls", "core", "floor"],
    },
    "monitor": {
        "js": [
            "audio",
            "base",
            "controls",
            "parts",
            "widgets",
            "widgets_alarms",
            "widgets_controls",
            "widgets_monitor",
        ],
        "css": ["alarms", "controls", "core", "monitor"],
    },
    "me": {"js": ["base", "parts", "widgets", "widgets_me"], "css": ["core", "me"]},
    "today": {
        "js": ["base", "charts", "day", "parts", "widgets", "widgets_alarms", "widgets_day"],
        "css": ["alarms", "charts", "core", "day"],
    },
}
"""Page → where its own assets stand."""
KINDS = [(page, kind) for page in FOLDERS for kind in ("js", "css")]
FOR_GOOD = "public, max-age=31536000, immutable"


@pytest.fixture(scope="module")
def client(site: PageSite) -> FlaskClient:
    return site.client(Role.SUPERVISOR)


def _html(site: PageSite, page: str) -> str:
    role = Role.AGENT if page == "me" else Role.SUPERVISOR
    return site.client(role).get(f"/{page}/").text


def _address(site: PageSite, page: str, kind: str) -> str:
    found = re.findall(rf'(?:src|href)="(/{page}/assets/[^"]+\.{kind}\?[^"]+)"', _html(site, page))
    assert len(found) == 1, "one file of each kind"
    return str(found[0])


@pytest.mark.parametrize(("page", "kind"), KINDS)
def test_every_asset_of_a_page_is_in_its_bundle_once(client: FlaskClient, page: str, kind: str) -> None:
    own = client.get(f"/{page}/assets/{page}.{kind}").text
    expected = [
        path.relative_to(ASSETS).as_posix()
        for folder in FOLDERS[page][kind]
        for path in sorted((ASSETS / kind / folder).glob(f"*.{kind}"))
    ]
    assert len(expected) > 5
    assert re.findall(rf"^/\* ({kind}/\S+\.{kind}) \*/$", own, flags=re.MULTILINE) == expected
    if kind == "js":
        for name in expected:
            text = (ASSETS / name).read_text(encoding="utf-8")
            assert own.count(text[text.index('"use strict";') :]) == 1, name


@pytest.mark.parametrize(("page", "kind"), KINDS)
def test_a_bundle_is_kept_for_good_under_its_content_and_not_under_another(
    site: PageSite, client: FlaskClient, page: str, kind: str
) -> None:
    address = _address(site, page, kind)
    first = client.get(address, headers={"Accept-Encoding": "gzip"})
    plain = client.get(address)
    assert gzip.decompress(first.data) == plain.data
    assert first.headers["Cache-Control"] == plain.headers["Cache-Control"] == FOR_GOOD
    assert first.headers["ETag"] != plain.headers["ETag"]
    assert "Accept-Encoding" in first.headers["Vary"]
    again = client.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    of_another_release = client.get(re.sub(r"m=\d+", "m=1", address))
    assert of_another_release.headers["Cache-Control"] == "public, no-cache"
    assert "default-src 'none'" in first.headers["Content-Security-Policy"]


@pytest.mark.parametrize("page", FOLDERS)
def test_addresses_in_styles_lead_somewhere(client: FlaskClient, page: str) -> None:
    own = client.get(f"/{page}/assets/{page}.css").text
    addresses = re.findall(r'url\("([^"]+)"\)', own)
    assert len(re.findall(r"url\(", own)) == len(addresses) > 20
    drawings = [one for one in addresses if one.startswith("data:image/svg+xml,%3Csvg")]
    fonts = [one for one in addresses if one.startswith("fonts/")]
    assert len(drawings) + len(fonts) == len(addresses)
    assert not [one for one in drawings if re.search(r'[<>"#\s]', one.replace(" ", ""))]
    for font in fonts:
        answer = client.get(f"/{page}/assets/{font}")
        assert answer.data[:4] == b"wOF2"
        assert answer.headers["Cache-Control"] == FOR_GOOD
    assert client.get(f"/{page}/assets/fonts/inter-LICENSE.txt").status_code == 404


@pytest.mark.parametrize("page", FOLDERS)
def test_a_page_names_early_what_it_asks_for_first_and_carries_no_library_that_it_does_not_use(
    site: PageSite, page: str
) -> None:
    html = _html(site, page)
    early = re.findall(r'<link rel="preload" as="(\w+)"[^>]* href="([^"?]+)', html)
    assert [address for _, address in early] == [
        f"/{page}/assets/fonts/inter-latin-variable.woff2",
        f"/{page}/_dash-layout",
        f"/{page}/_dash-dependencies",
    ]
    scripts = " ".join(re.findall(r'<script src="([^"]+)"', html))
    assert "react-dom" in scripts
    assert "dash_renderer" in scripts
    assert not re.search("polyfill|dash_core_components|dash_table|plotly", scripts)
    assert ("dash_html_components" in scripts, "dash_ag_grid" in scripts) == (page == "floor", page == "floor")
    assert "_dash-loading" not in html


def test_single_files_are_still_there_for_who_looks_for_a_mistake(client: FlaskClient) -> None:
    with client.get("/wall/assets/js/base/clock.js") as answer:
        assert answer.get_data(as_text=True) == (ASSETS / "js/base/clock.js").read_text(encoding="utf-8")
