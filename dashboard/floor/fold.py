"""The fold: one entry of the stream into the floor, in place. The same entries give the same floor, everywhere.

Dispatch is one exhaustive table. An entry at or before the writer's (epoch, n) already seen for its switch changes nothing, so
that a stream may be read again from an older position. An event about something unknown opens it or is ignored; no event
raises. Time moves by the live entries' own times only: that rolls the business day, ends wrap-ups and forgets what is over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfoNotFoundError

import msgspec

from collectors import events as e
from dashboard.floor.axes import end_wrap_ups, presence_changed
from dashboard.floor.business import business_told, drop_old_business
from dashboard.floor.calendar import QUARTER_MS, business_day
from dashboard.floor.celebrations import celebration_called, forget_celebrations
from dashboard.floor.changes import Changes
from dashboard.floor.handlings import answered, handling_ended, held, resumed, transferred
from dashboard.floor.ledger import TEN_MS, TENS_KEPT_MS
from dashboard.floor.links import (
    bury,
    gap_filled,
    link_lost,
    link_restored,
    source_alive,
    switch_restarted,
)
from dashboard.floor.memberships import (
    agent_named,
    device_changed,
    member_paused,
    member_resumed,
    membership_added,
    membership_removed,
    queue_configured,
)
from dashboard.floor.own_calls import (
    monitoring_started,
    monitoring_stopped,
    own_call_connected,
    own_call_ended,
    own_call_started,
)
from dashboard.floor.repeat_callers import forget_old
from dashboard.floor.rollover import roll_day
from dashboard.floor.snapshot import snapshot_taken
from dashboard.floor.state import Floor, Link
from dashboard.floor.step import Step
from dashboard.floor.supervision import command_changed, control_changed, forget_commands
from dashboard.floor.visits import (
    caller_moved,
    caller_refused,
    forget_due,
    offer_ended,
    offer_started,
    queue_abandoned,
    queue_entered,
    queue_left,
    queue_left_explained,
)

__all__ = ["Changes", "fold"]

Folds = dict[type[e.Event], Callable[[Step, Any], None]]


def settings_changed(step: Step, event: e.SettingsChanged) -> None:
    """Settings, whole, from here on. An unknown time zone leaves the calendar as it was."""
    floor, core = step.floor, step.floor.core
    settings = event.settings
    at_ms = floor.stream_ms or step.at_ms
    try:
        day = business_day(at_ms, settings.time_zone, settings.day_starts_at_min)
        yesterday = business_day(day.start_ms - 1, settings.time_zone, settings.day_starts_at_min)
    except (ZoneInfoNotFoundError, ValueError):
        day, yesterday = core.today, core.yesterday
        old = floor.settings
        settings = msgspec.structs.replace(settings, time_zone=old.time_zone, day_starts_at_min=old.day_starts_at_min)
    if floor.derived.recorder is not None:
        floor.derived.recorder.settings_changing(settings)
    core.settings = floor.settings = settings
    core.today, core.yesterday = day, yesterday
    floor.derived.forget()
    for agent in floor.agents.values():
        if agent.paused_queues:
            presence_changed(floor, agent, at_ms, step.changes)
    step.changes.settings = True


FOLDS: Final[Folds] = {
    e.QueueEntered: queue_entered,
    e.OfferStarted: offer_started,
    e.OfferEnded: offer_ended,
    e.Answered: answered,
    e.Held: held,
    e.Resumed: resumed,
    e.Transferred: transferred,
    e.HandlingEnded: handling_ended,
    e.QueueAbandoned: queue_abandoned,
    e.QueueLeft: queue_left,
    e.QueueLeftExplained: queue_left_explained,
    e.CallerRefused: caller_refused,
    e.CallerMoved: caller_moved,
    e.MembershipAdded: membership_added,
    e.MembershipRemoved: membership_removed,
    e.MemberPaused: member_paused,
    e.MemberResumed: member_resumed,
    e.DeviceChanged: device_changed,
    e.AgentNamed: agent_named,
    e.OwnCallStarted: own_call_started,
    e.OwnCallConnected: own_call_connected,
    e.OwnCallEnded: own_call_ended,
    e.MonitoringStarted: monitoring_started,
    e.MonitoringStopped: monitoring_stopped,
    e.CommandChanged: command_changed,
    e.ControlChanged: control_changed,
    e.QueueConfigured: queue_configured,
    e.SourceAlive: source_alive,
    e.LinkLost: link_lost,
    e.LinkRestored: link_restored,
    e.GapFilled: gap_filled,
    e.SwitchRestarted: switch_restarted,
    e.SnapshotTaken: snapshot_taken,
    e.SettingsChanged: settings_changed,
    e.BusinessTold: business_told,
    e.CelebrationCalled: celebration_called,
}
"""Every type of event, and what it does to the floor."""


def fold(floor: Floor, entry: e.Entry, stream_id: str = "") -> Changes:
    """Fold one entry into the floor, in place. Returns what changed; `stream_id` becomes the floor's position."""
    changes = Changes()
    core = floor.core
    if stream_id:
        core.position = stream_id
    link = core.links.get(entry.switch)
    if link is None:
        link = core.links[entry.switch] = Link(entry.switch, since_ms=entry.at_ms)
    if entry.epoch < link.epoch or (entry.epoch == link.epoch and entry.n <= link.n):
        return changes
    link.epoch, link.n = entry.epoch, entry.n
    recorder = floor.derived.recorder
    if recorder is not None:
        recorder.entry_began(is_backfilled=entry.backfilled)
    step = Step(floor, link, entry, changes)
    if entry.backfilled:
        changes.of_past(entry.at_ms)
    else:
        _live(step, entry)
    FOLDS[type(entry.event)](step, entry.event)
    return changes


def _live(step: Step, entry: e.Entry) -> None:
    """A live entry is a sign of life, moves the stream's time, and tells the switch's boot."""
    link, at_ms = step.link, entry.at_ms
    if at_ms > step.floor.core.stream_ms:
        _move_time(step.floor, at_ms, step.changes)
    if not e.is_switch(entry.switch):
        return
    link.alive_ms = max(link.alive_ms, at_ms)
    if link.state == "never":
        link.state, link.since_ms = "resync", at_ms
        step.changes.links = True
    if entry.boot != link.boot and entry.boot:
        if link.boot:
            bury(step, entry.boot)
        link.boot = entry.boot


def _move_time(floor: Floor, at_ms: int, changes: Changes) -> None:
    core = floor.core
    before_ms, core.stream_ms = core.stream_ms, at_ms
    core.watched_since_ms = core.watched_since_ms or at_ms
    if floor.derived.wraps:
        end_wrap_ups(floor, at_ms, changes)
    if at_ms >= core.today.end_ms:
        roll_day(floor, at_ms)
        changes.settings = True
    if floor.derived.recorder is not None:
        floor.derived.recorder.time_moved(at_ms)
    if core.endings:
        forget_due(floor)
    if core.command_endings:
        forget_commands(floor, at_ms)
    if core.celebrations:
        forget_celebrations(core, at_ms)
    if at_ms // QUARTER_MS != before_ms // QUARTER_MS:
        _drop_old_buckets(floor)
        forget_old(core, at_ms)


def _drop_old_buckets(floor: Floor) -> None:
    oldest = (floor.stream_ms - TENS_KEPT_MS) // TEN_MS
    for queue in floor.queues.values():
        for ten in [ten for ten in queue.tens if ten < oldest]:
            del queue.tens[ten]
    drop_old_business(floor)
