"""Whether a page can be used by everybody: axe-core's rules, in the browser that has the page open."""

from __future__ import annotations

from typing import Final

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS: Final = frozenset({"serious", "critical"})
RULES: Final = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "resultTypes": ["violations"],
}
_FOUND: Final = """options => axe.run(document, options).then(({ violations }) => violations.map(({ id, impact, help, nodes }) =>
    ({ id, impact, help, html: nodes.slice(0, 5).map(node => node.html.slice(0, 120)) })))"""
"""What is well is far more than what is not, and telling it takes longer than finding it."""

_SCRIPT: Final = Axe().axe_script


def serious_findings(page: Page) -> list[str]:
    """What axe finds serious, one line each, with the elements: an empty list is what a test wants."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_SCRIPT)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {found['html']}"
        for found in page.evaluate(_FOUND, RULES)
        if found["impact"] in SERIOUS
    ]
