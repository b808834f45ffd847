"""The demo's rules of monitoring, so that a visitor meets each answer: queues that are announced, one that is not, one with payment
cards, one agent whom nobody monitors; and a phone for everybody who may step in.
"""

from __future__ import annotations

from typing import Final

from collectors.simulator.staff import Staff
from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, Grant, system
from dashboard.pages.services import Services
from dashboard.supervision.policies import Marks

SWITCH: Final = "demo"
_DEMO: Final = system("floorwatch demo")


def demo_monitoring(services: Services, staff: Staff) -> None:
    """Sets them at the first start; what a visitor has changed since stays."""
    if services.policies.get(_DEMO).queues:
        return
    services.policies.put_queues(_DEMO, marks(staff))
    spared = [agent.interface for agent in staff.agents if agent.team == staff.teams[0].id][-1]
    services.policies.spare(_DEMO, spared, "工会代表")
    phones = iter(staff.supervisors)
    for account in services.accounts.listed(_DEMO):
        actor = Actor("person", account.id, account.name, tuple(map(_grant, account.roles)), account_id=account.id)
        if services.phones.is_for(actor):
            services.phones.choose(actor, SWITCH, next(phones), answers_itself=True)


def marks(staff: Staff) -> dict[str, Marks]:
    """The smallest queue is not announced, in the last one cards are read out; the first is the supervisor's, and open."""
    first, *others = (queue.id for queue in staff.queues)
    found = {first: Marks(is_announced=True)}
    if not others:
        return found
    smallest = min(staff.queues[1:], key=lambda queue: queue.share).id
    cards = next((queue for queue in reversed(others) if queue != smallest), None)
    for queue in others:
        found[queue] = Marks(is_announced=queue != smallest, takes_cards=queue == cards)
    return found


def _grant(given: RoleGiven) -> Grant:
    return Grant.of(given.role, given.scope)
