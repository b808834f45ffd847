"""Holes around leaderboards and business events, each as somebody would go through it."""

from __future__ import annotations

import csv
import io
import json
import time
from dataclasses import replace
from typing import Any, Final

import openpyxl
import pytest
from flask.testing import FlaskClient
from msgspec import structs
from sqlalchemy import event, insert, select, update

from collectors import events as e
from dashboard.access.actor import Actor, Denied, Grant, system
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.boards.document import Title
from dashboard.business import signing
from dashboard.business.measures import Measure
from dashboard.floor.scoring.ranks import score
from dashboard.floor.scoring.scheme import Part, Scheme
from dashboard.floor.scoring.standing import Did
from dashboard.leaderboards.celebrations.badges import Won
from dashboard.leaderboards.celebrations.marks import Honours, Hour
from dashboard.leaderboards.current import Known
from dashboard.leaderboards.document import Badge, Goal, Leaderboard, Period, Prize, Who
from dashboard.leaderboards.results.book import Changed
from dashboard.leaderboards.results.frozen import Counted, freeze
from dashboard.leaderboards.standings.periods import Bounds
from dashboard.leaderboards.stored import LeaderboardRefused, dumped, readable
from dashboard.leaderboards.templates import TEMPLATES
from dashboard.pages.services import now_ms
from dashboard.refusal import Refused
from dashboard.store.engine import StoreError, reading, writing
from dashboard.store.schema import leaderboard_corrections, leaderboard_results, leaderboards, people, queues, teams
from tests.access_pages.site import PageSite
from tests.leaderboard_pages.conftest import site, yesterday
from tests.live.people import screen, visitor
from tests.live.scene import AGENTS
from tests.live.test_leaderboards import CALLS, DAY_MS, DOCUMENT, SOUTH, Show, appears, rows, told

__all__ = ["site"]

NORTH: Final = Scope(frozenset(), frozenset({"north"}))
DAY: Final = Scope(frozenset(), frozenset({"day"}))
NIGHT: Final = Scope(frozenset(), frozenset({"night"}))
TESTS: Final = system("tests")
SECRET: Final = "Only for the south"
OF_SOUTH: Final = Known(
    "one", structs.replace(DOCUMENT, rules=Title(en=SECRET)), SOUTH, queues=frozenset(), teams=frozenset({"south"})
)


# -- screens -----------------------------------------------------------------------------------------------------------


def test_a_tile_tells_nothing_of_a_leaderboard_that_is_about_nobody_in_sight() -> None:
    """Any board may name any leaderboard: somebody else's title, rules, scores and teams stood on it."""
    show = Show(known=(OF_SOUTH,))
    for outside in (visitor(NORTH), screen("wall", NORTH)):
        socket = show.opens(outside, "wall")
        assert rows(socket, "top") == []
        assert SECRET not in str(socket.frames)
    assert len(rows(show.opens(visitor(SOUTH), "wall"), "top")) == 1
    given = show.opens(screen("leaderboard:one", NORTH))
    assert told(given) == [(1, "")], "a TV shows the leaderboard that it was given, without names"
    assert SECRET in str(given.frames)


def test_a_leaderboards_own_board_needs_more_than_a_wall() -> None:
    assert Show().opens(visitor(role=Role.ADMIN)).ended is not None, "admins see walls, and nobody's place"


def test_groups_out_of_sight_have_no_name() -> None:
    document = structs.replace(DOCUMENT, scheme=structs.replace(CALLS, groups="team"))
    show = Show(known=(Known("one", document, EVERYTHING),))
    south, everybody = show.opens(visitor(SOUTH)), show.opens(visitor())
    assert {row["group"] for row in rows(everybody)} == {"north", "south"}
    assert sorted(len(group) == 18 for group in {row["group"] for row in rows(south)}) == [False, True], "an opaque one"
    assert "north" not in str(south.on_screen())


def test_of_who_is_out_of_sight_there_is_a_score_and_not_what_they_did() -> None:
    south = Show().opens(visitor(SOUTH))
    assert [(row["name"], len(row["parts"])) for row in rows(south)] == [("", 0), ("小2", 1), ("", 0)]


