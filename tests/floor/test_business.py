"""What business systems tell: whatever the order, however often corrected, sums are those of what holds in the end."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors import events as e
from dashboard.floor.business import MOST_VALUE, amounts
from dashboard.floor.calendar import QUARTER_MS
from dashboard.floor.changes import Changes
from dashboard.floor.checkpoint import dump, load
from dashboard.floor.fold import fold
from dashboard.floor.metrics import UnknownMetric, known, value
from dashboard.floor.state import Floor
from tests.floor.site import Site, handled
from tests.floor.world import AGENTS, BUSINESS, QUEUES, T0

ALI, BEA = "PJSIP/1001", "PJSIP/1002"
DAY_MS = 86_400_000
SEATS = e.FloorSettings(
    measures={"seats": e.MeasureSettings(), "mood": e.MeasureSettings(sums="mean")},
    queues={"q": e.QueueSettings()},
)


class Crm:
    """A business system that knows what it told."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.facts: dict[str, e.BusinessFact] = {}

    def tell(self, at_s: float, name: str, fact: e.BusinessFact | None) -> Changes:
        known_before = self.facts.pop(name, None)
        if fact is not None:
            self.facts[name] = fact
        event = e.BusinessTold("crm", name, fact, known_before)
        return self.site.tell(at_s, event, switch=e.BUSINESS_WRITER)


def fact(
    kind: e.BusinessKind, at_s: float, agent: str | None = ALI, queue: str | None = "q", value: float = 0, *,
    good: bool | None = None, name: str = "",
) -> e.BusinessFact:  # fmt: skip
    return e.BusinessFact(kind, T0 + round(at_s * 1000), agent, queue, round(value * 100), good, name)


@pytest.fixture
def site() -> Site:
    return Site(SEATS)


def test_nobody_has_told_of_anything(site: Site) -> None:
    for metric in ("csat", "sales", "sales_amount", "complaints_per_10k", "qa_score", "custom:seats"):
        assert site.of(metric, agents=[ALI]) is None
        assert site.of(metric) is None
    Crm(site).tell(10, "1", fact("sale", 5, BEA, None, 99))
    assert site.of("sales", agents=[ALI]) == 0
    assert site.of("sales_amount", agents=[ALI]) == 0
    assert site.of("csat", agents=[ALI]) is None


def test_each_kind_by_hand(site: Site) -> None:
    crm = Crm(site)
    for n in range(4):
        joined, answered, ended = handled(f"c{n}", ALI)
        site.tell(n * 60, *joined, *answered, *ended)
    told = [
        fact("sale", 1, value=120.5), fact("sale", 2, value=79.5), fact("sale", 3, BEA, "p", 10),
        fact("satisfaction", 4, good=True), fact("satisfaction", 5, good=True), fact("satisfaction", 6, good=False),
        fact("resolution", 7, good=True), fact("resolution", 8, good=False),
        fact("complaint", 9),
        fact("ticket", 10, good=True), fact("ticket", 11, good=True), fact("ticket", 12, good=False),
        fact("ticket", 13, good=True),
        fact("qa", 14, value=90), fact("qa", 15, value=81),
        fact("custom", 16, value=3, name="seats"), fact("custom", 17, value=4, name="seats"),
        fact("custom", 18, value=4, name="mood"), fact("custom", 19, value=5, name="mood"),
        fact("custom", 20, value=5, name="undeclared"),
    ]  # fmt: skip
    for n, one in enumerate(told):
        crm.tell(300 + n, f"{n}", one)
    expected = {
        "sales": 2, "sales_amount": 200.0, "csat": 2 / 3, "first_contact_resolution": 0.5, "complaints_per_10k": 2500.0,
        "tickets_done_in_time": 0.75, "qa_score": 85.5, "custom:seats": 7.0, "custom:mood": 4.5, "custom:undeclared": None,
    }  # fmt: skip
    for metric, figure in expected.items():
        assert site.of(metric, agents=[ALI]) == figure, metric
        assert site.of(metric, queues=["q"]) == figure, metric
    assert site.of("sales") == 3
    assert site.of("sales_amount", agents=[ALI, BEA]) == 210
    assert site.of("sales", queues=["q", "p"]) == 3
    assert site.of("sales", queues=["p"]) == 1
    assert site.of("csat", queues=["p"]) is None


def test_a_correction_and_a_withdrawal_take_back_what_was_told_where_it_was_told(site: Site) -> None:
    crm = Crm(site)
    crm.tell(100, "1", fact("sale", 90, ALI, "q", 50))
    crm.tell(200, "1", fact("sale", 95, BEA, "p", 70))
    assert (site.of("sales", agents=[ALI]), site.of("sales", agents=[BEA])) == (0, 1)
    assert (site.of("sales", queues=["q"]), site.of("sales_amount", queues=["p"])) == (0, 70)
    crm.tell(300, "1", None)
    assert site.of("sales") == 0
    assert site.of("sales_amount") == 0


