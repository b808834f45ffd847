"""Queue(): a caller whom a manager sent through the dialplan waits in a queue again, as one of the floor's own callers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .courses import Application, Course

if TYPE_CHECKING:
    from collectors.simulator.world import World


class Queueing:
    """The application Queue(): from then on the caller is the floor's, and his course is over."""

    def __init__(self, world: World) -> None:
        self._world = world
        world.courses.applications["Queue"] = self._queue

    def _queue(self, course: Course, arguments: list[str]) -> Application | None:
        world, queue = self._world, self._world.queues.get(arguments[0])
        call = world.calls.get(course.channel.unique_id)
        if queue is not None and call is not None:
            world.courses.steal(course)
            world.callers.join(call, queue)
        return None
