"""From which switches a queue's numbers come. Pure."""

from __future__ import annotations

from dashboard.floor.state import Floor


def switches_of_queues(floor: Floor) -> dict[str, set[str]]:
    """Queue → the switches that have members or callers in it."""
    found: dict[str, set[str]] = {}
    for agent in floor.agents.values():
        for membership in agent.memberships.values():
            found.setdefault(membership.queue, set()).add(membership.switch)
    for visit in floor.visits.values():
        found.setdefault(visit.queue, set()).add(visit.switch)
    return found