def test_what_is_told_late_is_of_the_time_at_which_it_occurred(site: Site) -> None:
    crm = Crm(site)
    crm.tell(7200, "1", fact("sale", 7190))
    crm.tell(7200, "2", fact("sale", 60))
    assert site.of("sales", window="day") == 2
    assert site.of("sales", window="last_5_min") == 1
    assert site.of("sales", window="last_5_min", agents=[ALI]) == 1
    assert site.of("sales", window="last_60_min") == 1
    late = crm.tell(7200, "3", fact("sale", -DAY_MS / 1000))
    assert late.past_ms == T0 - DAY_MS
    assert (site.of("sales", window="day"), site.of("sales", window="yesterday")) == (2, 1)
    assert site.of("sales", window="yesterday", agents=[ALI]) == 1
    older = crm.tell(7200, "4", fact("sale", -5 * DAY_MS / 1000))
    assert older.past_ms == T0 - 5 * DAY_MS
    assert (site.of("sales", window="day"), site.of("sales", window="yesterday")) == (2, 1)


def test_the_day_ends(site: Site) -> None:
    crm = Crm(site)
    crm.tell(10, "1", fact("sale", 5, value=8))
    site.tell(DAY_MS / 1000, e.SourceAlive())
    assert (site.of("sales"), site.of("sales", window="yesterday")) == (0, 1)
    crm.tell(DAY_MS / 1000 + 1, "1", None)
    assert (site.of("sales"), site.of("sales", window="yesterday")) == (0, 0)
    site.tell(3 * DAY_MS / 1000, e.SourceAlive())
    business = site.floor.core.business
    assert (business.agents, business.queues, business.whole.quarters) == ({}, {}, {})
    assert site.of("sales", agents=[ALI]) == 0


def test_who_is_unknown_to_the_switch_is_told_of_too(site: Site) -> None:
    changes = Crm(site).tell(10, "1", fact("sale", 5, "PJSIP/9999", "nowhere"))
    assert (changes.agents, changes.queues, changes.business) == (set(), set(), {"PJSIP/9999"})
    assert (site.of("sales", agents=["PJSIP/9999"]), site.of("sales", queues=["nowhere"])) == (1, 1)


def test_many_agents_are_added_up_again_when_something_was_told(site: Site) -> None:
    crm, team = Crm(site), [f"PJSIP/{n}" for n in range(1001, 1021)]
    for n, agent in enumerate(team):
        crm.tell(10, f"{n}", fact("sale", 5, agent, value=n))
    for window in ("day", "interval", "last_5_min"):
        assert site.of("sales", agents=team, window=window) == 20
    crm.tell(20, "new", fact("sale", 15, team[0]))
    assert site.of("sales", agents=team) == 21
    assert site.of("sales", agents=team, window="last_5_min") == 21
    assert site.of("sales", 400, agents=team, window="last_5_min") == 0
    assert site.of("sales", 400, agents=team) == 21


