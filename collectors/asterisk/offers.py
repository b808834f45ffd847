"""Offers of waiting visits: what rings at whom, and how each ringing ends.

Invariants: at most one open offer for a (visit, agent); each one that was told as started is told as ended, once.
"""

from __future__ import annotations

from collectors.asterisk.switchboard import Switchboard
from collectors.asterisk.tables import RANG_OUT_CAUSES, REFUSING_DIALS
from collectors.asterisk.visits import Offer, Visit
from collectors.events import OfferEnded, OfferOutcome, OfferStarted


class Offers:
    """The offers that are open, kept in their visits."""

    def __init__(self, board: Switchboard) -> None:
        self.board = board

    def start(self, visit: Visit, agent: str, leg: str) -> None:
        """It begins to ring at `agent` now, on the channel `leg` ("" where the switch does not say)."""
        if agent in visit.offers:
            self.end(visit, agent, "unknown")
        visit.offers[agent] = Offer(agent, leg, self.board.out.now_ms)
        if leg:
            self.board.legs[leg] = (visit, agent)
        self.board.out.tell(OfferStarted(visit.queue, visit.call, visit.visit, agent))

    def started_before(self, visit: Visit, agent: str, started_ms: int) -> None:
        """It rang at `agent` since `started_ms`, unseen."""
        visit.offers[agent] = Offer(agent, "", started_ms)
        self.board.out.tell_past(OfferStarted(visit.queue, visit.call, visit.visit, agent), started_ms)

    def end(
        self, visit: Visit, agent: str, outcome: OfferOutcome, ring_s: float | None = None, past_ms: int | None = None
    ) -> None:
        """Close the open offer of `agent`; nothing where there is none."""
        offer = visit.offers.pop(agent, None)
        if offer is None:
            return
        if outcome != "answered" and self.board.legs.get(offer.leg) == (visit, agent):
            del self.board.legs[offer.leg]
        event = OfferEnded(visit.queue, visit.call, visit.visit, agent, outcome, ring_s)
        if past_ms is None:
            self.board.out.tell(event)
        else:
            self.board.out.tell_past(event, past_ms)

    def end_all(self, visit: Visit, outcome: OfferOutcome, past_ms: int | None = None) -> None:
        """Close what still rings."""
        for agent in list(visit.offers):
            self.end(visit, agent, outcome, past_ms=past_ms)

    def dial_ended(self, leg: str, status: str) -> None:
        """DialEnd of a leg: how its ringing ended. The first one counts; a switch often sends two."""
        offer = self._at(leg)
        if offer is not None and not offer.dial_status:
            offer.dial_status = status

    def asked_to_hang_up(self, leg: str, cause: str) -> None:
        """HangupRequest of a ringing leg: the phone refuses, unless the cause says that nobody was there."""
        offer = self._at(leg)
        if offer is not None:
            offer.refused = cause not in RANG_OUT_CAUSES

    def leg_gone(self, visit: Visit, agent: str, leg: str) -> bool:
        """The leg was hung up; whether the queue still has to say why."""
        offer = visit.offers.get(agent)
        if offer is None or offer.leg != leg:
            return False
        offer.gone_ms = self.board.out.now_ms
        return True

    def settle(self, visit: Visit) -> None:
        """The queue said nothing about legs that are long gone."""
        for agent, offer in list(visit.offers.items()):
            if offer.gone_ms:
                self.end(visit, agent, "rejected" if self.is_refused(visit, agent) else "unknown")

    def is_refused(self, visit: Visit, agent: str) -> bool:
        """Whether the agent's side turned the open offer down."""
        offer = visit.offers.get(agent)
        return offer is not None and (offer.refused or offer.dial_status in REFUSING_DIALS)

    def _at(self, leg: str) -> Offer | None:
        served = self.board.legs.get(leg)
        if served is None:
            return None
        offer = served[0].offers.get(served[1])
        return offer if offer is not None and offer.leg == leg else None
