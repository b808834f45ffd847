"""Who looks: what a viewer may see, decided on the server before a value is computed.

A view is computed for a (board, scope), and every number in it is masked; a screen never receives what its viewer may not see.
There is no viewer without a scope: whoever is not known sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.access.scope import NOTHING, Scope


@dataclass(frozen=True, slots=True)
class Viewer:
    """One kind of eyes on the floor. Equal viewers share their views. Teams of `scope` are roots; a sight adds those below.

    `monitoring`: where it is told who listens to whom; `is_own`: an agent's own page, which tells of that what the rules say.
    `given`: the leaderboard that a paired screen was given to show, whomever it is about; "" for everybody else."""

    scope: Scope
    monitoring: Scope = NOTHING
    is_own: bool = False
    given: str = ""

    @property
    def hears(self) -> bool:
        """Whether sessions are told to these eyes at all."""
        return not self.monitoring.is_nothing
