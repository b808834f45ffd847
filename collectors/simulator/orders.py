"""Actions that change queues and their members: pausing, signing in and out, penalties, resets. Texts are the switch's.

Each takes (world, session, request), answers the session, and lets the world print what follows from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .floor import Agent, Queue
from .requests import Request
from .session import Session, id_line
from .staff import AgentPlan

if TYPE_CHECKING:
    from .world import World

TRUTHS = frozenset({"yes", "true", "y", "t", "1", "on"})


def ok(session: Session, request: Request, message: str) -> None:
    session.reply("Success", request.get("ActionID"), f"Message: {message}\r\n")


def refuse(session: Session, request: Request, message: str) -> None:
    session.reply("Error", request.get("ActionID"), f"Message: {message}\r\n")


def _agent(world: World, interface: str) -> Agent | None:
    return next((agent for agent in world.agents if agent.interface == interface), None)


# -- members


def queue_pause(world: World, session: Session, request: Request) -> None:
    interface, paused = request.get("Interface"), request.get("Paused")
    if not interface or not paused:
        refuse(session, request, "Need 'Interface' and 'Paused' parameters.")
        return
    agent, wanted = _agent(world, interface), request.get("Queue")
    queue = world.queues.get(wanted)
    is_member = (
        agent is not None and bool(agent.members) and (not wanted or (queue is not None and interface in queue.members))
    )
    if agent is None or not is_member:
        refuse(session, request, "Interface not found")
        return
    pauses = paused.lower() in TRUTHS
    ok(session, request, f"Interface {'' if pauses else 'un'}paused successfully")
    agent.pause_token += 1  # whoever is paused by hand comes back by hand
    world.members.pause(agent, request.get("Reason"), queue=queue, paused=pauses)


def queue_add(world: World, session: Session, request: Request) -> None:
    interface, queue = request.get("Interface"), world.queues.get(request.get("Queue"))
    if not interface:
        refuse(session, request, "'Interface' not specified.")
    elif queue is None:
        refuse(session, request, "Unable to add interface to queue: No such queue")
    elif interface in queue.members:
        refuse(session, request, "Unable to add interface: Already there")
    else:
        ok(session, request, "Added interface to queue")
        agent = _agent(world, interface) or _stranger(world, interface, request.get("MemberName"))
        world.members.sign_in(
            queue, agent, name=request.get("MemberName"), penalty=int(request.get("Penalty") or 0),
            paused=request.get("Reason") if request.get("Paused").lower() in TRUTHS else None,
        )  # fmt: skip


def _stranger(world: World, interface: str, name: str) -> Agent:
    """The switch takes any interface, even of a technology that it does not have: a phone that nobody can reach."""
    digits = re.search(r"\d+", interface)
    plan = AgentPlan(
        digits.group() if digits else "0",
        interface,
        interface,
        interface,
        "phone",
        name or interface,
        "",
        True,
        (),
        1.0,
        1.0,
    )
    agent = Agent(plan, is_reachable=False, status=5)
    world.agents.append(agent)
    return agent


def queue_remove(world: World, session: Session, request: Request) -> None:
    interface, queue = request.get("Interface"), world.queues.get(request.get("Queue"))
    if queue is None:
        refuse(session, request, "Unable to remove interface from queue: No such queue")
        return
    member = queue.members.get(interface)
    if member is None:
        refuse(session, request, "Unable to remove interface: Not there")
    elif not member.dynamic:
        refuse(session, request, "Member not dynamic")
    else:
        ok(session, request, "Removed interface from queue")
        world.members.sign_out(member)


def queue_penalty(world: World, session: Session, request: Request) -> None:
    agent, wanted = _agent(world, request.get("Interface")), request.get("Queue")
    members = [m for m in agent.members if wanted in {"", m.queue.id}] if agent else []
    if not members or not request.get("Penalty").isdigit():
        refuse(session, request, "Invalid interface, queuename or penalty")
        return
    ok(session, request, "Interface penalty set successfully")
    for member in members:
        world.members.set_penalty(member, int(request.get("Penalty")))


def queue_log(world: World, session: Session, request: Request) -> None:
    """QueueLog: a line of one's own in queue_log."""
    queue, event = request.get("Queue"), request.get("Event")
    if not queue or not event:
        refuse(session, request, "Need 'Queue' and 'Event' parameters")
        return
    world.log.write(
        request.get("Uniqueid") or "NONE", queue, request.get("Interface") or "NONE", event, request.get("Message")
    )
    ok(session, request, "Event added successfully")


# -- queues


def _queues(world: World, request: Request) -> list[Queue]:
    wanted = request.get("Queue")
    return [queue for queue in world.queues.values() if wanted in {"", queue.id}]


def queue_reset(world: World, session: Session, request: Request) -> None:
    for queue in _queues(world, request):
        world.disasters.reset(queue)
    ok(session, request, "Queue stats reset successfully")


def queue_reload(world: World, session: Session, request: Request) -> None:
    ok(session, request, "Queue reloaded successfully")
    world.disasters.reload()


def reload(world: World, session: Session, request: Request) -> None:
    ok(session, request, "Module Reloaded")
    world.disasters.reload(request.get("Module") or "All")


def queue_withdraw(world: World, session: Session, request: Request) -> None:
    visits = [v for queue in _queues(world, request) for v in queue.waiting if v.channel.name == request.get("Caller")]
    if not visits:
        refuse(session, request, "Unable to request withdraw from queue: No such caller")
        return
    ok(session, request, "Withdraw requested successfully")
    world.callers.ask_withdraw(visits[0], request.get("WithdrawInfo"))


def queue_priority(world: World, session: Session, request: Request) -> None:
    visits = [v for queue in _queues(world, request) for v in queue.waiting if v.channel.name == request.get("Caller")]
    if not visits or not request.get("Priority").isdigit():
        refuse(session, request, "Unable to change priority caller on queue: No such caller")
        return
    visit = visits[0]
    visit.priority = int(request.get("Priority"))
    visit.queue.waiting.sort(key=lambda each: (-each.priority, each.entered_at))
    ok(session, request, "Priority change for caller on queue")


def user_event(world: World, session: Session, request: Request) -> None:
    """UserEvent: the body passes as it came, with the sender's ActionID, to everybody."""
    ok(session, request, "Event Sent")
    own = {"action", "actionid", "userevent"}
    body = "".join(f"{key.title()}: {value}\r\n" for key, value in request.headers if key not in own)
    world.wire.event("UserEvent", f"UserEvent: {request.get('UserEvent')}\r\n{id_line(request.get('ActionID'))}", body)
