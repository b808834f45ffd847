"""Actions that change something: pausing, signing in and out, moving and ending calls, monitoring. Texts are the switch's.

Each takes (world, session, request), answers the session, and lets the world print what follows from it.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from .channels import Channel
from .floor import Agent, Call, Queue
from .requests import Request
from .session import Session, id_line
from .spying import CONTEXT, MODES
from .staff import AgentPlan

if TYPE_CHECKING:
    from .world import World

TRUTHS = frozenset({"yes", "true", "y", "t", "1", "on"})


def _ok(session: Session, request: Request, message: str) -> None:
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
    _ok(session, request, f"Interface {'' if pauses else 'un'}paused successfully")
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
        _ok(session, request, "Added interface to queue")
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
        _ok(session, request, "Removed interface from queue")
        world.members.sign_out(member)


def queue_penalty(world: World, session: Session, request: Request) -> None:
    agent, wanted = _agent(world, request.get("Interface")), request.get("Queue")
    members = [m for m in agent.members if wanted in {"", m.queue.id}] if agent else []
    if not members or not request.get("Penalty").isdigit():
        refuse(session, request, "Invalid interface, queuename or penalty")
        return
    _ok(session, request, "Interface penalty set successfully")
    for member in members:
        world.members.set_penalty(member, int(request.get("Penalty")))


# -- queues


def _queues(world: World, request: Request) -> list[Queue]:
    wanted = request.get("Queue")
    return [queue for queue in world.queues.values() if wanted in {"", queue.id}]


def queue_reset(world: World, session: Session, request: Request) -> None:
    for queue in _queues(world, request):
        world.disasters.reset(queue)
    _ok(session, request, "Queue stats reset successfully")


def queue_reload(world: World, session: Session, request: Request) -> None:
    _ok(session, request, "Queue reloaded successfully")
    world.disasters.reload()


def reload(world: World, session: Session, request: Request) -> None:
    _ok(session, request, "Module Reloaded")
    world.disasters.reload(request.get("Module") or "All")


def queue_withdraw(world: World, session: Session, request: Request) -> None:
    visits = [v for queue in _queues(world, request) for v in queue.waiting if v.channel.name == request.get("Caller")]
    if not visits:
        refuse(session, request, "Unable to request withdraw from queue: No such caller")
        return
    _ok(session, request, "Withdraw requested successfully")
    world.callers.ask_withdraw(visits[0], request.get("WithdrawInfo"))


def queue_priority(world: World, session: Session, request: Request) -> None:
    visits = [v for queue in _queues(world, request) for v in queue.waiting if v.channel.name == request.get("Caller")]
    if not visits or not request.get("Priority").isdigit():
        refuse(session, request, "Unable to change priority caller on queue: No such caller")
        return
    visit = visits[0]
    visit.priority = int(request.get("Priority"))
    visit.queue.waiting.sort(key=lambda each: (-each.priority, each.entered_at))
    _ok(session, request, "Priority change for caller on queue")


# -- calls


def _call_of(world: World, channel: Channel) -> Call | None:
    return world.calls.get(channel.unique_id)


def redirect(world: World, session: Session, request: Request) -> None:
    """A caller into a queue, or a monitoring session into another mode."""
    key = request.get("Channel")
    channel = world.exchange.find(key)
    if channel is None:
        refuse(session, request, f"Channel does not exist: {key}")
        return
    spying, call, exten = world.spying.find(key), _call_of(world, channel), request.get("Exten")
    _ok(session, request, "Redirect successful")
    if spying is not None and request.get("Context") == CONTEXT:
        world.spying.redirect(spying, exten)
    elif call is not None:
        queues = list(world.queues)
        numbered = queues[int(exten) - 800] if exten.isdigit() and 0 <= int(exten) - 800 < len(queues) else exten
        world.callers.moved_on(call)
        if numbered in world.queues:
            world.transfers.redirect(call, numbered)
        else:
            world.callers.hang_up(call)


def hangup(world: World, session: Session, request: Request) -> None:
    """End a channel by name or unique id: no HangupRequest, nobody's phone asked for it."""
    key = request.get("Channel")
    channel = world.exchange.find(key)
    if channel is None:
        refuse(session, request, "No such channel")
        return
    _ok(session, request, "Channel Hungup")
    spying, call, agent = world.spying.find(key), _call_of(world, channel), channel.agent
    if spying is not None:
        world.spying.hang_up(spying, "manager")
    elif call is not None:
        world.callers.cut_off(call)
    elif agent is not None and agent.talk is not None and agent.talk.offer.phone is channel:
        world.talks.end(agent.talk, "agent", requested=False)
    elif agent is not None and agent.own is not None:
        world.own_calls.end_any(agent.own)
    elif agent is not None and agent.offer is not None:
        world.offers.miss(agent.offer, status="BUSY", ring_ms=0)


