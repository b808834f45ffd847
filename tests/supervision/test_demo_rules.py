"""The demo's rules let a visitor meet each answer, whatever the size of the floor."""

from __future__ import annotations

import pytest

from collectors.simulator import SimulatorConfig
from collectors.simulator.staff import plan
from dashboard.access.permissions import PERMISSIONS, Permission, Role
from dashboard.demo import SUPERVISORS
from dashboard.demo_monitoring import marks
from dashboard.supervision.rights import STEPPING_IN


@pytest.mark.parametrize("agents", [10, 60, 500])
def test_one_queue_is_open_one_not_announced_and_one_has_cards(agents: int) -> None:
    staff = plan(SimulatorConfig(agents=agents))
    found = marks(staff)
    assert list(found) == [queue.id for queue in staff.queues]
    assert [name for name, one in found.items() if not one.is_announced] == [
        min(staff.queues[1:], key=lambda queue: queue.share).id
    ]
    assert sum(one.takes_cards for one in found.values()) == (1 if len(found) > 2 else 0)
    first = found[staff.queues[0].id]
    assert (first.is_announced, first.takes_cards) == (True, False)


def test_there_is_a_phone_for_everybody_who_steps_in() -> None:
    stepping = [role for role in Role if PERMISSIONS[role] & STEPPING_IN]
    assert stepping == [Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.TRAINER]
    phones = plan(SimulatorConfig(supervisors=SUPERVISORS)).supervisors
    assert len(stepping) <= len(phones)
    assert Permission.MONITOR_RULES not in STEPPING_IN
