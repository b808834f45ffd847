"""The recorded commands of a real switch, given to the simulator: the same events about each channel, in the same order.

The recording's own dialplan runs. What a real switch does in either order (its threads race within a millisecond) is compared per
channel; what is always in one order is compared across channels.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

from collectors.simulator import WebSocketClient
from collectors.simulator.media.line import Line
from collectors.simulator.monitoring.originations import Origination

from .desk import Desk, messages
from .worlds import RECORDINGS, Event, Run

DIRECTORY = RECORDINGS / "monitoring"
PHONES = {"2001": "8001", "2002": "8002", "2003": "8003", "9999": "9999"}
"""The recording's supervisors, and ours. 2003 is not registered, 9999 is nobody."""
DOES = {"cmd-009": "busy", "cmd-010": "decline", "cmd-011": "ignore"}
"""What the recording's phone 2001 was told to do before these commands; it answers otherwise."""

CHANNEL_EVENTS = {
    "Newchannel": (), "NewCallerid": (), "Newstate": ("ChannelStateDesc",), "DialBegin": (), "DialState": ("DialStatus",),
    "DialEnd": ("DialStatus",), "UserEvent": ("UserEvent", "Mode"), "ChanSpyStart": (), "ChanSpyStop": (), "HangupRequest": ("Cause",),
    "SoftHangupRequest": ("Cause",), "Hangup": ("Cause", "Cause-txt"), "BridgeEnter": ("BridgeNumChannels",),
    "BridgeLeave": ("BridgeNumChannels",), "Hold": (), "Unhold": (), "MusicOnHoldStart": (), "MusicOnHoldStop": (),
    "AgentComplete": ("Reason",),
}  # fmt: skip
"""Events of one channel, and the headers that are compared."""
RACES = (
    {"Newstate", "DialState"}, {"AgentComplete", "BridgeLeave"}, {"AgentComplete", "SoftHangupRequest"},
)  # fmt: skip
"""Neighbours that a real switch prints now in this order, now in that (the recordings have both)."""
MEMBER_EVENTS = ("QueueMemberPause", "QueueMemberAdded", "QueueMemberRemoved", "QueueMemberStatus")
CROSSING = {"ChanSpyStart", "ChanSpyStop", "BridgeCreate", "BlindTransfer"}
"""Events whose order is the same whatever thread is faster."""

TOLERANCE_MS = 25
"""A frame of sound, and a slow moment of the real one."""

Row = tuple[str, ...]


class Answer(NamedTuple):
    """What came of one command: rows by whom they are about, in order; and what crosses channels."""

    reply: tuple[str, str]
    by_role: dict[str, list[Row]]
    crossing: list[Row]
    milliseconds: dict[Row, float]


class Story:
    """Reads events as roles: `caller`, `agent`, `other` (whom the agent transferred to), and sessions by their own ids."""

    def __init__(self) -> None:
        self.roles: dict[str, str] = {}

    def role(self, unique_id: str) -> str:
        return self.roles.get(unique_id, unique_id if unique_id.startswith("fw-") else "somebody")

    def read(self, events: list[tuple[float, Event]], reply: tuple[str, str], devices: dict[str, str]) -> Answer:
        by_role: defaultdict[str, list[Row]] = defaultdict(list)
        crossing: list[Row] = []
        milliseconds: dict[Row, float] = {}
        for at, event in events:
            for role, row in self._rows(event, devices):
                if role.startswith("member") and by_role[role][-1:] == [row]:
                    continue  # one event a queue: the recording's agent is in two, ours in as many as he likes
                by_role[role].append(row)
                milliseconds.setdefault((role, *row), at * 1000)
                if event.name in CROSSING or (event.name == "Hangup" and role.startswith(("fw-", "agent"))):
                    crossing.append((role, *row))
        for rows in by_role.values():
            for place, (one, two) in enumerate(pairwise(rows)):
                if {one[0], two[0]} in RACES and one[0] > two[0]:
                    rows[place : place + 2] = two, one
        return Answer(reply, dict(by_role), crossing, milliseconds)

    def _rows(self, event: Event, devices: dict[str, str]) -> Iterator[tuple[str, Row]]:
        name = event.name
        if name in MEMBER_EVENTS:
            who = "other" if event["Interface"] == "PJSIP/1004" else "agent"
            yield f"member {who}", (name, event["Status"], event["Paused"], event["PausedReason"])
        elif name == "OriginateResponse":
            yield f"response {event['Uniqueid']}", (name, event["Response"], event["Reason"], event["Exten"])
        elif name == "DeviceStateChange" and event["Device"] in devices:
            yield f"device {devices[event['Device']]}", (name, event["State"])
        elif name in {"BridgeCreate", "BridgeDestroy", "BlindTransfer"}:
            yield "bridges", (name,)
        elif name in CHANNEL_EVENTS:
            unique_id = event.get("SpyerUniqueid") or event.get("Uniqueid") or event.get("DestUniqueid")
            if name.startswith("Dial"):
                unique_id = event["DestUniqueid"]
            row = (name, *(event.get(header) for header in CHANNEL_EVENTS[name]))
            if name.startswith("ChanSpy"):
                row = (*row, self.role(event["SpyeeUniqueid"]))
            if name in {"SoftHangupRequest", "Hangup"} and unique_id.startswith("fw-"):
                row = (*row, event["Exten"])
            if name == "AgentComplete":
                row = (*row, self.role(event.get("DestUniqueid", "")) if event.get("DestUniqueid") else "nobody")
            if not (name == "NewCallerid" and self.role(unique_id) != unique_id):
                yield self.role(unique_id), row


