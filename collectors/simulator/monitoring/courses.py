"""A channel's course through the dialplan: supervisors' legs that were originated, and callers that a manager sent somewhere.

Invariants: a course runs one application at a time; it is led elsewhere, or ended, only after that application has let go (a
frame later); a channel that is hung up from outside takes its course with it; a course ends once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from collectors.simulator.channels import Channel
from collectors.simulator.dialplan import Step, expand
from collectors.simulator.dialplan.values import arguments, is_true

if TYPE_CHECKING:
    from collectors.simulator.world import World

STEPS_AT_ONCE = 200
YOUNG_S = 0.02
"""A leg that ends so soon after its answer has no cause yet."""


class Application(Protocol):
    """What a course is in. It calls `courses.goes_on(course)` when it is over by itself."""

    def stop(self, then: Callable[[], None]) -> None:
        """Let go as soon as it can, then `then`."""

    def drop(self) -> None:
        """The channel is gone."""


@dataclass(slots=True, eq=False)
class Course:
    """Where a channel is in the dialplan. `place`: (context, exten, index of the next step)."""

    channel: Channel
    context: str
    exten: str
    steps: list[Step]
    next: int = 0
    running: Application | None = None
    goal: Callable[[], None] | None = None
    """What happens when the application has let go."""
    cause: int | None = None
    values: dict[str, str] = field(default_factory=dict)


class Courses:
    """All courses, by their channel's unique id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.by_channel: dict[str, Course] = {}
        self.applications: dict[str, Callable[[Course, list[str]], Application | None]] = {}
        """Applications that take time; the table is filled by the rooms that have them."""
        self._at_once: dict[str, Callable[[Course, str], None]] = {
            "Answer": _nothing, "NoOp": _nothing, "Verbose": _nothing, "Ringing": _nothing, "Set": self._set,
            "Goto": self._goto, "GotoIf": self._goto_if, "UserEvent": self._user_event, "Playtones": _plays,
        }  # fmt: skip

    # -- beginning

    def start(self, channel: Channel, context: str, exten: str) -> Course | None:
        """Send the channel into an extension. None: there is no such extension, and nothing happened."""
        steps = self._world.dialplan.steps(context, exten)
        if steps is None:
            return None
        course = Course(channel, context, exten, steps)
        self.by_channel[channel.unique_id] = course
        self._run(course)
        return course

    def start_application(self, channel: Channel, application: str, data: str) -> None:
        """Straight into an application, without a dialplan."""
        course = Course(channel, "internal", "s", [Step(application, data)])
        self.by_channel[channel.unique_id] = course
        self._run(course)

    # -- led elsewhere

    def redirect(self, course: Course, context: str, exten: str) -> None:
        """An AMI Redirect: the application lets go, then the course goes on there; an extension that is not there ends it."""
        self._lead(course, lambda: self._enter(course, context, exten))

    def hang_up(self, course: Course, *, requested: bool, cause: int | None = None) -> None:
        """End the channel; `requested`: its phone asked for it."""
        if requested:
            self._world.exchange.hangup_requested(course.channel)
        self._lead(course, lambda: self._end(course, cause))

    def _lead(self, course: Course, goal: Callable[[], None]) -> None:
        is_letting_go = course.goal is not None
        course.goal = goal
        if is_letting_go:
            return  # the application is on its way out already: the last order wins
        if course.running is None:
            self._let_go(course)
        else:
            course.running.stop(lambda: self._let_go(course))

    def _let_go(self, course: Course) -> None:
        goal, course.goal, course.running = course.goal, None, None
        if goal is not None and self.is_alive(course):
            goal()

    def _enter(self, course: Course, context: str, exten: str) -> None:
        steps = self._world.dialplan.steps(context, exten)
        if steps is None:
            self._end(course, None)
            return
        course.context, course.exten, course.steps, course.next = context, exten, steps, 0
        self._run(course)

    def steal(self, course: Course) -> None:
        """The channel is taken out of its course (bridged by AMI): the application hears nothing of it."""
        self.by_channel.pop(course.channel.unique_id, None)

    def gone(self, channel: Channel) -> None:
        """The channel was hung up from outside."""
        course = self.by_channel.pop(channel.unique_id, None)
        if course is not None and course.running is not None:
            course.running.drop()

    def is_alive(self, course: Course) -> bool:
        return self.by_channel.get(course.channel.unique_id) is course and course.channel.is_up

    def forget_all(self) -> None:
        self.by_channel.clear()

    # -- going on

    def goes_on(self, course: Course) -> None:
        """The application is over: the next step, or what somebody has ordered meanwhile."""
        course.running = None
        if course.goal is not None:
            self._let_go(course)
        elif self.is_alive(course):
            self._run(course)

    def _run(self, course: Course) -> None:
        for _ in range(STEPS_AT_ONCE):
            if course.next >= len(course.steps):
                break
            step = course.steps[course.next]
            course.next += 1
            data = self.expanded(course, step.data)
            self._enters(course, step.application, data)
            if step.application == "Hangup":
                self._end(course, int(data) if data.isdigit() else None)
                return
            at_once = self._at_once.get(step.application)
            if at_once is not None:
                at_once(course, data)
            elif step.application not in self.applications:
                break  # no such application: the switch gives the channel up
            else:
                began = self.applications[step.application](course, arguments(data))
                if began is not None:
                    course.running = began
                    return
                if not self.is_alive(course):
                    return
        self._end(course, None)

    def _enters(self, course: Course, application: str, data: str) -> None:
        course.channel.goes_to(course.context, course.exten, course.next, application, data)
        self._world.exchange.noise.runs(course.channel, application, data)

    def _end(self, course: Course, cause: int | None) -> None:
        """SoftHangupRequest, the `h` extension, Hangup: the end of a channel whose dialplan is over."""
        world, channel = self._world, course.channel
        self.by_channel.pop(channel.unique_id, None)
        call = world.calls.get(channel.unique_id)
        if call is not None:
            world.callers.hang_up(call)
            return
        is_young = world.engine.now - channel.up_at < YOUNG_S
        world.exchange.leave(channel)
        world.exchange.soft_hangup(channel)
        channel.goes_to(course.context, "h", 1)
        if world.dialplan.steps(course.context, "h") is not None:
            world.exchange.noise.runs(channel, "NoOp", "")
        channel.priority = 2
        usual = 0 if is_young or channel.name.startswith("WebSocket/") else 16
        world.exchange.hang_up(channel, usual if cause is None else cause)

    # -- what is done at once

    def expanded(self, course: Course, text: str) -> str:
        return expand(text, lambda name: self.value(course.channel, course.exten, name))

    def value(self, channel: Channel, exten: str, name: str) -> str:
        """A variable of the channel, or what the switch knows of it."""
        if name.startswith("DB(") and name.endswith(")"):
            return self._world.database.get(name[3:-1], "")
        if name.startswith("DIALPLAN_EXISTS(") and name.endswith(")"):
            context, wanted, *_ = (*name[16:-1].split(","), "")
            return str(int(self._world.dialplan.steps(context, wanted) is not None))
        known = {
            "EXTEN": exten, "CHANNEL": channel.name, "UNIQUEID": channel.unique_id, "CONTEXT": channel.context,
            "CHANNEL(endpoint)": channel.name.partition("/")[2].rpartition("-")[0], "CHANNEL(channeltype)": channel.name.partition("/")[0],
            "CALLERID(num)": channel.number, "CALLERID(name)": channel.caller_name, "CHANNEL(name)": channel.name,
        }  # fmt: skip
        return known.get(name) or channel.values.get(name) or channel.variables.get(name, "")

    def _set(self, course: Course, data: str) -> None:
        for pair in (data,):
            name, _, value = pair.partition("=")
            self._world.set_value(course.channel, name.strip(), value)

    def _goto(self, course: Course, data: str) -> None:
        self._jump(course, data)

    def _goto_if(self, course: Course, data: str) -> None:
        condition, _, places = data.partition("?")
        yes, _, no = places.partition(":")
        chosen = yes if is_true(condition) else no
        if chosen:
            self._jump(course, chosen)

    def _jump(self, course: Course, place: str) -> None:
        """`label`, `exten,priority`, or `context,exten,priority`; a priority may be a label."""
        parts = place.split(",")
        exten = parts[-2] if len(parts) > 1 else course.exten
        context = parts[-3] if len(parts) > 2 else course.context
        steps = self._world.dialplan.steps(context, exten)
        if steps is None:
            course.next = len(course.steps)
            return
        labels = {step.label: index for index, step in enumerate(steps) if step.label}
        index = int(parts[-1]) - 1 if parts[-1].isdigit() else labels.get(parts[-1], len(steps))
        course.context, course.exten, course.steps, course.next = context, exten, steps, index

    def _user_event(self, course: Course, data: str) -> None:
        name, *pairs = arguments(data)
        body = "".join(f"{pair}\r\n" for pair in pairs)
        self._world.exchange.says("UserEvent", course.channel, f"UserEvent: {name}\r\n{body}")


def _nothing(_course: Course, _data: str) -> None:
    """An application that changes nothing here."""


def _plays(course: Course, _data: str) -> None:
    """A tone, until the channel goes elsewhere; here it sounds like the music."""
    course.channel.hears_music = True
