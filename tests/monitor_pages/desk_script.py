"""A desk from which one steps in, by script: who may what, who is in whose call, and answers as the gateway and the control process
give them. For pages only; that the server means the same is shown on the running system."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.patience import HANG_S
from tests.pipeline.site import until
from tests.ui.gateway_script import ScriptedGateway

Frame = dict[str, Any]
ACCOUNT = "a1"
PERMISSIONS = (
    "monitor.view", "monitor.listen", "monitor.whisper", "monitor.barge", "calls.take_over", "calls.move", "calls.hang_up",
    "agents.pause", "agents.sign_out", "agents.queues", "agents.message",
)  # fmt: skip
IN_A_CALL = ("talking", "holding")
DESK: Frame = {
    "account": ACCOUNT,
    "may": dict.fromkeys(PERMISSIONS, True),
    "rules": {"needs_purpose": True, "most_min": 30, "tells_agents": True},
    "phone": {"switch": "pbx1", "device": "PJSIP/8001", "state": "free", "why_not": ""},
    "control": {"pbx1": {"why_not": "", "why_no_browser": ""}},
    "sessions": [],
}


def silent_listener(heard: list[Frame]) -> Callable[[Frame], list[Frame]]:
    """A gateway that takes what is asked into `heard`, and never answers."""

    def listen(frame: Frame) -> list[Frame]:
        heard.append(frame)
        return []

    return listen


class DeskScript:
    """Puts what the controls need onto a scripted floor, and answers what is asked. `states`: what becomes of each command, until it
    is said otherwise."""

    def __init__(self, gateway: ScriptedGateway) -> None:
        self.gateway = gateway
        self.states: list[tuple[str, str]] = [("authorised", ""), ("audited", ""), ("sent", ""), ("confirmed", "")]
        self.refused = ""
        self.asked: list[Frame] = []
        self.commands = 0
        gateway.desk = DESK
        gateway.answers = self._answers
        for place, row in enumerate(gateway.floor.rows):
            row["visit"] = f"pbx1/1/17000000{place:02d}.1/1" if row["state"] in IN_A_CALL else None
            row["barred"] = None
            row["listeners"] = []
        self.talking = [row for row in gateway.floor.rows if row["state"] == "talking"]
        self.sessions: list[Frame] = []
        self.show()

    def show(self) -> None:
        """The board `monitor`, as it is now."""
        view = {"sessions": {"rows": self.sessions}, "agents": {"rows": self.gateway.floor.rows}}
        view["waiting_callers"] = {"rows": self.gateway.floor.callers}
        self.gateway.further["monitor"] = view

    def row_of_session(self, agent: Frame, command: str, by: str, mode: str | None, **more: Any) -> Frame:
        """A row of the tile `sessions`."""
        return {
            "id": command, "account": "a2", "by": by, "agent": agent["id"], "name": agent["name"], "staff": agent["staff"],
            "queue": agent["queue"], "visit": agent["visit"], "mode": mode, "via": "phone", "state": "confirmed",
            "since": self.gateway.floor.now_ms() - 47_000, "ends_at": self.gateway.floor.now_ms() + 1_753_000, "reason": "",
            "purpose": "新人辅导", "level": "none", **more,
        }  # fmt: skip

    def own(self, agent: Frame, command: str, mode: str, **more: Any) -> Frame:
        """A session of `desk.sessions`."""
        plain = {"switch": "pbx1", "number": agent["number"], "follow": "none", "taken": False}
        return self.row_of_session(agent, command, "", mode, **(plain | more))

    def open_own(self, agent: Frame, command: str, mode: str, **more: Any) -> None:
        """The viewer is in this agent's call."""
        own = self.own(agent, command, mode, **more)
        row = self.row_of_session(agent, command, "王经理", mode, account=ACCOUNT, via=own["via"])
        self.sessions = [row, *(one for one in self.sessions if one["id"] != command)]
        listener = {"id": command, "account": ACCOUNT, "by": "王经理", "mode": mode, "since": row["since"]}
        agent["listeners"] = [listener, *(one for one in agent["listeners"] if one["id"] != command)]
        self.show()
        self.gateway.send({"sessions": {"set": [row]}, "agents": {"set": [agent]}})
        self.gateway.tell_desk(sessions=[own])

    def close_own(self) -> None:
        """The viewer is in no call any more."""
        gone = [one["id"] for one in self.sessions if one["account"] == ACCOUNT]
        self.sessions = [one for one in self.sessions if one["id"] not in gone]
        self.show()
        self.gateway.send({"sessions": {"set": [], "del": gone}})
        self.gateway.tell_desk(sessions=[])

    def _answers(self, frame: Frame) -> list[Frame]:
        if "read" in frame:
            return []
        key = "command" if "command" in frame else "message"
        asked = frame[key]
        self.asked.append(frame)
        self.commands += 1
        if self.refused:
            return [{"t": key, "ref": asked["ref"], "state": "refused", "reason": self.refused, "id": None}]
        if key == "message":
            return [{"t": "message", "ref": asked["ref"], "state": "sent", "id": f"m{self.commands}", "reason": ""}]
        command = f"{self.commands:016x}"
        requested = {"t": "command", "ref": asked["ref"], "state": "requested", "id": command, "ticket": None}
        return [requested, *(self.state(command, asked, state, reason) for state, reason in self.states)]

    def last(self, kind: str) -> Frame:
        """The newest command, once it is one of this kind: a press takes its time to get here."""
        until(
            lambda: bool(self.asked) and self.asked[-1].get("command", {}).get("kind") == kind,
            HANG_S,
            f"{kind} is asked for",
        )
        command: Frame = self.asked[-1]["command"]
        return command

    def state(self, command: str, asked: Frame, state: str, reason: str = "") -> Frame:
        """What the gateway tells of a command that is on its way."""
        return {
            "t": "command", "id": command, "kind": asked.get("kind", ""), "state": state, "reason": reason, "switch": "pbx1",
            "agent": asked.get("agent"), "queue": asked.get("queue"), "visit": asked.get("visit"), "session": command,
            "mode": asked.get("mode"), "via": asked.get("via"), "since": self.gateway.floor.now_ms(), "ends_at": None,
        }  # fmt: skip
