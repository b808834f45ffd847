"""What a period came to stays, can be made anew from its evidence, and is corrected beside what was first, with a reason, on record."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook

from dashboard.access.actor import Denied
from dashboard.floor.scoring.ranks import score
from dashboard.leaderboards.results.book import Changed, UnknownResult
from dashboard.leaderboards.results.frozen import Counted, dumps, freeze
from dashboard.refusal import Refused
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import leaderboard_results
from layouts.texts import catalogue
from tests.access.ledger import lines_of
from tests.leaderboards.hall import (
    ANALYST,
    CONTEST,
    DAY,
    FIELD,
    HELD,
    HELPER,
    MANAGER,
    SALES,
    SELLER,
    TRAINER,
    Hall,
    did,
)


def _ranks(counted: Counted) -> dict[str, int]:
    return {one.id: one.rank for one in counted.standings}


def _refused(word: str) -> pytest.RaisesExc[Refused]:
    return pytest.raises(Refused, match=f"leaderboards.refused.{word}")


def test_a_period_is_frozen_once_and_its_standings_are_made_anew_from_the_evidence(hall: Hall) -> None:
    board = hall.shelf.make(MANAGER, CONTEST, SALES, is_on=True)
    result = hall.freeze(board)
    with writing(hall.engine) as connection:
        again = Counted((), ())
        assert not freeze(connection, board, CONTEST, HELD, HELD.from_ms, again, "8-0", hall.clock())
    found = hall.results.whole(MANAGER, result)
    assert (found.bounds, found.position, found.document, found.is_published) == (HELD, "7-0", CONTEST, False)
    assert _ranks(found.counted) == {"PJSIP/1": 1, "PJSIP/3": 2, "PJSIP/2": 3, "PJSIP/4": 4}
    assert found.document is not None
    assert score(found.document.scheme, found.counted.evidence) == found.counted.standings
    assert found.counted.evidence == FIELD


def test_the_database_refuses_a_second_result_of_a_period(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    board = hall.shelf.make(MANAGER, CONTEST, SALES, is_on=True)
    hall.freeze(board)
    monkeypatch.setattr(
        "dashboard.leaderboards.results.frozen.is_frozen", lambda *_: False
    )  # two looked at the same moment
    with pytest.raises(StoreError):
        hall.freeze(board)
    assert len(hall.results.listed(MANAGER, board)) == 1


def test_what_repeats_is_published_by_itself_and_a_contest_by_somebody(hall: Hall) -> None:
    day = hall.freeze(hall.shelf.make(MANAGER, DAY, SALES), DAY)
    contest = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))
    with _refused("published_already"):
        hall.results.publish(MANAGER, day)
    for actor in (HELPER, ANALYST, TRAINER):
        with pytest.raises(Denied):
            hall.results.publish(actor, contest)
    hall.results.publish(SELLER, contest)
    found = hall.results.whole(MANAGER, contest)
    assert (found.published_by, found.published_at_ms) == ("Sally", hall.clock.ms)
    (published,) = (line for line in lines_of(hall.engine) if line.action == "leaderboard.published")
    assert '"sha256"' in published.details


def test_a_correction_stands_beside_what_was_frozen_first(hall: Hall) -> None:
    result = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))
    changed = Changed({"PJSIP/2": {"calls_handled": 19.0}}, frozenset({"PJSIP/1"}))
    with _refused("reason_missing"):
        hall.results.correct(SELLER, result, changed, " \n", 0)
    with _refused("reason_long"):
        hall.results.correct(SELLER, result, changed, "x" * 501, 0)
    found = hall.results.correct(SELLER, result, changed, "话单核对", 0)
    assert _ranks(found.counted) == {"PJSIP/2": 1, "PJSIP/3": 2, "PJSIP/4": 3}
    assert _ranks(found.first)["PJSIP/1"] == 1
    assert [(one.reason, one.made_by) for one in found.corrections] == [("话单核对", "Sally")]
    with _refused("corrected_meanwhile"):
        hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/3"})), "again", 0)
    twice = hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/3"})), "again", 1)
    assert (_ranks(twice.counted), len(twice.corrections)) == ({"PJSIP/2": 1, "PJSIP/4": 2}, 2)
    (line, _) = (line for line in lines_of(hall.engine) if line.action == "leaderboard.corrected")
    assert (line.reason, line.actor_name, '"without":["PJSIP/1"]' in line.details) == ("话单核对", "Sally", True)


def test_what_cannot_be_corrected_is_said_with_its_field(hall: Hall) -> None:
    result = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))
    for changed, word, field in (
        (Changed({"PJSIP/9": {}}), "no_contestant", "agent"),
        (Changed(without=frozenset({"PJSIP/9"})), "no_contestant", "agent"),
        (Changed({"PJSIP/1": {"sales": 1.0}}), "no_value_of", "metric"),
        (Changed({"PJSIP/1": {"calls_handled": 20.0}}), "nothing_corrected", ""),
    ):
        with _refused(word) as refused:
            hall.results.correct(MANAGER, result, changed, "why", 0)
        assert refused.value.field == field
    assert "leaderboard.corrected" not in hall.actions()


def test_counted_anew_after_something_was_told_late(hall: Hall) -> None:
    result = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))
    with _refused("same_again"):
        hall.results.recount(MANAGER, result, "late", 0)
    hall.late = (*FIELD[:1], did("PJSIP/2", 21), *FIELD[2:])
    found = hall.results.recount(MANAGER, result, "late", 0)
    assert found.counted.evidence == hall.late
    assert (_ranks(found.counted)["PJSIP/2"], _ranks(found.first)["PJSIP/2"]) == (1, 3)
    assert hall.asked[0].counted_from_ms == HELD.from_ms
    hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/2"})), "left", 1)
    hall.late = (did("PJSIP/1", 30), *hall.late[1:])
    again = hall.results.recount(MANAGER, result, "later still", 2)
    assert _ranks(again.counted) == {"PJSIP/1": 1, "PJSIP/3": 2, "PJSIP/4": 3}  # who was taken out stays out


def test_who_is_out_of_scope_is_neither_seen_nor_corrected(hall: Hall) -> None:
    everybody = hall.shelf.make(MANAGER, CONTEST, MANAGER.grants[0].scope)
    result = hall.freeze(everybody)
    seen = hall.results.whole(SELLER, result)
    assert _ranks(seen.counted) == {"PJSIP/1": 1, "PJSIP/3": 2, "PJSIP/2": 3}  # ranks as they are among all
    assert {one.id for one in seen.first.evidence} == {"PJSIP/1", "PJSIP/2", "PJSIP/3"}
    for deed in (
        lambda: hall.results.publish(SELLER, result),
        lambda: hall.results.correct(SELLER, result, Changed(without=frozenset({"PJSIP/4"})), "why", 0),
        lambda: hall.results.recount(SELLER, result, "why", 0),
        lambda: hall.results.whole(TRAINER, result),
        lambda: hall.results.whole(SELLER, "none"),
    ):
        with pytest.raises(Denied):
            deed()
    with pytest.raises(UnknownResult):
        hall.results.whole(MANAGER, "none")
    foreign = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))
    with pytest.raises(Denied):
        hall.results.whole(HELPER, foreign)
    assert hall.actions().count("leaderboard.whole_read") == 1


def test_a_result_is_a_workbook_with_its_definitions_and_corrections(hall: Hall) -> None:
    everybody = hall.shelf.make(MANAGER, CONTEST, MANAGER.grants[0].scope)
    result = hall.freeze(everybody, evidence=(*FIELD, did("=cmd()", None)))
    hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/1"})), "话单核对", 0)
    texts = catalogue("zh-CN", "leaderboards")
    book = load_workbook(BytesIO(hall.results.exported(MANAGER, result, "xlsx", texts).body))
    standings, definitions, about = (list(sheet.values) for sheet in book)
    assert standings[0][:5] == ("名次", "姓名", "工号", "班组", "得分")
    assert [row[:2] for row in standings[1:4]] == [(1, "PJSIP/3"), (2, "PJSIP/2"), (3, "PJSIP/4")]
    assert standings[4][1] == "'=cmd()"  # nothing in it runs
    assert (standings[1][5], standings[1][6]) == (18, 90)
    assert definitions[1][1:4] == ("calls_handled", 1, "达到 20 得满分（0 为零分）")
    assert any("话单核对" in str(row[1]) for row in about)
    plain = hall.results.exported(ANALYST, result, "csv", texts)
    assert plain.body.decode("utf-8-sig").count("PJSIP/") == 2  # two of the analyst's teams
    with pytest.raises(Denied):
        hall.results.exported(TRAINER, result, "csv", texts)
    assert hall.actions()[-2:] == ["leaderboard.exported", "leaderboard.exported"]


def test_results_of_a_removed_leaderboard_stay(hall: Hall) -> None:
    board = hall.shelf.make(MANAGER, CONTEST, SALES)
    result = hall.freeze(board)
    hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/1"})), "why", 0)
    hall.shelf.remove(MANAGER, board, 1)
    (line,) = hall.results.listed(ANALYST, board)
    assert (line.id, line.bounds, line.corrected, line.published_at_ms) == (result, HELD, 1, None)
    with pytest.raises(Denied):
        hall.results.listed(HELPER, board)
    with pytest.raises(Denied):
        hall.results.listed(MANAGER, "none")


def test_nothing_that_was_frozen_is_ever_changed(hall: Hall) -> None:
    result = hall.freeze(hall.shelf.make(MANAGER, CONTEST, SALES))

    def row() -> tuple[str, str, str]:
        table = leaderboard_results.c
        with reading(hall.engine) as connection:
            found = connection.execute(leaderboard_results.select().where(table.id == result)).one()
        return found.standings, found.evidence, found.document

    before = row()
    hall.results.correct(MANAGER, result, Changed(without=frozenset({"PJSIP/1"})), "why", 0)
    hall.results.publish(MANAGER, result)
    assert row() == before
    assert dumps(hall.results.whole(MANAGER, result).first) == {"standings": before[0], "evidence": before[1]}
