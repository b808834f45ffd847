"""What a real Asterisk does that a collector's author would get wrong: the numbered points of the field notes, as data.

`shown` says how a point comes about here: "always" (the simulator cannot speak otherwise), "switched" (`--trap N` makes it
happen, or happen often), "both" (always possible, and `--trap N` makes it common), "never" (no AMI stream can show it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Shown = Literal["always", "switched", "both", "never"]


@dataclass(frozen=True, slots=True)
class Trap:
    """One point: what happens in the stream, and when the simulator does it."""

    what: str
    shown: Shown


TRAPS: dict[int, Trap] = {
    1: Trap(
        "A talking caller is redirected by AMI: his agent hangs up without HangupRequest, the AgentComplete "
        "comes late and overlaps.",
        "both",
    ),
    2: Trap(
        "QueueCallerAbandon also for timeout, empty and withdraw; here often, and no UserEvent tells the reason.",
        "both",
    ),
    3: Trap("An abandon is two events (Abandon, Leave); an answer is Leave and then AgentConnect.", "always"),
    4: Trap("A full queue turns callers away: no queue event, nothing in queue_log.", "switched"),
    5: Trap(
        "QueueParams.Completed stays too low for members of several queues; the averages are moving ones.",
        "both",
    ),
    6: Trap(
        "CallsTaken and LastCall rise in every queue of the member; QueueReset zeroes counters without an event.",
        "both",
    ),
    7: Trap(
        "The switch dies in turn cleanly (a storm of ends, Shutdown) and by SIGKILL (nothing), and comes "
        "back with a new start time.",
        "switched",
    ),
    8: Trap(
        "HoldTime and TalkTime are differences of whole seconds; RingTime is seconds on answer, milliseconds "
        "on no answer.",
        "always",
    ),
    9: Trap("One caller visits the same queue twice, and may get the same agent again.", "switched"),
    10: Trap("AgentComplete without Dest* headers, or without the caller's.", "switched"),
    11: Trap("AgentComplete's Reason is caller, agent or transfer; it fires at the transfer.", "always"),
    12: Trap(
        "AgentRingNoAnswer for busy and declining phones, again every retry; autopause after a missed offer.",
        "both",
    ),
    13: Trap("An abandoning caller's ConnectedLine names the agent that rang last.", "always"),
    14: Trap("Nothing is sent when positions or priorities change, or when wrap-up begins or ends.", "always"),
    15: Trap(
        "device_state_busy_at=1: a ringing phone reports 3; a second call rings at a talking phone: 7.",
        "switched",
    ),
    16: Trap("InCall is stale: Status 2 with InCall 0.", "switched"),
    17: Trap("One QueueMemberStatus per queue of the member; a member's name differs from queue to queue.", "both"),
    18: Trap(
        "Redundant pauses and unpauses, reasons changed without unpausing, the unpause's reason in PausedReason.",
        "both",
    ),
    19: Trap("Header names differ between events, lists and summaries.", "always"),
    20: Trap("QueueAdd paused without a pause event; QueueRemove while ringing or talking.", "switched"),
    21: Trap("queue_log has the interface in ADDMEMBER, REMOVEMEMBER, PENALTY, the name elsewhere.", "always"),
    22: Trap("QueueSummary's HoldTime and TalkTime are the moving averages too.", "always"),
    23: Trap(
        "A member's name with comma and quotes; after a restart it is cut and a phantom member appears.",
        "switched",
    ),
    24: Trap("A phone is lost: PeerStatus, QueueMemberStatus 5, ContactStatus Removed.", "both"),
    25: Trap("Unique ids are text with a system name in front; channel names repeat after a restart.", "both"),
    26: Trap(
        "A Local agent's phone refers the caller to another queue: Local;2 becomes the caller there, the "
        "first conversation goes on.",
        "switched",
    ),
    27: Trap(
        "Local agents: two legs, two dials, two bridges; the optimised one swaps its phone in, and "
        "LocalOptimizationEnd says Success: No.",
        "always",
    ),
    28: Trap("DialEnd twice for one leg.", "switched"),
    29: Trap(
        "Unhold without Hold before a blind transfer; a call hung up on hold is never unheld; a Local "
        "agent's Hold from two channels.",
        "switched",
    ),
    30: Trap(
        "Attended transfers hung up before the target answers: the transferrer's channel stays listed.",
        "switched",
    ),
    31: Trap("ChanSpyStart and Stop tell no mode; Stop comes before the spied channel's Hangup. Here often.", "both"),
    32: Trap("A spying phone makes the events of a call.", "always"),
    33: Trap("Agents' private and outbound calls have no queue event.", "always"),
    34: Trap("Several Cdr events per call, after the fact, in local time.", "switched"),
    35: Trap("Two empty lines in a row.", "both"),
    36: Trap(
        "Events with somebody else's ActionID: OriginateResponse (Event and Response in one), UserEvent.",
        "both",
    ),
    37: Trap("Live events inside a list; list items named like live events.", "switched"),
    38: Trap("Timestamps that go backwards.", "switched"),
    39: Trap("Channel variables: repeated ChanVariable headers, with the channel's prefix.", "switched"),
    40: Trap(
        "<unknown> in events, unknown in QueueEntry; cause 0 on cancelled legs, 26 for ringall's losers.",
        "always",
    ),
    41: Trap(
        "Hostile names: markup, quotes, lost GB18030, control bytes; UserEvent bodies with raw bytes.",
        "switched",
    ),
    42: Trap("FullyBooted in the reply's packet; a wrong password is answered late, then EOF.", "always"),
    43: Trap("Events: off and missing read classes remove live events silently, never list items.", "always"),
    44: Trap("Too long a line or too many headers is one error; an Originate fails later, in an event.", "always"),
    45: Trap("The volume of a real switch: VarSet, Newexten, CEL, RTCP, Cdr.", "switched"),
    46: Trap("A client that does not read is closed, in the middle of a line.", "always"),
    47: Trap("Reload tells nothing of what changed: a new member shows only in QueueStatus.", "switched"),
    48: Trap("The first events are of calls whose join nobody saw; start times are local, without zone.", "always"),
    49: Trap("CoreSettings says No to HTTP; an unknown command is an Error with output.", "always"),
    50: Trap("ARI has no queue, agent, pause, spy or CDR events.", "never"),
    51: Trap("ARI channels carry no linkedid.", "never"),
    52: Trap("ARI: the newer websocket of an app silences the older.", "never"),
}