@cache
def commands() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((DIRECTORY / "commands.json").read_text(encoding="utf-8"))
    return rows


def key(row: dict[str, Any]) -> str:
    return row["id"] or f"{row['what']} {row['t']:.0f}"


@cache
def recorded() -> dict[str, Answer]:
    """What the real switch did after each command, until the next one or the next call."""
    data = gzip.decompress((DIRECTORY / "ami-1.raw.gz").read_bytes())
    events = [event for event in messages(data) if event.name and event.get("Timestamp")]
    timed = sorted(((float(event["Timestamp"]), event) for event in events), key=lambda pair: pair[0])
    story, answers = Story(), {}
    for row, following in pairwise([*commands(), {"t": 1e12}]):
        if "auid" in row:
            story.roles = {**story.roles, row["cuid"]: "caller", row["auid"]: "agent"}
            continue
        window = [(at - row["t"], event) for at, event in timed if row["t"] <= at < following["t"]]
        cut = next((n for n, (_, e) in enumerate(window) if e.name == "Newchannel" and "trunk" in e["Channel"]), None)
        for _, event in window:
            if event.name == "Newchannel" and event["Channel"].startswith("PJSIP/1004"):
                story.roles[event["Uniqueid"]] = "other"
        reply = (row.get("reply", ""), row.get("message", ""))
        devices = {f"PJSIP/{number}": number for number in PHONES}
        answers[key(row)] = story.read(window[:cut], reply, devices)
    return answers


@cache
def simulated() -> dict[str, Answer]:
    """The same commands, as far apart as they were, on a simulated floor whose people do what the recording's did."""
    return Replayed().answers


