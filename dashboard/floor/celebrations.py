"""What screens celebrate: called once a cause, kept for a few minutes, so that who reads the floor anew knows it too."""

from __future__ import annotations

from typing import Final

from collectors.events import CelebrationCalled
from dashboard.floor.state import Celebration, Core
from dashboard.floor.step import Step

KEPT_MS: Final = 300_000


def celebration_called(step: Step, event: CelebrationCalled) -> None:
    """Something to celebrate. A cause that is known already is not called again."""
    celebrations = step.floor.core.celebrations
    if event.id not in celebrations:
        celebrations[event.id] = Celebration(event, step.at_ms)
        step.changes.celebrations |= {event.id}


def forget_celebrations(core: Core, now_ms: int) -> None:
    """Drop what was called long enough ago."""
    for cause in [cause for cause, one in core.celebrations.items() if one.at_ms + KEPT_MS <= now_ms]:
        del core.celebrations[cause]
