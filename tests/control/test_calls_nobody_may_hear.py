"""A session never hears what its supervisor could not have begun to hear: wherever a caller goes with it, the rules go along."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.clock import SystemClock
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.control.asterisk.lines import CallKey
from dashboard.control.records import Entry
from dashboard.supervision.commands import DEADLINE_MS
from dashboard.supervision.policies import Marks
from tests.control.house import House, house
from tests.control.test_orders import waiting
from tests.patience import HANG_S
from tests.redis_server import RedisServer, scenario


async def sent_on(at: House, phone: str, to: str, scope: Scope = EVERYTHING) -> tuple[str, str]:
    """Somebody who stays with a caller of the first queue, whom the agent then sends to another queue, where somebody answers:
    the session and the caller."""
    actor = at.person(Role.SUPERVISOR, phone=phone, scope=scope)
    visit, agent, caller = await at.talk(at.queues()[0])
    start = await at.ask(actor, "monitor.start", agent=agent, visit=visit, mode="barge", value="caller")
    await at.becomes(start, "confirmed")
    assert at.simulator.world.hands.blind_transfer(at.extension(agent), to)
    visits = at.replica.floor.visits
    await at.until(lambda: any(one.call == caller and one.queue == to and one.agent for one in visits.values()))
    return start, caller


@scenario
async def test_who_stays_with_a_caller_comes_into_no_queue_that_they_may_not_hear(
    tmp_path: Path, valkey: RedisServer
) -> None:
    async with house(tmp_path, valkey, agents=12) as at:
        first, other, third = at.queues()[:3]
        policies, manager = at.keyring.services.policies, at.keyring.actor(Role.MANAGER)
        open_, silent, cards = Marks(is_announced=True), Marks(), Marks(is_announced=True, takes_cards=True)
        elsewhere = Scope(frozenset({first, third}))
        for phone, marks, scope in (
            ("PJSIP/8001", silent, EVERYTHING),
            ("PJSIP/8002", cards, EVERYTHING),
            ("PJSIP/8003", open_, elsewhere),
        ):
            policies.put_queues(manager, {first: open_, other: marks})
            before = len(at.joins)
            start, caller = await sent_on(at, phone, other, scope)
            await at.becomes(start, "ended", "transferred")
            assert [(row["call"], row["to"] is not None) for row in at.joins[before:]] == [(caller, True)], marks
            at.simulator.world.hands.caller_hangs_up(caller)

        # where it may be heard it goes on: the session is in the other queue's call, and ends with that queue's rules
        policies.put_queues(manager, {first: open_, other: open_})
        start, caller = await sent_on(at, "PJSIP/8004", other)
        await at.until(lambda: at.last(start).queue == other)
        now = next(one for one in at.replica.floor.visits.values() if one.call == caller and one.queue == other)
        await at.until(lambda: at.joins[-1]["to"] is None and at.joins[-1]["agent"] == at.last(start).agent)
        assert (at.last(start).visit, at.last(start).agent) == (now.key, now.agent)
        policies.put_queues(manager, {first: open_, other: cards})
        await at.becomes(start, "ended", "rules_changed")

        # what was meant for the caller in the first queue is not done to them in the other
        lines, key = at.control.room.lines, CallKey.of(now.key)
        assert key is not None
        assert key.visit == 2
        assert (lines.caller(key), lines.caller(replace(key, visit=1))) == (caller, None)
        for one in at.simulator.world.agents:
            at.simulator.world.hands.register(one.plan.extension, is_registered=False)
        key = CallKey.of((await waiting(at, third))[0])
        assert key is not None
        assert (lines.waits(key), lines.waits(replace(key, visit=9))) == (key.call, None)


@scenario
async def test_what_comes_too_late_leaves_nothing_and_a_stop_waits_for_nobody(
    tmp_path: Path, valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house(tmp_path, valkey) as at:
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        other = at.person(Role.MANAGER, phone="PJSIP/8002")
        visit, agent, _ = await at.talk()
        old = SystemClock().now_ms() - DEADLINE_MS - 1
        late = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen", asked_at_ms=old)
        await at.becomes(late, "expired", "too_late")
        assert at.states(late) == ["expired"]
        assert at.audit("monitor.start") == []

        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        # not by somebody else, not too late; and not behind a command whose record hangs
        await at.becomes(await at.ask(other, "monitor.stop", opened=start), "refused", "not_yours")
        await at.becomes(await at.ask(anna, "monitor.stop", opened=start, asked_at_ms=old), "expired", "too_late")
        for kind in ("monitor.mode", "call.take_over"):
            stolen = await at.ask(other, kind, opened=start, mode="barge" if kind == "monitor.mode" else None)
            await at.becomes(stolen, "refused", "not_yours")
        hangs = threading.Event()
        write = at.control.records.audited

        def slow(entry: Entry) -> None:
            hangs.wait(HANG_S)
            write(entry)

        monkeypatch.setattr(at.control.records, "audited", slow)
        change = await at.ask(anna, "monitor.mode", opened=start, mode="barge")
        await at.becomes(change, "authorised")
        await at.ask(anna, "monitor.stop", opened=start)
        await at.becomes(start, "ended", "stopped")
        assert at.joins[-1]["to"] is not None
        hangs.set()
        await at.becomes(change, "failed", "session_over")
        assert [row["mode"] for row in at.joins] == ["listen"]


@scenario
async def test_nobody_hears_a_listed_person_by_somebody_elses_line(tmp_path: Path, valkey: RedisServer) -> None:
    async with house(tmp_path, valkey, agents=12) as at:
        policies, manager = at.keyring.services.policies, at.keyring.actor(Role.MANAGER)
        hands, exchange = at.simulator.world.hands, at.simulator.world.exchange
        anna = at.person(Role.SUPERVISOR, phone="PJSIP/8001")
        visit, agent, caller = await at.talk(at.queues()[0])
        listed = next(
            one for one in at.simulator.world.agents if one.talk is None and one.is_reachable and one.interface != agent
        )
        policies.spare(manager, listed.interface, "the director's own line")

        # the caller is sent on to them
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen", value="caller")
        await at.becomes(start, "confirmed")
        assert hands.blind_transfer(at.extension(agent), listed.plan.extension)
        await at.becomes(start, "ended", "transferred")
        assert [row["agent"] for row in at.joins] == [agent]
        hands.caller_hangs_up(caller)
        await at.until(lambda: listed.talk is None and not listed.legs)

        # they come into the call that is heard: over at once, and nobody begins to hear it while they are there
        visit, agent, caller = await at.talk(at.queues()[0])
        start = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(start, "confirmed")
        bridge = exchange.channels[exchange.find(caller).name].bridge  # type: ignore[union-attr]
        assert bridge is not None
        line = exchange.open(listed.interface, 6, listed.plan.extension, "", "from-internal", "")
        exchange.enter(bridge, line)
        at.simulator.flush()
        await at.becomes(start, "ended", "never_monitored")
        before = len(at.joins)
        again = await at.ask(anna, "monitor.start", agent=agent, visit=visit, mode="listen")
        await at.becomes(again, "failed", "never_monitored")
        assert len(at.joins) == before
