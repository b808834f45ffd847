"""Whether a page can be used by everybody: axe-core's rules, in the browser that has the page open."""

from __future__ import annotations

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SERIOUS = frozenset({"serious", "critical"})
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def serious_findings(page: Page) -> list[str]:
    """What axe finds serious, one line each, with the elements: an empty list is what a test wants."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{finding['id']} ({finding['impact']}): {finding['help']}: {[node['html'][:120] for node in finding['nodes'][:5]]}"
        for finding in found
        if finding["impact"] in SERIOUS
    ]
