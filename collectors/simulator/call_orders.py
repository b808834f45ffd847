"""Actions that change calls: Originate, Redirect, Bridge, Hangup, variables, transfers. Texts are the switch's.

Each takes (world, session, request), answers the session, and lets the world print what follows from it.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from .channels import Channel
from .dialplan.values import arguments
from .monitoring import originations
from .monitoring.bridging import may_be_bridged
from .orders import ok, refuse
from .requests import Request
from .session import Session, id_line

if TYPE_CHECKING:
    from .world import World

FORBIDDEN_APPLICATIONS = (
    "agi", "dbdeltree", "exec", "externalivr", "mixmonitor", "originate", "reload", "system",
)  # fmt: skip
FORBIDDEN_DATA = ("CURL", "DB", "EVAL", "FILE", "ODBC", "REALTIME", "SHELL")
FORBIDDEN_FUNCTIONS = ("SHELL(", "FILE(", "EVAL(", "CURL(", "ODBC_")
BLACKLISTED = "Originate Access Forbidden: app or data blacklisted"


# -- originate


def originate(world: World, session: Session, request: Request) -> None:
    """A phone, or a websocket, into the dialplan or an application; a `Local/QUEUE@…` is one more caller for that queue."""
    asked, application, data = request.get("Channel"), request.get("Application"), request.get("Data")
    context, exten = request.get("Context"), request.get("Exten")
    if not asked:
        refuse(session, request, "Channel not specified")
    elif application and _is_forbidden(session, application, data):
        refuse(session, request, BLACKLISTED)
    elif not application and world.dialplan.steps(context, exten) is None:
        refuse(session, request, "Extension does not exist.")
    elif request.get("Async").lower() in {"true", "yes", "1", "on"}:
        ok(session, request, "Originate successfully queued")
        _originate(world, request)
    else:
        session.hold()
        _originate(world, request, session)


def _originate(world: World, request: Request, waits: Session | None = None) -> None:
    queue = world.queues.get(request.get("Channel").removeprefix("Local/").partition("@")[0])
    if request.get("Channel").startswith("Local/") and queue is not None:
        world.callers.call_in(queue, seed=zlib.crc32(request.get("ChannelId").encode()))
        if waits is not None:
            waits.go_on()
        return
    origination = originations.of_request(request)
    if waits is not None:
        session = waits

        def told(*, succeeded: bool) -> None:
            if succeeded:
                ok(session, request, "Originate successfully queued")
            else:
                refuse(session, request, "Originate failed")
            session.go_on()

        origination.told = told
    world.originations.begin(origination)


def _is_forbidden(session: Session, application: str, data: str) -> bool:
    """What an account without class system may not originate."""
    if session.account is not None and "system" in session.account.write:
        return False
    low = application.lower()
    return any(word in low for word in FORBIDDEN_APPLICATIONS) or any(word in data for word in FORBIDDEN_DATA)


# -- redirect, bridge


def redirect(world: World, session: Session, request: Request) -> None:
    """A supervisor's leg into another mode, or a caller to another place."""
    key, context, exten = request.get("Channel"), request.get("Context"), request.get("Exten")
    channel = world.exchange.find(key)
    if channel is None:
        refuse(session, request, f"Channel does not exist: {key}")
        return
    ok(session, request, "Redirect successful")
    ringing, course = world.originations.find(channel), world.courses.by_channel.get(channel.unique_id)
    if ringing is not None and channel.unique_id not in world.courses.by_channel:
        world.originations.redirect(ringing, context, exten)
    elif course is not None and channel.unique_id not in world.calls:
        world.courses.redirect(course, context, exten)
    elif channel.unique_id in world.calls:
        _redirect_caller(world, channel, context, exten)
    else:
        _lead_anybody(world, channel, context, exten)


def _redirect_caller(world: World, channel: Channel, context: str, exten: str) -> None:
    call = world.calls[channel.unique_id]
    if world.dialplan.knows(context):
        world.bridgings.take(channel, "redirect")
        if world.courses.start(channel, context, exten) is None:
            world.callers.hang_up(call)
        return
    queues = list(world.queues)
    numbered = queues[int(exten) - 800] if exten.isdigit() and 0 <= int(exten) - 800 < len(queues) else exten
    if numbered in world.queues:
        world.callers.moved_on(call)
        world.transfers.redirect(call, numbered)
    else:
        world.bridgings.take(channel, "redirect")
        world.callers.hang_up(call)


