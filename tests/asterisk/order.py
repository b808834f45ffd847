"""The order that `collectors/events.py` promises, checked over any stream of entries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from collectors.events import (
    Answered,
    Entry,
    HandlingEnded,
    Held,
    OfferEnded,
    OfferStarted,
    OwnCallConnected,
    OwnCallEnded,
    OwnCallStarted,
    QueueAbandoned,
    QueueEntered,
    QueueLeft,
    QueueLeftExplained,
    Resumed,
    SnapshotTaken,
    SwitchRestarted,
    Transferred,
)


@dataclass
class Life:
    state: str = "waiting"
    agent: str = ""
    offers: set[str] = field(default_factory=set)
    winner: str = ""
    held: bool = False
    transferred: bool = False
    is_listed: bool = False
    """Only a list told of the talk: the log may still tell how it began."""


Key = tuple[str, int]


class Order:
    """Visits and own calls of one stream. Every method asserts."""

    def __init__(self) -> None:
        self.visits: dict[Key, Life] = {}
        self.own: dict[str, str] = {}

    def check(self, entries: Iterable[Entry]) -> Order:
        last = 0
        for entry in entries:
            assert entry.n == last + 1
            last = entry.n
            self._check(entry)
        return self

    def _check(self, entry: Entry) -> None:
        event = entry.event
        match event:
            case SnapshotTaken():
                self._snapshot(event)
            case SwitchRestarted():
                self.visits.clear()
                self.own.clear()
            case QueueEntered():
                assert (event.call, event.visit) not in self.visits
                assert event.visit == 1 or (event.call, event.visit - 1) in self.visits
                self.visits[event.call, event.visit] = Life()
            case OwnCallStarted():
                assert event.call not in self.own
                self.own[event.call] = event.agent
            case OwnCallConnected():
                assert self.own[event.call] == event.agent
            case OwnCallEnded():
                assert self.own.pop(event.call) == event.agent
            case _:
                self._check_visit(entry)

    def _snapshot(self, event: SnapshotTaken) -> None:
        for row in event.waiting:
            self.visits.setdefault((row.call, row.visit), Life())
        for handling in event.handlings:
            life = self.visits.setdefault((handling.call, handling.visit), Life("answered", handling.agent))
            life.is_listed = handling.wait_s is None
            life.state, life.agent = "answered", handling.agent
        for offer in event.offers:
            self.visits[offer.call, offer.visit].offers.add(offer.agent)
        self.own = {row.call: row.agent for row in event.own_calls}

    def _check_visit(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, Held | Resumed) and event.visit == 0:
            assert self.own[event.call] == event.agent
            return
        if not isinstance(
            event,
            OfferStarted
            | OfferEnded
            | Answered
            | Held
            | Resumed
            | Transferred
            | HandlingEnded
            | QueueAbandoned
            | QueueLeft
            | QueueLeftExplained,
        ):
            return
        life = self.visits[event.call, event.visit]
        match event:
            case OfferStarted():
                assert life.state == "waiting"
                assert event.agent not in life.offers
                life.offers.add(event.agent)
            case OfferEnded():
                self._offer_ended(life, event)
            case Answered():
                assert life.state == ("answered" if life.is_listed else "waiting")
                assert life.winner in {"", event.agent}
                life.state, life.agent, life.is_listed = "answered", event.agent, False
            case Held():
                assert life.state == "answered"
                assert (life.agent, life.held) == (event.agent, False)
                life.held = True
            case Resumed():
                assert (life.state, life.agent, life.held) == ("answered", event.agent, True)
                life.held = False
            case Transferred():
                assert (life.state, life.agent, life.transferred) == ("answered", event.agent, False)
                life.transferred = True
            case HandlingEnded():
                assert (life.state, life.agent) == ("answered", event.agent)
                life.state = "ended"
            case _:
                self._left(life, event)

    def _left(self, life: Life, event: QueueAbandoned | QueueLeft | QueueLeftExplained) -> None:
        assert life.state == ("left" if isinstance(event, QueueLeftExplained) else "waiting")
        life.state = "left" if isinstance(event, QueueLeft) and event.reason == "unknown" else "over"

    def _offer_ended(self, life: Life, event: OfferEnded) -> None:
        life.offers.remove(event.agent)
        if event.outcome == "answered":
            assert life.state == "waiting"
            life.winner = event.agent
        elif event.outcome == "lost":
            assert life.state == "answered"
        elif event.outcome == "cut_short":
            assert life.state in {"left", "over"}
        else:
            assert life.state == "waiting"
