"""What a floor tells of itself while it is folded, for whoever keeps it: the history.

A floor carries one recorder at most (`floor.derived.recorder`), set between two entries by whoever folds. It is told the same facts
that the counters get, at the same moment, so what it adds up is equal to them by construction. It changes nothing of the floor,
and is in no checkpoint and no hash; a floor without one pays for a look at `None`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collectors.events import BusinessFact, EndedBy, FloorSettings, OfferOutcome, Transferred
    from dashboard.floor.arrays import Longs
    from dashboard.floor.state import Agent, Link, OwnCall, Visit


class Recorder(Protocol):
    """Told of one floor. `agent` and `visit` are the floor's own objects, as they are at that moment."""

    def entry_began(self, *, is_backfilled: bool) -> None:
        """An entry is being folded: everything until the next call comes of it."""

    def queue_booked(self, queue: str, at_ms: int, facts: tuple[int, ...]) -> None:
        """Facts of a queue (pairs of counter and amount), booked at `at_ms`: also those too old for the floor."""

    def agent_booked(self, agent: str, queue: str, at_ms: int, facts: tuple[int, ...]) -> None:
        """Facts of an agent, and the queue that they were for; "" for none."""

    def business_booked(self, fact: BusinessFact, amounts: Mapping[str, int]) -> None:
        """A business system told the fact, or (negative amounts) it was taken back: amounts by measure, also of what is too old for
        the floor."""

    def state_began(self, agent: Agent, code: int, at_ms: int, before_ms: int | None) -> None:
        """The agent comes into the state `code` at `at_ms`, never before `before_ms`, when the running state (still
        `agent.code`) began; None: it is the first. Equal times: the running state lasted no time and is replaced."""

    def states_repainted(self, agent: Agent, before: Longs, visit: Visit | None) -> None:
        """The agent's log was `before` until now; what was painted in belongs to `visit`, if that is known."""

    def agent_forgotten(self, agent: Agent, at_ms: int) -> None:
        """The floor does not know the agent any more: nothing was heard for two days."""

    def time_moved(self, now_ms: int) -> None:
        """Stream time moved on to `now_ms`; wrap-ups that ended meanwhile have been told."""

    def settings_changing(self, settings: FloorSettings) -> None:
        """The floor's settings will be these; they still are the old ones."""

    def visit_changed(self, visit: Visit) -> None:
        """Something of the visit is new; told at least once an entry."""

    def visit_over(self, visit: Visit) -> None:
        """The visit's number and name are about to be forgotten."""

    def visit_transferred(self, visit: Visit, event: Transferred) -> None:
        """The handled caller was passed on."""

    def wrap_up_credited(self, visit: str, span_ms: int) -> None:
        """The wrap-up that followed the handling of that visit (its key) took so long."""

    def offer_ended(
        self,
        key: str,
        queue: str,
        agent: str,
        started_ms: int | None,
        ended_ms: int,
        outcome: OfferOutcome,
        ring_s: float | None,
    ) -> None:
        """A ringing of the visit `key` is over. `started_ms` None: nobody saw it begin; `ring_s`: as the switch states it."""

    def own_call_ended(
        self, agent: str, key: str, call: OwnCall, ended_ms: int, by: EndedBy, *, is_measured: bool
    ) -> None:
        """An own call is over; `is_measured` False: when it really ended is unknown."""

    def gaps_changed(self, link: Link) -> None:
        """The stretches of which the switch's link knows nothing are others now."""