def _lead_anybody(world: World, channel: Channel, context: str, exten: str) -> None:
    """An agent's leg, or a supervisor's who was bridged by AMI: out of where it is, and there."""
    agent = channel.agent
    if agent is not None and agent.talk is not None and channel in (agent.talk.offer.phone, agent.talk.offer.leg):
        world.talks.cut(agent.talk, agent_first=True)
        return
    world.bridgings.take(channel)
    if world.courses.start(channel, context, exten) is None:
        world.exchange.hang_up(channel, 16)


def bridge(world: World, session: Session, request: Request) -> None:
    """AMI Bridge of two channels."""
    found = []
    for number in ("1", "2"):
        key = request.get(f"Channel{number}")
        channel = world.exchange.find(key)
        if channel is None:
            refuse(session, request, f"Channel{number} does not exist: {key}")
            return
        found.append(channel)
    if not all(may_be_bridged(channel) for channel in found):
        refuse(session, request, "Unable to bridge these channels")
    elif found[0] is found[1]:
        refuse(session, request, "Unable to bridge channel to itself")
    else:
        ok(session, request, "Channels have been bridged")
        world.bridgings.bridge_by_manager(found[0], found[1])


def bridge_kick(world: World, session: Session, request: Request) -> None:
    """No class is needed for it: everybody may."""
    wanted, channel = request.get("BridgeUniqueid"), world.exchange.find(request.get("Channel"))
    if wanted and wanted not in world.exchange.bridges:
        refuse(session, request, "Bridge not found")
    elif channel is None or channel.bridge is None or (wanted and channel.bridge.unique_id != wanted):
        refuse(session, request, "Channel not found" if channel is None else "Channel not in bridge")
    else:
        ok(session, request, "Channel has been kicked")
        end_channel(world, channel, None)


def bridge_destroy(world: World, session: Session, request: Request) -> None:
    found = world.exchange.bridges.get(request.get("BridgeUniqueid"))
    if found is None:
        refuse(session, request, "Bridge not found")
        return
    ok(session, request, "Bridge has been destroyed")
    for channel in list(found.channels):
        end_channel(world, channel, None)


# -- hang up


def hangup(world: World, session: Session, request: Request) -> None:
    """End a channel by name or unique id, or all that a `/regular expression/` matches. Nobody's phone asked for it."""
    key, cause = request.get("Channel"), request.get("Cause")
    number = int(cause) if cause.isdigit() else None
    if len(key) > 2 and key.startswith("/") and key.endswith("/"):
        _hang_up_all(world, session, request, key[1:-1], number)
        return
    channel = world.exchange.find(key)
    if channel is None:
        refuse(session, request, "No such channel")
        return
    ok(session, request, "Channel Hungup")
    end_channel(world, channel, number)


def _hang_up_all(world: World, session: Session, request: Request, pattern: str, cause: int | None) -> None:
    try:
        wanted = re.compile(pattern)
    except re.error:
        refuse(session, request, f"Regex compile failed for: {pattern}")
        return
    found = [each for each in world.exchange.channels.values() if each.is_up and wanted.search(each.name)]
    identity = id_line(request.get("ActionID"))
    items = [f"Event: ChannelHungup\r\n{identity}Channel: {each.name}\r\n\r\n" for each in found]
    session.send_list(request.get("ActionID"), "Channels hung up will follow", items, "ChannelsHungupListComplete")
    for channel in found:
        if channel.is_up:
            end_channel(world, channel, cause)


def end_channel(world: World, channel: Channel, cause: int | None) -> None:
    """A manager ends this channel, whatever it is in."""
    agent, call = channel.agent, world.calls.get(channel.unique_id)
    ringing, course = world.originations.find(channel), world.courses.by_channel.get(channel.unique_id)
    if call is not None:
        world.callers.cut_off(call)
    elif world.own_calls.end_consulted(channel):
        pass  # its other legs ended with it
    elif course is not None:
        world.courses.hang_up(course, requested=False, cause=cause)
    elif ringing is not None:
        world.originations.hang_up(ringing)
    elif agent is not None and agent.talk is not None and agent.talk.offer.phone is channel:
        world.talks.cut(agent.talk, agent_first=True)
    elif agent is not None and agent.own is not None and agent.own.leg is channel:
        world.own_calls.end_any(agent.own)
    elif agent is not None and agent.offer is not None and agent.offer.phone is channel:
        world.offers.miss(agent.offer, status="BUSY", ring_ms=0)
    else:
        _end_half(world, channel)


