"""Wait() and the like: a course that does nothing for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .courses import Course

if TYPE_CHECKING:
    from collectors.simulator.engine import Step
    from collectors.simulator.world import World

FOREVER_S = 86_400.0


class Pause:
    """One Wait() under way."""

    def __init__(self, step: Step) -> None:
        self._step = step

    def stop(self, then: Callable[[], None]) -> None:
        self._step.cancel()
        then()

    def drop(self) -> None:
        self._step.cancel()


class Pauses:
    """Wait(seconds), MusicOnHold(class,seconds), Echo()."""

    def __init__(self, world: World) -> None:
        self._world = world
        applications = world.courses.applications
        applications["Wait"] = lambda course, arguments: self._pause(course, arguments[0])
        applications["MusicOnHold"] = lambda course, arguments: self._pause(course, (*arguments, "", "")[1])
        applications["Echo"] = lambda course, _arguments: self._pause(course, "")

    def _pause(self, course: Course, seconds: str) -> Pause:
        try:
            length_s = float(seconds)
        except ValueError:
            length_s = FOREVER_S
        return Pause(self._world.engine.after(length_s, self._world.courses.goes_on, course))
