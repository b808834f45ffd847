"""Reading the log: what the filter finds, pages that lead through all of it, exports on record, checks that are remembered."""

from __future__ import annotations

import pytest

from dashboard.access.actor import Actor, Denied, Grant
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_reading import PAGE_LINES, AuditReader, Question
from dashboard.access.audit_sheet import COLUMNS, cells
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from tests.access.ledger import Clock

WANG = Actor("person", "wang", "王芳 Wang", (Grant.of(Role.SUPERVISOR),), address="10.0.0.9")
LI = Actor("person", "li", "100%_sure", (Grant.of(Role.ADMIN),), address="10.0.0.8")
AUDITOR = Actor("person", "auditor", "审计员", (Grant.of(Role.AUDITOR),))


@pytest.fixture
def reader(audit: Audit, clock: Clock) -> AuditReader:
    """Over four lines, a second apart."""
    audit.record(
        WANG, "queue.changed", Target("queue", "600", "Sales 热线"), reason="旺季", details={"after": {"T": "Thirty"}}
    )
    clock.ms += 1000
    audit.record(LI, "team.changed", Target("team", "sales_1"))
    clock.ms += 1000
    audit.record(LI, "team.changed", Target("team", "salesX1"))
    clock.ms += 1000
    audit.denied(WANG, "audit.view")
    return AuditReader(audit, clock_s=lambda: clock.ms / 1000)


FOUND = [
    (Question(), [4, 3, 2, 1]),
    (Question(actor="WANG"), [4, 1]),
    (Question(actor="王"), [4, 1]),
    (Question(actor="admin"), [3, 2]),
    (Question(actor="100%_"), [3, 2]),
    (Question(actor="%"), [3, 2]),
    (Question(action="team.changed"), [3, 2]),
    (Question(action="team"), []),
    (Question(result="denied"), [4]),
    (Question(target="sales_"), [2]),
    (Question(target="sales"), [3, 2, 1]),
    (Question(text="thirty"), [1]),
    (Question(text="旺"), [1]),
    (Question(text="10.0.0.8"), [3, 2]),
    (Question(text="'; DROP TABLE audit_lines; --"), []),
    (Question(from_ms=1_700_000_001_000), [4, 3, 2]),
    (Question(before_ms=1_700_000_001_000), [1]),
    (Question(from_ms=1_700_000_001_000, before_ms=1_700_000_002_000), [2]),
    (Question(actor="li", action="team.changed", target="X1", result="ok"), [3]),
]
"""Questions, and the lines that fit, newest first."""


def test_the_filter_finds(reader: AuditReader) -> None:
    for question, found in FOUND:
        assert [line.seq for line in reader.page(AUDITOR, question).lines] == found, question


def test_pages_lead_to_the_end_and_back(reader: AuditReader, audit: Audit) -> None:
    with audit.writing() as connection:
        for _ in range(2 * PAGE_LINES):
            audit.append(connection, LI, "reason.changed")
    wanted = Question(action="reason.changed")
    first = reader.page(AUDITOR, wanted)
    second = reader.page(AUDITOR, wanted, older_than=first.lines[-1].seq)
    assert [line.seq for line in (*first.lines, *second.lines)] == list(range(2 * PAGE_LINES + 4, 4, -1))
    assert (first.has_newer, first.has_older, second.has_newer, second.has_older) == (False, True, True, False)
    assert reader.page(AUDITOR, wanted, newer_than=second.lines[0].seq) == first


def test_an_export_ends_with_the_line_that_says_so(reader: AuditReader, audit: Audit) -> None:
    lines = reader.export(AUDITOR, Question(), "csv")
    audit.record(LI, "team.changed")  # comes after the export was asked for
    told = [dict(zip(COLUMNS, cells(line), strict=True)) for line in lines]
    assert [line["seq"] for line in told] == [1, 2, 3, 4, 5]
    assert (told[-1]["action"], told[-1]["actor_name"], told[-1]["details"]) == (
        "audit.exported", "审计员", '{"filter":{},"format":"csv"}',
    )  # fmt: skip
    assert told[0]["at"] == "2023-11-14T22:13:20.000Z"
    assert reader.count(AUDITOR, Question(action="team.changed")) == 3


def test_who_may_not_reads_and_exports_nothing(reader: AuditReader) -> None:
    part = Actor("person", "p", "p", (Grant.of(Role.AUDITOR, Scope(frozenset({"600"}))),))
    for actor in (WANG, part, Actor("nobody", "", "")):
        for ask in (
            lambda actor=actor: reader.page(actor, Question()),
            lambda actor=actor: reader.line(actor, 1),
            lambda actor=actor: reader.actions(actor),
            lambda actor=actor: reader.checked(actor, again=True),
            lambda actor=actor: reader.export(actor, Question(), "csv"),
            lambda actor=actor: reader.count(actor, Question()),
        ):
            with pytest.raises(Denied):
                ask()
    with pytest.raises(Denied):
        reader.export(LI, Question(), "csv")  # admins see the log, and take none of it away
    assert [line.action for line in reader.page(AUDITOR, Question()).lines].count("audit.exported") == 0


def test_actions_and_single_lines(reader: AuditReader) -> None:
    assert reader.actions(AUDITOR) == ("audit.view", "queue.changed", "team.changed")
    line = reader.line(AUDITOR, 2)
    assert line is not None
    assert line.target_id == "sales_1"
    assert reader.line(AUDITOR, 99) is None


def test_a_check_is_remembered_for_five_minutes(reader: AuditReader, audit: Audit, clock: Clock) -> None:
    first = reader.checked(AUDITOR)
    assert first is not None
    assert (first.report.is_intact, first.report.last) == (True, 4)
    audit.record(LI, "team.changed")
    assert reader.checked(AUDITOR) is first
    again = reader.checked(AUDITOR, again=True)
    assert again is not None
    assert again.report.last == 5
    audit.record(LI, "team.changed")
    clock.ms += 300_000
    later = reader.checked(AUDITOR)
    assert later is not None
    assert later.report.last == 6


def test_a_long_log_is_checked_only_when_asked(reader: AuditReader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.access.audit_reading.MOST_UNASKED", 2)
    assert reader.checked(AUDITOR) is None
    assert reader.checked(AUDITOR, again=True) is not None
