"""Where the numbers of a day lead: the lists of calls behind them, by name, with places that the page's code fills.

Made of the lists' own questions (`CallsQuestion`), so that an address that they do not take cannot be linked to.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from dashboard.reports.calls_question import CallsQuestion, agent_href

ID: Final = "__id__"
"""The place of a queue or an agent."""
CLOCK: Final = "__clock__"
"""The place of a part of the day: `10:00-10:30`."""

_OF_DAY: Final = {
    "offered": CallsQuestion(),
    "answered": CallsQuestion(outcome="answered"),
    "abandoned": CallsQuestion(outcome="abandoned"),
    "late": CallsQuestion(outcome="answered", within="no", sort="-wait"),
    "longest": CallsQuestion(sort="-wait"),
    "handled": CallsQuestion(outcome="answered", sort="-talk"),
    "callbacks": CallsQuestion(outcome="abandoned", back="no"),
    "missed": CallsQuestion(which="offers", outcome="missed"),
}
_OF_AGENT: Final = {
    "agent.calls": CallsQuestion(outcome="answered", basis="ended", agents=(ID,)),
    "agent.missed": CallsQuestion(which="offers", outcome="missed", agents=(ID,)),
}


def links(queue: str = "") -> dict[str, str]:
    """Name → address. `queue`: all lists are about it."""
    queues = (queue,) if queue else ()
    found = {name: replace(question, queues=queues).href() for name, question in (_OF_DAY | _OF_AGENT).items()}
    if not queue:
        found |= {f"queue.{name}": replace(question, queues=(ID,)).href() for name, question in _OF_DAY.items()}
    offered = found["offered"]
    clock = f"{offered}{'&' if '?' in offered else '?'}clock={CLOCK}"
    return found | {"half_hour": clock, "agent": agent_href(ID), "queue": f"/queues/{ID}"}
