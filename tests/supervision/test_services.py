"""Rules, phones, messages and history: who may, what is on record, what is told, and what is left while the database is away."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from dashboard.access import notices
from dashboard.access.actor import NOBODY, Denied
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import NotThere, Refused
from dashboard.store import StoreError
from dashboard.store.engine import reading, writing
from dashboard.store.schema import monitoring_sessions
from dashboard.supervision import messages as writing_to
from dashboard.supervision.facts import AgentFacts
from dashboard.supervision.policies import General, Marks
from dashboard.supervision.policy import Phone, Policy
from dashboard.supervision.standing import Standing
from tests.access.ledger import lines_of
from tests.supervision.conftest import SITE, Room, person

ADMIN = person(Role.ADMIN, name="adm")
SALES = Scope(frozenset({"sales"}), frozenset({"sales-team"}))
OF_SALES = person(Role.MANAGER, SALES, "manager")
SUPERVISOR = person(Role.SUPERVISOR)
STRICT = General(tells_agents=True, has_tone=True, needs_purpose=True, most_min=15, own_calls=False)


def told(room: Room) -> list[tuple[str, str, str]]:
    """Action, target and details of each line."""
    return [(line.action, line.target_id, line.details) for line in lines_of(room.engine)]


def test_rules_are_set_within_scope_on_record_and_reach_who_applies_them(room: Room) -> None:
    assert room.standings.fresh().policy == Policy()  # nothing is announced until somebody says so
    heard = room.listening()
    room.policies.put_general(ADMIN, STRICT)
    room.policies.put_general(ADMIN, STRICT)  # the same again leaves no line
    room.policies.put_queues(OF_SALES, {"sales": Marks(is_announced=True)})
    room.policies.put_queues(
        ADMIN, {"cards": Marks(is_announced=True, takes_cards=True), "sales": Marks(is_announced=True)}
    )
    room.policies.spare(ADMIN, "PJSIP/1002", " 工会\n代表 ")
    room.policies.spare(OF_SALES, "PJSIP/1001", "first week")
    assert room.next_of(heard) == notices.Notice("supervision")
    before = len(lines_of(room.engine))
    for deed in (
        lambda: room.policies.put_general(OF_SALES, STRICT),
        lambda: room.policies.put_queues(OF_SALES, {"sales": Marks(), "support": Marks(is_announced=True)}),
        lambda: room.policies.spare(OF_SALES, "PJSIP/1002", "x"),
        lambda: room.policies.unspare(OF_SALES, "PJSIP/9999"),
        lambda: room.policies.get(SUPERVISOR),
        lambda: room.policies.spare(NOBODY, "PJSIP/1001", "x"),
    ):
        with pytest.raises(Denied):
            deed()
    wrongs: tuple[Callable[[], object], ...] = (
        lambda: room.policies.put_general(ADMIN, replace(STRICT, most_min=0)),
        lambda: room.policies.spare(ADMIN, "PJSIP/1001", "   "),
        lambda: room.policies.spare(ADMIN, "PJSIP/1001", "x" * 201),
        lambda: room.policies.spare(ADMIN, "PJSIP/1001\r\nAction: Originate", "x"),
        lambda: room.policies.put_queues(ADMIN, {"": Marks(is_announced=True)}),
    )
    for wrong in wrongs:
        with pytest.raises(Refused):
            wrong()
    assert len(lines_of(room.engine)) == before  # nothing of it was done
    policy = room.standings.fresh().policy
    assert (policy.announced, policy.card_queues) == (frozenset({"sales", "cards"}), frozenset({"cards"}))
    assert (policy.never, policy.most_min, policy.has_tone) == (frozenset({"PJSIP/1001", "PJSIP/1002"}), 15, True)
    mine = room.policies.get(OF_SALES)
    assert (list(mine.queues), [one.agent for one in mine.spared], mine.may_change_general) == (
        ["sales"],
        ["PJSIP/1001"],
        False,
    )
    assert [(one.name, one.why) for one in room.policies.get(ADMIN).spared] == [
        ("Anna", "first week"),
        ("Bea", "工会 代表"),
    ]
    room.policies.unspare(OF_SALES, "PJSIP/1001")
    room.policies.put_queues(OF_SALES, {"sales": Marks()})
    assert room.standings.fresh().policy.announced == {"cards"}
    assert [action for action, *_ in told(room)] == [
        "monitoring.changed",
        "monitoring.queue_changed",
        "monitoring.queue_changed",
        "monitoring.agent_spared",
        "monitoring.agent_spared",
        "monitoring.agent_unspared",
        "monitoring.queue_changed",
    ]
    assert json.loads(told(room)[0][2]) == {
        "before": {"has_tone": False, "most_min": 30},
        "after": {"has_tone": True, "most_min": 15},
    }


def test_what_applies_is_one_reading_and_the_copy_only_shows(room: Room) -> None:
    away = room.without_database()
    with pytest.raises(AccessUnavailable):
        away.shown()
    room.policies.put_queues(ADMIN, {"销售": Marks(is_announced=True)})
    room.phones.choose(SUPERVISOR, "pbx", "2001", answers_itself=True)
    found = room.standings.shown()
    assert found == Standing(
        policy=Policy(announced=frozenset({"销售"})),
        phones={"sup": Phone("sup", "pbx", "PJSIP/2001", answers_itself=True)},
        own_agents={"sup": frozenset({"PJSIP/1002"})},  # Anna steps into nothing
        teams={"PJSIP/1001": "sales-team", "PJSIP/1002": "support-team"},
        parents={"sales-team": "", "support-team": ""},
        pause_reasons=frozenset({"lunch"}),
    )
    copy = away.shown()
    assert copy.is_copy
    assert (copy.policy, copy.phones, copy.own_agents) == (found.policy, found.phones, found.own_agents)
    with pytest.raises(StoreError):
        away.fresh()  # by a copy nothing is done


def test_a_phone_is_ones_own_and_nothing_but_an_endpoint(room: Room) -> None:
    phones = room.phones
    heard = room.listening()
    assert phones.own(SUPERVISOR) is None
    assert phones.choose(SUPERVISOR, "pbx", " PJSIP/2001 ", answers_itself=False).device == "PJSIP/2001"
    assert room.next_of(heard) == notices.Notice("supervision")
    phones.choose(SUPERVISOR, "pbx", "PJSIP/2001", answers_itself=False)  # the same again leaves no line
    assert phones.choose(SUPERVISOR, "branch", "SIP/room-3.a", answers_itself=True) == phones.own(SUPERVISOR)
    other = person(Role.TRAINER, name="other")
    refused = {}
    for device in (
        "SIP/ROOM-3.a",  # another's
        "PJSIP/1001",  # an agent's who is somebody else
        "Local/1@x", "PJSIP/1/2", "PJSIP/", "PJSIP/2001,x", "PJSIP/2001\r\nX: y", "PJSIP/20 01", "PJSIP/" + "1" * 90, "PJSIP/２００１",
    ):  # fmt: skip
        with pytest.raises(Refused) as error:
            phones.choose(other, "branch", device, answers_itself=False)
        refused[device] = error.value.word
    assert [*refused.values()][:2] == ["phone.refused.taken", "phone.refused.agents"]
    assert {*refused.values()} == {"phone.refused.taken", "phone.refused.agents", "phone.refused.device"}
    with pytest.raises(Refused):
        phones.choose(other, "nowhere", "2002", answers_itself=False)
    phones.choose(SUPERVISOR, "pbx", "PJSIP/1002", answers_itself=False)  # who is an agent, too, has one's own
    for nobody in (ADMIN, person(Role.AGENT), NOBODY, replace(SUPERVISOR, kind="token")):
        with pytest.raises(Denied):
            phones.choose(nobody, "pbx", "2009", answers_itself=False)
    phones.forget(SUPERVISOR)
    phones.forget(SUPERVISOR)
    assert room.standings.fresh().phones == {}
    assert [action for action, *_ in told(room)] == ["phone.chosen", "phone.chosen", "phone.chosen", "phone.removed"]


ANNA = AgentFacts("PJSIP/1001", "sales-team", frozenset({"sales"}))
BEA = AgentFacts("PJSIP/1002", "support-team", frozenset({"support"}))


def test_a_message_goes_to_agents_in_scope_and_only_they_read_it(room: Room) -> None:
    messages, of_sales = room.messages, person(Role.SUPERVISOR, SALES)
    heard = room.listening()
    (first,) = messages.send(of_sales, [ANNA], "  今天\n先接 VIP \u202e ", minutes=5)
    assert room.next_of(heard) == notices.Notice("messages", "PJSIP/1001")
    room.clock.ms += 1000
    both = messages.send(SUPERVISOR, [ANNA, BEA], "14:00 会议")
    standing = messages.current()
    assert [(one.id, one.text, one.by) for one in standing["PJSIP/1001"]] == [
        (both[0], "14:00 会议", "sup"),
        (first, "今天 先接 VIP", "sup"),
    ]
    anna = replace(person(Role.AGENT, Scope(frozenset(), frozenset(), frozenset({"PJSIP/1001"}))), id="anna")
    for foreign in (both[1], "none"):
        with pytest.raises(Denied):
            messages.read(anna, foreign)
    messages.read(anna, first)
    messages.read(anna, first)
    assert [one.message.read_at_ms for one in messages.sent(SUPERVISOR)] == [None, None, room.clock.ms]
    room.clock.ms += 5 * 60_000
    assert [one.id for one in messages.current()["PJSIP/1001"]] == [both[0]]  # the other's time is over
    before = len(lines_of(room.engine))
    for to in ([BEA], [ANNA, BEA], [AgentFacts("PJSIP/4711")]):
        with pytest.raises(Denied):
            messages.send(of_sales, to, "x")
    for text, minutes, to in ((" \n ", 5, [ANNA]), ("长" * 301, 5, [ANNA]), ("x", 0, [ANNA]), ("x", 5, [])):
        with pytest.raises(Refused):
            messages.send(of_sales, to, text, minutes)
    with pytest.raises(Denied):
        messages.send(person(Role.TRAINER), [ANNA], "x")
    assert len(lines_of(room.engine)) == before
    for _ in range(writing_to.MOST_A_MINUTE):
        messages.send(SUPERVISOR, [BEA], "x" * writing_to.LONGEST)
    with pytest.raises(Refused) as often:
        messages.send(SUPERVISOR, [BEA], "x")
    assert often.value.word == "message.refused.often"
    room.clock.ms += 60_001
    for _ in range(writing_to.MOST_ON_A_PAGE - len(messages.current()["PJSIP/1002"])):
        room.clock.ms += 6001
        messages.send(SUPERVISOR, [BEA], "x")
    with pytest.raises(Refused) as many:
        messages.send(SUPERVISOR, [BEA], "x")
    assert many.value.word == "message.refused.many"
    assert json.loads(told(room)[1][2]) == {"agents": ["PJSIP/1001", "PJSIP/1002"], "minutes": 60, "text": "14:00 会议"}


def session(command: str, at_ms: int, account: str, agent: str, queue: str | None) -> dict[str, object]:
    return {
        "command": command, "site": SITE, "switch": "pbx", "account_id": account, "by_name": account, "agent": agent, "queue": queue,
        "visit": f"pbx/1/{command}/1",
        "via": "phone", "purpose": "", "modes": f'[[{at_ms}, "listen"]]', "asked_at_ms": at_ms, "state": "ended",
        "reason": "stopped",
    }  # fmt: skip


def test_history_is_ones_own_or_that_of_ones_scope(room: Room) -> None:
    with writing(room.engine) as connection:
        connection.execute(
            monitoring_sessions.insert(),
            [
                session("a", 1000, "sup", "PJSIP/1001", "sales"),
                session("b", 2000, "other", "PJSIP/1001", "support"),
                session("c", 2000, "other", "PJSIP/1002", "support"),
                session("d", 3000, "other", "PJSIP/1002", None),
                {**session("e", 4000, "sup", "PJSIP/1002", "sales"), "site": "elsewhere"},
            ],
        )
    history = room.history
    everybody = person(Role.QUALITY, name="q")
    first = history.all(everybody, most=2)
    second = history.all(everybody, first.next, most=2)
    assert [one.command for one in (*first.sessions, *second.sessions)] == ["d", "c", "b", "a"]
    assert second.next == ""
    assert [one.agent_name for one in second.sessions] == ["Anna", "Anna"]
    assert second.sessions[1].modes == ((1000, "listen"),)
    of_sales = history.all(person(Role.QUALITY, SALES, "q")).sessions
    assert [(one.command, one.queue, one.visit) for one in of_sales] == [("b", None, ""), ("a", "sales", "pbx/1/a/1")]
    assert [one.command for one in history.all(everybody, agent="PJSIP/1002").sessions] == ["d", "c"]
    assert history.all(person(Role.QUALITY, Scope(frozenset({"none"})), "q")).sessions == ()
    assert [one.command for one in history.own(SUPERVISOR, "x-y").sessions] == ["a"]
    history.note(SUPERVISOR, "a", "开场白\r\n很好")
    history.note(SUPERVISOR, "a", "开场白\n很好")
    for who, foreign, answer in (
        (SUPERVISOR, "b", Denied),
        (SUPERVISOR, "e", NotThere),
        (SUPERVISOR, "none", NotThere),
        (person(Role.SUPERVISOR, SALES, "narrow"), "c", Denied),
        (person(Role.SUPERVISOR, SALES, "narrow"), "none", Denied),
    ):
        with pytest.raises(answer):
            history.note(who, foreign, "x")
    with pytest.raises(Refused):
        history.note(SUPERVISOR, "a", "x" * 2001)
    with pytest.raises(Denied):
        history.all(NOBODY)
    assert history.own(SUPERVISOR).sessions[0].note == "开场白\n很好"
    with reading(room.engine) as connection:
        noted = dict(connection.execute(select(monitoring_sessions.c.command, monitoring_sessions.c.noted_at_ms)).all())
    assert noted == {"a": room.clock.ms, "b": None, "c": None, "d": None, "e": None}
    assert [action for action, *_ in told(room)] == ["monitoring.noted"]