def test_a_goal_of_queues_is_of_the_leaderboards_own() -> None:
    """Without queues that are named it was of the whole floor's."""
    goals = (Goal("offered", 8, of="queues"), Goal("waiting", 3, of="queues", window="now"))
    document = structs.replace(DOCUMENT, goals=goals)
    for scope, value in ((SOUTH, None), (EVERYTHING, 14), (Scope(frozenset({"support"})), 0)):
        show = Show(known=(Known("one", document, scope, queues=scope.queues, teams=scope.teams),))
        socket = show.opens(visitor())
        assert rows(socket, "goals")[0]["v"] == value, scope


def test_who_is_not_shown_is_no_reason_to_smile_on_screens() -> None:
    ranks = {agent: place for place, agent in enumerate((AGENTS[1], AGENTS[2], AGENTS[0]), start=1)}
    show = Show(
        hours={("one", DAY_MS): (Hour(DAY_MS, ranks),)}, honours={"one": {AGENTS[0]: Honours(Won(("star",), 4), 1)}}
    )
    socket = show.opens(visitor())
    smiles = [(one["kind"], one["name"]) for one in socket.on_screen()["bests"]["bests"]]
    assert smiles == [("climber", "小1"), ("streak", "小1"), ("badge", "小1")]
    show.keep(appearing={a: appears(a, "only_me" if a == AGENTS[0] else "shown") for a in AGENTS})
    show.go_on()
    assert socket.on_screen()["bests"] == {"bests": []}
    show.scene.tell(e.CelebrationCalled("cause", "one", "leader", AGENTS[0]), switch=e.LEADERBOARDS_WRITER)
    show.go_on()
    news = socket.on_screen()["celebration"]
    assert (news["kind"], news["name"], news["avatar"]) == ("leader", "", "")


def test_a_mean_of_few_does_not_say_what_one_did_who_is_not_shown() -> None:
    """The agents of the floor are in turns of `north` and `south`: two of each have calls."""
    show = Show()
    socket = show.opens(visitor())
    assert [(row["id"], row["of"]) for row in rows(socket, "team_race")] == [("north", 2), ("south", 2)]
    show.keep(appearing={a: appears(a, "only_me" if a == AGENTS[0] else "shown") for a in AGENTS})
    show.go_on()
    assert [(row["id"], row["rank"]) for row in rows(socket, "team_race")] == [("south", 1)]
    show.keep(appearing=None)
    show.go_on()
    assert rows(socket, "team_race") == [], "nobody knows who wants to be shown"


GONE: Final = "gone_metric"
POISON: Final = (
    structs.replace(DOCUMENT, scheme=Scheme((Part(GONE, by="range", low=0, high=10),))),
    structs.replace(DOCUMENT, scheme=Scheme((Part("longest_call", by="range", low=0, high=10),))),
    structs.replace(DOCUMENT, scheme=Scheme(())),
    structs.replace(DOCUMENT, scheme=Scheme((Part("calls_handled", by="rank"),), compares="progress")),
    structs.replace(DOCUMENT, scheme=structs.replace(CALLS, groups="tenure", tenure_months=())),
    structs.replace(DOCUMENT, goals=(Goal(GONE, 1),)),
    structs.replace(DOCUMENT, goals=(Goal(GONE, 1, of="queues"),)),
    structs.replace(DOCUMENT, badges=(Badge("x", Title("星"), GONE, 1),)),
    structs.replace(DOCUMENT, period=Period("shift")),
    structs.replace(DOCUMENT, period=Period("contest")),
    structs.replace(DOCUMENT, period=Period("contest", from_time="2026-99-99T10:00", to_time="2026-99-99T11:00")),
)


@pytest.mark.parametrize("document", POISON, ids=range(len(POISON)))
def test_a_document_that_cannot_be_counted_is_none(document: Leaderboard) -> None:
    """What another release wrote ended every gateway that read it, one after the other."""
    assert readable(dumped(document), "one") is None


