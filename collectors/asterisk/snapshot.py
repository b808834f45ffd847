"""The lists of one resync, read: what the switch says of itself at one moment. Nothing is compared with events here.

Invariants: items of a list name things otherwise than events do (`Name`/`Location` for `MemberName`/`Interface`); an item without its
keys is left out; the order of the items does not matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from collectors.asterisk.channels import device_of
from collectors.asterisk.codec import Message
from collectors.asterisk.members import is_interface
from collectors.asterisk.switchboard import seconds
from collectors.events import QueueRow


@dataclass(slots=True)
class ListedChannel:
    """One item of CoreShowChannels. `application` is `Queue` for a caller, `AppQueue` for an agent's first leg."""

    uniqueid: str
    name: str
    linked: str
    number: str
    application: str
    data: str
    bridge: str
    is_up: bool
    age_s: int
    message: Message

    @property
    def device(self) -> str:
        return device_of(self.name)

    @property
    def queue(self) -> str:
        """The queue that this caller is in, "" for any other channel."""
        return self.data.partition(",")[0] if self.application == "Queue" else ""


@dataclass(slots=True)
class SwitchLists:
    """Everything that was listed. `has_*`: whether that list was there at all."""

    queues: list[QueueRow] = field(default_factory=list)
    members: list[Message] = field(default_factory=list)
    entries: list[Message] = field(default_factory=list)
    channels: dict[str, ListedChannel] = field(default_factory=dict)
    has_channels: bool = False
    hints: list[tuple[str, str]] = field(default_factory=list)
    bridged: dict[str, str] = field(default_factory=dict)
    """Unique id → bridge, where BridgeInfo was asked for."""

    def bridged_with(self, channel: ListedChannel) -> list[ListedChannel]:
        """The other channels of its bridge."""
        if not channel.bridge:
            return []
        return [c for c in self.channels.values() if c.bridge == channel.bridge and c.uniqueid != channel.uniqueid]

    def other_half(self, channel: ListedChannel) -> ListedChannel | None:
        """The other end of a Local channel."""
        base, semicolon, half = channel.name.rpartition(";")
        if not semicolon:
            return None
        name = f"{base};{'2' if half == '1' else '1'}"
        return next((c for c in self.channels.values() if c.name == name), None)

    def phone_behind(self, channel: ListedChannel) -> ListedChannel | None:
        """The phone that a Local channel leads to: bridged with its other half, or dialled by it and still ringing."""
        other = self.other_half(channel)
        if other is None:
            return None
        for peer in self.bridged_with(other):
            if not peer.name.startswith("Local/"):
                return peer
        dialled = other.data.partition(",")[0] if other.application == "Dial" else ""
        for leg in self.channels.values():
            if dialled and leg.device == dialled and leg.linked == other.linked and leg.application == "AppDial":
                return leg
        return None


def age_s(text: str) -> int:
    """`Duration` of a channel, `hh:mm:ss`, in seconds; 0 where it is none."""
    parts = [seconds(part) for part in text.split(":")]
    if len(parts) != 3 or None in parts:
        return 0
    hours, minutes, rest = (part or 0 for part in parts)
    return hours * 3600 + minutes * 60 + rest


def read(items: Iterable[Message]) -> SwitchLists:
    """List items of QueueStatus, CoreShowChannels, BridgeList, BridgeInfo and ExtensionStateList, in any order."""
    lists = SwitchLists()
    for item in items:
        reader = _READERS.get(item.event)
        if reader is not None:
            reader(lists, item)
    for uniqueid, bridge in lists.bridged.items():
        if uniqueid in lists.channels and bridge:
            lists.channels[uniqueid].bridge = bridge
    return lists


def _read_queue(lists: SwitchLists, item: Message) -> None:
    queue = item.get("Queue")
    if queue:
        lists.queues.append(
            QueueRow(
                queue,
                item.get("Strategy") or None,
                seconds(item.get("Max")) or None,
                seconds(item.get("Weight")),
                seconds(item.get("ServiceLevel")) or None,
            )
        )


def _read_channel(lists: SwitchLists, item: Message) -> None:
    uniqueid = item.get("Uniqueid")
    if not uniqueid:
        return
    lists.has_channels = True
    lists.channels[uniqueid] = ListedChannel(
        uniqueid,
        item.get("Channel"),
        item.get("Linkedid"),
        item.get("CallerIDNum"),
        item.get("Application"),
        item.get("ApplicationData"),
        item.get("BridgeId"),
        item.get("ChannelState") == "6",
        age_s(item.get("Duration")),
        item,
    )


def _read_member(lists: SwitchLists, item: Message) -> None:
    if item.get("Queue") and is_interface(item.get("Location")):
        lists.members.append(item)


def _read_entry(lists: SwitchLists, item: Message) -> None:
    if item.get("Queue") and item.get("Uniqueid"):
        lists.entries.append(item)


def _read_bridged(lists: SwitchLists, item: Message) -> None:
    lists.bridged[item.get("Uniqueid")] = item.get("BridgeUniqueid")


def _read_end(lists: SwitchLists, _item: Message) -> None:
    lists.has_channels = True


def _read_hint(lists: SwitchLists, item: Message) -> None:
    if item.get("Hint"):
        lists.hints.append((f"{item.get('Exten')}@{item.get('Context')}", item.get("Hint")))


_READERS: dict[str, Callable[[SwitchLists, Message], None]] = {
    "QueueParams": _read_queue,
    "QueueMember": _read_member,
    "QueueEntry": _read_entry,
    "CoreShowChannel": _read_channel,
    "CoreShowChannelsComplete": _read_end,
    "BridgeInfoChannel": _read_bridged,
    "ExtensionStatus": _read_hint,
}
