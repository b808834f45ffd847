"""Whoever edits the log behind its back is found, at the line; what is done by rule is not held against anybody."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, replace

import pytest
from sqlalchemy import Connection, delete, insert, text, update

from dashboard.access.actor import Actor, Denied, system
from dashboard.access.audit import Audit, Target
from dashboard.access.audit_check import RESTORED, Report, verify
from dashboard.access.audit_keeping import Purged, purge
from dashboard.access.audit_line import AuditLine
from dashboard.store.engine import writing
from dashboard.store.schema import audit_lines
from tests.access.ledger import Clock, lines_of

WANG = Actor("person", "a1", "王芳", address="10.0.0.9")
DAY_MS = 86_400_000
seq = audit_lines.c.seq


@pytest.fixture
def ten(audit: Audit, clock: Clock) -> Audit:
    """A log of ten lines, a second apart."""
    for n in range(10):
        clock.ms += 1000
        audit.record(WANG, "queue.changed", Target("queue", f"{600 + n}"), details={"after": n})
    return audit


def _change(connection: Connection, n: int, **values: object) -> None:
    connection.execute(update(audit_lines).where(seq == n).values(values))


def _exchange(connection: Connection) -> None:
    _change(connection, 4, seq=99)
    _change(connection, 5, seq=4)
    _change(connection, 99, seq=5)


def _sign_again(audit: Audit, first: int, **values: object) -> None:
    """What a clever forger does: changes a line and makes all hashes from there on fit again."""
    previous = ""
    for line in lines_of(audit.engine)[first - 1 :]:
        forged = replace(line, **(values if line.seq == first else {"previous_hash": previous}))
        previous = forged.hash_of_fields()
        with writing(audit.engine) as connection:
            _change(connection, line.seq, **{**asdict(forged), "hash": previous})


def _put_in(connection: Connection) -> None:
    """A line put in at 6, all later ones moved."""
    for n in range(10, 5, -1):
        _change(connection, n, seq=n + 1)
    line = AuditLine(6, 1, "person", "a1", "x", "", "queue.changed", "", "", "", "", "", "ok", "{}", "0" * 64, "")
    connection.execute(insert(audit_lines).values({**asdict(line), "hash": line.hash_of_fields()}))


@pytest.mark.parametrize(
    ("deed", "found"),
    [
        (lambda c: _change(c, 5, reason="nothing"), ["changed 5"]),
        (lambda c: _change(c, 5, at_ms=5), ["changed 5"]),
        (lambda c: _change(c, 5, hash="f" * 64), ["changed 5", "unlinked 6", "rewritten 5"]),
        (lambda c: c.execute(delete(audit_lines).where(seq.in_([5, 6]))), ["missing 5-6"]),
        (lambda c: c.execute(delete(audit_lines).where(seq <= 3)), ["missing 1-3"]),
        (lambda c: c.execute(delete(audit_lines).where(seq > 7)), ["cut 8-10"]),
        (lambda c: c.execute(delete(audit_lines)), ["cut 1-10"]),
        (_exchange, ["unlinked 4", "changed 4", "unlinked 5", "changed 5", "unlinked 6", "rewritten 4"]),
        (
            _put_in,
            [
                "unlinked 6",
                "unlinked 7",
                "changed 7",
                "changed 8",
                "changed 9",
                "changed 10",
                "changed 11",
                "rewritten 6",
            ],
        ),
    ],
)
def test_a_deed_behind_the_logs_back_is_found(
    ten: Audit, deed: Callable[[Connection], object], found: list[str]
) -> None:
    assert _broken(ten) == []
    with writing(ten.engine) as connection:
        deed(connection)
    assert _broken(ten) == found


def test_every_field_is_under_the_hash(ten: Audit) -> None:
    whole = lines_of(ten.engine)[4]
    for field, value in asdict(whole).items():
        if field in {"seq", "hash"}:
            continue  # what is found then has more to it: above
        forged = value + 1 if isinstance(value, int) else "e" * 64 if field == "previous_hash" else f"{value} "
        with writing(ten.engine) as connection:
            _change(connection, 5, **{field: forged})
        assert "changed 5" in _broken(ten), field
        with writing(ten.engine) as connection:
            _change(connection, 5, **{field: value})
    assert _broken(ten) == []


def test_a_whole_log_says_how_far_it_reaches(ten: Audit) -> None:
    report = _report(ten)
    assert (report.count, report.first, report.last, report.anchored, report.notes) == (10, 1, 10, 10, ())


def test_a_line_with_a_hash_that_fits_again_does_not_fit_the_next(ten: Audit) -> None:
    forged = replace(lines_of(ten.engine)[4], reason="nothing")
    with writing(ten.engine) as connection:
        _change(connection, 5, **{**asdict(forged), "hash": forged.hash_of_fields()})
    assert _broken(ten) == ["unlinked 6", "rewritten 5"]


def test_a_log_written_anew_to_its_end_shows_against_the_anchor(ten: Audit) -> None:
    _sign_again(ten, 5, reason="nothing")
    assert _broken(ten) == ["rewritten 5"]
    assert _report(ten).anchored == 4
    assert "Line 5 is not the one that was anchored on 2023-11-14 22:13:25 UTC" in str(_report(ten).broken[0])


def test_without_the_anchors_file_a_cut_tail_cannot_be_seen_and_that_is_said(ten: Audit) -> None:
    ten.anchor.path.unlink()
    assert _broken(ten) == ["no_anchor 0"]
    ten.anchor.path.mkdir()
    assert _broken(ten) == ["anchor_unread 0"]


def test_an_anchor_that_lags_is_a_note(ten: Audit) -> None:
    kept = ten.anchor.path.read_text().splitlines(keepends=True)
    ten.anchor.path.write_text("".join(kept[:8]) + "garbage\n")
    report = _report(ten)
    assert report.is_intact
    assert [(note.word, note.seq, note.to) for note in report.notes] == [("anchor_line", 9, 0), ("not_anchored", 9, 10)]
    ten.record(WANG, "queue.changed")
    assert [note.word for note in _report(ten).notes] == ["anchor_line"]


def test_an_empty_log_is_whole(audit: Audit) -> None:
    assert _report(audit) == Report(0, 0, 0, 0, (), ())


def test_what_is_old_is_purged_and_named_and_the_rest_is_still_whole(ten: Audit, clock: Clock) -> None:
    assert purge(ten, system("test"), 365) is None
    clock.ms = lines_of(ten.engine)[6].at_ms + 365 * DAY_MS
    assert purge(ten, system("test"), 365) == Purged(1, 6)
    lines = lines_of(ten.engine)
    assert [line.seq for line in lines] == [7, 8, 9, 10, 11]
    assert (lines[-1].action, json.loads(lines[-1].details)["to"]) == ("audit.purged", 6)
    assert _broken(ten) == []
    assert [str(note) for note in _report(ten).notes] == [
        "Lines up to 6 were purged by rule on 2024-11-13 22:13:27 UTC."
    ]
    clock.ms += 400 * DAY_MS
    assert purge(ten, system("test"), 365) == Purged(7, 11)
    assert _broken(ten) == []
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq == 12))
    assert _broken(ten) == ["cut 1-12"]


def test_more_than_what_was_purged_is_missing(ten: Audit, clock: Clock) -> None:
    clock.ms = lines_of(ten.engine)[6].at_ms + 365 * DAY_MS
    purge(ten, system("test"), 365)
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq == 7))
    assert _broken(ten) == ["missing 1-7"]


def test_a_purge_before_its_time_is_found(ten: Audit, clock: Clock) -> None:
    """Somebody who can write lines writes one that excuses what they removed: the anchor knows how old that was."""
    lines = lines_of(ten.engine)
    details = {"from": 1, "to": 6, "last_hash": lines[5].hash}
    ten.record(system("test"), "audit.purged", details=details)
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq <= 6))
    assert _broken(ten) == ["purged_early 6-6"]
    clock.ms += 181 * DAY_MS
    assert _broken(ten) == ["purged_early 6-6"]


def test_a_purge_that_does_not_know_what_was_removed_excuses_nothing(ten: Audit, clock: Clock) -> None:
    clock.ms += 400 * DAY_MS
    ten.record(system("test"), "audit.purged", details={"from": 1, "to": 6, "last_hash": "f" * 64})
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq <= 6))
    assert _broken(ten) == ["missing 1-6"]


def test_nothing_younger_than_half_a_year_is_purged_whatever_is_asked(ten: Audit, clock: Clock) -> None:
    clock.ms += 179 * DAY_MS
    assert purge(ten, system("test"), 1) is None


def test_nobody_on_record_removes_the_record(ten: Audit) -> None:
    with pytest.raises(Denied):
        purge(ten, WANG, 365)


def test_lines_that_a_restored_backup_did_not_have_are_told_not_held_against_it(ten: Audit, clock: Clock) -> None:
    lost = lines_of(ten.engine)[9]
    with writing(ten.engine) as connection:  # what the restore of an older backup comes to
        connection.execute(delete(audit_lines).where(seq > 7))
    clock.ms += 1000
    details = {"lost_from": 8, "lost_to": 10, "lost_hash": lost.hash}
    ten.record(system("test"), RESTORED, details=details)
    for _ in range(4):
        ten.record(WANG, "queue.changed")
    report = _report(ten)
    assert _broken(ten) == []
    assert [str(note) for note in report.notes] == [
        "On 2023-11-14 22:13:31 UTC a backup was restored that did not have lines 8 to 10."
    ]
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq > 10))
    assert _broken(ten) == ["cut 11-12"]


def test_a_restore_excuses_nothing_that_was_anchored_after_it(ten: Audit, clock: Clock) -> None:
    lost = lines_of(ten.engine)[9]
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq > 7))
    ten.record(system("test"), RESTORED, details={"lost_from": 8, "lost_to": 10, "lost_hash": lost.hash})
    for _ in range(2):
        clock.ms += 1000
        ten.record(WANG, "queue.changed")
    assert _broken(ten) == []
    _sign_again(ten, 9, reason="nothing")
    assert _broken(ten) == ["rewritten 9"]


def test_bytes_in_the_place_of_words_are_a_changed_line(ten: Audit) -> None:
    with writing(ten.engine) as connection:
        if connection.dialect.name != "sqlite":
            pytest.skip("PostgreSQL keeps only what a column's type says")
        connection.execute(text("UPDATE audit_lines SET reason = x'00ff' WHERE seq = 5"))
    assert _broken(ten) == ["changed 5"]


def test_a_restore_that_does_not_know_what_was_lost_excuses_nothing(ten: Audit) -> None:
    with writing(ten.engine) as connection:
        connection.execute(delete(audit_lines).where(seq > 7))
    ten.record(system("test"), RESTORED, details={"lost_from": 8, "lost_to": 10, "lost_hash": "f" * 64})
    assert _broken(ten) == ["rewritten 8", "cut 9-10"]


def _report(audit: Audit) -> Report:
    return verify(audit.engine, audit.anchor, audit.now_ms())


def _broken(audit: Audit) -> list[str]:
    return [f"{one.word} {one.seq}{f'-{one.to}' if one.to else ''}" for one in _report(audit).broken]