def test_what_is_shipped_can_be_counted() -> None:
    assert [name for name, one in TEMPLATES.items() if readable(dumped(one), name) != one] == []


def test_what_the_site_no_longer_declares_or_has_stops_no_screen() -> None:
    custom = Scheme((Part("custom:upsell", by="range", low=0, high=10), *CALLS.parts), groups="queue")
    document = structs.replace(DOCUMENT, scheme=custom, goals=(Goal("custom:upsell", 5),))
    assert readable(dumped(document), "one") == document
    show = Show(known=(Known("one", document, EVERYTHING), Known("two", DOCUMENT, EVERYTHING)))
    socket = show.opens(visitor())
    show.handle("PJSIP/nobody", 3)  # whom the directory does not know
    show.go_on()
    assert socket.on_screen()["head"]["state"] == "running"
    assert told(show.opens(visitor(), "leaderboard:two"))[0] == (1, "小1")


# -- business events ---------------------------------------------------------------------------------------------------


def teller(scope: Scope, name: str = "CRM") -> Actor:
    """A program that may tell of a scope; all of them are one account's."""
    return Actor("token", name, name, (Grant("", scope, frozenset({Permission.BUSINESS_TELL})),), account_id="a1")


def sale(item_id: str, **fields: Any) -> bytes:
    told = {"id": item_id, "kind": "sale", "at": now_ms(), "amount": 10, "agent": "PJSIP/1001", **fields}
    return json.dumps(told).encode()


@pytest.fixture
def queue(site: PageSite) -> str:
    """One that the directory has, in nobody's scope here."""
    limits = {"service_level_target": 0.8, "threshold_s": 20, "short_abandon_s": 5, "formula": "answered_only"}
    more = {"overflow_counts": False, "wrap_up_s": 0, "wait_amber_s": 20, "wait_red_s": 60}
    with writing(site.services.engine) as connection:
        if connection.execute(select(queues.c.id).where(queues.c.id == "vip")).first() is None:
            connection.execute(insert(queues).values(site=site.services.site, id="vip", **limits, **more))
    return "vip"


def test_what_was_told_of_a_queue_out_of_reach_is_neither_named_nor_taken_back(site: PageSite, queue: str) -> None:
    """Whose agent it is may not change what a queue of others has sold."""
    business = site.services.business
    assert business.taking.take(teller(EVERYTHING), "file", [sale("q1", queue=queue)])[0].word == "taken"
    for deed in (sale("q1", amount=99), json.dumps({"id": "q1", "withdrawn": True}).encode()):
        (outcome,) = business.taking.take(teller(DAY), "file", [deed])
        assert (outcome.word, outcome.why and outcome.why.word) == ("refused", "business.refused.not_yours")
    (line,) = [line for line in business.told.lately(teller(DAY)) if line.id == "q1"]
    assert (line.agent, line.queue) == ("PJSIP/1001", "")
    assert [line.id for line in business.told.lately(teller(NIGHT))] == []


def test_who_tells_of_a_part_is_told_of_the_rest_as_of_nothing(site: PageSite, queue: str) -> None:
    taking = site.services.business.taking
    for field, theirs, none in (
        ("agent", "PJSIP/1003", "PJSIP/9999"), ("staff_number", "S1003", "S9999"), ("queue", queue, "nil"),
    ):  # fmt: skip
        told = {"agent": "" if field == "staff_number" else "PJSIP/1001"}
        items = [sale(f"n-{name}", **told | {field: name}) for name in (theirs, none)]
        said = [outcome.why for outcome in taking.take(teller(DAY), "file", items)]
        assert [(one.word, one.field) for one in said if one is not None] == [(f"business.refused.{field}", field)] * 2


def test_what_a_site_measures_is_not_for_who_manages_a_part_of_it(site: PageSite) -> None:
    measures, part = site.services.business.measures, person(Role.MANAGER, DAY)
    measures.put(TESTS, Measure("kept", name_en="Kept"))
    with pytest.raises(Denied):
        measures.put(part, Measure("mine", name_en="Mine"))
    with pytest.raises(Denied):
        measures.remove(part, "kept")
    assert [one.name for one in measures.listed(TESTS)] == ["kept"]
    measures.remove(TESTS, "kept")


