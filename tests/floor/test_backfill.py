"""A stretch of events unheard, then a snapshot and a back-fill of the stretch: the counters equal those of a floor that heard all."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.floor import counters as c
from dashboard.floor.arrays import Longs
from dashboard.floor.fold import fold
from dashboard.floor.state import Floor
from tests.floor.test_fold import check_invariants
from tests.floor.world import Live, World, live

QUEUE_COUNTERS = (
    c.OFFERED, c.ANSWERED, c.ABANDONED, *range(c.LEFT_TIMEOUT, c.LOST + 1), c.WAIT_ANSWERED_S, c.WAIT_ABANDONED_S, c.HANDLED,
    c.UNTIMED, c.MISSED, c.REJECTED, c.HUNG_UP_BY_AGENT, c.TRANSFERRED_OUT,
)  # fmt: skip
AGENT_COUNTERS = (c.A_HANDLED, c.A_UNTIMED, c.A_MISSED, c.A_REJECTED, c.A_TRANSFERS, c.A_HUNG_UP_FIRST)
FROM_LOG = (
    e.QueueEntered, e.OfferEnded, e.Answered, e.Transferred, e.HandlingEnded, e.QueueAbandoned, e.QueueLeft,
    e.QueueLeftExplained, e.MemberPaused, e.MemberResumed,
)  # fmt: skip
"""What a switch's own log can tell afterwards."""
AGAIN = (e.QueueEntered, e.Answered, e.Transferred, e.HandlingEnded, e.QueueAbandoned, e.QueueLeft)
"""What may be told a second time, because a log has whole seconds."""


def counted(floor: Floor) -> dict[str, object]:
    """Counters that do not depend on what only live events tell (holds, who was ringing)."""
    queues = {
        queue.id: (
            [queue.today.counts[counter] for counter in QUEUE_COUNTERS],
            queue.today.counts[c.TALK_S] + queue.today.counts[c.HOLD_S],
            trimmed(queue.today.answered),
            trimmed(queue.today.abandoned),
        )
        for queue in floor.queues.values()
    }
    agents = {
        agent.id: (
            [agent.today[counter] for counter in AGENT_COUNTERS],
            agent.today[c.A_TALK_S] + agent.today[c.A_HOLD_S],
        )
        for agent in floor.agents.values()
        if any(agent.today[counter] for counter in AGENT_COUNTERS)
    }
    return {"queues": queues, "agents": agents}


def trimmed(bins: Longs) -> list[int]:
    """A histogram without the empty bins at its end."""
    found = bins.tolist()
    while found and not found[-1]:
        found.pop()
    return found


def acted(world: World, rng: random.Random, actions: int) -> list[tuple[int, e.AnyEvent]]:
    told = []
    for _ in range(actions):
        events = world.act(rng.randrange(27), rng.randrange(200), rng.randrange(1, 9_000))
        told += [(world.now_ms, event) for event in events]
    return told


@settings(max_examples=100)
@given(
    st.integers(0, 2**32), st.integers(0, 60), st.integers(1, 60), st.integers(0, 60), st.integers(0, 12), st.booleans()
)
def test_a_filled_gap_leaves_no_trace(
    seed: int,
    before: int,
    unheard: int,
    after: int,
    overlap: int,
    is_before_snapshot: bool,  # noqa: FBT001 (Hypothesis)
) -> None:
    heard_all, heard_some, world = Floor("site"), Floor("site"), World()
    rng = random.Random(seed)
    for entry in world.start():
        fold(heard_all, entry)
        fold(heard_some, entry)
    first = acted(world, rng, before)
    for at_ms, event in first:
        fold(heard_all, world.entry(event, at_ms))
        fold(heard_some, world.entry(event, at_ms))
    gap_from_ms = world.now_ms
    world.now_ms += 1000
    fold(heard_some, world.entry(e.LinkLost("timeout", gap_from_ms)))
    missing = acted(world, rng, unheard)
    for at_ms, event in missing:
        fold(heard_all, world.entry(event, at_ms))
    world.now_ms += 1000
    fold(heard_some, world.entry(e.LinkRestored()))
    told_again = [(at_ms, event) for at_ms, event in first[len(first) - overlap :] if isinstance(event, AGAIN)]
    filled = [(at_ms, event) for at_ms, event in missing if isinstance(event, FROM_LOG)]
    steps = [world.entry(event, at_ms, backfilled=True) for at_ms, event in told_again + filled]
    snapshot = world.entry(world.snapshot(gap_from_ms))
    for entry in [*steps, snapshot] if is_before_snapshot else [snapshot, *steps]:
        fold(heard_some, renumbered(world, entry))
        check_invariants(heard_some, world.now_ms)
    fold(heard_some, world.entry(e.GapFilled(gap_from_ms, world.now_ms)))
    assert live(heard_some) == world.live()
    for at_ms, event in acted(world, rng, after):
        fold(heard_all, world.entry(event, at_ms))
        fold(heard_some, world.entry(event, at_ms))
    assert counted(heard_some) == counted(heard_all)
    of_devices: Live = {"devices": []}  # a phone that changed unheard while its agent was no member is known to nobody
    assert live(heard_some) | of_devices == live(heard_all) | of_devices
    check_invariants(heard_some, world.now_ms)


def renumbered(world: World, entry: e.Entry) -> e.Entry:
    """The entry as the next of the stream, whatever was made before it."""
    return world.entry(entry.event, entry.at_ms, backfilled=entry.backfilled)
