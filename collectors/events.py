"""The vocabulary: every fact that can be in the stream, in the field's own words.

An `Entry` is what one stream record holds: who wrote it, in which order, when it happened, and one `Event`.
Events are frozen facts in the past tense. They say what happened on the floor, never what a dashboard should show.

Invariants kept by whoever writes events (a translator), and relied on by whoever folds them:

* **Ids are the switch's.** `queue` is the queue's id, `agent` the member's interface (`PJSIP/1001`, `Local/1005@agents/n`),
  `call` the unique id of the caller's channel. Names are attributes and may change; an unknown value is `None`, never a made-up one.
* **A visit** is one stay of one call in one queue: `(switch, boot, call, visit)`, where `visit` counts 1, 2, 3 … over the queues
  that this call joined. A visit has at most one `Answered`, so the same key names its handling.
* **Order of one visit**: `QueueEntered` · (`OfferStarted` … `OfferEnded`)* · then exactly one of `Answered`, `QueueAbandoned`,
  `QueueLeft`. On an answer: `OfferEnded("answered")` of the winner, then `Answered`, then `OfferEnded("lost")` of the losers. When the
  caller goes: `QueueAbandoned` / `QueueLeft` first, then `OfferEnded("cut_short")` of who was ringing. After `Answered`: (`Held` …
  `Resumed`)*, perhaps `Transferred`, then exactly one `HandlingEnded`.
* A fold tolerates what a gap does to that order: an event about something unknown opens it or is ignored, never an error.
* **Times**: `at_ms` is when it happened, by the collector's clock (epoch, ms). The switch's own time, where it gives one, is
  `switch_at_ms`. Whole-second durations that the switch itself states (`wait_s`, `talk_s`) are carried as stated and win over
  differences of `at_ms` in counters, because the switch's own log says the same.

Evolution: fields are only ever appended, with a default; tags are never reused; `SCHEMA` rises when an old reader would
misunderstand a new entry.
"""

from __future__ import annotations

from typing import Final, Literal

import msgspec

SCHEMA = 1

OfferOutcome = Literal["answered", "missed", "rejected", "cut_short", "lost", "unknown"]
"""missed: rang out. rejected: busy, declined or congested. cut_short: the caller went (or left the queue). lost: another
agent answered. unknown: the link was down when it ended."""

LeftReason = Literal["timeout", "key", "empty", "withdraw", "transfer", "callback", "lost", "unknown"]
"""Why a visit ended unanswered without the caller hanging up. lost: waiting when the switch died."""

EndedBy = Literal["caller", "agent", "transfer", "takeover", "switch", "unknown"]
"""Who ended a handling. switch: the call died with the switch."""

TransferKind = Literal["blind", "attended", "redirect"]
"""redirect: moved by somebody else (AMI Redirect, take over), not by the agent's own phone."""

CallKind = Literal["outbound", "inbound", "internal"]
"""An agent's own call, outside any queue: to the outside, from the outside, or between extensions."""

Device = Literal["free", "in_use", "busy", "ringing", "ring_in_use", "on_hold", "unavailable", "invalid", "unknown"]
"""What the switch says of the member's phone. Evidence of reachability; for ringing and talking only a hint."""

MonitorMode = Literal["listen", "whisper", "barge", "private", "takeover"]
"""private: whisper to the agent without hearing (private whisper)."""

CommandKind = Literal[
    "monitor.start",
    "monitor.mode",
    "monitor.follow",
    "monitor.stop",
    "call.take_over",
    "call.hang_up",
    "call.move",
    "call.pull",
    "agent.pause",
    "agent.resume",
    "agent.sign_out",
    "agent.add",
    "agent.penalty",
]
"""What a person can ask of a switch. `call.take_over`: without having listened first, too."""

CommandState = Literal["authorised", "audited", "sent", "confirmed", "refused", "failed", "expired", "ended"]
"""How far a command is. confirmed: the switch's own events say so. refused: by us, nothing was sent. failed: the switch could
not. expired: its deadline passed before it was sent. ended: of a session, once confirmed. The last four are final, and
`confirmed` is final for a command that opens no session."""

Via = Literal["phone", "browser"]

SlFormula = Literal[
    "answered_only", "abandons_count", "early_abandons_met", "early_abandons_ignored", "short_abandons_removed"
]

PauseCategory = Literal["productive", "rest", "work_after_call"]

AgentDisplayState = Literal[
    "talking", "holding", "monitoring", "ringing", "wrapping_up", "unreachable", "paused", "available", "signed_out"
]


