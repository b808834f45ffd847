"""What one folded entry changed, so that whoever shows the floor computes only that anew."""

from __future__ import annotations

from typing import Final

_NONE: Final[frozenset[str]] = frozenset()
"""Of most entries: a set of each one's own would cost every fold of a floor that nobody tells of."""


class Changes:
    """Ids of what changed. Merge several with `add`; a fold returns a fresh one each time.

    `monitorings`: keys of `Core.monitorings`, ended ones too. `commands`: their ids. `controls`: switches. `business`: agents of whom
    a business system told, known to the floor or not. `celebrations`: ids of new ones. `past_ms`: the earliest moment at which
    something was counted that happened before now (told late, corrected, back-filled); None: there was none. Who keeps sums that end
    after it reads them again.
    """

    __slots__ = (
        "agents",
        "business",
        "celebrations",
        "commands",
        "controls",
        "links",
        "monitorings",
        "past_ms",
        "queues",
        "settings",
        "waiting",
    )

    def __init__(self) -> None:
        self.queues: set[str] = set()
        self.agents: set[str] = set()
        self.monitorings: set[str] = set()
        self.commands: set[str] = set()
        self.controls: set[str] = set()
        self.business: set[str] | frozenset[str] = _NONE
        self.celebrations: set[str] | frozenset[str] = _NONE
        self.past_ms: int | None = None
        self.waiting = False
        self.links = False
        self.settings = False

    @property
    def any(self) -> bool:
        """True if anything changed at all."""
        return bool(
            self.queues
            or self.agents
            or self.waiting
            or self.links
            or self.settings
            or self.of_supervision
            or self.business
            or self.celebrations
            or self.past_ms is not None
        )

    @property
    def of_supervision(self) -> bool:
        """True if a session, a command or what a control process can do changed."""
        return bool(self.monitorings or self.commands or self.controls)

    def told_of(self, *agents: str) -> None:
        """A business system told of these agents."""
        if not isinstance(self.business, set):
            self.business = set()
        self.business.update(agents)

    def of_past(self, at_ms: int) -> None:
        """Something was counted at `at_ms`, which may be long ago."""
        self.past_ms = at_ms if self.past_ms is None else min(self.past_ms, at_ms)

    def add(self, other: Changes) -> None:
        """Take in what another entry changed."""
        self.queues |= other.queues
        self.agents |= other.agents
        self.monitorings |= other.monitorings
        self.commands |= other.commands
        self.controls |= other.controls
        if other.business:
            self.told_of(*other.business)
        if other.celebrations:
            self.celebrations = self.celebrations | other.celebrations
        if other.past_ms is not None:
            self.of_past(other.past_ms)
        self.waiting |= other.waiting
        self.links |= other.links
        self.settings |= other.settings

    def __repr__(self) -> str:
        flags = [word for word in ("waiting", "links", "settings") if getattr(self, word)]
        ids = [f"{name}={sorted(found)}" for name in _SETS if (found := getattr(self, name))]
        return f"Changes({', '.join([*ids, *flags])})"


_SETS = ("queues", "agents", "monitorings", "commands", "controls", "business", "celebrations")
