"""Leaderboards are made and changed in their scope, of the version that was seen, on record."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from dashboard.access.actor import Denied
from dashboard.access.scope import EVERYTHING, NOTHING
from dashboard.boards.document import Title
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.leaderboards.celebrations import marks
from dashboard.leaderboards.celebrations.marks import Mark
from dashboard.leaderboards.document import Period
from dashboard.leaderboards.shelf import COUNTING_MS, MOST_LEADERBOARDS
from dashboard.leaderboards.stored import LeaderboardConflict, LeaderboardRefused, UnknownLeaderboard
from dashboard.refusal import Refused
from dashboard.store.engine import writing
from dashboard.store.schema import leaderboards
from tests.access.ledger import lines_of
from tests.leaderboards.hall import (
    ANALYST,
    CONTEST,
    DAY,
    HELD,
    HELPER,
    MANAGER,
    SALES,
    SELLER,
    SUPPORT,
    TRAINER,
    Hall,
    of_team,
)
from tests.patience import HANG_S

OTHER = replace(DAY, scheme=Scheme((Part("calls_handled", target=30),)))


def _words(refused: pytest.ExceptionInfo[LeaderboardRefused]) -> list[tuple[str, str]]:
    return [(one.word, one.field) for one in refused.value.every]


def test_one_is_made_copied_changed_switched_and_removed_on_record(hall: Hall) -> None:
    heard = hall.hears()
    made = hall.shelf.make(SELLER, DAY, SALES)
    one = hall.shelf.get(SELLER, made)
    assert (one.document, one.name, one.scope, one.is_on, one.version) == (DAY, "服务之星", SALES, False, 1)
    titled = replace(DAY, title=Title("之星", "Stars"))
    assert hall.shelf.change(SELLER, made, titled, 1) == 2
    assert hall.shelf.change(SELLER, made, titled, 2) == 2  # nothing changed, and nothing is said
    assert hall.shelf.switch(SELLER, made, 2, is_on=True) == 3
    copied = hall.shelf.copy(SELLER, made, Title("第二个"))
    assert [(two.id, two.is_on) for two in hall.shelf.listed(SELLER) if two.id != made] == [(copied, False)]
    assert [two.id for two in hall.shelf.shown(TRAINER)] == [made]
    hall.shelf.remove(SELLER, made, 3)
    with pytest.raises(Denied):
        hall.shelf.get(SELLER, made)
    with pytest.raises(UnknownLeaderboard):
        hall.shelf.get(MANAGER, made)
    deeds = ["made", "changed", "on", "made", "removed"]
    assert hall.actions() == [f"leaderboard.{deed}" for deed in deeds]
    (changed,) = (line for line in lines_of(hall.engine) if line.action == "leaderboard.changed")
    assert (changed.target_name, '"before":{"title"' in changed.details) == ("之星", True)
    told = [heard.get_message(timeout=HANG_S) for _ in deeds]
    assert all(b'"leaderboards"' in message["data"] for message in told)


def test_another_scope_is_as_if_it_were_not_there(hall: Hall) -> None:
    made = hall.shelf.make(SELLER, DAY, SALES, is_on=True)
    for actor in (HELPER, TRAINER, ANALYST):
        with pytest.raises(Denied):
            hall.shelf.get(actor, made)
        with pytest.raises(Denied):
            hall.shelf.change(actor, made, OTHER, 1)
        with pytest.raises(Denied):
            hall.shelf.switch(actor, made, 1, is_on=False)
        with pytest.raises(Denied):
            hall.shelf.remove(actor, made, 1)
        with pytest.raises(Denied):
            hall.shelf.copy(actor, made, Title("x"))
    assert hall.shelf.listed(HELPER) == []
    assert [one.id for one in hall.shelf.shown(HELPER)] == []
    assert [one.id for one in hall.shelf.shown(ANALYST)] == [made]
    with pytest.raises(Denied):
        hall.shelf.make(SELLER, DAY, EVERYTHING)
    with pytest.raises(Denied):
        hall.shelf.make(ANALYST, DAY, SALES)
    assert hall.actions() == ["leaderboard.made"]


def test_all_mistakes_are_told_with_their_fields(hall: Hall) -> None:
    with pytest.raises(LeaderboardRefused) as refused:
        hall.shelf.make(SELLER, replace(DAY, title=Title(), top=2), SALES)
    assert [field for _, field in _words(refused)] == ["title.zh", "top"]
    with pytest.raises(LeaderboardRefused) as refused:
        hall.shelf.make(SELLER, of_team("support-team"), SALES)
    assert _words(refused) == [("leaderboards.refused.out_of_scope", "who.teams")]
    hall.shelf.make(SELLER, of_team("night-team"), SALES)  # below theirs
    with pytest.raises(LeaderboardRefused) as refused:
        hall.shelf.make(MANAGER, DAY, NOTHING)
    assert _words(refused) == [("leaderboards.refused.scope_missing", "scope")]


def test_nobody_overwrites_what_somebody_else_did_meanwhile(hall: Hall) -> None:
    made = hall.shelf.make(MANAGER, DAY, SALES)
    hall.shelf.change(SELLER, made, OTHER, 1)
    with pytest.raises(LeaderboardConflict) as conflict:
        hall.shelf.change(MANAGER, made, replace(DAY, top=5), 1)
    assert (conflict.value.version, conflict.value.by) == (2, "Sally")
    for late in (hall.shelf.remove, lambda *args: hall.shelf.switch(*args, is_on=True)):
        with pytest.raises(LeaderboardConflict):
            late(MANAGER, made, 1)
    assert hall.shelf.get(MANAGER, made).document == OTHER


def test_what_counts_is_changed_from_now_on_or_from_the_begin(hall: Hall) -> None:
    made = hall.shelf.make(SELLER, DAY, SALES, is_on=True)
    hall.shelf.change(SELLER, made, OTHER, 1, "from_now")
    assert hall.shelf.get(SELLER, made).since_ms == hall.clock.ms - 25 * 60_000  # 11:30
    hall.shelf.change(SELLER, made, replace(OTHER, top=5), 2, "from_begin")
    assert hall.shelf.get(SELLER, made).since_ms != 0  # how many are shown counts for nothing
    hall.shelf.change(SELLER, made, DAY, 3, "from_begin")
    assert hall.shelf.get(SELLER, made).since_ms == 0


def test_what_counted_stays_until_the_period_is_frozen(hall: Hall) -> None:
    made = hall.shelf.make(SELLER, CONTEST, SALES, is_on=True)
    with writing(hall.engine) as connection:
        marks.put(connection, [Mark(made, "ran", "", HELD.from_ms, HELD.from_ms, str(HELD.to_ms))])
    hall.clock.ms = HELD.to_ms + 60_000
    longer = replace(CONTEST, period=Period("contest", from_time="2023-11-13T09:00", to_time="2023-11-16T11:00"))
    with pytest.raises(LeaderboardRefused) as refused:
        hall.shelf.change(SELLER, made, longer, 1)
    assert _words(refused) == [("leaderboards.refused.being_counted", "")]
    assert hall.shelf.change(SELLER, made, replace(CONTEST, top=5), 1) == 2  # that changes no result
    with pytest.raises(LeaderboardRefused):
        hall.shelf.switch(SELLER, made, 2, is_on=False)
    with pytest.raises(LeaderboardRefused):
        hall.shelf.remove(SELLER, made, 2)
    hall.clock.ms += COUNTING_MS  # the historian is away: nobody waits for ever
    hall.shelf.switch(SELLER, made, 2, is_on=False)
    hall.freeze(made)
    with pytest.raises(LeaderboardRefused) as refused:
        hall.shelf.change(SELLER, made, longer, 3)
    assert _words(refused) == [("leaderboards.refused.is_final", "period")]


def test_a_document_of_another_release_is_in_the_list_and_refuses_to_be_read(hall: Hall) -> None:
    made = hall.shelf.make(MANAGER, DAY, SUPPORT)
    with writing(hall.engine) as connection:
        connection.execute(leaderboards.update().values(document='{"format":2}'))
    (one,) = hall.shelf.listed(HELPER)
    assert one.readable is None
    with pytest.raises(Refused, match="unreadable"):
        _ = one.document
    assert hall.shelf.change(HELPER, made, DAY, 1) == 2


def test_there_are_only_so_many(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_LEADERBOARDS >= 100
    monkeypatch.setattr("dashboard.leaderboards.shelf.MOST_LEADERBOARDS", 1)
    hall.shelf.make(MANAGER, DAY, SALES)
    with pytest.raises(LeaderboardRefused):
        hall.shelf.make(MANAGER, DAY, SALES)


def test_what_repeats_runs_on_after_it_was_frozen(hall: Hall) -> None:
    made = hall.shelf.make(MANAGER, DAY, SALES, is_on=True)
    hall.freeze(made, DAY)
    assert hall.shelf.change(MANAGER, made, OTHER, 1) == 2
