"""Who may what, where, under which rules: every role with every mode, scope and rule, answered by a table that was written by hand.

The pure part asks the rules; the second part asks a whole control, for one representative of every reason: what the screen is told, in
both languages, what is on record, and that nothing was sent.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from collectors.events import CommandKind, MonitorMode
from dashboard.access.accounts import RoleGiven
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.store.schema import audit_lines
from dashboard.supervision.policies import General, Marks
from dashboard.supervision.reasons import ON_RECORD, Reason
from dashboard.supervision.rules import why_not
from layouts.texts import catalogue
from tests.control.house import SWITCH
from tests.control.simulated_house import Seat, SimulatedHouse, simulated_house
from tests.control.simulated_time import SimulatedLoop, in_simulated_time
from tests.keyring import HERE
from tests.redis_server import RedisServer
from tests.supervision.situations import (
    EAST,
    OTHER_QUEUE,
    PHONE,
    SALES,
    WRONG,
    Change,
    Situation,
    asked,
    by,
    call,
    fine,
    phone,
    policy,
    switch,
)

R = Reason
HEARD: Final[dict[str, tuple[CommandKind, MonitorMode | None]]] = {
    "listen": ("monitor.start", "listen"),
    "whisper": ("monitor.start", "whisper"),
    "barge": ("monitor.start", "barge"),
    "private": ("monitor.start", "private"),
    "takeover": ("call.take_over", None),
}
EVERY: Final = frozenset(HEARD)
MAY: Final = {
    Role.SUPERVISOR: EVERY,
    Role.MANAGER: EVERY,
    Role.TRAINER: frozenset({"whisper"}),
    Role.QUALITY: frozenset({"listen"}),
}
WHERE: Final[tuple[tuple[Scope, Reason | None], ...]] = (
    (EVERYTHING, None),
    (SALES, None),
    (OTHER_QUEUE, R.OUT_OF_SCOPE),
    (EAST, R.OUT_OF_SCOPE),
    (Scope(frozenset({"vip"})), R.NOT_THERE),
    (Scope(frozenset()), R.NOT_THERE),
)
"""Of a call of sales, with an agent of a team in the east who serves support, too."""


def _oneself(now: Situation) -> Situation:
    return replace(now, asker=replace(now.asker, own_agents=frozenset({"PJSIP/1001"})))


def _browser(now: Situation) -> Situation:
    return switch(why_no_browser=R.BROWSER_UNSUPPORTED)(asked(via="browser")(now))


RULES: Final[tuple[tuple[str, Change, Reason | None], ...]] = (
    ("announced", lambda now: now, None),
    ("announced nowhere", policy(announced=frozenset()), R.NOT_ANNOUNCED),
    ("announced elsewhere", policy(announced=frozenset({"support"})), R.NOT_ANNOUNCED),
    ("cards", policy(card_queues=frozenset({"sales"})), R.TAKES_CARDS),
    ("never", policy(never=frozenset({"PJSIP/1001"})), R.NEVER_MONITORED),
    ("yourself", _oneself, R.YOURSELF),
    ("rings", call(phase="ringing"), R.NOT_ON_CALL),
    ("another call", asked(visit="pbx/1/99.1/1"), R.CALL_CHANGED),
    ("no phone", phone(None), R.NO_PHONE),
    ("phone elsewhere", phone(replace(PHONE, switch="branch")), R.PHONE_ELSEWHERE),
    ("phone away", switch(phone="unavailable"), R.PHONE_UNREGISTERED),
    ("phone in use", switch(phone="in_use"), R.PHONE_BUSY),
    ("browser", lambda now: asked(via="browser")(phone(None)(now)), None),
    ("browser too old", _browser, R.BROWSER_UNSUPPORTED),
    ("switch away", switch(why_not=R.SWITCH_DOWN), R.SWITCH_DOWN),
    ("no purpose", asked(purpose=" "), R.REASON_MISSING),
    ("no purpose needed", lambda now: asked(purpose="")(policy(needs_purpose=False)(now)), None),
)


def expected(role: Role, what: str, where: Reason | None, rule: Reason | None) -> Reason | None:
    """By hand: who, then where, then the company's rules and how things stand."""
    may = MAY.get(role, frozenset())
    if what not in may:
        return R.MODE_NOT_PERMITTED if may else R.NOT_PERMITTED
    return where or rule


