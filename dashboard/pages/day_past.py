"""What has happened today, as the pages of a day are told it: what is usual, whom to call back, who waited longest.

Read again every few seconds by an open page (assets/js/day/past.js), so each part is a short list. Scope is the archive's matter:
nothing is named here that it did not give.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, Final

from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission
from dashboard.reports import Archive
from dashboard.reports.callbacks import Callback, Callbacks
from dashboard.reports.calls import CallLine
from dashboard.reports.calls_question import CallsQuestion, contact_href
from dashboard.reports.usual import Usual

METRICS: Final = ("offered", "answered", "abandoned", "abandon_rate", "service_level", "asa", "aht")
"""What has a usual on these pages."""
MOST_OPEN: Final = 60
MOST_STRUCK: Final = 30
MOST_WAITS: Final = 8
LEAST_WAIT_S: Final = 1
MOST_USUALS: Final = 64
MINUTE_MS: Final = 60_000


class DayPast:
    """Tells it. What is usual changes with the minute alone: within one it is read once for all who see the same. May be shared by
    threads."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._usuals: dict[Hashable, Usual] = {}

    def told(self, actor: Actor, queue: str, lang: str) -> dict[str, Any]:
        """Of everything in the actor's scope, or of one queue. Raises `Denied`, `StoreError`."""
        queues = (queue,) if queue else ()
        listed = self._archive.callbacks.listed(actor, queues=queues)
        waits = self._archive.calls.page(
            actor, CallsQuestion(queues=queues, wait_from=LEAST_WAIT_S, sort="-wait"), MOST_WAITS
        )
        names = waits.names
        return {
            "at": self._archive.room.now_ms(),
            "day": waits.first.isoformat(),
            "usual": _usual(self._of_minute(actor, queues)),
            "callbacks": {
                "open": listed.open,
                "struck": listed.struck,
                "lines": [
                    _callback(one, names.queue(one.queue, lang), _name(one, names.agent)) for one in _shown(listed)
                ],
            },
            "waits": [_wait(line, names.queue(line.queue, lang)) for line in waits.lines],
        }

    def _of_minute(self, actor: Actor, queues: tuple[str, ...]) -> Usual:
        """After the same was asked of the actor: a scope is the key, so nobody is told another one's."""
        key = (actor.scope(Permission.REPORTS_VIEW), queues, self._archive.room.now_ms() // MINUTE_MS)
        found = self._usuals.get(key)
        if found is None:
            found = self._archive.usuals.of_day(actor, METRICS, queues=queues)
            if len(self._usuals) >= MOST_USUALS:
                self._usuals.clear()
            self._usuals[key] = found
        return found


def _usual(usual: Usual) -> dict[str, Any]:
    return {
        "days": [day.isoformat() for day in usual.days],
        "by_clock": {clock: dict(values) for clock, values in usual.by_clock.items()},
        "so_far": dict(usual.so_far),
        "whole": dict(usual.whole),
    }


def _shown(listed: Callbacks) -> list[Callback]:
    """Who is still to be called, then who is not any more, the newest of each first."""
    left = [one for one in listed.lines if not one.struck]
    return left[:MOST_OPEN] + [one for one in listed.lines if one.struck][:MOST_STRUCK]


def _name(one: Callback, name_of: Callable[[str], str]) -> str:
    return name_of(one.struck_by) if one.struck_by else ""


def _callback(one: Callback, queue: str, by: str) -> dict[str, Any]:
    return {
        "id": one.contact,
        "href": contact_href(*one.contact.split("/", 2)),
        "queue": queue,
        "number": one.number,
        "at": one.left_ms or one.at_ms,
        "wait": one.wait_s,
        "tries": one.tries,
        "short": one.is_short,
        "struck": one.struck,
        "struck_at": one.struck_ms,
        "by": by,
        "called_at": one.called_ms,
    }


def _wait(line: CallLine, queue: str) -> dict[str, Any]:
    return {
        "id": f"{line.switch}/{line.boot}/{line.call}/{line.visit}",
        "href": contact_href(line.switch, line.boot, line.call),
        "queue": queue,
        "number": line.number or None,
        "at": line.at_ms,
        "wait": line.wait_s,
        "outcome": line.outcome,
    }