def test_agents_keep_the_intervals_that_their_logs_reach_back_to(site: Site) -> None:
    crm = Crm(site)
    crm.tell(1, "1", fact("sale", 0))
    site.tell(3 * 3600, e.SourceAlive())
    crm.tell(3 * 3600 + 1, "2", fact("sale", 3 * 3600))
    own = site.floor.core.business.agents[ALI]
    assert list(own.quarters) == [(T0 + 3 * 3_600_000) // QUARTER_MS]
    assert len(site.floor.core.business.queues["q"].quarters) == 2
    assert site.of("sales", agents=[ALI]) == 2


def test_no_value_leaves_64_bits() -> None:
    assert amounts(e.BusinessFact("sale", 0, value=10**30))["sales_amount"] == MOST_VALUE
    assert amounts(e.BusinessFact("custom", 0, value=-(10**30), name="x"))["custom:x"] == -MOST_VALUE


def test_the_metric_of_a_measure_of_ones_own() -> None:
    own = known("custom:seats")
    assert own is not None
    assert own.scopes == ("agent", "queue")
    for wrong in ("custom:", "custom:A", "custom:x#", "custom:x y", "seats", "custom:" + "x" * 41):
        assert known(wrong) is None
    with pytest.raises(UnknownMetric):
        Site().of("custom:")


def test_a_celebration_is_known_for_some_minutes_and_never_called_twice(site: Site) -> None:
    event = e.CelebrationCalled("cause", "l1", "leader", ALI)
    assert site.tell(0, event, switch=e.LEADERBOARDS_WRITER).celebrations == {"cause"}
    assert site.tell(5, event, switch=e.LEADERBOARDS_WRITER).celebrations == set()
    assert site.floor.core.celebrations["cause"].at_ms == T0
    site.tell(299, e.SourceAlive())
    assert set(load(dump(site.floor)).core.celebrations) == {"cause"}
    site.tell(300, e.SourceAlive())
    assert site.floor.core.celebrations == {}


# -- whatever happens, a plain sum ---------------------------------------------------------------------------------------


def _told(seed: int, length: int) -> tuple[list[e.BusinessTold], dict[str, e.BusinessFact]]:
    """What a system tells, corrections and withdrawals among it, and what holds in the end."""
    rng = random.Random(seed)
    holds: dict[str, e.BusinessFact] = {}
    told = []
    for _ in range(length):
        name, one = f"{rng.randrange(30)}", None
        if rng.random() < 0.8:
            kind = rng.choice(BUSINESS)
            at_ms = T0 + 3_600_000 - rng.choice((5_000, 300_000, 3_000_000, DAY_MS, 4 * DAY_MS)) * rng.randrange(1, 3)
            agent, queue = rng.choice((*AGENTS, None)), rng.choice((*QUEUES, None))
            one = e.BusinessFact(kind, at_ms, agent, queue, rng.randrange(-900, 9_000), rng.random() < 0.5, "seats")
        told.append(e.BusinessTold("crm", name, one, holds.pop(name, None)))
        if one is not None:
            holds[name] = one
    return told, holds


def _entries(told: list[e.BusinessTold]) -> list[e.Entry]:
    return [e.Entry("site", e.BUSINESS_WRITER, "", 1, n, T0 + 3_600_000 + n, one) for n, one in enumerate(told)]


def _plain(holds: dict[str, e.BusinessFact], from_ms: int, to_ms: int, agent: str | None = None) -> Counter[str]:
    total: Counter[str] = Counter()
    for one in holds.values():
        if from_ms <= one.occurred_ms < to_ms and agent in {None, one.agent}:
            total.update(amounts(one))
    return Counter({measure: amount for measure, amount in total.items() if amount})


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 120))
def test_sums_are_plain_sums_of_what_holds(seed: int, length: int) -> None:
    told, holds = _told(seed, length)
    entries = _entries(told)
    floor, rng = Floor("site"), random.Random(seed)
    for entry in entries:
        fold(floor, entry)
        if rng.random() < 0.2:
            fold(floor, rng.choice(entries[: entry.n + 1]))
        if rng.random() < 0.1:
            floor = load(dump(floor))
    core = floor.core
    for days, from_ms, to_ms in (
        ("today", core.today.start_ms, 2**60), ("yesterday", core.yesterday.start_ms, core.today.start_ms)
    ):  # fmt: skip
        for agent in (None, *AGENTS):
            own = core.business.whole if agent is None else core.business.agents.get(agent)
            found = Counter({} if own is None else {k: v for k, v in getattr(own, days).items() if v})
            assert found == _plain(holds, from_ms, to_ms, agent)
    now_ms = core.stream_ms
    for window, from_ms in (("last_60_min", (now_ms // 10_000 + 1) * 10_000 - 3_600_000), ("day", core.today.start_ms)):
        found_sales = value(floor, "sales", window=window, now_ms=now_ms).value
        assert (found_sales or 0) == _plain(holds, from_ms, 2**60)["sales"]


def test_ten_thousand_at_once_in_any_order() -> None:
    facts = {f"{n}": fact("sale", n % 3000, AGENTS[n % 6], QUEUES[n % 3], n) for n in range(10_000)}
    told = [e.BusinessTold("crm", name, one) for name, one in facts.items()]
    random.Random(3).shuffle(told)
    floor = Floor("site")
    for entry in _entries(told):
        fold(floor, entry)
    assert value(floor, "sales", now_ms=T0).value == 10_000
    assert value(floor, "sales_amount", now_ms=T0).value == sum(range(10_000))
    assert value(floor, "sales_amount", agents=[AGENTS[0]], now_ms=T0).value == sum(range(0, 10_000, 6))


@settings(max_examples=25)
@given(st.integers(0, 2**32))
def test_sums_over_many_that_take_in_what_is_new_equal_sums_made_anew(seed: int) -> None:
    rng = random.Random(seed)
    told, _ = _told(seed, 80)
    many = [*AGENTS, *(f"nobody{n}" for n in range(10))]
    floor = Floor("site")
    for entry in _entries(told):
        fold(floor, entry)
        if rng.random() < 0.3:
            now_ms = floor.core.stream_ms + rng.choice((0, 0, 0, 4_000, 12_000))
            window = rng.choice(("day", "yesterday", "interval", "interval:-1", "last_5_min", "last_60_min"))
            fresh = load(dump(floor))
            for queues, agents in ((None, many), (None, many[3:]), ([*QUEUES, *many], None)):
                for metric in ("sales", "sales_amount", "csat"):
                    found, anew = (
                        value(one, metric, queues=queues, agents=agents, window=window, now_ms=now_ms)
                        for one in (floor, fresh)
                    )
                    assert found == anew, (window, metric)
