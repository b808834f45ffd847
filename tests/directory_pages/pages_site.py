"""A page server whose switch reports a few agents, queues and pause reasons."""

from __future__ import annotations

import html
import re

import msgspec
from flask.testing import FlaskClient

from dashboard.directory.seen import Seen, seen_key
from tests.access_pages.site import PageSite


def report(site: PageSite, seen: Seen) -> None:
    """The switch reports this from now on."""
    site.services.redis.set(seen_key(site.services.site), msgspec.json.encode(seen))


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """The page's HTML."""
    answer = client.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return answer.get_data(as_text=True)


def error_at(page: str, field: str) -> str:
    """The sentence beside a field; "" for none."""
    found = re.search(rf'<p class="error" id="{re.escape(field)}-error">(.*?)</p>', page)
    return html.unescape(found.group(1)) if found else ""


def value_at(page: str, field: str) -> str:
    """What stands in a text field."""
    tag = re.search(rf'<input[^>]*id="{re.escape(field)}-field"[^>]*>', page)
    assert tag, field
    found = re.search(r'value="(.*?)"', tag.group())
    return html.unescape(found.group(1)) if found else ""
