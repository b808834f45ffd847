"""What has happened, asked by people who see different parts of it, and by addresses that nobody means.

Everything that somebody of a narrow scope can be told of the past is told here twice: before and after the rest of the floor has a past
too. Both times it is the same, to the last count. Now is Friday, 2026-11-20, 12:10.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.access.actor import Actor, Denied
from dashboard.access.permissions import Role
from dashboard.access.scope import Scope
from dashboard.alerts.rule import Measured, Rule, mistakes
from dashboard.pages.day_past import DayPast
from dashboard.refusal import NotThere, Refused
from dashboard.reports import Archive
from dashboard.reports.calls_question import CallsQuestion, read_question
from dashboard.reports.catalogue import CATALOGUE
from dashboard.reports.files import file_of
from dashboard.reports.question import question
from dashboard.reports.told import words
from dashboard.store.engine import open_store
from tests.access_pages.site import PageSite
from tests.reports.past import MINUTE, SITE, Past, at, manager, of_queues, of_teams
from tests.store.databases import Databases

DAY = "2026-11-20"
NOW = at(DAY, "12:10")
NINE = at(DAY, "09:00")
CALLER = "13800001111"
OURS, THEIRS, MOVED = "1001", "1002", "1003"

LISTS = (
    "", "outcome=abandoned", "back=yes", "back=no", "repeat=yes", "transferred=out", "transferred=in", "overflow=out", "overflow=in",
    "list=offers", "list=own", "list=own&connected=no", "sort=-wait", "sort=talk", "basis=ended", "within=yes", "short=no",
    "same=pbx/b1/ours", "same=pbx/b1/theirs", "list=own&same=pbx/b1/ours", "list=own&same=pbx/b1/theirs",
    f"agent={THEIRS}", f"agent={OURS}", f"agent={MOVED}", "queue=help", "team=B", "list=own&team=B", f"list=own&agent={MOVED}",
    "after=9999999999999.9", "before=0.0",
)  # fmt: skip

VIEWERS = {
    "queue and team": manager(Scope(frozenset({"sales"}), frozenset({"A"}))),
    "queue alone": of_queues("sales"),
    "team alone": of_teams("A"),
}


@pytest.fixture
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    """On SQLite: each condition is tested with its room, on both."""
    databases = Databases("sqlite", tmp_path_factory.mktemp("holes"))
    engine = open_store(databases.migrated())
    yield Past(engine)
    engine.dispose()
    databases.close()


def _ours(past: Past) -> None:
    for team in ("A", "B"):
        past.team(team)
    for agent, team in ((OURS, "A"), (THEIRS, "B"), (MOVED, "B")):
        past.agent(agent, f"Agent {agent}", team)
    for queue in ("sales", "help"):
        past.queue(queue)
    _happens(past, "sales", OURS, "A", "ours", NINE)
    past.half_hour("sales", at("2026-11-13", "09:00"), answered=(5,), abandoned=(9,))
    # who was in our team until ten, and is in another one now
    past.time(MOVED, NINE, "A", {"tea": 4}, talking=2, available=24)
    past.state(MOVED, NINE, NINE + 4 * MINUTE, "paused", reason="tea")
    past.state(MOVED, NINE + 4 * MINUTE, NINE + 60 * MINUTE, "available")
    past.time(MOVED, NINE + 60 * MINUTE, "B", available=30)


def _happens(past: Past, queue: str, agent: str, team: str, call: str, at_ms: int) -> None:
    past.half_hour(queue, at_ms, answered=(5,), abandoned=(30,), left=(60,))
    past.work(agent, at_ms, queue, team, handled=1, talk_s=50, missed=1)
    past.time(agent, at_ms, team, {f"rest of {team}": 5}, talking=5, available=20, counts={"dialled": 1})
    past.visit(
        queue, at_ms, "answered", call=call, agent=agent, wait_s=5, talk_s=50, answered_ms=at_ms + 5000, ended_ms=at_ms + MINUTE,
        number=CALLER,
    )  # fmt: skip
    past.visit(queue, at_ms + 2 * MINUTE, "abandoned", call=f"{call}2", wait_s=30, number=CALLER)
    past.offer(queue, agent, at_ms + 2 * MINUTE, call=f"{call}2")
    past.own_call(agent, at_ms + MINUTE, 30, number=CALLER)
    past.state(agent, at_ms, at_ms + MINUTE, "talking", queue=queue, call=f"pbx/b1/{call}/1")
    past.state(agent, at_ms + MINUTE, at_ms + 9 * MINUTE, "paused", reason=f"rest of {team}")
    past.session(f"s-{call}", agent, queue, at_ms)
    past.told(agent, at_ms, queue, team, sales=1, sales_amount=5_000)


def _theirs(past: Past) -> None:
    """The same caller, through the other queue: answered, given up, called back; an agent who came from our team; somebody's second
    visit of our own call."""
    ten = NINE + 60 * MINUTE
    _happens(past, "help", THEIRS, "B", "theirs", ten)
    past.visit(
        "help", NINE + 3 * MINUTE, "answered", call="ours2", visit=2, agent=THEIRS, wait_s=1, talk_s=7, number=CALLER
    )
    past.own_call(THEIRS, ten, 30, number=CALLER)
    past.own_call(MOVED, ten, None, number=CALLER)
    past.half_hour("help", at("2026-11-13", "09:00"), answered=(1, 1, 1), abandoned=(90,))
    half_past = ten + 30 * MINUTE
    past.time(MOVED, half_past, "B", {"secret errand": 20}, talking=5)
    past.work(MOVED, half_past, "help", "B", handled=3, talk_s=100)
    past.told(THEIRS, ten, "help", "B", rated=3, satisfied=1, complaints=1)
    past.told(MOVED, half_past, "help", "B", sales=2, sales_amount=1)
    past.told("", ten, "help", "", sales=1, sales_amount=1)
    past.told("", ten, "", "", asked=1, resolved=0)
    past.state(MOVED, ten, ten + 20 * MINUTE, "paused", reason="secret errand")
    past.state(MOVED, ten + 20 * MINUTE, ten + 25 * MINUTE, "talking", queue="help", call="pbx/b1/theirs/1")


def _or_why(ask: Callable[..., Any], *given: Any) -> Any:
    """Without names, which are looked up for the ids that are there."""
    try:
        found = ask(*given)
    except (Denied, NotThere, Refused) as error:
        return type(error).__name__, str(error)
    return replace(found, names=None) if hasattr(found, "names") else found


def _told(archive: Archive, actor: Actor) -> dict[str, Any]:
    """All that this person can be told."""
    told: dict[str, Any] = {}
    for query in LISTS:
        told[f"/calls/?{query}"] = _or_why(archive.calls.page, actor, read_question(_pairs(query)), 3)
    for key in ("ours", "ours2", "theirs", "theirs2", "none"):
        told[f"/calls/{key}"] = _or_why(archive.contacts.get, actor, f"pbx/b1/{key}")
    for agent in (OURS, THEIRS, MOVED, "none"):
        told[f"/agents/{agent}"] = _or_why(archive.agent_days.get, actor, agent)
    for report in CATALOGUE:
        for more in ("", "&queue=help", "&team=B", f"&agent={THEIRS}"):
            query = f"report={report}&from={DAY}&to={DAY}{more}"
            told[query] = _or_why(_report, archive, actor, query)
    chosen = archive.reports.choices(actor, "en")
    told["choices"] = chosen.queues, chosen.teams, chosen.agents, chosen.since
    for queue in ("", "help", "none"):
        told[f"today {queue}"] = _or_why(DayPast(archive).told, actor, queue, "en")
    return told


def _report(archive: Archive, actor: Actor, query: str) -> Any:
    """With the file that is made of it."""
    found = archive.reports.run(actor, question(_pairs(query), date.fromisoformat(DAY)))
    file = file_of(found, "csv", words("en"), by="P").body
    return found.columns, found.lines, found.total, found.notes, found.count, found.after, file


def _pairs(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        found.setdefault(name, []).append(value)
    return found


@pytest.mark.parametrize("who", VIEWERS)
def test_a_narrow_scope_is_told_the_same_whatever_else_happened(past: Past, who: str) -> None:
    archive, actor = Archive(past.engine, SITE, lambda: NOW), VIEWERS[who]
    _ours(past)
    before = _told(archive, actor)
    _theirs(past)
    after = _told(archive, actor)
    assert {what: (told, after[what]) for what, told in before.items() if after[what] != told} == {}
    text = repr(after)
    for word in ("secret errand", "rest of B", f"Agent {THEIRS}", "help队", "Team B"):
        assert word not in text, word
    everything = repr(_told(archive, manager()))
    assert all(word in everything for word in ("secret errand", "rest of B", "pbx/b1/theirs"))


def test_a_moment_belongs_to_the_half_hour_that_it_begins(past: Past) -> None:
    for team in ("A", "B"):
        past.team(team)
    past.time(MOVED, NINE, "A", available=30)
    past.time(MOVED, NINE + 30 * MINUTE, "B", available=30)
    past.own_call(MOVED, NINE + 30 * MINUTE - 30_000, 20, number=CALLER)  # ends when the team changes
    archive, own = Archive(past.engine, SITE, lambda: NOW), CallsQuestion(which="own")
    assert [len(archive.calls.page(of_teams(team), own).lines) for team in ("A", "B")] == [0, 1]


# -- addresses that nobody means ----------------------------------------------------------------------------------------------

HOSTILE = (
    "%ff%fe", "%0d%0aSet-Cookie:x", "'%22><script>alert(1)</script>", "-1", "99999999999999999999", "1e309", "NaN", "%E2%80%AE", "x" * 3000,
    "%D9%A3", "2026-13-01",
)  # fmt: skip
ADDRESSES = (
    *(f"/calls/?{name}=" for name in ("from", "clock", "weekday", "queue", "agent", "wait_from", "sort", "after", "same", "list")),
    *(f"/reports/queues/?{name}=" for name in ("days", "from", "step", "team", "formula", "threshold", "after")),
    *(f"/reports/{report}/?after=" for report in ("missed", "abandoned", "flow", "monitoring")),
    "/agents/PJSIP/1001?day=", "/agents/PJSIP/1001?view=", "/today/past?queue=", "/alerts/?after=", "/reports/heat/?metric=",
    "/reports/schedules/new?report=", "/calls/pbx/b1/", "/agents/", "/reports/", "/admin/alerts/rules/",
)  # fmt: skip
HUGE = (
    "/calls/?" + "&".join(f"queue=q{n}" for n in range(3000)),
    "/reports/agents/?" + "&".join(f"agent=a{n}" for n in range(3000)),
    "/calls/?from=0001-01-01&to=9999-12-31", "/reports/queues/?from=2000-01-01&to=2200-12-31", "/reports/heat/?from=9999-12-31",
    "/reports/queues/?from=2026-01-01&to=2026-12-31&step=interval",
)  # fmt: skip
LONGEST_S = 5.0
"""Of one answer, of the processor: the machine does other things too."""


def test_every_hostile_address_gets_one_sentence(site: PageSite) -> None:
    manager_of_all = site.client(Role.MANAGER)
    for n, address in enumerate(ADDRESSES):
        for text in (*HOSTILE[n % 3 :: 3], HOSTILE[n % len(HOSTILE)]):
            _is_answered(manager_of_all, address + text)
    for address in HUGE:
        _is_answered(manager_of_all, address, (403, 404, 422))


def _is_answered(
    client: FlaskClient, address: str, wanted: tuple[int, ...] = (200, 303, 308, 400, 403, 404, 422)
) -> None:
    began = time.process_time()
    answer = client.get(address)
    page = answer.get_data(as_text=True)
    answer.close()
    assert answer.status_code in wanted, (address[:120], answer.status_code)
    assert "<script>alert" not in page, address[:120]
    assert time.process_time() - began < LONGEST_S, address[:120]


@pytest.mark.parametrize("threshold", ["nan", "inf", "-inf", "1e400", "-1", "1e10"])
def test_no_rule_has_a_limit_that_is_no_number(threshold: str) -> None:
    found = list(mistakes(Rule(Measured("waiting", float(threshold)))))
    assert [one.field for one in found] == ["threshold"]