def test_files_of_others_are_for_who_sees_everything(site: PageSite) -> None:
    imports = site.services.business.imports
    imports.take(teller(EVERYTHING, "Head office"), b"kind,id,at,amount\nsale,f1,2020-01-01,1\n", "secret plan.csv")
    assert [one.name for one in imports.last(teller(EVERYTHING))] == ["secret plan.csv"]
    assert imports.last(teller(DAY)) == []


def test_no_item_is_kept_longer_than_it_says_something(site: PageSite) -> None:
    ticket = {"id": "t1", "kind": "ticket", "due": now_ms(), "opened": now_ms() - 60_000, "at": "x" * 500_000}
    (outcome,) = site.services.business.taking.take(teller(EVERYTHING), "file", [json.dumps(ticket).encode()])
    assert (outcome.word, outcome.why and outcome.why.field) == ("refused", "at")


def test_a_signed_request_that_came_to_nothing_is_no_repeated_one(site: PageSite, monkeypatch: Any) -> None:
    """Its sender sends it again as it is; a correction in it was silently left out."""
    source_id, secret = site.services.business.sources.make(TESTS, "POS", "hmac", EVERYTHING)
    stamp = str(int(time.time()))

    def post(body: bytes) -> Any:
        headers = {signing.SOURCE_HEADER: source_id, signing.TIME_HEADER: stamp}
        headers[signing.SIGNATURE_HEADER] = signing.signature(secret, stamp, body)
        return site.visitor().post("/api/v1/events", data=body, headers=headers)

    first, corrected = sale("s1"), sale("s1", amount=20)
    assert post(first).get_json()["items"][0]["outcome"] == "taken"
    away = StoreError("away")
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.business.outbox.one_at_a_time", lambda _connection: (_ for _ in ()).throw(away))
        assert post(corrected).status_code == 503
        assert post(first).status_code == 503
    with monkeypatch.context() as patch:
        patch.setattr("dashboard.business.pace.MOST_IN_WINDOW", 0)
        assert post(corrected).status_code == 429
    assert post(corrected).get_json()["items"][0]["outcome"] == "corrected"
    assert post(first).get_json()["items"][0]["outcome"] == "outdated", (
        "that one was taken: it was recorded by somebody"
    )


# -- what people keep --------------------------------------------------------------------------------------------------


def person(role: Role, scope: Scope = EVERYTHING) -> Actor:
    return Actor("person", "p", f"{role}", (Grant.of(role, scope),), account_id="p", address="10.0.0.7")


MANAGER: Final = person(Role.MANAGER)
BOARD: Final = Leaderboard(Title("服务之星", "Stars"), Scheme((Part("calls_handled", target=20),)))


def did(agent: str, calls: float, team: str) -> Did:
    return Did(agent, {"calls_handled": calls}, int(calls), 28_800, team)


FIELD: Final = (did("PJSIP/1001", 20, "day"), did("PJSIP/1002", 15, "day"), did("PJSIP/1003", 18, "night"))


def a_result(site: PageSite, scope: Scope = EVERYTHING, document: Leaderboard = BOARD) -> tuple[str, str]:
    """A leaderboard, and yesterday's result of it: their ids."""
    made = site.services.leaderboards.make(MANAGER, document, scope)
    bounds = Bounds(*yesterday(now_ms()))
    with writing(site.services.engine) as connection:
        counted = Counted(score(document.scheme, FIELD), FIELD)
        freeze(connection, made, document, bounds, bounds.from_ms, counted, "7-0", now_ms())
        query = select(leaderboard_results.c.id).where(leaderboard_results.c.leaderboard_id == made)
        return made, str(connection.execute(query).scalar_one())


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0, 1e300])
def test_no_result_is_corrected_to_what_nobody_can_do(site: PageSite, value: float) -> None:
    _, result = a_result(site)
    results = site.services.leaderboard_results
    with pytest.raises(Refused) as refused:
        results.correct(MANAGER, result, Changed({"PJSIP/1001": {"calls_handled": value}}), "why", 0)
    assert refused.value.field == "value"
    assert results.whole(MANAGER, result).corrections == ()


