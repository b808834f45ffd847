"""Scheduled reports through a real mail server: on time, once, with the owner's rights of that moment, and what is said otherwise."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import Engine, update

from dashboard.access.scope import Scope
from dashboard.mail import MailFailed
from dashboard.refusal import Refused
from dashboard.reports.schedules.runs import MAKING_MS, SENDING_MS, Runs
from dashboard.reports.schedules.timing import timing
from dashboard.settings import MailSettings
from dashboard.store.engine import writing
from dashboard.store.schema import report_runs, report_schedules
from layouts.texts import LANGUAGES, catalogue
from tests.access.ledger import lines_of
from tests.mail.post_office import PostOffice, post_office
from tests.patience import HANG_S
from tests.reports.past import HOUR, MINUTE, SHANGHAI, SITE, Past, at
from tests.reports.post_room import BOSS, DAILY, DAY, MORNING, PostRoom, two_queues

DAY_MS = 24 * HOUR
LATE = "late@example.com"


on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
"""What the database has no part in."""


@pytest.fixture
def office(tmp_path: Path) -> Iterator[PostOffice]:
    with post_office(tmp_path) as running:
        yield running


@pytest.fixture
def room(engine: Engine, past: Past, tmp_path: Path, office: PostOffice) -> PostRoom:
    two_queues(past)
    return PostRoom(engine, tmp_path, office.settings())


def test_it_goes_out_on_time_once_and_says_what_the_report_says(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    assert room.mailing.look() == 0  # not due yet
    room.clock.ms = MORNING + 1500
    assert room.mailing.look() == 1
    for _ in range(3):
        assert room.another().look() == 0
    (got,) = office.received
    letter = got.letter
    assert (got.to, letter["Subject"]) == ((BOSS,), f"日报 · {DAY}")
    plain = letter.get_body(("plain",))
    assert plain is not None
    said = plain.get_content()
    assert "进线量: 4" in said
    assert "https://floor.example/reports/queues/?" in said
    assert "王芳" in said
    (file,) = letter.iter_attachments()
    assert file.get_filename() == f"floorwatch-queues-{DAY}.xlsx"
    sheet = openpyxl.load_workbook(io.BytesIO(file.get_content())).worksheets[0]
    assert [[cell.value for cell in row[1:3]] for row in sheet.iter_rows(min_row=2)] == [
        ["help", 1],
        ["sales", 3],
        [None, 4],
    ]
    assert room.states(owner, schedule_id) == ["sent"]
    (run,) = room.runs(owner, schedule_id)
    assert (run.due_at_ms, run.attempts, run.error, run.missing) == (MORNING, 1, None, ())
    line = lines_of(room.engine)[-1]
    assert (line.action, line.actor_name, line.target_id) == ("report.mailed", "王芳", "queues")
    assert BOSS in line.details
    room.clock.ms = MORNING + DAY_MS
    assert room.mailing.look() == 1
    assert room.states(owner, schedule_id) == ["sent", "sent"]


@on_sqlite
def test_it_shows_what_its_owner_may_see_at_that_moment(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, replace(DAILY, format="csv"))
    room.clock.ms = MORNING
    room.mailing.look()
    room.narrow(owner, "analyst", Scope(frozenset({"help"})))
    room.clock.ms += DAY_MS
    room.schedules.find(owner, schedule_id)
    room.mailing.look()
    first, second = (next(got.letter.iter_attachments()).get_content() for got in office.received)
    assert "sales" in first
    assert "sales" not in second
    assert room.states(owner, schedule_id) == ["sent", "sent"]
    room.narrow(owner, "quality", Scope())  # sees reports, takes none away
    room.clock.ms += DAY_MS
    room.mailing.look()
    room.disable(owner)
    room.clock.ms += DAY_MS
    room.mailing.look()
    runs = room.runs(owner, schedule_id)[2:]
    assert [(run.state, run.error.word if run.error else "") for run in runs] == [
        ("refused", "schedule.failed.owner_may_not"), ("refused", "schedule.failed.owner_disabled"),
    ]  # fmt: skip
    assert len(office.received) == 2


@on_sqlite
def test_who_names_a_queue_that_is_taken_away_sends_nothing(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, replace(DAILY, question="report=queues&days=yesterday&queue=sales"))
    room.narrow(owner, "supervisor", Scope(frozenset({"help"})))
    room.clock.ms = MORNING
    room.mailing.look()
    assert (room.states(owner, schedule_id), office.received) == (["refused"], [])


@on_sqlite
def test_a_server_that_is_away_is_tried_later_each_time_until_the_next_one_is_due(
    engine: Engine, past: Past, tmp_path: Path
) -> None:
    two_queues(past)
    with post_office(tmp_path) as office:
        settings = office.settings()
    room = PostRoom(engine, tmp_path, settings)  # nobody listens there now
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.clock.ms, tries = MORNING, list[int]()
    while room.clock.ms < MORNING + DAY_MS:
        assert room.mailing.look() == 1
        tries.append(round((room.clock.ms - MORNING) / MINUTE))
        (run,) = room.runs(owner, schedule_id)
        assert run.next_try_ms is not None
        room.clock.ms = run.next_try_ms
    assert tries[:8] == [0, 1, 3, 7, 15, 31, 63, 127]
    assert {after - before for before, after in pairwise(tries[7:])} == {120}
    assert run.error is not None
    assert (run.state, run.error.word, run.attempts) == ("due", "mail.failed.away", len(tries))
    room.clock.ms = MORNING + DAY_MS
    room.mailing.look()
    assert room.states(owner, schedule_id) == ["failed", "due"]
    assert (room.runs(owner, schedule_id)[0].error or run.error).word == "mail.failed.away"
    for lang in LANGUAGES:
        assert str(settings.port) in catalogue(lang, "mail")(run.error.word, **run.error.values)


def test_who_was_refused_for_now_gets_it_later_and_nobody_twice(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, replace(DAILY, recipients=(BOSS, LATE, "gone@example.com")))
    office.refuses = {LATE: "451 greylisted", "gone@example.com": "550 no such person"}
    room.clock.ms = MORNING
    room.mailing.look()
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, set(run.missing)) == ("due", {LATE, "gone@example.com"})
    office.refuses.pop(LATE)
    room.clock.ms += MINUTE
    room.mailing.look()
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, run.missing) == ("partly", ("gone@example.com",))
    assert run.error is not None
    assert "no such person" in str(run.error.values)
    assert [got.to for got in office.received] == [(BOSS,), (LATE,)]


@on_sqlite
@pytest.mark.parametrize(("answer", "state", "word"), [
    ("554 no", "failed", "mail.failed.letter"), ("451 later", "due", "mail.failed.letter"),
])  # fmt: skip
def test_what_the_server_answers_decides(
    room: PostRoom, office: PostOffice, answer: str, state: str, word: str
) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    office.answer = answer
    room.clock.ms = MORNING
    room.mailing.look()
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, run.error.word if run.error else "") == (state, word)


@on_sqlite
def test_a_slow_server_that_says_nothing_at_the_end_gets_it_once(
    engine: Engine, past: Past, tmp_path: Path, office: PostOffice
) -> None:
    two_queues(past)
    room = PostRoom(engine, tmp_path, office.settings(), answer_s=0.3)
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    office.waits_s = 2
    room.clock.ms = MORNING
    for _ in range(5):
        room.mailing.look()
        room.clock.ms += HOUR
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, run.error.word if run.error else "", len(office.received)) == (
        "unknown",
        "mail.failed.unknown",
        1,
    )


def test_two_historians_at_once_send_it_once(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    ids = [room.schedules.add(owner, replace(DAILY, name=f"日报 {n}", format="csv")) for n in range(4)]
    room.clock.ms = MORNING
    begin, tried = threading.Barrier(3), list[int]()

    def historian() -> None:
        mailing = room.another()
        begin.wait()
        tried.append(mailing.look())

    threads = [threading.Thread(target=historian) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(tried) == len(ids)
    assert sorted(str(got.letter["Subject"]) for got in office.received) == [f"日报 {n} · {DAY}" for n in range(4)]
    assert [room.states(owner, one) for one in ids] == [["sent"]] * 4


def test_a_historian_that_is_slow_has_lost_its_run_to_the_next_one(room: PostRoom, office: PostOffice) -> None:
    """Before anything left the house another may begin anew; whoever was slow then changes nothing any more."""
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.clock.ms = MORNING
    runs = Runs(room.engine, SITE, room.clock)
    runs.plan(SHANGHAI)
    slow = runs.claim()
    assert slow is not None
    room.clock.ms += MAKING_MS + 1
    assert room.mailing.look() == 1
    with writing(room.engine) as connection:
        assert not runs.goes_out(connection, slow)
    assert not runs.ended(slow, "failed", None, {})
    assert (room.states(owner, schedule_id), len(office.received)) == (["sent"], 1)


@on_sqlite
def test_killed_while_the_server_has_it_it_is_never_sent_again(room: PostRoom, office: PostOffice) -> None:
    """A real process, and SIGKILL between the last byte and the answer."""
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.clock.ms = MORNING
    office.waits_s = 30
    url = room.engine.url.render_as_string(hide_password=False)
    arguments = [sys.executable, "-m", "tests.reports.sender", url, str(office.port), str(MORNING)]
    sender = subprocess.Popen(arguments)
    deadline = time.monotonic() + HANG_S
    while not office.received and time.monotonic() < deadline:
        time.sleep(0.02)
    os.kill(sender.pid, signal.SIGKILL)
    sender.wait()
    office.waits_s = 0
    assert room.states(owner, schedule_id) == ["sending"]
    for _ in range(3):
        room.clock.ms += SENDING_MS + 1
        room.mailing.look()
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, run.error.word if run.error else "", len(office.received)) == (
        "unknown", "schedule.failed.interrupted", 1,
    )  # fmt: skip


def test_due_times_of_an_outage_are_written_down_and_the_newest_goes_out_late(
    room: PostRoom, office: PostOffice
) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.clock.ms = MORNING + 3 * DAY_MS + 5 * HOUR
    room.mailing.look()
    assert room.states(owner, schedule_id) == ["missed", "missed", "missed", "sent"]
    (got,) = office.received
    assert got.letter["Subject"] == "日报 · 2026-11-22"  # the day before it was due, not before it went


@on_sqlite
def test_what_is_turned_off_or_changed_does_not_go_as_it_was(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.schedules.turn(owner, schedule_id, is_on=False)
    room.clock.ms = MORNING + HOUR
    assert room.mailing.look() == 0
    room.schedules.turn(owner, schedule_id, is_on=True)  # the next time, not this one
    assert room.mailing.look() == 0
    found = room.schedules.find(owner, schedule_id)
    assert found.next_at_ms == MORNING + DAY_MS
    room.schedules.change(owner, schedule_id, replace(DAILY, timing=timing("week", "10:00", ("1",)), lang="en"))
    room.clock.ms = at("2026-11-23", "10:00")
    assert room.mailing.look() == 1
    (got,) = office.received
    plain = got.letter.get_body(("plain",))
    assert plain is not None
    assert "Offered: 0" in plain.get_content()
    office.answer = "451 later"
    room.clock.ms += 7 * DAY_MS
    room.mailing.look()
    room.schedules.turn(owner, schedule_id, is_on=False)
    assert room.states(owner, schedule_id) == ["sent", "missed"]
    room.schedules.remove(owner, schedule_id)
    assert room.schedules.listed(owner) == ()


@on_sqlite
def test_a_site_that_moves_to_another_zone_moves_its_schedules(room: PostRoom, past: Past) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    past.rules("Europe/Berlin")
    room.mailing.look()
    assert room.schedules.find(owner, schedule_id).next_at_ms == at("2026-11-20", "15:30")


@on_sqlite
def test_a_report_that_cannot_be_made_says_so_and_holds_up_no_other(room: PostRoom, office: PostOffice) -> None:
    owner = room.owner()
    broken = room.schedules.add(owner, replace(DAILY, name="A"))
    room.schedules.add(owner, replace(DAILY, name="B"))
    with writing(room.engine) as connection:
        that = report_schedules.c.id == broken
        connection.execute(update(report_schedules).where(that).values(question="report=gone&days=yesterday"))
    room.clock.ms = MORNING
    assert room.mailing.look() == 2
    (run,) = room.runs(owner, broken)
    assert (run.state, run.error.word if run.error else "") == ("failed", "reports.refused.unknown_report")
    assert len(office.received) == 1


@on_sqlite
def test_no_server_no_letter_and_the_run_says_why(engine: Engine, past: Past, tmp_path: Path) -> None:
    two_queues(past)
    room = PostRoom(engine, tmp_path, MailSettings())
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    room.clock.ms = MORNING
    room.mailing.look()
    (run,) = room.runs(owner, schedule_id)
    assert (run.state, run.error.word if run.error else "") == ("due", "mail.failed.no_server")


@on_sqlite
def test_a_test_letter_has_the_rights_of_who_sends_it_and_is_on_record(room: PostRoom, office: PostOffice) -> None:
    part = room.owner("李强", "analyst", Scope(frozenset({"help"})))
    room.mailing.send_test(part, replace(DAILY, format="csv"), "me@example.com", room.clock.ms)
    (got,) = office.received
    body = next(got.letter.iter_attachments()).get_content()
    assert (got.to, "sales" in body, "help" in body) == (("me@example.com",), False, True)
    line = lines_of(room.engine)[-1]
    assert (line.action, line.actor_name) == ("report.tested", "李强")
    with pytest.raises(Refused):
        room.mailing.send_test(part, DAILY, "me@example.com, boss@example.com", room.clock.ms)
    office.refuses = {"me@example.com": "550 no"}
    with pytest.raises(MailFailed):
        room.mailing.send_test(part, DAILY, "me@example.com", room.clock.ms)


def test_old_runs_are_forgotten(room: PostRoom) -> None:
    owner = room.owner()
    schedule_id = room.schedules.add(owner, DAILY)
    with writing(room.engine) as connection:
        row = {"schedule_id": schedule_id, "state": "sent", "attempts": 1, "missing": "", "error": ""}
        old = [row | {"id": f"{n:032}", "due_at_ms": n} for n in range(450)]
        connection.execute(report_runs.insert(), old)
    room.clock.ms = MORNING
    room.mailing.look()
    with room.engine.connect() as connection:
        assert len(connection.execute(report_runs.select()).all()) == 400
