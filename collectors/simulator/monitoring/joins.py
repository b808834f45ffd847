"""Who was on whose call: the truth of all monitoring, from when to when and in which mode. Only ever written by what is heard.

Invariants: a row is opened when sound can flow (ChanSpyStart, a bridge) and closed when it no longer can; `call` is the caller
of the conversation that was heard in that moment, whatever anybody asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collectors.simulator.channels import Channel

if TYPE_CHECKING:
    from collectors.simulator.world import World

KEPT = 20_000


class Joins:
    """`rows`: session (the supervisor's unique id), supervisor, mode, target and target_name, agent, call, from, to (None: now)."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.rows: list[dict[str, Any]] = []

    def begin(self, supervisor: Channel, target: Channel, mode: str) -> dict[str, Any]:
        """`supervisor` hears `target` in `mode` from now on."""
        agent, call = self._conversation(target)
        row: dict[str, Any] = {
            "session": supervisor.unique_id, "supervisor": endpoint(supervisor), "mode": mode, "target": target.unique_id,
            "target_name": target.name, "agent": agent, "call": call, "from": self._world.engine.now, "to": None,
        }  # fmt: skip
        self.rows.append(row)
        if len(self.rows) > KEPT:
            del self.rows[: KEPT // 10]
        return row

    def end(self, row: dict[str, Any]) -> None:
        if row["to"] is None:
            row["to"] = self._world.engine.now

    def end_all(self) -> None:
        """The switch died: nobody hears anything."""
        for row in self.rows:
            self.end(row)

    def _conversation(self, target: Channel) -> tuple[str | None, str | None]:
        """The agent and the caller whom the sound of `target` belongs to."""
        world = self._world
        if target.unique_id in world.calls:
            talk = world.talks_by_call.get(target.unique_id)
            return (talk.member.agent.interface if talk else None), target.unique_id
        for agent in world.agents:
            talk = agent.talk
            if talk is not None and target in (talk.offer.phone, talk.offer.one, talk.offer.two):
                return agent.interface, talk.visit.call.channel.unique_id
            own = agent.own
            if own is not None and target in (own.leg, own.other):
                return agent.interface, own.other.unique_id
        return (target.agent.interface if target.agent else None), None


def endpoint(channel: Channel) -> str:
    """`8001` of PJSIP/8001-0000002a, else the name without its last part."""
    kind, _, rest = channel.name.partition("/")
    return rest.rpartition("-")[0] if kind == "PJSIP" else f"{kind}/{rest.rpartition('/')[0]}"
