"""Somebody new in the lead, a goal that falls, the end of a period: each is a cause once, and only then."""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as changed

from dashboard.leaderboards.celebrations.causes import Judged, Seen, Watched, finish, goal_key, judge
from dashboard.leaderboards.celebrations.outbox import Call
from dashboard.leaderboards.document import Celebrations, Goal
from dashboard.leaderboards.standings.periods import Bounds

TODAY, TOMORROW = Bounds(0, 86_400_000), Bounds(86_400_000, 172_800_000)
WANTED = Celebrations(settled_s=60)
SALES = Goal("sales", 100)


class Watching:
    """Holds one look after the other against what was known."""

    def __init__(self, wanted: Celebrations = WANTED) -> None:
        self.wanted = wanted
        self.known: Watched | None = None
        self.calls: list[Call] = []

    def look(
        self, at_s: float, *firsts: str, goals: tuple[tuple[Goal, bool | None], ...] = (), **more: object
    ) -> Judged:
        seen = Seen("b1", TODAY, {"": firsts} if firsts else {}, goals)
        for name, value in more.items():
            seen = _with(seen, name, value)
        judged = judge(self.known, seen, self.wanted, round(at_s * 1000))
        self.known = judged.watched
        self.calls += judged.calls
        return judged

    @property
    def whose(self) -> list[str | None]:
        return [call.agent or call.team for call in self.calls]


def _with(seen: Seen, name: str, value: object) -> Seen:
    return replace(seen, **{name: value})  # type: ignore[arg-type]


def test_a_new_leader_is_one_who_stays_it() -> None:
    w = Watching()
    w.look(0)
    w.look(10, "a")
    w.look(70, "a")  # the first one of the day: nobody was overtaken
    assert w.calls == []
    w.look(80, "b")
    w.look(139, "b")
    w.look(139.5, "a")  # back before the minute was over
    w.look(150, "b")
    w.look(209, "b")
    assert w.calls == []
    w.look(210, "b")
    w.look(500, "b")
    assert w.whose == ["b"]
    w.look(510, "a")
    w.look(570, "a")
    assert [call.cause for call in w.calls] == ["leader:b1:0::2", "leader:b1:0::3"]


def test_who_shares_the_first_place_has_not_lost_it_and_nobody_wins_it_together() -> None:
    w = Watching()
    w.look(0, "a")
    w.look(60, "a")
    w.look(100, "a", "b")
    w.look(300, "a", "b")
    w.look(310, "b", "c")
    w.look(600, "b", "c")
    assert w.calls == []
    w.look(610, "b")
    w.look(670, "b")
    assert w.whose == ["b"]


def test_a_successor_who_knows_what_was_noted_finds_the_same_causes() -> None:
    w, other = Watching(), Watching()
    w.look(0, "a")
    w.look(60, "a")
    other.known = w.known
    for one in (w, other):
        one.look(100, "b")
        one.look(160, "b")
    assert w.calls == other.calls != []


def test_at_once_where_nobody_has_to_settle() -> None:
    w = Watching(Celebrations(settled_s=0))
    w.look(0, "a")
    w.look(1, "b")
    assert w.whose == ["b"]


def test_groups_are_led_one_by_one() -> None:
    w = Watching(Celebrations(settled_s=0))
    w.look(0, firsts={"new": ("a",), "old": ("x",)})
    w.look(1, firsts={"new": ("b",), "old": ("x",)})
    w.look(2, firsts={"new": ("b",), "old": ("y",)})
    assert [(call.cause, call.agent) for call in w.calls] == [
        ("leader:b1:0:new:2", "b"), ("leader:b1:0:old:2", "y"),
    ]  # fmt: skip


def test_teams_lead_as_teams() -> None:
    w = Watching(Celebrations(settled_s=0))
    w.look(0, "red", are_teams=True)
    w.look(1, "blue", are_teams=True)
    assert [(call.team, call.agent) for call in w.calls] == [("blue", None)]


def test_another_period_begins_anew_and_other_rules_overtake_nobody() -> None:
    w = Watching(Celebrations(settled_s=0))
    w.look(0, "a", rules=1)
    w.look(1, "b", rules=2)
    w.look(2, "c", rules=2, bounds=TOMORROW)
    assert w.calls == []
    w.look(3, "a", rules=2, bounds=TOMORROW)
    assert [call.cause for call in w.calls] == ["leader:b1:86400000::2"]


def test_who_hides_was_not_overtaken() -> None:
    w = Watching(Celebrations(settled_s=0))
    w.look(0, "a")
    w.look(1, "b", hidden={"a"})
    assert w.calls == []
    w.look(2, "c", hidden={"a"})
    assert w.whose == ["c"]


def test_a_goal_falls_once_and_only_if_it_stood() -> None:
    w = Watching()
    w.look(0, goals=((SALES, None),))
    w.look(1, goals=((SALES, False),))
    w.look(2, goals=((SALES, True),))
    w.look(3, goals=((SALES, False),))
    w.look(4, goals=((SALES, True),))
    assert [(call.cause, call.kind, call.what) for call in w.calls] == [
        (f"goal:b1:0:{goal_key(SALES)}", "goal", "sales")
    ]
    share = changed(SALES, metric="service_level", target=0.8)
    w.look(5, goals=((share, True),))  # the first call of the day makes 100 %
    assert len(w.calls) == 1
    w.look(6, goals=((share, False),))
    w.look(7, goals=((share, True),))
    assert w.calls[1].what == "service_level"


def test_what_is_quiet_or_not_wanted_passes_and_is_not_called_later() -> None:
    quiet = Watching(Celebrations(settled_s=0))
    quiet.look(0, "a", goals=((SALES, False),))
    quiet.look(1, "b", goals=((SALES, True),), is_quiet=True)
    quiet.look(2, "b", goals=((SALES, True),))
    off = Watching(Celebrations(leader=False, goals=False, settled_s=0))
    off.look(0, "a", goals=((SALES, False),))
    off.look(1, "b", goals=((SALES, True),))
    assert quiet.calls == off.calls == []


def test_the_end_is_theirs_who_is_first_alone() -> None:
    both = finish(Seen("b1", TODAY, {"": ("a", "b")}))
    assert both is not None
    assert (both.cause, both.agent) == ("finish:b1:0", None)
    one = finish(Seen("b1", TODAY, {"": ("c",)}))
    assert one is not None
    assert (one.agent, one.kind) == ("c", "finish")
    assert finish(Seen("b1", TODAY, {})) is None


def test_screens_hear_no_names_of_a_cause() -> None:
    call = Call("badge:b1:fifty:PJSIP/1007:0", "b1", "badge", "PJSIP/1007", what="fifty")
    assert "1007" not in call.event.id
    assert call.event.id == changed(call).event.id
    assert call.event.id != changed(call, cause="badge:b1:fifty:PJSIP/1008:0").event.id