def originate(world: World, session: Session, request: Request) -> None:
    """A supervisor's phone into ChanSpy, or a test caller into a queue; other endpoints fail, later and in an event."""
    where, mode = request.get("Context"), request.get("Exten")
    if where == CONTEXT and mode not in MODES and mode != "takeover":
        refuse(session, request, "Extension does not exist.")
        return
    channel = request.get("Channel")
    extension = channel.removeprefix("PJSIP/")
    _ok(session, request, "Originate successfully queued")
    if channel.startswith("Local/") and channel.removeprefix("Local/").partition("@")[0] in world.queues:
        queue = world.queues[channel.removeprefix("Local/").partition("@")[0]]
        world.callers.call_in(queue, seed=zlib.crc32(request.get("ChannelId").encode()))
    elif extension in world.staff.supervisors and extension not in {
        s.supervisor for s in world.spying.sessions.values()
    }:
        _spy(world, request, extension, mode)
    else:
        world.engine.after(0.05, _originate_failed, world, request)


def _spy(world: World, request: Request, extension: str, mode: str) -> None:
    variables = dict(line.partition("=")[::2] for line in request.all("Variable"))
    target, application = variables.get("FW_TARGET", ""), ""
    if request.get("Application"):
        application = request.get("Data")
        mode = "listen"
        wanted = application.partition(",")[0]
        found = next(
            (c for c in world.exchange.channels.values() if c.name.startswith(f"{wanted}-") or c.name == wanted), None
        )
        target = found.unique_id if found is not None else ""
    number = re.match(r'\s*"?([^"<]*)"?', request.get("CallerID"))
    name = number.group(1).strip() if number else ""
    spying = world.spying.originate(
        extension,
        request.get("ChannelId"),
        mode,
        target,
        name,
        action_id=request.get("ActionID"),
        application=application,
    )
    spying.variables.update(variables)


def _originate_failed(world: World, request: Request) -> None:
    if request.get("Application"):
        what = f"Application: {request.get('Application')}\r\nData: {request.get('Data')}\r\n"
    else:
        what = f"Context: {request.get('Context')}\r\nExten: {request.get('Exten')}\r\n"
    world.wire.event(
        "OriginateResponse",
        f"{id_line(request.get('ActionID'))}Response: Failure\r\nChannel: {request.get('Channel')}\r\n{what}Reason: 0\r\n",
        "Uniqueid: <unknown>\r\nCallerIDNum: <unknown>\r\nCallerIDName: <unknown>\r\n",
    )


def user_event(world: World, session: Session, request: Request) -> None:
    """UserEvent: the body passes as it came, with the sender's ActionID, to everybody."""
    _ok(session, request, "Event Sent")
    own = {"action", "actionid", "userevent"}
    body = "".join(f"{key.title()}: {value}\r\n" for key, value in request.headers if key not in own)
    world.wire.event("UserEvent", f"UserEvent: {request.get('UserEvent')}\r\n{id_line(request.get('ActionID'))}", body)
