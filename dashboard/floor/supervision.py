"""What people asked of the switches, and what the control processes can do.

A command is told whole each time, so the newest entry is what is known. Open sessions stay; everything else is remembered for
`REMEMBERED_MS` after it was last told, so that a screen that comes late can still say how it ended. A session whose end nobody told
(its control process never came back) is forgotten that long after it had to end.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import Final

from collectors.events import CommandChanged, ControlChanged
from collectors.supervisor_legs import leg_of
from dashboard.floor.state import Command, Control, Floor
from dashboard.floor.step import Step

REMEMBERED_MS: Final = 600_000
_ENDLESS_MS: Final = 86_400_000
"""For how long a session without an end set is believed in."""


def is_open_session(told: CommandChanged) -> bool:
    """Whether it opened a session that goes on: another's command that only changed or ended one does not count."""
    return told.state == "confirmed" and told.session == leg_of(told.command)


def command_changed(step: Step, event: CommandChanged) -> None:
    """A command came to a new state."""
    core = step.floor.core
    command = core.commands.get(event.command)
    if command is None:
        command = core.commands[event.command] = Command(event, step.at_ms)
    command.told, command.at_ms = event, step.at_ms
    if event.state == "confirmed" and command.confirmed_ms is None:
        command.confirmed_ms = step.at_ms
    heappush(core.command_endings, (_forgotten_ms(command), event.command))
    step.changes.commands.add(event.command)


def control_changed(step: Step, event: ControlChanged) -> None:
    """What the control process of a switch can do now."""
    control = Control(event.switch, step.at_ms, event.why_not, event.why_no_browser, dict(event.phones), event.version)
    step.floor.core.controls[event.switch] = control
    step.changes.controls.add(event.switch)


def forget_commands(floor: Floor, now_ms: int) -> None:
    """Drop what is over for long enough."""
    core = floor.core
    while core.command_endings and core.command_endings[0][0] <= now_ms:
        command = core.commands.get(heappop(core.command_endings)[1])
        if command is not None and _forgotten_ms(command) <= now_ms:
            del core.commands[command.told.command]


def _forgotten_ms(command: Command) -> int:
    told = command.told
    ends_ms = command.at_ms
    if is_open_session(told):
        ends_ms = max(ends_ms, told.ends_at_ms or command.at_ms + _ENDLESS_MS)
    return ends_ms + REMEMBERED_MS
