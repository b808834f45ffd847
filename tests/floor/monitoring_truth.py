"""What happened in the recording `monitoring`: by what was commanded (`commands.json`) and by the switch's raw bytes.

Independent of the translator and the fold: the bytes are cut into messages in the plainest way, and each fact is looked up by the
unique id that a command chose.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RECORDING = Path(__file__).parent.parent / "recordings" / "monitoring"
INTERFACES = {"1001": "PJSIP/1001", "1004": "PJSIP/1004", "1005": "Local/1005@agents/n", "1008": "PJSIP/1008"}
Raw = dict[str, str]


@dataclass
class TrueSession:
    """`modes`: (ms, agent, mode) from each change on. `failure`: cause of the leg's hang-up, or the response, of one that never
    began."""

    id: str
    phone: str
    modes: list[tuple[int, str, str]] = field(default_factory=list)
    ended_ms: int = 0
    failure: str = ""


@dataclass
class TrueCall:
    """One caller with the queue's agent. `ended_ms`: when the agent's first leg left the caller's bridge."""

    call: str
    leg: str
    agent: str
    connected_ms: int
    ended_ms: int = 0


def commands() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((RECORDING / "commands.json").read_text())
    return found


def raw_events() -> list[Raw]:
    text = gzip.decompress((RECORDING / "ami-1.raw.gz").read_bytes()).decode("utf-8", "replace")
    events = []
    for block in text.split("\r\n\r\n"):
        pairs = [line.partition(": ") for line in block.split("\r\n")]
        event = {key: value for key, _, value in reversed(pairs)}
        if "Event" in event and "Timestamp" in event:
            events.append(event)
    return events


def at_ms(event: Raw) -> int:
    return round(float(event["Timestamp"]) * 1000)


def true_calls(events: list[Raw]) -> list[TrueCall]:
    calls = []
    for said in commands():
        if said["what"] == "call connected":
            leg = said["auid"]
            connected = next(e for e in events if e["Event"] == "AgentConnect" and e["DestUniqueid"] == leg)
            left = next(e for e in events if e["Event"] == "BridgeLeave" and e["Uniqueid"] == leg)
            call = TrueCall(said["cuid"], leg, INTERFACES[said["agent"]], at_ms(connected), at_ms(left))
            calls.append(call)
    return calls


def true_sessions(events: list[Raw]) -> list[TrueSession]:
    """All eighteen, in the order in which they were commanded."""
    by_target = {uid: call.agent for call in true_calls(events) for uid in (call.call, call.leg)}
    sessions: dict[str, TrueSession] = {}
    agents: dict[str, str] = {}
    for said in commands():
        params = said.get("params", {})
        if said.get("action") == "Originate" and "ChannelId" in params:
            session = sessions[params["ChannelId"]] = TrueSession(params["ChannelId"], params["Channel"])
            target = params["Variable"][0].removeprefix("FW_TARGET=")
            agents[session.id] = by_target.get(target, "")
            _begins(session, agents[session.id], params["Exten"], events)
        elif said.get("action") == "Redirect" and said["reply"] == "Success":
            _goes_on(sessions[params["Channel"]], params["Exten"], said["t"], events)
        elif said.get("action") == "Bridge":
            _goes_on(sessions[params["Channel1"]], "takeover", said["t"], events)
        elif "blind transfers" in said["what"]:
            _passes_on(sessions["fw-s12"], said, events)
    for session in sessions.values():
        _ends(session, events)
    return list(sessions.values())


def _begins(session: TrueSession, agent: str, mode: str, events: list[Raw]) -> None:
    start = next((e for e in events if e["Event"] == "ChanSpyStart" and e["SpyerUniqueid"] == session.id), None)
    if start is not None:
        session.modes.append((at_ms(start), agent, mode))


def _goes_on(session: TrueSession, mode: str, t: float, events: list[Raw]) -> None:
    """A mode begins with the first start (for a take over: with the leg's bridge) after its command."""
    event, key = ("BridgeEnter", "Uniqueid") if mode == "takeover" else ("ChanSpyStart", "SpyerUniqueid")
    begins = next(e for e in events if e["Event"] == event and e[key] == session.id and at_ms(e) > t * 1000)
    session.modes.append((at_ms(begins), session.modes[-1][1], mode))


def _passes_on(session: TrueSession, said: dict[str, Any], events: list[Raw]) -> None:
    """Who listens to the caller hears the next agent when both are in one bridge."""
    agent = said["what"].rpartition(" ")[2]
    entered = next(
        e for e in events if e["Event"] == "BridgeEnter" and e["Channel"].startswith(f"PJSIP/{agent}-") and at_ms(e) > said["t"] * 1000
    )  # fmt: skip
    session.modes.append((at_ms(entered), INTERFACES[agent], session.modes[-1][2]))


def _ends(session: TrueSession, events: list[Raw]) -> None:
    over = next((e for e in events if e["Event"] == "Hangup" and e["Uniqueid"] == session.id), None)
    if not session.modes:
        response = next(e for e in events if e["Event"] == "OriginateResponse" and e["Uniqueid"] == session.id)
        session.failure = over["Cause"] if over is not None else response["Response"]
        return
    assert over is not None
    stops = [at_ms(e) for e in events if e["Event"] == "ChanSpyStop" and e["SpyerUniqueid"] == session.id]
    is_stopped = session.modes[-1][2] != "takeover"
    session.ended_ms = stops[-1] if is_stopped else at_ms(over)
