"""Levels as they are shown: one changes only after it has lasted, and there is none during quiet hours.

Each limit is a switch of its own: red (and amber) is shown once the number has been beyond that limit for the hold time without a
break, and ends once it has been on the good side of it for as long. So a number that jumps to and fro over a limit changes no colour,
whichever colour it began with. No value ends both at once: there is nothing to be red about.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from dashboard.boards.document import Limits
from dashboard.boards.lasting import NOT_BEYOND, Beyond, turned
from dashboard.boards.quiet import is_quiet
from dashboard.live.values import Level

FORGOTTEN_MS: Final = 60_000
"""What nobody looked at for so long is not remembered: it is shown as it is when somebody looks again."""


@dataclass(frozen=True, slots=True)
class Held:
    """A level as it is shown. `since_ms`: since when; None for none."""

    level: Level
    since_ms: int | None
    amber: Beyond = NOT_BEYOND
    red: Beyond = NOT_BEYOND

    @property
    def is_pending(self) -> bool:
        """Whether time alone may change it."""
        return self.amber.against_ms is not None or self.red.against_ms is not None


NONE: Final = Held("none", None)


def held(before: Held | None, raw: Level, now_ms: int, hold_s: float) -> Held:
    """What is shown now, where the number itself stands at `raw`. Without anything before, that is shown at once."""
    if raw == "none":
        return NONE
    is_amber, is_red = raw in {"amber", "red"}, raw == "red"
    if before is None:
        return Held(raw, now_ms, Beyond(is_amber), Beyond(is_red))
    hold_ms = round(hold_s * 1000)
    amber = turned(before.amber, is_amber, now_ms, hold_ms)
    red = turned(before.red, is_red, now_ms, hold_ms)
    level: Level = "red" if red.is_on else "amber" if amber.is_on else "ok"
    return Held(level, before.since_ms if level == before.level else now_ms, amber, red)


class ShownLevels:
    """The levels that one viewer is shown, remembered by what they are of, so that a board that is made anew, or another screen, goes
    on where the last one was."""

    def __init__(self) -> None:
        self._known: dict[Hashable, tuple[Held, int]] = {}

    def held(self, of: Hashable, raw: Level, limits: Limits, now_ms: int, time_zone: str) -> Held:
        """What is shown of `of` now."""
        before, seen_ms = self._known.get(of, (None, 0))
        if now_ms - seen_ms > FORGOTTEN_MS:
            before = None
        if limits.quiet and is_quiet(limits.quiet, now_ms, time_zone):
            raw = "none"
        found = held(before, raw, now_ms, limits.hold_s)
        self._known[of] = found, now_ms
        return found

    def is_pending(self, of: Hashable) -> bool:
        """Whether time alone may change it."""
        return of in self._known and self._known[of][0].is_pending

    def forget_old(self, now_ms: int) -> None:
        """What nobody looks at any more goes."""
        for of in [of for of, (_, seen_ms) in self._known.items() if now_ms - seen_ms > FORGOTTEN_MS]:
            del self._known[of]