def _end_half(world: World, channel: Channel) -> None:
    """A Local half, a trunk's far end, or a leg that was bridged by AMI."""
    for agent in world.agents:
        talk, own = agent.talk, agent.own
        if talk is not None and channel in (talk.offer.one, talk.offer.two):
            world.talks.cut(talk, agent_first=True)
            return
        if own is not None and own.other is channel:
            world.own_calls.end_any(own)
            return
    if world.diallings.hang_up(channel):
        return
    world.exchange.leave(channel)
    world.exchange.hang_up(channel, 16)


# -- variables


def setvar(world: World, session: Session, request: Request) -> None:
    name, value, key = request.get("Variable"), request.get("Value"), request.get("Channel")
    channel = world.exchange.find(key) if key else None
    if not name:
        refuse(session, request, "No variable specified")
    elif key and channel is None:
        refuse(session, request, "No such channel")
    elif "(" in name and name.startswith(("DB(", "FILE(", "SHELL(")):
        refuse(session, request, "Variable not set")
    else:
        ok(session, request, "Variable Set")
        if channel is not None:
            world.set_value(channel, name, value)
        else:
            world.globals[name] = value


def getvar(world: World, session: Session, request: Request) -> None:
    name, key = request.get("Variable"), request.get("Channel")
    channel = world.exchange.find(key) if key else None
    if not name:
        refuse(session, request, "No variable specified")
    elif key and channel is None:
        refuse(session, request, "No such channel")
    elif name.startswith(FORBIDDEN_FUNCTIONS):
        refuse(session, request, "GetVar Access Forbidden")
    else:
        if name.startswith("DB(") and name.endswith(")"):
            value = world.database.get(name[3:-1], "")
        elif channel is None:
            value = world.globals.get(name, "")
        else:
            value = world.courses.value(channel, channel.exten, name)
        session.reply("Success", request.get("ActionID"), f"Variable: {name}\r\nValue: {value}\r\n")


def database_put(world: World, session: Session, request: Request) -> None:
    family, key = request.get("Family"), request.get("Key")
    if not family or not key:
        refuse(session, request, "No family specified." if not family else "No key specified.")
        return
    world.database[f"{family}/{key}"] = request.get("Val")
    ok(session, request, "Updated database successfully")


def database_delete(world: World, session: Session, request: Request) -> None:
    if world.database.pop(f"{request.get('Family')}/{request.get('Key')}", None) is None:
        refuse(session, request, "Database entry not found")
    else:
        ok(session, request, "Key deleted successfully")


# -- transfers, keys


def blind_transfer(world: World, session: Session, request: Request) -> None:
    """AMI BlindTransfer of an agent's leg: who talks to him goes to the extension."""
    channel = world.exchange.find(request.get("Channel"))
    if channel is None:
        refuse(session, request, "Channel specified does not exist")
    elif channel.agent is None or not world.hands.blind_transfer(channel.agent.plan.extension, request.get("Exten")):
        refuse(session, request, "Transfer failed")
    else:
        ok(session, request, "Transfer succeeded")


def attended_transfer(world: World, session: Session, request: Request) -> None:
    """AMI Atxfer: the agent asks a colleague first."""
    channel = world.exchange.find(request.get("Channel"))
    if channel is None:
        refuse(session, request, "Channel specified does not exist")
    elif channel.agent is None or not world.hands.consult(channel.agent.plan.extension, request.get("Exten")):
        refuse(session, request, "Transfer failed")
    else:
        ok(session, request, "Atxfer successfully queued")


def play_dtmf(world: World, session: Session, request: Request) -> None:
    """A digit for a channel. No ChanSpy here listens to digits."""
    channel, digit = world.exchange.find(request.get("Channel")), arguments(request.get("Digit"))[0]
    if channel is None:
        refuse(session, request, "Channel not specified" if not request.get("Channel") else "No such channel")
        return
    ok(session, request, "DTMF successfully queued")
    if request.get("Receive").lower() in {"true", "yes", "1"}:
        world.exchange.says("DTMFEnd", channel, f"Digit: {digit}\r\nDurationMs: 100\r\nDirection: Received\r\n")


def not_here(_world: World, session: Session, request: Request) -> None:
    """An action whose rights are checked, and which this switch cannot do."""
    refuse(session, request, "No such thing on this switch")
