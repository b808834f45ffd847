"""Schedules as people change them: who may, what is refused at which field, what is on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.refusal import NotThere, Refused
from dashboard.reports.schedules import Draft
from dashboard.reports.schedules.schedules import MOST
from dashboard.reports.schedules.timing import timing
from dashboard.settings import MailSettings
from tests.access.ledger import lines_of
from tests.reports.past import Past
from tests.reports.post_room import DAILY, MORNING, PostRoom, two_queues

HELP = Scope(frozenset({"help"}))


@pytest.fixture
def room(engine: Engine, past: Past, tmp_path: Path) -> PostRoom:
    two_queues(past)
    mail = MailSettings(host="localhost", security="none", sender="a@b.example", domains=("example.com",))
    return PostRoom(engine, tmp_path, mail)


def test_what_is_made_is_there_and_each_change_is_on_record(room: PostRoom) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(
        owner, replace(DAILY, name=" 日\t报 ", recipients=("a@example.com", "a@example.com"))
    )
    (found,) = room.schedules.listed(owner)
    assert (found.id, found.draft.name, found.draft.recipients) == (schedule_id, "日 报", ("a@example.com",))
    assert (found.next_at_ms, found.time_zone, found.owner, found.last) == (MORNING, "Asia/Shanghai", "王芳", None)
    room.schedules.change(owner, schedule_id, found.draft)  # nothing new: no line
    room.schedules.change(owner, schedule_id, replace(found.draft, timing=timing("day", "09:00"), lang="en"))
    assert room.schedules.find(owner, schedule_id).next_at_ms == MORNING + 30 * 60_000
    room.schedules.turn(owner, schedule_id, is_on=False)
    room.schedules.remove(owner, schedule_id)
    actions = ["report.schedule_added", "report.schedule_changed", "report.schedule_changed", "report.schedule_removed"]
    lines = lines_of(room.engine)
    assert [line.action for line in lines] == actions
    assert {line.actor_name for line in lines} == {"王芳"}
    assert '"lang":"en"' in lines[1].details
    assert "recipients" not in lines[1].details  # only what changed


def test_who_may(room: PostRoom) -> None:
    """One's own; who may take everything away also sees and stops those of others, and changes none."""
    owner, boss = room.owner("王芳", "supervisor", HELP), room.owner("陈经理", "manager")
    other = room.owner("李强", "analyst", HELP)
    schedule_id = room.schedules.add(owner, DAILY)
    doings: tuple[Callable[[Actor], object], ...] = (
        lambda who: room.schedules.find(who, schedule_id),
        lambda who: room.schedules.runs(who, schedule_id),
        lambda who: room.schedules.change(who, schedule_id, DAILY),
        lambda who: room.schedules.turn(who, schedule_id, is_on=False),
        lambda who: room.schedules.remove(who, schedule_id),
    )
    assert room.schedules.listed(other) == ()
    for doing in doings:
        with pytest.raises(NotThere):
            doing(other)
    for nobody in (
        room.owner("质检", "quality", EVERYTHING), room.owner("管理员", "admin"), Actor("screen", "tv", "tv"),
        Actor("token", "t", "t", (Grant.of(Role.MANAGER),), account_id=owner.account_id),
    ):  # fmt: skip
        for doing in (*doings, room.schedules.listed, lambda who: room.schedules.add(who, DAILY)):
            with pytest.raises(Denied):
                doing(nobody)
    assert [one.id for one in room.schedules.listed(boss)] == [schedule_id]
    with pytest.raises(Denied):
        room.schedules.change(boss, schedule_id, replace(DAILY, name="mine"))
    room.schedules.turn(boss, schedule_id, is_on=False)
    with pytest.raises(Denied):
        room.schedules.turn(boss, schedule_id, is_on=True)
    room.schedules.remove(boss, schedule_id)
    assert room.schedules.listed(owner) == ()


@pytest.mark.parametrize(
    ("wrong", "field", "word"),
    [
        ({"name": " \n"}, "name", "schedule.refused.name"),
        ({"name": "长" * 101}, "name", "schedule.refused.name_long"),
        ({"question": "report=queues&from=2026-11-01"}, "days", "schedule.refused.days"),
        ({"question": "report=none&days=today"}, "report", "reports.refused.unknown_report"),
        ({"question": "report=queues&days=never"}, "days", "reports.refused.unknown_choice"),
        ({"question": "report=queues&days=last_month&step=second"}, "step", "reports.refused.unknown_choice"),
        ({"recipients": ()}, "recipients", "mail.refused.nobody"),
        ({"recipients": ("a@example.com\r\nBcc: b@example.com",)}, "recipients", "mail.refused.address"),
        ({"recipients": ("a@elsewhere.example",)}, "recipients", "mail.refused.domain"),
    ],
)
@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_what_is_refused_is_said_at_its_field(room: PostRoom, wrong: dict[str, object], field: str, word: str) -> None:
    owner = room.owner()
    with pytest.raises(Refused) as refused:
        room.schedules.add(owner, replace(DAILY, **wrong))  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.word) == (field, word)
    assert lines_of(room.engine) == []


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_one_account_has_so_many_and_no_more(room: PostRoom) -> None:
    owner = room.owner()
    draft = Draft("n", "report=queues&days=yesterday", timing("day", "08:30"), ("a@example.com",))
    for _ in range(MOST):
        room.schedules.add(owner, draft)
    with pytest.raises(Refused) as refused:
        room.schedules.add(owner, draft)
    assert refused.value.word == "schedule.refused.too_many"