def test_a_correction_of_a_version_that_never_was_is_refused(site: PageSite) -> None:
    _, result = a_result(site)
    client = site.client(Role.MANAGER)
    form = {"agent": "PJSIP/1001", "metric": "calls_handled", "value": "9", "reason": "x", "seen": "5"}
    assert client.post(f"/admin/leaderboards/results/{result}/correct", data=form).status_code == 422
    with pytest.raises(Refused, match="reason_missing"):
        site.services.leaderboard_results.correct(MANAGER, result, Changed({}, frozenset({"PJSIP/1001"})), " \u200b", 0)


def test_who_may_not_correct_has_nothing_counted_for_them(site: PageSite, monkeypatch: Any) -> None:
    """It takes the database seconds."""
    _, result = a_result(site)
    results = site.services.leaderboard_results
    monkeypatch.setattr(results, "_recount", lambda *_asked: pytest.fail("it was counted"))
    with pytest.raises(Denied):
        results.recount(person(Role.SUPERVISOR, DAY), result, "why", 0)


def test_why_others_were_corrected_is_not_told(site: PageSite) -> None:
    _, result = a_result(site)
    results = site.services.leaderboard_results
    results.correct(MANAGER, result, Changed({"PJSIP/1003": {"calls_handled": 1.0}}), "赵敏 dumped calls", 0)
    results.correct(MANAGER, result, Changed({"PJSIP/1001": {"calls_handled": 19.0}}), "counted twice", 1)
    own = results.whole(person(Role.SUPERVISOR, DAY), result)
    assert [one.reason for one in own.corrections] == ["", "counted twice"]
    assert {one.id for one in own.counted.standings} == {"PJSIP/1001", "PJSIP/1002"}
    assert results.whole(MANAGER, result).corrections[0].reason == "赵敏 dumped calls"


def test_what_can_no_longer_be_made_is_not_copied_either(site: PageSite) -> None:
    measures = site.services.business.measures
    measures.put(TESTS, Measure("upsell", name_en="Upsell"))
    custom = structs.replace(BOARD, scheme=Scheme((Part("custom:upsell", by="range", low=0, high=9),)))
    made = site.services.leaderboards.make(MANAGER, custom, EVERYTHING)
    measures.remove(TESTS, "upsell")
    client = site.client(Role.MANAGER)
    for _ in range(2):
        answer = client.post(f"/admin/leaderboards/{made}/copy")
        assert answer.status_code == 422, "and the page says why"
        assert client.get(f"/admin/leaderboards/{made}/").status_code == 200
        assert client.get(f"/admin/leaderboards/{made}/standings").status_code == 200
        with writing(site.services.engine) as connection:
            poison = dumped(POISON[0])
            connection.execute(update(leaderboards).where(leaderboards.c.id == made).values(document=poison))


# -- people of a narrow scope ------------------------------------------------------------------------------------------


def test_a_page_has_no_words_of_a_leaderboard_out_of_sight(site: PageSite) -> None:
    """Neither its own page nor how it stands, for who may see everybody's places elsewhere."""
    made, _ = a_result(site, NIGHT)
    stored = site.services.leaderboards.get(MANAGER, made)
    site.services.leaderboards.switch(MANAGER, made, 1, is_on=True)
    with pytest.raises(Denied):
        site.services.leaderboards_tried.standing(person(Role.ANALYST, DAY), stored)
    asked = {"output": "page.tree", "outputs": {"id": "page", "property": "tree"}, "changedPropIds": ["address.search"]}

    def drawn(scope: Scope, leaderboard: str) -> str:
        state = [{"id": "address", "property": "path", "value": f"/leaderboard/{leaderboard}"}]
        inputs = [{"id": "address", "property": "search", "value": ""}]
        body = asked | {"inputs": inputs, "state": state}
        answer = site.client(Role.TRAINER, scope).post("/leaderboard/_dash-update-component", json=body)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    assert drawn(DAY, made).replace(made, "0" * 16) == drawn(DAY, "0" * 16)
    assert "ranking" in drawn(NIGHT, made)


