"""What the switch lists when asked: queues, channels, bridges, device states. Formats are the recordings'.

A list item has the asker's ActionID and no Privilege (but for Status); header names differ from those of live events.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .channels import Channel
from .floor import Queue
from .members import DEVICE_NAMES, HINTS, is_available
from .requests import Request
from .session import Session, id_line

if TYPE_CHECKING:
    from .world import World


WORDS = {"NOT_INUSE": "Not in use", "INUSE": "In use", "BUSY": "Busy", "RINGING": "Ringing", "RINGINUSE": "Ring+Inuse"}
"""Device states as PJSIPShowEndpoints words them."""


def queue_status(world: World, session: Session, request: Request) -> None:
    """QueueStatus, with Queue and Member filters; an unknown queue is an empty list."""
    identity, wanted, member = id_line(request.get("ActionID")), request.get("Queue"), request.get("Member")
    items: list[str] = []
    for queue in world.queues.values():
        if wanted in {"", queue.id}:
            items.extend(_queue_rows(world, queue, identity, member))
    session.send_list(request.get("ActionID"), "Queue status will follow", items, "QueueStatusComplete")


def _queue_rows(world: World, queue: Queue, identity: str, wanted: str) -> Iterator[str]:
    plan, total = queue.plan, queue.completed + queue.abandoned
    level = 100 * queue.in_level / queue.completed if queue.completed else 0.0
    level2 = 100 * (queue.in_level + queue.abandoned_in_level) / total if total else 0.0
    yield (
        f"Event: QueueParams\r\nQueue: {queue.id}\r\nMax: {plan.max_callers}\r\nStrategy: {plan.strategy}\r\n"
        f"Calls: {len(queue.waiting)}\r\nHoldtime: {queue.hold_s}\r\nTalkTime: {queue.talk_s}\r\nCompleted: {queue.completed}\r\n"
        f"Abandoned: {queue.abandoned}\r\nServiceLevel: 20\r\nServicelevelPerf: {level:.1f}\r\nServicelevelPerf2: {level2:.1f}\r\n"
        f"Weight: {plan.weight}\r\n{identity}\r\n"
    )
    for member in queue.members.values():
        if wanted in {"", member.agent.interface}:
            yield f"Event: QueueMember\r\n{world.members.row(member)}{identity}\r\n"
    for place, visit in enumerate(queue.waiting, 1):
        caller = visit.channel
        yield (
            f"Event: QueueEntry\r\nQueue: {queue.id}\r\nPosition: {place}\r\nChannel: {caller.name}\r\n"
            f"Uniqueid: {caller.unique_id}\r\nCallerIDNum: {caller.number or 'unknown'}\r\n"
            f"CallerIDName: {caller.caller_name or 'unknown'}\r\nConnectedLineNum: {caller.connected_number or 'unknown'}\r\n"
            f"ConnectedLineName: {caller.connected_name or 'unknown'}\r\nWait: {world.callers.waited(visit)}\r\n"
            f"Priority: {visit.priority}\r\n{identity}\r\n"
        )


def queue_summary(world: World, session: Session, request: Request) -> None:
    """QueueSummary: members logged in and available, callers, the longest wait."""
    identity, wanted = id_line(request.get("ActionID")), request.get("Queue")
    now, items = world.engine.now, []
    for queue in world.queues.values():
        if wanted not in {"", queue.id}:
            continue
        members = queue.members.values()
        longest = max((world.callers.waited(visit) for visit in queue.waiting), default=0)
        items.append(
            f"Event: QueueSummary\r\nQueue: {queue.id}\r\nLoggedIn: {sum(m.agent.is_reachable for m in members)}\r\n"
            f"Available: {sum(is_available(m, now) for m in members)}\r\nCallers: {len(queue.waiting)}\r\n"
            f"HoldTime: {queue.hold_s}\r\nTalkTime: {queue.talk_s}\r\nLongestHoldTime: {longest}\r\n{identity}\r\n"
        )
    session.send_list(request.get("ActionID"), "Queue summary will follow", items, "QueueSummaryComplete")


def queue_rule(_world: World, session: Session, request: Request) -> None:
    """QueueRule: everything in one reply, and one empty line too many."""
    session.send(
        f"Response: Success\r\n{id_line(request.get('ActionID'))}RuleList: viprule\r\nRule: 10,+1,+0\r\n\r\n\r\n"
    )


def core_show_channels(world: World, session: Session, request: Request) -> None:
    identity = id_line(request.get("ActionID"))
    items = []
    for channel in world.exchange.channels.values():
        seconds = int(world.engine.now - channel.created_at)
        items.append(
            f"Event: CoreShowChannel\r\n{identity}{channel.lines()}Application: {channel.application}\r\n"
            f"ApplicationData: {channel.data}\r\n"
            f"Duration: {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}\r\n"
            f"BridgeId: {channel.bridge.unique_id if channel.bridge else ''}\r\n\r\n"
        )
    session.send_list(request.get("ActionID"), "Channels will follow", items, "CoreShowChannelsComplete")


def bridge_list(world: World, session: Session, request: Request) -> None:
    identity = id_line(request.get("ActionID"))
    items = [f"Event: BridgeListItem\r\n{identity}{bridge.lines()}\r\n" for bridge in world.exchange.bridges.values()]
    session.send_list(request.get("ActionID"), "Bridge listing will follow", items, "BridgeListComplete")


def bridge_info(world: World, session: Session, request: Request) -> None:
    """BridgeInfo: the bridge's channels, then the bridge itself in the completing event."""
    action_id = request.get("ActionID")
    identity = id_line(action_id)
    bridge = world.exchange.bridges.get(request.get("BridgeUniqueid"))
    if bridge is None:
        session.reply("Error", action_id, "Message: Specified BridgeUniqueid not found\r\n")
        return
    rows = [f"Event: BridgeInfoChannel\r\n{identity}{channel.lines()}\r\n" for channel in bridge.channels]
    session.send("".join((
        f"Response: Success\r\n{identity}EventList: start\r\nMessage: Bridge channel listing will follow\r\n\r\n", *rows,
        f"Event: BridgeInfoComplete\r\n{identity}EventList: Complete\r\nListItems: {len(rows)}\r\n{bridge.lines()}\r\n",
    )))  # fmt: skip