def test_every_role_mode_scope_and_rule() -> None:
    count, wrong = 0, []
    for role, (what, (kind, mode)), (scope, where), (name, change, rule) in itertools.product(
        Role, HEARD.items(), WHERE, RULES
    ):
        now = change(by(role, scope)(fine(kind, mode)))
        said = why_not(now.ask, now.asker, now.scene)
        count += 1
        if said != expected(role, what, where, rule):
            wrong.append((role, what, scope, name, said))
    assert wrong == []
    assert count == len(Role) * 5 * 6 * len(RULES)


def test_every_command_of_every_role_with_everything_that_may_be_wrong() -> None:
    """Who may not is told that, whatever else is wrong; who may is told what is wrong."""
    wrong = []
    for kind, role in itertools.product(WRONG, Role):
        plain = by(role)(fine(kind))
        if kind == "monitor.follow":
            plain = asked(mode=None)(plain)  # whom one follows has no mode of its own
        free = why_not(plain.ask, plain.asker, plain.scene)
        for reason, change in WRONG[kind]:
            now = change(plain)
            if now.asker.reach != plain.asker.reach:
                continue  # this row is about another person
            opened = now.scene.opened
            if kind == "monitor.follow" and opened is not None and opened.mode not in MAY.get(role, EVERY):
                continue  # nobody of this role is in such a session
            said = why_not(now.ask, now.asker, now.scene)
            is_told = said == reason if free is None else said in {free, R.WRONG_VALUE, R.SESSION_OVER, R.NOT_YOURS}
            if not is_told and reason is not R.WRONG_VALUE:
                wrong.append((kind, role, reason, said))
    assert wrong == []


def test_each_answer_is_a_sentence_of_its_own_in_both_languages() -> None:
    english, chinese = (catalogue(lang, "monitor").words for lang in ("en", "zh-CN"))
    told = {reason for rows in WRONG.values() for reason, _ in rows} | {rule for *_, rule in RULES if rule is not None}
    for reason in told:
        assert english[f"reason.{reason}"] != chinese[f"reason.{reason}"]
        assert (
            english[f"reason.{reason}"].isascii()
            or "…" in english[f"reason.{reason}"]
            or "’" in english[f"reason.{reason}"]
        )
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese[f"reason.{reason}"])


# -- through the whole control ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody with this role there asks for this, in a call that somebody talks in."""

    reason: Reason
    role: Role = Role.SUPERVISOR
    scope: Scope = EVERYTHING
    kind: CommandKind = "monitor.start"
    more: dict[str, Any] = field(default_factory=dict)
    rules: str = ""


def _start(reason: Reason, **fields: Any) -> Attempt:
    rules, role, scope = fields.pop("rules", ""), fields.pop("role", Role.SUPERVISOR), fields.pop("scope", EVERYTHING)
    return Attempt(reason, role, scope, "monitor.start", {"mode": "listen"} | fields, rules)


ATTEMPTS: Final = (
    _start(R.NOT_PERMITTED, role=Role.ADMIN),
    _start(R.NOT_PERMITTED, role=Role.ANALYST),
    _start(R.MODE_NOT_PERMITTED, role=Role.TRAINER),
    _start(R.MODE_NOT_PERMITTED, role=Role.QUALITY, mode="barge"),
    Attempt(R.MODE_NOT_PERMITTED, Role.QUALITY, kind="call.take_over"),
    _start(R.NOT_THERE, scope=Scope(frozenset({"nowhere"}))),
    _start(R.NOT_THERE, agent="PJSIP/4711"),
    _start(R.NOT_ANNOUNCED, rules="unannounced"),
    _start(R.TAKES_CARDS, rules="cards"),
    _start(R.NEVER_MONITORED, rules="never"),
    _start(R.REASON_MISSING, rules="purpose"),
    _start(R.WRONG_VALUE, mode=None),
    _start(R.CALL_CHANGED, visit="pbx/1/99.1/1"),
    _start(R.NO_PHONE, role=Role.MANAGER),
    _start(R.BROWSER_OFF, via="browser"),
    Attempt(R.SESSION_OVER, kind="monitor.mode", more={"mode": "whisper", "opened": "f" * 16}),
    Attempt(R.SESSION_OVER, kind="monitor.stop", more={"opened": "f" * 16}),
    Attempt(R.NOT_CONFIRMED_TWICE, kind="call.hang_up"),
    Attempt(R.NOT_PERMITTED, Role.QUALITY, kind="call.hang_up", more={"is_sure": True}),
    Attempt(R.NOT_PERMITTED, Role.TRAINER, kind="agent.pause"),
    Attempt(R.NOT_WAITING, kind="call.pull"),
    Attempt(R.UNKNOWN_QUEUE, kind="call.move", more={"queue": "nowhere"}),
    Attempt(R.UNKNOWN_PAUSE_REASON, kind="agent.pause", more={"value": "karaoke"}),
    Attempt(R.ALREADY_SO, kind="agent.resume"),
    Attempt(R.NOT_MEMBER, kind="agent.sign_out", more={"queue": "nowhere"}),
    Attempt(R.WRONG_VALUE, kind="agent.penalty", more={"value": "-1"}),
)