def test_trying_a_leaderboard_shows_no_more_than_keeping_it(site: PageSite) -> None:
    trying, of_day, wide = site.services.leaderboards_tried, person(Role.SUPERVISOR, DAY), person(Role.MANAGER)
    with pytest.raises(Denied):
        trying.before_saving(of_day, BOARD, EVERYTHING, "last")
    found = trying.before_saving(wide, BOARD, EVERYTHING, "last")
    assert found is not None
    assert {"PJSIP/1001", "PJSIP/1003"} <= found.seen
    both = replace(of_day, grants=(*of_day.grants, Grant("", EVERYTHING, frozenset({Permission.LEADERBOARDS_EDIT}))))
    found = trying.before_saving(both, BOARD, EVERYTHING, "last")
    assert found is not None
    assert found.seen == {"PJSIP/1001", "PJSIP/1002"}, "who may edit more than they may see"
    assert site.audited()[-1].action == "leaderboard.whole_read"


def test_anothers_leaderboard_is_refused_as_one_that_is_not_there(site: PageSite) -> None:
    """By each address and each deed, after the same questions to the database."""
    made, result = a_result(site, NIGHT)
    client = site.client(Role.SUPERVISOR, DAY)
    client.get("/admin/leaderboards/")
    before = _rows_of(site)
    for method, path, form in _addresses(result=False):
        theirs, none = (_asked(site, client, method, path.format(one), form) for one in (made, "0" * 16))
        assert theirs == none, path
        assert theirs[0] == 403, path
    for method, path, form in _addresses(result=True):
        theirs, none = (_asked(site, client, method, path.format(one), form) for one in (result, "0" * 16))
        assert theirs[0] == none[0] == 403, path
    for path in ("/admin/leaderboards/appearances/1003/", "/admin/leaderboards/appearances/nobody/"):
        assert client.get(path).status_code == 403
        assert client.post(path, data={"what": "avatar", "reason": "x"}).status_code == 403
    assert "服务之星" not in client.get("/admin/leaderboards/").get_data(as_text=True)
    assert _rows_of(site) == before


def _addresses(*, result: bool) -> list[tuple[str, str, dict[str, str]]]:
    version, reason = {"version": "1"}, {"reason": "x", "seen": "0", "deed": "recount"}
    root = "/admin/leaderboards/results/{}/" if result else "/admin/leaderboards/{}/"
    if result:
        deeds = {"publish": {}, "correct": reason, "export": {"format": "csv"}}
        return [("GET", root, {}), *(("POST", root + deed, form) for deed, form in deeds.items())]
    posts = dict.fromkeys(("on", "off", "remove"), version) | {"copy": {}, "export": {"format": "csv"}, "": version}
    return [
        ("GET", root, {}),
        ("GET", f"{root}standings", {}),
        *(("POST", root + one, form) for one, form in posts.items()),
    ]


def _asked(site: PageSite, client: FlaskClient, method: str, path: str, form: dict[str, str]) -> tuple[int, list[str]]:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(site.services.engine, "before_cursor_execute", note)
    try:
        answer = client.open(path, method=method, data=form)
    finally:
        event.remove(site.services.engine, "before_cursor_execute", note)
    return answer.status_code, [one for one in asked if "audit" not in one]


def _rows_of(site: PageSite) -> list[Any]:
    with reading(site.services.engine) as connection:
        tables = (leaderboards, leaderboard_results, leaderboard_corrections)
        return [tuple(row) for table in tables for row in connection.execute(select(table)).all()]