def status(world: World, session: Session, request: Request) -> None:
    """Status of one channel, or of all."""
    action_id, wanted = request.get("ActionID"), request.get("Channel")
    identity = id_line(action_id)
    channels = list(world.exchange.channels.values())
    if wanted:
        found = world.exchange.find(wanted)
        if found is None:
            session.reply("Error", action_id, "Message: No such channel\r\n")
            return
        channels = [found]
    rows = [_status_row(world, channel, identity) for channel in channels]
    start = f"Response: Success\r\n{identity}EventList: start\r\nMessage: Channel status will follow\r\n\r\n"
    end = f"Event: StatusComplete\r\n{identity}EventList: Complete\r\nListItems: {len(rows)}\r\nItems: {len(rows)}\r\n\r\n"
    session.send("".join((start, *rows, end)))


def _status_row(world: World, channel: Channel, identity: str) -> str:
    kind = channel.name.partition("/")[0]
    return (
        f"Event: Status\r\nPrivilege: Call\r\n{channel.lines()}Type: {kind}\r\nDNID: \r\n"
        f"EffectiveConnectedLineNum: {channel.connected_number or '<unknown>'}\r\n"
        f"EffectiveConnectedLineName: {channel.connected_name or '<unknown>'}\r\nTimeToHangup: 0\r\n"
        f"BridgeID: {channel.bridge.unique_id if channel.bridge else ''}\r\nApplication: {channel.application}\r\n"
        f"Data: {channel.data}\r\nNativeformats: (ulaw)\r\nReadformat: ulaw\r\nReadtrans: \r\nWriteformat: ulaw\r\nWritetrans: \r\n"
        f"Callgroup: 0\r\nPickupgroup: 0\r\nSeconds: {int(world.engine.now - channel.created_at)}\r\n{identity}\r\n"
    )


def device_states(world: World, session: Session, request: Request) -> None:
    """DeviceStateList: items named like live events; only their ActionID tells."""
    identity = id_line(request.get("ActionID"))
    items = [
        f"Event: DeviceStateChange\r\n{identity}Device: {agent.plan.phone}\r\nState: {DEVICE_NAMES[agent.status]}\r\n\r\n"
        for agent in world.agents
    ]
    items += [
        f"Event: DeviceStateChange\r\n{identity}Device: {phone.interface}\r\nState: {phone.state}\r\n\r\n"
        for phone in world.phones.desks.values()
    ]
    session.send_list(request.get("ActionID"), "Device State Changes will follow", items, "DeviceStateListComplete")


def endpoints(world: World, session: Session, request: Request) -> None:
    """PJSIPShowEndpoints: who is registered."""
    identity = id_line(request.get("ActionID"))
    phones = [(each.plan.extension, DEVICE_NAMES[each.status]) for each in world.agents]
    phones += [(each.extension, each.state) for each in world.phones.desks.values()]
    items = [
        f"Event: EndpointList\r\n{identity}ObjectType: endpoint\r\nObjectName: {number}\r\nTransport: \r\nAor: {number}\r\n"
        f"Auths: \r\nOutboundAuths: \r\nContacts: \r\nDeviceState: {WORDS.get(state, 'Unavailable')}\r\n"
        "ActiveChannels: \r\n\r\n"
        for number, state in phones
    ]
    session.send_list(
        request.get("ActionID"),
        "A listing of Endpoints follows, presented as EndpointList events",
        items,
        "EndpointListComplete",
    )


def extension_states(world: World, session: Session, request: Request) -> None:
    identity = id_line(request.get("ActionID"))
    items = []
    for agent in world.agents:
        number, text = HINTS[agent.status]
        items.append(
            f"Event: ExtensionStatus\r\n{identity}Exten: {agent.plan.extension}\r\nContext: hints\r\nHint: {agent.plan.phone}\r\n"
            f"Status: {number}\r\nStatusText: {text}\r\n\r\n"
        )
    session.send_list(request.get("ActionID"), "Extension Statuses will follow", items, "ExtensionStateListComplete")