class Event(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One fact. Subclasses are the vocabulary."""


# -- a caller's visit to a queue -------------------------------------------------------------------------------------


class QueueEntered(Event, tag=1, frozen=True):
    """A caller joined `queue`. `number`/`name` are the caller's, as sent (hostile text); `did` the number that was dialled."""

    queue: str
    call: str
    visit: int
    number: str | None = None
    name: str | None = None
    position: int | None = None
    priority: int | None = None


class OfferStarted(Event, tag=2, frozen=True):
    """The visit began to ring at `agent`. At most one open offer for a (visit, agent)."""

    queue: str
    call: str
    visit: int
    agent: str


class OfferEnded(Event, tag=3, frozen=True):
    """The ringing of `agent` for this visit ended. `ring_s`: seconds it rang where the switch says so."""

    queue: str
    call: str
    visit: int
    agent: str
    outcome: OfferOutcome
    ring_s: float | None = None


class Answered(Event, tag=4, frozen=True):
    """`agent` is connected to the caller. `wait_s`: whole seconds from joining to answer, as the switch states it."""

    queue: str
    call: str
    visit: int
    agent: str
    wait_s: int | None = None


class Held(Event, tag=5, frozen=True):
    """`agent` put the other party on hold. `visit` is 0 for an own call (`call` = that call's id)."""

    call: str
    visit: int
    agent: str


class Resumed(Event, tag=6, frozen=True):
    """`agent` took the other party off hold. Never without a `Held` before it."""

    call: str
    visit: int
    agent: str


class Transferred(Event, tag=7, frozen=True):
    """The handled caller was passed on. `target`: what was dialled; `target_queue`: its queue, where the switch shows it."""

    queue: str
    call: str
    visit: int
    agent: str
    kind: TransferKind
    target: str | None = None
    target_queue: str | None = None


class HandlingEnded(Event, tag=8, frozen=True):
    """`agent`'s share of the talk is over (wrap-up begins). `talk_s`: whole seconds connected, holds included, as stated."""

    queue: str
    call: str
    visit: int
    agent: str
    by: EndedBy
    talk_s: int | None = None


class QueueAbandoned(Event, tag=9, frozen=True):
    """The caller hung up while waiting or ringing: known by the caller's own hang-up, never guessed."""

    queue: str
    call: str
    visit: int
    wait_s: int | None = None


class QueueLeft(Event, tag=10, frozen=True):
    """The visit ended unanswered in another way. `reason="unknown"` until the switch says more (`QueueLeftExplained`)."""

    queue: str
    call: str
    visit: int
    reason: LeftReason
    wait_s: int | None = None


class QueueLeftExplained(Event, tag=11, frozen=True):
    """The reason of an earlier `QueueLeft("unknown")` became known; `abandoned`: it was the caller's hang-up after all."""

    queue: str
    call: str
    visit: int
    reason: LeftReason | Literal["abandoned"]
    wait_s: int | None = None


class CallerRefused(Event, tag=12, frozen=True):
    """A caller was turned away before joining (queue full, nobody there). Only where the dialplan reports it."""

    queue: str
    call: str
    reason: Literal["full", "empty", "unknown"]


class CallerMoved(Event, tag=13, frozen=True):
    """A waiting visit's position, priority or caller id as now known."""

    queue: str
    call: str
    visit: int
    position: int | None = None
    priority: int | None = None


# -- agents ------------------------------------------------------------------------------------------------------------


class MembershipAdded(Event, tag=20, frozen=True):
    """`agent` became a member of `queue` (or its membership is restated). `dynamic`: signs in and out."""

    queue: str
    agent: str
    name: str | None = None
    dynamic: bool = False
    penalty: int = 0
    paused: bool = False
    reason: str | None = None


class MembershipRemoved(Event, tag=21, frozen=True):
    """`agent` is no member of `queue` any more. A call in progress goes on."""

    queue: str
    agent: str


class MemberPaused(Event, tag=22, frozen=True):
    """Paused in one queue. Repeated pauses are legitimate; another reason begins a new interval."""

    queue: str
    agent: str
    reason: str | None = None


class MemberResumed(Event, tag=23, frozen=True):
    """No longer paused in one queue. Resuming who was not paused changes nothing."""

    queue: str
    agent: str


class DeviceChanged(Event, tag=24, frozen=True):
    """The state of the agent's phone, once per change (not once per queue)."""

    agent: str
    device: Device


class AgentNamed(Event, tag=25, frozen=True):
    """The switch's display name of an agent."""

    agent: str
    name: str


class OwnCallStarted(Event, tag=30, frozen=True):
    """`agent` dials or is dialled outside any queue. `call`: unique id of the agent's own leg. `number`: the other party."""

    agent: str
    call: str
    kind: CallKind
    number: str | None = None


class OwnCallConnected(Event, tag=31, frozen=True):
    """The other party of an own call answered."""

    agent: str
    call: str


class OwnCallEnded(Event, tag=32, frozen=True):
    """An own call is over. `by`: who hung up, where known."""

    agent: str
    call: str
    by: EndedBy = "unknown"


class MonitoringStarted(Event, tag=33, frozen=True):
    """`supervisor` (interface or extension) hears `agent`. `session`: unique id of the supervisor's leg.

    Again for a session that is open: its mode, or the agent who is heard, is another one now. `takeover`: the supervisor talks with
    the caller in `agent`'s place, who is heard no more, until the session ends."""

    session: str
    agent: str
    supervisor: str | None = None
    mode: MonitorMode | None = None
    command: str | None = None


class MonitoringStopped(Event, tag=34, frozen=True):
    """A monitoring session ended."""

    session: str
    agent: str


# -- what people ask of the switch --------------------------------------------------------------------------------------


class CommandChanged(Event, tag=36, frozen=True):
    """A command came to a new state. Written by the control process (`Entry.switch` is `control:<switch>`), whole each time.

    `switch`: the link's name. `account`/`by`: who asked, by id and by name. `agent`, `queue`, `visit` (`switch/boot/call/visit`):
    about whom and what. `session`: unique id of the supervisor's leg, of the command that opened it, as in `MonitoringStarted`.
    `reason`: a word of `dashboard.supervision.reasons`, "" while all is well. `purpose`: why, as the person typed it.
    `ends_at_ms`: when a session must end. `follow`: what a session stays with when its call goes on elsewhere: `none`, `caller`, `agent`.
    """

    command: str
    kind: CommandKind
    state: CommandState
    switch: str
    account: str
    by: str
    agent: str | None = None
    queue: str | None = None
    visit: str | None = None
    session: str | None = None
    mode: MonitorMode | None = None
    via: Via | None = None
    supervisor: str | None = None
    reason: str = ""
    purpose: str = ""
    ends_at_ms: int | None = None
    asked_at_ms: int = 0
    follow: str = ""


class ControlChanged(Event, tag=37, frozen=True):
    """What the control process of `switch` can do now: told when it changes and every 5 s, so that its silence shows.

    `why_not`: a word of `dashboard.supervision.reasons`, "" when commands are taken. `why_no_browser`: the same for listening in a
    browser. `phones`: state of each supervisor's phone that somebody has chosen, by device (`PJSIP/2001`)."""

    switch: str
    why_not: str = ""
    why_no_browser: str = ""
    phones: dict[str, Device] = {}
    version: str = ""


# -- the switch and the link -------------------------------------------------------------------------------------------


class QueueConfigured(Event, tag=40, frozen=True):
    """What the switch reports of a queue's own configuration."""

    queue: str
    strategy: str | None = None
    max_callers: int | None = None
    weight: int | None = None
    service_level_s: int | None = None


class SourceAlive(Event, tag=50, frozen=True):
    """The switch answered the collector's ping. `skew_ms`: switch clock minus ours, where it tells its time."""

    skew_ms: int | None = None
    round_trip_ms: int | None = None


class LinkLost(Event, tag=51, frozen=True):
    """The link to the switch is down; `since_ms` is its last sign of life. `reason` is a word of `LINK_REASONS`."""

    reason: str
    since_ms: int


class LinkRestored(Event, tag=52, frozen=True):
    """The link is back and a resync begins; the floor is RESYNC until `SnapshotTaken`."""

    gap_from_ms: int | None = None


class GapFilled(Event, tag=53, frozen=True):
    """Everything between the two times is known now (read from the switch's own log)."""

    from_ms: int
    to_ms: int


class SwitchRestarted(Event, tag=54, frozen=True):
    """The switch is a new process: calls of an earlier boot are dead. The entry carries the new boot."""

    clean: bool | None = None


class QueueRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    queue: str
    strategy: str | None = None
    max_callers: int | None = None
    weight: int | None = None
    service_level_s: int | None = None


class MemberRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    queue: str
    agent: str
    name: str | None = None
    dynamic: bool = False
    penalty: int = 0
    paused: bool = False
    reason: str | None = None
    paused_at_ms: int | None = None
    device: Device = "unknown"


class WaitingRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    queue: str
    call: str
    visit: int
    entered_at_ms: int
    number: str | None = None
    name: str | None = None
    position: int | None = None
    priority: int | None = None


class OfferRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    queue: str
    call: str
    visit: int
    agent: str
    started_at_ms: int


class HandlingRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """An answered visit. `entered_at_ms`/`answered_at_ms` are None where the link was down at that moment."""

    queue: str
    call: str
    visit: int
    agent: str
    entered_at_ms: int | None = None
    answered_at_ms: int | None = None
    wait_s: int | None = None
    on_hold: bool = False
    number: str | None = None
    name: str | None = None


class OwnCallRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    agent: str
    call: str
    kind: CallKind
    number: str | None = None
    started_at_ms: int | None = None
    connected_at_ms: int | None = None
    on_hold: bool = False


class MonitoringRow(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    session: str
    agent: str
    supervisor: str | None = None
    mode: MonitorMode | None = None
    started_at_ms: int | None = None
    command: str | None = None


class SnapshotTaken(Event, tag=55, frozen=True):
    """The whole switch as it is at this position of the stream.

    Lists of a switch take time and are not atomic: the writer has already replaced rows of whatever an event touched
    during the listing by what the events say, so a fold takes the rows as they are: it closes what they do not hold,
    opens what it missed, and updates the rest. A visit that it must close so has the outcome `unknown` until a back-fill
    explains it.
    """

    queues: list[QueueRow]
    members: list[MemberRow]
    waiting: list[WaitingRow]
    offers: list[OfferRow]
    handlings: list[HandlingRow]
    own_calls: list[OwnCallRow]
    monitorings: list[MonitoringRow]
    gap_from_ms: int | None = None


# -- settings that change numbers --------------------------------------------------------------------------------------


class Names(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A display name in the languages that we ship; empty: fall back to the other, then to the id."""

    zh: str = ""
    en: str = ""


class QueueSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    names: Names = Names()
    service_level_target: float = 0.8
    threshold_s: int = 20
    short_abandon_s: int = 5
    formula: SlFormula = "short_abandons_removed"
    overflow_counts: bool = False
    wrap_up_s: int = 0
    wait_amber_s: int = 60
    wait_red_s: int = 120


class AgentSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    name: str = ""
    staff_number: str = ""
    team: str = ""


class TeamSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    names: Names = Names()
    parent: str = ""


class PauseReasonSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One line of the pause-reason catalogue. `limit_s`/`quota` 0: none."""

    names: Names = Names()
    category: PauseCategory = "rest"
    limit_s: int = 0
    quota: int = 0
    icon: str = ""


class MeasureSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """A custom measure of business events: what it is called, its unit as people read it, which side is good, and whether its facts
    are added up or averaged."""

    names: Names = Names()
    unit: Names = Names()
    worse: Literal["above", "below"] = "below"
    sums: Literal["total", "mean"] = "total"


class FloorSettings(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """All settings that change numbers, for one site. Keys are the switch's ids; `default_queue` applies to the others."""

    time_zone: str = "Asia/Shanghai"
    day_starts_at_min: int = 0
    interval_min: int = 30
    effective_call_s: int = 30
    default_queue: QueueSettings = QueueSettings()
    queues: dict[str, QueueSettings] = {}
    agents: dict[str, AgentSettings] = {}
    teams: dict[str, TeamSettings] = {}
    pause_reasons: dict[str, PauseReasonSettings] = {}
    state_limits_s: dict[str, int] = {}
    measures: dict[str, MeasureSettings] = {}


class SettingsChanged(Event, tag=60, frozen=True):
    """Settings, effective from this position of the stream. Whole, not a difference."""

    settings: FloorSettings


# -- what business systems tell ----------------------------------------------------------------------------------------


BusinessKind = Literal["sale", "satisfaction", "resolution", "complaint", "ticket", "qa", "custom"]
"""satisfaction: a caller's answer. resolution: whether the first contact was enough. qa: a quality review's score. custom: a measure
that the site has declared (`MeasureSettings`)."""


class BusinessFact(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One thing that came of a contact, as a system besides the switch knows it.

    `occurred_ms`: when (a ticket: when it was done, or fell due undone). `agent`, `queue`: whose, as far as known. `value`: in
    hundredths of its unit: a sale's amount, an answer's or review's score, a custom measure's amount. `good`: satisfied, resolved, done
    in time; None where the kind has no such thing. `name`: of a custom measure. `team`: the agent's when it was told first, so that a
    correction takes it back from the team that had it; None: the one that the settings name now."""

    kind: BusinessKind
    occurred_ms: int
    agent: str | None = None
    queue: str | None = None
    value: int = 0
    good: bool | None = None
    name: str = ""
    team: str | None = None


class BusinessTold(Event, tag=70, frozen=True):
    """A business system told of a fact, corrected one (`replaces`: what was told before), or took one back (`fact` None).

    `source`: who told it; `id`: its own name for it there. Whoever writes this knows what was told before, so that folds need not: what
    is replaced is taken back, what is new is booked, each at its own time. Written by `BUSINESS_WRITER`."""

    source: str
    id: str
    fact: BusinessFact | None
    replaces: BusinessFact | None = None


CelebrationKind = Literal["leader", "goal", "finish", "badge"]
"""leader: another one is first. goal: a goal was reached. finish: a period is over and its standings are final."""


class CelebrationCalled(Event, tag=71, frozen=True):
    """Screens of a leaderboard have something to celebrate, once. `id`: the cause's: the same cause is never called twice. `agent` or
    `team`: whose; `what`: the goal's metric or the badge's id. Written by `LEADERBOARDS_WRITER`."""

    id: str
    leaderboard: str
    kind: CelebrationKind
    agent: str | None = None
    team: str | None = None
    what: str = ""


AnyEvent = (
    QueueEntered
    | OfferStarted
    | OfferEnded
    | Answered
    | Held
    | Resumed
    | Transferred
    | HandlingEnded
    | QueueAbandoned
    | QueueLeft
    | QueueLeftExplained
    | CallerRefused
    | CallerMoved
    | MembershipAdded
    | MembershipRemoved
    | MemberPaused
    | MemberResumed
    | DeviceChanged
    | AgentNamed
    | OwnCallStarted
    | OwnCallConnected
    | OwnCallEnded
    | MonitoringStarted
    | MonitoringStopped
    | CommandChanged
    | ControlChanged
    | QueueConfigured
    | SourceAlive
    | LinkLost
    | LinkRestored
    | GapFilled
    | SwitchRestarted
    | SnapshotTaken
    | SettingsChanged
    | BusinessTold
    | CelebrationCalled
)

LINK_REASONS = (
    "refused",
    "unreachable",
    "login_failed",
    "closed",
    "timeout",
    "protocol_error",
    "overflow",
    "shutdown",
    "lease_lost",
)
"""Words for `LinkLost.reason`; screens have a sentence for each."""


SETTINGS_WRITER: Final = "settings"
"""The `Entry.switch` of settings."""
BUSINESS_WRITER: Final = "business"
"""The `Entry.switch` of what business systems tell."""
LEADERBOARDS_WRITER: Final = "leaderboards"
"""The `Entry.switch` of what leaderboards call."""
_CONTROL_WRITER: Final = "control:"
_NO_SWITCHES: Final = frozenset({SETTINGS_WRITER, BUSINESS_WRITER, LEADERBOARDS_WRITER})


def control_writer(switch: str) -> str:
    """The `Entry.switch` of what the control process of a switch tells."""
    return _CONTROL_WRITER + switch


def is_switch(writer: str) -> bool:
    """Whether an `Entry.switch` is that of a switch's own link, and no other writer's."""
    return writer not in _NO_SWITCHES and not writer.startswith(_CONTROL_WRITER)


class Fact(msgspec.Struct, frozen=True):
    """What a translator gives: an event and its times, before a collector stamps it with its place in the stream."""

    event: AnyEvent
    at_ms: int
    switch_at_ms: int | None = None
    boot: str = ""
    backfilled: bool = False


class Entry(msgspec.Struct, frozen=True, array_like=True, omit_defaults=True):
    """One record of the stream.

    `switch`: the link's configured name (`SETTINGS_WRITER`, `BUSINESS_WRITER`, `LEADERBOARDS_WRITER` or `control_writer(name)`, where no
    collector wrote it). `boot`: the
    switch process it belongs to (text, e.g. its start time). `(epoch, n)`: the writer's lease epoch and its own count: strictly
    rising per switch.
    `backfilled`: read later from the switch's log; `at_ms` is then in the past.
    """

    site: str
    switch: str
    boot: str
    epoch: int
    n: int
    at_ms: int
    event: AnyEvent
    switch_at_ms: int | None = None
    backfilled: bool = False
    schema: int = SCHEMA
