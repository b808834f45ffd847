"""Who games a shipped leaderboard wins nothing: the same hour at work, once straight and once with the trick, told event by event."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from collectors import events as e
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Scheme
from dashboard.floor.scoring.standing import Did, Standing
from dashboard.leaderboards.templates import TEMPLATES, WITH_BUSINESS
from tests.floor.site import Site, handled

HOUR_S = 3600
CALLS = {"eager": 22, "player": 20, "steady": 16}
Trick = Callable[[Site, int], None]


def serve(site: Site, agent: str, at_s: float, name: str, talk_s: float = 60, by: e.EndedBy = "caller") -> None:
    joined, connected, _ = handled(name, agent)
    site.tell(at_s, *joined)
    site.tell(at_s + 2, *connected)
    site.tell(at_s + 2 + talk_s, e.HandlingEnded("q", name, 1, agent, by))


def ring_out(site: Site, agent: str, at_s: float, name: str) -> None:
    key = ("q", name, 1)
    site.tell(at_s, e.QueueEntered(*key), e.OfferStarted(*key, agent))
    site.tell(at_s + 15, e.OfferEnded(*key, agent, "missed"), e.QueueAbandoned(*key))


def dial(site: Site, agent: str, at_s: float, name: str, talk_s: float = 40, kind: e.CallKind = "outbound") -> None:
    site.tell(at_s, e.OwnCallStarted(agent, name, kind, "555"))
    site.tell(at_s + 1, e.OwnCallConnected(agent, name))
    site.tell(at_s + 1 + talk_s, e.OwnCallEnded(agent, name))


def nothing(site: Site, slot: int) -> None:
    """Straight."""


def dumps(site: Site, slot: int) -> None:
    """Takes calls and hangs up on them within two seconds, so that they count as handled."""
    serve(site, "player", slot * 150 + 135, f"dumped{slot}", talk_s=2, by="agent")


def passes_on(site: Site, slot: int) -> None:
    """Takes calls and passes them on at once."""
    name, at_s = f"passed{slot}", slot * 150 + 130
    joined, connected, _ = handled(name, "player")
    site.tell(at_s, *joined)
    site.tell(at_s + 2, *connected)
    site.tell(at_s + 7, e.Transferred("q", name, 1, "player", "blind", "other"))
    site.tell(at_s + 7, e.HandlingEnded("q", name, 1, "player", "transfer"))


def calls_inside(site: Site, slot: int) -> None:
    """Calls the own other phone, or a colleague, for the talk time."""
    dial(site, "player", slot * 150 + 130, f"inside{slot}", talk_s=15, kind="internal")


def pauses(site: Site, slot: int) -> None:
    """Is away whenever the queue fills: in the second half of every slot, and does not get its call."""
    site.tell(slot * 150 + 80, e.MemberPaused("q", "player", "break"))
    site.tell(slot * 150 + 149, e.MemberResumed("q", "player"))


TRICKS: dict[str, Trick] = {"dumps": dumps, "passes_on": passes_on, "calls_inside": calls_inside, "pauses": pauses}


def played(trick: Trick) -> dict[str, Did]:
    """What each did in the hour: 24 slots of 150 s; the player's share of what rings out and is dialled is the same with any trick."""
    site = Site(e.FloorSettings(effective_call_s=30))
    site.tell(0, *(e.MembershipAdded("q", agent, dynamic=True) for agent in CALLS))
    for slot in range(24):
        for agent, calls in CALLS.items():
            if slot < calls:
                serve(site, agent, slot * 150 + 5, f"{agent}{slot}")
            elif slot < calls + 2:
                ring_out(site, agent, slot * 150 + 5, f"{agent}{slot}")
            if slot % 3 == 0:
                dial(site, agent, slot * 150 + 75, f"{agent}own{slot}")
        trick(site, slot)
    return {agent: did_of(site, agent) for agent in CALLS}


def did_of(site: Site, agent: str) -> Did:
    names = {part.metric for one in TEMPLATES.values() for part in one.scheme.parts}
    names |= {floor.metric for one in TEMPLATES.values() for floor in one.scheme.quality}
    values = {name: site.of(name, HOUR_S, agents=[agent]) for name in names}
    calls = site.of("calls_served", HOUR_S, agents=[agent]) + site.of("effective_calls", HOUR_S, agents=[agent])
    return Did(agent, values, calls, site.of("signed_in", HOUR_S, agents=[agent]), team=agent)


SWITCH_ONLY = [name for name in TEMPLATES if name not in WITH_BUSINESS]


@pytest.fixture(scope="module")
def straight() -> dict[str, Did]:
    return played(nothing)


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_improves_a_score_or_a_rank(trick: str, straight: dict[str, Did]) -> None:
    gamed = played(TRICKS[trick])
    assert gamed["player"] != straight["player"]
    for name in SWITCH_ONLY:
        scheme = TEMPLATES[name].scheme
        one, other = (standing(scheme, field, straight) for field in (straight, gamed))
        assert other.score <= one.score, name
        if scheme.compares == "progress":
            assert other.rank == 0
        else:
            assert 0 < one.rank <= other.rank, name


def standing(scheme: Scheme, field: dict[str, Did], before: dict[str, Did]) -> Standing:
    """The player's; for progress, every other one did a little less in the time before."""
    dids = list(field.values())
    if scheme.compares == "progress":
        dids = [Did(d.id, d.values, 100, 40 * HOUR_S, d.team, before=_before(before[d.id])) for d in dids]
    return next(one for one in score(scheme, dids) if one.id == "player")


def _before(did: Did) -> Did:
    values = {
        name: None if value is None else value * (1 if did.id == "player" else 0.9)
        for name, value in did.values.items()
    }
    return Did(did.id, values, 100, 40 * HOUR_S)


def test_who_dumps_does_not_reach_the_minimum_by_it() -> None:
    site = Site()
    site.tell(0, e.MembershipAdded("q", "player", dynamic=True))
    for i in range(9):
        serve(site, "player", i * 100, f"served{i}")
    for i in range(30):
        serve(site, "player", 1000 + i * 10, f"dumped{i}", talk_s=1, by="agent")
    did = did_of(site, "player")
    assert (did.values["calls_served"], did.calls) == (9, 9)
    assert site.of("calls_handled", agents=["player"]) == 39
    scheme = TEMPLATES["service"].scheme
    (one,) = score(scheme, [Did(did.id, did.values, did.calls, 8 * HOUR_S)])
    assert one.why_not == "too_few_calls"
