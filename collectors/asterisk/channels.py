"""The channels that exist on the switch now, and how they hang together: Local halves, dials, bridges.

Invariants: a channel is known by its unique id only (names are reused after a restart); what was never announced is made up from
the headers of the first event that names it; nothing outlives its `Hangup`.
"""

from __future__ import annotations

from collectors.asterisk.codec import Message
from collectors.asterisk.tables import UNKNOWN_CALLERS
from collectors.supervisor_legs import is_supervisor_leg

_HOPS = 6
"""Local pairs in a row that are followed to find whose leg a channel is."""
_REMEMBERED = 4_096
"""Unique ids of ended channels that are kept, so that a late event does not bring one back."""


def known(text: str) -> str | None:
    """A caller's number or name, or None where the switch says that it does not know."""
    return None if text in UNKNOWN_CALLERS else text


def device_of(name: str) -> str:
    """`PJSIP/1001` of `PJSIP/1001-0000002a`, `Local/1005@agents` of `Local/1005@agents-00000007;1`, `WebSocket/floorwatch` of
    `WebSocket/floorwatch/0x7f22d8004730`."""
    if name.startswith("WebSocket/"):
        return name.rpartition("/0x")[0] or name
    return name.rpartition("-")[0] or name


class Channel:
    """One leg, as far as events told of it."""

    __slots__ = (
        "bridge",
        "dialled_by",
        "dialling",
        "exten",
        "hang_up_cause",
        "is_supervisors",
        "is_up",
        "linked",
        "name",
        "number",
        "other_half",
        "seen_ms",
        "uniqueid",
    )

    def __init__(self, uniqueid: str, name: str = "", linked: str = "", number: str = "", exten: str = "") -> None:
        self.uniqueid = uniqueid
        self.name = name
        self.linked = linked
        self.number = number
        self.exten = exten
        self.is_up = False
        self.bridge = ""
        self.dialled_by = ""
        self.dialling = ""
        self.other_half = ""
        self.seen_ms = 0
        """When it was first heard of."""
        self.is_supervisors = is_supervisor_leg(uniqueid)
        """The leg of somebody who listens, or talks in an agent's place: nobody's call."""
        self.hang_up_cause: str | None = None
        """Cause of the hang-up that this leg's own far end asked for; None: it did not."""

    @property
    def device(self) -> str:
        return device_of(self.name)


class Channels:
    """All channels by unique id."""

    def __init__(self) -> None:
        self._all: dict[str, Channel] = {}
        self._bridges: dict[str, dict[str, None]] = {}
        self._gone: dict[str, None] = {}
        self.now_ms = 0

    def __len__(self) -> int:
        return len(self._all)

    def get(self, uniqueid: str) -> Channel | None:
        return self._all.get(uniqueid)

    def all(self) -> list[Channel]:
        return list(self._all.values())

    def clear(self) -> None:
        self._all.clear()
        self._bridges.clear()
        self._gone.clear()

    def seen(self, message: Message, prefix: str = "") -> Channel | None:
        """The channel that the headers `<prefix>Uniqueid` … name; None where they are missing or it was hung up already."""
        uniqueid = message.get(prefix + "Uniqueid")
        if not uniqueid or uniqueid in self._gone:
            return None
        return self._all.get(uniqueid) or self.add(message, uniqueid, prefix)

    def add(self, message: Message, uniqueid: str, prefix: str = "") -> Channel:
        """A new channel from the headers of `message`."""
        get = message.get
        channel = Channel(
            uniqueid,
            get(prefix + "Channel"),
            get(prefix + "Linkedid"),
            get(prefix + "CallerIDNum"),
            get(prefix + "Exten"),
        )
        channel.is_up = get(prefix + "ChannelState") == "6"
        channel.seen_ms = self.now_ms
        self._all[uniqueid] = channel
        return channel

    def is_gone(self, uniqueid: str) -> bool:
        """Whether its hang-up was told."""
        return uniqueid in self._gone

    def forget(self, uniqueid: str) -> None:
        """The lists do not hold it any more: should it live nevertheless, its next event brings it back."""
        channel = self._all.pop(uniqueid, None)
        if channel is not None and channel.bridge:
            self.leave(channel)

    def drop(self, uniqueid: str) -> Channel | None:
        """The channel is gone; gives it for the last time."""
        channel = self._all.pop(uniqueid, None)
        self._gone[uniqueid] = None
        if len(self._gone) > _REMEMBERED:
            del self._gone[next(iter(self._gone))]
        if channel is not None and channel.bridge:
            self.leave(channel)
        return channel

    def pair(self, one: Channel, two: Channel) -> None:
        """The two halves of a Local channel."""
        one.other_half, two.other_half = two.uniqueid, one.uniqueid

    def enter(self, channel: Channel, bridge: str) -> None:
        if channel.bridge:
            self.leave(channel)
        channel.bridge = bridge
        if bridge:
            self._bridges.setdefault(bridge, {})[channel.uniqueid] = None

    def leave(self, channel: Channel) -> None:
        inside = self._bridges.get(channel.bridge)
        if inside is not None:
            inside.pop(channel.uniqueid, None)
            if not inside:
                del self._bridges[channel.bridge]
        channel.bridge = ""

    def peers(self, channel: Channel) -> list[Channel]:
        """The other channels in its bridge."""
        inside = self._bridges.get(channel.bridge, {}) if channel.bridge else {}
        return [peer for uid in inside if uid != channel.uniqueid and (peer := self._all.get(uid)) is not None]

    def towards_caller(self, uniqueid: str) -> list[str]:
        """`uniqueid` and the legs that it stands for: who dialled it, that one's other Local half, and so on."""
        way = [uniqueid]
        channel = self._all.get(uniqueid)
        for _ in range(_HOPS):
            if channel is None or not channel.dialled_by:
                break
            dialler = self._all.get(channel.dialled_by)
            if dialler is None or not dialler.other_half:
                break
            way.append(dialler.other_half)
            channel = self._all.get(dialler.other_half)
        return way

    def behind(self, uniqueid: str) -> list[str]:
        """The legs that stand behind a Local half: what its other half dials, and so on to the phone."""
        way: list[str] = []
        channel = self._all.get(uniqueid)
        for _ in range(_HOPS):
            if channel is None or not channel.other_half:
                break
            other = self._all.get(channel.other_half)
            if other is None or not other.dialling:
                break
            way.append(other.dialling)
            channel = self._all.get(other.dialling)
        return way