def test_no_document_comes_to_name_what_is_out_of_its_leaderboards_scope(site: PageSite) -> None:
    """Neither when it is made nor later, nor by somebody who sees more."""
    shelf = site.services.leaderboards
    for actor in (person(Role.SUPERVISOR, DAY), MANAGER):
        made = shelf.make(actor, BOARD, DAY)
        for who in (Who(teams=("night",)), Who(queues=("vip",)), Who(teams=("day", "night"))):
            document = structs.replace(BOARD, who=who)
            with pytest.raises(LeaderboardRefused, match="out_of_scope"):
                shelf.change(actor, made, document, 1)
            with pytest.raises(LeaderboardRefused, match="out_of_scope"):
                shelf.make(actor, document, DAY)
        assert shelf.change(actor, made, structs.replace(BOARD, who=Who(teams=("day",))), 1) == 2


# -- text --------------------------------------------------------------------------------------------------------------

SCRIPT: Final = "<script>alert(1)</script>"
FORMULA: Final = '=HYPERLINK("http://x")'


def test_words_of_people_are_words_everywhere(site: PageSite) -> None:
    """On every page that shows them, and in files: neither markup nor a formula."""
    wild = structs.replace(
        BOARD, title=Title(FORMULA, SCRIPT), rules=Title(SCRIPT, SCRIPT), prizes=(Prize(1, Title(SCRIPT)),)
    )
    made, result = a_result(site, document=wild)
    services = site.services
    services.leaderboards.switch(MANAGER, made, 1, is_on=True)
    with writing(services.engine) as connection:
        connection.execute(
            update(people).where(people.c.id == "1001").values(display_name=FORMULA, staff_number="@SUM(1)")
        )
        connection.execute(update(people).where(people.c.id == "1002").values(display_name=SCRIPT))
        connection.execute(update(teams).where(teams.c.id == "day").values(name_zh=SCRIPT, name_en="+1+1"))
    client = site.client(Role.MANAGER)
    root, form = "/admin/leaderboards/", {"agent": "PJSIP/1001", "metric": "calls_handled", "value": "7", "seen": "0"}
    assert client.post(f"{root}results/{result}/correct", data=form | {"reason": SCRIPT}).status_code == 303
    for path in (
        root,
        f"{root}{made}/",
        f"{root}{made}/standings",
        f"{root}results/{result}/",
        "/screens/",
        f"/leaderboard/{made}",
        "/audit/",
    ):
        page = client.get(path).get_data(as_text=True)
        assert SCRIPT not in page, path
    shown = client.get(f"{root}results/{result}/").get_data(as_text=True)
    assert "&lt;script&gt;" in shown
    answer = client.post(f"{root}results/{result}/export", data={"format": "csv"})
    cells = [cell for line in csv.reader(io.StringIO(answer.get_data(as_text=True).lstrip("\ufeff"))) for cell in line]
    assert any(FORMULA in cell for cell in cells)
    assert [cell for cell in cells if cell[:1] in {"=", "@", "\t"} or cell.startswith("+1")] == []
    assert answer.headers["Content-Disposition"].count("\n") == 0
    book = openpyxl.load_workbook(
        io.BytesIO(client.post(f"{root}results/{result}/export", data={"format": "xlsx"}).data)
    )
    assert "f" not in {cell.data_type for page in book for line in page.iter_rows() for cell in line}


def test_what_another_page_sends_is_not_taken(site: PageSite) -> None:
    made, result = a_result(site)
    client, before = site.client(Role.MANAGER), _rows_of(site)
    posts = [path.format(made) for method, path, _ in _addresses(result=False) if method == "POST"]
    posts += [path.format(result) for method, path, _ in _addresses(result=True) if method == "POST"]
    posts += ["/me/appearance/", "/me/appearance/picture", "/me/appearance/picture/remove"]
    posts += ["/admin/leaderboards/new/", "/admin/leaderboards/appearances/1001/"]
    posts += [f"/admin/business/{path}" for path in ("sources/new", "sources/x/remove", "measures/", "import/check")]
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        for path in posts:
            assert client.post(path, headers=headers).status_code == 403, path
    assert _rows_of(site) == before
