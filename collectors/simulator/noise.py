"""The volume of a real switch: VarSet, Newexten, CEL, RTCP and Cdr events, by option, so that load tests are honest.

Which variables, applications and CEL rows come when, is what the recordings show for a queued call (45 % of all bytes are
VarSet). Nothing here changes the floor; everything may be filtered away.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from .config import NOISES, SimulatorConfig
from .engine import Engine
from .wire import Wire

if TYPE_CHECKING:
    from .channels import Channel

QUEUE_VARIABLES = (
    "QUEUENAME", "QUEUEMAX", "QUEUESTRATEGY", "QUEUECALLS", "QUEUEHOLDTIME", "QUEUETALKTIME", "QUEUECOMPLETED",
    "QUEUEABANDONED", "QUEUESRVLEVEL", "QUEUESRVLEVELPERF",
)  # fmt: skip
JOIN_VARIABLES = ("ANSWEREDTIME", "ANSWEREDTIME_MS", "DIALEDTIME", "DIALEDTIME_MS", "QUEUEWAIT", "QUEUEWAIT_MS")
MEMBER_VARIABLES = (
    "MEMBERINTERFACE", "MEMBERNAME", "MEMBERCALLS", "MEMBERLASTCALL", "MEMBERPENALTY", "MEMBERDYNAMIC", "MEMBERREALTIME",
)  # fmt: skip
QUALITY_VARIABLES = ("RTPAUDIOQOS", "RTPAUDIOQOSJITTER", "RTPAUDIOQOSLOSS", "RTPAUDIOQOSRTT", "RTPAUDIOQOSMES")
QUALITY = "minrxjitter=000.000000;maxrxjitter=000.002500;avgrxjitter=000.000861;stdevrxjitter=000.000502;reported=0;"
RTCP_EVERY_S = 5.0


class Noise:
    """Answers a channel's life with the noise that was asked for. All of it for trap 45, Cdr for trap 34."""

    def __init__(self, config: SimulatorConfig, engine: Engine, wire: Wire) -> None:
        self._engine = engine
        self._wire = wire
        wanted = (
            set(config.noise)
            | (set(NOISES) if 45 in config.traps else set())
            | ({"cdr"} if 34 in config.traps else set())
        )
        self._varset = "varset" in wanted
        self._newexten = "newexten" in wanted
        self._cel = "cel" in wanted
        self._rtcp = "rtcp" in wanted
        self._cdr = "cdr" in wanted
        self._rng = random.Random(f"{config.seed}:noise")

    # -- what a channel goes through

    def channel_opened(self, channel: Channel) -> None:
        self._cel_row("CHAN_START", channel)
        if channel.name.startswith("PJSIP/trunk"):
            self._set(channel, "SIPDOMAIN", "127.0.0.1")
        elif channel.state == 0:
            self.runs(channel, channel.application or "AppQueue", "(Outgoing Line)")
            self._set(channel, "DIALEDPEERNUMBER", channel.exten)

    def channel_answered(self, channel: Channel) -> None:
        self._cel_row("ANSWER", channel)
        if self._rtcp and channel.name.startswith("PJSIP/"):
            self._engine.after(RTCP_EVERY_S * self._rng.uniform(0.3, 1.0), self._report, channel, 1)

    def runs(self, channel: Channel, application: str, data: str) -> None:
        """A step of the dialplan."""
        if self._newexten:
            tail = f"Extension: {channel.exten}\r\nApplication: {application}\r\nAppData: {data}\r\n"
            self._wire.event("Newexten", channel, tail)

    def queued(self, channel: Channel) -> None:
        self.runs(channel, "Set", f"CALLREF={channel.number}")
        self._set(channel, "CALLREF", channel.number)
        self.runs(channel, "Set", f"CUSTNAME={channel.caller_name}")
        self._set(channel, "CUSTNAME", channel.caller_name)
        self.runs(channel, channel.application, channel.data)
        self._cel_row("APP_START", channel)
        for variable in JOIN_VARIABLES:
            self._set(channel, variable, "")

    def answered(self, caller: Channel, agent: Channel, interface: str, hold_s: int) -> None:
        """An agent took a queue's caller: member and queue variables on both legs."""
        for channel in (caller, agent):
            for variable in MEMBER_VARIABLES:
                self._set(channel, variable, interface if variable == "MEMBERINTERFACE" else "0")
        for variable, value in (("QEHOLDTIME", str(hold_s)), ("QEORIGINALPOS", "1")):
            self._set(caller, variable, value)
            self._set(agent, variable, value)
        for channel in (caller, agent):
            for variable in QUEUE_VARIABLES:
                self._set(channel, variable, "0")
        for variable in ("QUEUEPOSITION", "QUEUEWAIT", "QUEUEWAIT_MS"):
            self._set(caller, variable, str(hold_s))

    def bridged(self, channel: Channel, bridge: str) -> None:
        self._cel_row("BRIDGE_ENTER", channel, f'{{"bridge_id":"{bridge}","bridge_technology":"simple_bridge"}}')
        self._set(channel, "BRIDGEPEER", channel.connected_number)
        self._set(channel, "BRIDGEPVTCALLID", bridge)

    def unbridged(self, channel: Channel, bridge: str) -> None:
        self._cel_row("BRIDGE_EXIT", channel, f'{{"bridge_id":"{bridge}","bridge_technology":"simple_bridge"}}')
        for variable in QUALITY_VARIABLES:
            self._set(channel, variable, QUALITY)
        self._set(channel, "BRIDGEPEER", "")
        self._set(channel, "BRIDGEPVTCALLID", "")
        self._record(channel)

    def channel_closed(self, channel: Channel, cause: int) -> None:
        self._cel_row("HANGUP", channel, f'{{"hangupcause":{cause},"hangupsource":"{channel.name}","dialstatus":""}}')
        self._cel_row("CHAN_END", channel)
        if channel.unique_id == channel.linked_id:
            for variable in QUEUE_VARIABLES if channel.application == "Queue" else ():
                self._set(channel, variable, "0")
            self._cel_row("LINKEDID_END", channel)
            self._record(channel)

    def variable(self, channel: Channel, name: str, value: str) -> None:
        """The dialplan, or a manager, set a variable."""
        self._set(channel, name, value)

    # -- the events themselves

    def _set(self, channel: Channel, variable: str, value: str) -> None:
        if variable in channel.variables:
            channel.variables[variable] = value
        if self._varset:
            self._wire.event("VarSet", channel, f"Variable: {variable}\r\nValue: {value}\r\n")

    def _cel_row(self, what: str, channel: Channel, extra: str = "") -> None:
        if not self._cel:
            return
        self._wire.event(
            "CEL",
            f"EventName: {what}\r\nAccountCode: \r\nCallerIDnum: {channel.number}\r\nCallerIDname: {channel.caller_name}\r\n"
            f"CallerIDani: {channel.number}\r\nCallerIDrdnis: \r\nCallerIDdnid: \r\nExten: {channel.exten}\r\n"
            f"Context: {channel.context}\r\nChannel: {channel.name}\r\nApplication: {channel.application}\r\n"
            f"AppData: {channel.data}\r\nEventTime: {self._local()}\r\nAMAFlags: DOCUMENTATION\r\nUniqueID: {channel.unique_id}\r\n"
            f"LinkedID: {channel.linked_id}\r\nUserfield: \r\nPeer: \r\nPeerAccount: \r\nExtra: {extra}\r\n",
        )

    def _record(self, channel: Channel) -> None:
        if not self._cdr:
            return
        seconds = int(self._engine.now - channel.created_at)
        spoken = int(self._engine.now - channel.up_at) if channel.up_at else 0
        self._wire.event(
            "Cdr",
            f"AccountCode: \r\nSource: {channel.number}\r\nDestination: {channel.exten}\r\nDestinationContext: {channel.context}\r\n"
            f'CallerID: "{channel.caller_name}" <{channel.number}>\r\nChannel: {channel.name}\r\nDestinationChannel: \r\n'
            f"LastApplication: {channel.application}\r\nLastData: {channel.data}\r\nStartTime: {self._local(channel.created_at)}\r\n"
            f"AnswerTime: {self._local(channel.up_at) if channel.up_at else ''}\r\nEndTime: {self._local()}\r\nDuration: {seconds}\r\n"
            f"BillableSeconds: {spoken}\r\nDisposition: {'ANSWERED' if spoken else 'NO ANSWER'}\r\nAMAFlags: DOCUMENTATION\r\n"
            f"UniqueID: {channel.unique_id}\r\nUserField: \r\nCallRef: {channel.variables.get('CALLREF', '')}\r\n",
        )

    def _report(self, channel: Channel, packets: int) -> None:
        if not channel.is_up:
            return
        now = self._engine.now
        media = (
            f"MES: 88.1\r\nSSRC: 0x{self._rng.getrandbits(32):08x}\r\nPT: 200(SR)\r\nReportCount: 1\r\nSentNTP: {now:.6f}\r\n"
            f"SentRTP: {packets * 40000}\r\nSentPackets: {packets * 250}\r\nSentOctets: {packets * 40000}\r\n"
            f"Report0SourceSSRC: 0x{self._rng.getrandbits(32):08x}\r\nReport0FractionLost: 0\r\nReport0CumulativeLost: 0\r\n"
            f"Report0HighestSequence: {packets * 250 + 24000}\r\nReport0SequenceNumberCycles: 0\r\nReport0IAJitter: 1\r\n"
            f"Report0LSR: 0\r\nReport0DLSR: 0.0000\r\n"
        )
        place = "To: 127.0.0.1:33905\r\nFrom: 127.0.0.1:22663\r\n"
        self._wire.event("RTCPSent", channel, place, media)
        self._wire.event("RTCPReceived", channel, place, "RTT: 0.0011\r\n", media)
        self._engine.after(RTCP_EVERY_S, self._report, channel, packets + 1)

    def _local(self, at: float | None = None) -> str:
        moment = self._engine.now if at is None else at
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")
