"""Who is a member of which queue, under which names, paused or not, and which phone is whose.

Invariants: an agent is his interface; a name is only an attribute, may differ per queue, may be another's interface
(`PJSIP/1007` as the name of `Local/1007@agents/n`), and may be shared. An interface without a technology (a fragment of a name
that a restart cut at a comma) can never ring and is no member.
"""

from __future__ import annotations

from collectors.events import Device

_LOCAL = "Local/"
_HINT = "hint:"


class Member:
    """One membership."""

    __slots__ = (
        "agent",
        "device",
        "dynamic",
        "name",
        "paused",
        "paused_at_ms",
        "penalty",
        "queue",
        "reason",
        "touched_ms",
    )

    def __init__(self, queue: str, agent: str) -> None:
        self.queue = queue
        self.agent = agent
        self.name: str | None = None
        self.dynamic = False
        self.penalty = 0
        self.paused = False
        self.reason: str | None = None
        self.paused_at_ms: int | None = None
        self.device: Device = "unknown"
        self.touched_ms = 0


def is_interface(text: str) -> bool:
    """Whether a member of this interface can ring at all."""
    technology, slash, place = text.partition("/")
    return bool(slash and place and technology and not technology.startswith(" "))


class Members:
    """All memberships by (queue, agent), and the phones behind them."""

    def __init__(self) -> None:
        self._all: dict[tuple[str, str], Member] = {}
        self._phones: dict[str, str] = {}
        self._hinted: dict[str, str] = {}
        self._hints: dict[str, str] = {}
        self._devices: dict[str, Device] = {}
        self._queues: dict[str, int] = {}
        self._named: dict[tuple[str, str], list[str]] = {}

    def get(self, queue: str, agent: str) -> Member | None:
        return self._all.get((queue, agent))

    def all(self) -> list[Member]:
        return list(self._all.values())

    def is_agent(self, agent: str) -> bool:
        """Whether `agent` is a member of any queue."""
        return self._queues.get(agent, 0) > 0

    def add(self, queue: str, agent: str) -> Member:
        """The membership, new or the one that is known."""
        member = self._all.get((queue, agent))
        if member is None:
            member = self._all[queue, agent] = Member(queue, agent)
            self._queues[agent] = self._queues.get(agent, 0) + 1
            if not agent.startswith(_LOCAL):
                self._phones[agent] = agent
        return member

    def remove(self, queue: str, agent: str) -> bool:
        """Whether it was a membership. Its names stay known: what it did before is told after."""
        if self._all.pop((queue, agent), None) is None:
            return False
        self._queues[agent] -= 1
        return True

    def named(self, member: Member, name: str) -> bool:
        """`member` is called `name`; whether that is news."""
        if not name or member.name == name:
            return False
        member.name = name
        for where in (member.queue, ""):
            namesakes = self._named.setdefault((where, name), [])
            if member.agent in namesakes:
                namesakes.remove(member.agent)
            namesakes.append(member.agent)
        return True

    def called(self, queue: str, name: str) -> list[str]:
        """The agents whom the log calls `name` in `queue`: its members of that name, one who was, or the interface itself."""
        agents = self._named.get((queue, name), [])
        here = [agent for agent in agents if (member := self._all.get((queue, agent))) and member.name == name]
        if here or agents:
            return here or agents[-1:]
        if (queue, name) in self._all:
            return [name]
        elsewhere = self._named.get(("", name), [])[-1:]
        return elsewhere or ([name] if is_interface(name) else [])

    def names(self) -> dict[tuple[str, str], list[str]]:
        """Queue ("" for any) and name → the agents who were called that there, the newest last."""
        return self._named

    def has_namesakes(self) -> bool:
        """Whether a queue has two members of one name."""
        names = [(member.queue, member.name) for member in self._all.values() if member.name]
        return len(set(names)) < len(names)

    # -- phones ---------------------------------------------------------------------------------------------------------

    def agent_at(self, device: str) -> str | None:
        """Whose phone `device` (`PJSIP/1005`) is; None: nobody's."""
        return self._phones.get(device)

    def watches(self, agent: str, state_interface: str) -> None:
        """`agent`'s state is that of `state_interface`: a phone, or `hint:<exten>@<context>`."""
        if state_interface.startswith(_HINT):
            hint = state_interface.removeprefix(_HINT)
            self._hinted[hint] = agent
            if hint in self._hints:
                self.rings_at(agent, self._hints[hint])
        elif is_interface(state_interface) and not state_interface.startswith(_LOCAL):
            self.rings_at(agent, state_interface)

    def hint(self, hint: str, device: str) -> None:
        """The dialplan's hint `<exten>@<context>` watches `device`."""
        if not is_interface(device) or "&" in device or device.startswith(_LOCAL):
            return
        self._hints[hint] = device
        if hint in self._hinted:
            self.rings_at(self._hinted[hint], device)

    def rings_at(self, agent: str, device: str) -> None:
        """`device` is `agent`'s phone, unless it is a member by itself."""
        if self._phones.get(device) != device:
            self._phones[device] = agent

    def device(self, agent: str, device: Device) -> bool:
        """Note what the switch says of the agent's phone; whether that is news."""
        if self._devices.get(agent) == device:
            return False
        self._devices[agent] = device
        return True

    def device_of(self, agent: str) -> Device:
        return self._devices.get(agent, "unknown")