class Replayed:
    def __init__(self) -> None:
        dialplan = (DIRECTORY / "etc" / "extensions.conf").read_text(encoding="utf-8")
        self.run = Run(
            1, agents=8, supervisors=3, scripted=True, dialplan=dialplan, wrap_up_s=0, traps=frozenset({29}),
        )  # fmt: skip
        self.hands = self.run.world.hands
        self.desk = Desk(self.run, user="fw")
        self.listener = Desk(self.run)
        self.listener.manager = self.desk.manager
        self.desk.manager.joins(self.listener.session)
        self.story = Story()
        self.caller = ""
        self.ids: dict[str, str] = {}
        self.answers: dict[str, Answer] = {}
        self.hands.register("8003", is_registered=False)
        self.desk.wait(0.1)
        self.desk.ask("QueuePause", Interface="PJSIP/1004", Paused="true", Reason="lab")
        self.run.world.lines.dial = self._media_server
        self._only("1001")
        for row, following in pairwise([*commands(), {"t": commands()[-1]["t"] + 5}]):
            self._step(row, following)

    def _step(self, row: dict[str, Any], following: dict[str, Any]) -> None:
        if "auid" in row:
            self._connect(row)
            return
        self._prepare(row)
        before, started = len(self.listener.received), self.run.world.engine.now
        reply = self._order(row) if row["id"] else self._deed(row["what"])
        self.desk.wait(1.0 if "auid" in following else following["t"] - row["t"])
        events = [event for event in messages(self.listener.received[before:]) if event.get("Timestamp")]
        for event in events:
            if event.name == "Newchannel" and event["Channel"].startswith("PJSIP/1004"):
                self.story.roles[event["Uniqueid"]] = "other"
        timed = [(float(event["Timestamp"]) - started, event) for event in events]
        devices = {f"PJSIP/{ours}": number for number, ours in PHONES.items()}
        self.answers[key(row)] = self.story.read(timed, reply, devices)

    def _connect(self, row: dict[str, Any]) -> None:
        """The next caller, and whom he got."""
        world = self.run.world
        agent = "PJSIP/" + row["agent"]
        self._only(row["agent"])
        home = next(each for each in world.agents if each.plan.phone == agent)
        self.caller = self.hands.call(home.members[-1].queue.id)
        self.desk.wait(2.5)
        talk = world.talks_by_call[self.caller]
        assert talk.member.agent.plan.phone == agent
        self.ids[row["cuid"]], self.ids[row["auid"]] = self.caller, talk.offer.leg.unique_id
        self.ids[row["cchan"]] = talk.visit.channel.name
        self.story.roles = {**self.story.roles, self.caller: "caller", talk.offer.leg.unique_id: "agent"}

    def _only(self, extension: str) -> None:
        """Nobody else can answer."""
        for agent in self.run.world.agents:
            self.hands.register(agent.plan.extension, is_registered=agent.plan.extension in {extension, "1004"})

    def _media_server(self, _client: WebSocketClient, line: Line, origination: Origination) -> None:
        """It takes every connection, a millisecond later."""
        self.run.world.engine.after(0.001, self.run.world.lines.connected, line, origination)

    def _prepare(self, row: dict[str, Any]) -> None:
        """What was so on the recording's floor before this command."""
        if row["id"] == "cmd-030":  # ours has been a member all the time
            self.desk.ask("QueueRemove", Queue=self._home("1008"), Interface="PJSIP/1008")
            self.hands.register("1008", is_registered=True)
        if row["id"] in {"cmd-034", "cmd-035"}:
            self.hands.register("1001" if row["id"] == "cmd-034" else "1007", is_registered=True)
        self.run.world.phones.set("8001", DOES.get(row["id"] or "", "answer"))
        self.desk.wait(0.05)

    def _order(self, row: dict[str, Any]) -> tuple[str, str]:
        pairs: list[tuple[str, str]] = []
        for name, value in row["params"].items():
            pairs += [(name, self._ours(str(each))) for each in (value if isinstance(value, list) else [value])]
        answer = messages(self.desk.send(_request(row["action"], row["id"], pairs)))[0]
        return answer["Response"], answer["Message"]

    def _ours(self, value: str) -> str:
        for theirs, ours in PHONES.items():
            value = value.replace(f"PJSIP/{theirs}", f"PJSIP/{ours}") if value.startswith("PJSIP/2") else value
        name, equals, rest = value.partition("=")
        if value == "Local/1007@agents/n":  # ours has a plain phone
            return "PJSIP/1007"
        if value == "sales":
            return self._home("1008")
        return f"{name}={self.ids.get(rest, rest)}" if equals else self.ids.get(value, value)

    def _home(self, extension: str) -> str:
        return next(each for each in self.run.world.staff.agents if each.extension == extension).queues[0]

    def _deed(self, what: str) -> tuple[str, str]:
        done: dict[str, Callable[[], bool]] = {
            "supervisor": lambda: self.hands.supervisor_hangs_up("8001"),
            "agent 1001 holds": lambda: self.hands.hold("1001"),
            "agent 1001 unholds": lambda: self.hands.unhold("1001"),
            "caller": lambda: self.hands.caller_hangs_up(self.caller),
            "agent 1001 blind": lambda: self.hands.blind_transfer("1001", "1004"),
        }
        assert next(act for words, act in done.items() if what.startswith(words))()
        return "", ""


def _request(action: str, action_id: str, pairs: list[tuple[str, str]]) -> bytes:
    rows = [("Action", action), ("ActionID", action_id), *pairs]
    return ("".join(f"{name}: {value}\r\n" for name, value in rows) + "\r\n").encode()


STEPS = [key(row) for row in commands() if "auid" not in row]


@pytest.mark.parametrize("step", STEPS)
def test_each_channel_lives_through_what_the_real_one_did(step: str) -> None:
    real, ours = recorded()[step], simulated()[step]
    assert ours.reply == real.reply
    assert ours.by_role == real.by_role
    assert in_turn(ours.crossing) == in_turn(real.crossing)


@pytest.mark.parametrize("step", STEPS)
def test_everything_comes_when_it_came(step: str) -> None:
    real, ours = recorded()[step].milliseconds, simulated()[step].milliseconds
    late = {row: (round(at), round(ours[row])) for row, at in real.items() if abs(at - ours[row]) > TOLERANCE_MS}
    assert not late


def in_turn(rows: list[Row]) -> list[Row]:
    """The rows with sessions numbered as they come: which of several listeners lets go first is chance."""
    numbers: dict[str, str] = {}
    return [
        (numbers.setdefault(role, f"session {len(numbers)}") if role.startswith("fw-") else role, *row)
        for role, *row in rows
    ]
