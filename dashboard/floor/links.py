"""Each switch's link: its state, its last sign of life, and the gaps in what we know.

A gap runs from the last sign of life to the snapshot after it; a back-fill takes its stretch out again. Gaps are kept for two
days. `links` is what screens show; they derive live, delayed and stale from `alive_ms` themselves.
"""

from __future__ import annotations

from typing import Final

import msgspec

from collectors.events import GapFilled, LinkLost, LinkRestored, SourceAlive, SwitchRestarted, is_switch
from dashboard.floor.arrays import Longs
from dashboard.floor.handlings import end_handling
from dashboard.floor.own_calls import end_own_call, stop_monitoring
from dashboard.floor.state import Floor, Link, LinkState
from dashboard.floor.step import Step
from dashboard.floor.visits import conclude, end_offer, forget_later

SILENT_MS: Final = 5_000
"""A link without a sign of life for longer is stale: what it does not tell is a gap that runs."""


class LinkNow(msgspec.Struct, frozen=True):
    """A link as screens show it. `since_ms`: of the state; `alive_ms`: the last sign of life, None before the first."""

    switch: str
    state: LinkState
    since_ms: int
    alive_ms: int | None
    reason: str | None
    skew_ms: int | None
    boot: str
    snapshot_ms: int | None


def links(floor: Floor, now_ms: int) -> list[LinkNow]:  # noqa: ARG001 (the same call as every query)
    """Every link of the site, by name."""
    return [
        LinkNow(
            link.switch,
            link.state,
            link.since_ms,
            link.alive_ms or None,
            link.reason,
            link.skew_ms,
            link.boot,
            link.snapshot_ms or None,
        )
        for name, link in sorted(floor.core.links.items())
        if is_switch(name)
    ]


def set_state(step: Step, state: LinkState, reason: str | None = None) -> None:
    """Put the link into a state."""
    link = step.link
    if link.state != state:
        link.state, link.since_ms = state, step.at_ms
    link.reason = reason
    step.changes.links = True


def source_alive(step: Step, event: SourceAlive) -> None:
    """The switch answered."""
    step.link.skew_ms, step.link.round_trip_ms = event.skew_ms, event.round_trip_ms
    step.changes.links = True


def link_lost(step: Step, event: LinkLost) -> None:
    """The link is down since its last sign of life. Losing it again changes the reason only."""
    link = step.link
    if link.state != "lost":
        link.gap_from_ms = event.since_ms if link.gap_from_ms is None else min(link.gap_from_ms, event.since_ms)
        link.since_ms = event.since_ms
    link.alive_ms = event.since_ms
    link.state, link.reason = "lost", event.reason
    step.changes.links = True


def link_restored(step: Step, event: LinkRestored) -> None:
    """The link is back; nothing is sure until the snapshot."""
    note_gap(step.link, event.gap_from_ms)
    set_state(step, "resync")


def note_gap(link: Link, from_ms: int | None) -> None:
    """A gap that began at `from_ms` is open."""
    if from_ms is not None:
        link.gap_from_ms = from_ms if link.gap_from_ms is None else min(link.gap_from_ms, from_ms)


def close_gap(step: Step) -> None:
    """The snapshot is here: what the gap hid stays hidden, until a back-fill."""
    link = step.link
    if link.gap_from_ms is not None and link.gap_from_ms < step.at_ms:
        link.gaps.extend((link.gap_from_ms, step.at_ms))
        step.floor.core.watched_since_ms = min(step.floor.core.watched_since_ms, link.gap_from_ms)
        _told(step)
    link.gap_from_ms = None


def _told(step: Step) -> None:
    if step.floor.derived.recorder is not None:
        step.floor.derived.recorder.gaps_changed(step.link)


def gap_filled(step: Step, event: GapFilled) -> None:
    """A stretch is known after all. One that is still open is known from the stretch's end on."""
    link = step.link
    left = Longs("q")
    for i in range(0, len(link.gaps), 2):
        a_ms, b_ms = link.gaps[i], link.gaps[i + 1]
        for c_ms, d_ms in ((a_ms, min(b_ms, event.from_ms)), (max(a_ms, event.to_ms), b_ms)):
            if c_ms < d_ms:
                left.extend((c_ms, d_ms))
    link.gaps = left
    _told(step)
    if link.gap_from_ms is not None and event.from_ms <= link.gap_from_ms < event.to_ms:
        link.gap_from_ms = event.to_ms
    step.changes.links = step.changes.settings = True


def switch_restarted(step: Step, event: SwitchRestarted) -> None:  # noqa: ARG001 (the entry carries the boot)
    """The switch is a new process; `fold` has already buried what died with the old one."""
    step.changes.links = True


def bury(step: Step, boot: str) -> None:
    """A new boot: what an earlier one held is dead. Who waited is lost, who talked was cut off by the switch."""
    floor = step.floor
    dead = [v for v in floor.visits.values() if v.switch == step.switch and v.boot != boot and (v.live or v.offers)]
    for visit in dead:
        for agent_id in list(visit.offers):
            end_offer(step, visit, floor.agents[agent_id])
        if visit.live and visit.outcome == "waiting":
            conclude(step, visit, "left", "lost", None)
            forget_later(step, visit)
        elif visit.live:
            end_handling(step, visit, "switch", None)
    for agent in floor.agents.values():
        for key in [k for k, call in agent.own_calls.items() if call.switch == step.switch and call.boot != boot]:
            end_own_call(step, agent, key, "switch", is_measured=False)
    for key in [k for k, m in floor.core.monitorings.items() if m.switch == step.switch and m.boot != boot]:
        stop_monitoring(step, key)
    step.link.boot = boot