def test_through_the_whole_control(tmp_path: Path, valkey: RedisServer) -> None:
    async def story(loop: SimulatedLoop) -> None:
        async with simulated_house(loop, tmp_path, valkey, supervisors=60) as at:
            caller = at.call(next(iter(at.world.queues)))
            at.simulator.flush()
            assert await at.until(lambda: at.visit_of(caller))
            visit = at.visit_of(caller)
            assert visit is not None
            await asked_of(at, visit.key, visit.agent or "", visit.queue)

    in_simulated_time(story)


async def asked_of(at: SimulatedHouse, visit: str, agent: str, queue: str) -> None:
    seats: dict[tuple[Role, Scope], Seat] = {}
    sent = at.room.link.sent
    for number, attempt in enumerate(ATTEMPTS):
        who = (attempt.role, attempt.scope)
        seat = seats.get(who) or seats.setdefault(who, _seat(at, number, attempt))
        _rule(at, attempt.rules, agent, queue)
        more = {"agent": agent, "visit": visit} | attempt.more
        if attempt.kind == "call.pull":
            more["agent"] = ""
        command = at.ask(seat.actor, attempt.kind, **more)
        assert await at.until(lambda command=command: at.state(command)), attempt
        told = at.told[command][-1].changed
        assert (told.state, told.reason) == ("refused", str(attempt.reason)), (attempt, told)
        await at.until(lambda: not at.records.unwritten)
        _on_record(at, attempt, seat, more["agent"])
        _rule(at, "", agent, queue)
    assert at.world.joins.rows == []
    assert at.room.link.sent == sent, "nothing goes to the switch"
    assert at.rows() == []


def _seat(at: SimulatedHouse, number: int, attempt: Attempt) -> Seat:
    services = at.keyring.services
    given = [RoleGiven(attempt.role, attempt.scope)]
    account = services.accounts.create(HERE, f"m{number}", f"M {number}", roles=given)
    seat = Seat(at.sign_in(account), "8020", attempt.role)
    if attempt.reason not in {R.NO_PHONE, R.BROWSER_OFF} and attempt.role in {
        Role.SUPERVISOR,
        Role.TRAINER,
        Role.QUALITY,
    }:
        services.phones.choose(seat.actor, SWITCH, f"PJSIP/{8025 + number}", answers_itself=False)
    return seat


def _rule(at: SimulatedHouse, name: str, agent: str, queue: str) -> None:
    """One of the company's rules is so; "" for all as they were."""
    manager, policies = at.keyring.actor(Role.MANAGER), at.keyring.services.policies
    policies.put_general(manager, General(True, False, name == "purpose", 30, False))
    policies.put_queues(manager, {queue: Marks(is_announced=name != "unannounced", takes_cards=name == "cards")})
    is_spared = agent in at.standing().policy.never
    if name == "never":
        policies.spare(manager, agent, "受保护")
    elif is_spared:
        policies.unspare(manager, agent)


def _on_record(at: SimulatedHouse, attempt: Attempt, seat: Seat, agent: str) -> None:
    """Attempts at what somebody may not are in the audit log, once; how things stood is nobody's fault."""
    with at.keyring.services.engine.connect() as connection:
        query = select(audit_lines).where(
            audit_lines.c.actor_id == seat.actor.account_id, audit_lines.c.result == "denied"
        )
        lines = [row for row in connection.execute(query).mappings() if row["target_name"] == attempt.reason]
    if attempt.reason in ON_RECORD:
        assert {(row["action"], row["target_id"]) for row in lines} >= {(attempt.kind, agent)}, (attempt, lines)
        assert all(json.loads(row["details"]) == {} for row in lines)
    else:
        assert lines == []
