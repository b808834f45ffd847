"""A thousand races between supervisors and everything else: nobody in a wrong call, nobody twice, nobody off the record, nothing stuck.

`FLOORWATCH_RACES=1000` runs all of them (about 40 s of a core; 1,000 each from several seeds: no fault); without it a part of them.
Whether the judge would notice is tried, too: each mutant is a control with one rule broken on purpose.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from dashboard.control import sessions
from dashboard.control.asterisk.lines import CallKey, Lines
from dashboard.control.asterisk.recipes import Action, Spot, call_phone
from dashboard.control.desk import Desk
from dashboard.control.happenings import Wish
from dashboard.control.open_session import Open
from dashboard.control.records import Records
from dashboard.control.sessions import State
from dashboard.control.switch_ear import SwitchEar
from dashboard.control.watch import Watch
from dashboard.supervision.commands import Request
from tests.control.judge import Judge
from tests.control.races import DISASTERS, POINTS, run_races
from tests.control.simulated_house import Tray, simulated_house
from tests.control.simulated_time import SimulatedLoop, in_simulated_time
from tests.redis_server import RedisServer

RACES: Final = int(os.environ.get("FLOORWATCH_RACES", "304"))
SEED: Final = int(os.environ.get("FLOORWATCH_RACES_SEED", "1"))
Patch = pytest.MonkeyPatch


def raced(folder: Path, valkey: RedisServer, count: int, seed: int, **more: Any) -> Judge:
    """That many races in a house of their own."""

    async def story(loop: SimulatedLoop) -> Judge:
        async with simulated_house(loop, folder, valkey, seed=seed) as house:
            return await run_races(house, count, seed, **more)

    return in_simulated_time(story, seed)


@pytest.mark.timeout(900)
def test_nobody_is_ever_in_a_wrong_call(tmp_path: Path, valkey: RedisServer) -> None:
    judge = raced(tmp_path, valkey, RACES, SEED)
    assert judge.faults == []
    assert judge.house.races >= 0.9 * RACES, "too few of them found somebody to talk with"
    assert judge.counts["joins"] > judge.house.races / 2
    for state in ("ended", "failed", "refused", "expired"):
        assert judge.counts[f"monitor.start {state}"], state
    assert set(DISASTERS) <= set(judge.counts)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A control with one rule broken, the races in which it shows, and what the judge says."""

    breaks: Callable[[Patch], None]
    says: Sequence[str]
    points: Sequence[str] = POINTS
    deeds: Sequence[str] = ()
    befall: Sequence[str] = ()
    count: int = 32


def _by_device(patch: Patch) -> None:
    """The agent's leg is found by how the interface's name begins, as ChanSpy itself would: 1001 is also 10010."""

    def spot(lines: Lines, key: CallKey, queue: str | None, agent: str) -> Spot | None:
        legs = [one for one in lines._board.channels.all() if (lines._whose(one) or "").startswith(agent[:-1])]
        return Spot(legs[-1].uniqueid, key.call, queue or "") if legs else None

    patch.setattr(Lines, "spot", spot)


def _never_late(patch: Patch) -> None:
    patch.setattr(Request, "deadline_ms", property(lambda request: request.asked_at_ms + 60_000))


def _sent_before_it_is_on_record(patch: Patch) -> None:
    async def on_record(_desk: Desk, _entry: object) -> bool:
        return True

    patch.setattr(Desk, "_on_record", on_record)


def _redirected_at_once(patch: Patch) -> None:
    patch.setitem(sessions._TABLE, (State.CALLING, Wish), sessions._wished)


def _tried_again(patch: Patch) -> None:
    """What was under way when the link was lost is sent anew when it is there again."""
    lost, listed, under_way = SwitchEar.lost, SwitchEar.listed, list[Open]()

    def remember(ear: SwitchEar, reason: str, at_ms: int) -> None:
        under_way[:] = list(ear._room.book)
        lost(ear, reason, at_ms)

    async def resend(ear: SwitchEar, one: Open, action: Action) -> None:
        await ear._room._send(one, action)

    def again(ear: SwitchEar, at_ms: int) -> None:
        listed(ear, at_ms)
        for one in under_way:
            session, spot = one.session, one.session.spot
            if one.phone is not None and spot is not None:
                ear._room.spawn(resend(ear, one, call_phone(session.leg, one.phone, session.mode, spot, stays=False)))
        under_way.clear()

    patch.setattr(SwitchEar, "lost", remember)
    patch.setattr(SwitchEar, "listed", again)


def _done_as_often_as_it_comes(patch: Patch) -> None:
    async def claim(_tray: Tray, _request: Request) -> bool:
        return True

    patch.setattr(Tray, "claim", claim)


def _never_looked_again(patch: Patch) -> None:
    async def look(watch: Watch) -> None:
        watch._is_wanted.clear()

    patch.setattr(Watch, "_look", look)


def _ends_are_not_written(patch: Patch) -> None:
    patch.setattr(Records, "ended", lambda *_: None)


MUTANTS: Final[dict[str, Mutant]] = {
    "target by device": Mutant(_by_device, ("wrong call", "hears another call"), ("confirmed",), ("hold",), count=24),
    "no deadline": Mutant(_never_late, ("sent too late",), ("asked", "authorised", "sent"), ("deadline",)),
    "no audit line": Mutant(_sent_before_it_is_on_record, ("unaudited",), ("confirmed",), ("caller goes",), count=8),
    "redirect before success": Mutant(
        _redirected_at_once, ("redirected while it rings",), ("sent", "ringing"), ("twice",)
    ),
    "tried again after the link": Mutant(_tried_again, ("sent twice",), ("sent", "ringing"), (), ("link cut",), 24),
    "done twice": Mutant(
        _done_as_often_as_it_comes, ("sent twice", "ends twice"), ("confirmed", "asked"), ("twice",), count=16
    ),
    "never looked again": Mutant(
        _never_looked_again, ("still in after 5 s",), ("confirmed",), ("role revoked",), count=8
    ),
    "ends are not written": Mutant(_ends_are_not_written, ("row open",), ("confirmed",), ("caller goes",), count=8),
}


@pytest.mark.parametrize("name", list(MUTANTS))
def test_a_broken_control_is_found_out(
    name: str, tmp_path: Path, valkey: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant = MUTANTS[name]
    mutant.breaks(monkeypatch)
    judge = raced(tmp_path, valkey, mutant.count, 7, points=mutant.points, deeds=mutant.deeds, befall=mutant.befall)
    assert any(fault.startswith(tuple(mutant.says)) for fault in judge.faults), judge.faults
