"""A scripted floor with a supervisor's client: one call is connected, sessions are started, and what came is read."""

from __future__ import annotations

from typing import Any

from collectors.simulator.channels import Channel
from collectors.simulator.floor import Talk
from collectors.simulator.hands import Hands

from .desk import Desk, messages
from .worlds import Event, Run

MONITOR = "floorwatch-monitor"


class Scene:
    """`caller` (unique id) talks to `agent` (extension); `desk` is the control account's connection."""

    def __init__(self, queue: str = "sales", **config: Any) -> None:
        self.run = Run(1, **{"agents": 8, "supervisors": 4, "scripted": True, "wrap_up_s": 0, **config})
        self.world = self.run.world
        self.hands: Hands = self.world.hands
        self.desk = Desk(self.run, user="floorwatch-control", secret="floorwatch-control")
        self._read = len(self.desk.received)
        self.caller = self.hands.call(queue)
        self.wait(1.5)

    def wait(self, seconds: float) -> list[Event]:
        """Time passes; everything that came since the last time, answers too."""
        self.desk.wait(seconds)
        came = messages(self.desk.received[self._read :])
        self._read = len(self.desk.received)
        return came

    @property
    def talk(self) -> Talk:
        return self.world.talks_by_call[self.caller]

    @property
    def agent(self) -> str:
        return self.talk.member.agent.plan.extension

    @property
    def target(self) -> str:
        """The agent's own leg."""
        return self.talk.offer.phone.unique_id

    def channel(self, unique_id: str) -> Channel:
        found = self.world.exchange.find(unique_id)
        assert found is not None
        return found

    def start(
        self,
        session: str,
        mode: str = "listen",
        *,
        phone: str = "8001",
        target: str = "",
        follow: str = "0",
        **more: str,
    ) -> list[Event]:
        """Originate, as control does it; the reply."""
        pairs = [
            ("Variable", f"FW_TARGET={target or self.target}"), ("Variable", f"FW_CALLER={self.caller}"),
            ("Variable", f"FW_SESSION={session}"), ("Variable", "FW_QUEUE=sales"), ("Variable", f"FW_FOLLOW={follow}"),
        ]  # fmt: skip
        headers = {
            "Channel": f"PJSIP/{phone}", "Context": MONITOR, "Exten": mode, "Priority": "1", "Async": "true", "Timeout": "8000",
            "CallerID": f'"Floorwatch" <{phone}>', "ChannelId": session, "ActionID": session, **more,
        }  # fmt: skip
        return self.desk.ask("Originate", *pairs, **headers)

    def listen(self, session: str, mode: str = "listen", **more: Any) -> list[Event]:
        """Start, and wait until the session stands."""
        self.start(session, mode, **more)
        return self.wait(0.5)

    def redirect(self, session: str, mode: str) -> list[Event]:
        return self.desk.ask("Redirect", Channel=session, Context=MONITOR, Exten=mode, Priority="1")


def about(events: list[Event], unique_id: str) -> list[str]:
    """What happened to one channel, in order: event names, with the cause or state where there is one."""
    rows = []
    for event in events:
        if unique_id in (event.get("SpyerUniqueid"), event.get("Uniqueid"), event.get("DestUniqueid")) and event.name:
            detail = event.get("Cause") or event.get("DialStatus") or (
                f"{event['Response']} {event['Reason']}" if event.name == "OriginateResponse" else ""
            )  # fmt: skip
            rows.append(f"{event.name} {detail}".strip())
    return [
        row for row in rows if row.split(" ")[0] not in {"NewCallerid", "NewConnectedLine", "DialState", "Newstate"}
    ]
