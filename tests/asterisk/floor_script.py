"""A translator that is told what a test's switch says, one message at a time."""

from __future__ import annotations

from collections.abc import Iterable

from collectors.asterisk.codec import Message
from collectors.asterisk.queue_log import parse
from collectors.asterisk.translate import Translator
from collectors.events import AnyEvent, Fact

START_MS = 1_795_290_000_000
CORE_STATUS = {"Response": "Success", "CoreStartupDate": "2026-11-21", "CoreStartupTime": "18:00:00"}


class Script:
    """One link, up and listed; `at` is the time of the next message, in seconds after the start."""

    def __init__(self, *, linked: bool = True) -> None:
        self.translator = Translator()
        self.at = 0.0
        self.facts: list[Fact] = []
        if linked:
            self.link()

    @property
    def now_ms(self) -> int:
        return START_MS + round(self.at * 1000)

    def _told(self, facts: list[Fact]) -> list[AnyEvent]:
        self.facts += facts
        return [fact.event for fact in facts]

    def link(self, core_status: dict[str, str] | None = None) -> list[AnyEvent]:
        told = self._told(self.translator.linked(self.now_ms))
        return told + self._told(self.translator.booted(Message.of(core_status or CORE_STATUS), self.now_ms))

    def lost(self) -> list[AnyEvent]:
        return self._told(self.translator.link_lost("closed", self.now_ms, self.now_ms))

    def lists(self, *items: dict[str, str]) -> list[AnyEvent]:
        self.translator.listing(self.now_ms)
        return self._told(self.translator.snapshot([Message.of(item) for item in items], self.now_ms))

    def say(self, event: str, headers: dict[str, str] | None = None, **more: str) -> list[AnyEvent]:
        """One event; keys as keywords, or in `headers` where they are no Python names."""
        message = Message.of({"Event": event, "Privilege": "call,all", **(headers or {}), **more})
        return self._told(self.translator.message(message, self.now_ms))

    def log(self, line: str) -> list[AnyEvent]:
        """One queue_log line; its second is given as seconds after the start (`+3|1.0|sales|…`)."""
        second, _, rest = line.removeprefix("+").partition("|")
        parsed = parse(f"{START_MS // 1000 + int(second)}|{rest}")
        assert parsed is not None
        return self._told(self.translator.log_line(parsed, self.now_ms))

    def log_read(self) -> list[AnyEvent]:
        return self._told(self.translator.log_read_up_to(self.now_ms))

    def wait(self, seconds: float) -> list[AnyEvent]:
        """Let time pass, tick by tick."""
        told: list[AnyEvent] = []
        end = self.at + seconds
        while self.at < end:
            self.at = min(self.at + 0.5, end)
            told += self._told(self.translator.tick(self.now_ms))
        return told

    # -- what a call is made of -----------------------------------------------------------------------------------------------

    def member(self, queue: str, interface: str, name: str = "Alice", **more: str) -> list[AnyEvent]:
        headers = {"Membership": "dynamic", "Status": "1", "Paused": "0", **more}
        return self.say("QueueMemberAdded", headers, Queue=queue, Interface=interface, MemberName=name)

    def channel(self, uniqueid: str, name: str, linked: str = "", number: str = "13900000001", **more: str) -> None:
        headers = {"ChannelState": "0", "Exten": "s", **more}
        self.say(
            "Newchannel", headers, Uniqueid=uniqueid, Channel=name, Linkedid=linked or uniqueid, CallerIDNum=number
        )

    def join(self, call: str, queue: str = "sales", number: str = "13900000001") -> list[AnyEvent]:
        return self.say("QueueCallerJoin", Uniqueid=call, Queue=queue, CallerIDNum=number, Position="1", Count="1")

    def ring(self, call: str, interface: str, leg: str, queue: str = "sales") -> list[AnyEvent]:
        name = f"{interface}-0000001"
        self.channel(leg, name, call, number=interface.rpartition("/")[2])
        headers = {"Interface": interface, "DestUniqueid": leg, "DestChannel": name}
        told = self.say("AgentCalled", headers, Uniqueid=call, Queue=queue)
        self.say("DialBegin", {"DestUniqueid": leg, "DestChannel": name}, Uniqueid=call)
        return told

    def connect(
        self, call: str, interface: str, leg: str, queue: str = "sales", hold: str = "3", ring: str = "1"
    ) -> list[AnyEvent]:
        self.say("DialEnd", {"DestUniqueid": leg, "DialStatus": "ANSWER"}, Uniqueid=call)
        told = self.say("QueueCallerLeave", Uniqueid=call, Queue=queue, Count="0", Position="1")
        headers = {"Interface": interface, "DestUniqueid": leg, "HoldTime": hold, "RingTime": ring}
        told += self.say("AgentConnect", headers, Uniqueid=call, Queue=queue)
        for channel in (leg, call):
            self.say("BridgeEnter", Uniqueid=channel, BridgeUniqueid=f"bridge-{call}")
        return told

    def complete(
        self, call: str, interface: str, queue: str = "sales", talk: str = "5", hold: str = "3", **more: str
    ) -> list[AnyEvent]:
        headers = {"Interface": interface, "HoldTime": hold, "TalkTime": talk, "Reason": "caller", **more}
        return self.say("AgentComplete", headers, Queue=queue, **({"Uniqueid": call} if call else {}))

    def hang_up(self, *uniqueids: str) -> list[AnyEvent]:
        told: list[AnyEvent] = []
        for uniqueid in uniqueids:
            told += self.say("Hangup", Uniqueid=uniqueid, Cause="16")
        return told

    def talk(self, call: str = "1.0", interface: str = "PJSIP/1001", leg: str = "1.1", queue: str = "sales") -> None:
        """A caller who talks with an agent."""
        self.channel(call, f"PJSIP/trunk-{call}")
        self.join(call, queue)
        self.ring(call, interface, leg, queue)
        self.connect(call, interface, leg, queue)


def kinds(events: Iterable[AnyEvent]) -> list[str]:
    return [type(event).__name__ for event in events]
